"""Who gets into the desk, what they may do there, and what stays on record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from monitor.accounts import Brake, check_password, make_account, make_first_account, new_session
from monitor.app import App
from monitor.desk import create_desk
from monitor.desk.gate import said_in
from monitor.errors import ConfigError, UsageError
from monitor.model import Role
from monitor.settings import load_config
from monitor.settings.daemon import Desk as DeskSettings
from monitor.workbench import Workbench
from tests.cli_material import widerhall
from tests.store_material import NOW

HOME = {"origin": "http://127.0.0.1:8787"}
PASSWORD = "correct horse battery"


@dataclass
class House:
    """A desk with settings of its own, and a clock that can be turned."""

    app: App
    now: datetime = NOW
    made: list[TestClient] = field(default_factory=list)

    def visitor(self, **settings: Any) -> TestClient:
        daemon = self.app.config.daemon
        desk = replace(daemon.desk, **({"login": "accounts"} | settings))
        self.app.config = replace(self.app.config, daemon=replace(daemon, desk=desk))
        client = TestClient(create_desk(Workbench(self.app).desk(author="host")), base_url="http://127.0.0.1:8787")
        self.made.append(client)
        return client

    def account(self, name: str, role: Role = Role.ANALYST) -> None:
        make_account(self.app.store, name, PASSWORD, role, now=NOW)


@pytest.fixture
def house(demo_folder: Path, tmp_path: Path) -> Iterator[House]:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    app = App(load_config(None, {"WIDERHALL_DATA_DIR": str(folder)}))
    house = House(app)
    app.clock = lambda: house.now
    yield house
    for client in house.made:
        client.close()
    app.close()


def log_in(client: TestClient, name: str, password: str = PASSWORD, back: str = "/") -> Any:
    said = {"name": name, "password": password, "back": back}
    return client.post("/login", data=said, headers=HOME, follow_redirects=False)


# --- getting in -----------------------------------------------------------------------------------------------------


def test_nobody_gets_in_without_a_login(house: House) -> None:
    visitor = house.visitor()
    for path in ("/", "/stories", "/tuning", "/changes", "/article/1", "/nothing"):
        answer = visitor.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?back={path}")
    assert visitor.get("/api/articles").status_code == 401
    assert visitor.post("/verdicts", data={"kind": "relevant", "article": "1:0"}, headers=HOME).url.path == "/login"
    assert visitor.get("/healthz").json() == {"ok": True}
    assert visitor.get("/static/desk.css").status_code == 200


def test_a_person_logs_in_goes_on_and_logs_out(house: House) -> None:
    house.account("ada")
    visitor = house.visitor()
    answer = log_in(visitor, "ada", back="/stories?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stories?x=1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "ada" in visitor.get("/").text
    judged = visitor.post("/api/articles/1/verdict", json={"kind": "relevant"}, headers=HOME)
    assert judged.json()["author"] == "ada"
    stolen = dict(visitor.cookies)
    visitor.post("/logout", headers=HOME)
    assert visitor.get("/", follow_redirects=False).status_code == 303
    assert visitor.get("/", cookies=stolen, follow_redirects=False).status_code == 303  # ended in the store as well


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_a_login_never_leads_elsewhere(house: House, back: str) -> None:
    house.account("ada")
    assert log_in(house.visitor(), "ada", back=back).headers["location"] == "/"


def test_a_session_ends_by_itself_with_a_new_password_and_with_the_account(house: House) -> None:
    house.account("ada")
    visitor = house.visitor(session_days=2)
    log_in(visitor, "ada")
    house.now = NOW + timedelta(days=3)
    assert visitor.get("/", follow_redirects=False).status_code == 303
    log_in(visitor, "ada")
    assert visitor.get("/", follow_redirects=False).status_code == 200
    house.app.store.drop_account("ada")
    assert visitor.get("/", follow_redirects=False).status_code == 303


def test_over_https_the_cookie_goes_over_https_only(house: House) -> None:
    house.account("ada")
    visitor = house.visitor(public_url="https://desk.example.org")
    said = {"name": "ada", "password": PASSWORD}
    names = {"host": "desk.example.org", "origin": "https://desk.example.org"}
    answer = visitor.post("/login", data=said, headers=names, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]
    assert visitor.get("/login", headers={"host": "other.example.org"}).status_code == 403


def test_guessing_is_slowed_down_and_forgiven(house: House) -> None:
    house.account("ada")
    visitor = house.visitor()
    for _ in range(5):
        assert log_in(visitor, "ada", "wrong wrong wrong").status_code == 403
    answer = log_in(visitor, "ada")
    assert answer.status_code == 429  # even the right one has to wait
    assert answer.headers["retry-after"] == "5"
    house.now = NOW + timedelta(seconds=6)
    assert log_in(visitor, "ada").status_code == 303
    assert [entry.action for entry in house.app.store.audit()] == ["login"] + ["login_failed"] * 5


def test_the_page_does_not_tell_whether_there_is_such_an_account(house: House) -> None:
    house.account("ada")
    visitor = house.visitor()
    wrong, unknown = log_in(visitor, "ada", "x" * 12), log_in(visitor, "bob", "x" * 12)
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text.replace("ada", "bob") == unknown.text


@given(st.lists(st.tuples(st.integers(0, 4000), st.booleans()), max_size=30))
def test_a_brake_never_waits_longer_than_a_quarter_of_an_hour(tries: list[tuple[int, bool]]) -> None:
    brake, now = Brake(size=3), NOW
    for seconds, is_right in tries:
        now += timedelta(seconds=seconds)
        assert 0 <= brake.wait_s(("a", "b"), now=now) <= 900
        if is_right:
            brake.succeeded(("a",))
        else:
            brake.mistaken(("a", f"from {seconds}"), now=now)


# --- what they may do -----------------------------------------------------------------------------------------------


def test_a_reader_sees_everything_and_changes_nothing(house: House) -> None:
    house.account("eve", Role.READER)
    visitor = house.visitor()
    log_in(visitor, "eve")
    assert visitor.get("/tuning").status_code == 200
    for path in ("/verdicts", "/actors", "/api/articles/1/verdict"):
        assert visitor.post(path, data={"kind": "relevant"}, headers=HOME).status_code == 403
    assert house.app.store.verdicts(house.app.config.watches[0].id, article_id=1) == []
    assert visitor.post("/language", data={"language": "de"}, headers=HOME).status_code == 200


def test_a_program_uses_a_token_and_needs_no_origin(house: House) -> None:
    house.account("ada")
    visitor = house.visitor()
    token = new_session(house.app.store, "ada", label="newsletter", now=NOW, lasts=timedelta(days=1))
    bearer = {"authorization": f"Bearer {token}"}
    assert visitor.get("/api/articles", headers=bearer).status_code == 200
    assert visitor.post("/api/articles/1/verdict", json={"kind": "unsure"}, headers=bearer).json()["author"] == "ada"
    assert visitor.get("/api/articles", headers={"authorization": "Bearer nonsense"}).status_code == 401


def test_a_trusted_proxy_names_who_asks(house: House) -> None:
    house.account("ada")
    named = {"remote-user": "ada"} | HOME
    trusting = house.visitor(login="header", trusted_proxies=("127.0.0.0/8",))
    trusting = TestClient(trusting.app, base_url="http://127.0.0.1:8787", client=("127.0.0.1", 5000))
    assert trusting.get("/").status_code == 401
    assert trusting.get("/", headers=named).status_code == 200
    answer = trusting.post("/api/articles/1/verdict", json={"kind": "relevant"}, headers=named)
    assert answer.json()["author"] == "ada"
    guest = {"remote-user": "guest"} | HOME
    assert trusting.get("/", headers=guest).status_code == 200
    assert trusting.post("/api/articles/1/verdict", json={"kind": "relevant"}, headers=guest).status_code == 403
    stranger = TestClient(trusting.app, base_url="http://127.0.0.1:8787", client=("192.0.2.7", 5000))
    assert stranger.get("/", headers=named).status_code == 401  # anybody can send a header


# --- the record -----------------------------------------------------------------------------------------------------


def test_every_change_stands_on_record(house: House) -> None:
    house.account("ada")
    visitor = house.visitor()
    log_in(visitor, "ada")
    said = {"kind": "irrelevant", "reason": "gas", "article": "1:0"}
    visitor.post("/verdicts", data=said | {"back": "/"}, headers=HOME)
    visitor.post("/verdicts", data=said | {"article": "999999:0"}, headers=HOME)  # changed nothing
    changes = [(each.author, each.action, each.subject, dict(each.detail)) for each in house.app.store.audit()]
    assert changes == [
        ("ada", "judge", "/verdicts", said),
        ("ada", "login", "/login", {}),
    ]
    page = visitor.get("/changes").text
    assert "gas" in page
    assert "ada" in page


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"kind": "unsure", "n": 3, "password": "x"}', "application/json", {"kind": "unsure", "n": "3"}),
        (b"a=1&a=2&password=x&back=%2F&empty=", "application/x-www-form-urlencoded", {"a": "1, 2"}),
        (b"[1]", "application/json", {}),
        (b"\xff{", "application/json", {}),
        (b"\x00\xff", "application/octet-stream", {}),
    ],
)
def test_what_is_recorded_is_what_was_said_without_secrets(body: bytes, kind: str, said: dict[str, str]) -> None:
    assert said_in(body, kind) == said


# --- accounts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ada-ada-ada-ada-bcde", "x" * 300])
def test_a_password_that_is_easily_guessed_is_refused(house: House, password: str) -> None:
    with pytest.raises(UsageError, match=r"characters|guessed"):
        make_account(house.app.store, "ada", password, Role.ANALYST, now=NOW)


def test_an_account_is_made_once_and_its_password_is_kept_as_a_hash(house: House) -> None:
    store = house.app.store
    house.account("ada")
    (account,) = store.accounts()
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr(account)
    assert check_password(store, "ada", PASSWORD) == account
    assert check_password(store, "ada", PASSWORD + "x") is None
    assert check_password(store, "bob", PASSWORD) is None
    with pytest.raises(UsageError, match="there is an account «ada»"):
        house.account("ada")
    make_first_account(store, PASSWORD, now=NOW)
    assert [each.name for each in store.accounts()] == ["ada"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "desk.example.org"])
def test_another_address_needs_a_login(host: str) -> None:
    with pytest.raises(ValueError, match="nobody gets in without a login"):
        DeskSettings(host=host)
    assert not DeskSettings(host=host, login="accounts").is_local


def test_a_desk_for_everybody_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "widerhall.yaml").write_text("desk:\n  host: 0.0.0.0\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"desk\.login"):
        load_config(tmp_path, {})


def test_accounts_are_kept_by_commands(tmp_path: Path) -> None:
    def run(*args: str, stdin: str = "") -> Any:
        return widerhall("--data-dir", str(tmp_path), *args, stdin=stdin)

    assert run("account", "add", "ada", "--password-stdin", stdin=f"{PASSWORD}\n").code == 0
    assert run("account", "add", "ada", "--password-stdin", stdin=f"{PASSWORD}\n").code == 2
    assert run("account", "role", "ada", "reader").code == 0
    assert [each["role"] for each in run("account", "list", "--json").json["accounts"]] == ["reader"]
    assert len(run("account", "token", "ada").out.strip()) == 43
    assert "1 session ended" in run("account", "password", "ada", "--password-stdin", stdin="another good one\n").out
    assert run("account", "logout", "bob").err.count("there is no account «bob»; there are: ada") == 1
    assert run("account", "remove", "ada").code == 0
    assert "no accounts" in run("account", "list").out
    assert run("audit").code == 0
