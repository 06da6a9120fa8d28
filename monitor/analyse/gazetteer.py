"""Turn the mappings of `actors.yaml` and `lexicon.yaml` into actors, concepts and the forms the matcher looks for.

Pure: a mapping in, values out. Whatever is wrong becomes a problem with its path in the mapping, and the rest is still
read; `settings` knows the file and finds the line. Nothing here opens a file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.analyse.inflect import bases
from monitor.analyse.languages import WATCHED
from monitor.analyse.names import Form, Matcher, fold

ACTOR_TYPES = ("person", "state", "organisation", "armed_group", "source", "place")
#: Sections of an actor that list forms, and the kind each gives them.
FORM_SECTIONS = {
    "names": "name",
    "short": "short",
    "context": "context",
    "adjectives": "adjective",
    "metonyms": "metonym",
}
_ACTOR_KEYS = {"name", "type", "country", "wikidata", "offices", "note", *FORM_SECTIONS}
_OFFICE_KEYS = {"role", "of", "since", "until"}
_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_WIKIDATA = re.compile(r"Q[1-9]\d*|unverified")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
#: Shorter surnames are words too often: they need listing under `context` by hand.
SURNAME_FROM = 3

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """Something wrong at `path` in the mapping."""

    path: Path
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """A post held; dates as precise as known: 2014, 2014-08 or 2014-08-28."""

    role: str
    of: str = ""
    since: str = ""
    until: str = ""


#: Behind a state's id: its capital, as a place.
CAPITAL = "/capital"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A person, state, organisation, armed group, source or place with a stable id."""

    #: "@putin"
    id: str
    #: The common English name.
    name: str
    type: str
    #: Slug of its state, "" where it has none.
    country: str = ""
    #: "" or "unverified" unless certain.
    wikidata: str = ""
    offices: tuple[Office, ...] = ()
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gazetteer:
    """Everything `actors.yaml` says."""

    actors: Mapping[str, Actor]
    forms: tuple[Form, ...]
    #: First names, folded, in all their cases, each with its nominative.
    given_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: tuple[Issue, ...] = ()
    #: Discovered names that an analyst decided on, folded: the actor each is, or "" for nobody (see actor_book).
    decided: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Over `forms` alone.
    matcher: Matcher = field(repr=False, compare=False)

    def called(self, actor: str, language: str) -> str:
        """What a listed actor is called in a language: the first name listed for it; empty for nobody listed.

        A name that differs from the common one by accents and capitals alone is only another spelling of it, and
        those who report are called what they call themselves.
        """
        known = self.actors.get(actor.removesuffix(CAPITAL))
        if known is None:
            return ""
        if actor.endswith(CAPITAL):
            listed = {form.lang: form.text for form in reversed(known.forms) if form.kind == "metonym"}
            return listed.get(language) or listed.get("en") or listed.get("*", known.name)
        if known.type == "source" or language == "en":
            return known.name
        own = next((form.text for form in known.forms if (form.kind, form.lang) == ("name", language)), known.name)
        return known.name if fold(own) == fold(known.name) else own[0].upper() + own[1:]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """Everything `lexicon.yaml` says: forms, and the ids of the concepts they reach."""

    concepts: tuple[str, ...]
    forms: tuple[Form, ...]
    problems: tuple[Issue, ...] = ()


def parse_actors(data: Mapping[str, Any]) -> Gazetteer:
    """Read `{actors: {slug: {name, type, names: {lang: form or [form, …]}, …}}, given_names: […], never: {…}}`."""
    problems: list[Issue] = []
    actors: dict[str, Actor] = {}
    for slug, entry in _entries(data, "actors", problems):
        actor = _actor(slug, entry, problems)
        if actor:
            actors[actor.id] = actor
    for actor in actors.values():
        if actor.country and f"@{actor.country}" not in actors:
            message = f"no actor «{actor.country}» is listed; expected the slug of a state"
            problems.append(Issue(path=("actors", actor.id[1:], "country"), message=message))
        for place, office in enumerate(actor.offices):
            if office.of and f"@{office.of}" not in actors:
                message = f"no actor «{office.of}» is listed; expected a slug"
                problems.append(Issue(path=("actors", actor.id[1:], "offices", place, "of"), message=message))
    named = tuple(form for actor in actors.values() for form in actor.forms)
    problems += _clashes(named)
    forms = (*named, *_forms(data.get("never", {}), "", "never", ("never",), problems))
    return Gazetteer(
        actors=actors,
        forms=forms,
        given_names=_given_names(data.get("given_names", []), problems),
        problems=tuple(problems),
        matcher=Matcher(forms),
    )


def parse_lexicon(data: Mapping[str, Any]) -> Lexicon:
    """Read `{concepts: {id: {lang: form or [form, …]}}}`; the language "*" stands for all."""
    problems: list[Issue] = []
    forms: list[Form] = []
    concepts: list[str] = []
    for slug, entry in _entries(data, "concepts", problems):
        concepts.append(slug)
        forms += _forms(entry, slug, "concept", ("concepts", slug), problems)
    return Lexicon(concepts=tuple(concepts), forms=tuple(forms), problems=tuple(problems))


def _entries(data: Mapping[str, Any], section: str, problems: list[Issue]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    entries = data.get(section)
    if not isinstance(entries, Mapping):
        problems.append(Issue(path=(section,), message=f"expected «{section}:» with one entry a slug"))
        return
    for slug, entry in entries.items():
        if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
            message = f"«{slug}» is not a slug; expected small letters, digits and _, a letter first"
            problems.append(Issue(path=(section, slug), message=message))
        elif not isinstance(entry, Mapping):
            problems.append(Issue(path=(section, slug), message="expected a mapping"))
        else:
            yield slug, entry


def _actor(slug: str, entry: Mapping[str, Any], problems: list[Issue]) -> Actor | None:
    path: Path = ("actors", slug)
    name, kind = entry.get("name"), entry.get("type")
    problems += [Issue(path=(*path, key), message=f"unknown key «{key}»") for key in entry if key not in _ACTOR_KEYS]
    if not isinstance(name, str) or not name.strip():
        problems.append(Issue(path=(*path, "name"), message="expected the common English name"))
        return None
    if kind not in ACTOR_TYPES:
        problems.append(Issue(path=(*path, "type"), message=f"«{kind}» is no type; expected {', '.join(ACTOR_TYPES)}"))
        return None
    wikidata = str(entry.get("wikidata", ""))
    if wikidata and not _WIKIDATA.fullmatch(wikidata):
        problems.append(Issue(path=(*path, "wikidata"), message=f"«{wikidata}» is no Wikidata id (Q…) or «unverified»"))
    return Actor(
        id=f"@{slug}",
        name=name,
        type=kind,
        country=str(entry.get("country", "")),
        wikidata=wikidata,
        offices=tuple(_offices(entry.get("offices", []), path, problems)),
        forms=tuple(_actor_forms(slug, name, kind, entry, problems)),
    )


def _actor_forms(slug: str, name: str, kind: str, entry: Mapping[str, Any], problems: list[Issue]) -> Iterator[Form]:
    identity = f"@{slug}"
    listed = [
        form
        for section, form_kind in FORM_SECTIONS.items()
        for form in _forms(entry.get(section, {}), identity, form_kind, ("actors", slug, section), problems)
    ]
    if not any(form.text == name and form.lang in ("*", "en") for form in listed):
        listed.append(Form(name, identity, "*", "name"))
    seen = {(form.text, form.lang) for form in listed}
    yield from listed
    if kind == "person":
        for form in listed:
            surname = form.text.rpartition(" ")[2]
            if form.kind == "name" and surname != form.text and len(surname) >= SURNAME_FROM:
                for part in _surname_spellings(surname):
                    if (part, form.lang) not in seen:
                        seen.add((part, form.lang))
                        yield Form(part, identity, form.lang, "context")


def _surname_spellings(surname: str) -> Iterable[str]:
    """«al-Baghdadi» is also written without its article."""
    bare = re.sub(r"^(?:[AaEe][a-z]-|ال|аль-|эль-|эр-|ас-|ад-|эш-|аш-)(?=\w{4})", "", surname)
    return (surname,) if bare == surname else (surname, bare[0].upper() + bare[1:])


def _forms(section: Any, identity: str, kind: str, path: Path, problems: list[Issue]) -> Iterator[Form]:
    if not isinstance(section, Mapping):
        problems.append(Issue(path=path, message="expected forms by language: {de: …, en: […]}"))
        return
    for lang, listed in section.items():
        if lang != "*" and lang not in WATCHED:
            message = f'«{lang}» is no language here; expected {", ".join(WATCHED)} or "*"'
            problems.append(Issue(path=(*path, lang), message=message))
            continue
        for place, item in enumerate(listed if isinstance(listed, list) else [listed]):
            where: Path = (*path, lang, place) if isinstance(listed, list) else (*path, lang)
            form = _form(item, identity, lang, kind)
            if isinstance(form, str):
                problems.append(Issue(path=where, message=form))
            else:
                yield form


def _form(item: Any, identity: str, lang: str, kind: str) -> Form | str:
    """A plain string, or `{form: IS, case: exact, inflect: false}`; a string returned is a problem."""
    options: Mapping[str, Any] = item if isinstance(item, Mapping) else {"form": item}
    text = options.get("form")
    if not isinstance(text, str) or not fold(text).strip("* "):
        return "expected a form: a text, or {form: TEXT, case: exact, inflect: false} (quote YAML words such as no, on)"
    if unknown := set(options) - {"form", "case", "inflect"}:
        return f"unknown key «{min(unknown)}»; expected form, case, inflect"
    if options.get("case", "exact") != "exact" or not isinstance(options.get("inflect", True), bool):
        return "expected case: exact, inflect: true or false"
    return Form(text.strip(), identity, lang, kind, "case" in options, options.get("inflect", True))


def _given_names(listed: Any, problems: list[Issue]) -> dict[str, str]:
    """A list of texts, each of one or more first names; Cyrillic ones are known in every case."""
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        problems.append(Issue(path=("given_names",), message="expected a list of first names"))
        return {}
    names = [name for item in listed for name in item.split()]
    known = {fold(form): name for name in names for form in sorted(bases(name, "ru", "name"))}
    return known | {fold(name): name for name in names}


def _offices(listed: Any, path: Path, problems: list[Issue]) -> Iterator[Office]:
    for place, item in enumerate(listed if isinstance(listed, list) else [listed]):
        where: Path = (*path, "offices", place)
        if not isinstance(item, Mapping) or "role" not in item or set(item) - _OFFICE_KEYS:
            problems.append(Issue(path=where, message="expected {role, of, since, until}"))
            continue
        dates = {key: str(item[key]) for key in ("since", "until") if key in item}
        for key, value in dates.items():
            if not _DATE.fullmatch(value):
                problems.append(
                    Issue(path=(*where, key), message=f"«{value}» is no date; expected 2014, 2014-08 or a day")
                )
        since, until = dates.get("since", ""), dates.get("until", "")
        if since and until and until < since[: len(until)]:
            problems.append(Issue(path=(*where, "until"), message="ends before it begins"))
        yield Office(role=str(item["role"]), of=str(item.get("of", "")), **dates)


def _clashes(forms: Sequence[Form]) -> Iterator[Issue]:
    """Two actors may share a surname that needs context, but not a form that counts by itself."""
    bearers: dict[tuple[str, str], str] = {}
    for form in forms:
        if form.kind == "context":
            continue
        other = bearers.setdefault((form.text, form.lang), form.id)
        if other != form.id:
            message = f"«{form.text}» ({form.lang}) is also {other}; list it under context in both"
            yield Issue(path=("actors", form.id[1:]), message=message)
