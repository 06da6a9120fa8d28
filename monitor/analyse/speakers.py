"""Who speaks: the subject of a verb of saying, a pronoun's or a bare title's last fitting actor, or nobody named.

«Agency X reports» names a source, not a speaker: sources never come out of here. What may be a subject is for
`subjects`, whom a pronoun means for `referents`; Turkish order is for `turkish_speakers`.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from monitor.analyse.according import WORDS_TO_SOURCE, AccordingTo
from monitor.analyse.cues import (
    GERMAN_PARTICIPLES,
    INDEFINITE,
    OBJECT_VERBS,
    OPEN_PRONOUNS,
    PEOPLE_OF_BODIES,
    PRONOUNS,
    RELATIVE_PRONOUNS,
    SUBJECT_BLOCKERS,
    UNNAMED,
)
from monitor.analyse.english_speakers import EnglishSpeakers
from monitor.analyse.gazetteer import Actor
from monitor.analyse.referents import Referents
from monitor.analyse.speech import MASK, Cue, Outline, Quoted, Sentence
from monitor.analyse.subjects import ANYBODY, BODIES, LAST_WORD, WORD, Subject, Subjects
from monitor.analyse.turkish_speakers import TurkishSpeakers
from monitor.model import Mention

#: From «“…” —» to the name.
LETTERS_TO_SIGNATURE = 80
#: A body may stand so many words behind: «hieß es in einer am Donnerstag verbreiteten Erklärung des Kremls».
WORDS_TO_STATEMENT = 12
#: A body or state further from the verb than this, with somebody unnamed between, is not who speaks.
LETTERS_TO_VERB = 40
#: «, and later also».
LETTERS_OF_CONJUNCTION = 30
_HAS = re.compile(r"\b(?:hat|hatte|haben|hatten|habe)\b")
_CLOSING = tuple("\"»”“’'‘\x94")
_BEHIND_QUOTE = ",.—–- \n\xa0"
_AFTER_QUOTE = re.compile(rf"[.!?…{MASK}][\"»”“’'‘\x94]+[,.]?\s*[—–-]?$")
_DASH = re.compile(r"[\"»”“’'‘\x94]*\s+[—–-]\s+")
#: «… terrorists a monitoring group says».
_SOMEBODY = re.compile(r"\b(?:an?|another|some|eine?) (?:[^\W\d_][\w-]* ?){1,4}$")
_CLAUSE_END = re.compile(rf"[,;:–—{MASK}]")
#: Before a verb of saying: «as Lavrov said», «как сообщил», «об этом заявил».
_AS = re.compile(r"(?:\b[Кк]ак|\b[Оо]б этом|\b[Сс]оответствующее заявление)(?: \w+)?\s*$")
#: «And also said»: the verb shares the subject of the one before it.
_AND_VERB = re.compile(r",? (?:and|but|und|aber|и|но)(?: (?:also|then|later|further|again|auch|dann|затем|также))* \Z")
_CITING_WORDS = ("citing", "Berufung", "zitiert", "ссылкой", "цитиру", "слова")
_CITING = re.compile(
    r"\b(?:citing|unter Berufung auf|zitiert\w*|со ссылкой на|цитиру\w+|(?:приводит|переда[её]т) (?:его |её )?слова)\b"
)
#: What the verb ends with where several speak; English past forms say nothing.
_PLURALS = {"de": ("en",), "en": ("d", "say", "warn", "believe"), "ru": ("ли", "ют", "ят")}
_AND_NAME = re.compile(r",? (?:and|und|sowie|и)(?: [^\W\d_][\w-]*){0,3} ")
_BESIDE = re.compile(r", |,? (?:and|und|и) ")
_WHICH = re.compile(r"\b(?:which|whom|who|whose [a-z]+)(?: the)?(?: [A-Z][\w-]+){0,3} \Z")
_THAT = ("that", "dass", "daß", "что")


class Speakers:
    """Answers for one text, sentence by sentence in order."""

    def __init__(
        self,
        outline: Outline,
        lang: str,
        mentions: Sequence[Mention],
        types: Mapping[str, str],
        actors: Mapping[str, Actor],
        subjects: Subjects,
    ) -> None:
        sources = [mention for mention in mentions if types[mention.actor] == "source"]
        speaking = [mention for mention in mentions if types[mention.actor] != "source"]
        self._text = outline.masked
        self._lang = lang
        self._subjects = subjects
        self._referents = Referents(outline, lang, speaking, types, actors, self._subjects)
        self._according = AccordingTo(outline, lang, sources, self._subjects, self._referents)
        self._english = EnglishSpeakers(self._text, subjects)
        self._may_cite = any(word in self._text for word in _CITING_WORDS)
        #: The verb before, and who spoke there.
        self._previous: tuple[Cue, Subject] | None = None
        self._turkish = TurkishSpeakers(self._text, sources, self._subjects, self._referents)

    def of_cue(self, sentence: Sentence, cue: Cue) -> Subject:
        """The speaker for one verb of saying."""
        here = self._referents.outside_quotes(sentence)
        in_turkish = self._lang == "tr"
        found = self._turkish.of_cue(sentence, cue, here) if in_turkish else self._european(sentence, cue, here)
        if not found.actor and (cited := self._cited(sentence, cue, here)):
            found = cited
        self._previous = cue, found
        if found.actor:
            self._referents.remember(sentence, found.actor)
        else:
            self._referents.remember_unnamed(sentence)
        return found

    def of_colon(self, sentence: Sentence, colon: int) -> Subject | None:
        """The speaker of «Putin: …», the first who is named before the colon."""
        here = self._referents.outside_quotes(sentence)
        named = [m for m in here if m.end <= colon and m.kind != "adjective" and not self._subjects.is_led_to(m)]
        chosen = self._subjects.best(named)
        if chosen is None:
            return None
        self._referents.remember(sentence, chosen.actor)
        return Subject(chosen.actor, chosen.start, chosen.end)

    def of_dash(self, quoted: Quoted) -> str:
        """The speaker of «“…” — Lindsey Graham», or ""."""
        dash = _DASH.match(self._text, quoted.end)
        if dash is None:
            return ""
        named = self._referents.named_from(dash.end())
        near = [m for m in named if m.start < dash.end() + LETTERS_TO_SIGNATURE and self._ends_line(m.end)]
        chosen = self._subjects.best([m for m in near if "\n" not in self._text[dash.end() : m.start]])
        return chosen.actor if chosen else ""

    def _ends_line(self, place: int) -> bool:
        return not self._text[place : place + 2].strip() or "\n" in self._text[place : place + 2]

    def is_according(self, sentence: Sentence) -> bool:
        """Whether somebody is quoted there without a verb."""
        return self._according.is_in(sentence)

    def according(self, sentence: Sentence) -> Subject | None:
        """The speaker of «according to X», with the whole phrase as its span; None where there is no such phrase."""
        return self._according.speaker(sentence)

    def last(self, sentence: Sentence, *, goes_on: bool = False) -> str:
        """Who spoke last, near enough to go on speaking here."""
        return self._referents.last(sentence, goes_on=goes_on)

    def _european(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject:
        is_inverted = self._is_inverted(sentence, cue)
        if self._lang == "ru" and is_inverted and (speaker := self._attributed(cue, here)):
            return speaker
        if self._lang == "en" and (found := self._english.of_cue(sentence, cue, here)):
            return found
        if (found := self._coordinated(sentence, cue, here)) is not None:
            return found
        has_object = cue.word in OBJECT_VERBS
        is_led = cue.word.endswith("ing") or (has_object and self._lang == "en")
        after = None if is_led and not is_inverted else self._subject_after(cue, here, is_inverted=is_inverted)
        if after and (is_inverted or (self._lang == "de" and not has_object)):
            return after
        found = self._subject_before(sentence, cue, here) or after
        if self._lang == "ru" and (found is None or not found.actor):
            found = self._attributed(cue, here) or self._saying_house(sentence, cue, here) or found
        return found or Subject("", cue.start, cue.end)

    def _cited(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Reuters reported, citing the Kremlin», «сообщает ТАСС со ссылкой на Лаврова»: whom an agency quotes."""
        citing = _CITING.search(self._text, sentence.start, sentence.end) if self._may_cite else None
        if citing is None:
            return None
        near = [m for m in here if m.start >= citing.end() and self._subjects.is_near(citing.end(), m.start)]
        behind = self._subjects.best(near)
        if behind is None:
            return None
        words = WORD.findall(self._text, citing.end(), behind.start) + WORD.findall(self._text, behind.end)[:1]
        if not PEOPLE_OF_BODIES.isdisjoint(word.lower() for word in words):
            return None  # «citing Turkish officials»
        return Subject(behind.actor, cue.start, cue.end)

    def _coordinated(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Erdogan called Putin a friend and said»: nobody else who could speak stands between the two verbs."""
        if self._previous is None or self._previous[0].start < sentence.start:
            return None
        before, subject = self._previous
        lead = max(before.end, cue.start - LETTERS_OF_CONJUNCTION)
        if subject.is_source or not _AND_VERB.search(self._text, lead, cue.start):
            return None
        between = [m for m in here if before.end <= m.start < cue.start and self._subjects.may_be_subject(m)]
        is_object = before.word in OBJECT_VERBS and len(between) == 1
        return subject if not between or is_object or subject.start >= before.end else None

    def _is_inverted(self, sentence: Sentence, cue: Cue) -> bool:
        """Whether the verb follows what is said, or opens its clause, so that who says it stands behind."""
        text = self._text
        if cue.word == "so" or not text[sentence.start : cue.start].strip():
            return True
        near = max(sentence.start, cue.start - LETTERS_TO_VERB)
        lead = text[near : cue.start].rstrip()
        if lead.rstrip(_BEHIND_QUOTE).endswith(_CLOSING) and _AFTER_QUOTE.search(lead):
            return True
        if self._lang == "ru" and _AS.search(lead):
            return True
        return self._lang != "en" and lead.endswith((",", "—", "–", "-"))

    def _attributed(self, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«“…”, — заявил «НГ» политолог Керим Хас»: the only person, in nominative, behind quote and verb."""
        people = [m for m in here if m.start >= cue.end and self._subjects.is_person(m)]
        fitting = [m for m in people if not self._subjects.is_oblique(m) and not self._subjects.is_led_to(m)]
        if not fitting or (len(people) > 1 and _CLAUSE_END.search(self._text, cue.end, fitting[0].start)):
            return None
        return Subject(fitting[0].actor, cue.end + 1, fitting[0].end)

    def _saying_house(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«В Кремле сообщили», «как говорится в заявлении НАТО»: the body in which it is said."""
        if not cue.word.endswith(("ли", "ют", "ят", "ся", "сь")):
            return None
        for body in (m for m in here if self._subjects.type_of(m) in BODIES):
            before, after = self._text[sentence.start : body.start], self._text[cue.end : body.start]
            is_before = body.end <= cue.start and before.rstrip("«").endswith(("в ", "В ", "во ", "Во "))
            is_behind = body.start >= cue.end and after.lstrip().startswith(("в ", "во ")) and after.count(" ") <= 4
            if (is_before and self._subjects.is_near(body.end, cue.start, 4)) or (
                is_behind and self._subjects.is_near(cue.end, body.start)
            ):
                return Subject(body.actor, body.start, body.end)
        return None

    def _subject_after(self, cue: Cue, here: Sequence[Mention], *, is_inverted: bool) -> Subject | None:
        """«sagte Putin», «said the president», «сообщил источник»; None where something else follows the verb."""
        first = WORD.match(self._text, cue.end + 1)
        if first is None:
            return None
        opening = first.group().lower()
        if opening in PRONOUNS:
            return None if self._lang == "en" and not is_inverted else self._pronoun_after(cue, first)
        is_noun_phrase = self._lang == "de" and opening in ("der", "die", "das", "ein", "eine", "am", "im")
        if opening in _THAT or (opening == first.group() and self._text[first.end() : first.end() + 1] == ","):
            return None  # «räumte ein, dass»
        if opening in SUBJECT_BLOCKERS[self._lang] and not is_noun_phrase:
            return None
        behind = [m for m in here if m.start >= cue.end]
        if cue.word == "verlautete" or (opening == "es" and cue.word in ("heißt", "hieß")):
            stated = [m for m in behind if self._subjects.is_near(cue.end, m.start, WORDS_TO_STATEMENT)]
            said_by = self._subjects.best(stated)
            return Subject(said_by.actor if said_by else "", first.start(), said_by.end if said_by else first.end())
        names = [m for m in behind if self._subjects.is_near(cue.end, m.start)]
        chosen = self._subjects.best([m for m in names if self._subjects.may_be_subject(m)])
        if self._subjects.is_source_between(cue.end, chosen.start if chosen else cue.end + LETTERS_TO_VERB):
            return Subject("", cue.end, cue.end, is_source=True)
        if chosen is None and is_noun_phrase:  # «sagte der Sprecher des russischen Verteidigungsministeriums»
            bodies = [] if opening in INDEFINITE else [m for m in names if self._is_body(m)]
            chosen = self._explained(cue, behind) or self._subjects.best(bodies)
        if chosen:
            chosen = self._subjects.apposed(chosen, here)
            return Subject(chosen.actor, cue.end + 1, chosen.end)
        return self._referents.unnamed(cue.end, cue.end + 60, cue)

    def _pronoun_after(self, cue: Cue, pronoun: re.Match[str]) -> Subject:
        sentence = self._referents.sentence_of(cue)
        word = pronoun.group().lower()
        is_his = word in ("его", "ее", "её")  # «приводит его слова ТАСС»
        if is_his:
            return Subject(self._referents.last(sentence), pronoun.start(), pronoun.end())
        return Subject(self._of_pronoun(sentence, word), pronoun.start(), pronoun.end())

    def _is_body(self, mention: Mention) -> bool:
        """«Ein Sprecher des Ministeriums», but not «der CDU-Politiker»."""
        return not self._subjects.is_person(mention) and not self._subjects.is_compound(mention)

    def _explained(self, cue: Cue, behind: Sequence[Mention]) -> Mention | None:
        """«Betonte der in Iran ansässige Experte des Rates, Nikita Smagin»: the person behind it all."""
        for person in filter(self._subjects.is_person, behind):
            is_apposed = self._text[cue.end : person.start].endswith(", ")
            if is_apposed and self._subjects.is_near(cue.end, person.start - 2, WORDS_TO_SOURCE):
                return person
        return None

    def _subject_before(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> Subject | None:
        """«Putin said», «the president added», «officials say»."""
        word = LAST_WORD.search(self._text, max(sentence.start, cue.start - LETTERS_TO_VERB), cue.start)
        if word and word.group(1).lower() in PRONOUNS:
            return self._pronoun_before(sentence, word)
        names = self._names_before(sentence, cue, here)
        if self._lang == "en" and (pronoun := self._english.pronoun(sentence, cue, names)):
            actor = self._referents.of_pronoun(sentence, pronoun.group(1).lower())
            return Subject(actor, pronoun.start(1), pronoun.end())
        local = [m for m in names if not _CLAUSE_END.search(self._text, m.end, cue.start)]
        chosen = self._adjacent(local, cue) or self._subjects.best(local, is_latest=True)
        if chosen is None:
            chosen = self._subjects.best(names, is_latest=not cue.word.endswith("ing"))
        nearest = chosen.end if chosen else max(sentence.start, cue.start - LETTERS_TO_VERB)
        if self._subjects.is_source_between(nearest, cue.start):
            return Subject("", cue.start, cue.start, is_source=True)
        unnamed = self._referents.unnamed(chosen.end if chosen else sentence.start, cue.start, cue)
        if chosen is None:
            return unnamed
        if unnamed is not None and self._is_somebody_else(chosen, cue):
            return unnamed
        chosen = self._first_of_all(chosen, cue, names)
        return Subject(chosen.actor, chosen.start, chosen.end)

    def _first_of_all(self, chosen: Mention, cue: Cue, names: Sequence[Mention]) -> Mention:
        """«Russia, Turkey and Iran said»: who speaks together speaks as the first; the verb must be a plural's."""
        if not cue.word.endswith(_PLURALS[self._lang]):
            return chosen
        first = chosen
        for before in reversed([m for m in names if m.end < chosen.start]):
            if not (_AND_NAME if first is chosen else _BESIDE).fullmatch(self._text, before.end, first.start):
                break
            first = before
        return first

    def _pronoun_before(self, sentence: Sentence, word: re.Match[str]) -> Subject:
        return Subject(self._of_pronoun(sentence, word.group(1).lower()), word.start(), word.end())

    def _of_pronoun(self, sentence: Sentence, pronoun: str) -> str:
        if pronoun not in OPEN_PRONOUNS:
            return self._referents.of_pronoun(sentence, pronoun)
        return "" if self._referents.is_unnamed_last else self._referents.recall(sentence, wanted=ANYBODY)

    def _names_before(self, sentence: Sentence, cue: Cue, here: Sequence[Mention]) -> list[Mention]:
        """Who could speak and stands before the verb, behind what is quoted and outside of relative clauses."""
        names = [m for m in here if m.end <= cue.start and self._subjects.may_be_subject(m)]
        names = [m for m in names if not self._subjects.is_in_relative_clause(m) or self._is_relative(m, cue)] or names
        if cue.word in GERMAN_PARTICIPLES and (auxiliary := _HAS.search(self._text, sentence.start, cue.start)):
            after = [m for m in here if auxiliary.end() <= m.start < cue.start]
            is_inverted = self._text[: auxiliary.start()].rstrip().endswith(",")
            names = after if is_inverted and after else [m for m in names if m.end <= auxiliary.start()] or after[:1]
        quote_end = self._text.rfind(MASK, sentence.start, cue.start) + 1
        if quote_end and WORD.search(self._text, quote_end, cue.start):
            names = [m for m in names if m.start >= quote_end]  # «“…,” a senior official responded»
        return names

    def _is_relative(self, mention: Mention, cue: Cue) -> bool:
        """«To which President Trump replied»: the relative clause's own subject and verb."""
        opener = _WHICH.search(self._text, max(0, mention.start - LETTERS_TO_VERB), mention.start)
        return opener is not None and self._adjacent([mention], cue) is not None

    def _is_somebody_else(self, chosen: Mention, cue: Cue) -> bool:
        """Whether the unnamed somebody between a name and the verb speaks, and not whom the name means."""
        between = self._text[chosen.end : cue.start]
        words = WORD.findall(between)
        if "," in between or any(word.lower() in RELATIVE_PRONOUNS for word in words):
            return False
        if self._subjects.is_person(chosen):
            # «An Obama administration official told», but not «Youssef a writer told».
            return len(words) <= 3 and not set(words) & {"a", "an", "the"} and words[-1] in UNNAMED[self._lang]
        if self._lang == "en" and words[0].lower() in UNNAMED["en"] and not self._subjects.is_governing(chosen):
            return True  # «two U.S. officials told»
        is_far = cue.start - chosen.end > LETTERS_TO_VERB
        return is_far or self._subjects.is_indefinite(chosen) or _SOMEBODY.search(between) is not None

    def _adjacent(self, names: Sequence[Mention], cue: Cue) -> Mention | None:
        """The name directly before the verb, but for an adverb or auxiliary: «and Turkey has said»."""
        if not names or names[-1].kind == "adjective" or (self._lang == "de" and cue.word in OBJECT_VERBS):
            return None
        between = [word.group() for word in islice(WORD.finditer(self._text, names[-1].end, cue.start), 3)]
        is_next = len(between) <= 2 and all(word[0].islower() for word in between)
        return names[-1] if is_next and self._referents.unnamed(names[-1].end, cue.start, cue) is None else None
