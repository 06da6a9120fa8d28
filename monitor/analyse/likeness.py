"""Which known names a discovered one may be another spelling of, across scripts. Proposes; never merges.

Names are compared as they sound, without vowels for finding candidates and with them for ranking these: «Сергей
Лавров», «Sergej Lawrow» and «Sergey Lavrov» are near each other, «Roman Putin» is not near «Vladimir Putin».
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from monitor.analyse.traces import as_heard

#: From here a likeness is worth a look. With the English names of 432 listed people as all that is known, their names
#: in other languages and scripts lead to them in 963 of 1,186 cases (the rest are mostly initials and other names), to
#: somebody else first in 12; 6 of the 432 resemble somebody who they are not.
WORTH_A_LOOK = 0.75
#: Each part of a name has to find its counterpart, as alike as this; a name with further parts is likened to less.
PART_LIKENESS, UNMATCHED = 0.7, 0.95
PROPOSED = 3
#: Arabic is written without short vowels, so its names are compared without any.
_ARABIC = str.maketrans(
    dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئءڤپچگ", "abttjhhddrzsssdtzagfkklmnhvyaaaaayyavpcg", strict=True))
)
#: Sounds that languages hear and spell as each other: Sacharowa and Zakharova, Jirinovski and Zhirinovsky.
_KIN = str.maketrans("zcjfgdeiouy", "sssvktaaaaa")
_ARTICLES = ("al", "el", "l")
#: Jelzin and Yeltsin, Егоров and Jegorow.
_GLIDE = re.compile(r"^[ji](?=[aeou])")
_UNHEARD = re.compile("[aeiouh]")
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A known actor, or another discovered name, that a name resembles."""

    #: «@slug» or «?Name».
    actor: str
    #: The spelling that is nearest.
    name: str
    #: 0 to 1.
    likeness: float


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a name, as it sounds, and its first letter and consonants."""

    heard: str
    bones: str


@dataclass(frozen=True, slots=True)
class _Name:
    actor: str
    name: str
    parts: tuple[_Part, ...]
    has_vowels: bool


class Likenesses:
    """Known names, ready to be asked for the nearest of another."""

    def __init__(self, names: Iterable[tuple[str, str]], *, beside: Likenesses | None = None) -> None:
        """`names`: actor and spelling, several for an actor; `beside`: others that are known already."""
        self._beside = beside
        self._by_part: dict[str, list[_Name]] = defaultdict(list)
        for actor, name in names:
            heard = _hear(actor, name)
            for key in {key for part in heard.parts for key in _nearby(part.bones)}:
                self._by_part[key].append(heard)

    def nearest(self, name: str, *, but: str = "") -> tuple[Proposal, ...]:
        """The actors that a name resembles most, the likeliest first; `but` is the name itself."""
        asked = _hear("", name)
        best: dict[str, Proposal] = {}
        for known in self._candidates(asked):
            value = _likeness(asked, known)
            if known.actor != but and value >= max(
                WORTH_A_LOOK, best[known.actor].likeness if known.actor in best else 0
            ):
                best[known.actor] = Proposal(actor=known.actor, name=known.name, likeness=round(value, 2))
        return tuple(sorted(best.values(), key=lambda each: (-each.likeness, each.actor))[:PROPOSED])

    def _candidates(self, asked: _Name) -> Iterator[_Name]:
        keys = {key for part in asked.parts for key in _nearby(part.bones)}
        seen: set[int] = set()
        for key in sorted(keys):
            for known in self._by_part.get(key, ()):
                if id(known) not in seen:
                    seen.add(id(known))
                    yield known
        if self._beside:
            yield from self._beside._candidates(asked)


@lru_cache(maxsize=20_000)  # the listed names are heard again and again: a tenth of a second each time
def _hear(actor: str, name: str) -> _Name:
    spelled = name.translate(_ARABIC)
    words = (_GLIDE.sub("", as_heard(word)) for word in spelled.replace("-", " ").split())
    parts = (_Part(word, _bones(word)) for word in words if word not in _ARTICLES)
    return _Name(actor, name, tuple(part for part in parts if part.bones), spelled == name)


def _bones(heard: str) -> str:
    return _DOUBLE.sub(r"\1", (heard[:1] + _UNHEARD.sub("", heard[1:])).translate(_KIN))


def _nearby(bones: str) -> Iterator[str]:
    """A part of a name, and what is left of it without one letter: parts one letter apart share one of these."""
    if len(bones) > 1:
        yield bones
    if len(bones) > 3:
        for at in range(1, len(bones)):
            yield bones[:at] + bones[at + 1 :]


def _likeness(one: _Name, other: _Name) -> float:
    """How alike two names are as a whole; every part of the shorter one has to find its counterpart."""
    fewer, more = sorted((one.parts, other.parts), key=len)
    if not fewer or len(fewer) < min(2, len(more)):
        return 0.0  # a surname alone is nobody
    have_vowels = one.has_vowels and other.has_vowels
    if len(fewer) == 1 and not have_vowels:
        return 0.0  # the bones of one word are many words'
    left, found = list(more), []
    for part in fewer:
        near = max(left, key=lambda each: _ratio(part.bones, each.bones))
        alike = _ratio(part.bones, near.bones)
        if have_vowels:
            alike = (alike + _ratio(part.heard, near.heard)) / 2
        if alike < PART_LIKENESS or part.bones[0] != near.bones[0]:
            return 0.0
        left.remove(near)
        found.append(alike)
    return sum(found) / len(found) * (1 if not left else UNMATCHED)


@lru_cache(maxsize=50_000)  # a name under review meets the same candidates each time its page is made
def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
