"""Put one report more where it belongs: beside the text it copies, else into the story it fits, else on its own.

Pure: books and texts are handed in, nothing is read. `gather` does it for many articles at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import Background
from monitor.analyse.copies import containment, shingles
from monitor.analyse.language import detect
from monitor.analyse.same_event import likeness
from monitor.analyse.stories import Placement, StoryBook
from monitor.analyse.traces import Trace, trace_of

#: Share of the shorter text's shingles that stand in a copy …
COPY_FROM = 0.3
#: … which must be about the same, too: outlets share boilerplate, and newsletters their frame. The more of a text is
#: repeated, the less must speak for one event beside it: an abridged text has little to be alike with. 59 of 60 judged
#: copies pass, 1 of 31 others does.
ALIKE_FROM, PER_SHARE = 1.2, 2.0
#: Gold prices, lottery numbers and case counts are the same text with other numbers: from so many numbers on …
SERIES_NUMBERS = 3
#: … this share must be the same, of a text that is repeated whole and of one that was edited.
SAME_NUMBERS_WHOLE, SAME_NUMBERS_PART, WHOLE_FROM = 0.8, 0.5, 0.85
#: The likeliest originals that a text is compared with word by word.
ORIGINALS = 8


def is_copy(one: Trace, other: Trace, shared: float) -> bool:
    """Whether two texts of one language of which the shorter stands in the longer by this share are copies."""
    if shared < COPY_FROM or one.language != other.language:
        return False
    fewest = min(len(one.numbers), len(other.numbers))
    wanted = SAME_NUMBERS_WHOLE if shared >= WHOLE_FROM else SAME_NUMBERS_PART
    is_series = fewest >= SERIES_NUMBERS and len(one.numbers & other.numbers) < wanted * fewest
    return not is_series and likeness(one, other) + PER_SHARE * shared >= ALIKE_FROM


def place_report(
    book: StoryBook,
    copies: MutableMapping[int, int],
    trace: Trace,
    runs: frozenset[int],
    runs_of: Callable[[int], frozenset[int]],
) -> Placement:
    """Place an article in `book`, and note in `copies` (article -> the first of its kind) whose text it repeats.

    `runs` are its shingles, and `runs_of` knows those of live articles.
    """
    original = None if trace.article in book.story_of else _original(book, trace, runs, runs_of)
    if original is not None:
        copies[trace.article] = copies.get(original, original)
    return book.place(trace, beside=original)


def _original(
    book: StoryBook, trace: Trace, runs: frozenset[int], runs_of: Callable[[int], frozenset[int]]
) -> int | None:
    """The live article whose text this one shares most with, if it is a copy."""
    alike = [book.traces[article] for article in book.candidates(trace)]
    likeliest = [other for other in alike if other.language == trace.language][:ORIGINALS]
    shares = {other.article: containment(runs, runs_of(other.article)) for other in likeliest}
    found = [article for article, share in shares.items() if is_copy(trace, book.traces[article], share)]
    return min(found, key=lambda article: (-shares[article], article), default=None)


# --- many at once -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Report:
    """One article to be gathered."""

    id: str
    title: str
    text: str = field(repr=False)
    #: Found out where it is not stated.
    language: str = ""
    published: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Where an article went."""

    id: str
    story: int
    #: The article whose text it repeats; empty for a text of its own.
    copy_of: str = ""


def gather(reports: Iterable[Report], analyser: Analyser, background: Background) -> list[Gathered]:
    """Gather articles into stories as if they had come one by one, the undated last; the answers in the order given."""
    given = list(reports)
    traces, runs = [], []
    for number, report in enumerate(given):
        language = report.language or detect(report.title, report.text).lang
        title, text = unescape(report.title), unescape(report.text)  # archives keep «&uuml;» as they found it
        analysis = analyser.analyse(title, text, language)
        traces.append(trace_of(number, analysis, report.published, background))
        runs.append(shingles(text, language))
    book, copies = StoryBook(), dict[int, int]()
    for trace in sorted(traces, key=lambda trace: (trace.at or datetime.max.replace(tzinfo=UTC), trace.article)):
        place_report(book, copies, trace, runs[trace.article], runs.__getitem__)
    return [
        Gathered(
            id=report.id,
            story=book.story_of[number],
            copy_of=given[copies[number]].id if number in copies else "",
        )
        for number, report in enumerate(given)
    ]
