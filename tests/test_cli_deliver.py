"""`widerhall deliver` as an operator uses it, and what `status` says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import open_store
from tests.cli_material import Said, widerhall
from tests.config_material import write_config
from tests.delivery_material import hook_server
from tests.store_material import WATCH
from tests.test_store_deliveries import a_delivery

SECRET = "QUJD" * 8
SETTINGS = """\
network: {allowed_networks: [127.0.0.0/8]}
delivery:
  folders: {archive: {path: outbox}}
  webhooks: {ours: {url: "${HOOK}", secret: "${SECRET}"}}
"""

Ask = Callable[..., Said]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Commands on a configuration with two channels."""
    monkeypatch.setenv("SECRET", SECRET)
    monkeypatch.setenv("HOOK", "http://127.0.0.1:9/none")
    folder = write_config(tmp_path / "own", {"widerhall.yaml": SETTINGS})
    return lambda *args: widerhall("--config", folder, *args)


def with_delivery(tmp_path: Path) -> None:
    """A database in which one delivery was given up; the times stay true however slow the machine is."""
    store = open_store(f"sqlite:///{tmp_path / 'own' / 'data' / 'widerhall.db'}")
    queued_at = datetime.now(UTC) - timedelta(hours=3, minutes=1)
    store.add_deliveries([a_delivery(channel="archive", receiver="", watch=WATCH)], now=queued_at)
    store.delivery_failed(1, "the disk was full", next_at=None)
    store.close()


def test_without_channels_it_says_where_to_name_one(tmp_path: Path) -> None:
    said = widerhall("--config", write_config(tmp_path), "deliver", "--test")
    assert (said.code, said.out) == (2, "")
    assert "widerhall.yaml, section delivery" in said.err


def test_channels_are_tried_before_there_is_a_database(own: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook_server() as hook:
        monkeypatch.setenv("HOOK", hook.url)
        said = own("deliver", "--test")
    assert (said.code, said.err) == (0, "")
    assert said.lines == ["● archive  test", "● ours  test", "2 messages delivered"]
    assert len(hook.requests) == 1


def test_a_channel_that_fails_is_told_with_advice(own: Ask) -> None:
    said = own("deliver", "--test")
    assert said.code == 1
    assert said.lines[1].startswith("✗ ours  test: no connection to 127.0.0.1:9")
    assert said.lines[-1] == "1 of 2 not delivered"
    assert SECRET not in said.out + said.err


def test_what_was_given_up_is_listed_and_tried_again(own: Ask, tmp_path: Path) -> None:
    with_delivery(tmp_path)
    (line,) = [line for line in own("deliver", "list").lines if line.startswith("d-1")]
    assert "digest of 2016-08-11" in line
    assert "given up  the disk was full" in line
    assert own("deliver", "list", "--state", "sent").lines == ["Nothing."]
    said = own("status").out
    assert "0 sent · 1 not delivered · widerhall deliver list" in said
    assert "archive         1  3 h ago  given up  the disk was full" in said
    assert own("status", "--json").json["deliveries"] == {"pending": 0, "sent": 0, "failed": 0, "given_up": 1}
    (missed,) = own("status", "--json").json["undelivered"]
    assert (missed["channel"], missed["number"], missed["next_at"]) == ("archive", 1, None)
    again = own("deliver", "retry", "d-1")
    assert again.code == 1, "there is no such watch: that is the next problem"
    assert "there is no watch" in again.out
    assert own("deliver", "retry", "d-9").code == 2
    assert own("deliver", "retry", "--channel", "archive").lines[-1] == "1 of 1 not delivered"
    assert "nothing waits for «ours»" in own("deliver", "retry", "--channel", "ours").err
    assert "which one?" in own("deliver", "retry").err
    assert "expected d-12 (delivery)" in own("deliver", "retry", "m-1").err


def test_a_list_says_when_each_is_tried(own: Ask, tmp_path: Path) -> None:
    store, now = open_store(f"sqlite:///{tmp_path / 'own' / 'data' / 'widerhall.db'}"), datetime.now(UTC)
    rows = [a_delivery(key, channel="archive", receiver="", watch=WATCH) for key in ("k1", "k2", "k3")]
    store.add_deliveries(rows, now=now)
    store.delivery_failed(2, "the disk was full", next_at=now + timedelta(hours=2, minutes=59))
    store.claim_delivery(3, now=now, until=now + timedelta(hours=1))
    store.close()
    said = own("deliver", "list").lines[1:]
    assert [line.split("archive  ")[1].split("  ")[0] for line in said] == ["in hand", "again in 2 h", "due now"]


def test_nothing_due_is_no_problem(own: Ask, tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'own' / 'data' / 'widerhall.db'}").close()
    said = own("deliver")
    assert (said.code, said.lines) == (0, ["Nothing is due. What went out: widerhall deliver list"])
    assert own("digest", "--day", "2016-08-11", "--resend").code == 2
