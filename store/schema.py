"""The tables, as the newest migration leaves them. Holds no query and no decision.

Identity lives in small tables that are kept for ever (feeds, entries, articles, matches …); what is big lives beside
it, under the same key and with the time it is as old as: on PostgreSQL in a partition for each month (partitions.py).
The key there includes the time, which is always that of the identity's row; a join that names it reads one partition.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from store.columns import Json, PlainText, RowId, UtcDateTime

#: The newest migration. Revisions are numbered without gaps, so that «newer» can be told from «foreign».
NEWEST = "0005"
#: Alembic's own table; a name of ours, because a PostgreSQL database may be shared.
VERSION_TABLE = "widerhall_schema"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _must(name: str, type_: Any, *args: Any, **options: Any) -> Column[Any]:
    """A column that is never null."""
    return Column(name, type_, *args, nullable=False, **options)


feeds = Table(
    "feeds",
    metadata,
    Column("id", PlainText, primary_key=True),  # slug from the configuration
    _must("configured_url", PlainText),  # as the configuration last named it; a change there resets the row
    _must("configured_at", UtcDateTime),  # when configured_url became so
    _must("is_configured", Boolean),  # false: gone from the configuration, kept for its entries
    _must("url", PlainText),  # where it is polled: configured_url, or where a permanent redirect led
    _must("state", PlainText),  # FeedState
    _must("etag", PlainText),
    _must("last_modified", PlainText),
    _must("body_hash", PlainText),  # of the last body parsed; empty if none
    Column("first_polled_at", UtcDateTime),  # null: never polled
    Column("last_polled_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_new_at", UtcDateTime),
    Column("next_due_at", UtcDateTime),  # null: due at once
    _must("failures", Integer),  # since the last success
    _must("last_error", PlainText),  # empty after a success
    _must("moved_to", PlainText),
    _must("moved_count", Integer),
    _must("unchanged_count", Integer),  # since the last full request
    _must("interval_s", Double),  # that the last plan settled on
    _must("ttl_s", Double),  # that the last document stated
    _must("entry_count", Integer),  # in the last document
    _must("arrivals", Json),  # [168 numbers]: new entries by hour of the week, UTC; [] if not known
)

polls = Table(
    "polls",
    metadata,
    Column("feed_id", PlainText, ForeignKey("feeds.id"), primary_key=True),
    Column("polled_at", UtcDateTime, primary_key=True),  # with feed_id: a repeated plan is one poll
    _must("outcome", PlainText),  # PollOutcome
    _must("kind", PlainText),  # FailureKind or BlockKind; empty on success
    _must("message", PlainText),
    _must("entry_count", Integer),  # in the document
    _must("new_count", Integer),  # added to entries by this poll
    _must("missed_count", Integer),  # lower bound
    Column("status", Integer),  # HTTP; null if there was no response
    _must("elapsed_ms", Double),
    Index("ix_polls_polled_at", "polled_at"),
)

# The durable queue: a row an entry, from the poll that found it to its article.
entries = Table(
    "entries",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("feed_id", PlainText, ForeignKey("feeds.id")),
    _must("key", PlainText),  # identity within the feed
    _must("url", PlainText),  # canonical
    _must("url_hash", LargeBinary),  # of url: URLs are longer than an index entry may be
    _must("fetch_url", PlainText),
    Column("published", UtcDateTime),
    Column("updated", UtcDateTime),
    _must("fingerprint", PlainText),  # of what the feed states
    _must("is_backlog", Boolean),
    _must("state", PlainText),  # EntryState
    _must("reason", PlainText),  # why it was postponed, is unextractable or given up
    _must("attempts", Integer),  # in this state
    _must("first_seen_at", UtcDateTime),
    Column("next_attempt_at", UtcDateTime),  # null: at once
    Column("fetched_at", UtcDateTime),  # of the last page, also when that was pruned; null if never
    Column("finished_at", UtcDateTime),  # assessed, unextractable or given up; null until then
    Column("article_id", RowId, ForeignKey("articles.id")),  # null until assessed
    UniqueConstraint("feed_id", "key"),
    Index("ix_entries_queue", "state", "id", "next_attempt_at"),  # due_entries reads nothing else
    Index("ix_entries_url_hash", "url_hash"),
    Index("ix_entries_article_id", "article_id"),
    Index("ix_entries_first_seen_at", "first_seen_at"),
    Index("ix_entries_fetched_at", "fetched_at"),
    Index("ix_entries_finished_at", "finished_at"),
)

entry_texts = Table(
    "entry_texts",
    metadata,
    Column("entry_id", RowId, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    _must("first_seen_at", UtcDateTime),  # the entry's
    _must("title", PlainText),
    _must("summary", PlainText),
    _must("content", PlainText),  # where the feed carries it; else empty
    _must("authors", Json),  # [str]
)

pages = Table(
    "pages",
    metadata,
    Column("entry_id", RowId, ForeignKey("entries.id"), primary_key=True, autoincrement=False),  # the last one only
    _must("final_url", PlainText),
    _must("content_type", PlainText),
    _must("charset", PlainText),
    _must("fetched_at", UtcDateTime),  # the entry's
    _must("body", LargeBinary),  # zlib
    Index("ix_pages_fetched_at", "fetched_at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("url", PlainText),  # canonical, or import:ID
    _must("url_hash", LargeBinary),  # identity across feeds
    _must("feed_id", PlainText),  # that brought it first; empty for imports
    _must("is_backlog", Boolean),
    _must("first_seen_at", UtcDateTime),
    _must("version", Integer),  # the current one
    UniqueConstraint("url_hash"),
    Index("ix_articles_first_seen_at", "first_seen_at"),
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),  # 1, and one more for each edit
    _must("version_at", UtcDateTime),
    _must("title", PlainText),
    _must("language", PlainText),  # ISO 639-1
    _must("is_language_sure", Boolean),
    Column("published", UtcDateTime),
    _must("authors", Json),  # [str]
    _must("method", PlainText),  # how the text was won
    _must("quality", PlainText),  # TextQuality
    _must("reasons", Json),  # [str]: why that quality
    _must("content_hash", PlainText),  # of title and text
)

article_texts = Table(
    "article_texts",
    metadata,
    Column("article_id", RowId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _must("version_at", UtcDateTime),  # the version's; so in findings and article_hits
    _must("text", PlainText),
    ForeignKeyConstraint(["article_id", "version"], ["article_versions.article_id", "article_versions.version"]),
)

findings = Table(
    "findings",
    metadata,
    Column("article_id", RowId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _must("version_at", UtcDateTime),
    _must("mentions", Json),  # [Mention]
    _must("quotes", Json),  # [Quote]
    _must("relations", Json),  # [Relation]
    ForeignKeyConstraint(["article_id", "version"], ["article_versions.article_id", "article_versions.version"]),
)

# What a text names, with places: keywords are tried on stored articles without reading them anew.
article_hits = Table(
    "article_hits",
    metadata,
    Column("article_id", RowId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _must("version_at", UtcDateTime),
    _must("lists", PlainText),  # versions of actors.yaml and lexicon.yaml that found them
    _must("hits", LargeBinary),  # zlib of JSON: [[id, start, end]]
    ForeignKeyConstraint(["article_id", "version"], ["article_versions.article_id", "article_versions.version"]),
)

# article_search is a virtual table on SQLite and one of tsvectors on PostgreSQL: see search.py.

# Who figures in which article: the way from an actor to its articles, and what a list shows of them.
roles = Table(
    "roles",
    metadata,
    Column("article_id", RowId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),  # as analysis ordered them
    _must("actor", PlainText),  # @slug or ?Name
    _must("role", PlainText),  # main, secondary or mentioned
    _must("mention_count", Integer),
    _must("name", PlainText),
    _must("type", PlainText),
    ForeignKeyConstraint(["article_id", "version"], ["article_versions.article_id", "article_versions.version"]),
    Index("ix_roles_actor", "actor", "article_id"),
)

# Append-only.
assessments = Table(
    "assessments",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("article_id", RowId, ForeignKey("articles.id")),
    _must("version", Integer),  # of the article
    _must("watch", PlainText),
    _must("assessed_at", UtcDateTime),
    _must("score", Double),  # in points
    _must("outcome", PlainText),  # Outcome
    _must("outcome_reason", PlainText),
    _must("match_threshold", Double),
    _must("review_threshold", Double),
    _must("parts", Json),  # [Part]: they sum to score
    _must("versions", Json),  # {profile: …, background: …}: what made it
    _must("rules", Json),  # [RuleHit]: what-if questions go by them when the explanation was let go
    Index("ix_assessments_article_id_watch", "article_id", "watch"),
)

explanations = Table(
    "explanations",
    metadata,
    Column("assessment_id", RowId, ForeignKey("assessments.id"), primary_key=True, autoincrement=False),
    _must("assessed_at", UtcDateTime),  # the assessment's
    _must("contributions", Json),  # [Contribution]
    _must("facets", Json),  # [FacetHit]
    _must("passage", Json),  # [start, end] or null
)

# The assessment that counts, for every article and watch, with all that lists are filtered by: a filter that nothing
# passes takes 10 ms at 100,000 articles when it is answered from one index, 740 ms over joins.
latest_assessments = Table(
    "latest_assessments",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("watch", PlainText, primary_key=True),
    _must("assessment_id", RowId, ForeignKey("assessments.id")),
    _must("assessed_at", UtcDateTime),
    _must("score", Double),
    _must("outcome", PlainText),
    _must("language", PlainText),  # of the current version
    _must("feed_id", PlainText),  # of the article
    _must("is_backlog", Boolean),  # of the article, or of its match, where only a later look found it
    Index("ix_latest_assessments_outcome", "watch", "outcome", "score", "article_id"),
    Index(
        "ix_latest_assessments_listed",
        "watch",
        "score",
        "article_id",
        "outcome",
        "assessed_at",
        "language",
        "feed_id",
        "is_backlog",
    ),
)

matches = Table(
    "matches",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("watch", PlainText),
    _must("article_id", RowId, ForeignKey("articles.id")),
    _must("matched_at", UtcDateTime),  # the first time; a reinstated match keeps it
    Column("withdrawn_at", UtcDateTime),  # null while it stands
    _must("withdrawn_reason", PlainText),
    _must("is_backlog", Boolean),
    UniqueConstraint("watch", "article_id"),
    Index("ix_matches_watch_matched_at", "watch", "matched_at"),
)

# Append-only.
verdicts = Table(
    "verdicts",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("watch", PlainText),
    _must("article_id", RowId, ForeignKey("articles.id")),
    _must("version", Integer),  # it was given on
    _must("kind", PlainText),  # VerdictKind
    _must("reason", PlainText),
    _must("note", PlainText),
    _must("author", PlainText),
    _must("given_at", UtcDateTime),
    Index("ix_verdicts_watch_article_id", "watch", "article_id", "id"),
)

digests = Table(
    "digests",
    metadata,
    Column("watch", PlainText, primary_key=True),
    Column("day", Date, primary_key=True),  # in the watch's zone
    Column("revision", Integer, primary_key=True, autoincrement=False),  # 1, and one more for each later change
    _must("created_at", UtcDateTime),
    _must("content", Json),  # the document every format is rendered from
)

# What goes out, a row for each receiver: the durable queue of delivery.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("key", PlainText),  # by which a receiver can tell a repeat
    _must("watch", PlainText),
    _must("kind", PlainText),  # DeliveryKind
    _must("subject", PlainText),  # day.revision of a digest; when an alert was raised
    _must("channel", PlainText),  # in the configuration
    _must("receiver", PlainText),  # mail address; else empty
    _must("content", Json),  # of an alert; {} for a digest
    _must("state", PlainText),  # DeliveryState
    _must("attempts", Integer),
    _must("created_at", UtcDateTime),
    Column("next_at", UtcDateTime),  # null: sent or given up
    Column("claimed_until", UtcDateTime),  # a process is sending it; null if none is
    Column("sent_at", UtcDateTime),
    _must("last_error", PlainText),  # empty after a success
    UniqueConstraint("key"),
    Index("ix_deliveries_next_at", "next_at"),
    Index("ix_deliveries_watch_created_at", "watch", "created_at"),
)

# Seed profiles and texts, background counts, run state.
documents = Table(
    "documents",
    metadata,
    Column("kind", PlainText, primary_key=True),
    Column("name", PlainText, primary_key=True),
    _must("stored_at", UtcDateTime),
    _must("body", LargeBinary),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", PlainText, primary_key=True),
    _must("role", PlainText),  # Role
    _must("password_hash", PlainText),
    _must("created_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", PlainText, primary_key=True),  # SHA-256: who reads the database cannot log in with it
    _must("account", PlainText, ForeignKey("accounts.name", ondelete="CASCADE")),
    _must("label", PlainText),  # «browser», or what a program's token is for
    _must("created_at", UtcDateTime),
    _must("expires_at", UtcDateTime),
    Index("ix_sessions_account", "account"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    _must("at", UtcDateTime),
    _must("author", PlainText),
    _must("action", PlainText),
    _must("subject", PlainText),
    _must("detail", Json),
    Index("ix_audit_at", "at"),
)

#: What is big, and the column with the time that it is as old as.
BODIES = {
    "entry_texts": "first_seen_at",
    "pages": "fetched_at",
    "article_texts": "version_at",
    "findings": "version_at",
    "article_hits": "version_at",
    "explanations": "assessed_at",
    "article_search": "version_at",
}
