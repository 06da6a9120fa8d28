"""What the store keeps and hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from monitor.model.analysing import ActorFindings, ActorRole, ScoreCard
from monitor.model.searching import SearchQuery
from monitor.model.states import Outcome, PollOutcome, TextQuality, VerdictKind


@dataclass(frozen=True, kw_only=True)
class TextHits:
    """What a text names, kept so that keywords can be tried on it later without reading it anew."""

    #: Versions of the actor list and the lexicon that found them.
    lists: str
    #: Ids of entities (`@turkey`) and concepts (`airstrike`), with offsets into `title + "\n" + text`.
    hits: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, kw_only=True)
class NewArticle:
    """One text ready to be stored: extraction and analysis together, written in one transaction."""

    #: Identity across feeds; `import:ID` for imports without a URL.
    url: str
    title: str
    text: str
    language: str
    #: Language detection was not sure.
    is_language_sure: bool = True
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    method: str
    quality: TextQuality
    reasons: tuple[str, ...] = ()
    #: Hash of title and text as read: an equal hash is the same version.
    content_hash: str
    #: The entry it came from; None for imports.
    entry_id: int | None = None
    #: The entry's fingerprint when it was read: an entry restated since then stays queued. Empty: not checked.
    entry_fingerprint: str = ""
    feed_id: str = ""
    is_backlog: bool = False
    #: The page is no other, only read anew: what changes is no edit, and what matches is no news of today.
    is_reread: bool = False
    scores: tuple[ScoreCard, ...] = ()
    findings: ActorFindings = ActorFindings()
    #: None: not worth keeping, the text is far from every watch.
    hits: TextHits | None = None


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article with its current version."""

    id: int
    url: str
    title: str
    text: str = field(repr=False)
    language: str
    is_language_sure: bool
    published: datetime | None
    authors: tuple[str, ...]
    method: str
    quality: TextQuality
    reasons: tuple[str, ...]
    content_hash: str
    #: The feed that brought it first; empty for imports.
    feed_id: str
    is_backlog: bool
    first_seen_at: datetime
    #: 1 for the first text, one more for each edit.
    version: int
    version_at: datetime
    #: The text was let go: the article stays as a name for what was seen.
    is_pruned: bool = False


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A stored score of one article version for one watch."""

    id: int
    article_id: int
    version: int
    card: ScoreCard
    assessed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """An analyst's decision."""

    id: int
    watch: str
    article_id: int
    version: int
    kind: VerdictKind
    reason: str
    note: str
    author: str
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class Match:
    """An article whose latest assessment has outcome `match`, or that had one and was withdrawn."""

    id: int
    watch: str
    article_id: int
    matched_at: datetime
    #: When a correction or a rescore took it below; None while it stands.
    withdrawn_at: datetime | None
    withdrawn_reason: str = ""
    is_backlog: bool = False


@dataclass(frozen=True, kw_only=True)
class ArticleReport:
    """One article with all that lists, the digest and `show` need beside it."""

    article: Article
    assessment: Assessment
    match: Match | None
    verdict: Verdict | None
    roles: tuple[ActorRole, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArticleFilter:
    """What to list. Empty fields do not filter."""

    watch: str
    outcomes: frozenset[Outcome] = frozenset()
    #: Matches that became one in [since, until); for other outcomes when they were assessed.
    since: datetime | None = None
    until: datetime | None = None
    min_score: float | None = None
    language: str = ""
    feed_id: str = ""
    #: Any of these, by id.
    articles: frozenset[int] = frozenset()
    #: Whose current version says that it was published in [since, until).
    published_since: datetime | None = None
    published_until: datetime | None = None
    #: None: both.
    is_backlog: bool | None = None
    max_score: float | None = None
    #: Any of these feeds.
    feed_ids: frozenset[str] = frozenset()
    #: An actor that figures in it: `@slug` or `?Name`.
    actor: str = ""
    #: What its last verdict says; "none": nobody has judged it.
    verdicts: frozenset[str] = frozenset()
    search: SearchQuery | None = None
    #: Newest assessed first, not best first.
    is_newest_first: bool = False
    #: Only what comes behind this article in the order of the list.
    after: int | None = None
    #: Include matches that were withdrawn (as `match` rows with `withdrawn_at`).
    with_withdrawn: bool = False
    #: Only matches that were withdrawn from then on.
    withdrawn_since: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The assessment that counts for an article, as far as «what if» needs it."""

    article_id: int
    assessment_id: int
    language: str
    is_language_sure: bool
    quality: TextQuality
    feed_id: str
    is_backlog: bool
    first_seen_at: datetime
    published: datetime | None
    score: float
    outcome: Outcome
    #: What keyword rules did, by name: 1 hit, 0 did not.
    rules: Mapping[str, int]
    #: Points that rules gave, by name.
    rule_points: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Poll:
    """One stored poll."""

    feed_id: str
    polled_at: datetime
    outcome: PollOutcome
    kind: str
    message: str
    entry_count: int
    new_count: int
    missed_count: int
    status: int | None
    elapsed_ms: float


@dataclass(frozen=True, kw_only=True)
class PollCount:
    """A feed's polls of one day (UTC) that ended alike."""

    feed_id: str
    day: date
    outcome: PollOutcome
    kind: str
    status: int | None
    polls: int
    #: Entries that they brought.
    new: int
    #: When the last of them was.
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Digest:
    """One watch's day, frozen: `content` is the JSON document all formats are rendered from."""

    watch: str
    day: date
    #: 1, and one more for each later change (verdicts, merges).
    revision: int
    created_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is, by the words of the states table, for status and the digest's manifest."""

    feeds: Mapping[str, int]
    entries: Mapping[str, int]
    outcomes: Mapping[str, int]
    articles: int
    versions: int
    matches: int
    withdrawn: int
