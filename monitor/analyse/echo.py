"""Let the articles nearest to a seed say what else it could be searched by: pseudo-relevance feedback. Pure.

Nobody judges anything here. A seed is one report of a subject; what its closest relatives in an archive have in common
is what the subject is called elsewhere. Only the key of a profile hears its echo: its vectors stay the seed's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.profile import SeedProfile
from monitor.analyse.similarity import heaviest, key_weights

#: So many articles are listened to; 5 to 15 differ by .005 of mean AP.
ECHO_ARTICLES = 10
#: So many terms of them are kept.
ECHO_TERMS = 60


def with_echo(profile: SeedProfile, scored: Iterable[tuple[float, Analysis]], background: Background) -> SeedProfile:
    """The profile with what its nearest articles are searched by, each counting as much as its score.

    `scored` are articles with their scores under this profile, the seed itself not among them; an earlier echo is
    replaced, so that echoes do not feed on themselves. Languages that the profile has no text of have no echo: what is
    nearest there may be far.
    """
    by_language: dict[str, list[tuple[float, Analysis]]] = {}
    for score, analysis in scored:
        if score > 0 and analysis.lang in profile.terms:
            by_language.setdefault(analysis.lang, []).append((score, analysis))
    echo = {}
    for language, members in by_language.items():
        nearest = sorted(members, key=lambda member: -member[0])[:ECHO_ARTICLES]
        total = sum(score for score, _ in nearest)
        idf = background.table(language).__getitem__
        heard: defaultdict[str, float] = defaultdict(float)
        for score, analysis in nearest:
            for term, weight in key_weights(analysis.counts, analysis.lead_terms, idf).items():
                heard[term] += weight * score / total
        echo[language] = heaviest(heard, ECHO_TERMS)
    return replace(profile, echo=echo)
