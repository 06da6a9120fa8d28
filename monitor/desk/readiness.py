"""Whether what the desk stands on is there: for whoever routes requests to it. `/healthz` says only that it answers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.desk.pages import desk_of
from monitor.errors import UnavailableError


def readyz(request: Request) -> Response:
    """200 when the store answers, 503 with the reason when it does not; and when a feed last answered."""
    try:
        rows = desk_of(request).store.feeds()
    except UnavailableError as error:
        return JSONResponse({"ready": False, "why": str(error)}, status_code=503)
    last = max((row.last_success_at for row in rows if row.last_success_at), default=None)
    return JSONResponse({"ready": True, "last_answer_at": last.isoformat() if last else None})
