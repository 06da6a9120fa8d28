"""What is sent, whichever way: one message with a subject and all its forms. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from monitor.deliver.plan import Receiver, day_and_revision, digest_delivery
from monitor.model import Delivery, DeliveryKind, Digest, Watch
from monitor.report.alert import alert_html, alert_subject, alert_text
from monitor.report.outbound import alert_short, digest_short, digest_subject, with_excerpts
from monitor.report.plain import one_line
from monitor.report.render import TEXT_WIDTH, render_digest
from monitor.report.storylines import article_of
from monitor.report.words import Words

#: What a webhook calls them.
TYPES = {
    DeliveryKind.DIGEST: "digest.created",
    DeliveryKind.ALERT: "alert.created",
    DeliveryKind.TEST: "test",
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing to be told, without its receiver."""

    #: What makes it the same message when it is sent again.
    key: str
    kind: DeliveryKind
    watch: str
    watch_title: str
    subject: str
    text: str
    html: str
    short: str
    #: The JSON document.
    document: Mapping[str, Any]
    made_at: datetime
    #: Keys of the messages it follows, the oldest first: a thread.
    follows: tuple[str, ...] = ()
    #: The digest behind it.
    digest: Digest | None = None

    @property
    def articles(self) -> list[int]:
        """The articles it tells of as matches."""
        groups = self.document.get("stories", ()) if self.kind is DeliveryKind.ALERT else (self.document,)
        rows = [row for group in groups for row in group.get("matches", ())]
        return [article_of(row) for row in rows]

    @cached_property
    def token(self) -> str:
        """The key as letters and digits that are safe anywhere."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]


def digest_message(delivery: Delivery, watch: Watch, digest: Digest, *, excerpt_chars: int) -> Message:
    """A digest as it is sent; a later revision, or a further copy, follows the first one."""
    cut = Digest(**(vars(digest) | {"content": with_excerpts(digest.content, excerpt_chars)}))
    day, _ = day_and_revision(delivery.subject)
    receiver = Receiver(channel=delivery.channel, address=delivery.receiver)
    first = digest_delivery(watch.id, day, 1, receiver).key
    return Message(
        key=delivery.key,
        kind=delivery.kind,
        watch=watch.id,
        watch_title=one_line(watch.title),
        subject=one_line(digest_subject(cut)),
        text=render_digest(cut, "text", width=TEXT_WIDTH),
        html=render_digest(cut, "mail"),
        short=digest_short(cut),
        document=cut.content,
        made_at=delivery.created_at,
        follows=(thread_of(watch.id), first) if first != delivery.key else (thread_of(watch.id),),
        digest=cut,
    )


def alert_message(delivery: Delivery, watch: Watch, *, excerpt_chars: int) -> Message:
    """An alert as it is sent, as it was when it was raised."""
    content = with_excerpts(delivery.content, excerpt_chars)
    return Message(
        key=delivery.key,
        kind=delivery.kind,
        watch=watch.id,
        watch_title=one_line(watch.title),
        subject=one_line(alert_subject(content)),
        text=alert_text(content, width=TEXT_WIDTH),
        html=alert_html(content),
        short=alert_short(content),
        document=content,
        made_at=delivery.created_at,
        follows=(thread_of(watch.id),),
    )


def test_message(channel: str, watch: Watch, *, now: datetime) -> Message:
    """A message that says that a channel works."""
    words = Words(watch.digest.language, watch.digest.zone)
    text = words("test.text", channel=channel)
    return Message(
        key=f"test/{channel}/{now.isoformat()}",
        kind=DeliveryKind.TEST,
        watch=watch.id,
        watch_title=one_line(watch.title),
        subject=words("test.subject"),
        text=f"{text}\n",
        html=f"<!doctype html><html><body><p>{text}</p></body></html>",
        short=text,
        document={"channel": channel, "text": text},
        made_at=now,
    )


def thread_of(watch: str) -> str:
    """The key of the message, never sent, that all mails of a watch follow."""
    return f"watch/{watch}"
