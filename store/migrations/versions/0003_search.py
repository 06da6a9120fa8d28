"""Full-text search over articles, and beside each article what its text names: for what-if questions about keywords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import PlainText, RowId, UtcDateTime
from store.search import words_of

revision = "0003"
down_revision = "0002"

#: Articles indexed between two looks at the database.
_BATCH = 500
#: As of this revision.
_INDEXING = {
    "sqlite": "insert into article_search (rowid, title, body) values (:id, :title, :body)",
    "postgresql": (
        "insert into article_search (article_id, title, document) values"
        " (:id, to_tsvector('simple', :title), to_tsvector('simple', :title || ' ' || :body))"
    ),
}


def upgrade() -> None:
    op.create_table(
        "article_hits",
        sa.Column("article_id", RowId, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_at", UtcDateTime(), nullable=False),
        sa.Column("lists", PlainText(), nullable=False),
        sa.Column("hits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"],
            ["article_versions.article_id", "article_versions.version"],
            name="fk_article_hits_article_id_version_article_versions",
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_hits"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create virtual table article_search using"
            " fts5(title, body, content='', tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "create table article_search"
            " (article_id bigint primary key, title tsvector not null, document tsvector not null)"
        )
        op.execute("create index ix_article_search_document on article_search using gin (document)")
    _index_all()


def _index_all() -> None:
    connection = op.get_bind()
    newer = sa.text(
        "select a.id, v.title, t.text from articles a"
        " join article_versions v on v.article_id = a.id and v.version = a.version"
        " join article_texts t on t.article_id = a.id and t.version = a.version"
        " where a.id > :last order by a.id limit :batch"
    )
    indexing = sa.text(_INDEXING[connection.dialect.name])
    last = 0
    while rows := connection.execute(newer, {"last": last, "batch": _BATCH}).all():
        words = [
            {"id": row.id, "title": " ".join(words_of(row.title)), "body": " ".join(words_of(row.text))} for row in rows
        ]
        connection.execute(indexing, words)
        last = rows[-1].id
