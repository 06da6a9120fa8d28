"""What the doctor says of each part; and the command on a machine whose feeds cannot be reached."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import doctor
from monitor.doctor import Asked, Finding, State
from monitor.errors import DeliveryError, FetchError, Problem
from monitor.model import FailureKind, FeedRow, FeedSpec, FeedState, Fetched, PollBounds
from monitor.settings.delivery import DeliveryChannels, FolderChannel, MailChannel, Smtp, WebhookChannel
from monitor.undelivered import Undelivered
from monitor.work import Muster, Queue
from tests.cli_material import widerhall
from tests.store_material import HOUR, NOW

GIGABYTE = 1_000_000_000


def a_row(name: str = "dw", **changes: Any) -> FeedRow:
    return FeedRow(**({"id": name, "url": "https://x.example/rss", "last_polled_at": NOW} | changes))


def asked(*seconds_ahead: float | None, problem: str = "") -> list[Asked]:
    return [
        Asked(host="x.example", problem=problem, ahead=None if ahead is None else timedelta(seconds=ahead))
        for ahead in seconds_ahead
    ]


def crew(*workers: str, waiting: int = 3, stalled: int = 0) -> Muster:
    queue = Queue(waiting=waiting, waiting_s=None, doing=0, doing_s=None)
    return Muster(workers=workers, queues={"fetch": queue}, stalled=stalled)


WARNING = Problem(file="w.yaml", line=3, column=1, path="x", message="odd", is_warning=True)
DISK = {"free_bytes": 10 * GIGABYTE, "database_bytes": GIGABYTE, "is_writable": True}


@pytest.mark.parametrize(
    ("finding", "state", "said"),
    [
        (doctor.on_configuration([]), "well", "sound"),
        (doctor.on_configuration([WARNING]), "warning", "warnings: 1; w.yaml:3"),
        (doctor.on_database([], schema="0003", size_bytes=5_000_000), "well", "opens, schema 0003, 5 MB"),
        (doctor.on_database(["bent"], schema="0003", size_bytes=1), "problem", "bent"),
        (doctor.on_disk(Path("/d"), **DISK), "well", "10,000 MB free in /d"),
        (doctor.on_disk(Path("/d"), **(DISK | {"free_bytes": GIGABYTE})), "warning", "only 1,000 MB free"),
        (doctor.on_disk(Path("/d"), **(DISK | {"free_bytes": 4096})), "problem", "only 0 MB free"),
        (doctor.on_disk(Path("/d"), **(DISK | {"is_writable": False})), "problem", "/d cannot be written"),
        (doctor.on_workers(crew("7 on db1")), "well", "1 at work, jobs waiting: 3"),
        (doctor.on_workers(crew()), "problem", "none, jobs waiting: 3"),
        (doctor.on_workers(crew(waiting=0)), "warning", "none, jobs waiting: 0"),
        (doctor.on_workers(crew("7 on db1", stalled=2)), "warning", "2 jobs in the hands of workers"),
        (doctor.on_network([]), "skipped", "no active feed"),
        (doctor.on_network(asked(0.0)), "well", "x.example: reached"),
        (doctor.on_network(asked(None, problem="no route")), "problem", "none of x.example can be reached: no route"),
        (doctor.on_network([*asked(0.0), *asked(None, problem="no")]), "well", "cannot be reached (no); others can"),
        (doctor.on_clock([]), "skipped", "no server could be asked"),
        (doctor.on_clock(asked(None)), "skipped", "no server could be asked"),
        (doctor.on_clock(asked(1.0, -2.0, 9_000.0)), "well", "within 120 s"),
        (doctor.on_clock(asked(3_600.0)), "problem", "3600 s slow"),
        (doctor.on_clock(asked(-3_600.0)), "problem", "3600 s fast"),
        (doctor.on_leap(NOW), "warning", f"nothing old is let go until {NOW:%d %B, %H:%M} UTC"),
        (doctor.on_feeds([], {"dw"}), "skipped", "none of 1 was polled yet"),
        (doctor.on_feeds([a_row(last_error="no", state=FeedState.PAUSED)], {"dw"}), "skipped", "none of 1"),
        (doctor.on_feeds([a_row()], {"dw"}), "well", "1 of 1 answered"),
        (doctor.on_feeds([a_row(last_error="no")], {"dw"}), "warning", "0 of 1 answered"),
        (doctor.on_daemon("", [], now=NOW), "warning", "not running"),
        (doctor.on_daemon("process 7", [a_row(last_success_at=NOW - HOUR)], now=NOW), "well", "runs, process 7"),
        (doctor.on_daemon("process 7", [a_row(last_polled_at=None)], now=NOW), "well", "asked no feed yet"),
        (doctor.on_daemon("process 7", [a_row()], now=NOW), "problem", "no feed answered for 6 hours"),
    ],
)
def test_each_part_is_judged(finding: Finding, state: str, said: str) -> None:
    assert finding.state == state
    assert said in finding.message
    assert bool(finding.advice) == (state in ("warning", "problem"))


def test_channels_are_judged_one_by_one() -> None:
    late = Undelivered(channel="mail", number=2, given_up=1, since=NOW, next_at=None, why="mailbox full")
    no = DeliveryError("no connection", "is it running?")
    found = doctor.on_delivery({"mail": None, "hook": no}, untried=["chat"], missed=[late])
    assert [(each.state, each.message, each.advice) for each in found] == [
        (State.WELL, "mail: can be reached", ""),
        (State.PROBLEM, "hook: no connection", "is it running?"),
        (State.SKIPPED, "chat: cannot be tried without sending", "widerhall deliver --test"),
        (
            State.WARNING,
            f"mail: 2 not delivered since {NOW:%Y-%m-%d %H:%M} UTC: mailbox full",
            "after mending: widerhall deliver retry --channel mail",
        ),
    ]
    (nothing,) = doctor.on_delivery({}, untried=[], missed=[])
    assert nothing.state is State.SKIPPED


def test_channels_are_reached_for_without_sending(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    reached = doctor.reach_channels(
        DeliveryChannels(
            smtp=Smtp(host="127.0.0.1", port=1, security="none"),
            mail={"desk": MailChannel(to=("a@example.org",))},
            folders={"out": FolderChannel(path=tmp_path / "new"), "in": FolderChannel(path=tmp_path / "file" / "x")},
            webhooks={"hook": WebhookChannel(url="http://127.0.0.1:1/x", secret="")},
        )
    )
    assert {name: error and error.message.partition(" (")[0] for name, error in reached.items()} == {
        "desk": "no connection to 127.0.0.1:1",
        "out": None,
        "in": f"{tmp_path}/file/x cannot be written",
        "hook": "no connection to 127.0.0.1:1",
    }
    assert not (tmp_path / "new").exists()


class Servers:
    """Answers with a clock an hour ahead, but for one host."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, request: Any) -> Fetched:
        self.asked.append(request.url)
        if "down" in request.url:
            raise FetchError(request.url, FailureKind.CONNECT, "nobody there")
        return Fetched(
            url=request.url,
            final_url=request.url,
            status=200,
            content_type="text/xml",
            charset="",
            body=b"",
            fetched_at=NOW,
            server_time=NOW + HOUR,
        )


def test_a_few_hosts_are_asked_once_each() -> None:
    servers = Servers()
    urls = ["https://a.example/1", "https://a.example/2", "https://down.example/1", "https://c.example/1"]
    urls += ["https://d.example/1"]
    feeds = [
        FeedSpec(id=str(at), url=url, title="", language="de", country="de", publisher="", kind="private")
        for at, url in enumerate(urls)
    ]
    found = asyncio.run(doctor.ask_servers(servers, feeds, clock=lambda: NOW, bounds=PollBounds()))  # type: ignore[arg-type]
    assert found == [
        Asked(host="a.example", ahead=HOUR),
        Asked(host="down.example", problem="nobody there"),
        Asked(host="c.example", ahead=HOUR),
    ]
    assert servers.asked == ["https://a.example/1", "https://down.example/1", "https://c.example/1"]


@pytest.mark.usefixtures("shipped_configuration")
def test_the_command_names_problems_with_what_to_do(
    demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    monkeypatch.setenv("WIDERHALL_DATA_DIR", str(folder))
    said = widerhall("doctor")  # the demo's newsroom is not there any more
    assert said.code == 1
    assert "✗ network        none of 127.0.0.1 can be reached" in said.out
    assert "– clock          no server could be asked for the time" in said.out
    assert "✓ database       opens, schema" in said.out
    assert "! daemon         not running\n                 → widerhall run" in said.out
    shutil.rmtree(folder)
    assert "! database       there is none yet in" in widerhall("doctor").out
