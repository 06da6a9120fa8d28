"""One operation of the API: what it is asked with, what it answers, and how a request becomes a call of its function.

Whatever comes in is checked against the table before a function sees it; whatever goes wrong on purpose is a status and
one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.desk.api.kinds import problem
from monitor.desk.pages import desk_of
from monitor.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    UnavailableError,
    UsageError,
    VerdictConflictError,
    WiderhallError,
)
from monitor.model import Watch
from monitor.shapes import jsonable

if TYPE_CHECKING:
    from monitor.desk.web import Desk

#: Ids have so many digits at most: they are 64 bits in the database.
ID_DIGITS = 18


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """Something that the address says, in its path or behind the question mark."""

    name: str
    what: str
    kind: str = "text"
    #: For text: cut nothing, refuse what is longer. For integers: the largest.
    most: int = 200
    default: Any = ""
    is_in_path: bool = False

    def read(self, said: str) -> Any:
        """The value; raises UsageError for what is none."""
        if self.kind == "integer":
            if not (said.isascii() and said.isdecimal() and len(said) <= ID_DIGITS and int(said) <= self.most):
                raise UsageError(f"{self.name} is no number up to {self.most}")
            return int(said)
        if len(said) > self.most:
            raise UsageError(f"{self.name} is longer than {self.most} characters")
        if self.kind.startswith("one of ") and said and (wrong := problem(said, self.kind, self.name)):
            raise UsageError(wrong)
        return said


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request that fits the table."""

    request: Request
    desk: Desk
    watch: Watch
    #: Path and query together.
    said: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One row of the table."""

    method: str
    path: str
    call: Callable[[Ask], Mapping[str, Any]]
    summary: str
    #: The shape of the answer, which names it as its schema.
    answer: str
    parameters: tuple[Parameter, ...] = ()
    #: The shape of what is sent; empty: nothing is.
    body: str = ""
    #: Refusals beyond those of every operation (400 wrong use, 503 not available now).
    errors: Mapping[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Also its name in the record of changes."""
        return self.call.__name__

    @property
    def route(self) -> str:
        """The path as routes say it; an actor's id may hold anything."""
        return self.path.replace("{actor}", "{actor:path}")

    def endpoint(self) -> Callable[[Request], Any]:
        """What answers requests."""

        async def endpoint(request: Request) -> Response:
            body = await request.body() if self.body else b""
            return await run_in_threadpool(self._answered, request, body)

        endpoint.__name__ = self.name
        return endpoint

    def _answered(self, request: Request, body: bytes) -> Response:
        try:
            return JSONResponse(jsonable({"schema": self.answer, **self.call(self._read(request, body))}))
        except (VerdictConflictError, ChangedMeanwhileError) as error:
            return refused(str(error), 409)
        except NotFoundError as error:
            return refused(str(error), 404)
        except UnavailableError as error:
            return refused(str(error), 503)
        except WiderhallError as error:
            return refused(str(error), 400)

    def _read(self, request: Request, body: bytes) -> Ask:
        desk = desk_of(request)
        watch = desk.watch(name := request.query_params.get("watch", ""))
        if name and watch.id != name:
            raise NotFoundError(f"no watch «{name[:ID_DIGITS]}»")
        said = {}
        for each in self.parameters:
            found = request.path_params.get(each.name) if each.is_in_path else request.query_params.get(each.name)
            try:
                said[each.name] = each.default if found is None else each.read(str(found))
            except UsageError as error:
                if each.is_in_path:
                    raise NotFoundError("there is no such address") from error
                raise
        return Ask(request=request, desk=desk, watch=watch, said=said, body=self._read_body(body))

    def _read_body(self, body: bytes) -> Mapping[str, Any]:
        if not self.body:
            return {}
        try:
            value = json.loads(body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise UsageError("the body is no JSON") from error
        if wrong := problem(value, self.body):
            raise UsageError(f"expected {self.body}: {wrong}")
        return dict(value)


def _no_number(said: str) -> Any:
    raise ValueError(f"{said} is no number")


def refused(message: str, status: int) -> Response:
    return JSONResponse({"error": message}, status_code=status)
