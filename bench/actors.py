"""What the actor step costs beside what extraction costs, on the same machine in the same run.

    python bench/actors.py [--shared ../shared] [--rounds 5]

CPU time of this process for articles of about 3,000 characters: the scan for all listed names, the whole step
(mentions, discovery, quotes, roles, relations), and plain trafilatura (`fast`) on the captured pages as the measure
both are held against. A second gazetteer of 5,000 made-up names shows what more names cost; «listed alone» is what a
text costs that no watch comes close to; «after scoring», what the whole step adds where scoring has looked for the
same names in the same text before. Then the scores against the marked articles, by language and type, and the
most frequent causes of error, with `--errors` the errors themselves.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from trafilatura import extract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor.analyse.actors import extract_actors  # noqa: E402
from monitor.analyse.gazetteer import ACTOR_TYPES, Gazetteer  # noqa: E402
from monitor.analyse.names import Form, Matcher  # noqa: E402
from tests.actor_scoring import Score, score, shipped_gazetteer  # noqa: E402

LANGUAGES = ("de", "en", "tr", "ru")
ARTICLES = 60
#: Kinds of error shown.
WORST = 20
SYLLABLES = ("ka", "lo", "mi", "ren", "tas", "vu", "gor", "shi", "bel", "dan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--errors", action="store_true", help="print every error against the marks")
    options = parser.parse_args()
    gazetteer = shipped_gazetteer()
    print(f"{len(gazetteer.actors)} actors, {len(gazetteer.forms)} forms")
    print_times(options.shared, gazetteer, options.rounds)
    for half in ("development", "blind"):
        results = [print_score(options.shared, lang, half, with_errors=options.errors) for lang in LANGUAGES]
        print_types(half, results)
        print_causes(half, results)


def print_times(shared: Path, gazetteer: Gazetteer, rounds: int) -> None:
    """Everything in turn, over and over: a neighbour on the machine slows down one as much as the other."""
    crowd = Matcher(made_up_forms(5_000))
    pages = captured_pages(shared)
    texts = {lang: articles(shared, lang) for lang in LANGUAGES}
    steps: dict[str, Callable[[str, str], object]] = {
        "scan": gazetteer.matcher.find,
        "5,000 names": crowd.find,
        "listed alone": lambda text, lang: extract_actors("", text, lang, gazetteer, in_full=False),
        "whole step": lambda text, lang: extract_actors("", text, lang, gazetteer),
        "after scoring": lambda text, lang: extract_actors("", text, lang, gazetteer),
    }
    for lang in LANGUAGES:  # automata are built once a process
        for step in steps.values():
            step("Warm.", lang)
    extraction = Fastest()
    fastest = {(lang, name): Fastest() for lang in LANGUAGES for name in steps}
    for _ in range(rounds):
        extraction.run(lambda page: extract(page, fast=True, include_comments=False), pages)
        for (lang, name), timed in fastest.items():
            before = partial(gazetteer.matcher.find, lang=lang) if name == "after scoring" else None
            timed.run(lambda text, lang=lang, step=steps[name]: step(text, lang), texts[lang], before)
    print(f"extraction (trafilatura, fast) {extraction.mean_ms:.2f} ms a page, {len(pages)} pages")
    for lang in LANGUAGES:
        listed, whole = fastest[lang, "listed alone"].mean_ms, fastest[lang, "whole step"].mean_ms
        tell(
            Figure(
                name=f"actors: {lang}, 5,000 names", value=fastest[lang, "5,000 names"].mean_ms, unit="ms", at_most=1
            ),
            Figure(name=f"actors: {lang} / extraction", value=100 * whole / extraction.mean_ms, unit="%", at_most=5),
        )
        print(
            f"{lang}  scan {fastest[lang, 'scan'].mean_ms:5.2f} ms   5,000 names"
            f" {fastest[lang, '5,000 names'].mean_ms:5.2f} ms   listed alone {listed:5.2f} ms"
            f" ({listed / extraction.mean_ms:.1%})   whole step {whole:5.2f} ms"
            f" ({whole / extraction.mean_ms:.1%} of extraction)"
            f"   after scoring {fastest[lang, 'after scoring'].mean_ms:5.2f} ms"
            f" ({fastest[lang, 'after scoring'].mean_ms / extraction.mean_ms:.1%})"
        )


def print_score(shared: Path, lang: str, half: str, *, with_errors: bool) -> Score:
    result = score(shared, lang, shipped_gazetteer(), half)
    tell(
        Figure(name=f"actors: {lang}, listed, {half}", value=result.f1("listed"), unit="F1", at_least=0.92),
        Figure(name=f"actors: {lang}, discovered, {half}", value=result.f1("person"), unit="F1", at_least=0.75),
    )
    print(
        f"{half:11} {lang}  listed F1 {result.f1('listed'):.3f}  discovered people F1 {result.f1('person'):.3f}"
        f" of {result.counts['person right'] + result.counts['person missed']}"
        f"  id right {result.share('span met, id right', 'span met'):.3f}"
        f"  quotes found {result.share('quotes found', 'quotes'):.3f} of {result.counts['quotes']}"
        f"  speaker right {result.share('speaker right', 'quotes found'):.3f}"
    )
    if with_errors:
        print(*(f"    {error}" for error in result.errors), sep="\n")
    return result


def print_types(half: str, results: Sequence[Score]) -> None:
    """Of the marked mentions of each type, how many are found under their name."""
    counts = sum((result.counts for result in results), Counter[str]())
    shares = (
        f"{kind} {counts[f'type {kind} right'] / marked:.3f} of {marked}"
        for kind in ACTOR_TYPES
        if (marked := counts[f"type {kind} right"] + counts[f"type {kind} missed"])
    )
    print(f"{half:11} found by type: {', '.join(shares)}")


def print_causes(half: str, results: Sequence[Score]) -> None:
    """The most frequent kinds of error, by what is confused with what."""
    causes = Counter(cause_of(error) for result in results for error in result.errors)
    print(f"{half:11} most frequent causes:")
    print(*(f"    {count:3}  {cause}" for cause, count in causes.most_common(WORST)), sep="\n")


def cause_of(error: str) -> str:
    """«<id> speaker Putin for -: '…'» → «speaker named where nobody is»; no text, only what went wrong."""
    what = error.partition(" ")[2].partition(": '")[0].partition(': "')[0]
    if said := re.fullmatch(r"speaker (.*) for (.*)", what):
        found, marked = said.groups()
        return f"speaker {'open' if found == '-' else 'named'} where {'nobody is' if marked == '-' else 'another is'}"
    if what.startswith("missed quote of"):
        return f"quote missed, of {'nobody named' if what.endswith('nobody named') else 'somebody named'}"
    if what.startswith("no quote"):
        return "quote found where none is marked"
    missed_or_wrong, kind, *_ = what.split(" ")
    how = re.search(r" \((\w+)\)$", what)
    return f"mention {missed_or_wrong}: {kind}" + (f", as {how.group(1)}" if how else "")


class Fastest:
    """The CPU time of each text in its fastest round, when nothing else had the machine."""

    def __init__(self) -> None:
        self._seconds: list[float] = []

    def run(
        self,
        step: Callable[[str], object],
        texts: Sequence[str],
        before: Callable[[str], object] | None = None,
    ) -> None:
        """Time a step on each text; what is done `before` is not counted."""
        seconds = []
        for text in texts:
            if before:
                before(f"\n{text}")  # with the empty title that the step gets
            started = time.process_time()
            step(text)
            seconds.append(time.process_time() - started)
        self._seconds = list(map(min, seconds, self._seconds or seconds))

    @property
    def mean_ms(self) -> float:
        return sum(self._seconds) / len(self._seconds) * 1000


def articles(shared: Path, lang: str) -> list[str]:
    with gzip.open(shared / "eval" / f"{lang}.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [article["text"] for article in map(json.loads, lines) if 2_500 < len(article["text"]) < 3_500]
    return texts[:ARTICLES]


def captured_pages(shared: Path) -> list[str]:
    files = sorted((shared / "newsroom" / "pages").glob("*.gz"))[:ARTICLES]
    return [gzip.decompress(file.read_bytes()).decode("utf-8", "replace") for file in files]


def made_up_forms(count: int) -> list[Form]:
    names = []
    for number in range(count):
        first, second, third, fourth = (number // 10**place % 10 for place in range(4))
        given = (SYLLABLES[first] + SYLLABLES[second]).title()
        names.append(f"{given} {(SYLLABLES[third] + SYLLABLES[fourth] + SYLLABLES[first]).title()}")
    return [Form(name, f"@made_up_{number}", "*", "name") for number, name in enumerate(names)]


if __name__ == "__main__":
    main()
