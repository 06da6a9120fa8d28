"""Accounts, sessions and the record of changes, in both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.errors import NotFoundError
from monitor.model import Account, Role
from store import SqlStore
from tests.store_material import DAY, HOUR, NOW

ADA = Account(name="ada", role=Role.ANALYST, password_hash="hash", created_at=NOW)


def test_an_account_comes_back_as_it_was_and_is_replaced_by_name(store: SqlStore) -> None:
    store.put_account(ADA)
    store.put_account(replace(ADA, name="Özge", role=Role.READER))
    store.put_account(replace(ADA, role=Role.READER))
    assert list(store.accounts()) == [replace(ADA, role=Role.READER), replace(ADA, name="Özge", role=Role.READER)]


def test_a_session_holds_until_it_is_over(store: SqlStore) -> None:
    store.put_account(ADA)
    store.open_session("h1", "ada", label="browser", now=NOW, until=NOW + DAY)
    assert store.session_account("h1", now=NOW + HOUR) == ADA
    assert store.session_account("h1", now=NOW + DAY) is None
    assert store.session_account("h2", now=NOW) is None
    store.end_session("h1")
    assert store.session_account("h1", now=NOW) is None


def test_an_account_is_logged_out_everywhere(store: SqlStore) -> None:
    store.put_account(ADA)
    for name in ("h1", "h2"):
        store.open_session(name, "ada", label="browser", now=NOW, until=NOW + DAY)
    assert store.end_sessions("ada") == 2
    assert store.session_account("h1", now=NOW) is None


def test_a_removed_account_takes_its_sessions_along(store: SqlStore) -> None:
    store.put_account(ADA)
    store.open_session("h1", "ada", label="browser", now=NOW, until=NOW + DAY)
    store.drop_account("ada")
    store.put_account(ADA)
    assert store.session_account("h1", now=NOW) is None
    with pytest.raises(NotFoundError, match="no account «bob»"):
        store.drop_account("bob")


def test_what_was_changed_is_told_the_latest_first(store: SqlStore) -> None:
    store.record("ada", "judge", "/article/1/verdict", {"kind": "relevant"}, now=NOW)
    store.record("bob", "login_failed", "/login", {}, now=NOW + HOUR)
    assert [each.author for each in store.audit()] == ["bob", "ada"]
    (entry,) = store.audit(author="ada")
    assert (entry.at, entry.action, entry.subject, entry.detail) == (
        NOW,
        "judge",
        "/article/1/verdict",
        {"kind": "relevant"},
    )
    assert [each.author for each in store.audit(since=NOW + HOUR)] == ["bob"]
    assert len(store.audit(limit=1)) == 1
