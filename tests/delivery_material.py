"""Receivers that are really there: a mail server, a webhook's server; and a store with a digest to deliver."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from monitor.deliver import Courier
from monitor.model import DeliverySettings, Digest, FetchSettings, Watch
from monitor.ports import Store
from monitor.report.digest import DayMaterial, compose_digest
from monitor.settings import Config, DaemonSettings
from monitor.settings.delivery import (
    AppriseChannel,
    DeliveryChannels,
    FolderChannel,
    MailChannel,
    Smtp,
    WebhookChannel,
)
from tests import digest_material
from tests.conftest import lacking
from tests.ports import free_port

NOW = datetime(2016, 8, 12, 5, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY = date(2016, 8, 11)
WATCH = digest_material.WATCH
SECRET = "whsec_" + "QUJD" * 8
LOOPBACK = FetchSettings(allowed_networks=("127.0.0.0/8",), connect_timeout_s=5)
SENDER = "Widerhall <widerhall@example.org>"


class Clock:
    """Time that passes when a test says so."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, span: timedelta) -> None:
        self.now += span


# --- a mail server ------------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """A mail server's memory, and what it has against whom."""

    port: int = 0
    #: In the order they came: receiver and mail.
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    #: Address -> what is said instead of 250.
    refused: dict[str, str] = field(default_factory=dict)
    refused_senders: dict[str, str] = field(default_factory=dict)
    #: What is said to every DATA, if anything but 250.
    data_answer: str = ""
    logins: list[str] = field(default_factory=list)
    #: More mails a session are not taken; 0: any number.
    per_session: int = 0
    #: Senders that were named.
    asked: list[str] = field(default_factory=list)
    password: bytes = b""

    async def handle_MAIL(
        self, _server: Any, session: Any, envelope: Any, address: str, mail_options: list[str]
    ) -> str:
        self.asked.append(address)
        session.mails = getattr(session, "mails", 0) + 1
        if 0 < self.per_session < session.mails:
            return "421 4.7.0 too many mails for one session"
        if address in self.refused_senders:
            return self.refused_senders[address]
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _rcpt_options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.data_answer:
            return self.data_answer
        self.mails += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == self.password, handled=self.password == data.password)

    @property
    def parsed(self) -> list[EmailMessage]:
        return [message_from_bytes(mail, policy=policy.default) for _, mail in self.mails]  # type: ignore[misc]


@contextmanager
def mail_server(box: Mailbox, *, certificate: Path | None = None, port: int = 0) -> Iterator[Smtp]:
    """Serve on a free port, with STARTTLS if there is a certificate; how to reach it."""
    context = _serving(certificate) if certificate else None
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port or free_port(),
        tls_context=context,
        require_starttls=context is not None,
        authenticator=box.authenticate,
        auth_required=bool(box.password),
    )
    server.start()
    box.port = server.port
    try:
        security = "starttls" if context else "none"
        yield Smtp(host="127.0.0.1", port=server.port, security=security, sender=SENDER, timeout_s=5)  # type: ignore[arg-type]
    finally:
        server.stop()


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """An authority of our own, and what it has signed for this machine."""

    authority: Path
    good: Path
    expired: Path
    #: For another host.
    other: Path


def _serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context


def make_certificates(folder: Path) -> Certificates:
    def openssl(*args: str) -> None:
        try:
            subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=folder)
        except FileNotFoundError:
            lacking("openssl", "there is no openssl command to make a certificate with")

    new_key = ("req", "-newkey", "rsa:2048", "-nodes")
    authority = ("-x509", "-days", "2", "-addext", "basicConstraints=critical,CA:TRUE")
    openssl(*new_key, *authority, "-subj", "/CN=Test authority", "-keyout", "authority.key", "-out", "authority.pem")
    here, elsewhere = "DNS:localhost,IP:127.0.0.1", "DNS:elsewhere.example"
    for name, days, host in (("good", "2", here), ("expired", "-1", here), ("other", "2", elsewhere)):
        names = ("-addext", f"subjectAltName={host}")
        openssl(*new_key, "-subj", "/CN=localhost", "-keyout", f"{name}.key", "-out", f"{name}.csr", *names)
        signer = ("-CA", "authority.pem", "-CAkey", "authority.key", "-copy_extensions", "copy")
        openssl("x509", "-req", "-in", f"{name}.csr", "-days", days, *signer, "-out", f"{name}.pem")
    return Certificates(**{name: folder / f"{name}.pem" for name in ("authority", "good", "expired", "other")})


# --- a webhook's server -------------------------------------------------------------------------------------------


@dataclass
class Hook:
    """A receiver of webhooks: what it was handed, and what it answers next (200 when it runs out)."""

    url: str = ""
    requests: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)

    def will_answer(self, *statuses: int, **headers: str) -> None:
        self.answers += [
            (status, {name.replace("_", "-"): value for name, value in headers.items()}) for status in statuses
        ]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]


@contextmanager
def hook_server(certificate: Path | None = None) -> Iterator[Hook]:
    """Serve on loopback, by https if there is a certificate."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hook.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = hook.answers.pop(0) if hook.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    if certificate:
        server.socket = _serving(certificate).wrap_socket(server.socket, server_side=True)
    hook.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}/hook"
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- something to deliver -----------------------------------------------------------------------------------------


def channels(
    *,
    smtp: Smtp | None = None,
    to: Sequence[str] = (),
    folder: Path | None = None,
    hook: Hook | None = None,
    push: str = "",
    **rest: Any,
) -> DeliveryChannels:
    """Channels of what is given."""
    return DeliveryChannels(
        smtp=smtp or Smtp(),
        mail={"team": MailChannel(to=tuple(to))} if to else {},
        folders={"archive": FolderChannel(path=folder)} if folder else {},
        webhooks={"ours": WebhookChannel(url=hook.url, secret=SECRET, timeout_s=5)} if hook else {},
        apprise={"phone": AppriseChannel(url=push)} if push else {},
        **rest,
    )


def config_of(delivery: DeliveryChannels, *, watch: Watch = WATCH) -> Config:
    from monitor.analyse.gazetteer import parse_actors, parse_lexicon

    network = replace(DaemonSettings().network, allowed_networks=(ip_network("127.0.0.0/8"),))
    return Config(
        directory=Path("/nowhere"),
        daemon=replace(DaemonSettings(), delivery=delivery, network=network),
        feeds=digest_material.FEEDS,
        watches=(watch,),
        actors=parse_actors({"actors": {}}),
        lexicon=parse_lexicon({"concepts": {}}),
    )


def a_courier(store: Store, delivery: DeliveryChannels, clock: Clock, *, watch: Watch = WATCH) -> Courier:
    return Courier(store=store, config=config_of(delivery, watch=watch), fetching=LOOPBACK, clock=clock)


def a_watch(**changes: Any) -> Watch:
    """The watch with other delivery settings."""
    return replace(WATCH, delivery=DeliverySettings(**changes))


def save_digest(store: Store, clock: Clock, *, day: date = DAY, revision: int = 1, empty: bool = False) -> Digest:
    """Store a digest, as of now."""
    material = DayMaterial() if empty else digest_material.MATERIAL
    digest = compose_digest(WATCH, day, material, now=clock(), revision=revision)
    assert store.save_digest(digest)
    return digest
