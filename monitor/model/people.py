"""Who uses the desk, what they may do, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an account may do."""

    #: Sees everything, changes nothing.
    READER = "reader"
    #: Judges, decides on names, tunes, changes sources.
    ANALYST = "analyst"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may use the desk from elsewhere."""

    name: str
    role: Role
    #: Of a memory-hard function, with its salt and costs in it.
    password_hash: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One change, or one attempt to get in."""

    id: int
    at: datetime
    author: str
    #: What was done: `judge`, `login`, `login_failed` …
    action: str
    #: The address it was done at.
    subject: str
    #: What was said, secrets left out.
    detail: Mapping[str, str]
