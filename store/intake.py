"""What a poll brings into the queue: entries it sees for the first time, and known ones that their feed restated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, update

from monitor.model import NewEntry, PollPlan
from store.base import inserting_unknown, replace_row
from store.rows import statement_text_values, statement_values
from store.schema import entries, entry_texts


def store_entries(connection: Connection, plan: PollPlan) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Add the plan's entries that are not known yet, requeue the changed ones; the ids of both, by key."""
    added = _add(connection, plan, [*plan.new, *plan.changed])
    restated = {entry.key: entry_id for entry in plan.changed if (entry_id := _restate(connection, entry)) is not None}
    return added, restated


def _add(connection: Connection, plan: PollPlan, found: Sequence[NewEntry]) -> Mapping[str, int]:
    if not found:
        return {}
    by_key: dict[str, NewEntry] = {}
    for entry in found:
        by_key.setdefault(entry.key, entry)  # a document that names one twice: the first stands
    first_seen = {"first_seen_at": plan.polled_at}
    rows = [
        statement_values(entry)
        | first_seen
        | {"feed_id": plan.feed.id, "key": entry.key, "is_backlog": entry.is_backlog}
        for entry in by_key.values()
    ]
    adding = inserting_unknown(connection.dialect.name, entries)
    added = connection.execute(adding.returning(entries.c.id, entries.c.key), rows).all()
    if added:
        texts = [statement_text_values(by_key[row.key]) | first_seen | {"entry_id": row.id} for row in added]
        connection.execute(insert(entry_texts), texts)
    return {row.key: row.id for row in added}


def _restate(connection: Connection, entry: NewEntry) -> int | None:
    """Take a new statement and ask for a new look; an entry that already says so is left alone."""
    is_outdated = (
        (entries.c.feed_id == entry.feed_id)
        & (entries.c.key == entry.key)
        & (entries.c.fingerprint != entry.fingerprint)
    )
    restating = (
        update(entries)
        .where(is_outdated)
        .values(**statement_values(entry))
        .returning(entries.c.id, entries.c.first_seen_at)
    )
    found = connection.execute(restating).one_or_none()
    if found is None:
        return None
    key = {"entry_id": found.id, "first_seen_at": found.first_seen_at}
    replace_row(connection, entry_texts, key, statement_text_values(entry))
    return int(found.id)
