"""Turn what a person wrote in `feeds.yaml` and a watch file into the values the program works with. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import timedelta

from monitor.errors import Problem
from monitor.model import (
    AlertSettings,
    DeliverySettings,
    DigestSettings,
    Facet,
    FeedSpec,
    KeywordRule,
    Phrase,
    Thresholds,
    Watch,
)
from monitor.settings.environment import resolve_secrets
from monitor.settings.schema import (
    FacetShape,
    FeedsFile,
    FeedShape,
    Phrases,
    PhraseShape,
    RuleShape,
    WatchDeliveryShape,
    WatchShape,
)
from monitor.settings.source import DataPath, Source, content_hash

#: A phrase that stands for everything a facet cites.
FACET = "facet:"


def feeds_of(
    file: FeedsFile, source: Source, environ: Mapping[str, str], problems: list[Problem]
) -> tuple[FeedSpec, ...]:
    """The feeds, their secrets in place; a secret that the environment lacks is a problem."""
    return tuple(_feed(name, shape, source, environ, problems) for name, shape in file.feeds.items())


def _feed(name: str, shape: FeedShape, source: Source, environ: Mapping[str, str], problems: list[Problem]) -> FeedSpec:
    def resolved(text: str, *path: str) -> str:
        value, lacking = resolve_secrets(text, environ)
        here = ("feeds", name, *path)
        problems.extend(source.problem(here, each) for each in lacking)
        return value

    return FeedSpec(
        id=name,
        url=shape.url,
        title=shape.title,
        language=shape.language,
        country=shape.country,
        publisher=shape.publisher or shape.title,
        kind=shape.kind,
        is_paused=shape.paused,
        min_interval=_minutes(shape.min_interval_minutes),
        max_interval=_minutes(shape.max_interval_minutes),
        headers={key: resolved(value, "headers", key) for key, value in shape.headers.items()},
        basic_auth=resolved(shape.basic_auth, "basic_auth"),
        user_agent=shape.user_agent,
        folders=shape.folders,
        opml=shape.opml,
    )


def _minutes(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(minutes=value)


def watch_of(name: str, shape: WatchShape) -> Watch:
    """The watch of the file `NAME.yaml`."""
    thresholds = Thresholds(match=shape.thresholds.match, review=shape.thresholds.review)
    facets = tuple(Facet(name=key, any=facet.any, description=facet.about) for key, facet in shape.facets.items())
    rules = tuple(rule_of(key, rule, shape.facets) for key, rule in shape.keywords.items())
    feeds = () if shape.feeds == ("all",) else shape.feeds
    keywords = [*map(asdict, facets), *map(asdict, rules)]
    whole = [shape.seeds, asdict(thresholds), keywords, feeds]
    return Watch(
        id=name,
        title=shape.title,
        seeds=shape.seeds,
        thresholds=thresholds,
        facets=facets,
        rules=rules,
        feeds=feeds,
        digest=DigestSettings(**shape.digest.model_dump()),
        learning=shape.learning,
        delivery=_delivery(shape.delivery),
        version=content_hash(whole),
        keywords_version=content_hash(keywords),
    )


def _delivery(shape: WatchDeliveryShape) -> DeliverySettings:
    alerts = shape.alerts
    return DeliverySettings(
        digests=None if shape.digests == ("all",) else shape.digests,
        resends=shape.resends,
        alerts=AlertSettings(
            to=alerts.to,
            score=alerts.score,
            facets=alerts.facets,
            every=timedelta(minutes=alerts.every_minutes),
            story_again=timedelta(hours=alerts.story_again_hours),
        ),
    )


def rule_of(name: str, shape: RuleShape, facets: Mapping[str, FacetShape]) -> KeywordRule:
    """A rule; one that says nothing yet (which is a problem of its own) has no phrases."""
    group = next((group for group, _ in group_of(shape)), "any")
    return KeywordRule(
        name=name,
        group="weight" if shape.weight is not None else group,
        phrases=tuple(
            replace(phrase, text=text, near=tuple(_expanded(phrase.near, facets)))
            for _path, _language, phrase in phrase_paths(name, shape)
            for text in _expanded([phrase.text], facets)
        ),
        points=shape.weight or 0.0,
        scope=shape.scope,
    )


def _expanded(texts: Iterable[str], facets: Mapping[str, FacetShape]) -> Iterator[str]:
    """`facet:turkey` as all that the facet cites (nothing, for a facet that is not there: a problem of its own)."""
    for text in texts:
        if text.startswith(FACET):
            facet = facets.get(text.removeprefix(FACET))
            yield from (cited if cited.startswith("@") else f"~{cited}" for cited in (facet.any if facet else ()))
        else:
            yield text


def group_of(shape: RuleShape) -> Iterator[tuple[str, Phrases]]:
    """What of any, all and none the rule uses; it should be one."""
    for group, phrases in (("any", shape.any), ("all", shape.all), ("none", shape.none)):
        if phrases is not None:
            yield group, phrases


def phrase_paths(name: str, shape: RuleShape) -> Iterator[tuple[DataPath, str, Phrase]]:
    """Every phrase of a rule with its path in the file and its language («*»: all)."""
    for group, by_language in group_of(shape):
        for language, phrases in by_language.items():
            for place, phrase in enumerate(phrases):
                yield ("keywords", name, group, language, place), language, _phrase(phrase, language, shape)


def texts_sought(name: str, shape: RuleShape) -> Iterator[tuple[DataPath, str]]:
    """Everything a rule looks for, each thing once and where it is written; what must be near as well."""
    for place, near in enumerate(shape.near):
        yield ("keywords", name, "near", place), near
    for group, by_language in group_of(shape):
        for language, phrases in by_language.items():
            for place, phrase in enumerate(phrases):
                path = ("keywords", name, group, language, place)
                yield path, phrase.phrase
                yield from (((*path, "near", position), near) for position, near in enumerate(phrase.near))


def _phrase(phrase: PhraseShape, language: str, rule: RuleShape) -> Phrase:
    case = phrase.case or rule.case or ("exact" if is_acronym(phrase.phrase) else "any")
    return Phrase(
        text=phrase.phrase,
        language="" if language == "*" else language,
        is_prefix="*" in phrase.phrase,
        is_case_sensitive=case == "exact",
        near=phrase.near or rule.near,
        within=phrase.within or rule.within,
    )


def is_acronym(text: str) -> bool:
    """Written in capitals alone («IS», «ИГ»): matched so, because «is» is another word."""
    return text.isupper() and not text.startswith(("@", "~"))
