"""Logging in and out."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.accounts import check_password, new_session, token_hash
from monitor.desk.gate import COOKIE, client_of, session_of
from monitor.desk.pages import desk_of, own_address, page

#: A form is never longer.
MAX_FORM = 5000
#: Changes on one page.
SHOWN = 200


def login(request: Request) -> Response:
    """The form, where passwords are asked for."""
    if desk_of(request).config().daemon.desk.login != "accounts":
        return RedirectResponse("/", status_code=303)
    return _form(request, back=request.query_params.get("back", "/"))


def _form(request: Request, *, back: str, name: str = "", refused: str = "", wait_s: int = 0) -> Response:
    desk = desk_of(request)
    response = page(request, "login.html.j2", desk.watch(), back=back, name=name, refused=refused, wait_s=wait_s)
    response.status_code = 429 if wait_s else 403 if refused else 200
    if wait_s:
        response.headers["retry-after"] = str(wait_s)
    return response


async def enter(request: Request) -> Response:
    """Check the password; guessing is slowed down, by name and by address."""
    form = parse_qs((await request.body())[:MAX_FORM].decode("utf-8", "replace"))
    said = {key: values[0] for key, values in form.items()}
    return await run_in_threadpool(_enter, request, said)


def _enter(request: Request, said: dict[str, str]) -> Response:
    desk, now = desk_of(request), desk_of(request).clock()
    name, back = said.get("name", "").strip()[:64], own_address(said.get("back", ""), otherwise="/")
    keys = (f"name {name.casefold()}", f"from {client_of(request, desk.config().daemon.desk)}")
    if wait_s := desk.brake.wait_s(keys, now=now):
        return _form(request, back=back, name=name, refused="wait", wait_s=wait_s)
    account = check_password(desk.store, name, said.get("password", ""))
    if account is None:
        desk.brake.mistaken(keys, now=now)
        desk.store.record(name, "login_failed", "/login", {}, now=now)
        return _form(request, back=back, name=name, refused="wrong")
    desk.brake.succeeded(keys)
    settings = desk.config().daemon.desk
    token = new_session(desk.store, account.name, label="browser", now=now, lasts=timedelta(days=settings.session_days))
    desk.store.record(account.name, "login", "/login", {}, now=now)
    response = RedirectResponse(back, status_code=303)
    is_secure = settings.public_url.startswith("https:")
    response.set_cookie(
        COOKIE, token, max_age=settings.session_days * 86400, httponly=True, samesite="lax", secure=is_secure
    )
    return response


def changes(request: Request) -> Response:
    """What stands on record."""
    desk = desk_of(request)
    return page(request, "changes.html.j2", desk.watch(), entries=desk.store.audit(limit=SHOWN))


def leave(request: Request) -> Response:
    """End the session, here and in the store."""
    desk = desk_of(request)
    if token := session_of(request):
        desk.store.end_session(token_hash(token))
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(COOKIE)
    return response
