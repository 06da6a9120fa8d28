"""Who asks: set by the gate for the time of one request, read by whatever writes down who did something."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from monitor.model import Role


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at the desk."""

    name: str
    role: Role = Role.ANALYST
    #: Logged in with a password, and so able to log out.
    has_session: bool = False

    @property
    def may_change(self) -> bool:
        return self.role is Role.ANALYST


who_asks: ContextVar[Person | None] = ContextVar("who_asks", default=None)
