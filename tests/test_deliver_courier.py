"""The whole way, on both databases: queued once, sent at least once, tried again, given up, never lost in a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from monitor.model import AlertSettings, DeliveryState, Outcome
from monitor.report.shelf import StoryShelf, save_shelf
from store import SqlStore
from tests.delivery_material import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    WATCH,
    Clock,
    Mailbox,
    a_courier,
    a_watch,
    channels,
    hook_server,
    mail_server,
    save_digest,
)
from tests.store_material import a_card, an_article

ROOT = Path(__file__).parent.parent
TEAM = ("ada@b.org", "emre@b.org", "li@b.org")


def states(store: SqlStore) -> dict[str, str]:
    return {row.receiver or row.channel: row.state.value for row in store.deliveries()}


def test_a_digest_goes_to_everybody_once(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox()
    with mail_server(box) as smtp, hook_server() as hook:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM, hook=hook), clock)
        assert courier.queue() == 0  # nothing to send: now everybody is known
        save_digest(store, clock)
        assert courier.queue() == 4
        assert courier.queue() == 0
        assert {result.error for result in courier.send()} == {""}
        assert courier.send() == []
    assert sorted(receiver for receiver, _ in box.mails) == sorted(TEAM)
    assert {str(mail["To"]) for mail in box.parsed} == set(TEAM), "nobody sees who else gets it"
    assert len({str(mail["Message-ID"]) for mail in box.parsed}) == 3
    assert len(hook.requests) == 1
    assert set(states(store).values()) == {"sent"}


def test_an_empty_day_is_sent_and_says_why(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox()
    with mail_server(box) as smtp:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM[:1]), clock)
        courier.queue()
        save_digest(store, clock, empty=True)
        courier.queue()
        courier.send()
    (mail,) = box.parsed
    assert mail["Subject"].endswith("11 Aug 2016: no feed was polled")


def test_what_was_written_before_a_receiver_was_known_is_not_sent(store: SqlStore) -> None:
    clock = Clock()
    save_digest(store, clock)
    clock.passes(MINUTE)
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        assert courier.queue() == 0


def test_of_the_days_that_a_machine_slept_the_last_is_told(store: SqlStore) -> None:
    clock, days = Clock(), [DAY + number * timedelta(days=1) for number in range(20)]
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        courier.queue()
        clock.passes(19 * 24 * HOUR)
        save_digest(store, clock)
        for day in days[1:]:
            save_digest(store, clock, day=day, empty=True)
        assert courier.queue() == 2
        assert courier.queue() == 0
    assert [row.subject for row in store.deliveries()] == [f"{days[-1]}.1", f"{DAY}.1"]


def test_a_clock_that_was_ahead_when_a_receiver_was_met_keeps_nothing_back(store: SqlStore) -> None:
    clock = Clock(NOW + 3650 * 24 * HOUR)
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        courier.queue()
        clock.now = NOW
        courier.queue()
        clock.passes(MINUTE)
        save_digest(store, clock)
        assert courier.queue() == 1


def test_a_watch_chooses_its_channels(store: SqlStore, tmp_path: Path) -> None:
    clock = Clock()
    delivery = channels(folder=tmp_path, to=TEAM)
    courier = a_courier(store, delivery, clock, watch=a_watch(digests=("archive",)))
    courier.queue()
    save_digest(store, clock)
    assert courier.queue() == 1
    silent = a_courier(store, delivery, clock, watch=a_watch(digests=()))
    assert silent.queue() == 0


# --- what goes wrong ----------------------------------------------------------------------------------------------


def test_one_refused_address_does_not_keep_the_mail_from_the_others(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox(refused={TEAM[0]: "550 5.1.1 no such user", TEAM[1]: "451 4.7.1 try later"})
    with mail_server(box) as smtp:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM), clock)
        courier.queue()
        save_digest(store, clock)
        courier.queue()
        courier.send()
        assert states(store) == {TEAM[0]: "given_up", TEAM[1]: "failed", TEAM[2]: "sent"}
        box.refused.clear()
        clock.passes(MINUTE)
        courier.send()
    assert states(store) == {TEAM[0]: "given_up", TEAM[1]: "sent", TEAM[2]: "sent"}
    assert [receiver for receiver, _ in box.mails] == [TEAM[2], TEAM[1]]
    given_up = next(row for row in store.deliveries() if row.state is DeliveryState.GIVEN_UP)
    assert given_up.last_error == "ada@b.org is refused: 550 5.1.1 no such user; is the address right?"


def test_a_server_that_takes_few_mails_a_session_is_asked_for_more_sessions(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox(per_session=2)
    people = [f"p{number}@b.org" for number in range(8)]
    with mail_server(box) as smtp:
        courier = a_courier(store, channels(smtp=smtp, to=people), clock)
        courier.queue()
        save_digest(store, clock)
        courier.queue()
        assert [bool(result.error) for result in courier.send()] == [False, False, True] * 2 + [False, False]
        clock.passes(MINUTE)
        courier.send()
    assert sorted(receiver for receiver, _ in box.mails) == people


def test_a_server_that_is_down_keeps_nobody_else_waiting_and_is_tried_until_it_is_back(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox()
    with mail_server(box) as smtp:
        pass  # and now it is down
    with hook_server() as hook:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM, hook=hook), clock)
        courier.queue()
        save_digest(store, clock)
        courier.queue()
        courier.send()
        assert states(store) == {"ours": "sent", **dict.fromkeys(TEAM, "failed")}
        for wait in (1, 2, 4):
            clock.passes(wait * MINUTE)
            assert len(courier.send()) == 3
            assert courier.send() == [], "not before it is time"
        with mail_server(box, port=smtp.port):
            assert len(courier.send(with_waiting=True)) == 3, "unless asked"
    assert set(states(store).values()) == {"sent"}
    assert len(box.mails) == 3


def test_it_is_given_up_after_two_days_and_can_be_tried_again(store: SqlStore) -> None:
    clock = Clock()
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        courier.queue()
        save_digest(store, clock)
        courier.queue()
        hook.will_answer(*[500] * 16)
        while row := next((row for row in store.deliveries() if row.next_at), None):
            clock.now = row.next_at
            courier.send()
        assert states(store) == {"ours": "given_up"}
        assert 36 * HOUR < clock() - NOW < 49 * HOUR
        assert len(hook.requests) == 16
        store.retry_delivery(store.deliveries()[0].id, now=clock())
        courier.send()
    assert states(store) == {"ours": "sent"}
    assert len(set(hook.ids)) == 1, "it is still the same message"


def test_who_is_not_in_the_configuration_any_more_gets_nothing(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox()
    with mail_server(box) as smtp, hook_server() as hook:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM, hook=hook), clock)
        courier.queue()
        save_digest(store, clock)
        courier.queue()
        courier = a_courier(store, channels(smtp=smtp, to=TEAM[:1]), clock)
        courier.send()
    assert states(store) == {"ours": "given_up", TEAM[0]: "sent", TEAM[1]: "given_up", TEAM[2]: "given_up"}
    assert hook.requests == []


def test_a_fault_of_this_program_is_a_failure_not_the_end(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        courier.queue()
        save_digest(store, clock)
        courier.queue()
        monkeypatch.setattr("monitor.deliver.courier.digest_message", lambda *_, **__: {}["nothing"])
        (result,) = courier.send()
    assert result.error == "this program failed on it: KeyError('nothing')"
    assert states(store) == {"ours": "failed"}


def test_a_resend_is_another_message(store: SqlStore) -> None:
    clock = Clock()
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        courier.queue()
        digest = save_digest(store, clock)
        courier.queue()
        courier.send()
        assert [courier.resend(WATCH, digest) for _ in range(2)] == [1, 1]
        courier.send()
        assert courier.queue() == 0
    assert len(set(hook.ids)) == 3


# --- killed -------------------------------------------------------------------------------------------------------


def killed_in_the_act(**command: object) -> None:
    """Let another process deliver and kill itself in the act (delivery_driver.py)."""
    driver = subprocess.run(
        [sys.executable, ROOT / "tests" / "delivery_driver.py"],
        input=json.dumps(command),
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert driver.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("when", "copies"), [("queued", 1), ("claimed", 1), ("sent", 2)])
def test_killed_between_sending_and_recording(store: SqlStore, store_url: str, when: str, copies: int) -> None:
    clock, box = Clock(), Mailbox()
    with mail_server(box) as smtp, hook_server() as hook:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM[:1], hook=hook), clock)
        courier.queue()
        save_digest(store, clock)
        killed_in_the_act(database=store_url, smtp_port=smtp.port, hook_url=hook.url, to=TEAM[:1], dies=when)
        clock.passes(10 * MINUTE)  # the claim of the dead ends
        courier.queue()
        courier.send()
        assert set(states(store).values()) == {"sent"}
    # One that sends side by side dies with one or both of its messages out.
    assert 1 <= len(box.mails) <= copies
    assert 1 <= len(hook.requests) <= copies
    assert len(box.mails) + len(hook.requests) >= copies + 1
    assert len({str(mail["Message-ID"]) for mail in box.parsed}) == 1
    assert len(set(hook.ids)) == 1


def test_two_processes_send_nothing_twice(store: SqlStore) -> None:
    clock = Clock()
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock)
        other = a_courier(store, channels(hook=hook), clock)
        courier.queue()
        save_digest(store, clock)
        assert courier.queue() + other.queue() == 1
        (row,) = store.due_deliveries(now=clock())
        assert store.claim_delivery(row.id, now=clock(), until=clock() + MINUTE)  # the other one has it
        assert courier.send() == []
        assert courier._send_group([row]) == [], "even if it was free a moment ago"
    assert hook.requests == []


# --- alerts -------------------------------------------------------------------------------------------------------


def matched(store: SqlStore, clock: Clock, *scores: float) -> Sequence[int]:
    """Matches with a story each; their articles' ids."""
    shelf, ids = StoryShelf(), []
    for number, score in enumerate(scores, start=1):
        card = a_card(score, watch=WATCH.id, outcome=Outcome.MATCH)
        article = an_article(
            f"Text {number}", url=f"https://dw.example/{number}", title=f"Title {number}", scores=(card,), feed_id="dw"
        )
        ids.append(store.record_article(article, now=clock()))
        shelf.book.story_of[ids[-1]] = number
    save_shelf(store, WATCH.id, shelf, now=clock())
    return ids


def test_an_alert_is_raised_at_once_and_once(store: SqlStore) -> None:
    clock, box = Clock(), Mailbox()
    watch = a_watch(digests=(), alerts=AlertSettings(to=("team",), score=75.0))
    with mail_server(box) as smtp:
        courier = a_courier(store, channels(smtp=smtp, to=TEAM[:2]), clock, watch=watch)
        matched(store, clock, 90.0)
        clock.passes(MINUTE)
        assert courier.queue() == 0, "it matched before anybody wanted alerts"
        matched(store, clock, 90.0, 60.0, 80.0)
        clock.passes(MINUTE)
        assert courier.queue() == 2
        courier.send()
        assert courier.queue() == 0
        clock.passes(HOUR)
        assert courier.queue() == 0
    assert {str(mail["Subject"]) for mail in box.parsed} == {"Alert: Title 3 (dw.example)"}


def test_alerts_are_limited_and_what_waits_is_told_together(store: SqlStore) -> None:
    clock = Clock()
    watch = a_watch(digests=(), alerts=AlertSettings(to=("ours",), score=75.0, every=30 * MINUTE))
    with hook_server() as hook:
        courier = a_courier(store, channels(hook=hook), clock, watch=watch)
        courier.queue()
        matched(store, clock, 90.0)
        assert courier.queue() == 1
        clock.passes(MINUTE)
        matched(store, clock, 90.0, 80.0, 85.0)
        assert courier.queue() == 0
        clock.passes(29 * MINUTE)
        assert courier.queue() == 1
        newest = store.deliveries()[0]
    assert [story["id"] for story in newest.content["stories"]] == ["s-3", "s-2"]


# --- apprise ------------------------------------------------------------------------------------------------------


def test_without_apprise_it_is_said(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    (result,) = a_courier(store, channels(push="json://localhost"), Clock()).test()
    assert (result.error, result.advice) == ("apprise is not installed", "pip install 'widerhall[apprise]'")


class FakeApprise(ModuleType):
    """As much of the library as is used."""

    NotifyFormat = SimpleNamespace(TEXT="text")

    def __init__(self, *, succeeds: bool) -> None:
        super().__init__("apprise")
        self.sent: list[dict[str, str]] = []
        self.succeeds = succeeds

    def Apprise(self) -> Any:
        def notify(**said: str) -> bool:
            self.sent.append(said)
            return self.succeeds

        return SimpleNamespace(add=lambda url: url.startswith("json://"), notify=notify)


def test_a_short_message_for_chat(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, fake = Clock(), FakeApprise(succeeds=True)
    monkeypatch.setitem(sys.modules, "apprise", fake)
    courier = a_courier(store, channels(push="json://localhost"), clock)
    courier.queue()
    save_digest(store, clock)
    courier.queue()
    courier.send()
    (said,) = fake.sent
    assert said["title"] == "Turkey, Russia and the fight against IS · 11 Aug 2016: 4 matches"
    assert said["body"].splitlines()[1].startswith("• Ankara und Moskau wollen gemeinsam gegen den IS vorgehen (Demo")
    assert said["body_format"] == "text"
    assert len(said["body"].splitlines()) == 5


def test_a_service_that_does_not_take_it(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", FakeApprise(succeeds=False))
    results = [
        result.error
        for url in ("json://localhost", "nonsense://x")
        for result in a_courier(store, channels(push=url), Clock()).test()
    ]
    assert results == ["the service did not take it", "apprise does not know this kind of address"]


# --- trying -------------------------------------------------------------------------------------------------------


def test_a_channel_that_is_down_is_tried_once_not_for_each_receiver(store: SqlStore) -> None:
    box = Mailbox(refused_senders={"widerhall@example.org": "553 5.7.1 not yours"})
    with mail_server(box) as smtp:
        results = [*a_courier(store, channels(smtp=smtp, to=TEAM), Clock()).test()]
    assert [result.error for result in results] == ["the sender is refused: 553 5.7.1 not yours"] * 3
    assert box.asked == ["widerhall@example.org"]


def test_every_channel_is_tried_and_each_result_told(store: SqlStore, tmp_path: Path) -> None:
    box = Mailbox(refused={TEAM[1]: "550 5.1.1 no such user"})
    with mail_server(box) as smtp, hook_server() as hook:
        hook.will_answer(401)
        delivery = channels(smtp=smtp, to=TEAM[:2], hook=hook, folder=tmp_path)
        results = [*a_courier(store, delivery, Clock()).test()]
    assert [(each.channel, each.receiver, each.error, each.advice) for each in results] == [
        ("team", TEAM[0], "", ""),
        ("team", TEAM[1], "emre@b.org is refused: 550 5.1.1 no such user", "is the address right?"),
        ("archive", "", "", ""),
        ("ours", "", "the receiver answers 401", "does it have the same secret?"),
    ]
    assert box.parsed[0]["Subject"] == "A test from Widerhall"
    assert store.deliveries() == []


def test_german_watches_are_told_in_german(store: SqlStore) -> None:
    box, clock = Mailbox(), Clock()
    german = replace(WATCH, digest=replace(WATCH.digest, language="de"))
    with mail_server(box) as smtp:
        [*a_courier(store, channels(smtp=smtp, to=TEAM[:1]), clock, watch=german).test()]
    assert box.parsed[0]["Subject"] == "Eine Probe von Widerhall"
    assert DAY.year == 2016
