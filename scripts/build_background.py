"""Make the shipped background: word frequencies from wordfreq, document counts from a folder of labelled news.

    python scripts/build_background.py ../shared/eval

Writes config/background/: `compound-parts.de.txt.gz` and `words.txt.gz` (derived from wordfreq, CC BY-SA 4.0),
`counts.txt.gz` (how many documents hold each term and id: numbers only, no text). Counted are only documents that
nobody labelled, so that a measurement on the labels is not helped by its own background; copies count once.
Needs wordfreq, which the program itself does not.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from wordfreq import get_frequency_dict

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.analyse import text
from monitor.analyse.background import WORD_DOCUMENTS, Counts, dump_counts
from monitor.analyse.languages import WATCHED
from monitor.analyse.names import Matcher
from monitor.settings import Config, load_config

TARGET = Path(__file__).resolve().parent.parent / "config" / "background"
SETS = {"de": "de", "en": "en", "tr": "tr", "ru": "ru"}
#: From Zipf 3.7 up a German word of 4 to 15 letters may be part of a compound (11,518 words).
PART_ZIPF = 3.7
#: A word of frequency p stands in 1 - (1 + p·L/k)^-k of all documents: L words, and words come in bursts (k).
DOCUMENT_WORDS = 500
BURST = 0.3
#: Rarer words move an IDF by less than 0.1.
RAREST_SHARE = 2e-4
VERSION = "day-one-1"
ATTRIBUTION = (
    "Derived from wordfreq 3.1 by Robyn Speer (https://github.com/rspeer/wordfreq), CC BY-SA 4.0.\n"
    "This file is under CC BY-SA 4.0, too: https://creativecommons.org/licenses/by-sa/4.0/"
)


def main(folder: Path) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    parts = sorted(compound_parts())
    lines = [*(f"# {line}" for line in ATTRIBUTION.splitlines()), *parts]
    (TARGET / "compound-parts.de.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    words = {language: word_counts(language) for language in WATCHED}
    (TARGET / "words.txt.gz").write_bytes(dump_counts(VERSION, words, comment=ATTRIBUTION))
    config = load_config(TARGET.parent)
    seen = {language: document_counts(folder, name, language, config) for name, language in SETS.items()}
    comment = "Document counts of news nobody labelled, by scripts/build_background.py."
    (TARGET / "counts.txt.gz").write_bytes(dump_counts(VERSION, seen, comment=comment))
    for language, counts in {**words, **seen}.items():
        print(language, counts.documents, len(counts.of))


def compound_parts() -> Iterator[str]:
    for word, frequency in get_frequency_dict("de", "best").items():
        if 4 <= len(word) <= 15 and word.isalpha() and math.log10(frequency * 1e9) >= PART_ZIPF:
            yield word


def word_counts(language: str) -> Counts:
    """Expected document frequencies in WORD_DOCUMENTS documents; words that share a term are added up."""
    of: Counter[str] = Counter()
    for word, frequency in get_frequency_dict(language, "best").items():
        for term in set(text.terms_of(word, language)):
            of[term] += frequency
    shares = {term: 1 - (1 + p * DOCUMENT_WORDS / BURST) ** -BURST for term, p in of.items()}
    kept = {term: round(WORD_DOCUMENTS * share, 2) for term, share in shares.items() if share >= RAREST_SHARE}
    return Counts(documents=WORD_DOCUMENTS, of=kept)


def document_counts(folder: Path, name: str, language: str, config: Config) -> Counts:
    """Terms and ids by document; what stands in one document only is left out, as unknown terms count the same."""
    matchers = Matcher(config.actors.forms), Matcher(config.lexicon.forms)
    counted = Counts().plus(
        document_terms(f"{record['title']}\n{record['text']}", language, matchers)
        for record in unlabelled(folder, name)
    )
    return Counts(documents=counted.documents, of={term: n for term, n in counted.of.items() if n > 1})


def document_terms(whole: str, language: str, matchers: Iterable[Matcher]) -> Iterator[str]:
    yield from text.terms(whole, language)
    for matcher in matchers:
        yield from (hit.id if hit.id.startswith("@") else f"~{hit.id}" for hit in matcher.find(whole, language))


def unlabelled(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Documents without a label, each text once."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as labels:
        labelled = {row["id"] for row in csv.DictReader(labels) if row["set"] == name}
    openings = set()
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as documents:
        for line in documents:
            record = json.loads(line)
            opening = record["text"][:300]
            if record["id"] not in labelled and opening not in openings:
                openings.add(opening)
                yield record


if __name__ == "__main__":
    main(Path(sys.argv[1]))
