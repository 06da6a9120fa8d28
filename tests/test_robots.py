"""robots.txt as RFC 9309 has it: which lines speak to us, what they allow, and what follows when they cannot be had."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.collect.fetch import HttpFetcher
from monitor.collect.robots import Rules
from monitor.errors import FetchError, RefusedError
from monitor.model import FetchSettings, Request
from tests.faulty_web import FEED, FaultyWeb, Respond, answer, hang_up, redirect, silent

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)
SITE = "https://site.example"


def allowed(robots: str, *paths: str) -> list[bool]:
    rules = Rules.parse(robots.encode("utf-8"), token="Widerhall")
    return [rules.allows(SITE + path) for path in paths]


# --- which group speaks to us ----------------------------------------------------------------------------------------

OURS = "Disallow: /ours\n"
THEIRS = "Disallow: /theirs\n"


@pytest.mark.parametrize(
    ("robots", "ours", "theirs"),
    [
        pytest.param("", True, True, id="empty"),
        pytest.param("<html><body>not found</body></html>", True, True, id="a page instead"),
        pytest.param(f"User-agent: *\n{THEIRS}", True, False, id="all"),
        pytest.param(f"User-agent: *\n{THEIRS}\nUser-agent: Widerhall\n{OURS}", False, True, id="ours beats all"),
        pytest.param(f"User-agent: Widerhall\n{OURS}\nUser-agent: *\n{THEIRS}", False, True, id="in any order"),
        pytest.param(f"User-agent: widerHALL\n{OURS}", False, True, id="case does not count"),
        pytest.param(f"User-agent: Widerhall/1.0\n{OURS}", False, True, id="a version does not count"),
        pytest.param(f"User-agent: Wider\n{OURS}", True, True, id="a part of our name is not our name"),
        pytest.param(f"User-agent: Widerhall-News\n{OURS}", True, True, id="a longer name is not our name"),
        pytest.param(f"User-agent: otherbot\n{OURS}", True, True, id="somebody else"),
        pytest.param(f"User-agent: other\nUser-agent: Widerhall\n{OURS}", False, True, id="a group of two"),
        pytest.param(f"User-agent: Widerhall\n\n\n{OURS}", False, True, id="empty lines do not end a group"),
        pytest.param(f"User-agent: Widerhall\n# why\n{OURS}", False, True, id="nor do comments"),
        pytest.param(f"User-agent: Widerhall\nSitemap: /s.xml\n{OURS}", False, True, id="nor do sitemaps"),
        pytest.param(f"User-agent: Widerhall\nNoindex: /x\n{OURS}", False, True, id="nor do unknown lines"),
        pytest.param(
            f"User-agent: Widerhall\n{OURS}\nUser-agent: x\n{THEIRS}\nUser-agent: Widerhall\nDisallow: /theirs",
            False,
            False,
            id="two groups of ours are one",
        ),
        pytest.param(f"User-agent: *\n{THEIRS}\nUser-agent: Widerhall\nDisallow:", True, True, id="an empty group"),
        pytest.param(f"User-agent: *\n{THEIRS}\nUser-agent: Widerhall\n", True, True, id="a group without lines"),
        pytest.param(f"{OURS}User-agent: *\n{THEIRS}", True, False, id="lines before any group"),
        pytest.param(f"\ufeffUser-agent: *\n{THEIRS}", True, False, id="byte order mark"),
        pytest.param(f"User-agent: *\r\n{OURS}".replace("\n", "\r\n"), False, True, id="CRLF"),
        pytest.param(f"User-agent: *\r{OURS}".replace("\n", "\r"), False, True, id="CR"),
        pytest.param("USER-AGENT : *\ndisallow : /ours", False, True, id="spaces and capitals"),
        pytest.param("User-agent: *\nDisallow /ours", False, True, id="no colon"),
        pytest.param("User agent: *\nDissallow: /ours", False, True, id="misspelled"),
        pytest.param("User-agent: * # all\nDisallow: /ours # us", False, True, id="comments at the end"),
        pytest.param(f"User-agent: *\nCrawl-delay: 5\nUser-agent: x\n{OURS}", True, True, id="a delay ends the names"),
    ],
)
def test_which_lines_speak_to_us(robots: str, ours: bool, theirs: bool) -> None:
    assert allowed(robots, "/ours", "/theirs") == [ours, theirs]


# --- what a path matches (the examples that the RFC and Google publish) -----------------------------------------------


@pytest.mark.parametrize(
    ("rule", "matching", "other"),
    [
        ("/", ["/", "/x", "/x?y"], []),
        ("/*", ["/", "/x"], []),
        ("/fish", ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fish.php?id=1"], ["/Fish.asp", "/cat"]),
        ("/fish*", ["/fish", "/fish.html", "/fishheads/yummy.html"], ["/Fish.asp", "/catfish"]),
        ("/fish/", ["/fish/", "/fish/?id=1", "/fish/salmon.htm"], ["/fish", "/fish.html", "/animals/fish/"]),
        ("/*.php", ["/index.php", "/a/b.php", "/a.php?x", "/a.php/"], ["/", "/windows.PHP"]),
        ("/*.php$", ["/a.php", "/folder/a.php"], ["/a.php?x", "/a.php/", "/a.php5"]),
        ("/fish*.php", ["/fish.php", "/fishheads/catfish.php?x"], ["/Fish.PHP"]),
        ("/*?", ["/a?b"], ["/a"]),
        ("/a%3cd.html", ["/a%3Cd.html", "/a%3cd.html"], ["/a"]),
        ("/foo/bar/%E3%83%84", ["/foo/bar/ツ", "/foo/bar/%E3%83%84"], ["/foo/bar/x"]),
        ("/foo/bar/ツ", ["/foo/bar/ツ", "/foo/bar/%E3%83%84"], ["/foo/bar/x"]),
        ("/~joe/", ["/~joe/x", "/%7Ejoe/x", "/%7ejoe/x"], ["/joe/"]),
        ("/x$", ["/x"], ["/xy", "/x/"]),
    ],
)
def test_what_a_rule_matches(rule: str, matching: list[str], other: list[str]) -> None:
    robots = f"User-agent: *\nDisallow: {rule}"
    assert allowed(robots, *matching) == [False] * len(matching)
    assert allowed(robots, *other) == [True] * len(other)


@pytest.mark.parametrize(
    ("lines", "path", "is_allowed"),
    [
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", True),
        ("Disallow: /folder\nAllow: /folder", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/page.htm", False),
        ("Disallow: /x\nAllow: /x/page", "/x/page", True),
        ("Disallow: /x/page\nAllow: /x", "/x/page", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow:", "/", True),
    ],
)
def test_the_longest_rule_wins_and_yes_beats_no(lines: str, path: str, is_allowed: bool) -> None:
    assert allowed(f"User-agent: *\n{lines}", path) == [is_allowed]


ALL = "User-agent: *\n"


@pytest.mark.parametrize(
    ("robots", "verdicts"),
    [
        pytest.param("\ufeffUser-agent: *\nDisallow: /x".encode("utf-16-le"), {"/x": False}, id="UTF-16"),
        pytest.param(
            "\ufeffUser-agent: *\nDisallow: /x".encode("utf-16-be"), {"/x": False}, id="UTF-16, big end first"
        ),
        pytest.param("User-agent: *\nDisallow: /x".encode("utf-16-le"), {"/x": False}, id="UTF-16 without a mark"),
        pytest.param(b"User-agent: *\nDisallow: /k\xe4\nDisallow: /x", {"/x": False, "/": True}, id="Latin-1"),
        pytest.param(b"User-agent: *\nDis\0allow: /x", {"/x": False}, id="NUL"),
        pytest.param("<html>\nUser-agent: *\nDisallow: /\n</html>", {"/x": False}, id="rules wrapped in HTML"),
        pytest.param("<!doctype html><p>Disallow: /</p>", {"/x": True}, id="HTML that speaks of rules"),
        pytest.param(ALL + "Disallow: /a/*/b/*/c", {"/a/1/b/2/c": False, "/a/b/c": True}, id="two wildcards"),
        pytest.param(ALL + "Disallow: /a**b", {"/ab": False, "/axb": False, "/a": True}, id="stars side by side"),
        pytest.param(ALL + "Disallow: *.pdf", {"/a.pdf": False, "/x": True}, id="a star first"),
        pytest.param(ALL + "Disallow: /*$", {"/": False, "/x": False}, id="a star and the end"),
        pytest.param(ALL + "Disallow: /$", {"": False, "/": False, "/x": True}, id="the front page alone"),
        pytest.param(ALL + "Disallow: /a$b", {"/a$b": False, "/a": True}, id="a dollar inside is itself"),
        pytest.param(ALL + "Disallow: /a%24", {"/a$": False, "/a%24": False, "/a": True}, id="an encoded dollar"),
        pytest.param(ALL + "Disallow: /a%2Ab", {"/a*b": False, "/a%2Ab": False, "/axb": True}, id="an encoded star"),
        pytest.param(ALL + "Disallow: /a%2Fb", {"/a%2fb": False, "/a/b": True}, id="an encoded slash is none"),
        pytest.param(ALL + "Disallow: /%61bc", {"/abc": False, "/%61bc": False}, id="encoded for nothing"),
        pytest.param(ALL + "Disallow: /abc", {"/%61bc": False}, id="asked for, encoded for nothing"),
        pytest.param(
            ALL + "Disallow: /é", {"/%c3%a9": False, "/%C3%A9": False, "/é": False}, id="case of the encoding"
        ),
        pytest.param(ALL + "Disallow: /a%zz", {"/a%zz": False, "/b": True}, id="encoded wrongly"),
        pytest.param(ALL + "Disallow: /a%23b", {"/a%23b": False, "/a": True}, id="an encoded hash"),
        pytest.param(ALL + "Disallow: /a b", {"/a%20b": False, "/a": True}, id="a blank inside"),
        pytest.param(ALL + "Disallow: /ABC", {"/ABC": False, "/abc": True}, id="case of a path"),
        pytest.param(ALL + "Disallow: /a;b", {"/a;b": False, "/a": True}, id="a semicolon"),
        pytest.param(ALL + "Disallow: /?s=", {"/?s=a": False, "/": True}, id="a query"),
        pytest.param(ALL + "Disallow: /*?*s=", {"/p?a=1&s=2": False, "/p?a": True}, id="anywhere in a query"),
        pytest.param(ALL + "Disallow: https://site.example/x", {"/x": True}, id="an address is no path"),
        pytest.param(ALL + "Disallow: x", {"/x": True}, id="no slash"),
        pytest.param(ALL + "Allow: /a*\nDisallow: /ab", {"/ab": True}, id="a tie with a wildcard"),
        pytest.param(ALL + "Disallow: /ab\nAllow: /a*", {"/ab": True}, id="in any order"),
        pytest.param(ALL + "Disallow: /x*\nAllow: /x", {"/xa": False}, id="a trailing star counts"),
        pytest.param(ALL + "Allow: /*/x\nDisallow: /abcdefg", {"/abcdefg/x": False}, id="length is the rule's"),
        pytest.param(ALL + "Disallow:\nDisallow: /x", {"/x": False, "/y": True}, id="an empty one takes nothing back"),
        pytest.param(ALL + "Allow:\nDisallow: /", {"/x": False}, id="an empty yes says nothing"),
        pytest.param("User-agent:\t*\nDisallow:\t/x", {"/x": False}, id="tabs"),
        pytest.param("  User-agent: *\n  Disallow: /x  ", {"/x": False}, id="indented"),
        pytest.param("User-agent: *bot\nDisallow: /x", {"/x": True}, id="a star is alone"),
        pytest.param("User-agent:\nDisallow: /x", {"/x": True}, id="nobody named"),
        pytest.param(
            "User-agent: Mozilla/5.0 (compatible; Widerhall)\nDisallow: /x", {"/x": True}, id="named within another"
        ),
        pytest.param(
            f"{ALL}Disallow: /x\nUser-agent: b\nDisallow: /z\n{ALL}Disallow: /y",
            {"/x": False, "/y": False, "/z": True},
            id="two groups for all are one",
        ),
        pytest.param(
            f"{ALL}User-agent: Widerhall\nDisallow: /x\n{ALL}Disallow: /y",
            {"/x": False, "/y": True},
            id="named beside all, ours holds",
        ),
        pytest.param("User-agent: Widerhall\n\nUser-agent: *\nDisallow: /", {"/x": False}, id="names without rules"),
        pytest.param(
            f"{ALL}Sitemap: https://site.example/s.xml\nHost: x\nClean-param: a\nDisallow: /x",
            {"/x": False, "/s.xml": True},
            id="lines of others",
        ),
        pytest.param(ALL + f"Disallow: /{'a' * 5000}\nDisallow: /x", {"/x": False, "/a": True}, id="a long line"),
        pytest.param(gzip.compress((ALL + "Disallow: /x").encode()), {"/x": False, "/y": True}, id="packed, unsaid"),
        pytest.param(b"\x1f\x8bnothing", {"/x": True}, id="packed badly"),
    ],
)
def test_rules_as_they_are_met(robots: str | bytes, verdicts: dict[str, bool]) -> None:
    rules = Rules.parse(robots if isinstance(robots, bytes) else robots.encode(), token="Widerhall")
    assert {path: rules.allows(SITE + path) for path in verdicts} == verdicts


def test_half_a_megabyte_is_read_and_no_more() -> None:
    filler = "# x\n" * 100_000
    assert allowed(f"{filler}User-agent: *\nDisallow: /", "/") == [False]
    assert allowed(f"{filler}{filler}User-agent: *\nDisallow: /", "/") == [True]


@pytest.mark.parametrize(
    ("lines", "delay_s"),
    [
        ("Crawl-delay: 2.5", 2.5),
        ("Crawl-delay: -1", 0.0),
        ("Crawl-delay: x", 0.0),
        ("Request-rate: 1/5", 5.0),
        ("", 0.0),
    ],
)
def test_the_delay_that_is_asked_for(lines: str, delay_s: float) -> None:
    assert Rules.parse(f"User-agent: *\nDisallow: /x\n{lines}".encode(), token="Widerhall").crawl_delay_s == delay_s


# --- asking for it ---------------------------------------------------------------------------------------------------


class Asking:
    """A fetcher and a server with a robots.txt; `now` may be moved."""

    def __init__(self, routes: Mapping[str, Respond], **settings: Any) -> None:
        self.routes = dict(routes)
        self.now = NOW
        self.settings = FetchSettings(**{"allowed_networks": ("127.0.0.1/32",), "spacing_s": 0.0, **settings})

    def run(self, steps: Any) -> None:
        async def main() -> None:
            async with FaultyWeb() as web, HttpFetcher(self.settings, lambda: self.now) as fetcher:
                self.web, self.fetcher = web, fetcher
                web.routes |= {"/page": answer(FEED), **self.routes}
                await steps()

        asyncio.run(main())

    async def ask(self, path: str = "/page", **fields: Any) -> str:
        try:
            await self.fetcher.fetch(Request(url=self.web.url(path), **fields))
        except (FetchError, RefusedError) as error:
            return error.kind.value
        return "body"


FORBIDDING = answer(b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"})


def test_it_is_asked_for_once_however_many_ask() -> None:
    asking = Asking({"/robots.txt": FORBIDDING})

    async def steps() -> None:
        outcomes = await asyncio.gather(*(asking.ask(f"/private/{n}") for n in range(20)), asking.ask())
        assert outcomes == ["robots"] * 20 + ["body"]
        assert asking.web.paths() == ["/robots.txt", "/page"]
        asking.now += timedelta(hours=23)
        assert await asking.ask() == "body"
        assert asking.web.paths().count("/robots.txt") == 1
        asking.now += timedelta(hours=2)
        assert await asking.ask() == "body"
        assert asking.web.paths().count("/robots.txt") == 2

    asking.run(steps)


def test_it_is_not_asked_for_when_it_need_not_be_obeyed() -> None:
    asking = Asking({"/robots.txt": FORBIDDING, "/private": answer(FEED)})

    async def steps() -> None:
        assert await asking.ask("/private", obeys_robots=False) == "body"
        assert asking.web.paths() == ["/private"]

    asking.run(steps)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_there_is_none_means_yes(status: int) -> None:
    asking = Asking({"/robots.txt": answer(b"User-agent: *\nDisallow: /", status)})

    async def steps() -> None:
        assert await asking.ask() == "body"

    asking.run(steps)


@pytest.mark.parametrize(
    ("respond", "kind"),
    [
        pytest.param(answer(b"", 500), "status", id="500"),
        pytest.param(answer(b"", 503), "status", id="503"),
        pytest.param(answer(b"", 429), "status", id="429"),
        pytest.param(hang_up, "connect", id="hangs up"),
        pytest.param(answer(b"x", headers={"Content-Encoding": "br"}), "parse", id="cannot be read"),
        pytest.param(redirect("http://10.0.0.1/robots.txt"), "connect", id="lies at a refused address"),
    ],
)
def test_it_cannot_be_had_means_wait(respond: Respond, kind: str) -> None:
    asking = Asking({"/robots.txt": respond})

    async def steps() -> None:
        with pytest.raises(FetchError, match=r"robots\.txt cannot be had") as caught:
            await asking.fetcher.fetch(Request(url=asking.web.url("/page")))
        assert (caught.value.kind, caught.value.retry_at) == (kind, NOW + timedelta(minutes=10))
        assert await asking.ask() == kind
        assert asking.web.paths() == ["/robots.txt"], "neither the page nor robots.txt is asked for meanwhile"
        asking.web.routes["/robots.txt"] = FORBIDDING
        asking.now += timedelta(minutes=10)
        assert await asking.ask() == "body"

    asking.run(steps)


def test_while_it_cannot_be_had_what_it_said_last_holds() -> None:
    asking = Asking({"/robots.txt": FORBIDDING})

    async def steps() -> None:
        assert await asking.ask("/private") == "robots"
        asking.web.routes["/robots.txt"] = hang_up
        asking.now += timedelta(days=2)
        assert [await asking.ask("/private"), await asking.ask()] == ["robots", "body"]

    asking.run(steps)


def test_redirects_are_followed_and_judged_by_the_host_that_was_asked() -> None:
    asking = Asking({"/robots.txt": redirect("/r1", 301), "/r1": redirect("/r2"), "/r2": FORBIDDING})

    async def steps() -> None:
        assert await asking.ask("/private") == "robots"

    asking.run(steps)


def test_too_many_redirects_mean_there_is_none() -> None:
    hops = {f"/r{n}": redirect(f"/r{n + 1}") for n in range(9)}
    asking = Asking({"/robots.txt": redirect("/r0"), **hops})

    async def steps() -> None:
        assert await asking.ask() == "body"

    asking.run(steps)


def test_every_hop_asks_the_robots_of_its_host() -> None:
    async def main() -> None:
        settings = FetchSettings(allowed_networks=("127.0.0.1/32",), spacing_s=0.0)
        async with FaultyWeb() as web, FaultyWeb() as other, HttpFetcher(settings, lambda: NOW) as fetcher:
            web.routes["/page"] = redirect(other.url("/private"))
            other.routes["/robots.txt"] = FORBIDDING
            with pytest.raises(RefusedError) as caught:
                await fetcher.fetch(Request(url=web.url("/page")))
            assert caught.value.kind == "robots"
            assert other.paths() == ["/robots.txt"]

    asyncio.run(main())


@pytest.mark.parametrize("path", ["/x/../private/1", "/./private/1", "/x/y/../../private/1", "/moved"])
def test_dots_in_a_path_lead_past_no_rule(path: str) -> None:
    asking = Asking({"/robots.txt": FORBIDDING, "/moved": redirect("/x/../private/1")})

    async def steps() -> None:
        assert await asking.ask(path) == "robots"
        assert "/private/1" not in asking.web.paths()

    asking.run(steps)


@pytest.mark.parametrize(("hops", "private"), [(5, "robots"), (6, "body")])
def test_five_redirects_are_followed(hops: int, private: str) -> None:
    chain = {f"/r{n}": redirect(f"/r{n + 1}", 307) for n in range(1, hops)}
    served = {f"/r{hops}": FORBIDDING, "/private": answer(FEED)}
    asking = Asking({"/robots.txt": redirect("/r1", 307), **chain, **served})

    async def steps() -> None:
        assert [await asking.ask("/private"), await asking.ask()] == [private, "body"]

    asking.run(steps)


def test_of_one_that_is_too_long_the_beginning_holds() -> None:
    rules = b"User-agent: *\nDisallow: /private\n"
    asking = Asking(
        {"/robots.txt": answer(rules + b"# x\n" * 200_000 + b"Disallow: /page\n"), "/private": answer(FEED)}
    )

    async def steps() -> None:
        assert [await asking.ask("/private"), await asking.ask()] == ["robots", "body"]

    asking.run(steps)


def test_a_silent_robots_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.collect.fetch.ROBOTS_DEADLINE_S", 0.2)
    asking = Asking({"/robots.txt": silent})

    async def steps() -> None:
        assert await asking.ask() == "timeout"

    asking.run(steps)
