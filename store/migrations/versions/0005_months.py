"""On PostgreSQL what is big goes into partitions by month. On both, what rules did moves to the assessments.

No row is copied. What was stored so far becomes one partition up to the end of its last month; months of their own
begin with the next. Every body takes the time of its identity, which an article that came again could miss.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

from store.columns import Json

revision = "0005"
down_revision = "0004"

#: As of this revision: the time of each table, its key, and what it refers to.
_BODIES = {
    "entry_texts": ("first_seen_at", "entry_id", "entries (id)"),
    "pages": ("fetched_at", "entry_id", "entries (id)"),
    "article_texts": ("version_at", "article_id, version", "article_versions (article_id, version)"),
    "findings": ("version_at", "article_id, version", "article_versions (article_id, version)"),
    "article_hits": ("version_at", "article_id, version", "article_versions (article_id, version)"),
    "explanations": ("assessed_at", "assessment_id", "assessments (id)"),
    "article_search": ("version_at", "article_id", ""),
}


def upgrade() -> None:
    _move_rules()
    for table in ("article_texts", "findings", "article_hits"):
        _take_time(table, "version_at", "article_versions", "i.article_id = {0}.article_id and i.version = {0}.version")
    _take_time("pages", "fetched_at", "entries", "i.id = {0}.entry_id")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table article_search add version_at timestamptz not null default '-infinity'")
        op.execute("alter table article_search alter version_at drop default")
        last = _last_month()
        for table in _BODIES:
            _partition(table, last)


def _move_rules() -> None:
    op.add_column("assessments", sa.Column("rules", Json(), nullable=False, server_default="[]"))
    op.execute(
        "update assessments set rules = e.rules from explanations e"
        " where e.assessment_id = assessments.id and e.rules <> '[]'"
    )
    op.execute("alter table explanations drop column rules")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table assessments alter rules drop default")


def _take_time(table: str, at: str, identities: str, is_its: str) -> None:
    op.execute(
        f"update {table} set {at} = i.{at} from {identities} i where {is_its.format(table)} and i.{at} <> {table}.{at}"
    )


def _last_month() -> date | None:
    """The month of the newest body; None where there is none."""
    newest = " union all ".join(f"select max({at}) as at from {table}" for table, (at, *_) in _BODIES.items())
    found = op.get_bind().scalar(sa.text(f"select max(at at time zone 'UTC') from ({newest}) n where isfinite(at)"))
    return found.date().replace(day=1) if isinstance(found, datetime) else None


def _partition(table: str, last: date | None) -> None:
    """Put a partitioned table in the place of one that becomes its first partition, or goes if nothing is stored."""
    at, key, identity = _BODIES[table]
    so_far = f"{table}_to_{last:%Y_%m}" if last else f"{table}_to"
    op.execute(f"alter table {table} rename to {so_far}")
    _let_go_of_names(so_far)
    op.execute(f"create table {table} (like {so_far}) partition by range ({at})")
    op.execute(f"alter table {table} add constraint pk_{table} primary key ({key}, {at})")
    if identity:
        name = f"fk_{table}_{key.replace(', ', '_')}"
        op.execute(f"alter table {table} add constraint {name} foreign key ({key}) references {identity}")
    if table == "pages":
        op.execute("create index ix_pages_fetched_at on pages (fetched_at)")
    if table == "article_search":
        op.execute("create index ix_article_search_document on article_search using gin (document)")
    op.execute(f"create table {table}_rest partition of {table} default")
    if last is None:
        op.execute(f"drop table {so_far}")
    else:
        end = date(last.year + last.month // 12, last.month % 12 + 1, 1)
        op.execute(f"alter table {table} attach partition {so_far} for values from (minvalue) to ('{end} 00:00+00')")


def _let_go_of_names(table: str) -> None:
    """Drop the key, which lacks the time, and rename the indexes: their names are the partitioned table's now."""
    named = {"table": table}
    constraints = sa.text(
        "select conname from pg_constraint where conrelid = cast(:table as regclass) and contype = 'p'"
    )
    op.execute(f"alter table {table} drop constraint {op.get_bind().scalar(constraints, named)}")
    indexes = sa.text("select cast(indexrelid as regclass) from pg_index where indrelid = cast(:table as regclass)")
    for number, name in enumerate(op.get_bind().scalars(indexes, named).all()):
        op.execute(f"alter index {name} rename to {table}_index_{number}")
