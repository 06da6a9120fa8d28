"""The bodies' partitions on PostgreSQL: one a month, and one for the rest. Decides nothing about what may go.

Months are made ahead. Where there is none for a row, «rest» takes it, so that no write can fail for want of a
partition; it also holds what outlives its month. Whoever changes the partitions waits half a second for readers and
writers and gives up then: a long backup would otherwise hold up everybody who comes after.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, text

from store.schema import BODIES

#: Months made ahead of the one that runs.
AHEAD = 2
#: Below PostgreSQL's second before it looks for deadlocks, so that it is never somebody else who has to give up.
_PATIENCE = "set local lock_timeout = '500ms'"

_PARTITIONS = text(
    "select cast(cast(inhparent as regclass) as text) as body, cast(cast(inhrelid as regclass) as text) as name"
    " from pg_inherits"
    " where inhparent in (select cast(name as regclass) from unnest(cast(:names as text[])) as body (name))"
)
#: `findings_2026_11` is a month, `findings_to_2026_11` all that was stored before partitions came, to a month's end.
_NAMED = re.compile(r"_(?P<is_open>to_)?(?P<year>\d{4,})_(?P<month>\d\d)$")


@dataclass(frozen=True, kw_only=True)
class _Partition:
    body: str
    name: str
    #: The only one that it holds, or, where it is open, the last one.
    month: date
    is_open: bool

    def holds(self, month: date) -> bool:
        return month == self.month or (self.is_open and month < self.month)


def month_of(at: datetime) -> date:
    """The first day of a moment's month."""
    return at.astimezone(UTC).date().replace(day=1)


def following(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def months_ahead(now: datetime) -> list[date]:
    """The month that runs, and those to be made ahead of it."""
    months = [month_of(now)]
    for _ in range(AHEAD):
        months.append(following(months[-1]))
    return months


def make_months(connection: Connection, months: Iterable[date], bodies: Iterable[str] = BODIES) -> list[str]:
    """Make the partitions that are missing; what «rest» holds of them moves there. The bodies that got some."""
    wanted, there = sorted(set(months)), _partitions(connection)
    lacking = [body for body in bodies if _missing(body, wanted, there)]
    for body in lacking:
        connection.execute(text(_PATIENCE))
        # Writers wait here, so that none puts into «rest» what belongs into a month that is just made.
        connection.execute(text(f"lock table {body} in share row exclusive mode"))
        for month in _missing(body, wanted, _partitions(connection)):  # another process may just have made some
            _make(connection, body, month)
    return lacking


def past_months(connection: Connection, before: datetime, bodies: Collection[str]) -> list[date]:
    """Months of some bodies in which everything is older than a moment, the oldest first."""
    months = {each.month for each in _partitions(connection) if each.body in bodies}
    return sorted(month for month in months if following(month) <= month_of(before))


def drop_month(connection: Connection, month: date, kept: Mapping[str, str]) -> dict[str, int]:
    """Drop a month of some bodies but for rows that meet a condition, which go on in «rest»; rows dropped of each."""
    connection.execute(text(_PATIENCE))
    # Nobody gives a verdict or finds a match between the look at what is kept and the end. A month's foreign keys go
    # with it, for which the tables that they refer to are locked anyway: so, in the order in which writers take them.
    connection.execute(text("lock table articles, entries in exclusive mode"))
    names = {each.body: each.name for each in _partitions(connection) if each.month == month}
    dropped = {}
    for body in filter(names.__contains__, kept):
        keeping = f"create temp table kept on commit drop as select * from {names[body]} where {kept[body]}"
        held: int = connection.execute(text(f"select count(*) from {names[body]}")).scalar_one()
        dropped[body] = held - connection.execute(text(keeping)).rowcount
        connection.execute(text(f"drop table {names[body]}"))
        connection.execute(text(f"insert into {body} select * from kept"))
        connection.execute(text("drop table kept"))
    return dropped


def hold_months(connection: Connection) -> None:
    """Let no month be dropped before a reading ends that has just begun: what goes on in «rest» would be missing in it.

    That is how PostgreSQL is: a moment that was opened before shows neither the dropped month nor what came of it.
    """
    connection.execute(text(f"lock table {', '.join(BODIES)} in access share mode"))


def _partitions(connection: Connection) -> list[_Partition]:
    """All but «rest»."""
    there = connection.execute(_PARTITIONS, {"names": list(BODIES)})
    return [
        _Partition(
            body=row.body,
            name=row.name,
            month=date(int(named["year"]), int(named["month"]), 1),
            is_open=bool(named["is_open"]),
        )
        for row in there
        if (named := _NAMED.search(row.name))
    ]


def _missing(body: str, wanted: Iterable[date], there: Sequence[_Partition]) -> list[date]:
    return [month for month in wanted if not any(each.body == body and each.holds(month) for each in there)]


def _make(connection: Connection, body: str, month: date) -> None:
    name, at = f"{body}_{month:%Y_%m}", BODIES[body]
    begin, end = (f"'{day} 00:00+00'" for day in (month, following(month)))
    connection.execute(text(f"create table {name} (like {body})"))
    connection.execute(
        text(
            f"with here as (delete from {body}_rest where {at} >= {begin} and {at} < {end} returning *)"
            f" insert into {name} select * from here"
        )
    )
    connection.execute(text(f"alter table {body} attach partition {name} for values from ({begin}) to ({end})"))
