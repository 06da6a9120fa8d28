"""Whom a pronoun, a post or a kind of body means: who spoke last, who was named since, who holds the office.

Knows nothing of verbs; that is `speakers`.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import islice

from monitor.analyse.cues import (
    BARE_BODIES,
    BARE_TITLES,
    GERMAN_TITLE_ENDINGS,
    INDEFINITE,
    POSSESSIVES,
    SPEECH_VERBS,
    SUBJECT_BLOCKERS,
    UNNAMED,
)
from monitor.analyse.gazetteer import Actor
from monitor.analyse.name_words import WOMEN
from monitor.analyse.names import fold_word
from monitor.analyse.speech import MASK, Cue, Outline, Sentence
from monitor.analyse.subjects import ANYBODY, BODIES, PEOPLE, PUNCTUATION, STATES, WORD, Subject, Subjects
from monitor.model import Mention

#: A pronoun reaches back so many sentences for who spoke last.
MEMORY_SENTENCES = 4
#: Whoever has no name stands among these.
LAST_WORDS, FIRST_WORDS = 6, 5
#: From an article to the word that it leads to.
WORDS_OF_EPITHETS, LETTERS_OF_EPITHETS = 3, 40
#: More than the last words have, mostly.
LETTERS_OF_LAST_WORDS = 90
_HE, _SHE = ("he", "er", "он"), ("she", "она")
#: What a title in the text says of the office in the gazetteer, the narrower first.
_POSTS = tuple(
    (re.compile(pattern), roles)
    for pattern, roles in (
        (r"vice|vize|вице|yardımcı", ("vice president", "vice chancellor", "deputy")),
        (r"außenm|foreign m|иностранн|мид\b|dışişleri|secretary of state|top diplomat|chefdiplomat",
         ("foreign minister", "secretary of state", "foreign secretary", "high representative")),
        (r"verteidigungsm|defen[cs]e|оборон|savunma bak", ("defence minister", "secretary of defense")),
        (r"sprecher|spokes|press secretary|пресс-секретар|sözcü",
         ("presidential spokes", "foreign ministry spokes", "spokes")),
        (r"premier|premjer|премьер|başbakan|regierungschef|ministerpräsident|prime|kanzler|канцлер|chancellor",
         ("prime minister", "chancellor")),
        (r"generalsekretär|secretary.general|генсек|genel sekreter", ("secretary general",)),
        (r"präsident|president|президент|cumhurbaşkan|devlet başkan|staatschef|kremlchef|kreml-chef|лидер|leader|lider|"
         r"глава государства|head of state", ("president", "supreme leader", "king", "emir")),
        (r"minister|министр|bakan", ("foreign minister", "defence minister", "interior minister", "minister")),
    )
)  # fmt: skip


class Referents:
    """Answers for one text, sentence by sentence in order; remembers who spoke last."""

    def __init__(
        self,
        outline: Outline,
        lang: str,
        mentions: Sequence[Mention],
        types: Mapping[str, str],
        actors: Mapping[str, Actor],
        subjects: Subjects,
    ) -> None:
        """`mentions` are of those who could speak; `actors` is what is known of the listed ones."""
        self._outline = outline
        self._text = outline.masked
        self._lang = lang
        self._types = types
        self._actors = actors
        self._subjects = subjects
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]
        #: By where a sentence begins, who is named in it outside quotation marks.
        self._outside: dict[int, Sequence[Mention]] = {}
        self._last: tuple[int, str] | None = None
        #: Where somebody without a name spoke last.
        self._last_unnamed = -1

    def remember(self, sentence: Sentence, actor: str) -> None:
        if actor:
            self._last = (sentence.start, actor)

    def remember_unnamed(self, sentence: Sentence) -> None:
        self._last_unnamed = sentence.start

    @property
    def is_unnamed_last(self) -> bool:
        """Whether somebody without a name spoke after everybody who has one."""
        return self._last_unnamed > (self._last[0] if self._last is not None else -1)

    def last(self, sentence: Sentence, *, goes_on: bool = False) -> str:
        """Who spoke last, near enough to go on speaking here; "" where somebody unnamed has spoken since."""
        if self._last is not None and self._last_unnamed > self._last[0]:
            return ""
        actor = self.recall(sentence, wanted=ANYBODY, reach_back=False)
        if goes_on:
            self.remember(sentence, actor)
        return actor

    def recall(self, sentence: Sentence, *, wanted: tuple[str, ...] = PEOPLE, reach_back: bool = True) -> str:
        """Who spoke last if not long ago, else whoever fits and was named last before this sentence."""
        if self._last is not None:
            start, actor = self._last
            age = self._outline.sentence_at(sentence.start) - self._outline.sentence_at(start)
            if age <= MEMORY_SENTENCES and self._types[actor] in wanted:
                return actor
        if not reach_back:
            return ""
        before = self.named_before(sentence.start)
        return next((m.actor for m in reversed(before) if self._types[m.actor] in wanted), "")

    def sentence_of(self, cue: Cue) -> Sentence:
        return self._outline.sentences[self._outline.sentence_at(cue.start)]

    def outside_quotes(self, sentence: Sentence) -> Sequence[Mention]:
        if sentence.start not in self._outside:
            here = self._mentions[bisect_left(self._starts, sentence.start) : bisect_left(self._starts, sentence.end)]
            self._outside[sentence.start] = [m for m in here if self._text[m.start] != MASK]
        return self._outside[sentence.start]

    def named_before(self, place: int) -> Sequence[Mention]:
        return self._mentions[: bisect_left(self._starts, place)]

    def named_from(self, place: int) -> Sequence[Mention]:
        return self._mentions[bisect_left(self._starts, place) :]

    def unnamed(self, start: int, end: int, cue: Cue) -> Subject | None:
        """A bare title or kind of body stands for the last fitting actor; an unnamed somebody stays open."""
        is_before = end <= cue.start
        first_words = islice(WORD.finditer(self._text, start, end), FIRST_WORDS)
        for word in self._last_words(start, end) if is_before else first_words:
            lowered = word.group().lower()
            if end > cue.start and lowered in SUBJECT_BLOCKERS[self._lang] and lowered not in ("der", "einer"):
                return None  # «sprach am Freitag von einer Abstimmung»
            if lowered in UNNAMED[self._lang]:
                return Subject("", word.start(), word.end())
            if lowered in BARE_TITLES[self._lang] or (self._lang == "de" and lowered.endswith(GERMAN_TITLE_ENDINGS)):
                is_theirs = self._is_somebodys(word.start())
                actor = "" if is_theirs else self.holder(self.sentence_of(cue), word.start(), word.end())
                return Subject(actor, word.start(), word.end())
            if lowered in BARE_BODIES:
                actor = (
                    "" if self._is_one_of_many(word.start()) else self.body(self.sentence_of(cue), cue.start, lowered)
                )
                return Subject(actor, word.start(), word.end())
        return None

    def _is_somebodys(self, place: int) -> bool:
        """«His spokesman»: somebody beside whoever was named."""
        words = WORD.findall(self._text, max(0, place - LETTERS_OF_EPITHETS), place)[-WORDS_OF_EPITHETS:]
        return any(word.lower() in POSSESSIVES for word in words)

    def _is_one_of_many(self, place: int) -> bool:
        """«A Syrian rebel group»: an article that names nobody leads to the word."""
        words = WORD.findall(self._text, max(0, place - LETTERS_OF_EPITHETS), place)[-WORDS_OF_EPITHETS:]
        return any(word.lower() in INDEFINITE for word in words)

    def _last_words(self, start: int, end: int) -> list[re.Match[str]]:
        """The last words of a passage, looked for in its last letters first."""
        near = list(WORD.finditer(self._text, max(start, end - LETTERS_OF_LAST_WORDS), end))
        if len(near) <= LAST_WORDS and end - start > LETTERS_OF_LAST_WORDS:
            near = list(WORD.finditer(self._text, start, end))
        return near[-LAST_WORDS:]

    def holder(self, sentence: Sentence, start: int, end: int) -> str:
        """Who holds a post: «the Turkish president» is of Turkey, «the foreign minister» is known as one."""
        near = self._text[max(0, start - 25) : end + 25].lower()
        country = self._country_beside(start, end)
        roles = next((roles for pattern, roles in _POSTS if pattern.search(near)), ())
        before = self.named_before(sentence.start)
        people = dict.fromkeys(m.actor for m in reversed(before) if self._types[m.actor] in PEOPLE)
        if country:
            people = {actor: None for actor in people if self._is_of(actor, country)}
        holding = [actor for actor in people if self._holds(actor, roles)]
        if holding and (country or len(holding) == 1):
            return holding[0]
        return next(iter(people), "") if country else self._newcomer(sentence, roles) or self.recall(sentence)

    def _newcomer(self, sentence: Sentence, roles: Sequence[str]) -> str:
        """The only person who was named since somebody spoke last, if not known for another post."""
        start = self._outline.sentences[self._outline.sentence_at(self._last[0])].end if self._last else 0
        since = self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, sentence.start)]
        people = {m.actor for m in since if self._types[m.actor] in PEOPLE and self._text[m.start] != MASK}
        newcomer = people.pop() if len(people) == 1 else ""
        known = self._actors.get(newcomer)
        is_other = bool(roles) and known is not None and bool(known.offices) and not self._holds(newcomer, roles)
        return "" if is_other else newcomer

    def _country_beside(self, start: int, end: int) -> str:
        """The state that a title is of: «Russia's president», «президент Сирии»."""
        around = self._mentions[bisect_left(self._starts, start - 30) : bisect_left(self._starts, end + 25)]
        for mention in around:
            is_before = mention.end <= start and len(WORD.findall(self._text, mention.end, start)) <= 1
            is_behind = end <= mention.start and len(WORD.findall(self._text, end, mention.start)) <= 2
            gap = self._text[mention.end : start] if is_before else self._text[end : mention.start]
            is_beside = (is_before or is_behind) and not PUNCTUATION.search(gap) and not self._is_said_in(gap)
            if self._types[mention.actor] in STATES and is_beside:
                return mention.actor
        return ""

    def _is_said_in(self, gap: str) -> bool:
        """«The senator said that Russia»: behind the verb it is no longer said whose senator."""
        return not SPEECH_VERBS[self._lang].isdisjoint(WORD.findall(gap))

    def _is_of(self, actor: str, country: str) -> bool:
        known = self._actors.get(actor)
        if known is not None:
            return f"@{known.country}" == country
        named = (m.start for m in self._mentions if m.actor == actor)
        return any(m.actor == country and start - 45 < m.start < start for start in named for m in self._near(start))

    def _near(self, place: int) -> Sequence[Mention]:
        return self._mentions[bisect_left(self._starts, place - 45) : bisect_left(self._starts, place)]

    def _holds(self, actor: str, roles: Sequence[str]) -> bool:
        known = self._actors.get(actor)
        return known is not None and any(office.role.startswith(role) for office in known.offices for role in roles)

    def body(self, sentence: Sentence, place: int, word: str) -> str:
        """«The commission» is the body last named with that word, or else the body that spoke last."""
        before = self.named_before(place)
        named = (m.actor for m in reversed(before) if self._types[m.actor] in BODIES and word in m.surface.lower())
        return next(named, "") or self.recall(sentence, wanted=BODIES)

    def of_pronoun(self, sentence: Sentence, pronoun: str) -> str:
        """Whom «he» or «she» means: who just spoke, else the subject of the sentence before, else who spoke last."""
        number = self._outline.sentence_at(sentence.start)
        before = self._outline.sentences[number - 1] if number else sentence
        if self._last is None or self._last[0] < before.start:
            named = [m for m in self.outside_quotes(before) if self._types[m.actor] in PEOPLE]
            fitting = (m for m in named if self._subjects.may_be_subject(m) and self._fits(m.actor, pronoun))
            if (subject := next(fitting, None)) is not None:
                return subject.actor
        recalled = self.recall(sentence)
        if self._fits(recalled, pronoun):
            return recalled
        earlier = (m.actor for m in reversed(self.named_before(sentence.start)))
        people = (actor for actor in earlier if self._types[actor] in PEOPLE and self._fits(actor, pronoun))
        return next(people, recalled)

    def _fits(self, actor: str, pronoun: str) -> bool:
        known = self._actors.get(actor)
        first = fold_word((known.name if known else actor.removeprefix("?")).partition(" ")[0])
        is_woman = first in WOMEN
        return not (is_woman and pronoun in _HE) and not (not is_woman and pronoun in _SHE)
