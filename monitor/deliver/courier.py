"""The shell of delivery: makes rows of what is due, and mails, files and webhooks of rows. Decides in `plan`.

At least once: a row is claimed, sent, and recorded. Killed in between, it is sent again under the same key when the
claim has ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from monitor.deliver.folder import Library, folder_channel, write_feed_of_matches
from monitor.deliver.mail import mail_channel
from monitor.deliver.message import Message, alert_message, digest_message, test_message
from monitor.deliver.plan import (
    FRESH_FOR,
    Receiver,
    alert_deliveries,
    alert_rule,
    day_and_revision,
    digest_deliveries,
    digest_delivery,
    next_attempt,
    slept_through,
    stories_to_tell,
)
from monitor.deliver.push import push_channel
from monitor.deliver.webhook import webhook_channel
from monitor.errors import DeliveryError, WiderhallError
from monitor.following import following, tell_of
from monitor.logs import log
from monitor.model import ArticleFilter, Delivery, DeliveryKind, Digest, FetchSettings, NewDelivery, Outcome, Watch
from monitor.ports import Clock, Store
from monitor.report.alert import compose_alert
from monitor.report.home import home_of
from monitor.report.shelf import load_shelf
from monitor.report.weekly import SUFFIX as WEEKLY
from monitor.report.weekly import with_weekly
from monitor.settings import Config

#: A process that sends has a delivery for so long; SMTP may take several timeouts of 30 s.
CLAIM = timedelta(minutes=10)
#: What is older was delivered, or is not missed any more.
LOOKS_BACK = timedelta(days=30)
#: Where it is remembered since when receivers and rules are known.
DOCUMENT = ("delivery", "since")

Send = Callable[[Message, str], None]


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one attempt ended."""

    channel: str
    receiver: str
    what: str
    #: Empty when the receiver has it.
    error: str = ""
    advice: str = ""


@dataclass(kw_only=True)
class Courier:
    """Delivery for one configuration on one store."""

    store: Store
    config: Config
    fetching: FetchSettings
    clock: Clock
    #: Asked between two deliveries.
    is_stopping: Callable[[], bool] = field(default=lambda: False)

    # --- what is due ------------------------------------------------------------------------------------------

    def meet_receivers(self) -> Mapping[str, datetime]:
        """Remember since when each receiver and each alert rule is known: they get what happens from then on."""
        body = self.store.document(*DOCUMENT)
        known: dict[str, str] = json.loads(body) if body else {}
        names = {name for watch in with_weekly(self.config.watches) for name in self._names(watch)}
        now = self.clock()
        # A clock that was ahead may have written a moment that is still to come.
        current = {name for name, since in known.items() if datetime.fromisoformat(since) <= now}
        if new := names - current:
            known |= dict.fromkeys(sorted(new), now.isoformat())
            self.store.put_document(*DOCUMENT, json.dumps(known, indent=1).encode(), now=now)
        return {name: datetime.fromisoformat(known[name]) for name in names}

    def _names(self, watch: Watch) -> Iterator[str]:
        yield from (_name(watch, receiver) for receiver in self._receivers(watch.delivery.digests))
        if watch.delivery.alerts.to:
            yield f"alerts/{watch.id}/{alert_rule(watch)}"

    def _receivers(self, channels: Sequence[str] | None) -> list[Receiver]:
        """Who stands behind these channels; behind all, if none are named."""
        delivery = self.config.daemon.delivery
        names = delivery.names if channels is None else channels
        return [Receiver(channel=name, address=address) for name in names for address in delivery.receivers(name)]

    def queue(self) -> int:
        """Make a row of everything that is due and has none; return how many."""
        since = self.meet_receivers()
        watches = with_weekly(self.config.watches)
        return sum(self._queue_digests(watch, since) + self._queue_alert(watch, since) for watch in watches)

    def _queue_digests(self, watch: Watch, since: Mapping[str, datetime]) -> int:
        receivers = {each: since[_name(watch, each)] for each in self._receivers(watch.delivery.digests)}
        if not receivers:
            return 0
        now = self.clock()
        earliest = max(now - LOOKS_BACK, min(receivers.values()))
        revisions = self.store.digest_revisions(watch.id, since=earliest)
        known = self.store.deliveries(watch=watch.id, kind=DeliveryKind.DIGEST, since=earliest)
        follows = self.config.daemon.delivery.folders
        due = digest_deliveries(watch, revisions, receivers, known, follows=follows)
        slept = {day for day in slept_through(revisions) if self._is_without_polls(watch, day)} if due else set()
        news = [each for each in due if day_and_revision(each.subject)[0] not in slept]
        return self.store.add_deliveries(news, now=now)

    def _is_without_polls(self, watch: Watch, day: date) -> bool:
        """Whether a digest says only that nobody polled: of such days in a row the last one is news enough."""
        digest = self.store.digest(watch.id, day)
        return digest is not None and digest.content["state"] == "not_polled"

    def _queue_alert(self, watch: Watch, since: Mapping[str, datetime]) -> int:
        alerts = watch.delivery.alerts
        if not alerts.to:
            return 0
        now = self.clock()
        earliest = max(now - FRESH_FOR, since[f"alerts/{watch.id}/{alert_rule(watch)}"])
        fresh = ArticleFilter(watch=watch.id, outcomes=frozenset({Outcome.MATCH}), since=earliest, is_backlog=False)
        shelf = load_shelf(self.store, watch.id)
        stories = stories_to_tell(
            watch,
            self.store.reports(fresh),
            {article: shelf.book.current(story) for article, story in shelf.book.story_of.items()} if shelf else {},
            self.store.deliveries(watch=watch.id, kind=DeliveryKind.ALERT, since=now - LOOKS_BACK),
            now=now,
        )
        if not stories:
            return 0
        content = compose_alert(watch, stories, self.config.feeds, copies=shelf.copies if shelf else {}, now=now)
        rows = alert_deliveries(watch, content, self._receivers(alerts.to), told=content["told"])
        return self.store.add_deliveries([*rows], now=now)

    def resend(self, watch: Watch, digest: Digest) -> int:
        """Queue a stored digest once more for everybody who gets the watch's digests; return for how many."""
        again = []
        known = self.store.deliveries(watch=watch.id, kind=DeliveryKind.DIGEST)
        for receiver in self._receivers(watch.delivery.digests):
            first = digest_delivery(watch.id, digest.day, digest.revision, receiver)
            had = [each for each in known if _is_for(each, first)]
            again.append(digest_delivery(watch.id, digest.day, digest.revision, receiver, copy=len(had)))
        return self.store.add_deliveries(again, now=self.clock())

    # --- sending ----------------------------------------------------------------------------------------------

    def send(self, *, with_waiting: bool = False) -> list[Result]:
        """Send what is due, channel by channel side by side; `with_waiting`: also what waits for another attempt."""
        groups: dict[str, list[Delivery]] = {}
        for delivery in self.store.due_deliveries(now=self.clock(), with_waiting=with_waiting):
            groups.setdefault(delivery.channel, []).append(delivery)
        if not groups:
            return []
        with ThreadPoolExecutor(len(groups), thread_name_prefix="deliver") as pool:
            return [result for results in pool.map(self._send_group, groups.values()) for result in results]

    def _send_group(self, deliveries: Sequence[Delivery]) -> list[Result]:
        """Send through one channel; what makes the channel useless puts off all that is left.

        Mail servers end a session after so many mails: while each session brings something, another one is opened.
        """
        results: list[Result] = []
        waiting = [*deliveries]
        while waiting and not self.is_stopping():
            had = len(results)
            down = self._send_session(waiting, results)
            if down and all(result.error for result in results[had:]):
                return results + self._put_off(waiting, down)
        return results

    def _send_session(self, waiting: list[Delivery], results: list[Result]) -> DeliveryError | None:
        """Take from what waits until nothing is left, or the channel is down: then why."""
        try:
            with self._opened(waiting[0].channel) as send:
                while waiting:
                    delivery = waiting.pop(0)
                    if not self._claims(delivery):
                        continue
                    with following("deliver", watch=delivery.watch, channel=delivery.channel):
                        came = self._send_one(delivery, send)
                        results.append(self._record(delivery, came))
                    if isinstance(came, DeliveryError) and came.is_channel_down:
                        return came
                    if self.is_stopping():  # not before one is sent, however long the opening took
                        break
        except DeliveryError as error:
            return error
        return None

    def _send_one(self, delivery: Delivery, send: Send) -> Message | DeliveryError:
        """Send; what went out, or what went wrong, a message that this program cannot make included."""
        try:
            message = self._message(delivery)
            send(message, delivery.receiver)
        except DeliveryError as error:
            return error
        except WiderhallError:
            raise
        except Exception as error:  # noqa: BLE001 - written beside the delivery and logged with its traceback
            log.exception("delivery not coped with", delivery=delivery.id)
            return DeliveryError(f"this program failed on it: {error!r}", "please report it")
        return message

    def _put_off(self, deliveries: Sequence[Delivery], error: DeliveryError) -> list[Result]:
        return [self._record(delivery, error) for delivery in deliveries if self._claims(delivery)]

    def _claims(self, delivery: Delivery) -> bool:
        now = self.clock()
        return self.store.claim_delivery(delivery.id, now=now, until=now + CLAIM)

    def _record(self, delivery: Delivery, came: Message | DeliveryError) -> Result:
        error = came if isinstance(came, DeliveryError) else None
        if isinstance(came, DeliveryError):
            self._record_failure(delivery, came)
        else:
            self.store.delivery_sent(delivery.id, now=self.clock())
            log.info("delivered", what=what_is(delivery), channel=delivery.channel, to=delivery.receiver)
            tell_of(self.store, "delivered", {article: {"what": what_is(delivery)} for article in came.articles})
        what = what_is(delivery, watches=self.config.watches)
        return _result(delivery.channel, delivery.receiver, what, error)

    def _record_failure(self, delivery: Delivery, error: DeliveryError) -> None:
        give_up_after = timedelta(hours=self.config.daemon.delivery.give_up_after_hours)
        again = next_attempt(
            delivery.attempts + 1, now=self.clock(), give_up_after=give_up_after, asked_for_s=error.retry_after_s
        )
        if error.is_final:
            again = None
        self.store.delivery_failed(delivery.id, str(error), next_at=again)
        log.warning(
            "not delivered" if again else "delivery given up",
            what=what_is(delivery),
            channel=delivery.channel,
            to=delivery.receiver,
            why=str(error),
        )

    def _message(self, delivery: Delivery) -> Message:
        """What a row says to send; DeliveryError where nobody wants it any more."""
        watch = next((each for each in with_weekly(self.config.watches) if each.id == delivery.watch), None)
        if watch is None:
            raise DeliveryError(f"there is no watch «{delivery.watch}» any more", is_final=True)
        if delivery.receiver not in self.config.daemon.delivery.receivers(delivery.channel):
            raise DeliveryError("this receiver is not in the configuration any more", is_final=True)
        chars = self.config.daemon.delivery.excerpt_chars
        if delivery.kind is DeliveryKind.ALERT:
            return alert_message(delivery, watch, excerpt_chars=chars)
        day, revision = day_and_revision(delivery.subject)
        digest = self.store.digest(watch.id, day, revision=revision)
        if digest is None:
            raise DeliveryError("this digest is not stored any more", is_final=True)
        return digest_message(delivery, watch, digest, excerpt_chars=chars)

    def _opened(self, channel: str) -> AbstractContextManager[Send]:
        """The channel, ready to send; DeliveryError where there is none of that name."""
        delivery = self.config.daemon.delivery
        if channel in delivery.mail:
            return mail_channel(delivery.smtp)
        if channel in delivery.folders:
            return folder_channel(delivery.folders[channel], self._library(), self.clock())
        if channel in delivery.webhooks:
            return webhook_channel(delivery.webhooks[channel], self.fetching, self.clock)
        if channel in delivery.apprise:
            return push_channel(delivery.apprise[channel])
        raise DeliveryError("this channel is not in the configuration any more", is_final=True)

    def _library(self) -> Library:
        return Library(
            store=self.store,
            watches={watch.id: watch for watch in with_weekly(self.config.watches)},
            feeds=self.config.feeds,
            excerpt_chars=self.config.daemon.delivery.excerpt_chars,
            home=home_of(self.store, now=self.clock()),
        )

    def keep_feeds(self) -> None:
        """Bring the feeds of matches in folders up to date: from one digest to the next much may match."""
        for name, folder in self.config.daemon.delivery.folders.items():
            for watch in self.config.watches:
                delivery = watch.delivery
                if delivery.digests is None or name in (*delivery.digests, *delivery.alerts.to):
                    try:
                        write_feed_of_matches(folder, self._library(), watch, self.clock())
                    except OSError as error:  # it is told with the next delivery, and tried again
                        log.warning("feed of matches not written", channel=name, watch=watch.id, why=str(error))

    # --- trying -----------------------------------------------------------------------------------------------

    def test(self) -> Iterator[Result]:
        """Send a test through every channel to every receiver, one after the other; nothing is stored."""
        delivery = self.config.daemon.delivery
        for channel in delivery.names:
            yield from self._test_channel(channel, delivery.receivers(channel))

    def _test_channel(self, channel: str, addresses: Sequence[str]) -> Iterator[Result]:
        """A channel that is down for one is down for all: it is asked once, as a bad password should be."""
        down: DeliveryError | None = None
        with ExitStack() as stack:
            try:
                send = stack.enter_context(self._opened(channel))
            except DeliveryError as error:
                down = error
            for address in addresses:
                failure = down
                if failure is None:
                    message = test_message(channel, self.config.watches[0], now=self.clock())
                    try:
                        send(message, address)
                    except DeliveryError as error:
                        failure = error
                        down = error if error.is_channel_down else None
                yield _result(channel, address, "test", failure)


def _result(channel: str, receiver: str, what: str, error: DeliveryError | None) -> Result:
    return Result(
        channel=channel,
        receiver=receiver,
        what=what,
        error=error.message if error else "",
        advice=error.advice if error else "",
    )


def _name(watch: Watch, receiver: Receiver) -> str:
    """What a receiver of a watch's digests is remembered by."""
    return f"digests/{watch.id}/{receiver.channel}/{receiver.address}"


def _is_for(delivery: Delivery, first: NewDelivery) -> bool:
    """Whether a delivery is of the same revision for the same receiver."""
    place = (delivery.subject, delivery.channel, delivery.receiver)
    return place == (first.subject, first.channel, first.receiver)


def what_is(delivery: Delivery, *, watches: Sequence[Watch] = ()) -> str:
    """A delivery in a few words, with its watch where there are several."""
    of = f" ({delivery.watch.removesuffix(WEEKLY)})" if len(watches) > 1 else ""
    if delivery.kind is DeliveryKind.ALERT:
        return f"alert of {datetime.fromisoformat(delivery.subject).astimezone(UTC):%Y-%m-%d %H:%M} UTC{of}"
    day, revision = day_and_revision(delivery.subject)
    name = f"week to {day}" if delivery.watch.endswith(WEEKLY) else f"digest of {day}"
    return name + (f", revision {revision}" if revision > 1 else "") + of
