"""Rebuild the shipped seed profile: the seed article in German, the same facts in other languages from our own texts.

    python scripts/build_profiles.py PATH/TO/THE/ARTICLE.txt

Needed whenever the analyzer, the actors or the lexicon change. Writes config/seeds/gemeinsam-gegen-den-is.json, which
holds counts and hashes only. The article is https://p.dw.com/p/1Jglu; its text is not ours to ship.
"""

from __future__ import annotations

import sys
from pathlib import Path

from monitor.analyse.analysis import Analyser
from monitor.analyse.page_dump import strip_page_dump
from monitor.analyse.profile import build_profile
from monitor.settings import load_config

ROOT = Path(__file__).resolve().parent.parent

NAME = "gemeinsam-gegen-den-is"


def main(article: Path) -> None:
    seeds = ROOT / "config" / "seeds"
    texts = {"de": strip_page_dump(article.read_text(encoding="utf-8"))}
    for path in sorted((seeds / "texts").glob(f"{NAME}.*.txt")):
        title, _, text = path.read_text(encoding="utf-8").partition("\n")
        texts[path.suffixes[-2].removeprefix(".")] = (title, text.strip())
    config = load_config(ROOT / "config")
    profile = build_profile(
        Analyser(config.actors, config.lexicon),
        name=NAME,
        texts=texts,
        language="de",
        url="https://p.dw.com/p/1Jglu",
        published="2016-08-11",
        made="Counts of the article (de) and of texts written for this project (config/seeds/texts).",
    )
    (seeds / f"{NAME}.json").write_text(profile.to_json(), encoding="utf-8")
    print({language: len(terms) for language, terms in profile.terms.items()}, len(profile.ids))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
