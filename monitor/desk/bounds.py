"""How long what is sent may be: longer bodies are refused (413) before any page reads them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The tuning page sends a watch's file twice, a list of feeds may hold thousands: neither comes near.
MOST_BYTES = 2_000_000


class Bounded:
    """ASGI middleware: takes in the whole body, as far as it is allowed to go, then lets it be read."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        length = Request(scope).headers.get("content-length", "")
        is_too_long = length.isdecimal() and int(length) > self.most if len(length) < 20 else True
        taken: list[Message] = []
        size = 0
        while not is_too_long:
            message = await receive()
            taken.append(message)
            size += len(message.get("body", b""))
            is_too_long = size > self.most
            if not message.get("more_body"):
                break
        if is_too_long:
            await _refusal(scope, self.most)(scope, receive, send)
            return
        waiting = iter(taken)

        async def receiving() -> Message:
            return next(waiting, None) or await receive()

        await self.app(scope, receiving, send)


def _refusal(scope: Scope, most: int) -> JSONResponse | PlainTextResponse:
    why = f"that is longer than {most // 1_000_000} MB"
    headers = {"connection": "close"}
    if scope["path"].startswith("/api/"):
        return JSONResponse({"error": why}, 413, headers)
    return PlainTextResponse(f"{why}\n", 413, headers)
