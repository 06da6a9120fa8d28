"""What the two-stage mode saves, and what it loses: the same pages, the same watch, the same run.

    python bench/two_stage.py [--shared ../shared] [--rounds 2] [--news 2000]

Cost is CPU time of this process, rounds interleaved: a first text of every captured page with its score, and the full
extraction with its score of those that come near to the watch; beside it trafilatura alone, with the same options. The
captured pages are general news, of which few come near; the ratio is also given for 5 % that do. Loss is counted over
the captured pages and the labelled news: each text as a page with menu, teasers and footer; lost is what the full
extraction would have shown for review, or matched, and the first text leaves far below.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import TypeVar

from trafilatura import extract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor.app import App  # noqa: E402
from monitor.articles import composed  # noqa: E402
from monitor.collect.extract import extract_page, first_extraction  # noqa: E402
from monitor.collect.extract.decode import decode  # noqa: E402
from monitor.errors import ExtractError  # noqa: E402
from monitor.model import Extraction, Outcome, ScoreCard  # noqa: E402
from monitor.steps import is_far_from_all  # noqa: E402
from tests.page_scoring import FETCHED, labelled_pages  # noqa: E402

T = TypeVar("T")

SURVIVORS = 0.05
SETS = ("de", "en", "tr", "ru")
MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("politics", "economy", "sport", "culture"))
TEASER = '<div class="teaser"><h3><a href="/n{0}">Another story of the day, number {0}</a></h3><p>More on it.</p></div>'


@dataclass(frozen=True, kw_only=True)
class Case:
    """One page to read."""

    name: str
    url: str
    body: bytes
    charset: str = "utf-8"


def captured(shared: Path) -> Iterator[Case]:
    for page in labelled_pages(shared):
        yield Case(name=page.id, url=page.url, body=page.body, charset=page.charset)


def labelled(shared: Path) -> Iterator[Case]:
    for name in SETS:
        with gzip.open(shared / "eval" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["text"]:
                    yield Case(name=row["id"], url=f"https://news.example/{row['id']}.html", body=page_of(row))


def page_of(row: dict[str, str]) -> bytes:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in row["text"].splitlines() if line.strip())
    title = escape(row["title"])
    return (
        f'<!DOCTYPE html><html lang="{row["lang"]}"><head><title>{title}</title><meta property="og:type" '
        f'content="article"><meta property="og:title" content="{title}"></head><body><nav><ul>{MENU}</ul></nav><main>'
        f"<article><h1>{title}</h1>{paragraphs}</article></main><aside>{''.join(map(TEASER.format, range(6)))}</aside>"
        "<footer>Imprint and contact</footer></body></html>"
    ).encode()


class Ways:
    """Both ways of reading a page, and what each costs."""

    def __init__(self, app: App) -> None:
        self._reader = app.reader

    def plain(self, case: Case) -> None:
        extract(decode(case.body, case.charset), include_comments=False)

    def full(self, case: Case, *, with_actors: bool = True) -> tuple[ScoreCard, ...]:
        try:
            made = extract_page(
                case.body, url=case.url, content_type="text/html", charset=case.charset, fetched_at=FETCHED
            )
        except ExtractError:
            return ()
        return self._scores(made, with_actors=with_actors)

    def first(self, case: Case) -> tuple[ScoreCard, ...] | None:
        made = first_extraction(case.body, url=case.url, charset=case.charset, fetched_at=FETCHED)
        return self._scores(made, with_actors=False) if made else None

    def _scores(self, made: Extraction, *, with_actors: bool) -> tuple[ScoreCard, ...]:
        made = composed(made)
        return self._reader.read(
            made.title,
            made.text,
            language_hint=made.language_hint,
            quality=made.quality,
            with_actors=with_actors,
        ).scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--news", type=int, help="so many of the labelled news only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ways = Ways(App.load(None, data_dir=Path(folder)))
        pages = list(captured(options.shared))
        report_cost(ways, pages, options.rounds)
        report_loss(ways, "captured pages", pages)
        report_loss(ways, "labelled news", islice(labelled(options.shared), options.news))


def report_cost(ways: Ways, pages: list[Case], rounds: int) -> None:
    for case in pages:  # imports, matchers by language, known words: a daemon pays for them once
        ways.first(case)
        ways.full(case)
    for case in pages[:10]:
        ways.plain(case)
    plain_s = first_s = full_s = near_s = 0.0
    near = doubtful = 0
    for _ in range(rounds):
        for case in pages:
            plain_s += timed(ways.plain, case)[1]
            scores, spent_s = timed(ways.first, case)
            first_s += spent_s
            _, spent_s = timed(ways.full, case)
            full_s += spent_s
            doubtful += scores is None
            if scores is None or not is_far_from_all(scores):
                near += 1
                near_s += spent_s
    number = len(pages) * rounds
    print(f"trafilatura alone         {1000 * plain_s / number:6.1f} ms a page")
    print(f"first text and score      {1000 * first_s / number:6.1f} ms a page  {first_s / plain_s:5.2f} ×")
    print(f"full text, score, actors  {1000 * full_s / number:6.1f} ms a page  {full_s / plain_s:5.2f} ×")
    ratio = (first_s + near_s) / plain_s
    print(f"two stages as it came     {near / number:.1%} in full ({doubtful / number:.1%} doubtful)  {ratio:5.2f} ×")
    ratio = (first_s + SURVIVORS * full_s) / plain_s
    tell(Figure(name=f"two stages, {SURVIVORS:.0%} in full / trafilatura alone", value=ratio, unit="×", at_most=0.35))
    print(f"two stages                {SURVIVORS:.0%} in full  {ratio:5.2f} ×")


def timed(work: Callable[[Case], T], case: Case) -> tuple[T, float]:
    started = time.process_time()
    result = work(case)
    return result, time.process_time() - started


def report_loss(ways: Ways, name: str, cases: Iterator[Case] | list[Case]) -> None:
    matches = shown = lost_matches = lost_shown = near = number = 0
    lost: list[str] = []
    for case in cases:
        number += 1
        first = ways.first(case)
        is_near = first is None or not is_far_from_all(first)
        near += is_near
        full = ways.full(case, with_actors=False)
        is_match = any(card.outcome is Outcome.MATCH for card in full)
        is_shown = any(card.outcome is not Outcome.BELOW for card in full)
        matches, shown = matches + is_match, shown + is_shown
        if not is_near and is_shown:
            lost_matches, lost_shown = lost_matches + is_match, lost_shown + 1
            lost.append(case.name)
    share = 100 * lost_matches / max(matches, 1)
    tell(Figure(name=f"two stages, matches lost, {name}", value=share, unit="%", at_most=1.0))
    print(
        f"{name}: {number} pages, {near / number:.1%} in full; lost {lost_matches} of {matches} matches, "
        f"{lost_shown} of {shown} shown for review {' '.join(lost[:10])}"
    )


if __name__ == "__main__":
    main()
