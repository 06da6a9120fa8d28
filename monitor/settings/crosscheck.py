"""What no single value can tell: references between the files, bounds that cross, feeds listed twice. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from monitor.analyse.spacy_names import missing
from monitor.errors import Problem
from monitor.settings.convert import FACET, texts_sought
from monitor.settings.daemon import DaemonSettings, Network
from monitor.settings.rules import rule_problems
from monitor.settings.schema import FeedsFile, WatchShape
from monitor.settings.source import DataPath, Source
from monitor.settings.validate import did_you_mean

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a watch may refer to."""

    #: Feed id -> language. None, here and below, where the file that lists them could not be read.
    feeds: Mapping[str, str] | None
    paused: Collection[str]
    #: Entities («@turkey») and concepts («airstrike»).
    entities: Collection[str] | None
    concepts: Collection[str] | None
    seeds: Collection[str]


def daemon_problems(settings: DaemonSettings, source: Source) -> Iterator[Problem]:
    """Settings that contradict one another."""
    polling = settings.polling
    if polling.min_interval_minutes > polling.max_interval_minutes:
        yield source.problem(
            ("polling", "min_interval_minutes"),
            f"{polling.min_interval_minutes:g} minutes is more than max_interval_minutes"
            f" ({polling.max_interval_minutes:g})",
        )
    if settings.network.contact in ("", Network().contact):
        message = "servers are told nobody's address: put your own page or mail address here"
        yield source.problem(("network", "contact"), message, is_warning=True)
    if settings.actors.backend == "spacy" and not settings.actors.model:
        yield source.problem(
            ("actors", "model"), "backend: spacy needs the name of an installed pipeline", "model: de_core_news_md"
        )
    elif settings.actors.backend == "spacy" and (lack := missing(settings.actors.model)):
        yield source.problem(("actors", "backend"), "spacy adds no names", lack, is_warning=True)
    url = settings.database.url
    if url and not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        message = "expected sqlite:///PATH or postgresql://USER@HOST/NAME, found another kind of address"
        yield source.problem(("database", "url"), message)


def feed_problems(file: FeedsFile, source: Source) -> Iterator[Problem]:
    """Ids that are no slugs, addresses listed twice, bounds that cross, secrets that stand in the file."""
    first: dict[str, str] = {}
    for name, feed in file.feeds.items():
        path: DataPath = ("feeds", name)
        if not _SLUG.fullmatch(name):
            message = f"«{name}» is no feed id; expected small letters, digits, - and _"
            yield source.problem(path, message, at_key=True)
        other = first.setdefault(feed.url.rstrip("/"), name)
        if other != name:
            yield source.problem((*path, "url"), f"the feed «{other}» has this address too")
        if (feed.min_interval_minutes or 0) > (feed.max_interval_minutes or math.inf):
            yield source.problem((*path, "min_interval_minutes"), "more than max_interval_minutes")
        if feed.basic_auth and ":" not in feed.basic_auth:
            yield source.problem((*path, "basic_auth"), "expected USER:PASSWORD, such as ${DPA_USER}:${DPA_PASSWORD}")
        elif feed.basic_auth and "${" not in feed.basic_auth:
            hint = "cite environment variables: ${DPA_USER}:${DPA_PASSWORD}"
            yield source.problem((*path, "basic_auth"), "a password stands in the file", hint, is_warning=True)


def watch_problems(name: str, shape: WatchShape, source: Source, known: Known) -> Iterator[Problem]:
    """Everything in a watch that refers to something else, or contradicts itself."""
    if not _SLUG.fullmatch(name):
        yield Problem(source.name, 0, 0, "", "a watch file is named with small letters, digits, - and _")
    if shape.thresholds.review > shape.thresholds.match:
        yield source.problem(
            ("thresholds", "review"),
            f"review ({shape.thresholds.review:g}) is above match ({shape.thresholds.match:g});"
            " near misses lie between the two",
        )
    languages: set[str] = set()
    if known.feeds is not None:
        watched = set(known.feeds) if shape.feeds == ("all",) else known.feeds.keys() & set(shape.feeds)
        languages = {known.feeds[feed] for feed in watched}
        yield from _feed_references(shape, source, known.feeds)
        if watched and watched <= set(known.paused):
            yield source.problem(("feeds",), "every feed of this watch is paused", is_warning=True)
    for place, seed in enumerate(shape.seeds):
        if seed not in known.seeds:
            hint = did_you_mean(seed, known.seeds) or "add it with `widerhall seed add`"
            message = f"there is no seed profile «{seed}» in seeds/"
            yield source.problem(("seeds", place), message, hint, is_warning=True)
    for facet_name, facet in shape.facets.items():
        for place, cited in enumerate(facet.any):
            yield from _citation(cited, ("facets", facet_name, "any", place), source, known)
    cited_by_facets = {cited: facet for facet, shape_ in shape.facets.items() for cited in shape_.any}
    yield from rule_problems(shape, source, cited_by_facets, languages)
    yield from _rule_citations(shape, source, known)


def _feed_references(shape: WatchShape, source: Source, feeds: Mapping[str, str]) -> Iterator[Problem]:
    if shape.feeds == ("all",):
        return
    for place, feed in enumerate(shape.feeds):
        if feed not in feeds:
            hint = "«all» stands alone" if feed == "all" else did_you_mean(feed, feeds)
            yield source.problem(("feeds", place), f"feeds.yaml has no feed «{feed}»", hint)


def _citation(cited: str, path: DataPath, source: Source, known: Known) -> Iterator[Problem]:
    """`@entity` must be in actors.yaml, anything else in lexicon.yaml."""
    if cited.startswith("@"):
        ids, file = known.entities, "actors.yaml"
    else:
        ids, file = known.concepts, "lexicon.yaml"
    if ids is None or cited in ids:
        return
    hint = ""
    if cited.removeprefix("~") in (known.concepts or ()):
        hint = f"a facet cites the concept itself: {cited.removeprefix('~')}"
    elif f"@{cited}" in (known.entities or ()):
        hint = f'did you mean the entity "@{cited}"?'
    elif cited.removeprefix("@") in (known.concepts or ()):
        hint = f"did you mean the concept {cited.removeprefix('@')}?"
    yield source.problem(path, f"{file} has no «{cited}»", hint or did_you_mean(cited, ids))


def _rule_citations(shape: WatchShape, source: Source, known: Known) -> Iterator[Problem]:
    for name, rule in shape.keywords.items():
        for path, cited in texts_sought(name, rule):
            if cited.startswith(FACET):
                yield from _facet_citation(cited.removeprefix(FACET), path, shape, source)
            elif cited.startswith("@"):
                yield from _citation(cited, path, source, known)
            elif cited.startswith("~"):
                yield from _citation(cited[1:], path, source, known)


def _facet_citation(cited: str, path: DataPath, shape: WatchShape, source: Source) -> Iterator[Problem]:
    if cited not in shape.facets:
        yield source.problem(path, f"this watch has no facet «{cited}»", did_you_mean(cited, shape.facets))
