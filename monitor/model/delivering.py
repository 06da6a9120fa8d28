"""What is sent to people, and how far each sending has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class DeliveryState(StrEnum):
    """How far one delivery has come; the durable queue of what goes out."""

    PENDING = "pending"  # not tried yet
    SENT = "sent"
    FAILED = "failed"  # tried, and tried again at `next_at`
    GIVEN_UP = "given_up"


class DeliveryKind(StrEnum):
    """What is delivered."""

    DIGEST = "digest"
    ALERT = "alert"
    TEST = "test"  # never stored


@dataclass(frozen=True, kw_only=True)
class NewDelivery:
    """One thing for one receiver, to be sent at least once."""

    #: The same however often it is sent: Message-ID and webhook id come from it, so that a receiver can tell a repeat.
    key: str
    watch: str
    kind: DeliveryKind
    #: Day and revision of a digest («2016-08-11.1»); when an alert was raised.
    subject: str
    #: The channel's name in the configuration.
    channel: str
    #: A mail address; empty where a channel has one receiver only.
    receiver: str = ""
    #: An alert as it was when it was raised; a digest is read from the store.
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Delivery(NewDelivery):
    """A stored delivery."""

    id: int
    state: DeliveryState
    #: Times it was tried.
    attempts: int
    created_at: datetime
    #: When it is tried next; None when it was sent or given up.
    next_at: datetime | None
    sent_at: datetime | None
    #: Why the last attempt failed, in words a person understands; empty after a success.
    last_error: str
    #: A process has it in hand, and if that is killed, the claim ends here.
    claimed_until: datetime | None = None
