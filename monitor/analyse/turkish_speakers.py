"""Who speaks in a Turkish sentence: whoever stands without a case ending, as its topic or behind a participle."""

import re
from collections.abc import Sequence

from monitor.analyse.cues import BARE_TITLES, TURKISH_PASSIVES, TURKISH_STATEMENT, UNNAMED
from monitor.analyse.referents import Referents
from monitor.analyse.speech import Cue, Sentence
from monitor.analyse.subjects import STATES, Subject, Subjects
from monitor.model import Mention

#: «Elektrik üreticileri ise», «Sanayiciler, …»: who opens the sentence in the plural.
WORDS_TO_TOPIC = 3
#: A name so few letters in opens the sentence: marks and blanks may stand before it.
WITHIN_OPENING = 4
_PLURAL = ("ler", "lar", "leri", "ları")
_STATEMENT = re.compile(rf"{TURKISH_STATEMENT}\w*")
_TOPIC = re.compile(r"\s?(?:,| ise\b| da\b| de\b|:)")
_TOPIC_WORD = re.compile(r"\b([^\W\d_]+)(?:,| (?:ise|da|de)\b)")


class TurkishSpeakers:
    """Answers for one text; `text` is masked where it is quoted."""

    def __init__(self, text: str, sources: Sequence[Mention], subjects: Subjects, referents: Referents) -> None:
        self._text = text
        self._sources = sources
        self._subjects = subjects
        self._referents = referents

    def of_cue(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject:
        """The name without a case ending: after a participle, before a comma, or a person nearest before the verb."""
        bare = [m for m in here if m.kind != "adjective" and self._subjects.may_be_subject(m)]
        before, after = [m for m in bare if m.end <= cue.start], [m for m in bare if m.start >= cue.end]
        if cue.word.endswith(("en", "an")):
            if chosen := self._subjects.best([m for m in after if self._subjects.is_near(cue.end, m.start)]):
                return Subject(chosen.actor, chosen.start, chosen.end)
            if title := self._referents.unnamed(cue.end, cue.end + 30, cue):
                return title
        if cue.word in TURKISH_PASSIVES:
            return self._stating_house(cue, here)
        topic = self._topic(sentence, cue, here)
        listed = [m for m in before if _TOPIC.match(self._text, m.end) and self._may_be_topic(m, sentence)]
        people = [m for m in before if self._subjects.is_person(m)]
        chosen = self._subjects.best(listed, is_latest=True) or self._subjects.best(people, is_latest=True)
        if topic is not None and (chosen is None or chosen.start < topic.start):
            return topic
        if chosen is None:
            chosen = self._subjects.best([m for m in before + after if not self._is_state(m)])
        if chosen:
            return Subject(chosen.actor, chosen.start, chosen.end)
        if pair := self._opening_pair(sentence, here):
            return pair
        found = self._referents.unnamed(sentence.start, cue.start, cue)
        return found or Subject(self._referents.recall(sentence), cue.start, cue.start)

    def _stating_house(self, cue: Cue, here: Sequence[Mention]) -> Subject:
        """«Kremlin'den yapılan yazılı açıklamada … belirtildi»: the body from which the statement comes, or nobody."""
        for house in here:
            statement = _STATEMENT.match(self._text, house.end, cue.start)
            if statement:
                return Subject(house.actor, house.start, statement.end())
        return Subject("", cue.start, cue.start)

    def _topic(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """The last who is set before a comma, «de» or «ise» without a name: «Rus komutan,», «İzvestia gazetesi ise»."""
        found = None
        for word in _TOPIC_WORD.finditer(self._text, sentence.start, cue.start):
            lowered = word.group(1).replace("İ", "i").lower()
            opens = self._text.count(" ", sentence.start, word.start(1)) < WORDS_TO_TOPIC
            if lowered in UNNAMED["tr"] or (opens and lowered.endswith(_PLURAL) and not self._is_name(here, word)):
                found = Subject("", word.start(1), word.end(1))
            elif lowered in BARE_TITLES["tr"]:
                holder = self._referents.holder(sentence, word.start(1), word.end(1))
                found = Subject(holder, word.start(1), word.end(1))
        sources = [
            m for m in self._sources if sentence.start <= m.start < cue.start and _TOPIC.match(self._text, m.end)
        ]
        if sources and (found is None or found.start < sources[-1].start):
            return Subject("", sources[-1].start, sources[-1].end, is_source=True)
        return found

    def _opening_pair(self, sentence: Sentence, here: Sequence[Mention]) -> Subject | None:
        """«Ankara ile Moskova, …»: two who open the sentence speak together, and neither for the other."""
        if (
            len(here) < 2
            or here[0].start - sentence.start >= WITHIN_OPENING
            or not _TOPIC.match(self._text, here[1].end)
        ):
            return None
        is_pair = self._text[here[0].end : here[1].start] in (" ile ", " ve ")
        return Subject("", here[0].start, here[1].end) if is_pair else None

    def _is_name(self, here: Sequence[Mention], word: re.Match[str]) -> bool:
        return any(mention.start <= word.start(1) < mention.end for mention in here)

    def _is_state(self, mention: Mention) -> bool:
        return self._subjects.type_of(mention) in STATES

    def _may_be_topic(self, mention: Mention, sentence: Sentence) -> bool:
        """A state in the middle of a list of states is none."""
        return not self._is_state(mention) or mention.start - sentence.start < WITHIN_OPENING
