"""What processes that work side by side on one PostgreSQL tell each other: whose turn it is at a site, which host wants
a rest, what its robots.txt said. Decides nothing about how far apart requests are.

All of it, and the task engine's own tables, lie in a schema beside the store's. Nothing in it is worth keeping: while
nobody runs it can be dropped, and is made again. Times are the database's, so that clocks of machines need not agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from monitor.model import KeptRobots, TurnTaken
from store.base import Base
from store.faults import translated

#: Numbered: when its tables change (here, or the engine's), a new one is begun and the old one left behind.
WORK_SCHEMA = "widerhall_work_1"
#: Two processes that make the schema wait for each other; the number only has to be ours.
_MAKING = 0x57_49_44_46

_TABLES = f"""
create table {WORK_SCHEMA}.hosts (
    name text primary key,                 -- a site for its turns, a host for its rest, «robots ORIGIN» for asking it
    next_allowed_at timestamptz not null,  -- nobody asks before; while somebody asks: when he is done, or dead
    rests_until timestamptz                -- null: it never asked for a rest
);
create table {WORK_SCHEMA}.robots (
    origin text primary key,
    stale_at timestamptz not null,         -- from then on it is asked for again
    body bytea,                            -- what it said last; null if it never could be had
    failure text not null,                 -- FailureKind, if it could not be had the last time
    message text not null
);
"""

#: A turn that a crash of the server forgets is a request a second early; to wait for the disk at each is not worth it.
_SOON = "set_config('synchronous_commit', 'off', true)"

_TAKE = text(f"""
    with rest as (
        select rests_until from {WORK_SCHEMA}.hosts where name = :host and rests_until > clock_timestamp()
    ), taken as (
        insert into {WORK_SCHEMA}.hosts as known (name, next_allowed_at)
        select :site, clock_timestamp() + :hold where not exists (select 1 from rest)
        on conflict (name) do update set next_allowed_at = excluded.next_allowed_at
            where known.next_allowed_at <= clock_timestamp()
        returning next_allowed_at
    )
    select (select rests_until from rest) as rests_until, (select next_allowed_at from taken) as held_until,
        (select next_allowed_at - clock_timestamp() from {WORK_SCHEMA}.hosts where name = :site) as wait, {_SOON}""")
#: Whoever was slower than his hold must not shorten that of the one who came after him.
_END = text(f"""
    update {WORK_SCHEMA}.hosts
    set next_allowed_at = case when next_allowed_at = :held then clock_timestamp() + :spacing
                               else greatest(next_allowed_at, clock_timestamp() + :spacing) end
    where name = :site and {_SOON} is not null""")
_REST = text(f"""
    insert into {WORK_SCHEMA}.hosts as known (name, next_allowed_at, rests_until) values (:host, '-infinity', :until)
    on conflict (name) do update set rests_until = greatest(known.rests_until, excluded.rests_until)""")
_KEEP = text(f"""
    insert into {WORK_SCHEMA}.robots as known (origin, stale_at, body, failure, message)
    values (:origin, :stale_at, :body, :failure, :message)
    on conflict (origin) do update set stale_at = excluded.stale_at, body = coalesce(excluded.body, known.body),
        failure = excluded.failure, message = excluded.message""")
_KEPT = text(f"select * from {WORK_SCHEMA}.robots where origin = :origin")
_FORGET = text(f"""
    delete from {WORK_SCHEMA}.hosts
    where next_allowed_at < :before and (rests_until is null or rests_until < :before)""")


class SharedManners(Base):
    """The `Manners` of monitor.ports on PostgreSQL. Safe to use from many threads."""

    schema = WORK_SCHEMA

    @contextmanager
    def _at_once(self) -> Iterator[Connection]:
        """For a single statement, which is its own transaction: one round trip instead of three."""
        with translated(self.database.where), self.database.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def make_tables(self, engine_tables: str) -> None:
        """Make the schema with these tables and the task engine's, unless it is there."""
        with self.database.writing() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MAKING})
            if connection.scalar(text("select to_regclass(:name)"), {"name": f"{WORK_SCHEMA}.robots"}) is None:
                connection.execute(text(f"create schema if not exists {WORK_SCHEMA}"))
                _run_script(connection, _TABLES)
                _run_script(connection, f"set local search_path = {WORK_SCHEMA}, public; {engine_tables}")

    def take_turn(self, site: str, *, host: str, hold_s: float) -> TurnTaken:
        asked = {"site": site, "host": host, "hold": timedelta(seconds=hold_s)}
        with self._at_once() as connection:
            found = connection.execute(_TAKE, asked).one()
        wait_s = found.wait.total_seconds() if found.wait else 0.0
        return TurnTaken(held_until=found.held_until, wait_s=max(wait_s, 0.0), rests_until=found.rests_until)

    def end_turn(self, site: str, *, held_until: datetime, spacing_s: float) -> None:
        with self._at_once() as connection:
            connection.execute(_END, {"site": site, "held": held_until, "spacing": timedelta(seconds=spacing_s)})

    def let_rest(self, host: str, *, until: datetime) -> None:
        with self.database.writing() as connection:
            connection.execute(_REST, {"host": host, "until": until})

    def robots(self, origin: str) -> KeptRobots | None:
        with self.database.reading() as connection:
            row = connection.execute(_KEPT, {"origin": origin}).one_or_none()
        if row is None:
            return None
        body = None if row.body is None else bytes(row.body)
        return KeptRobots(stale_at=row.stale_at, body=body, failure=row.failure, message=row.message)

    def keep_robots(self, origin: str, kept: KeptRobots) -> None:
        with self.database.writing() as connection:
            connection.execute(_KEEP, {"origin": origin} | vars(kept))

    def forget(self, *, before: datetime) -> None:
        """Forget hosts that nobody asked since."""
        with self.database.writing() as connection:
            connection.execute(_FORGET, {"before": before})


def _run_script(connection: Connection, script: str) -> None:
    """Run several statements as they are; a per cent sign in them is no placeholder."""
    cursor = connection.connection.cursor()
    cursor.execute(script.encode())
    cursor.close()
