"""The fetcher against a web full of faults, over real sockets: each fault has one right answer, and nothing hangs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.collect.fetch import HttpFetcher, _checked
from monitor.errors import FetchError, RefusedError, UnreachableError
from monitor.model import Fetched, FetchSettings, NotModified, Request
from tests.conftest import lacking
from tests.faulty_web import BOMB, FAULTS, FEED, Asked, Fault, FaultyWeb, answer, redirect, reply, silent

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)
SETTINGS: dict[str, Any] = {"allowed_networks": ("127.0.0.1/32",), "spacing_s": 0.0, "contact": "https://us.example"}


def run(steps: Callable[[HttpFetcher, FaultyWeb], Awaitable[None]], now: datetime = NOW, **settings: Any) -> None:
    async def main() -> None:
        async with FaultyWeb() as web, HttpFetcher(FetchSettings(**{**SETTINGS, **settings}), lambda: now) as fetcher:
            await steps(fetcher, web)

    asyncio.run(main())


def asking(url: str, **fields: Any) -> Request:
    return Request(url=url, **{"obeys_robots": False, "max_bytes": 1_000_000, "deadline_s": 5.0, **fields})


async def outcome(fetcher: HttpFetcher, request: Request) -> tuple[str, int | None]:
    try:
        answered = await fetcher.fetch(request)
    except (FetchError, RefusedError) as error:
        assert error.message
        return error.kind.value, error.status
    return ("body", answered.status) if isinstance(answered, Fetched) else ("not modified", 304)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_has_one_right_answer(fault: Fault) -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        path = "/" + fault.name.replace(" ", "-")
        web.routes[path] = fault.respond
        deadline_s = 0.3 if fault.comes == "timeout" else 5.0
        assert await outcome(fetcher, asking(web.url(path), deadline_s=deadline_s)) == (fault.comes, fault.status)
        web.routes["/after"] = answer(FEED)
        assert await outcome(fetcher, asking(web.url("/after"))) == ("body", 200), "the next request is not harmed"

    run(steps)


PACKED = {"gzip", "x-gzip", "deflate", "raw deflate", "two gzip members", "gzip and rubbish", "labelled gzip"}


def test_what_decompresses_is_what_was_packed() -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        for fault in FAULTS:
            if fault.name in PACKED:
                web.routes["/packed"] = fault.respond
                answered = await fetcher.fetch(asking(web.url("/packed")))
                assert isinstance(answered, Fetched)
                assert answered.body == FEED, fault.name

    run(steps)


def test_a_response_is_described_as_it_came() -> None:
    headers = {
        "Content-Type": 'application/RSS+xml; charset="ISO-8859-1"',
        "ETag": 'W/"1"',
        "Last-Modified": "Thu, 11 Aug 2016 10:00:00 GMT",
        "Cache-Control": "public, s-maxage=9, max-age=600",
        "Age": "100",
    }

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/feed"] = answer(FEED, headers=headers)
        assert await fetcher.fetch(asking(web.url("/feed"))) == Fetched(
            url=web.url("/feed"),
            final_url=web.url("/feed"),
            status=200,
            content_type="application/rss+xml",
            charset="iso-8859-1",
            body=FEED,
            fetched_at=NOW,
            etag='W/"1"',
            last_modified="Thu, 11 Aug 2016 10:00:00 GMT",
            max_age_s=500.0,
        )
        sent = web.asked[0].headers
        assert sent["user-agent"].startswith("Widerhall/")
        assert sent["user-agent"].endswith("(+https://us.example)")
        assert sent["accept-encoding"] == "gzip, deflate"
        assert "if-none-match" not in sent

    run(steps)


def test_a_conditional_request_may_be_answered_not_modified() -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/feed"] = answer(status=304, headers={"Cache-Control": "max-age=60"})
        asked = asking(web.url("/feed"), etag='"1"', last_modified="Thu, 11 Aug 2016 10:00:00 GMT")
        assert await fetcher.fetch(asked) == NotModified(url=web.url("/feed"), fetched_at=NOW, max_age_s=60.0)
        assert web.asked[0].headers["if-none-match"] == '"1"'
        assert web.asked[0].headers["if-modified-since"] == "Thu, 11 Aug 2016 10:00:00 GMT"

    run(steps)


# --- redirects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ([301], "/1"),
        ([308], "/1"),
        ([301, 308], "/2"),
        ([302], ""),
        ([307], ""),
        ([303], ""),
        ([301, 302], "/1"),
        ([302, 301], ""),
    ],
)
def test_only_an_unbroken_chain_of_permanent_redirects_moves_a_feed(statuses: list[int], moved_to: str) -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        for number, status in enumerate(statuses):
            web.routes[f"/{number}"] = redirect(f"/{number + 1}#part", status)
        web.routes[f"/{len(statuses)}"] = answer(FEED)
        answered = await fetcher.fetch(asking(web.url("/0")))
        assert isinstance(answered, Fetched)
        assert answered.final_url == web.url(f"/{len(statuses)}")
        assert answered.moved_to == (web.url(moved_to) if moved_to else "")

    run(steps)


def test_a_chain_is_bounded() -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        for number in range(30):
            web.routes[f"/{number}"] = redirect(f"/{number + 1}")
        with pytest.raises(FetchError, match="more than 4 redirects"):
            await fetcher.fetch(asking(web.url("/0")))
        assert web.paths() == ["/0", "/1", "/2", "/3", "/4"]

    run(steps, max_redirects=4)


def test_a_circle_is_noticed_at_once() -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/a"] = redirect("/b", 301)
        web.routes["/b"] = redirect("/a", 301)
        with pytest.raises(FetchError, match="circle"):
            await fetcher.fetch(asking(web.url("/a")))
        assert web.paths() == ["/a", "/b"]

    run(steps)


def test_the_deadline_counts_over_all_hops() -> None:
    async def late(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(reply(status=302, headers={"Location": f"/{len(web_of[0].asked)}"}))

    web_of: list[FaultyWeb] = []

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web_of.append(web)
        web.routes |= {f"/{number}": late for number in range(9)}
        with pytest.raises(FetchError, match="no complete answer within"):
            await fetcher.fetch(asking(web.url("/0"), deadline_s=0.25))
        assert len(web.asked) <= 4

    run(steps)


def test_a_site_that_wants_its_cookie_back_gets_it() -> None:
    async def wall(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.headers.get("cookie") == "seen=yes; lang=de":
            writer.write(reply(FEED))
        else:
            set_cookie = "seen=yes; Expires=Fri, 12 Aug 2016 10:00:00 GMT; Path=/\r\nSet-Cookie: lang=de"
            writer.write(reply(status=302, headers={"Location": "/wall", "Set-Cookie": set_cookie}))

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/wall"] = wall
        assert await outcome(fetcher, asking(web.url("/wall"))) == ("body", 200)
        assert await outcome(fetcher, asking(web.url("/wall"))) == ("body", 200)
        assert len(web.asked) == 4, "and is forgotten afterwards"

    run(steps)


def test_a_trusted_proxy_gets_what_may_be_asked_and_decides() -> None:
    async def main() -> None:
        async with FaultyWeb() as proxy:
            proxy.routes["http://nowhere.invalid/feed"] = answer(FEED)
            settings = FetchSettings(spacing_s=0.0, proxy=proxy.url(""))
            async with HttpFetcher(settings, lambda: NOW) as fetcher:
                assert await outcome(fetcher, asking("http://nowhere.invalid/feed")) == ("body", 200)
                assert await outcome(fetcher, asking("http://10.0.0.1/feed")) == ("refused_address", None)
                assert await outcome(fetcher, asking("https://refused.invalid/feed")) == ("connect", None)
            assert proxy.paths() == ["http://nowhere.invalid/feed", "refused.invalid:443"]

    asyncio.run(main())


@pytest.mark.parametrize("url", ["http://nowhere.invalid/feed", "https://nowhere.invalid/feed"])
def test_a_proxy_that_lets_nobody_in_is_our_own_trouble_and_no_failure_of_the_feed(url: str) -> None:
    async def main() -> None:
        async with FaultyWeb() as proxy:
            proxy.routes |= dict.fromkeys((url, "nowhere.invalid:443"), answer(status=407))
            async with HttpFetcher(FetchSettings(spacing_s=0.0, proxy=proxy.url("")), lambda: NOW) as fetcher:
                with pytest.raises(UnreachableError, match="wants another name and password"):
                    await fetcher.fetch(asking(url))
            gone = proxy.url("")
        async with HttpFetcher(FetchSettings(spacing_s=0.0, proxy=gone), lambda: NOW) as fetcher:
            with pytest.raises(UnreachableError, match="proxy cannot be reached"):
                await fetcher.fetch(asking(url))

    asyncio.run(main())


def test_secrets_stay_with_the_host_they_are_meant_for() -> None:
    async def main() -> None:
        settings = FetchSettings(**{**SETTINGS, "allowed_networks": ("127.0.0.0/8",)})
        async with FaultyWeb() as own, FaultyWeb("127.0.0.3") as other, HttpFetcher(settings, lambda: NOW) as fetcher:
            own.routes["/a"] = redirect("/b")
            own.routes["/b"] = redirect(other.url("/c"))
            other.routes["/c"] = answer(FEED)
            await fetcher.fetch(asking(own.url("/a"), headers={"X-Key": "secret"}, basic_auth="me:pass"))
            assert [asked.headers.get("x-key") for asked in own.asked] == ["secret", "secret"]
            assert own.asked[0].headers["authorization"] == "Basic bWU6cGFzcw=="
            assert not {"x-key", "authorization"} & set(other.asked[0].headers)

    asyncio.run(main())


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_to_an_address_that_is_not_allowed(status: int) -> None:
    async def main() -> None:
        async with (
            FaultyWeb() as web,
            FaultyWeb("127.0.0.2") as canary,
            HttpFetcher(FetchSettings(**SETTINGS), lambda: NOW) as fetcher,
        ):
            aliases = (canary.url("/"), f"http://0x7f000002:{canary.port}/", f"http://2130706434:{canary.port}/")
            for target in (*aliases, f"http://[::ffff:7f00:2]:{canary.port}/", f"http://127.2:{canary.port}/"):
                web.routes["/a"] = redirect(target, status)
                assert await outcome(fetcher, asking(web.url("/a"))) == ("refused_address", None), target
                assert await outcome(fetcher, asking(target, obeys_robots=True)) == ("refused_address", None), target
            assert canary.asked == []

    asyncio.run(main())


def test_allowed_ports_bound_the_allowed_network() -> None:
    async def main() -> None:
        async with FaultyWeb() as web, FaultyWeb() as canary:
            web.routes["/a"] = redirect(canary.url("/"))
            settings = FetchSettings(**SETTINGS, allowed_ports=(web.port,))
            async with HttpFetcher(settings, lambda: NOW) as fetcher:
                assert await outcome(fetcher, asking(web.url("/a"))) == ("refused_address", None)
            assert canary.asked == []

    asyncio.run(main())


@pytest.mark.parametrize(
    ("host", "could_be"),
    [
        ("site.example", True),
        ("a_b.site.example.", True),
        ("xn--mnchen-3ya.example", True),
        ("हिन्दी.भारत", True),
        ("ไทยรัฐ.ไทย", True),
        ("中文。中国", True),
        ("[::1]", True),
        ("a..example", False),
        (f"{'a' * 64}.example", False),
        ("a b.example", False),
        ("a,b.example", False),
        ("", False),
    ],
)
def test_an_address_names_a_host_that_there_could_be(host: str, could_be: bool) -> None:
    if could_be:
        assert _checked(f"https://{host}/a") == f"https://{host}/a"
    else:
        with pytest.raises(RefusedError):
            _checked(f"https://{host}/a")


def test_a_name_is_looked_up_once_and_the_address_checked_is_the_address_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently each time (DNS rebinding) gains nothing."""
    looked_up: list[str] = []

    def rebinding(host: str, port: int) -> list[Any]:
        looked_up.append(host)
        address = "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"
        return [(2, 1, 6, "", (address, port))]

    monkeypatch.setattr("monitor.collect.wire._look_up", rebinding)

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/a"] = answer(FEED)
        assert await outcome(fetcher, asking(f"http://rebind.example:{web.port}/a")) == ("body", 200)
        assert looked_up == ["rebind.example"]
        assert web.asked[0].headers["host"] == f"rebind.example:{web.port}"
        await asyncio.sleep(0)

    run(steps)


def test_of_several_addresses_only_the_allowed_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(host: str, port: int) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in ("10.0.0.1", "127.0.0.2", "127.0.0.1")]

    monkeypatch.setattr("monitor.collect.wire._look_up", mixed)

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/a"] = answer(FEED)
        assert await outcome(fetcher, asking(f"http://mixed.example:{web.port}/a")) == ("body", 200)

    run(steps)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a/",
        "http://",
        "http:///x",
        "x",
        "http://[half/",
        "http://a.example:99999/",
    ],
)
def test_only_web_addresses_are_asked(url: str) -> None:
    async def steps(fetcher: HttpFetcher, _web: FaultyWeb) -> None:
        assert await outcome(fetcher, asking(url)) == ("refused_address", None)

    run(steps)


# --- connections -----------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_there() -> None:
    async def steps(fetcher: HttpFetcher, _web: FaultyWeb) -> None:
        assert await outcome(fetcher, asking("http://nowhere.invalid/")) == ("dns", None)

    run(steps)


def test_a_port_where_nobody_listens() -> None:
    async def main() -> None:
        async with FaultyWeb() as web:
            url = web.url("/")
        async with HttpFetcher(FetchSettings(**SETTINGS), lambda: NOW) as fetcher:
            assert await outcome(fetcher, asking(url)) == ("connect", None)

    asyncio.run(main())


def test_tls_that_is_none() -> None:
    async def main() -> None:
        def speak_plainly(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(reply(b"Bad Request", 400))
            writer.close()

        server = await asyncio.start_server(speak_plainly, "127.0.0.1", 0)
        async with server, HttpFetcher(FetchSettings(**SETTINGS), lambda: NOW) as fetcher:
            port = server.sockets[0].getsockname()[1]
            assert await outcome(fetcher, asking(f"https://127.0.0.1:{port}/")) == ("tls", None)

    asyncio.run(main())


def test_a_certificate_nobody_signed(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    try:
        subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    except FileNotFoundError:
        lacking("openssl", "there is no openssl command to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def greet_once(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True):
            pass

    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            greeting = asyncio.create_task(asyncio.to_thread(greet_once, listening))
            async with HttpFetcher(FetchSettings(**SETTINGS), lambda: NOW) as fetcher:
                with pytest.raises(FetchError, match="certificate is not valid: self-signed") as caught:
                    await fetcher.fetch(asking(f"https://127.0.0.1:{listening.getsockname()[1]}/"))
            await greeting
        assert caught.value.kind == "tls"

    asyncio.run(main())


def test_connections_are_kept_and_shared() -> None:
    ports: set[int] = set()

    async def note(asked: Asked, writer: asyncio.StreamWriter) -> None:
        ports.add(writer.get_extra_info("peername")[1])
        status = int(asked.path[1:])
        writer.write(reply(b"" if status == 304 else FEED, status, {"Location": "/200"} if status == 301 else {}))

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        for status in (200, 304, 301, 404, 403, 503, 200):
            web.routes[f"/{status}"] = note
            await outcome(fetcher, asking(web.url(f"/{status}"), etag='"1"'))
        assert len(web.asked) == 8
        assert len(ports) == 1

    run(steps)


def test_a_bomb_is_not_unpacked() -> None:
    import tracemalloc

    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/bomb"] = answer(BOMB, headers={"Content-Encoding": "gzip"})
        tracemalloc.start()
        try:
            assert await outcome(fetcher, asking(web.url("/bomb"))) == ("too_large", None)
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()

    run(steps)


def test_many_silent_servers_do_not_hold_up_the_others() -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/silent"] = silent
        web.routes["/feed"] = answer(FEED)
        asked = [asking(web.url("/silent"), deadline_s=0.3) for _ in range(20)] + [asking(web.url("/feed"))] * 5
        outcomes = await asyncio.gather(*(outcome(fetcher, request) for request in asked))
        assert outcomes == [("timeout", None)] * 20 + [("body", 200)] * 5

    run(steps, per_site=50)


# --- Retry-After -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "retry_after", "retry_at"),
    [
        (429, "120", NOW + timedelta(seconds=120)),
        (503, "120", NOW + timedelta(seconds=120)),
        (503, "Thu, 11 Aug 2016 13:00:00 GMT", NOW + timedelta(hours=1)),
        (503, "Thu, 11 Aug 2016 11:00:00 GMT", NOW),
        (429, "99999999999", NOW + timedelta(days=1)),
        (429, "soon", None),
        (429, "-5", None),
        (500, "120", None),
    ],
)
def test_retry_after_is_read(status: int, retry_after: str, retry_at: datetime | None) -> None:
    async def steps(fetcher: HttpFetcher, web: FaultyWeb) -> None:
        web.routes["/feed"] = answer(b"later", status, {"Retry-After": retry_after})
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(asking(web.url("/feed")))
        assert (caught.value.kind, caught.value.status, caught.value.retry_at) == ("status", status, retry_at)

    run(steps)


def test_a_host_that_asked_for_rest_is_not_asked_until_then() -> None:
    async def main() -> None:
        now = [NOW]
        settings = FetchSettings(**SETTINGS)
        async with FaultyWeb() as web, FaultyWeb() as other, HttpFetcher(settings, lambda: now[0]) as fetcher:
            web.routes["/feed"] = answer(b"later", 429, {"Retry-After": "60"})
            web.routes["/page"] = answer(FEED)
            other.routes["/page"] = answer(FEED)
            assert await outcome(fetcher, asking(web.url("/feed"))) == ("status", 429)
            with pytest.raises(FetchError, match="left alone until 2016-08-11 12:01:00 UTC") as caught:
                await fetcher.fetch(asking(web.url("/page")))
            assert caught.value.retry_at == NOW + timedelta(seconds=60)
            assert await outcome(fetcher, asking(other.url("/page"))) == ("body", 200)
            assert web.paths() == ["/feed"]
            now[0] += timedelta(seconds=60)
            assert await outcome(fetcher, asking(web.url("/page"))) == ("body", 200)

    asyncio.run(main())
