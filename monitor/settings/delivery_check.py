"""What is wrong with the channels of delivery, and with what a watch says of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.errors import Problem
from monitor.settings.daemon import DaemonSettings, Network
from monitor.settings.delivery import DeliveryChannels, secret_key
from monitor.settings.schema import WatchShape
from monitor.settings.source import DataPath, Source
from monitor.settings.validate import did_you_mean

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


def channel_problems(settings: DaemonSettings, source: Source) -> Iterator[Problem]:
    """Names that collide, a mail server that is not named, secrets that stand in the file, libraries that lack."""
    delivery = settings.delivery
    kind_of: dict[str, str] = {}
    for kind in ("mail", "folders", "webhooks", "apprise"):
        for name in getattr(delivery, kind):
            path: DataPath = ("delivery", kind, name)
            if not _SLUG.fullmatch(name) or name == "all":
                message = f"«{name}» is no channel name; expected small letters, digits, - and _"
                yield source.problem(path, message, at_key=True)
            if kind_of.setdefault(name, kind) != kind:
                yield source.problem(path, f"there is a channel «{name}» in {kind_of[name]} too", at_key=True)
    yield from _mail_problems(delivery, source)
    for where, secret in _secrets(delivery):
        if secret and "${" not in secret:
            hint = "cite the environment, ${NAME}, or a file, ${file:/run/secrets/name}"
            yield source.problem(("delivery", *where), "a secret stands in the file", hint, is_warning=True)
    if delivery.apprise and find_spec("apprise") is None:
        message, hint = "apprise is not installed: nothing goes to these channels", "pip install 'widerhall[apprise]'"
        yield source.problem(("delivery", "apprise"), message, hint, at_key=True, is_warning=True)


def _mail_problems(delivery: DeliveryChannels, source: Source) -> Iterator[Problem]:
    smtp = delivery.smtp
    if delivery.mail:
        for key, example in (("host", "smtp.example.org"), ("sender", "Widerhall <widerhall@example.org>")):
            if not getattr(smtp, key):
                message = f"there are mail channels, and smtp.{key} is not set"
                yield source.problem(("delivery", "smtp", key), message, f"{key}: {example}")
    if smtp.user and not smtp.password:
        yield source.problem(("delivery", "smtp", "user"), "a user without a password", "password: ${SMTP_PASSWORD}")
    if smtp.password and smtp.security == "none":
        message = "the password would be sent unencrypted"
        yield source.problem(("delivery", "smtp", "security"), message, "starttls or tls", is_warning=True)


def _secrets(delivery: DeliveryChannels) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("smtp", "password"), delivery.smtp.password
    yield from ((("webhooks", name, "secret"), hook.secret) for name, hook in delivery.webhooks.items())
    yield from ((("apprise", name, "url"), service.url) for name, service in delivery.apprise.items())


def secret_problems(delivery: DeliveryChannels, network: Network, source: Source) -> Iterator[Problem]:
    """What shows once secrets are in their place: keys that sign nothing, addresses that must not be asked."""
    for name, hook in delivery.webhooks.items():
        if hook.secret and secret_key(hook.secret) is None:
            message = "expected 24 to 64 random bytes in base64"
            yield source.problem(("delivery", "webhooks", name, "secret"), message, "openssl rand -base64 32")
        if hook.url and (message := _refusal(hook.url, network)):
            yield source.problem(("delivery", "webhooks", name, "url"), message)


def _refusal(url: str, network: Network) -> str:
    """Why a webhook's address is not asked: unencrypted only where the operator's own networks are."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or any(char.isspace() for char in url):
        return "expected an address such as https://example.org/hook"
    if parts.scheme == "https" or host == "localhost":
        return ""
    try:
        is_allowed = any(ip_address(host) in each for each in network.allowed_networks)
    except ValueError:
        is_allowed = False
    return "" if is_allowed else "expected https://; http:// only to an address within network.allowed_networks"


def watch_channel_problems(shape: WatchShape, source: Source, channels: Collection[str] | None) -> Iterator[Problem]:
    """Channels and facets that a watch's delivery cites and that are not there; alerts that nothing raises."""
    delivery, alerts = shape.delivery, shape.delivery.alerts
    cited: list[tuple[DataPath, str]]
    cited = [(("delivery", "alerts", "to", place), name) for place, name in enumerate(alerts.to)]
    if delivery.digests != ("all",):
        cited += [(("delivery", "digests", place), name) for place, name in enumerate(delivery.digests)]
    for path, name in cited:
        if channels is not None and name not in channels:
            hint = did_you_mean(name, channels) or "name channels in widerhall.yaml, delivery"
            yield source.problem(path, f"widerhall.yaml has no channel «{name}»", hint)
    for place, facet in enumerate(alerts.facets):
        if facet not in shape.facets:
            hint = did_you_mean(facet, shape.facets)
            where: DataPath = ("delivery", "alerts", "facets", place)
            yield source.problem(where, f"this watch has no facet «{facet}»", hint)
    if alerts.to and alerts.score is None and not alerts.facets:
        message, hint = "nothing raises an alert", "score: 70, or facets: […] that must all be touched"
        yield source.problem(("delivery", "alerts", "to"), message, hint)
