"""What scoring needs of a seed article, without its text: counts of terms, entities and concepts, and a MinHash.

A profile holds the seed in its own language, and the same facts in other languages where somebody wrote them down;
entities and concepts carry it into all the rest. Keeps no sentence of anybody's text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.copies import fingerprint
from monitor.analyse.text import ANALYZER_VERSION
from monitor.errors import WiderhallError

_FORMAT = 1


class ProfileError(WiderhallError):
    """A seed profile cannot be read, or was made by another analyzer."""


@dataclass(frozen=True, kw_only=True)
class SeedProfile:
    """One seed, as counts."""

    #: The name a watch cites it by.
    name: str
    title: str
    url: str = ""
    #: As precise as known, ISO: 2016-08-11.
    published: str = ""
    #: The language the seed itself is written in.
    language: str
    #: language -> term -> count, title terms counting as in `Analysis.counts`.
    terms: Mapping[str, Mapping[str, float]] = field(repr=False)
    #: language -> terms of the title and the first lines.
    leads: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    #: language -> term -> weight: what the articles nearest to the seed are searched by; see `echo`.
    echo: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    #: `@entity` or `~concept` -> count, the mean over the languages.
    ids: Mapping[str, float] = field(repr=False)
    #: id -> how the seed itself words it: what stands behind a «Турции» in an explanation.
    surfaces: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: MinHash of the seed, to know its reprints; empty when only other languages are known.
    fingerprint: tuple[int, ...] = field(default=(), repr=False)
    #: How the profile was made, for people.
    made: str = ""
    #: Raised by whoever makes it anew from another text; 1 is the first.
    revision: int = 1

    def to_json(self) -> str:
        """The profile as a document that `from_json` reads again."""
        body = {
            "format": _FORMAT,
            "analyzer": ANALYZER_VERSION,
            "name": self.name,
            "title": self.title,
            "url": self.url,
            "published": self.published,
            "language": self.language,
            "made": self.made,
            "revision": self.revision,
            "ids": _rounded(self.ids),
            "surfaces": dict(sorted(self.surfaces.items())),
            "terms": {language: _rounded(terms) for language, terms in sorted(self.terms.items())},
            "leads": {language: sorted(terms) for language, terms in sorted(self.leads.items())},
            "echo": {language: _rounded(terms) for language, terms in sorted(self.echo.items())},
            "fingerprint": list(self.fingerprint),
        }
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> SeedProfile:
        """Read a profile; raise ProfileError where it is none, or of another analyzer."""
        try:
            body: Any = json.loads(text)
            analyzer = body.pop("analyzer")
            if body.pop("format") != _FORMAT:
                raise ProfileError("this seed profile is of a newer version of Widerhall")
            if analyzer != ANALYZER_VERSION:
                raise ProfileError(
                    f"made by analyzer {analyzer}, not {ANALYZER_VERSION}: rebuild it from the seed's text"
                )
            return cls(**{**body, "fingerprint": tuple(body["fingerprint"])})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProfileError(f"this is no seed profile: {error}") from error


def build_profile(
    analyser: Analyser,
    *,
    name: str,
    texts: Mapping[str, tuple[str, str]],
    language: str,
    url: str = "",
    published: str = "",
    made: str = "",
) -> SeedProfile:
    """Count a seed: title and text by language, `language` being that of the seed itself."""
    read = {lang: analyser.analyse(title, text, lang) for lang, (title, text) in texts.items()}
    others = [analysis for lang, analysis in read.items() if lang != language]
    return profile_of(read[language], *others, name=name, url=url, published=published, made=made)


def profile_of(
    seed: Analysis, *others: Analysis, name: str, url: str = "", published: str = "", made: str = ""
) -> SeedProfile:
    """Count a seed that was read, and the same facts in other languages."""
    read = (seed, *others)
    ids: Counter[str] = Counter()
    for analysis in read:
        ids.update(analysis.entity_counts)
        ids.update(analysis.concept_counts)
    return SeedProfile(
        name=name,
        title=seed.title,
        url=url,
        published=published,
        language=seed.lang,
        terms={analysis.lang: dict(analysis.counts) for analysis in read},
        leads={analysis.lang: sorted(analysis.lead_terms) for analysis in read},
        ids={identity: count / len(read) for identity, count in ids.items()},
        surfaces=_surfaces(seed),
        fingerprint=fingerprint(seed),
        made=made,
    )


def _surfaces(seed: Analysis) -> dict[str, str]:
    """The first wording of each id, in full where the seed has it: «Recep Tayyip Erdogan» rather than «Erdogan»."""
    found: dict[str, str] = {}
    for hit in sorted([*seed.entities, *seed.concepts], key=lambda hit: (hit.kind == "adjective", hit.start)):
        found.setdefault(hit.id if hit.id[0] == "@" else f"~{hit.id}", seed.whole[hit.start : hit.end])
    return found


def _rounded(counts: Mapping[str, float]) -> dict[str, float]:
    return {term: round(count, 4) for term, count in sorted(counts.items())}
