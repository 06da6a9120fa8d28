"""Set out who acts in some articles: the most frequent, the rising, the new, the pairs; and one actor in full.

Pure; counts articles, not mentions, so that one long report does not outweigh ten. What rises is judged by shares, for
some weeks bring more articles than others, and by what the share has risen *at least*: three articles after one are
chance, thirty after ten are not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import Acting, ActorFindings, FeedSpec, Relation
from monitor.report.plain import host, one_line

#: One-sided 99.5 %: of two hundred actors that did not rise, one is listed all the same.
SURE = 2.58
#: Fewer articles than this, in the period or in the one before, are nothing to compare.
RISING_ARTICLES, COMPARED_ARTICLES = 3, 10
#: Pictures of a longer period have wider steps.
STEPS = 30


@dataclass(frozen=True, kw_only=True)
class ActorLine:
    """One actor in the articles of a period."""

    actor: str
    name: str
    type: str
    articles: int
    main: int
    mentions: int
    outlets: int
    languages: tuple[str, ...]
    #: Articles in the period before.
    before: int
    #: How many times its share of all articles grew (None from nought), and how many times at least; None where there
    #: is no comparing.
    growth: float | None
    growth_at_least: float | None
    #: Articles in each step of the period.
    course: tuple[int, ...]
    #: «new», «rising» or nothing.
    trend: str = ""


@dataclass(frozen=True, kw_only=True)
class PairLine:
    """Two actors that meet in a sentence, and what the one does to the other where the verb is plain."""

    one: str
    other: str
    one_name: str
    other_name: str
    articles: int
    #: Verb class -> articles.
    deeds: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Who acts in a period."""

    since: datetime
    until: datetime
    articles: int
    articles_before: int
    actors: tuple[ActorLine, ...]
    pairs: tuple[PairLine, ...]

    @property
    def rising(self) -> list[ActorLine]:
        """By how much they rose at least."""
        risen = (line for line in self.actors if line.trend == "rising")
        return sorted(risen, key=lambda line: (-(line.growth_at_least or 0), line.actor))

    @property
    def new(self) -> list[ActorLine]:
        """Who never acted in an article before the period."""
        return [line for line in self.actors if line.trend == "new"]


def overview(
    articles: Sequence[Acting],
    before: Sequence[Acting],
    firsts: Mapping[str, datetime],
    *,
    since: datetime,
    until: datetime,
    types: frozenset[str] = frozenset(),
) -> Overview:
    """Tell who acts in `articles`, beside those of the period before; `firsts` is when each actor was first there.

    Sources report, so they are left out unless `types` asks for them.
    """
    before_counts = Counter(role.actor for article in before for role in article.roles)
    is_first_period = not firsts or min(firsts.values()) >= since
    tallies: dict[str, _Tally] = {}
    for article in articles:
        for role in article.roles:
            if (role.type in types) if types else (role.type != "source"):
                tally = tallies.setdefault(role.actor, _Tally(role.name or role.actor.lstrip("@?"), role.type))
                tally.add(article, is_main=role.role == "main", mentions=role.count)
    lines = []
    for actor, tally in tallies.items():
        growth, at_least = _growth(len(tally.articles), len(articles), before_counts[actor], len(before))
        is_new = not is_first_period and firsts.get(actor, since) >= since
        is_rising = at_least is not None and at_least > 1 and len(tally.articles) >= RISING_ARTICLES
        lines.append(
            ActorLine(
                actor=actor,
                name=one_line(tally.name),
                type=tally.type,
                articles=len(tally.articles),
                main=tally.main,
                mentions=tally.mentions,
                outlets=len({article.feed_id or host(article.url) for article in tally.articles}),
                languages=tuple(sorted({article.language for article in tally.articles})),
                before=before_counts[actor],
                growth=growth,
                growth_at_least=at_least,
                course=course(_times(tally.articles), since=since, until=until),
                trend="new" if is_new else "rising" if is_rising else "",
            )
        )
    lines.sort(key=lambda line: (-line.articles, -line.main, -line.mentions, line.actor))
    names = {line.actor: line.name for line in lines}
    return Overview(
        since=since,
        until=until,
        articles=len(articles),
        articles_before=len(before),
        actors=tuple(lines),
        pairs=tuple(_pairs(articles, names)),
    )


@dataclass
class _Tally:
    name: str
    type: str
    articles: list[Acting] = field(default_factory=list)
    main: int = 0
    mentions: int = 0

    def add(self, article: Acting, *, is_main: bool, mentions: int) -> None:
        self.articles.append(article)
        self.main += is_main
        self.mentions += mentions


def _growth(now: int, of_now: int, before: int, of_before: int) -> tuple[float | None, float | None]:
    """The ratio of two shares (None from nought), and the least it can well be.

    Of all its articles in both periods, those of the second are a binomial share; the Wilson limit of that share, set
    against how many articles the periods had, is the limit of the ratio. It holds for small numbers, nought included.
    """
    if min(of_now, of_before) < COMPARED_ARTICLES:
        return None, None
    both, exposure = now + before, of_now / of_before
    share, doubt = now / both, SURE * SURE / both
    spread = SURE * math.sqrt(share * (1 - share) / both + doubt / (4 * both))
    least = (share + doubt / 2 - spread) / (1 + doubt)
    ratio = round(now / before / exposure, 2) if before else None
    return ratio, round(least / (1 - least) / exposure, 2)


def _times(articles: Sequence[Acting]) -> list[datetime]:
    return [article.at for article in articles if article.at]


def course(times: Sequence[datetime], *, since: datetime, until: datetime) -> tuple[int, ...]:
    """How many fall into each day of a period, or into each of thirty equal steps if it is longer."""
    length = until - since
    steps = max(1, min(STEPS, math.ceil(length.total_seconds() / 86_400)))
    counts = [0] * steps
    for at in times:
        counts[min(int((at - since) / length * steps), steps - 1)] += 1
    return tuple(counts)


def _pairs(articles: Sequence[Acting], names: Mapping[str, str]) -> list[PairLine]:
    """Pairs of the actors that are shown, each counted once an article."""
    counts: Counter[tuple[str, str]] = Counter()
    deeds: dict[tuple[str, str], Counter[str]] = {}
    for article in articles:
        met: dict[tuple[str, str], set[str]] = {}
        for relation in article.relations:
            met.setdefault(_pair(relation), set()).add(relation.verb_class)
        for pair, classes in met.items():
            if pair[0] in names and pair[1] in names:
                counts[pair] += 1
                deeds.setdefault(pair, Counter()).update(filter(None, classes))
    return [
        PairLine(
            one=one,
            other=other,
            one_name=names[one],
            other_name=names[other],
            articles=count,
            deeds=dict(deeds[one, other].most_common()),
        )
        for (one, other), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _pair(relation: Relation) -> tuple[str, str]:
    one, other = sorted((relation.subject, relation.object))
    return one, other


# --- one actor ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something an actor is quoted with."""

    article_id: int
    at: datetime | None
    outlet: str
    language: str
    text: str
    is_direct: bool


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """All that the articles say of one actor."""

    articles: int
    mentions: int
    #: Role -> articles.
    roles: Mapping[str, int]
    #: Of the dated articles; None if none is.
    first_at: datetime | None
    last_at: datetime | None
    #: Dated articles in each step from the first to the last.
    course: tuple[int, ...]
    outlets: Mapping[str, int]
    languages: Mapping[str, int]
    #: Partner -> articles, and verb classes with whether the actor is the one who does it.
    partners: tuple[Partner, ...]
    #: The latest first.
    quotes: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Whom an actor meets in a sentence."""

    actor: str
    articles: int
    #: What the actor does, and what is done to it.
    does: Mapping[str, int]
    suffers: Mapping[str, int]


def portray(
    actor: str, articles: Sequence[Acting], findings: Mapping[int, ActorFindings], feeds: Mapping[str, FeedSpec]
) -> Portrait:
    """Tell of one actor from its articles (one at least, by time) and, as far as read, their findings."""
    roles = [role for article in articles for role in article.roles if role.actor == actor]
    times = _times(articles)
    since, until = min(times, default=None), max(times, default=None)
    return Portrait(
        articles=len(articles),
        mentions=sum(role.count for role in roles),
        roles=dict(Counter(role.role for role in roles).most_common()),
        first_at=since,
        last_at=until,
        course=course(times, since=since, until=until) if since and until and since < until else (len(times),),
        outlets=dict(Counter(outlet_of(article, feeds) for article in articles).most_common()),
        languages=dict(Counter(article.language for article in articles).most_common()),
        partners=tuple(_partners(actor, articles)),
        quotes=tuple(
            Said(
                article_id=article.article_id,
                at=article.at,
                outlet=outlet_of(article, feeds),
                language=article.language,
                text=one_line(quote.text),
                is_direct=quote.is_direct,
            )
            for article in reversed(articles)
            for quote in findings.get(article.article_id, ActorFindings()).quotes
            if quote.speaker == actor
        ),
    )


def outlet_of(article: Acting, feeds: Mapping[str, FeedSpec]) -> str:
    """Who published it, as far as is known."""
    feed = feeds.get(article.feed_id)
    return one_line((feed.publisher or feed.title) if feed else "") or host(article.url) or article.feed_id or "import"


def _partners(actor: str, articles: Sequence[Acting]) -> list[Partner]:
    met: Counter[str] = Counter()
    does: dict[str, Counter[str]] = {}
    suffers: dict[str, Counter[str]] = {}
    for article in articles:
        seen: set[str] = set()
        for relation in article.relations:
            if actor not in (relation.subject, relation.object):
                continue
            is_subject = relation.subject == actor
            other = relation.object if is_subject else relation.subject
            seen.add(other)
            if relation.verb_class:
                (does if is_subject else suffers).setdefault(other, Counter())[relation.verb_class] += 1
        met.update(seen)
    return [
        Partner(actor=other, articles=count, does=dict(does.get(other, {})), suffers=dict(suffers.get(other, {})))
        for other, count in sorted(met.items(), key=lambda item: (-item[1], item[0]))
    ]
