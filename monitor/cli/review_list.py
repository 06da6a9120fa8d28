"""What `review` lists, and what a key does to it: articles by story, copies folded, verdicts given and taken back.

Knows no terminal. Every verdict is stored before the call returns, so that whatever happens then, it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.analyse.searching import parse_search
from monitor.errors import VerdictConflictError
from monitor.model import ArticleFilter, ArticleReport, Outcome, Verdict, VerdictKind
from monitor.ports import Store
from monitor.report.shelf import load_shelf

#: What waits for a decision; a search looks through everything.
WAITING = frozenset({Outcome.MATCH, Outcome.NEAR_MISS, Outcome.HELD_BY_RULE, Outcome.SUGGESTION})
OPEN = frozenset({"none", "unsure"})
LISTED = 300


@dataclass(kw_only=True)
class Row:
    """One article with the copies that are folded under it."""

    report: ArticleReport
    copies: tuple[ArticleReport, ...] = ()
    #: Of the story it stands in, 0 for none; and whether it is the first of that in the list.
    story: int = 0
    is_first: bool = True
    #: The last verdict that was seen, for each article.
    seen: dict[int, Verdict | None] = field(default_factory=dict)

    @property
    def kind(self) -> VerdictKind | None:
        verdict = self.seen[self.report.article.id]
        return verdict.kind if verdict else None

    @property
    def articles(self) -> list[int]:
        return [report.article.id for report in (self.report, *self.copies)]


def rows_of(reports: Sequence[ArticleReport], story_of: Mapping[int, int], copies: Mapping[int, int]) -> list[Row]:
    """In the order of the reports, but a story's reports together, and copies under the first of their kind."""
    listed = {report.article.id: report for report in reports}
    folded: dict[int, list[ArticleReport]] = {}
    stories: dict[tuple[int, int], list[ArticleReport]] = {}
    for number, report in listed.items():
        first = copies.get(number)
        if first in listed and first != number:
            folded.setdefault(first, []).append(report)
        else:
            story = story_of.get(number, 0)
            stories.setdefault((story, 0 if story else number), []).append(report)
    rows = []
    for (story, _), members in stories.items():
        for place, report in enumerate(members):
            under = tuple(folded.get(report.article.id, ()))
            seen = {each.article.id: each.verdict for each in (report, *under)}
            rows.append(Row(report=report, copies=under, story=story, is_first=place == 0, seen=seen))
    return rows


@dataclass(frozen=True, kw_only=True)
class Given:
    """A verdict that was given, so that it can be taken back."""

    row: int
    before: Mapping[int, Verdict | None]


class ReviewList:
    """One sitting: what is listed, and what was decided in it."""

    def __init__(self, store: Store, watch: str, *, author: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._watch = watch
        self._author = author
        self._clock = clock
        self._given: list[Given] = []
        self.search = ""
        self.is_all = False
        self.rows: list[Row] = []
        #: Verdicts of this sitting that stand, by article.
        self.decided: dict[int, VerdictKind] = {}

    def load(self) -> None:
        """Read the list anew; what was given so far can still be taken back where it is listed."""
        wanted = ArticleFilter(
            watch=self._watch,
            outcomes=frozenset(Outcome) if self.search else WAITING,
            verdicts=frozenset() if self.is_all or self.search else OPEN,
            search=parse_search(self.search),
            is_newest_first=True,
            limit=LISTED,
        )
        shelf = load_shelf(self._store, self._watch)
        story_of, copies = (shelf.book.story_of, shelf.copies) if shelf else ({}, {})
        self.rows = rows_of(self._store.reports(wanted), story_of, copies)
        self._given = []

    def judge(self, place: int, kind: VerdictKind, *, reason: str = "", note: str = "") -> str:
        """Store a verdict on an article and its folded copies; what to say when somebody else judged meanwhile."""
        row = self.rows[place]
        before: dict[int, Verdict | None] = {}
        refused = ""
        for number in row.articles:
            try:
                given = self._give(number, kind, reason, note, seen=row.seen[number])
            except VerdictConflictError as error:
                row.seen[number] = error.standing
                refused = (
                    f"not stored: {error.standing.author} said «{error.standing.kind.value}» meanwhile;"
                    " the same key again overrules it"
                )
                break
            before[number], row.seen[number] = row.seen[number], given
        if before:
            self._given.append(Given(row=place, before=before))
        return refused

    def take_back(self) -> int | None:
        """Undo the last verdict of this sitting; its row, None where there is nothing left.

        Verdicts are never deleted: what was said before is said again, «unsure» where nothing was.
        """
        if not self._given:
            return None
        last = self._given.pop()
        row = self.rows[last.row]
        for number, verdict in last.before.items():
            kind, reason, note = (
                (verdict.kind, verdict.reason, verdict.note) if verdict else (VerdictKind.UNSURE, "taken back", "")
            )
            row.seen[number] = self._give(number, kind, reason, note, seen=row.seen[number])
        return last.row

    def _give(self, number: int, kind: VerdictKind, reason: str, note: str, *, seen: Verdict | None) -> Verdict:
        verdict = self._store.give_verdict(
            number,
            self._watch,
            kind,
            reason=reason,
            note=note,
            author=self._author,
            now=self._clock(),
            seen=seen.id if seen else 0,
        )
        self.decided[number] = kind
        return verdict

    def filtered(self, *, search: str | None = None, is_all: bool | None = None) -> None:
        """Look for something else, or at everything that waited."""
        self.search = self.search if search is None else search.strip()
        self.is_all = self.is_all if is_all is None else is_all
        self.load()
