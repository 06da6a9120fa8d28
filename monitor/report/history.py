"""Set a day beside those before it: how many matches each had, which actors are new, which sources came and went.

Pure; reads the documents of earlier digests, so that a digest says the same whenever it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from monitor.model import Digest, Thresholds

#: How many days, the digest's own included, the picture of a month shows.
DAYS = 30
#: An actor is compared with its average over so many days before.
ACTOR_DAYS = 7
#: With fewer digests before it everything would be new.
ENOUGH = 3
#: Rising: at least so many matches, and at least this many times the average.
RISING_MATCHES, RISING_FACTOR = 3, 2.0
#: States of a day that has no number: nought would say that nothing was reported.
UNKNOWN = ("nothing_fetched", "not_polled")
#: What a feed's day is called when it brought nothing because it could not.
OUT_OF_REACH = ("failed", "blocked")


def month_before(day: date, matches: int | None, earlier: Sequence[Digest]) -> list[dict[str, Any]]:
    """Matches of each of the last days since the first digest; None where none is, or where nothing was fetched."""
    counted = {digest.day: _matches(digest.content) for digest in earlier} | {day: matches}
    days = [each for back in range(DAYS - 1, -1, -1) if (each := day - timedelta(days=back)) >= min(counted)]
    return [{"day": each.isoformat(), "matches": counted.get(each)} for each in days]


def with_changes(
    sources: Mapping[str, Any], day: date, earlier: Sequence[Digest], *, feeds: Collection[str]
) -> dict[str, Any]:
    """The day's sources, each in trouble with the first day of it, and which of the `feeds` answer again.

    A feed that was not asked, or is no feed of the watch any more, does not answer again.
    """
    trouble_on = {digest.day: _out_of_reach(digest.content["sources"]) for digest in earlier}
    troubled = []
    for feed in sources["troubled"]:
        began = day
        while feed["status"] in OUT_OF_REACH and feed["feed"] in trouble_on.get(began - timedelta(days=1), {}):
            began -= timedelta(days=1)
        troubled.append({**feed, "since": began.isoformat() if feed["status"] in OUT_OF_REACH else None})
    before = trouble_on.get(day - timedelta(days=1), {})
    unheard = {feed["feed"] for feed in sources["troubled"] if not feed["answered"]}
    back = [title for name, title in before.items() if name in feeds and name not in unheard]
    return {**sources, "troubled": troubled, "recovered": back}


def _out_of_reach(sources: Mapping[str, Any]) -> dict[str, str]:
    return {feed["feed"]: feed["title"] for feed in sources["troubled"] if feed["status"] in OUT_OF_REACH}


def _matches(content: Mapping[str, Any]) -> int | None:
    if content["state"] in UNKNOWN:
        return None
    return len(content["matches"]) + int(content["left_out"].get("matches", 0))


def changed_since(
    day: date, thresholds: Thresholds, versions: Mapping[str, Sequence[str]], earlier: Sequence[Digest]
) -> list[dict[str, Any]]:
    """What made the day's scores that did not make those of the digest before: thresholds, and versions of the rest."""
    before = max((one for one in earlier if one.day < day), key=lambda one: one.day, default=None)
    if before is None:
        return []
    old = before.content["watch"]["thresholds"]
    new = {"match": thresholds.match, "review": thresholds.review}
    changed = [
        {"what": f"{name}_threshold", "before": old[name], "now": new[name]} for name in new if old[name] != new[name]
    ]
    had, has = before.content["versions"], versions
    both = sorted(had.keys() & has.keys()) if had and has else []
    changed += [{"what": name, "before": had[name], "now": has[name]} for name in both if had[name] != has[name]]
    if had and has and "learnt" in has and "learnt" not in had:
        changed.append({"what": "learnt", "before": [], "now": has["learnt"]})
    return [{**one, "since": before.day.isoformat()} for one in changed]


def with_trends(actors: Sequence[Mapping[str, Any]], day: date, earlier: Sequence[Digest]) -> list[dict[str, Any]]:
    """The day's actors, each with its matches on the days before, and whether it is new or rising."""
    by_day = {digest.day: {actor["id"]: actor["matches"] for actor in digest.content["actors"]} for digest in earlier}
    week = [day - timedelta(days=back) for back in range(ACTOR_DAYS, 0, -1)]
    ever = {actor for found in by_day.values() for actor in found}
    result = []
    for actor in actors:
        before = [by_day.get(each, {}).get(actor["id"], 0) for each in week]
        average = sum(before) / len(before)
        is_new = len(by_day) >= ENOUGH and actor["id"] not in ever
        rises = actor["matches"] >= RISING_MATCHES and actor["matches"] >= RISING_FACTOR * average
        is_rising = len(by_day) >= ENOUGH and not is_new and rises
        trend = "new" if is_new else "rising" if is_rising else ""
        result.append({**actor, "before": before, "trend": trend})
    return result
