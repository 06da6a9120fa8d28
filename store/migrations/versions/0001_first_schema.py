"""The first schema: feeds, polls, the queue, articles, assessments, matches, verdicts, digests, documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Json, PlainText, RowId, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", RowId, nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("url_hash", sa.LargeBinary(), nullable=False),
        sa.Column("feed_id", PlainText(), nullable=False),
        sa.Column("is_backlog", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("url_hash", name="uq_articles_url_hash"),
    )
    op.create_index("ix_articles_first_seen_at", "articles", ["first_seen_at"])
    op.create_table(
        "digests",
        sa.Column("watch", PlainText(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("watch", "day", "revision", name="pk_digests"),
    )
    op.create_table(
        "documents",
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_documents"),
    )
    op.create_table(
        "feeds",
        sa.Column("id", PlainText(), nullable=False),
        sa.Column("configured_url", PlainText(), nullable=False),
        sa.Column("configured_at", UtcDateTime(), nullable=False),
        sa.Column("is_configured", sa.Boolean(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("etag", PlainText(), nullable=False),
        sa.Column("last_modified", PlainText(), nullable=False),
        sa.Column("body_hash", PlainText(), nullable=False),
        sa.Column("first_polled_at", UtcDateTime(), nullable=True),
        sa.Column("last_polled_at", UtcDateTime(), nullable=True),
        sa.Column("last_success_at", UtcDateTime(), nullable=True),
        sa.Column("last_new_at", UtcDateTime(), nullable=True),
        sa.Column("next_due_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", PlainText(), nullable=False),
        sa.Column("moved_to", PlainText(), nullable=False),
        sa.Column("moved_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("interval_s", sa.Double(), nullable=False),
        sa.Column("ttl_s", sa.Double(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("arrivals", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
    )
    op.create_table(
        "article_versions",
        sa.Column("article_id", RowId, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_at", UtcDateTime(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("language", PlainText(), nullable=False),
        sa.Column("is_language_sure", sa.Boolean(), nullable=False),
        sa.Column("published", UtcDateTime(), nullable=True),
        sa.Column("authors", Json(), nullable=False),
        sa.Column("method", PlainText(), nullable=False),
        sa.Column("quality", PlainText(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("content_hash", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_versions_article_id"),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_versions"),
    )
    op.create_table(
        "assessments",
        sa.Column("id", RowId, nullable=False),
        sa.Column("article_id", RowId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("watch", PlainText(), nullable=False),
        sa.Column("assessed_at", UtcDateTime(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("outcome", PlainText(), nullable=False),
        sa.Column("outcome_reason", PlainText(), nullable=False),
        sa.Column("match_threshold", sa.Double(), nullable=False),
        sa.Column("review_threshold", sa.Double(), nullable=False),
        sa.Column("parts", Json(), nullable=False),
        sa.Column("versions", Json(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_assessments_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_article_id_watch", "assessments", ["article_id", "watch"])
    op.create_table(
        "entries",
        sa.Column("id", RowId, nullable=False),
        sa.Column("feed_id", PlainText(), nullable=False),
        sa.Column("key", PlainText(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("url_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fetch_url", PlainText(), nullable=False),
        sa.Column("published", UtcDateTime(), nullable=True),
        sa.Column("updated", UtcDateTime(), nullable=True),
        sa.Column("fingerprint", PlainText(), nullable=False),
        sa.Column("is_backlog", sa.Boolean(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("reason", PlainText(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("article_id", RowId, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_entries_article_id"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_entries_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("feed_id", "key", name="uq_entries_feed_id_key"),
    )
    op.create_index("ix_entries_article_id", "entries", ["article_id"])
    op.create_index("ix_entries_fetched_at", "entries", ["fetched_at"])
    op.create_index("ix_entries_finished_at", "entries", ["finished_at"])
    op.create_index("ix_entries_first_seen_at", "entries", ["first_seen_at"])
    op.create_index("ix_entries_queue", "entries", ["state", "id", "next_attempt_at"])
    op.create_index("ix_entries_url_hash", "entries", ["url_hash"])
    op.create_table(
        "matches",
        sa.Column("id", RowId, nullable=False),
        sa.Column("watch", PlainText(), nullable=False),
        sa.Column("article_id", RowId, nullable=False),
        sa.Column("matched_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", PlainText(), nullable=False),
        sa.Column("is_backlog", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_matches_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matches"),
        sa.UniqueConstraint("watch", "article_id", name="uq_matches_watch_article_id"),
    )
    op.create_index("ix_matches_watch_matched_at", "matches", ["watch", "matched_at"])
    op.create_table(
        "polls",
        sa.Column("feed_id", PlainText(), nullable=False),
        sa.Column("polled_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", PlainText(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("message", PlainText(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("missed_count", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("elapsed_ms", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_polls_feed_id"),
        sa.PrimaryKeyConstraint("feed_id", "polled_at", name="pk_polls"),
    )
    op.create_index("ix_polls_polled_at", "polls", ["polled_at"])
    op.create_table(
        "verdicts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("watch", PlainText(), nullable=False),
        sa.Column("article_id", RowId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("reason", PlainText(), nullable=False),
        sa.Column("note", PlainText(), nullable=False),
        sa.Column("author", PlainText(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_verdicts_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_watch_article_id", "verdicts", ["watch", "article_id", "id"])
    op.create_table(
        "article_texts",
        sa.Column("article_id", RowId, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_at", UtcDateTime(), nullable=False),
        sa.Column("text", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"],
            ["article_versions.article_id", "article_versions.version"],
            name="fk_article_texts_article_id_version",
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_texts"),
    )
    op.create_table(
        "entry_texts",
        sa.Column("entry_id", RowId, autoincrement=False, nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("summary", PlainText(), nullable=False),
        sa.Column("content", PlainText(), nullable=False),
        sa.Column("authors", Json(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_texts_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entry_texts"),
    )
    op.create_table(
        "explanations",
        sa.Column("assessment_id", RowId, autoincrement=False, nullable=False),
        sa.Column("assessed_at", UtcDateTime(), nullable=False),
        sa.Column("contributions", Json(), nullable=False),
        sa.Column("facets", Json(), nullable=False),
        sa.Column("rules", Json(), nullable=False),
        sa.Column("passage", Json(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name="fk_explanations_assessment_id"),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_explanations"),
    )
    op.create_table(
        "findings",
        sa.Column("article_id", RowId, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_at", UtcDateTime(), nullable=False),
        sa.Column("mentions", Json(), nullable=False),
        sa.Column("quotes", Json(), nullable=False),
        sa.Column("relations", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"],
            ["article_versions.article_id", "article_versions.version"],
            name="fk_findings_article_id_version",
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_findings"),
    )
    op.create_table(
        "latest_assessments",
        sa.Column("article_id", RowId, autoincrement=False, nullable=False),
        sa.Column("watch", PlainText(), nullable=False),
        sa.Column("assessment_id", RowId, nullable=False),
        sa.Column("assessed_at", UtcDateTime(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("outcome", PlainText(), nullable=False),
        sa.Column("language", PlainText(), nullable=False),
        sa.Column("feed_id", PlainText(), nullable=False),
        sa.Column("is_backlog", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_latest_assessments_article_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name="fk_latest_assessments_assessment_id"),
        sa.PrimaryKeyConstraint("article_id", "watch", name="pk_latest_assessments"),
    )
    op.create_index(
        "ix_latest_assessments_listed",
        "latest_assessments",
        ["watch", "score", "article_id", "outcome", "assessed_at", "language", "feed_id", "is_backlog"],
    )
    op.create_index("ix_latest_assessments_outcome", "latest_assessments", ["watch", "outcome", "score", "article_id"])
    op.create_table(
        "pages",
        sa.Column("entry_id", RowId, autoincrement=False, nullable=False),
        sa.Column("final_url", PlainText(), nullable=False),
        sa.Column("content_type", PlainText(), nullable=False),
        sa.Column("charset", PlainText(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_pages_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_pages"),
    )
    op.create_index("ix_pages_fetched_at", "pages", ["fetched_at"])
    op.create_table(
        "roles",
        sa.Column("article_id", RowId, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", PlainText(), nullable=False),
        sa.Column("role", PlainText(), nullable=False),
        sa.Column("mention_count", sa.Integer(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"],
            ["article_versions.article_id", "article_versions.version"],
            name="fk_roles_article_id_version",
        ),
        sa.PrimaryKeyConstraint("article_id", "version", "position", name="pk_roles"),
    )
    op.create_index("ix_roles_actor", "roles", ["actor", "article_id"])
