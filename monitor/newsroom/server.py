"""Put the newsroom on loopback sockets, one port for each outlet, so that each is a host of its own.

    with serve() as newsroom:
        newsroom.feeds         # what a watch polls
        newsroom.advance()     # bring out edition two

Refuses to listen anywhere but on loopback: the demo is for this machine.
"""

from __future__ import annotations

import ipaddress
import selectors
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from monitor.errors import UnavailableError, UsageError
from monitor.model import FeedSpec
from monitor.newsroom.content import Article, load_outlets
from monitor.newsroom.web import Answer, Ask, Seen, Web

#: A client that says nothing for so long is hung up on.
CLIENT_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """A newsroom that is being served."""

    #: Its front page, which lists all outlets.
    base_url: str
    #: A watch's feeds on this newsroom.
    feeds: tuple[FeedSpec, ...]
    _web: Web = field(repr=False)
    _closed: threading.Event = field(repr=False)

    @property
    def edition(self) -> int:
        return self._web.edition

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Everything that was asked so far, in order."""
        return self._web.requests

    @property
    def articles(self) -> Mapping[str, Article]:
        """Canonical URL -> article as the present edition shows it."""
        return self._web.articles()

    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return self._web.counts()

    def advance(self) -> None:
        """Bring out edition two. A second call changes nothing."""
        self._web.advance()

    def wait(self) -> None:
        """Return when the newsroom closes; Ctrl-C gets through."""
        self._closed.wait()


@contextmanager
def serve(
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    now: datetime | None = None,
    shift_dates: bool = True,
    advances_itself: bool = True,
) -> Iterator[Newsroom]:
    """Serve the demo's web until the block ends.

    The front page is on `port`, the outlets are on the ports after it; 0 takes free ones. Dates are moved so that
    the story ends at `now` (the wall clock's, if not given); `shift_dates=False` leaves them in 2016. Edition two
    comes out when a feed is asked a second time, or on `advance()`; `advances_itself=False` leaves only the latter.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise UsageError(f"the demo newsroom listens on loopback only, not on {host}")
    outlets = load_outlets()
    with ExitStack() as stack:
        servers = _listen(stack, host, port, count=1 + len(outlets))
        base_url, *outlet_urls = [f"http://{_bracketed(host)}:{server.server_port}" for server in servers]
        web = Web(
            outlets,
            {outlet.id: url for outlet, url in zip(outlets, outlet_urls, strict=True)},
            clock=(lambda: now) if now else _utc_now,
            shift_dates=shift_dates,
            advances_itself=advances_itself,
        )
        for server in servers:
            server.web = web
        closed = threading.Event()
        stack.callback(closed.set)
        stack.enter_context(_served(servers))
        yield Newsroom(base_url=base_url, feeds=web.feed_specs(), _web=web, _closed=closed)


class _Server(ThreadingHTTPServer):
    """One listening port; `web` answers."""

    daemon_threads = False  # closing waits for answers under way
    web: Web
    #: `handle_request` returns at once when another thread was quicker.
    timeout = 0

    def __init__(self, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is its own affair; anything else is ours and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def server_bind(self) -> None:
        """Without the base class's look-up of the host's name, which may ask a slow resolver."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    """Turns a request into an Ask and an Answer into bytes."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "widerhall-demo-newsroom"
    sys_version = ""
    timeout = CLIENT_TIMEOUT_S

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        ask = Ask(method=self.command, path=unquote(target.path), query=target.query, headers=headers)
        self._send(self.server.web.answer(ask))

    do_HEAD = do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Silence: `Newsroom.requests` is the log."""

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")  # no thread waits for a client's next idea
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _listen(stack: ExitStack, host: str, port: int, *, count: int) -> list[_Server]:
    """Sockets on consecutive ports (free ones for port 0), closed with the stack."""
    servers = []
    for number in range(count):
        wanted = port + number if port else 0
        try:
            server = _Server(host, wanted)
        except (OSError, OverflowError) as error:
            raise UnavailableError(
                f"the demo newsroom cannot listen on {host}:{wanted} ({error}); it needs {count} ports in a row, "
                "choose others with --port, or 0 for free ones"
            ) from error
        stack.callback(server.server_close)
        servers.append(server)
    return servers


@contextmanager
def _served(servers: Sequence[_Server]) -> Iterator[None]:
    """Answer on all sockets from one thread (and one more for each request under way) until the block ends."""
    stop_reader, stop_writer = socket.socketpair()
    with selectors.DefaultSelector() as selector, stop_reader, stop_writer:
        selector.register(stop_reader, selectors.EVENT_READ, None)
        for server in servers:
            selector.register(server, selectors.EVENT_READ, server)
        thread = threading.Thread(target=_accept, args=(selector,), name="demo-newsroom", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop_writer.send(b"stop")
            thread.join()


def _accept(selector: selectors.BaseSelector) -> None:
    while True:
        for key, _ in selector.select():
            if key.data is None:
                return
            key.data.handle_request()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _utc_now() -> datetime:
    return datetime.now(UTC)
