"""Seed articles of one's own: from a text to a profile of counts, kept in the store beside the text it was made from.

Shipped profiles are files and are not touched here. The text stays in the operator's database, so that a profile can be
made anew when the analyzer changes; the profile holds no sentence of it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import Background
from monitor.analyse.page_dump import strip_page_dump
from monitor.analyse.profile import SeedProfile, build_profile
from monitor.analyse.similarity import tf_idf
from monitor.errors import NotFoundError, UsageError
from monitor.model import Extraction
from monitor.ports import Store

PROFILE, TEXT = "seed_profile", "seed_text"
#: A seed of fewer different terms says too little to search by; agency flashes have about as many.
FEWEST_TERMS = 25
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True)
class NewSeed:
    """A seed that was read, not yet stored."""

    profile: SeedProfile
    title: str
    text: str
    #: Lines that are no part of the article: navigation, captions, agency lines, codes.
    left_out: tuple[str, ...]


def read_seed(
    source: Extraction,
    *,
    analyser: Analyser,
    language: str = "",
    name: str = "",
    made: str = "",
) -> NewSeed:
    """Make a seed of a text; UsageError says what is missing for it."""
    title, text, left_out = _stripped(source)
    if not text:
        raise UsageError("there is no text in it, only a title: a seed needs the article")
    guess = analyser.analyse(title, text, language or source.language_hint or None).language
    if not language and not guess.sure:
        raise UsageError(f"its language is not sure (perhaps «{guess.lang}»): say it with --lang")
    profile = build_profile(
        analyser,
        name=_name(name, title),
        texts={language or guess.lang: (title, text)},
        language=language or guess.lang,
        url=source.url or next((line for line in left_out if ADDRESS.fullmatch(line)), ""),
        published=f"{source.published:%Y-%m-%d}" if source.published else "",
        made=made,
    )
    if len(profile.terms[profile.language]) < FEWEST_TERMS:
        raise UsageError(
            f"{len(profile.terms[profile.language])} different terms are too few to search by;"
            f" a seed needs {FEWEST_TERMS} or more"
        )
    return NewSeed(profile=profile, title=title, text=text, left_out=left_out)


def keep_seed(store: Store, seed: NewSeed, *, now: datetime) -> None:
    """Store a seed under its name; one of that name is replaced."""
    keep_text(store, seed, now=now)
    store.put_document(PROFILE, seed.profile.name, seed.profile.to_json().encode(), now=now)


def keep_text(store: Store, seed: NewSeed, *, now: datetime) -> None:
    """Store what a profile was made from, to make it anew when the analyzer changes."""
    body = {"language": seed.profile.language, "title": seed.title, "text": seed.text}
    store.put_document(TEXT, seed.profile.name, json.dumps(body, ensure_ascii=False).encode(), now=now)


def find_profile(profiles: Mapping[str, SeedProfile], name: str) -> SeedProfile:
    """The profile of that name; NotFoundError says which there are."""
    if name not in profiles:
        raise NotFoundError(f"no seed «{name}»; there are: {', '.join(sorted(profiles)) or 'none'}")
    return profiles[name]


def strongest_terms(profile: SeedProfile, background: Background, language: str) -> list[tuple[str, float]]:
    """The terms a seed is searched by in one language, with their weights (1 for the strongest), strongest first."""
    return _ranked(tf_idf(profile.terms[language], lambda term: background.idf(term, language)))


def strongest_ids(profile: SeedProfile, background: Background) -> list[tuple[str, float]]:
    """The entities and concepts that carry a seed into every language, strongest first."""
    return _ranked(tf_idf(profile.ids, lambda term: background.idf(term, profile.language)))


def _ranked(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    largest = max(weights.values(), default=0) or 1
    return sorted(((term, weight / largest) for term, weight in weights.items()), key=lambda each: (-each[1], each[0]))


def _stripped(source: Extraction) -> tuple[str, str, tuple[str, ...]]:
    """Title, text, and what was left out. A page was stripped when it was extracted; a pasted text has it all."""
    whole = unicodedata.normalize("NFC", f"{source.title}\n{source.text}")
    if source.method != "text":
        title, _, text = whole.partition("\n")
        return title.strip(), text.strip(), ()
    title, text = strip_page_dump(whole)
    kept = {title, *text.splitlines()}
    left_out = tuple(line.strip() for line in whole.splitlines() if line.strip() and line.strip() not in kept)
    return title, text, left_out


def _name(given: str, title: str) -> str:
    """The given name, or one made from the title: it is written in watch files and completed by shells."""
    if given:
        if not NAME.fullmatch(given):
            raise UsageError(
                f"«{given}» is no name for a seed; expected small letters, digits, - and _, such as gas-deal"
            )
        return given
    letters = (
        unicodedata.normalize("NFKD", title.replace("ß", "ss").replace("ı", "i")).encode("ascii", "ignore").decode()
    )
    made = "-".join(re.findall(r"[a-z0-9]+", letters.lower())[:6])
    if not made:
        raise UsageError("its title makes no name in Latin letters: give one with --name")
    return made
