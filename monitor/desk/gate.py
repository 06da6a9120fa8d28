"""Who gets in, and what stays on record: every request passes here after the guard.

On this machine alone nobody is asked (`login: none`). Otherwise a person is known by a session cookie, a program by a
token (RFC 6750), or a trusted reverse proxy names somebody. Readers change nothing. Whatever changes something is put
on record with who did it, here and for every address alike, so that no page can forget to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.accounts import find_account, token_hash
from monitor.desk.asking import Person, who_asks
from monitor.desk.security import SAFE_METHODS
from monitor.model import Role

if TYPE_CHECKING:
    from monitor.desk.web import Desk
    from monitor.settings.daemon import Desk as DeskSettings

COOKIE = "session"
#: What everybody may ask for.
OPEN = ("/login", "/healthz", "/readyz", "/language")
OPEN_BELOW = ("/static/",)
#: What a reader may send: it changes nothing but their own seat.
OWN = ("/login", "/logout", "/language")
#: So much of a change is kept on record.
RECORDED_BYTES, RECORDED_CHARS = 4000, 500
#: Never on record.
SECRET = ("password", "back")


@dataclass
class _Watched:
    """What goes by while a request is answered."""

    body: bytearray = field(default_factory=bytearray)
    status: int = 500


class Gate:
    """ASGI middleware: finds out who asks, turns away who may not, records what was changed."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        person = await run_in_threadpool(self._person, request)
        if answer := self._turned_away(request, person):
            await answer(scope, receive, send)
            return
        token = who_asks.set(person)
        try:
            if person is None or request.method in SAFE_METHODS or request.url.path in OWN:
                await self.app(scope, receive, send)
            else:
                await self._on_record(request, person, receive, send)
        finally:
            who_asks.reset(token)

    def _person(self, request: Request) -> Person | None:
        desk = self.desk
        desk.problems()  # where the desk is alone, that takes up what was changed in the files
        settings = desk.config().daemon.desk
        if settings.login == "none":
            return Person(name=desk.login_name)
        if settings.login == "header":
            name = request.headers.get(settings.user_header, "").strip()
            peer = request.client.host if request.client else ""
            if not name or not _is_within(peer, settings.trusted_proxies):
                return None
            account = find_account(desk.store, name)
            return Person(name=name, role=account.role if account else Role.READER)
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        found = bearer.strip() if kind.lower() == "bearer" else session_of(request)
        account = desk.store.session_account(token_hash(found), now=desk.clock()) if found else None
        return Person(name=account.name, role=account.role, has_session=True) if account else None

    def _turned_away(self, request: Request, person: Person | None) -> Response | None:
        path, is_program = request.url.path, request.url.path.startswith("/api/")
        if path in OPEN or path.startswith(OPEN_BELOW):
            return None
        if person is None:
            if is_program:
                return JSONResponse({"error": "log in first"}, 401, {"www-authenticate": "Bearer"})
            if self.desk.config().daemon.desk.login == "header":
                return PlainTextResponse("the reverse proxy does not say who you are\n", 401)
            address = f"{path}?{request.url.query}" if request.url.query else path
            back = quote(address if request.method in SAFE_METHODS else "/")
            return RedirectResponse(f"/login?back={back}", 303)
        if request.method not in SAFE_METHODS and not person.may_change and path not in OWN:
            why = f"{person.name} may read, not change"
            return JSONResponse({"error": why}, 403) if is_program else PlainTextResponse(f"{why}\n", 403)
        return None

    async def _on_record(self, request: Request, person: Person, receive: Receive, send: Send) -> None:
        watched = _Watched()

        async def receiving() -> Message:
            message = await receive()
            room = RECORDED_BYTES - len(watched.body)
            watched.body += message.get("body", b"")[: max(room, 0)]
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                watched.status = message["status"]
                if watched.status < 400:  # before the answer: what is confirmed is on record
                    await run_in_threadpool(self._record, request, person, bytes(watched.body))
            await send(message)

        await self.app(request.scope, receiving, sending)

    def _record(self, request: Request, person: Person, body: bytes) -> None:
        endpoint = request.scope.get("endpoint")
        action = str(getattr(endpoint, "__name__", request.method.lower()))
        detail = said_in(body, request.headers.get("content-type", ""))
        self.desk.store.record(person.name, action, request.url.path, detail, now=self.desk.clock())


def session_of(request: Request) -> str:
    """The session's token as the browser sent it."""
    try:
        morsel = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def client_of(request: Request, settings: DeskSettings) -> str:
    """The address that asks; behind a trusted proxy the one that it names last (the others anybody can make up)."""
    peer = request.client.host if request.client else ""
    if _is_within(peer, settings.trusted_proxies):
        return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or peer
    return peer


def said_in(body: bytes, content_type: str) -> dict[str, str]:
    """What a form or a JSON object said, for the record: shortened, secrets and empty fields left out."""
    text = body.decode("utf-8", "replace")
    said: Mapping[str, object]
    if content_type.startswith("application/json"):
        try:
            loaded = json.loads(text)
        except ValueError:
            loaded = None
        said = loaded if isinstance(loaded, dict) else {}
    elif content_type.startswith("application/x-www-form-urlencoded"):
        said = {name: ", ".join(values) for name, values in parse_qs(text).items()}
    else:
        said = {}
    words = {str(name)[:100]: value if isinstance(value, str) else json.dumps(value) for name, value in said.items()}
    return {name: word[:RECORDED_CHARS] for name, word in words.items() if word and name not in SECRET}


def _is_within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
