"""A change of a watch as the tuning page's form says it, as the edit of its file that it would be. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce

from monitor.config_edit import GROUPS, Change, add_phrase, add_rule, remove_rule, set_value
from monitor.errors import UsageError
from monitor.model import Watch

#: A phrase is cut here, what names a new rule, and a whole file.
PHRASE_CHARS, NAME_CHARS, FILE_CHARS = 200, 40, 200_000
#: Fields are named so: `points:the jet crisis`.
POINTS = "points:"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a form asks for; what is empty, or as it is already, changes nothing."""

    match: str = ""
    review: str = ""
    #: Rule -> its points, as typed.
    points: Mapping[str, str]
    #: Rules to be left out.
    without: Sequence[str] = ()
    #: A phrase for a rule, in a language; «+none», «+any», «+all» and «+5» make a new rule of it.
    phrase: str = ""
    rule: str = ""
    language: str = ""
    #: The number of a saved change that is to be taken back.
    back: str = ""
    #: The whole file, edited; stands before all else.
    text: str = ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The same as the fields of another form."""
        said = [(name, getattr(self, name)) for name in ("match", "review", "phrase", "rule", "back", "text")]
        said += [
            ("phrase_language", self.language),
            *((f"{POINTS}{name}", value) for name, value in self.points.items()),
        ]
        return [(name, value) for name, value in said if value] + [("without", name) for name in self.without]


def read_asked(form: Mapping[str, Sequence[str]]) -> Asked:
    """What an address or a form asks for; forgiving, as addresses are typed."""

    def first(name: str, chars: int = PHRASE_CHARS) -> str:
        return next(iter(form.get(name, ())), "").strip()[:chars]

    return Asked(
        match=first("match"),
        review=first("review"),
        points={name.removeprefix(POINTS): first(name) for name in form if name.startswith(POINTS)},
        without=tuple(form.get("without", ())),
        phrase=first("phrase"),
        rule=first("rule"),
        language=first("phrase_language", 8),
        back=first("back"),
        text="\n".join(next(iter(form.get("text", ())), "")[:FILE_CHARS].splitlines()),
    )


def change_of(asked: Asked, watch: Watch, before: Callable[[int], str]) -> Change:
    """The edit of a watch's file; `before` says what it was before a saved change."""
    return lambda text: reduce(lambda so_far, edit: edit(so_far), _edits(asked, watch, before), text)


def _edits(asked: Asked, watch: Watch, before: Callable[[int], str]) -> Iterator[Change]:
    if asked.text:
        yield lambda _now: asked.text + "\n"
    if asked.back:
        number = _number(asked.back, "the number of a saved change")
        yield lambda _now: before(int(number))
    yield from _thresholds(asked, watch)
    weights = {
        rule.name: rule.points for rule in watch.rules if rule.group == "weight" and rule.name not in asked.without
    }
    for name, said in asked.points.items():
        if said and name in weights and (points := _number(said, f"points for «{name}»")) != weights[name]:
            yield partial(set_value, path=("keywords", name, "weight"), value=points)
    for name in asked.without:
        yield partial(remove_rule, name=name)
    if asked.phrase:
        yield _phrase(asked)


def _thresholds(asked: Asked, watch: Watch) -> Iterator[Change]:
    """A match threshold below the review threshold takes that down with it, unless another one is asked for."""
    now = watch.thresholds
    match = _number(asked.match, "points for a match") if asked.match else now.match
    review = _number(asked.review, "points for a near miss") if asked.review else now.review
    if review == now.review:
        review = min(review, match)
    if match != now.match:
        yield partial(set_value, path=("thresholds", "match"), value=match)
    if review != now.review:
        yield partial(set_value, path=("thresholds", "review"), value=review)


def _phrase(asked: Asked) -> Change:
    if not asked.rule.startswith("+"):
        return partial(add_phrase, rule=asked.rule, phrase=asked.phrase, language=asked.language)
    name, group = asked.phrase[:NAME_CHARS], asked.rule.removeprefix("+")
    if group in GROUPS:
        return partial(add_rule, name=name, group=group, phrases=[asked.phrase])
    return partial(add_rule, name=name, group="any", phrases=[asked.phrase], weight=_number(group, "points"))


def _number(said: str, what: str) -> float:
    try:
        return float(said)
    except ValueError as error:
        raise UsageError(f"«{said}» is no number; expected {what}") from error
