"""What keeps other pages off the desk: who may ask (hosts), who may change (origins), what a page may do (CSP).

Any page in the analyst's browser can send requests to the desk, with the analyst's cookie, and a name that resolves to
127.0.0.1 can read the answers (DNS rebinding). So the Host must be one of ours, and whatever changes something must
come from a page of the desk itself (OWASP, «verifying origin with standard headers»), or from a program with a token,
which no foreign page can send.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.settings.daemon import Desk

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
#: No script, style or picture but our own; nothing may frame a page, or be sent elsewhere by a form.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: A digest is one file with its style in it, and no script.
DIGEST_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with «no-referrer», browsers send «Origin: null» with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware: refuses strangers, and says on every answer what a page may do."""

    def __init__(self, app: ASGIApp, settings: Callable[[], Desk]) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        has_token = request.headers.get("authorization", "").lower().startswith("bearer ")
        why = refusal(
            request.method,
            request.headers.get("host", ""),
            request.headers.get("origin"),
            names=host_names(self.settings()),
            has_token=has_token,
        )
        answer: Callable[[Scope, Receive, Send], Awaitable[None]] = (
            PlainTextResponse(f"{why}\n", status_code=403) if why else self.app
        )

        async def with_headers(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", []))  # type: ignore[call-overload]
                known = {name for name, _ in said}
                said += [
                    (name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in known
                ]
                message["headers"] = said
            await send(message)

        await answer(scope, receive, with_headers)  # type: ignore[arg-type]


def host_names(settings: Desk) -> frozenset[str]:
    """The names under which the desk may be asked for."""
    public = urlsplit(settings.public_url).hostname or ""
    return frozenset(filter(None, (*LOCAL_NAMES, settings.host.lower(), public)))


def refusal(
    method: str,
    host: str,
    origin: str | None,
    *,
    names: frozenset[str] = frozenset(LOCAL_NAMES),
    has_token: bool = False,
) -> str:
    """Why a request is refused, empty if it is not."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name.lower() not in names:
        return "this desk is not known under that name: use http://127.0.0.1, or set desk.public_url"
    if method in SAFE_METHODS or has_token:
        return ""
    if origin is None or urlsplit(origin).netloc != host:
        return "a change must come from a page of this desk"
    return ""


def digest_response(html: str) -> Response:
    """A digest as it was written, under a policy of its own."""
    return Response(html, media_type="text/html", headers={"content-security-policy": DIGEST_POLICY})
