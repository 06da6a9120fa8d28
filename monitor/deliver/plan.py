"""Decide what is to be delivered to whom, and when a failure is tried again. Pure; `now` is an argument."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.model import ArticleReport, Delivery, DeliveryKind, NewDelivery, VerdictKind, Watch

#: Waits after failures: doubling from here, up to there.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
#: A digest is written on the day after.
ON_TIME = timedelta(days=1)
#: An alert is about what happens now; what matched so long ago is in a digest.
FRESH_FOR = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Who gets something: a channel, and a mail address where it has several."""

    channel: str
    address: str = ""


def next_attempt(attempts: int, *, now: datetime, give_up_after: timedelta, asked_for_s: float = 0) -> datetime | None:
    """When to try again after so many attempts; None once the waits add up to `give_up_after`.

    Counted in waits, not from the first attempt: a machine that slept for a week has not tried for a week.
    """
    waits = [min(FIRST_WAIT * (1 << number), LONGEST_WAIT) for number in range(attempts)]
    if sum(waits, timedelta()) > give_up_after:
        return None
    return now + max(waits[-1], timedelta(seconds=min(asked_for_s, LONGEST_WAIT.total_seconds())))


# --- digests ------------------------------------------------------------------------------------------------------


def digest_deliveries(
    watch: Watch,
    revisions: Sequence[tuple[date, int, datetime]],
    receivers: Mapping[Receiver, datetime],
    known: Collection[Delivery],
    *,
    follows: Collection[str] = (),
) -> list[NewDelivery]:
    """What is due of a watch's digests, oldest day first: each day once to each receiver, from when it is known on.

    `revisions` are day, revision and time; `receivers` since when each is known; `known` the deliveries there are. A
    later revision of a delivered digest is due only if the watch says so, and to channels that follow by themselves.
    """
    delivered: dict[tuple[Receiver, date], int] = {}
    for each in known:
        day, revision = day_and_revision(each.subject)
        place = (Receiver(channel=each.channel, address=each.receiver), day)
        delivered[place] = max(delivered.get(place, 0), revision)
    due = []
    for receiver, since in receivers.items():
        newest = {day: revision for day, revision, created_at in revisions if created_at >= since}
        begun = {day for day, revision, created_at in revisions if created_at >= since and revision == 1}
        for day, revision in newest.items():
            had = delivered.get((receiver, day), 0)
            is_following = watch.delivery.resends or receiver.channel in follows
            is_due = revision > had if is_following else not had and day in begun
            if is_due:
                due.append(digest_delivery(watch.id, day, revision, receiver))
    return sorted(due, key=lambda each: each.subject)


def slept_through(revisions: Sequence[tuple[date, int, datetime]]) -> set[date]:
    """The days told late that a later one follows, as after a sleep: worth a look before they are delivered."""
    last = max((day for day, _, _ in revisions), default=date.min)
    return {day for day, _, created_at in revisions if created_at.date() - day > ON_TIME and day < last}


def digest_delivery(watch: str, day: date, revision: int, receiver: Receiver, *, copy: int = 0) -> NewDelivery:
    """One revision of a day for one receiver; a further `copy` of what was sent already has a key of its own."""
    subject = f"{day.isoformat()}.{revision}"
    parts = ["digest", watch, subject, receiver.channel, receiver.address, *([f"again-{copy}"] if copy else [])]
    return NewDelivery(
        key="/".join(parts),
        watch=watch,
        kind=DeliveryKind.DIGEST,
        subject=subject,
        channel=receiver.channel,
        receiver=receiver.address,
    )


def day_and_revision(subject: str) -> tuple[date, int]:
    """«2016-08-11.2» as day and revision."""
    day, _, revision = subject.partition(".")
    return date.fromisoformat(day), int(revision)


# --- alerts -------------------------------------------------------------------------------------------------------


def alert_rule(watch: Watch) -> str:
    """What raises an alert, as a name: when the rule changes, what matched before it does not raise one."""
    alerts = watch.delivery.alerts
    return f"{alerts.score}/{','.join(sorted(alerts.facets))}"


def raises_alert(watch: Watch, report: ArticleReport) -> bool:
    """Whether a match has the score, or touches all the facets, that raise an alert, and nobody dismissed it."""
    alerts, card = watch.delivery.alerts, report.assessment.card
    touched = {facet.facet for facet in card.facets if facet.is_hit}
    is_high = alerts.score is not None and card.score >= alerts.score
    is_about = bool(alerts.facets) and touched.issuperset(alerts.facets)
    is_dismissed = report.verdict is not None and report.verdict.kind is VerdictKind.IRRELEVANT
    return (is_high or is_about) and not is_dismissed


def stories_to_tell(
    watch: Watch,
    reports: Sequence[ArticleReport],
    story_of: Mapping[int, int],
    told: Collection[Delivery],
    *,
    now: datetime,
) -> dict[int, list[ArticleReport]]:
    """The matches to be told now, by story; empty while the last alert is too recent.

    `reports` are the watch's fresh matches, `story_of` the story of each article (one that no story has yet waits for
    it), `told` the alerts there are. What is held back by the wait is told with the next alert.
    """
    alerts = watch.delivery.alerts
    if any(_is_within(alerts.every, each.created_at, now) for each in told):
        return {}
    told_matches = {match for each in told for match in each.content["told"]}
    last_told: dict[int, datetime] = {}
    for each in told:
        for match in each.content["stories"]:
            for row in match["matches"]:
                story = story_of.get(int(row["article"].removeprefix("a-")), 0)
                last_told[story] = max(last_told.get(story, each.created_at), each.created_at)
    found: dict[int, list[ArticleReport]] = {}
    for report in reports:
        match, story = report.match, story_of.get(report.article.id, 0)
        if match is None or match.withdrawn_at or f"m-{match.id}" in told_matches or not story:
            continue
        is_quiet = story in last_told and _is_within(alerts.story_again, last_told[story], now)
        if raises_alert(watch, report) and not is_quiet:
            found.setdefault(story, []).append(report)
    return found


def _is_within(span: timedelta, then: datetime, now: datetime) -> bool:
    """Whether something was so recently; what a clock that was ahead put into the future was not."""
    return timedelta() <= now - then < span


def alert_deliveries(
    watch: Watch, content: Mapping[str, object], receivers: Collection[Receiver], *, told: Sequence[str]
) -> Iterator[NewDelivery]:
    """An alert for each receiver; two processes that raise the same one give it the same key."""
    digest = hashlib.sha256("/".join(told).encode()).hexdigest()[:16]
    for receiver in receivers:
        yield NewDelivery(
            key="/".join(("alert", watch.id, digest, receiver.channel, receiver.address)),
            watch=watch.id,
            kind=DeliveryKind.ALERT,
            subject=str(content["raised_at"]),
            channel=receiver.channel,
            receiver=receiver.address,
            content=content,
        )
