"""Turns at sites, with a clock that only moves when somebody sleeps; addresses and the sites they belong to."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.addresses import AddressPolicy, is_public, site_of
from monitor.collect.politeness import Turns

NOW = datetime(2016, 8, 11, 12, tzinfo=UTC)


class Time:
    """Passes while somebody sleeps: the first to wake moves it."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now_s + seconds, woken))
        await woken.wait()

    async def run(self, *work: Awaitable[None]) -> None:
        tasks = [asyncio.ensure_future(each) for each in work]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self._sleepers.sort(key=lambda sleeper: sleeper[0])
                self.now_s, woken = self._sleepers.pop(0)
                woken.set()
        await asyncio.gather(*tasks)


def starts(visits: list[tuple[str, float]], turns: Callable[[Time], Turns], *, at_least_s: float = 0.0) -> list[float]:
    """When visits that take so many seconds start, all asked for at once."""
    time = Time()
    gate = turns(time)
    started: list[float] = []

    async def visit(site: str, takes_s: float) -> None:
        async with gate.turn(site, asked_s=at_least_s):
            started.append(time.now())
            if takes_s:
                await time.sleep(takes_s)

    asyncio.run(time.run(*(visit(*each) for each in visits)))
    return started


def turns(**settings: object) -> Callable[[Time], Turns]:
    return lambda time: Turns(now=time.now, sleep=time.sleep, **settings)  # type: ignore[arg-type]


def test_a_site_is_asked_a_spacing_after_its_last_answer() -> None:
    assert starts([("a", 2.0)] * 3, turns(spacing_s=1.0)) == [0.0, 3.0, 6.0]


def test_sites_do_not_wait_for_each_other() -> None:
    assert starts([("a", 2.0), ("b", 2.0), ("c", 0.0)], turns(spacing_s=5.0)) == [0.0, 0.0, 0.0]


def test_several_at_once_still_start_apart() -> None:
    assert starts([("a", 10.0)] * 3, turns(spacing_s=1.0, per_site=2)) == [0.0, 1.0, 11.0]


def test_a_site_may_have_a_spacing_of_its_own() -> None:
    spaced = turns(spacing_s=1.0, overrides={"slow": 7.0, "fast": 0.0})
    visits = [("slow", 0.0), ("slow", 0.0), ("fast", 0.0), ("fast", 0.0)]
    assert starts(visits, spaced) == [0.0, 0.0, 0.0, 7.0]


def test_a_crawl_delay_makes_the_spacing_longer() -> None:
    assert starts([("a", 0.0)] * 2, turns(spacing_s=1.0), at_least_s=4.0) == [0.0, 4.0]


def test_a_delay_once_known_holds_for_those_who_did_not_ask_for_it() -> None:
    time = Time()
    gate = Turns(spacing_s=1.0, now=time.now, sleep=time.sleep)
    started: list[float] = []

    async def steps() -> None:
        for asked_s in (None, 9.0, None, 0.0, None):  # 0: its robots.txt was read again and says nothing of it now
            async with gate.turn("a", asked_s=asked_s):
                started.append(time.now())

    asyncio.run(time.run(steps()))
    assert started == [0.0, 9.0, 18.0, 19.0, 20.0]


def test_a_failed_visit_gives_its_turn_back() -> None:
    time = Time()
    gate = Turns(spacing_s=1.0, now=time.now, sleep=time.sleep)

    async def steps() -> None:
        with pytest.raises(ValueError, match="broken"):
            async with gate.turn("a"):
                raise ValueError("broken")
        async with gate.turn("a"):
            pass

    asyncio.run(time.run(steps()))
    assert time.now_s == 1.0


def test_idle_sites_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.collect.politeness.SITES_KEPT", 10)
    time = Time()
    gate = Turns(spacing_s=1.0, now=time.now, sleep=time.sleep)

    async def steps() -> None:
        for number in range(100):
            async with gate.turn(f"site-{number}"):
                time.now_s += 2.0

    asyncio.run(steps())
    assert len(gate._sites) <= 10


def test_a_rest_ends() -> None:
    gate = Turns()
    gate.let_rest("a.example", NOW + timedelta(seconds=30))
    assert gate.rests_until("a.example", now=NOW) == NOW + timedelta(seconds=30)
    assert gate.rests_until("b.example", now=NOW) is None
    assert gate.rests_until("a.example", now=NOW + timedelta(seconds=30)) is None


# --- addresses -------------------------------------------------------------------------------------------------------


NOT_PUBLIC = """
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
    192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1
    2001:db8::1 2002:7f00:1:: 2002:a00:1::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 4000::1
"""
PUBLIC = "1.1.1.1 93.184.216.34 172.32.0.1 2606:4700::1111 64:ff9b::101:101 2002:101:101::1"


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_what_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_what_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("networks", "ports", "address", "port", "is_allowed"),
    [
        ((), (), "1.1.1.1", 443, True),
        ((), (), "1.1.1.1", 8080, False),
        ((), (8080,), "1.1.1.1", 8080, True),
        ((), (), "127.0.0.1", 80, False),
        (("127.0.0.0/8",), (), "127.0.0.1", 8123, True),
        (("127.0.0.0/8",), (8080,), "127.0.0.1", 8123, False),
        (("127.0.0.0/8",), (8080,), "127.0.0.1", 80, True),
        (("127.0.0.0/8",), (), "::ffff:127.0.0.1", 80, True),
        (("127.0.0.0/8",), (), "10.0.0.1", 80, False),
        (("127.0.0.0/8",), (), "1.1.1.1", 8080, False),
        (("fd00::/8",), (), "fd00::5", 80, True),
    ],
)
def test_what_the_operator_allows(
    networks: tuple[str, ...], ports: tuple[int, ...], address: str, port: int, is_allowed: bool
) -> None:
    refusal = AddressPolicy(networks=networks, ports=ports).refusal(ipaddress.ip_address(address), port)
    assert (refusal == "") is is_allowed


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.dw.com/de/a", "dw.com"),
        ("http://rss.dw.com:80/xml", "dw.com"),
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://BBC.CO.UK./x", "bbc.co.uk"),
        ("http://127.0.0.1:8001/x", "127.0.0.1:8001"),
        ("http://127.0.0.1/x", "127.0.0.1:80"),
        ("https://localhost/x", "localhost:443"),
        ("http://[::1]:9/", "::1:9"),
        ("http://a.outlet.test:9/", "outlet.test"),
    ],
)
def test_the_site_of_an_address(url: str, site: str) -> None:
    assert site_of(url) == site
