"""What extraction costs and wins beside plain trafilatura: the same pages, the same options, the same run.

    python bench/extract.py [--shared ../shared] [--rounds 3]

CPU time of this process for each captured page, rounds interleaved so that a noisy neighbour hits all alike. Plain
trafilatura gets decoded text and states no metadata; ours decodes, reads the head, extracts, completes, cleans and
judges. The goal for the whole pipeline is 1.3 times the plain one; what is left of that is for scoring and storing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from trafilatura import extract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor.collect.extract import fast_text  # noqa: E402
from monitor.collect.extract.decode import decode  # noqa: E402
from tests.page_scoring import (  # noqa: E402
    LabelledPage,
    is_same_date,
    is_same_title,
    labelled_pages,
    means,
    token_f1,
)

#: Share of pages that the first text leaves to be extracted in full, in the two-stage mode.
SURVIVORS = 0.05


def plain(page: LabelledPage) -> str:
    return extract(decode(page.body, page.charset), include_comments=False) or ""


def ours(page: LabelledPage) -> str:
    return page.extract().text


def first(page: LabelledPage) -> str:
    return fast_text(page.body, charset=page.charset)


WAYS: dict[str, Callable[[LabelledPage], str]] = {"trafilatura alone": plain, "extract_page": ours, "fast_text": first}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pages = list(labelled_pages(options.shared))
    for page in pages[:5]:  # imports and caches
        for way in WAYS.values():
            way(page)
    spent_s = cpu_of_ways(pages, options.rounds)
    unit_ms = 1000 / len(pages) / options.rounds
    reference_s = spent_s["trafilatura alone"]
    for name, seconds in spent_s.items():
        print(f"{name:18} {seconds * unit_ms:6.1f} ms a page  {seconds / reference_s:5.2f} × trafilatura alone")
    two_stage_s = spent_s["fast_text"] + SURVIVORS * spent_s["extract_page"]
    ratio = two_stage_s / reference_s
    print(f"{'two-stage':18} {two_stage_s * unit_ms:6.1f} ms a page  {ratio:5.2f} × at {SURVIVORS:.0%} survivors")
    alone = spent_s["extract_page"] / reference_s
    tell(Figure(name="extraction / trafilatura alone", value=alone, unit="×"))
    report_quality(pages)


def cpu_of_ways(pages: Sequence[LabelledPage], rounds: int) -> dict[str, float]:
    spent_s = dict.fromkeys(WAYS, 0.0)
    for _ in range(rounds):
        for page in pages:
            for name, way in WAYS.items():
                started = time.process_time()
                way(page)
                spent_s[name] += time.process_time() - started
    return spent_s


def report_quality(pages: Sequence[LabelledPage]) -> None:
    labelled = [page for page in pages if page.text]
    for name, way in WAYS.items():
        reached = means({page.id: token_f1(way(page), page.text) for page in labelled}, labelled)
        tell(*(Figure(name=f"{name}, {group}", value=value, unit="F1") for group, value in reached.items()))
        print(f"token F1, {name:18}", " ".join(f"{group} {value:.4f}" for group, value in reached.items()))
    titled, dated = [page for page in pages if page.title], [page for page in pages if page.date]
    alone = sum(is_same_title(page.extract().title, page.title) for page in titled) / len(titled)
    helped = sum(is_same_title(page.extract(feed_title=page.title).title, page.title) for page in titled) / len(titled)
    dates = sum(is_same_date(page.extract().published, page.date) for page in dated) / len(dated)
    tell(
        Figure(name="titles right, from the page alone", value=100 * alone, unit="%", at_least=97),
        Figure(name="dates right", value=100 * dates, unit="%", at_least=96),
    )
    print(f"title exact or contained: {alone:.1%} from the page alone, {helped:.1%} with the feed's title")
    print(f"date exact to the minute: {dates:.1%}")


if __name__ == "__main__":
    main()
