"""What the store remembers of articles: texts, and what was thought of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model import (
    Acting,
    ActingFilter,
    ActorFindings,
    Article,
    ArticleFilter,
    ArticleReport,
    Assessment,
    Judged,
    Match,
    NewArticle,
    ScoreCard,
    SearchTerm,
    TextHits,
    Verdict,
    VerdictKind,
)


class ArticleStore(Protocol):
    """Texts with their versions, scores and actors."""

    def record_article(self, article: NewArticle, *, now: datetime) -> int:
        """Store a text, its scores, findings and what follows for matches, and set its entry `assessed`; its id.

        Known by URL, then: an equal content hash is no new version (new assessments are still appended if any of
        their versions differ); another hash is a new version. A first `match` outcome makes a match; a later one
        below withdraws it; a later `match` again reinstates it under the same id. Idempotent.
        """
        ...

    def record_scores(
        self, article_id: int, cards: Sequence[ScoreCard], *, now: datetime, is_backlog: bool = False
    ) -> None:
        """Append assessments of the current version (a rescore), with the same consequences for matches.

        With `is_backlog`, matches that this makes are backlog: reviewable, in no daily digest.
        """
        ...

    def record_findings(self, article_id: int, found: ActorFindings) -> None:
        """Replace the actors of the current version: its text was read again with newer lists."""
        ...

    def article(self, article_id: int) -> Article: ...

    def article_by_url(self, url: str) -> Article | None: ...

    def article_versions(self, article_id: int) -> Sequence[Article]:
        """All versions, first to last."""
        ...

    def articles(self, *, after_id: int = 0, limit: int | None = None) -> Iterator[Article]:
        """All articles in id order, streaming."""
        ...

    def articles_by_id(self, article_ids: Collection[int]) -> Mapping[int, Article]:
        """The current versions of some articles; those that are not there are left out."""
        ...

    def article_feeds(self, article_id: int) -> Sequence[str]:
        """Ids of all feeds that carried it, first to last."""
        ...

    def hits(self, article_ids: Collection[int], *, lists: str, naming: Collection[str] = ()) -> Mapping[int, TextHits]:
        """What the current versions of articles name, where it was kept and found by the lists of this version.

        With `naming`, those that name none of these are there, and empty.
        """
        ...

    def holding(self, terms: Iterable[SearchTerm]) -> Collection[int]:
        """The articles whose current version holds any of the terms."""
        ...

    def pruned(self, article_ids: Collection[int]) -> Collection[int]:
        """Those of these articles whose texts were let go."""
        ...

    def findings(self, article_id: int) -> ActorFindings:
        """Actors of the current version."""
        ...

    def quoted(self, article_ids: Collection[int]) -> Mapping[int, ActorFindings]:
        """Quotes and roles of the current versions of articles; mentions and relations are left out."""
        ...

    def acting(self, wanted: ActingFilter, *, with_relations: bool = False) -> Sequence[Acting]:
        """Articles with their actors, by time; without texts, so that it serves for thousands of them."""
        ...

    def first_acting(self, wanted: ActingFilter) -> Mapping[str, datetime]:
        """Each actor of these articles with the time of the first one; undated archives are older than all else."""
        ...


class ReviewStore(Protocol):
    """What was thought of articles: by the program (assessments, matches) and by people (verdicts)."""

    def assessments(self, article_id: int, watch: str) -> Sequence[Assessment]:
        """All assessments, first to last; the last one counts."""
        ...

    def judged(self, watch: str, *, after: int = 0) -> Iterator[Judged]:
        """The assessments that count for a watch and are newer than `after` (an assessment's id), oldest first."""
        ...

    def match(self, match_id: int) -> Match: ...

    def reports(self, wanted: ArticleFilter) -> Sequence[ArticleReport]:
        """Articles with their latest assessment, match and latest verdict, best score first."""
        ...

    def count_reports(self, wanted: ArticleFilter) -> int:
        """How many `reports` would return; its limit counts."""
        ...

    def give_verdict(
        self,
        article_id: int,
        watch: str,
        kind: VerdictKind,
        *,
        reason: str,
        note: str,
        author: str,
        now: datetime,
        seen: int | None = None,
    ) -> Verdict:
        """Append a verdict on the current version; the last one counts.

        `seen` is the last one that the author has seen, 0 for none: VerdictConflictError where there is a later one.
        """
        ...

    def verdicts(self, watch: str, *, article_id: int | None = None) -> Sequence[Verdict]:
        """Verdicts of a watch, first to last."""
        ...
