"""A web on loopback in which everything goes wrong that goes wrong out there: real sockets, answers byte for byte."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

FEED = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>T</title>'
    b"<item><title>One</title><link>http://site.example/one</link></item></channel></rss>"
)


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    headers: Mapping[str, str]
    at: float


Respond = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def reply(
    body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None, *, has_length: bool = True
) -> bytes:
    """A response as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    stated = {"Content-Type": "text/xml", **(headers or {})}
    if has_length:
        stated.setdefault("Content-Length", str(len(body)))
    lines += [f"{name}: {value}" for name, value in stated.items()]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def answer(
    body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None, *, has_length: bool = True
) -> Respond:
    """A handler that gives a response and keeps the connection."""
    return raw(reply(body, status, headers, has_length=has_length), closes=not has_length)


def raw(data: bytes, *, closes: bool = True) -> Respond:
    """A handler that writes bytes as they are."""

    async def respond(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if closes:
            writer.close()

    return respond


def redirect(location: str, status: int = 302) -> Respond:
    return answer(status=status, headers={"Location": location})


def dripping(first: bytes, then: bytes = b"x", *, every_s: float = 0.02) -> Respond:
    """A handler that never ends, a byte at a time."""

    async def respond(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            await asyncio.sleep(every_s)
            writer.write(then)
            await writer.drain()

    return respond


async def silent(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
    """Takes the request and never answers."""
    await asyncio.sleep(60)


async def hang_up(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def reset(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@dataclass
class FaultyWeb:
    """A server on a loopback address. `routes` may be filled while it runs; what is not there is a 404."""

    host: str = "127.0.0.1"
    routes: dict[str, Respond] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        assert self._server
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                asked = _asked(head)
                self.asked.append(asked)
                respond = self.routes.get(asked.path) or self.routes.get(asked.path.partition("?")[0])
                await (respond or answer(b"not here", 404))(asked, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


def _asked(head: bytes) -> Asked:
    request, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Asked(request.split(" ")[1], headers, asyncio.get_running_loop().time())


# --- the faults ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and what must come of it."""

    name: str
    respond: Respond
    #: "body", or a FailureKind or BlockKind.
    comes: str
    status: int | None = None


def _deflate(data: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(data) + packer.flush()


def _coded(body: bytes, coding: str) -> Respond:
    return answer(body, headers={"Content-Encoding": coding})


def _html(body: bytes, status: int, **headers: str) -> Respond:
    stated = {"Content-Type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return answer(body, status, stated)


GZIPPED = gzip.compress(FEED, mtime=0)
BOMB = gzip.compress(bytes(50_000_000), mtime=0)
_CHUNKED = {"Transfer-Encoding": "chunked"}
_ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"

FAULTS = (
    # statuses
    *(Fault(f"status {code}", answer(b"no", code), "status", code)
      for code in (400, 401, 402, 403, 404, 405, 406, 408, 410, 418, 421, 429, 500, 501, 502, 503, 504, 520, 522, 530)),
    Fault("legal", answer(b"no", 451), "legal", 451),
    Fault("a status nobody knows", answer(b"no", 599), "status", 599),
    Fault("unasked 304", answer(status=304), "status", 304),
    Fault("a part nobody asked for", answer(FEED, 206), "status", 206),
    Fault("a choice of several", answer(FEED, 300), "status", 300),
    Fault("no content", answer(status=204), "body", 204),
    Fault("empty body", answer(b""), "body", 200),
    # walls
    Fault("cloudflare 403", _html(b"<title>Just a moment...</title>", 403, Server="cloudflare"), "challenge", 403),
    Fault("cloudflare 503", _html(b"<script src='/cdn-cgi/challenge-platform/x'>", 503), "challenge", 503),
    Fault("cloudflare says so", _html(b"", 403, cf_mitigated="challenge"), "challenge", 403),
    Fault("datadome", _html(b"<script>var dd={'host':'geo.captcha-delivery.com'}", 403), "challenge", 403),
    Fault("incapsula with 200", _html(b"<iframe src='/_Incapsula_Resource?x'>", 200), "challenge", 200),
    Fault("aws waf with 202", _html(b"", 202, x_amzn_waf_action="challenge"), "challenge", 202),
    Fault("gzipped wall", _html(gzip.compress(b"<b id=px-captcha>"), 403, Content_Encoding="gzip"), "challenge", 403),
    Fault("a wall's script in a page", _html(b"<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>"
                                             b"</script><p>" + b"word " * 300, 200), "body", 200),
    Fault("a feed that speaks of walls", answer(b"<rss><title>Verify you are human</title></rss>",
                                               headers={"Content-Type": "text/html"}), "body", 200),
    Fault("a plain refusal", _html(b"<h1>Forbidden</h1>", 403), "status", 403),
    Fault("an article on walls", _html(b"<p>captcha-delivery.com</p>" + b"word " * 9000, 200), "body", 200),
    # redirects
    Fault("redirect without target", answer(status=302), "status", 302),
    Fault("redirect to itself", redirect("/redirect-to-itself"), "status", 302),
    Fault("redirect to another scheme", redirect("ftp://127.0.0.1/x"), "refused_address"),
    Fault("redirect to a script", redirect("javascript:alert(1)"), "refused_address"),
    Fault("redirect to a file", redirect("file:///etc/passwd"), "refused_address"),
    Fault("redirect to nonsense", redirect("http://[half"), "status"),
    Fault("redirect to a private network", redirect("http://10.0.0.1/"), "refused_address"),
    Fault("redirect to the metadata service", redirect("http://169.254.169.254/latest/"), "refused_address"),
    Fault("redirect to IPv6 loopback", redirect("http://[::1]/"), "refused_address"),
    Fault("redirect to mapped loopback", redirect("http://[::ffff:127.0.0.9]/"), "refused_address"),
    Fault("redirect to NAT64", redirect("http://[64:ff9b::a00:1]/"), "refused_address"),
    Fault("redirect to a number", redirect("http://2130706434/"), "refused_address"),
    Fault("redirect to a short address", redirect("http://127.2/"), "refused_address"),
    Fault("redirect to zero", redirect("http://0.0.0.0/"), "refused_address"),
    Fault("redirect to nothing", redirect("http://0/"), "refused_address"),
    Fault("redirect to octal", redirect("http://0177.0.0.2/"), "refused_address"),
    Fault("redirect to hexadecimal", redirect("http://0x7f.0x0.0x0.0x2/"), "refused_address"),
    Fault("redirect behind a user", redirect("http://127.0.0.1@10.0.0.1/"), "refused_address"),
    Fault("redirect behind a user with a port", redirect("http://127.0.0.1:80@10.0.0.1:80/"), "refused_address"),
    Fault("redirect without a scheme", redirect("//10.0.0.1/x"), "refused_address"),
    Fault("redirect with a dot behind", redirect("http://10.0.0.1./"), "refused_address"),
    Fault("redirect in full width", redirect("http://\uff11\uff10.0.0.1/"), "refused_address"),
    Fault("redirect in percents", redirect("http://%31%30.0.0.1/"), "status"),
    Fault("redirect to port 0", redirect("http://127.0.0.2:0/"), "status"),
    Fault("redirect to a name without end", redirect(f"http://{'a' * 300}.example/"), "status"),
    Fault("redirect to a link-local zone", redirect("http://[fe80::1%25lo]/"), "refused_address"),
    Fault("redirect to all of IPv6", redirect("http://[::]/"), "refused_address"),
    Fault("redirect to 6to4", redirect("http://[2002:0a00:0001::]/"), "refused_address"),
    Fault("redirect to multicast", redirect("http://224.0.0.1/"), "refused_address"),
    Fault("redirect to data", redirect("data:text/xml,<rss/>"), "refused_address"),
    Fault("redirect to a mail server", redirect("http://127.0.0.2:25/"), "refused_address"),
    Fault("redirect nowhere", redirect(""), "status", 302),
    Fault("redirect to a space", redirect(" "), "status", 302),
    Fault("redirect whose body never ends", dripping(b"HTTP/1.1 302 F\r\nLocation: ftp://x/\r\n\r\n"), "timeout"),
    Fault("an error whose body never ends", dripping(b"HTTP/1.1 500 F\r\nServer: x\r\n\r\n"), "timeout"),
    Fault("redirect longer than any address", redirect("/" + "x" * 60_000), "status", 404),
    Fault("use a proxy", redirect("http://127.0.0.2/", 305), "status", 305),
    # bodies
    Fault("gzip", _coded(GZIPPED, "gzip"), "body", 200),
    Fault("x-gzip", _coded(GZIPPED, "x-gzip"), "body", 200),
    Fault("deflate", _coded(_deflate(FEED, 15), "deflate"), "body", 200),
    Fault("raw deflate", _coded(_deflate(FEED, -15), "deflate"), "body", 200),
    Fault("two gzip members", _coded(gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]), "gzip"), "body", 200),
    Fault("gzip and rubbish", _coded(GZIPPED + b"\0\0\0", "gzip"), "body", 200),
    Fault("labelled gzip", _coded(FEED, "gzip"), "body", 200),
    Fault("identity", _coded(FEED, "identity"), "body", 200),
    *(Fault(f"{word} for a coding", _coded(FEED, word), "body", 200) for word in ("utf-8", "none", "binary")),
    Fault("a packed page that does not say so", _html(GZIPPED, 200), "body", 200),
    Fault("a packed page that does not say so, cut off", _html(GZIPPED[:-20], 200), "parse"),
    Fault("truncated gzip", _coded(GZIPPED[:-20], "gzip"), "parse"),
    Fault("gzip without its checksum", _coded(GZIPPED[:-8], "gzip"), "parse"),
    Fault("corrupt gzip", _coded(GZIPPED[:30] + b"????" + GZIPPED[34:], "gzip"), "parse"),
    Fault("stacked gzip", _coded(gzip.compress(GZIPPED), "gzip, gzip"), "parse"),
    Fault("brotli nobody offered", _coded(b"\x0b\x02\x80abc\x03", "br"), "parse"),
    Fault("zstd nobody offered", _coded(b"\x28\xb5\x2f\xfd", "zstd"), "parse"),
    Fault("compress nobody offered", _coded(b"\x1f\x9d\x90", "compress"), "parse"),
    Fault("a coding nobody knows", _coded(FEED, "rot13"), "parse"),
    Fault("stacked codings in two headers", raw(reply(gzip.compress(GZIPPED), headers={
        "Content-Encoding": "gzip\r\nContent-Encoding: gzip"})), "parse"),
    Fault("gzip bomb", _coded(BOMB, "gzip"), "too_large"),
    Fault("deflate bomb", _coded(_deflate(bytes(50_000_000), 15), "deflate"), "too_large"),
    Fault("a bomb of many members", _coded(gzip.compress(bytes(200_000)) * 50, "gzip"), "too_large"),
    Fault("a bomb in an error", _html(BOMB, 500, Content_Encoding="gzip"), "status", 500),
    Fault("truncated deflate", _coded(_deflate(FEED, 15)[:-9], "deflate"), "parse"),
    Fault("an empty gzip", _coded(b"", "gzip"), "body", 200),
    Fault("a gzip of nothing", _coded(gzip.compress(b""), "gzip"), "body", 200),
    Fault("a single byte of gzip", _coded(b"\x1f", "gzip"), "parse"),
    Fault("too large, announced", answer(FEED, headers={"Content-Length": "99999999"}), "too_large"),
    Fault("too large, not announced", answer(b"x" * 3_000_000, has_length=False), "too_large"),
    Fault("too large, in chunks", raw(reply(b"100000\r\n" + b"x" * 0x100000 + b"\r\n", headers=_CHUNKED,
                                            has_length=False) * 1 + b"200000\r\n" + b"x" * 0x200000), "too_large"),
    Fault("shorter than announced", raw(reply(FEED, headers={"Content-Length": str(len(FEED) + 9)})), "connect"),
    Fault("longer than announced", raw(reply(FEED + b"HTTP/1.1 200 OK\r\n\r\nnonsense", headers={
        "Content-Length": str(len(FEED))}), closes=False), "body", 200),
    Fault("a length that is no number", raw(reply(FEED, headers={"Content-Length": "many"})), "connect"),
    Fault("a length below nothing", raw(reply(FEED, headers={"Content-Length": "-5"})), "connect"),
    Fault("two lengths", raw(reply(FEED, headers={"Content-Length": "5\r\nContent-Length: 9"})), "connect"),
    Fault("a length of many digits", raw(reply(FEED, headers={"Content-Length": "9" * 5_000})), "connect"),
    Fault("chunks larger than the world", raw(reply(b"f" * 16 + b"\r\nabc", headers=_CHUNKED, has_length=False)),
          "connect"),
    Fault("a chunk size of many digits", raw(reply(b"0" * 5_000 + b"5\r\nabcde\r\n0\r\n\r\n", headers=_CHUNKED,
                                                   has_length=False)), "connect"),
    Fault("chunks below nothing", raw(reply(b"-5\r\nabcde\r\n", headers=_CHUNKED, has_length=False)), "connect"),
    Fault("chunks with trailers", raw(reply(b"5\r\nabcde\r\n0\r\nX-T: 1\r\n\r\n", headers=_CHUNKED,
                                            has_length=False), closes=False), "body", 200),
    Fault("trailers without end", dripping(reply(b"5\r\nabcde\r\n0\r\n", headers=_CHUNKED, has_length=False),
                                           b"X-A: b\r\n", every_s=0.001), "timeout"),
    Fault("dripping chunks", dripping(reply(headers=_CHUNKED, has_length=False), b"1\r\nx\r\n"), "timeout"),
    Fault("chunked twice", raw(reply(FEED, headers={"Transfer-Encoding": "chunked, chunked"})), "connect"),
    Fault("chunks and a length", raw(reply(b"5\r\nabcde\r\n0\r\n\r\n", headers={**_CHUNKED,
                                           "Content-Length": "3"}), closes=False), "body", 200),
    Fault("chunks that break off", raw(reply(b"5\r\nabcde\r\n", headers=_CHUNKED, has_length=False)), "connect"),
    Fault("chunks without sizes", raw(reply(b"zz\r\nabc", headers=_CHUNKED, has_length=False)), "connect"),
    # the wire
    Fault("hangs up", hang_up, "connect"),
    Fault("resets", reset, "connect"),
    Fault("not HTTP", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "connect"),
    Fault("a status line alone", raw(b"HTTP/1.1 200 OK\r\n"), "connect"),
    Fault("half a status line", raw(b"HTTP/1.1 2"), "connect"),
    Fault("a status below all", raw(b"HTTP/1.1 99 Low\r\n\r\n"), "connect"),
    Fault("a status above all", raw(b"HTTP/1.1 1000 High\r\n\r\n"), "connect"),
    Fault("HTTP of tomorrow", raw(b"HTTP/3.0 200 OK\r\n\r\nx"), "body", 200),
    Fault("HTTP/1.0", raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + FEED), "body", 200),
    Fault("HTTP/0.9", raw(FEED), "connect"),
    Fault("lines that end in LF", raw(b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx"), "body", 200),
    Fault("an answer to an upgrade", raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
          "connect"),
    Fault("folded headers", raw(b"HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 1\r\n\r\nx"), "body", 200),
    Fault("a zero byte in a header", raw(b"HTTP/1.1 200 OK\r\nX-A: b\0c\r\n\r\nx"), "connect"),
    Fault("headers in Latin-1", raw(b"HTTP/1.1 200 OK\r\nETag: \"\xe9\"\r\nContent-Length: 1\r\n\r\nx"), "body", 200),
    Fault("a flood of cookies", raw(reply(FEED, headers={
        "Set-Cookie": "\r\nSet-Cookie: ".join(f"c{n}=1" for n in range(900))}), closes=False), "body", 200),
    Fault("unasked 304 with a body", raw(reply(FEED, 304), closes=False), "status", 304),
    Fault("no content with a body", raw(reply(FEED, 204), closes=False), "body", 204),
    Fault("headers without end", dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", every_s=0.001), "timeout"),
    Fault("headers too large", raw(reply(FEED, headers={"X-Large": "x" * 80_000})), "too_large"),
    Fault("headers far too large", raw(reply(FEED, headers={"X-Large": "x" * 900_000})), "too_large"),
    Fault("very many headers", raw(reply(FEED, headers={f"X-{n}": "y" * 20 for n in range(3_000)})), "too_large"),
    Fault("a header without a colon", raw(b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\nx"), "connect"),
    Fault("silence", silent, "timeout"),
    Fault("a dripping body", dripping(_ENDLESS), "timeout"),
    Fault("a dripping gzip", dripping(_ENDLESS[:-2] + b"Content-Encoding: gzip\r\n\r\n" + GZIPPED[:20]), "timeout"),
    Fault("for ever about to answer", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "timeout"),
)  # fmt: skip
