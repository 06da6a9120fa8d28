"""The daemon's own settings: every value of `widerhall.yaml` with its bounds and its default. Values only."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints
from pydantic.dataclasses import dataclass

from monitor.model import FetchSettings, PollBounds
from monitor.settings.delivery import DeliveryChannels

_FORBID = ConfigDict(extra="forbid")
Text = Annotated[str, StringConstraints(strip_whitespace=True)]


def _comma_separated(value: object) -> object:
    """An environment variable holds a list as `a, b`."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _with_home(value: Path) -> Path:
    try:
        return value.expanduser()
    except RuntimeError:
        raise ValueError(f"«{value}»: there is no such home folder") from None


def _address_range(value: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise ValueError(f"«{value}» is no network; expected one such as 127.0.0.0/8 or fd00::/8") from None


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/")):
        raise ValueError(f"«{value}» is no web address of its own; expected one such as https://desk.example.org")
    return value.rstrip("/")


def _collector_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"«{value}» is no web address; expected one such as http://collector:4318/v1/traces")
    return value


AddressRange = Annotated[IPv4Network | IPv6Network, PlainValidator(_address_range)]


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Database:
    #: Empty: the SQLite file `widerhall.db` in the data directory. Else `sqlite:///…` or `postgresql://…`.
    url: Text = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Polling:
    """How often feeds are asked; the interval adapts between the bounds to how often a feed brings something."""

    min_interval_minutes: Annotated[float, Field(ge=1, le=1440)] = 10
    max_interval_minutes: Annotated[float, Field(ge=1, le=10080)] = 180
    #: Feeds asked at the same time.
    concurrency: Annotated[int, Field(ge=1, le=200)] = 16
    #: For the whole answer, not only for its first byte.
    deadline_s: Annotated[float, Field(gt=0, le=600)] = 30
    max_feed_mb: Annotated[float, Field(gt=0, le=200)] = 10
    #: What a feed published so shortly before its first poll is news; what is older is backlog.
    first_poll_hours: Annotated[float, Field(ge=0, le=8760)] = 48
    #: Feeds are published to be polled; their pages always obey robots.txt.
    obeys_robots: bool = False


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Pages:
    """How article pages are fetched."""

    concurrency: Annotated[int, Field(ge=1, le=200)] = 8
    deadline_s: Annotated[float, Field(gt=0, le=600)] = 30
    max_page_mb: Annotated[float, Field(gt=0, le=200)] = 5
    #: After so many failures an entry is given up, and says so.
    max_attempts: Annotated[int, Field(ge=1, le=50)] = 6
    #: How long the HTML of a page is kept, for a better extraction later; 0: until it is extracted.
    keep_days: Annotated[int, Field(ge=0, le=3650)] = 14


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Retention:
    """What is let go of, and when."""

    #: Texts of articles that never matched and were never judged; 0: kept for ever.
    articles_days: Annotated[int, Field(ge=0, le=36500)] = 0


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Network:
    """What servers see of Widerhall, and which addresses it may reach."""

    #: A web page or mail address that tells a site's owner who polls; part of the User-Agent.
    contact: Text = "https://github.com/widerhall/widerhall"
    #: Between two requests to one host.
    host_spacing_s: Annotated[float, Field(ge=0, le=600)] = 2
    #: Sites with a spacing of their own, by registrable domain.
    spacing_by_site: dict[Text, Annotated[float, Field(ge=0, le=3600)]] = field(default_factory=dict)
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    #: Private networks that feeds and pages may lie in («127.0.0.0/8»); all others are refused.
    allowed_networks: Annotated[tuple[AddressRange, ...], BeforeValidator(_comma_separated)] = ()
    #: Ports besides 80 and 443. Empty: also every port of the allowed networks.
    allowed_ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], BeforeValidator(_comma_separated)] = ()
    #: `http://proxy:3128`: everything goes through it, and names are its to resolve and to refuse.
    proxy: Text = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class ExtractionLimits:
    """Extraction runs in processes of its own that are killed when they hang."""

    workers: Annotated[int, Field(ge=1, le=64)] = 2
    deadline_s: Annotated[float, Field(gt=0, le=600)] = 10
    #: two-stage: a cheap first text of every page is scored; only what comes near to a watch is extracted in full.
    mode: Literal["full", "two-stage"] = "full"


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Logging:
    level: Literal["debug", "info", "warning", "error"] = "info"
    #: auto: text on a terminal, JSON in a file.
    format: Literal["auto", "text", "json"] = "auto"
    #: Empty: the terminal. A relative path lies in the data directory.
    file: Text = ""


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Desk:
    """Where the web pages are, and who may use them."""

    #: Beside the daemon.
    is_served: bool = True
    #: Another address than this machine's own needs a login.
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8787
    #: Who may come in: whoever can use this machine, who has an account, or whom a reverse proxy names.
    login: Literal["none", "accounts", "header"] = "none"
    #: What people type, if not the address it listens on: https://desk.example.org
    public_url: Annotated[Text, AfterValidator(_web_address)] = ""
    session_days: Annotated[int, Field(ge=1, le=365)] = 14
    #: The header in which a trusted reverse proxy says who asks, and the proxies that are trusted.
    user_header: Annotated[Text, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")] = "Remote-User"
    trusted_proxies: Annotated[tuple[AddressRange, ...], BeforeValidator(_comma_separated)] = (
        ip_network("127.0.0.0/8"),
        ip_network("::1/128"),
    )
    #: With this password the first account is made, `admin`, when there is none: for containers.
    first_password: Text = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.is_local and self.login == "none":
            raise ValueError(
                f"desk.host «{self.host}» is reached from other machines, where nobody gets in without a login: set"
                " desk.login to accounts (then `widerhall account add NAME`), or to header behind a reverse proxy"
            )

    @property
    def is_local(self) -> bool:
        """Only this machine reaches it."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    @property
    def url(self) -> str:
        """Where people find it."""
        return self.public_url or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Metrics:
    """Where Prometheus asks; numbers only, and no login, so keep it where only Prometheus comes."""

    #: 0: nowhere.
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    host: Text = "127.0.0.1"


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Traces:
    """Where spans are sent, for OpenTelemetry."""

    #: A collector's OTLP address: http://collector:4318/v1/traces. Empty: none are kept.
    endpoint: Annotated[Text, AfterValidator(_collector_address)] = ""


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class ActorBackend:
    """An optional second finder of names, beside the gazetteer."""

    backend: Literal["none", "spacy"] = "none"
    #: Name of an installed spaCy pipeline.
    model: Text = ""


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class DaemonSettings:
    """All of `widerhall.yaml`, with the environment's overrides in it."""

    #: Absolute once loaded.
    data_dir: Annotated[Path, AfterValidator(_with_home)] = Path("data")
    database: Database = Database()
    polling: Polling = Polling()
    pages: Pages = Pages()
    retention: Retention = Retention()
    network: Network = Network()
    extraction: ExtractionLimits = ExtractionLimits()
    logging: Logging = Logging()
    desk: Desk = Desk()
    metrics: Metrics = Metrics()
    traces: Traces = Traces()
    actors: ActorBackend = ActorBackend()
    delivery: DeliveryChannels = DeliveryChannels()

    @property
    def database_url(self) -> str:
        """Where the store is; the SQLite file of the data directory unless something else is set."""
        return self.database.url or f"sqlite:///{self.data_dir / 'widerhall.db'}"

    @property
    def log_file(self) -> Path | None:
        """Where the log goes; None for the terminal."""
        return self.data_dir / self.logging.file if self.logging.file else None

    @property
    def poll_bounds(self) -> PollBounds:
        """Between which limits polling adapts, and what a feed and a page may cost."""
        polling, pages = self.polling, self.pages
        return PollBounds(
            min_interval=timedelta(minutes=polling.min_interval_minutes),
            max_interval=timedelta(minutes=polling.max_interval_minutes),
            first_poll_window=timedelta(hours=polling.first_poll_hours),
            obeys_robots=polling.obeys_robots,
            feed_deadline_s=polling.deadline_s,
            max_feed_bytes=int(polling.max_feed_mb * 1_000_000),
            page_deadline_s=pages.deadline_s,
            max_page_bytes=int(pages.max_page_mb * 1_000_000),
            page_attempts=pages.max_attempts,
        )

    @property
    def fetch_settings(self) -> FetchSettings:
        """What the fetcher may do."""
        network = self.network
        return FetchSettings(
            contact=network.contact,
            connections=self.polling.concurrency + self.pages.concurrency,
            spacing_s=network.host_spacing_s,
            spacing_overrides=network.spacing_by_site,
            max_redirects=network.max_redirects,
            allowed_networks=tuple(str(each) for each in network.allowed_networks),
            allowed_ports=network.allowed_ports,
            proxy=network.proxy,
        )
