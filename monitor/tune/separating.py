"""Which words, actors and concepts tell relevant from irrelevant articles, by verdicts: log-odds with a prior. Pure.

Monroe, Colaresi and Quinn, «Fightin' Words» (2008): the log-odds of a term in relevant and irrelevant articles, with an
informative Dirichlet prior (how common the term is in the news of its language), over its standard error. A term of two
articles says little, however one-sided; the prior and the error say how little.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.text import terms_of, words

#: The prior weighs as much as so many articles.
PRIOR_ARTICLES = 20.0
#: Of a term that the news hardly has, as much is expected as Jeffreys' prior does: without it, one that stands only in
#: relevant articles would count as unsure for ever.
LEAST_PRIOR = 0.5
#: From here on, chance alone would say so in one of forty terms.
CLEAR = 1.96
#: A term stands in so many articles of one kind at least.
ARTICLES = 3
#: Of each direction, so many are told.
TOLD = 8


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One judged article, as far as it matters here: each term with its wording, each id with «~» or «@» before it."""

    language: str
    is_relevant: bool
    terms: Mapping[str, str]
    ids: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Separator:
    """Something that stands more often in one kind of articles than in the other."""

    #: As a rule cites it: a word, `@actor`, `~concept`.
    cited: str
    #: Of a word; empty for actors and concepts, which hold in every language.
    language: str
    #: Articles with it, of all of that language.
    relevant: int
    of_relevant: int
    irrelevant: int
    of_irrelevant: int
    #: Above nought: speaks for an article. Over its standard error: how sure that is.
    log_odds: float
    z: float


def judgement(analysis: Analysis, *, is_relevant: bool) -> Judgement:
    """What a judged article says; words that are part of a name or concept stand for that."""
    named = [(hit.start, hit.end) for hit in (*analysis.entities, *analysis.concepts)]
    terms: dict[str, str] = {}
    for word in words(analysis.whole, analysis.lang):
        if word.surface.isalpha() and not any(start <= word.start < end for start, end in named):
            for term in terms_of(word.surface, analysis.lang)[:1]:
                terms.setdefault(term, word.surface)
    ids = {hit.id for hit in analysis.entities} | {f"~{hit.id}" for hit in analysis.concepts}
    return Judgement(language=analysis.lang, is_relevant=is_relevant, terms=terms, ids=ids)


def separators(judged: Iterable[Judgement], background: Background, *, known: Collection[str]) -> list[Separator]:
    """What separates, the clearest first, for and against alike; what the watch names already (`known`) is left out."""
    every = list(judged)
    found = [*_ids(every, background), *_words(every, background)]
    clear = [
        each
        for each in found
        if abs(each.z) >= CLEAR and max(each.relevant, each.irrelevant) >= ARTICLES and each.cited.lower() not in known
    ]
    ranked = sorted(clear, key=lambda each: (-abs(each.z), each.cited))
    return [*[each for each in ranked if each.z > 0][:TOLD], *[each for each in ranked if each.z < 0][:TOLD]]


def _ids(judged: Sequence[Judgement], background: Background) -> Iterator[Separator]:
    languages = sorted({each.language for each in judged})
    counts = _counted((each.is_relevant, each.ids) for each in judged)
    sizes = Counter(each.is_relevant for each in judged)
    for name, count in counts.items():
        share = sum(math.exp(-background.idf(name, language)) for language in languages) / len(languages)
        yield _separator(name, "", count, sizes, share)


def _words(judged: Sequence[Judgement], background: Background) -> Iterator[Separator]:
    for language in sorted({each.language for each in judged}):
        spoken = [each for each in judged if each.language == language]
        sizes = Counter(each.is_relevant for each in spoken)
        wordings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for each in spoken:
            for term, surface in each.terms.items():
                wordings[term][surface] += 1
        for term, count in _counted((each.is_relevant, each.terms) for each in spoken).items():
            surface = max(wordings[term], key=lambda word: (wordings[term][word], word))
            yield _separator(surface, language, count, sizes, math.exp(-background.idf(term, language)))


def _counted(articles: Iterable[tuple[bool, Collection[str]]]) -> dict[str, Counter[bool]]:
    counts: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for is_relevant, names in articles:
        for name in names:
            counts[name][is_relevant] += 1
    return counts


def _separator(cited: str, language: str, count: Counter[bool], sizes: Counter[bool], share: float) -> Separator:
    prior = max(PRIOR_ARTICLES * min(share, 0.9), LEAST_PRIOR)
    log_odds, variance = 0.0, 0.0
    for is_relevant, sign in ((True, 1), (False, -1)):
        with_it = count[is_relevant] + prior
        without = sizes[is_relevant] + PRIOR_ARTICLES - with_it
        log_odds += sign * math.log(with_it / without)
        variance += 1 / with_it + 1 / without
    return Separator(
        cited=cited,
        language=language,
        relevant=count[True],
        of_relevant=sizes[True],
        irrelevant=count[False],
        of_irrelevant=sizes[False],
        log_odds=round(log_odds, 3),
        z=round(log_odds / math.sqrt(variance), 2),
    )
