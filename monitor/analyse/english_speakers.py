"""Who speaks in an English sentence that is built otherwise than «X said»: by a noun, in the passive, as quoted."""

import re
from collections.abc import Sequence

from monitor.analyse.speech import Cue, Sentence
from monitor.analyse.subjects import Subject, Subjects
from monitor.model import Mention

_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|be|being) \Z")
_QUOTED = re.compile(r"\b(?:quoted|cited)\b")
#: «By the Russian foreign minister Lavrov».
WORDS_TO_AGENT = 5
_PRONOUN = re.compile(r"\b([Hh]e|[Ss]he|[Tt]hey)\b")
_OPENING = re.compile(r"\s*(?:(?:But|And|Also|Later|Earlier|Yet|However|Then),? )?([Hh]e|[Ss]he|[Tt]hey)\b")
_POSSESSIVE = re.compile(r"['’\x92]s? (?:[a-z-]+ )?\Z")


class EnglishSpeakers:
    """Answers for one text; `text` is masked where it is quoted."""

    def __init__(self, text: str, subjects: Subjects) -> None:
        self._text = text
        self._subjects = subjects

    def of_cue(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """The speaker, or nobody named, where the sentence is built so; None in every other."""
        if self._text.endswith(" as ", sentence.start, cue.start):
            return self._quoted(sentence, cue, here)
        if cue.word.endswith("ing"):
            return self._owner(cue, here) or self._agent(cue, here)
        if cue.word.endswith(("ed", "told")) and _PASSIVE.search(self._text, sentence.start, cue.start):
            return self._agent(cue, here) or Subject("", cue.start, cue.end)  # «Syria is urged to …»
        return None

    def pronoun(self, sentence: Sentence, cue: Cue, names: Sequence[Mention]) -> re.Match[str] | None:
        """«But he criticised the Senate, saying»: the sentence's own pronoun, before all who are named in it."""
        if not names:
            return _PRONOUN.search(self._text, sentence.start, cue.start)
        is_his_too = cue.word.endswith("ing") or self._text.endswith((" and ", " but "), sentence.start, cue.start)
        return _OPENING.match(self._text, sentence.start) if is_his_too else None

    def _quoted(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Interfax quoted Lavrov as saying», «Lavrov was quoted as saying by Interfax»."""
        quoted = _QUOTED.search(self._text, sentence.start, cue.start)
        if quoted is None:
            return None
        behind = [m for m in here if quoted.end() <= m.start < cue.start and not self._subjects.is_led_to(m)]
        before = [m for m in here if m.end <= quoted.start() and self._subjects.may_be_subject(m)]
        chosen = self._subjects.best(behind) or self._subjects.best(before, is_latest=True)
        return Subject(chosen.actor, chosen.start, chosen.end) if chosen else None

    def _owner(self, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Lavrov's stark warning that»."""
        possessive = _POSSESSIVE.search(self._text, max(0, cue.start - 20), cue.start)
        owner = next((m for m in here if possessive and m.end == possessive.start()), None)
        return Subject(owner.actor, owner.start, owner.end) if owner else None

    def _agent(self, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Was told by Lavrov that», «a warning by Lavrov that»."""
        if not self._text.startswith(" by ", cue.end):
            return None
        agent = next((m for m in here if m.start > cue.end), None)
        is_near = agent is not None and self._subjects.is_near(cue.end, agent.start, WORDS_TO_AGENT)
        return Subject(agent.actor, agent.start, agent.end) if agent and is_near else None
