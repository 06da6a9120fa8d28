"""Keyword rules that cannot do what their author meant: never match, or drop everything. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from monitor.errors import Problem
from monitor.model import Phrase
from monitor.settings.convert import FACET, group_of, phrase_paths, texts_sought
from monitor.settings.schema import LANGUAGES, RuleShape, WatchShape
from monitor.settings.source import DataPath, Source
from monitor.settings.validate import did_you_mean

_EVERYDAY = """
der die das und in den von zu mit ist the of and to a is that for on ve bir bu da de için ile
и в не на что с по le la les et des du en في من على إلى أن
"""
#: Words that hardly any text of their language is without.
EVERYDAY_WORDS = frozenset(_EVERYDAY.split())
#: A prefix this short begins some word of nearly every text.
SHORT_PREFIX_LETTERS = 2


def rule_problems(
    shape: WatchShape, source: Source, cited_by_facets: Mapping[str, str], languages: Collection[str]
) -> Iterator[Problem]:
    """Problems of each rule, then of rules that contradict one another."""
    for name, rule in shape.keywords.items():
        yield from _form(name, rule, source)
        yield from _lists(name, rule, source, languages)
        yield from _texts(name, rule, source)
        if rule.none is not None:
            yield from _drops_all(name, rule, source, cited_by_facets)
    yield from _contradictions(shape, source)


def _form(name: str, rule: RuleShape, source: Source) -> Iterator[Problem]:
    path: DataPath = ("keywords", name)
    groups = [group for group, _ in group_of(rule)]
    if len(groups) != 1:
        said = f"found {' and '.join(groups)}" if groups else "found none of them"
        hint = "make two rules of it" if groups else "any: [some, words]"
        yield source.problem(path, f"a rule has exactly one of any, all, none; {said}", hint, at_key=True)
    elif rule.weight is not None and groups != ["any"]:
        message = f"weight goes with any (points when one of them hits), found {groups[0]}"
        yield source.problem((*path, "weight"), message)
    if rule.weight == 0:
        yield source.problem((*path, "weight"), "a weight of 0 does nothing", "give it points, or delete the rule")


def _lists(name: str, rule: RuleShape, source: Source, languages: Collection[str]) -> Iterator[Problem]:
    for group, by_language in group_of(rule):
        if not any(by_language.values()):
            message = "a rule without phrases can never match" if group != "none" else "it names nothing to drop"
            yield source.problem(("keywords", name, group), message)
        for language, phrases in by_language.items():
            path: DataPath = ("keywords", name, group, language)
            yield from _language(language, path, source, languages)
            texts = [phrase.phrase for phrase in phrases]
            for place, text in enumerate(texts):
                if text in texts[:place]:
                    yield source.problem((*path, place), f"«{text}» is listed twice", is_warning=True)
                if group == "all" and text.startswith(FACET):
                    yield source.problem((*path, place), "all takes no facet", f"make a rule of it: any: [{text}]")


def _texts(name: str, rule: RuleShape, source: Source) -> Iterator[Problem]:
    for path, text in texts_sought(name, rule):
        if not any(char.isalnum() for char in text):
            hint = "a star stands behind the beginning of a word: terror*" if "*" in text else ""
            yield source.problem(path, f"«{text}» has no letter and can never match", hint)
        elif any("*" in word.rstrip("*") for word in text.split()):
            yield source.problem(path, f"«{text}»: a star stands at the end of a word only")


def _language(language: str, path: DataPath, source: Source, languages: Collection[str]) -> Iterator[Problem]:
    if language != "*" and language not in LANGUAGES:
        message = f'«{language}» is no language code; expected two small letters such as de, or "*" for every language'
        yield source.problem(path, message, did_you_mean(language, languages), at_key=True)
    elif language != "*" and languages and language not in languages:
        message = f"no feed of this watch is in «{language}»; these phrases can never match"
        yield source.problem(path, message, at_key=True, is_warning=True)


def _drops_all(name: str, rule: RuleShape, source: Source, cited_by_facets: Mapping[str, str]) -> Iterator[Problem]:
    for path, _language, phrase in phrase_paths(name, rule):
        if phrase.near:
            continue
        stem = phrase.text.rstrip("*")
        is_facet = phrase.text.startswith(FACET)
        facet = stem.removeprefix(FACET) if is_facet else cited_by_facets.get(stem.removeprefix("~"))
        if facet is not None:
            message = f"drops every article that touches the facet «{facet}», which this watch is about"
        elif phrase.text.casefold() in EVERYDAY_WORDS and not phrase.is_case_sensitive:
            message = f"«{phrase.text}» stands in nearly every text; this rule drops nearly everything"
        elif phrase.is_prefix and " " not in stem and len(stem) <= SHORT_PREFIX_LETTERS:
            message = f"words beginning with «{stem}» stand in nearly every text; this rule drops nearly everything"
        else:
            continue
        yield source.problem(path, message, is_warning=True)


def _contradictions(shape: WatchShape, source: Source) -> Iterator[Problem]:
    """Gates that ask for what a `none` rule forbids: nothing could ever pass both."""
    forbidden = {
        _key(language, phrase): name
        for name, rule in shape.keywords.items()
        if rule.none is not None and rule.scope == "text" and rule.weight is None
        for _path, language, phrase in phrase_paths(name, rule)
        if not phrase.near
    }
    for name, rule in shape.keywords.items():
        if rule.weight is not None:
            continue
        located = [(path, forbidden.get(_key(language, phrase))) for path, language, phrase in phrase_paths(name, rule)]
        refused = [(path, by) for path, by in located if by is not None]
        if rule.all is not None:
            for path, by in refused:
                yield source.problem(path, f"the rule «{by}» drops every article that has this; nothing can pass both")
        elif rule.any is not None and refused and len(refused) == len(located):
            by = refused[0][1]
            message = f"the rule «{by}» drops every article that has one of these; nothing can pass both"
            yield source.problem(("keywords", name), message, at_key=True)


def _key(language: str, phrase: Phrase) -> tuple[str, str, bool]:
    return language, phrase.text, phrase.is_case_sensitive
