"""Review what discovery found: list names nobody has decided on, decide, and read stored texts again.

Decisions lie in the store, one document a name, each with its author and time, so that they outlast rescoring,
importing and restarts; the daemon takes new ones up as it runs. Nothing here merges two names by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.analyse.actor_book import (
    ActorBook,
    Decision,
    DecisionKind,
    book_from_json,
    history_to_json,
    known_names,
)
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.likeness import Likenesses, Proposal
from monitor.analyse.names import Form, Matcher, fold
from monitor.analyse.reader import TextReader
from monitor.errors import NotFoundError, UsageError
from monitor.model import Acting, ActingFilter, Article
from monitor.ports import Store

#: The store's documents that hold decisions.
DOCUMENTS = "actor_decision"
#: Of a name under review, so many articles are named as evidence, the latest first.
EVIDENCE = 5


@dataclass(frozen=True, kw_only=True)
class Unconfirmed:
    """A discovered name that nobody has decided on."""

    name: str
    type: str
    articles: int
    mentions: int
    #: In how many it is a main actor.
    main: int
    languages: tuple[str, ...]
    feeds: int
    #: The latest of them.
    article_ids: tuple[int, ...]
    proposals: tuple[Proposal, ...]


def load_book(store: Store) -> ActorBook:
    """All decisions."""
    return book_from_json(store.document_bodies(DOCUMENTS))


class ListedNames:
    """The names that are known, ready for those under review to be set beside them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """`gazetteer` holds the decisions already."""
        self.known = known_names(gazetteer)
        self.likenesses = {each: Likenesses(_listed(gazetteer, is_person=each)) for each in (True, False)}


def unconfirmed(articles: Iterable[Acting], listed: ListedNames, *, limit: int | None = None) -> list[Unconfirmed]:
    """The names under review in some articles, the most frequent first."""
    known = listed.known
    seen: dict[str, list[tuple[Acting, str, str, int, bool]]] = {}
    for article in articles:
        for role in article.roles:
            name = role.actor[1:]
            if role.actor.startswith("?") and fold(name) not in known:
                seen.setdefault(fold(name), []).append((article, name, role.type, role.count, role.role == "main"))
    chosen = sorted(seen, key=lambda key: (-len(seen[key]), -sum(each[3] for each in seen[key]), key))[:limit]
    names = {key: Counter(each[1] for each in seen[key]).most_common(1)[0][0] for key in seen}
    types = {key: Counter(each[2] for each in seen[key]).most_common(1)[0][0] for key in seen}
    likenesses = {
        is_person: Likenesses(
            [(f"?{name}", name) for key, name in names.items() if (types[key] == "person") == is_person],
            beside=listed.likenesses[is_person],
        )
        for is_person in {types[key] == "person" for key in chosen}
    }
    return [
        Unconfirmed(
            name=names[key],
            type=types[key],
            articles=len(seen[key]),
            mentions=sum(each[3] for each in seen[key]),
            main=sum(each[4] for each in seen[key]),
            languages=tuple(sorted({each[0].language for each in seen[key]})),
            feeds=len({each[0].feed_id for each in seen[key]}),
            article_ids=tuple(each[0].article_id for each in seen[key][: -EVIDENCE - 1 : -1]),
            proposals=likenesses[types[key] == "person"].nearest(names[key], but=f"?{names[key]}"),
        )
        for key in chosen
    ]


def _listed(gazetteer: Gazetteer, *, is_person: bool) -> Iterator[tuple[str, str]]:
    """Names that a discovered person, or body, could be another spelling of."""
    for actor in gazetteer.actors.values():
        if (actor.type == "person") == is_person and actor.type != "place":
            yield actor.id, actor.name
            yield from ((actor.id, form.text) for form in actor.forms if form.kind in ("name", "short"))


# --- deciding -------------------------------------------------------------------------------------------------------


def decide(store: Store, decision: Decision, gazetteer: Gazetteer, *, watches: Sequence[str]) -> None:
    """Check a decision against what is known, and store it; `gazetteer` holds the earlier ones already."""
    book = load_book(store)
    if fold(decision.name) not in book.histories:
        listed_as = known_names(gazetteer).get(fold(decision.name))
        if listed_as:
            raise UsageError(f"«{decision.name}» is {listed_as} by actors.yaml; that is changed there")
        _must_be_discovered(store, decision.name, watches)
    if decision.kind is DecisionKind.CONFIRM:
        _must_be_free(decision, gazetteer, book)
    elif decision.kind is DecisionKind.MERGE and decision.actor not in gazetteer.actors:
        raise NotFoundError(f"no actor {decision.actor}; confirm it first")
    _store(store, book.with_decision(decision), decision)


def _must_be_free(decision: Decision, gazetteer: Gazetteer, book: ActorBook) -> None:
    """Whoever is confirmed becomes somebody new, of a state that there is."""
    if not re.fullmatch(r"@[a-z][a-z0-9_]*", decision.actor):
        raise UsageError(f"«{decision.actor[1:]}» is no slug; expected small letters, digits and _, a letter first")
    holder, own = gazetteer.actors.get(decision.actor), book.confirmed.get(decision.actor)
    if holder and not (own and fold(own.name) == fold(decision.name)):
        raise UsageError(f"{decision.actor} is {holder.name} already: merge the name into it, or choose another --slug")
    if decision.country and f"@{decision.country}" not in gazetteer.actors:
        raise UsageError(f"no state «{decision.country}» is listed; expected a slug such as turkey")


def slug_of(name: str, *, taken: Mapping[str, object]) -> str:
    """A slug as people choose them: the surname, or the whole name where another has that one."""
    latin = fold("".join(_ENGLISH.get(letter, letter) for letter in name.lower()))
    words = re.findall(r"[a-z0-9]+", latin) or ["actor"]
    chosen = [words[-1], "_".join([words[-1], *words[:-1]])]
    free = next((each for each in chosen if each[0].isalpha() and f"@{each}" not in taken), "")
    if not free:
        raise UsageError(f"no slug could be made of «{name}»: choose one")
    return free


#: Cyrillic as English papers spell it.
_ENGLISH = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        (*"abvgde", "yo", "zh", *"ziyklmnoprstuf", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"),
        strict=True,
    )
)


def undo(store: Store, name: str, *, author: str, now: datetime) -> tuple[Decision, Decision | None]:
    """Take back the last decision on a name; returns it, and the one that holds now."""
    book = load_book(store)
    standing = book.standing.get(fold(name))
    if standing is None:
        raise NotFoundError(f"nothing is decided on «{name}»; see: widerhall actors decisions")
    taken_back = Decision(name=standing.name, kind=DecisionKind.UNDO, author=author, at=now)
    after = book.with_decision(taken_back)
    _store(store, after, taken_back)
    return standing, after.standing.get(fold(name))


def _store(store: Store, book: ActorBook, decision: Decision) -> None:
    key = fold(decision.name)
    store.put_document(DOCUMENTS, key, history_to_json(book.histories[key]), now=decision.at)


def _must_be_discovered(store: Store, name: str, watches: Sequence[str]) -> None:
    found = discovered_names(store, watches)
    if fold(name) in {fold(each) for each in found}:
        return
    near = Likenesses((f"?{each}", each) for each in found).nearest(name)
    hint = f"; did you mean «{near[0].name}»?" if near else "; see: widerhall actors unconfirmed --all"
    raise NotFoundError(f"no article has the unconfirmed name «{name}»{hint}")


def discovered_names(store: Store, watches: Sequence[str]) -> set[str]:
    """Every name in any article that no list knew when the article was read."""
    wanted = (ActingFilter(watch=watch, only_matches=False, only_unconfirmed=True) for watch in watches)
    return {actor[1:] for each in wanted for actor in store.first_acting(each)}


# --- reading again --------------------------------------------------------------------------------------------------


def articles_to_read_again(
    store: Store, gazetteer: Gazetteer, book: ActorBook, *, watches: Sequence[str], since: datetime | None = None
) -> Iterator[Article]:
    """The stored articles whose actors a decision or a newer `actors.yaml` may change: those that hold the names."""
    known = known_names(gazetteer)
    names = book.names | {name for name in discovered_names(store, watches) if fold(name) in known}
    if not names:
        return
    matcher = Matcher(Form(name, "@", "*", "name") for name in sorted(names))
    for article in store.articles():
        if since is not None and (article.published or article.first_seen_at) < since:
            continue
        if matcher.find(f"{article.title}\n{article.text}", article.language):
            yield article


def read_again(store: Store, reader: TextReader, article: Article) -> bool:
    """Find the actors of a stored text anew; whether that changed them. Scores stay as they are."""
    found = reader.read_actors(article.title, article.text, article.language)
    if found == store.findings(article.id):
        return False
    store.record_findings(article.id, found)
    return True


def history_of(book: ActorBook) -> Sequence[Decision]:
    """All decisions, the latest first."""
    return sorted((each for history in book.histories.values() for each in history), key=lambda each: each.at)[::-1]


def decisions_on(book: ActorBook, actor: str) -> Mapping[str, Decision]:
    """What was decided in favour of an actor, by name."""
    return {each.name: each for each in book.standing.values() if each.actor == actor}
