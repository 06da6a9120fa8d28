"""Signed JSON to a server of the receiver's, as Standard Webhooks describes (https://www.standardwebhooks.com).

Asks only addresses that a feed might be fetched from, and follows no redirect: what is signed for one address is sent
to no other.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor import __version__
from monitor.collect.answers import retry_at
from monitor.collect.wire import Answer, Wire
from monitor.deliver.message import TYPES, Message
from monitor.deliver.plan import LONGEST_WAIT
from monitor.errors import DeliveryError, FetchError, RefusedError
from monitor.model import FailureKind, FetchSettings
from monitor.ports import Clock
from monitor.settings.delivery import WebhookChannel, secret_key

#: A digest is capped and comes to a tenth of it; receivers refuse much more.
MAX_BODY_BYTES = 2_000_000
#: Nobody was there: whatever else is to be sent there waits as well.
DOWN = (FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.TIMEOUT)


@contextmanager
def webhook_channel(
    hook: WebhookChannel, fetching: FetchSettings, clock: Clock
) -> Iterator[Callable[[Message, str], None]]:
    """What it yields posts one message."""
    port = urlsplit(hook.url).port
    if port:  # the operator wrote it: it is allowed, and no other beside it
        fetching = replace(fetching, allowed_ports=(port,))
    fetching = replace(fetching, ca_file=hook.ca_file)
    yield lambda message, _receiver: _post(message, hook, fetching, clock())


def body_of(message: Message) -> bytes:
    """The JSON that is signed: the same for every attempt."""
    envelope = {"type": TYPES[message.kind], "timestamp": message.made_at.isoformat(), "data": message.document}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def signed_headers(message: Message, body: bytes, secret: str, *, now: datetime) -> list[tuple[str, str]]:
    """The headers by which a receiver tells that it is from us, fresh, and whether it has it already."""
    identity, seconds = f"msg_{message.token}", str(int(now.timestamp()))
    mac = hmac.new(secret_key(secret) or b"", f"{identity}.{seconds}.".encode() + body, hashlib.sha256)
    return [
        ("webhook-id", identity),
        ("webhook-timestamp", seconds),
        ("webhook-signature", f"v1,{base64.b64encode(mac.digest()).decode()}"),
    ]


def _post(message: Message, hook: WebhookChannel, fetching: FetchSettings, now: datetime) -> None:
    body = body_of(message)
    if len(body) > MAX_BODY_BYTES:
        raise DeliveryError(f"{len(body):,} bytes are too many for a webhook", is_final=True)
    headers = [
        ("content-type", "application/json"),
        ("user-agent", f"Widerhall/{__version__}"),
        *signed_headers(message, body, hook.secret, now=now),
    ]
    try:
        answer = asyncio.run(_asked(hook, headers, body, fetching))
    except RefusedError as error:
        raise DeliveryError(error.message, "see network.allowed_networks", is_channel_down=True) from error
    except FetchError as error:
        raise DeliveryError(error.message, is_channel_down=error.kind in DOWN) from error
    _judge(answer, now)


async def _asked(hook: WebhookChannel, headers: list[tuple[str, str]], body: bytes, fetching: FetchSettings) -> Answer:
    try:
        wire = Wire(fetching)
    except OSError as error:
        raise DeliveryError(
            f"«{hook.ca_file}» holds no certificates ({error})", "look at its ca_file", is_channel_down=True
        ) from error
    try:
        return await wire.post(hook.url, headers, body, deadline_s=hook.timeout_s)
    finally:
        await wire.aclose()


def _judge(answer: Answer, now: datetime) -> None:
    """Raise unless the receiver took it. What is wrong there may be mended: only «gone» is for good."""
    status = answer.status
    if 200 <= status < 300:
        return
    said = f"the receiver answers {status}"
    if status == 410:
        raise DeliveryError(f"{said}: it is gone", "take the channel out of the configuration", is_final=True)
    if 300 <= status < 400:
        raise DeliveryError(f"{said}: it has moved", "redirects are not followed: write its new address")
    until = retry_at(answer.headers, now=now, longest=LONGEST_WAIT)
    retry_after_s = (until - now).total_seconds() if until else 0.0
    advice = (
        "does it have the same secret?" if status in (401, 403) else "is the address right?" if status == 404 else ""
    )
    raise DeliveryError(said, advice, is_channel_down=status in (429, 503), retry_after_s=retry_after_s)
