"""Who speaks: the subject of a verb of saying, a pronoun's or a bare title's last fitting actor, or nobody named.

«Agency X reports» names a source, not a speaker: sources never come out of here.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from monitor.analyse.cues import (
    ACCORDING,
    ACCORDING_AFTER,
    ACCORDING_OPENERS,
    BARE_BODIES,
    BARE_TITLES,
    GERMAN_PARTICIPLES,
    GERMAN_TITLE_ENDINGS,
    GOVERNMENT_ENDINGS,
    GOVERNMENT_NOUNS,
    INDEFINITE,
    OBJECT_VERBS,
    OPEN_PRONOUNS,
    PRONOUNS,
    RELATIVE_PRONOUNS,
    SPEECH_VERBS,
    SUBJECT_BLOCKERS,
    UNNAMED,
)
from monitor.analyse.gazetteer import Actor
from monitor.analyse.name_words import TITLES
from monitor.analyse.names import fold
from monitor.analyse.referents import ANYBODY, BODIES, PEOPLE, PUNCTUATION, STATES, Referents
from monitor.analyse.speech import MASK, Cue, Outline, Quoted, Sentence
from monitor.model import Mention

#: «sagte am Donnerstag der russische Außenminister Sergej Lawrow»: so many words from verb to name, no more.
WORDS_TO_SUBJECT = 7
#: «По мнению» may be followed by a long office, an institute with a long name, and only then the person.
WORDS_TO_SOURCE = 12
_ACCORDING = {lang: re.compile(pattern, re.IGNORECASE) for lang, pattern in ACCORDING.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)[\s«„“\"(]*$")
_POSSESSIVE = re.compile(r"['’\x92]s\b")
#: «EU-Land», «US-backed»: there the name only says which.
_COMPOUND = re.compile(r"-[^\W\d_]")
_TR_SUFFIX = re.compile(r"['’\x92]\w")
_TR_TOPIC = re.compile(r"\s?(?:,| ise\b| da\b| de\b|:)")
_TR_TOPIC_WORD = re.compile(r"\b([^\W\d_]+)(?:,| (?:ise|da|de)\b)")
_HAS = re.compile(r"\b(?:hat|hatte|haben|hatten|habe)\b")
_AFTER_QUOTE = re.compile(rf"{MASK}?[.!?…{MASK}][\"»”“’'‘\x94]+[,.]?\s*[—–-]?\s*$")
_DASH = re.compile(r"[\"»”“’'‘\x94]*\s+[—–-]\s+")
_AFTER_COMMA = re.compile(r"(?:,|[—–-])\s*$")
_APPOSITION = re.compile(r"(?: [^\W\d_]+){0,4}, (?:[^\W\d_.]+\.? )?")
#: «… terrorists a monitoring group says».
_SOMEBODY = re.compile(r"\b(?:an?|another|some|eine?) (?:[^\W\d_][\w-]* ?){1,4}$")
_CLAUSE_END = re.compile(rf"[,;:–—{MASK}]")
#: Before a verb of saying: «as Lavrov said», «как сообщил», «об этом заявил».
_AS = re.compile(r"(?:\b[Кк]ак|\b[Оо]б этом|\b[Сс]оответствующее заявление)(?: \w+)?\s*$")
_THAT = ("that", "dass", "daß", "что")
_DEMONYM_ENDINGS = ("ish", "an", "ese", "sche", "schen", "scher", "us", "s")
#: Between a preposition and the name it leads to.
_POSSESSIVES = ("its", "his", "her", "their", "our", "affiliated", "own")
_ADJECTIVE_ENDINGS = ("er", "e", "en", "em", "an", "ish", "ый", "ий", "ого", "им", "ым")


class Subject(NamedTuple):
    """Who speaks ("" if open), and what names them."""

    actor: str
    start: int
    end: int
    #: An agency or broadcaster reports, and whom it quotes may be named beside.
    is_source: bool = False


class Speakers(Referents):
    """Answers for one text, sentence by sentence in order; remembers who spoke last."""

    def __init__(
        self,
        outline: Outline,
        lang: str,
        mentions: Sequence[Mention],
        types: Mapping[str, str],
        oblique: Collection[int],
        actors: Mapping[str, Actor],
    ) -> None:
        super().__init__(outline, [m for m in mentions if types[m.actor] != "source"], types, actors)
        self._lang = lang
        #: Starts of mentions in a case that a subject cannot have.
        self._oblique = oblique
        self._sources = [mention for mention in mentions if types[mention.actor] == "source"]
        openers = outline.occurrences(ACCORDING_OPENERS[lang])
        phrases = (_ACCORDING[lang].match(self._text, start) for start, *_ in openers)
        self._according = [phrase for phrase in phrases if phrase is not None]
        self._according_after = outline.occurrences(ACCORDING_AFTER[lang])

    def of_cue(self, sentence: Sentence, cue: Cue) -> Subject:
        """The speaker for one verb of saying."""
        here = self.outside_quotes(sentence)
        found = self._turkish(sentence, cue, here) if self._lang == "tr" else self._european(sentence, cue, here)
        self._remember(sentence, found.actor)
        if not found.actor:
            self._last_unnamed = sentence.start
        return found

    def of_colon(self, sentence: Sentence, colon: int) -> Subject | None:
        """The speaker of «Putin: …», the first who is named before the colon."""
        before = [m for m in self.outside_quotes(sentence) if m.end <= colon and m.kind != "adjective"]
        chosen = self._best(before)
        if chosen is None:
            return None
        self._remember(sentence, chosen.actor)
        return Subject(chosen.actor, chosen.start, chosen.end)

    def of_dash(self, quoted: Quoted) -> str:
        """The speaker of «“…” — Lindsey Graham», or ""."""
        dash = _DASH.match(self._text, quoted.end)
        if dash is None:
            return ""
        after = [m for m in self._mentions[bisect_left(self._starts, dash.end()) :] if m.start < dash.end() + 80]
        chosen = self._best(
            [m for m in after if "\n" not in self._text[dash.end() : m.start] and self._ends_line(m.end)]
        )
        return chosen.actor if chosen else ""

    def _ends_line(self, place: int) -> bool:
        return not self._text[place : place + 2].strip() or "\n" in self._text[place : place + 2]

    def according(self, sentence: Sentence) -> Subject | None:
        """The speaker of «according to X», with the whole phrase as its span; None where there is no such phrase."""
        found = self._according_phrase(sentence)
        if found is not None and not found.actor:
            self._last_unnamed = sentence.start
        return found

    def _according_phrase(self, sentence: Sentence) -> Subject | None:
        here = self.outside_quotes(sentence)
        match = next((m for m in self._according if sentence.start <= m.start() < sentence.end), None)
        if match:
            source = next((m for m in self._sources if match.start() <= m.start < sentence.end), None)
            inside = [m for m in here if match.start() <= m.start < match.end()]  # «nach EU-Angaben»
            following = [
                m
                for m in here
                if m.start >= match.end()
                and not _COMPOUND.match(self._text, m.end)
                and (m.kind != "adjective" or self._is_governing(m))
            ]
            after = next(iter(inside + following), None)
            if source and (after is None or source.start < after.start) and self._is_near(match.end(), source.start):
                return Subject("", match.start(), source.end)
            if after and (inside or self._is_near(match.end(), after.start, WORDS_TO_SOURCE)):
                after = self._apposed(after, here)
                self._remember(sentence, after.actor)
                return Subject(after.actor, match.start(), max(after.end, match.end()))
            behind = "" if self._lang == "ru" else self._text[match.end() : match.end() + 5]
            words = {word.lower() for word in _WORD.findall(f"{match.group()} {behind}")}
            following_word = _WORD.search(self._text, match.end(), match.end() + 20)
            is_title = following_word is not None and _is_title(following_word.group().lower(), self._lang)
            is_pronoun = is_title or bool(words & {*PRONOUNS, "seiner", "ihrer"})
            if is_title and following_word is not None:
                named = self._holder(sentence, following_word.start(), following_word.end())
                return Subject(named, match.start(), following_word.end())
            return Subject(self._recall(sentence) if is_pronoun else "", match.start(), match.end())
        placed = next((span for span in self._according_after if sentence.start <= span[0] < sentence.end), None)
        if placed is None:
            return None
        at, end, _ = placed
        before = [m for m in here if m.end <= at and at - m.end < 8]
        if before:
            self._remember(sentence, before[-1].actor)
            return Subject(before[-1].actor, before[-1].start, end)
        word = _LAST_WORD.search(self._text, sentence.start, at)
        is_pronoun = word is not None and word.group(1).lower() in ("ihm", "ihr", "ona")
        return Subject(self._recall(sentence) if is_pronoun else "", at, end)

    def _european(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject:
        follows_quote = bool(_AFTER_QUOTE.search(self._text, sentence.start, cue.start))
        follows_clause = self._lang != "en" and bool(_AFTER_COMMA.search(self._text, sentence.start, cue.start))
        opens = not self._text[sentence.start : cue.start].strip() or bool(
            _AS.search(self._text, sentence.start, cue.start)
        )
        is_inverted = follows_quote or follows_clause or opens or cue.word == "so"
        if self._lang == "ru" and is_inverted and (speaker := self._attributed(cue, here)):
            return speaker
        has_object = cue.word in OBJECT_VERBS
        is_led = cue.word.endswith("ing") or (has_object and self._lang == "en")
        after = None if is_led and not is_inverted else self._subject_after(cue, here, is_inverted=is_inverted)
        if after and (is_inverted or (self._lang == "de" and not has_object)):
            return after
        found = self._subject_before(sentence, cue, here) or after
        if self._lang == "ru" and (found is None or not found.actor):
            found = self._attributed(cue, here) or self._saying_house(sentence, cue, here) or found
        return found or Subject("", cue.start, cue.end)

    def _attributed(self, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«“…”, — заявил «НГ» политолог Керим Хас»: the only person, in nominative, behind quote and verb."""
        people = [m for m in here if m.start >= cue.end and self._types[m.actor] in PEOPLE]
        fitting = [m for m in people if m.start not in self._oblique and not self._is_led_to(m)]
        if not fitting or (len(people) > 1 and _CLAUSE_END.search(self._text, cue.end, fitting[0].start)):
            return None
        return Subject(fitting[0].actor, cue.end + 1, fitting[0].end)

    def _saying_house(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«В Кремле сообщили», «как говорится в заявлении НАТО»: the body in which it is said."""
        if not cue.word.endswith(("ли", "ют", "ят", "ся", "сь")):
            return None
        for body in (m for m in here if self._types[m.actor] in BODIES):
            before, after = self._text[sentence.start : body.start], self._text[cue.end : body.start]
            is_before = body.end <= cue.start and before.rstrip("«").endswith(("в ", "В ", "во ", "Во "))
            is_behind = body.start >= cue.end and after.lstrip().startswith(("в ", "во ")) and after.count(" ") <= 4
            if (is_before and self._is_near(body.end, cue.start, 4)) or (
                is_behind and self._is_near(cue.end, body.start)
            ):
                return Subject(body.actor, body.start, body.end)
        return None

    def _is_led_to(self, mention: Mention) -> bool:
        word = _LAST_WORD.search(self._text, max(0, mention.start - 20), mention.start)
        return word is not None and word.group(1).lower() in SUBJECT_BLOCKERS[self._lang]

    def _subject_after(self, cue: Cue, here: Sequence[Mention], *, is_inverted: bool) -> Subject | None:
        """«sagte Putin», «said the president», «сообщил источник»; None where something else follows the verb."""
        first = _WORD.match(self._text, cue.end + 1)
        if first is None:
            return None
        opening = first.group().lower()
        if opening in PRONOUNS:
            if self._lang == "en" and not is_inverted:
                return None  # «the Russians say they are»
            is_his = opening in ("его", "ее", "её")  # «приводит его слова ТАСС»
            actor = self.last(self._at(cue)) if is_his else self._referent(self._at(cue), opening)
            return Subject(actor, first.start(), first.end())
        is_noun_phrase = self._lang == "de" and opening in ("der", "die", "das", "ein", "eine", "am", "im")
        if opening in _THAT or (opening == first.group() and self._text[first.end() : first.end() + 1] == ","):
            return None  # «räumte ein, dass»
        if opening in SUBJECT_BLOCKERS[self._lang] and not is_noun_phrase:
            return None
        names = [m for m in here if m.start >= cue.end and self._is_near(cue.end, m.start)]
        if cue.word == "verlautete" or (opening == "es" and cue.word in ("heißt", "hieß")):
            # «hieß es in einer am Donnerstag in New York verbreiteten Erklärung des Kremls»
            said_by = self._best([m for m in here if m.start >= cue.end and self._is_near(cue.end, m.start, 12)])
            return Subject(said_by.actor if said_by else "", first.start(), said_by.end if said_by else first.end())
        chosen = self._best([m for m in names if self._may_be_subject(m)])
        if self._is_source_between(cue.end, chosen.start if chosen else cue.end + 40):
            return Subject("", cue.end, cue.end, is_source=True)
        if chosen is None and is_noun_phrase:  # «sagte ein Sprecher des russischen Verteidigungsministeriums»
            chosen = self._explained(cue, here) or self._best([m for m in names if self._is_body(m)])
        if chosen:
            chosen = self._apposed(chosen, here)
            return Subject(chosen.actor, cue.end + 1, chosen.end)
        return self._unnamed(cue.end, cue.end + 60, cue)

    def _is_body(self, mention: Mention) -> bool:
        """«Ein Sprecher des Ministeriums», but not «der CDU-Politiker»."""
        return self._types[mention.actor] not in PEOPLE and not _COMPOUND.match(self._text, mention.end)

    def _explained(self, cue: Cue, here: Sequence[Mention]) -> Mention | None:
        """«Betonte der in Iran ansässige Experte des Rates, Nikita Smagin»: the person behind it all."""
        for person in (m for m in here if m.start >= cue.end and self._types[m.actor] in PEOPLE):
            before = self._text[cue.end : person.start]
            if before.endswith(", ") and self._is_near(cue.end, person.start - 2, WORDS_TO_SOURCE):
                return person
        return None

    def _apposed(self, chosen: Mention, here: Sequence[Mention]) -> Mention:
        """«Der Sprecher der SPD, Thomas Isenberg, …»: the person behind the body."""
        person = next((m for m in here if m.start >= chosen.end and self._types[m.actor] in PEOPLE), None)
        if person is None or self._types[chosen.actor] in PEOPLE:
            return chosen
        between = self._text[chosen.end : person.start]
        return person if _APPOSITION.fullmatch(between) and self._text[person.end :][:1] in ",:.( \n" else chosen

    def _subject_before(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Putin said», «the president added», «officials say»."""
        word = _LAST_WORD.search(self._text, sentence.start, cue.start)
        if word and word.group(1).lower() in PRONOUNS:
            is_open = word.group(1).lower() in OPEN_PRONOUNS
            is_unnamed = self._last_unnamed > (self._last[0] if self._last is not None else -1)
            pronoun = word.group(1).lower()
            actor = self._recall(sentence, wanted=ANYBODY) if is_open else self._referent(sentence, pronoun)
            return Subject("" if is_open and is_unnamed else actor, word.start(), word.end())
        names = [m for m in here if m.end <= cue.start and self._may_be_subject(m)]
        names = [m for m in names if not self._is_in_relative_clause(m)] or names
        if cue.word in GERMAN_PARTICIPLES and (auxiliary := _HAS.search(self._text, sentence.start, cue.start)):
            after = [m for m in here if auxiliary.end() <= m.start < cue.start]
            is_inverted = self._text[: auxiliary.start()].rstrip().endswith(",")
            names = after if is_inverted and after else [m for m in names if m.end <= auxiliary.start()] or after[:1]
        quote_end = self._text.rfind(MASK, sentence.start, cue.start) + 1
        if quote_end and _WORD.search(self._text, quote_end, cue.start):
            names = [m for m in names if m.start >= quote_end]  # «“…,” a senior official responded»
        local = [m for m in names if not _CLAUSE_END.search(self._text, m.end, cue.start)]
        chosen = self._adjacent(local, cue) or self._best(local, is_latest=True)
        if chosen is None:
            chosen = self._best(names, is_latest=not cue.word.endswith("ing"))
        if self._is_source_between(chosen.end if chosen else max(sentence.start, cue.start - 40), cue.start):
            return Subject("", cue.start, cue.start, is_source=True)
        unnamed = self._unnamed(chosen.end if chosen else sentence.start, cue.start, cue)
        if chosen is None:
            return unnamed
        between = self._text[chosen.end : cue.start]
        has_clause = "," in between or any(word.lower() in RELATIVE_PRONOUNS for word in _WORD.findall(between))
        if unnamed is None or has_clause:
            return Subject(chosen.actor, chosen.start, chosen.end)
        if self._types[chosen.actor] in PEOPLE:
            is_other = self._is_only_whose(chosen, cue)
        else:
            is_other = cue.start - chosen.end > 40 or self._is_indefinite(chosen) or bool(_SOMEBODY.search(between))
        return unnamed if is_other else Subject(chosen.actor, chosen.start, chosen.end)

    def _is_only_whose(self, person: Mention, cue: Cue) -> bool:
        """«An Obama administration official told», but not «Youssef a writer told»."""
        between = _WORD.findall(self._text, person.end, cue.start)
        return len(between) <= 3 and not set(between) & {"a", "an", "the"} and between[-1] in UNNAMED[self._lang]

    def _adjacent(self, names: Sequence[Mention], cue: Cue) -> Mention | None:
        """The name directly before the verb, but for an adverb or auxiliary: «and Turkey has said»."""
        if not names or names[-1].kind == "adjective" or (self._lang == "de" and cue.word in OBJECT_VERBS):
            return None
        between = _WORD.findall(self._text, names[-1].end, cue.start)
        is_next = len(between) <= 2 and all(word[0].islower() for word in between)
        return names[-1] if is_next and self._unnamed(names[-1].end, cue.start, cue) is None else None

    def _is_source_between(self, start: int, end: int) -> bool:
        """An agency that reports stands nearer to the verb than anybody who could speak."""
        return any(
            start <= m.start < end and self._may_be_subject(m) and self._is_near(m.start, end) for m in self._sources
        )

    def _is_in_relative_clause(self, mention: Mention) -> bool:
        """«Putin, who met Erdoğan, said», «the Observatory which has sources in Syria says»."""
        start = max(self._text.rfind(mark, 0, mention.start) for mark in ",.;:(\n—") + 1
        words = _WORD.findall(self._text, start, mention.start)
        return any(word.lower() in RELATIVE_PRONOUNS for word in words)

    def _is_indefinite(self, mention: Mention) -> bool:
        """«A senior U.S. official»: one of many, who stays unnamed."""
        words = _WORD.findall(self._text, max(0, mention.start - 25), mention.start)[-2:]
        return any(word.lower() in INDEFINITE for word in words)

    def _turkish(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject:
        """The name without a case ending: after a participle, before a comma, or a person nearest before the verb."""
        bare = [m for m in here if m.kind != "adjective" and self._may_be_subject(m)]
        before, after = [m for m in bare if m.end <= cue.start], [m for m in bare if m.start >= cue.end]
        chosen = None
        if cue.word.endswith(("en", "an")):
            chosen = self._best([m for m in after if self._is_near(cue.end, m.start)])
            title = None if chosen else self._unnamed(cue.end, cue.end + 30, cue)
            if title:
                return title
        topic = self._turkish_topic(sentence, cue) if chosen is None else None
        if chosen is None:
            listed = [m for m in before if _TR_TOPIC.match(self._text, m.end) and self._may_be_topic(m, sentence)]
            people = [m for m in before if self._types[m.actor] in PEOPLE]
            chosen = self._best(listed, is_latest=True) or self._best(people, is_latest=True)
        if topic is not None and (chosen is None or chosen.start < topic.start):
            return topic
        if chosen is None:
            chosen = self._best([m for m in before + after if self._types[m.actor] != "state"])
        if chosen:
            return Subject(chosen.actor, chosen.start, chosen.end)
        found = self._unnamed(sentence.start, cue.start, cue)
        return found or Subject(self._recall(sentence), cue.start, cue.start)

    def _turkish_topic(self, sentence: Sentence, cue: Cue) -> Subject | None:
        """The last who is set before a comma, «de» or «ise» without a name: «Rus komutan,», «İzvestia gazetesi ise»."""
        found = None
        for word in _TR_TOPIC_WORD.finditer(self._text, sentence.start, cue.start):
            lowered = word.group(1).replace("İ", "i").lower()
            if lowered in UNNAMED["tr"]:
                found = Subject("", word.start(1), word.end(1))
            elif lowered in BARE_TITLES["tr"]:
                found = Subject(self._holder(sentence, word.start(1), word.end(1)), word.start(1), word.end(1))
        sources = [
            m for m in self._sources if sentence.start <= m.start < cue.start and _TR_TOPIC.match(self._text, m.end)
        ]
        if sources and (found is None or found.start < sources[-1].start):
            return Subject("", sources[-1].start, sources[-1].end, is_source=True)
        return found

    def _may_be_topic(self, mention: Mention, sentence: Sentence) -> bool:
        """A state in the middle of a list of states is none."""
        return self._types[mention.actor] not in STATES or mention.start - sentence.start < 4

    def _unnamed(self, start: int, end: int, cue: Cue) -> Subject | None:
        """A bare title or kind of body stands for the last fitting actor; an unnamed somebody stays open."""
        words = list(_WORD.finditer(self._text, start, min(end, len(self._text))))
        for word in words[-6:] if end <= cue.start else words[:5]:
            lowered = word.group().lower()
            if end > cue.start and lowered in SUBJECT_BLOCKERS[self._lang] and lowered not in ("der", "einer"):
                return None  # «sprach am Freitag von einer Abstimmung»
            if lowered in UNNAMED[self._lang]:
                return Subject("", word.start(), word.end())
            if lowered in BARE_TITLES[self._lang] or (self._lang == "de" and lowered.endswith(GERMAN_TITLE_ENDINGS)):
                return Subject(self._holder(self._at(cue), word.start(), word.end()), word.start(), word.end())
            if lowered in BARE_BODIES:
                return Subject(self._body(cue, lowered), word.start(), word.end())
        return None

    def _best(self, mentions: Sequence[Mention], *, is_latest: bool = False) -> Mention | None:
        """People speak before bodies, bodies before states."""
        ordered = list(reversed(mentions)) if is_latest else list(mentions)
        for wanted in (PEOPLE, BODIES, STATES):
            for mention in ordered:
                is_naming = mention.kind != "adjective" or self._is_governing(mention)
                if self._types[mention.actor] in wanted and is_naming:
                    return mention
        return None

    def _is_governing(self, mention: Mention) -> bool:
        """«Russian officials», «die türkische Regierung»."""
        following = _WORD.findall(self._text[mention.end : mention.end + 30])[:2]
        return any(fold(word) in GOVERNMENT_NOUNS or fold(word).endswith(GOVERNMENT_ENDINGS) for word in following)

    def _may_be_subject(self, mention: Mention) -> bool:
        """Not in a case that a subject cannot have, and not led to by a preposition or a genitive article."""
        if mention.kind != "adjective" and mention.start in self._oblique:
            return False
        if self._text[mention.start - 1 : mention.start] == "(" or _COMPOUND.match(self._text, mention.end):
            return False
        if self._lang == "tr":
            return not _TR_SUFFIX.match(self._text, mention.end)
        if _POSSESSIVE.match(self._text, mention.end):
            return False
        near = re.split(r"[,.:;(\d\n]", self._text[max(0, mention.start - 60) : mention.start])[-1]
        words = _WORD.findall(near)
        is_post = bool(words) and (words[-1].lower() in BARE_TITLES["ru"] or fold(words[-1]) in TITLES["ru"])
        if self._lang == "ru" and is_post and self._types[mention.actor] not in PEOPLE:
            return False  # «посол США»
        for place in range(len(words) - 1, max(-1, len(words) - 5), -1):
            word = words[place].lower()
            if word in SPEECH_VERBS[self._lang]:
                return True
            if word in SUBJECT_BLOCKERS[self._lang] and words[place] != "Der":
                # «des Verkehrsministeriums Jewgeni Ditrich»: the genitive ends before the name.
                return word == "des" and any(later.endswith("s") for later in words[place + 1 :])
            is_post = word in BARE_TITLES[self._lang] or _is_title(word, self._lang)
            is_other_name = self._lang != "tr" and self._types[mention.actor] in PEOPLE and not is_post
            if words[place][0].isupper() and is_other_name and not word.endswith(_DEMONYM_ENDINGS):
                return True
            if words[place][0].islower() and not word.endswith(_ADJECTIVE_ENDINGS) and word not in _POSSESSIVES:
                return True
        return True

    def _is_near(self, start: int, end: int, words: int = WORDS_TO_SUBJECT) -> bool:
        """Whether only a few words stand between, and nothing that ends a clause."""
        between = self._text[start:end]
        return between.count(" ") <= words + 1 and not PUNCTUATION.search(between)

    def _referent(self, sentence: Sentence, pronoun: str) -> str:
        """Whom «he» or «she» means: who just spoke, else the subject of the sentence before, else who spoke last."""
        number = self._outline.sentence_at(sentence.start)
        before = self._outline.sentences[number - 1] if number else sentence
        spoke = self._last is not None and self._last[0] >= before.start
        if not spoke:
            named = [m for m in self.outside_quotes(before) if self._types[m.actor] in PEOPLE]
            subject = next((m for m in named if self._may_be_subject(m) and self._fits(m.actor, pronoun)), None)
            if subject is not None:
                return subject.actor
        recalled = self._recall(sentence)
        if self._fits(recalled, pronoun):
            return recalled
        earlier = (m.actor for m in reversed(self._mentions[: bisect_left(self._starts, sentence.start)]))
        fitting = (actor for actor in earlier if self._types[actor] in PEOPLE and self._fits(actor, pronoun))
        return next(fitting, recalled)


def _is_title(word: str, lang: str) -> bool:
    return (
        word in BARE_TITLES[lang]
        or fold(word) in TITLES[lang]
        or (lang == "de" and word.endswith(GERMAN_TITLE_ENDINGS))
    )
