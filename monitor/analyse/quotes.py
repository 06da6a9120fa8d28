"""Who says what, in German, English, Turkish and Russian: direct speech in its marks, indirect speech by its verb.

A quote is the span of what is said. Speakers come from `speakers`; a quote whose speaker has no name stays open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from monitor.analyse.cues import (
    ENGLISH_LEADS,
    GERMAN_CIRCUMSTANCES,
    GERMAN_LEADS,
    GERMAN_PARTICIPLES,
    GERMAN_PARTICLES,
    GERMAN_PRONOUNS,
    GERMAN_SUBJUNCTIVE,
    GERMAN_SUBJUNCTIVE_VERB,
    OBJECT_VERBS,
)
from monitor.analyse.gazetteer import Actor
from monitor.analyse.names import LETTER
from monitor.analyse.speakers import Speakers
from monitor.analyse.speech import MASK, Cue, Outline, Quoted, Sentence
from monitor.analyse.subjects import Subject, Subjects
from monitor.model import Mention, Quote

#: Fewer quoted words without a verb of saying are a title or a raised eyebrow: «Turkish Stream».
MIN_WORDS_UNREPORTED = 6
MIN_WORDS_TITLE_LIKE = 4
MIN_WORDS_INDIRECT = 3
#: What a German preposition opens is a clause with a verb, and no mere circumstance, from so many words on.
MIN_WORDS_CLAUSE = 8
#: A clause that is quoted to this share is the direct quote, not an indirect one around it.
MOSTLY_QUOTED = 0.6
#: How far from the verb its «that» may stand; English keeps them together, or it is a relative clause.
LETTERS_TO_THAT = {"de": 120, "en": 30, "ru": 120}
#: «On Monday in an interview».
WORDS_OF_WHEN = 5
#: «Putin: …»: so many letters before the colon at most.
MAX_BEFORE_COLON = 70
LETTERS_OF_DENIAL = 25
_WORD = re.compile(rf"{LETTER}+")
#: «Said on Thursday, two days after …», «said in a statement»: no clause begins so.
_WHEN = re.compile(
    r" (?:(?:on|in|at|during|after|before) |(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|late|early|earlier|today|yesterday)"
)
#: «Claimed responsibility», «declared war»: deeds, not words.
_CLAIMS = ("claim", "decla")
_CLAIMED = re.compile(
    r" (?:full |sole )?(?:responsibility|credit|victory|war|independence|bankruptcy|the li(?:fe|ves)|\w+ lives)\b"
)
_WHOSE = re.compile(r", (?:whose [a-z]+|which|whom)\b")
_THAT = re.compile(r",? ?\b(?:that|dass|daß|что)\b ?")
_EDGES = " \t\n,;:–—-\"“”„«»'’‘\x91\x92\x93\x94"
_SUBJUNCTIVE_VERB = re.compile(GERMAN_SUBJUNCTIVE_VERB)
#: «Auf die Frage, ob …, sagte Kurz: …».
_COLON_NEAR = re.compile(r"[^,;:.]{0,60}:\s")
_ASKED_FOR = re.compile(r"Auf (?:die |eine )?(?:Nachf|F)rage\b")
#: «Sprach von dutzenden Toten».
_OF = re.compile(r"\bvo[nm] ")
#: «Hat erklärt, dazu habe …», but not «hat gefordert, um …».
_GOES_ON = re.compile(r"[,:] (?!um\b|weil\b|da\b|nachdem\b|wenn\b|als\b|wobei\b|obwohl\b)")
_NOT = ("not", "never", "cannot", "не")
_PARTICLES = {verb: re.compile(rf"\b(?:{particles})\b(?! ?{LETTER}|-)") for verb, particles in GERMAN_PARTICLES.items()}
_HAS = re.compile(r"\b(?:hat|hatte|haben|hatten|habe)\b")
_ABOUT_BEFORE = re.compile(r"\s*(?:Об этом|Такое заявление|(?:Das|Dies) (?:sagte|teilte|erklärte|berichtet|geht))\b")
_COLON = re.compile(r":\s")
_START = attrgetter("start")


def find_quotes(
    text: str,
    lang: str,
    lines: Outline,
    mentions: Sequence[Mention],
    types: Mapping[str, str],
    actors: Mapping[str, Actor],
    subjects: Subjects,
) -> tuple[Quote, ...]:
    """All quotes of a text, in order.

    `types` says of what type each actor of `mentions` is; `actors`, what is known of the listed ones.
    """
    finder = _Finder(text, lang, lines, Speakers(lines, lang, mentions, types, actors, subjects), mentions, types)
    found = [quote for number in finder.telling() for quote in finder.in_sentence(number)]
    return tuple(sorted(found, key=_START))


class _Finder:
    """The quotes of one text, sentence by sentence."""

    def __init__(
        self,
        text: str,
        lang: str,
        lines: Outline,
        speakers: Speakers,
        mentions: Sequence[Mention],
        types: Mapping[str, str],
    ) -> None:
        self._text = text
        self._lang = lang
        self._lines = lines
        self._masked = lines.masked
        self._sentences = lines.sentences
        self._speakers = speakers
        subjunctives = _subjunctives(lines) if lang == "de" else []
        self._subjunctive = {lines.sentence_at(place) for place in subjunctives}
        self._named = {(mention.start, mention.end): mention for mention in mentions}
        self._types = types

    def telling(self) -> Iterator[int]:
        """The sentences that may tell what somebody says; most do not."""
        colons = {self._lines.sentence_at(colon.start()) for colon in _COLON.finditer(self._masked)}
        for number, sentence in enumerate(self._sentences):
            is_marked = sentence.cues or sentence.quoted or number in colons or number in self._subjunctive
            if is_marked or self._speakers.is_according(sentence):
                yield number

    def in_sentence(self, number: int) -> Iterator[Quote]:
        sentence = self._sentences[number]
        spoken = [(cue, self._speakers.of_cue(sentence, cue)) for cue in sentence.cues if self._reports(sentence, cue)]
        if any(subject.actor for _, subject in spoken):  # «Lawrow sagte …, berichtet Reuters»
            spoken = [(cue, subject) for cue, subject in spoken if not subject.is_source]
        direct = [quoted for quoted in sentence.quoted if self._is_speech(sentence, quoted, bool(spoken))]
        indirect = list(self._indirect(number, spoken))
        yield from indirect
        for quoted in direct:
            is_inside = any(quote.start <= quoted.start and quoted.end <= quote.end for quote in indirect)
            if is_inside and self._words(quoted.start, quoted.end) < MIN_WORDS_TITLE_LIKE:
                continue
            speaker, verb = self._direct_speaker(number, quoted, spoken)
            if speaker is not None:
                yield self._quote(quoted.start, quoted.end, speaker, verb, is_direct=True)

    def _is_named(self, cue: Cue) -> bool:
        """«United States» states nothing."""
        is_capital = self._masked[cue.start].isupper()
        return is_capital and any(start <= cue.start < end for start, end in self._named)

    def _is_denied(self, sentence: Sentence, cue: Cue) -> bool:
        """«Did not say», «has not publicly said»; but «не исключил» says that something may be."""
        words = self._masked[max(sentence.start, cue.start - LETTERS_OF_DENIAL) : cue.start].split()
        if words and words[-1].endswith("ly"):
            words.pop()
        is_negated = bool(words) and (words[-1] in _NOT or words[-1].endswith(("n't", "n’t")))
        return is_negated and not cue.word.startswith("исключ")

    def _reports(self, sentence: Sentence, cue: Cue) -> bool:
        """German participles report with «hat», not with «wurde»; some verbs with their particle alone."""
        if self._is_named(cue) or (cue.word[:5] in _CLAIMS and _CLAIMED.match(self._masked, cue.end)):
            return False
        if self._is_denied(sentence, cue):
            return False  # «did not say»
        particles = _PARTICLES.get(cue.word)
        if particles and not particles.search(self._masked, cue.end, sentence.end):
            return False
        return cue.word not in GERMAN_PARTICIPLES or bool(_HAS.search(self._masked, sentence.start, cue.start))

    def _direct_speaker(
        self, number: int, quoted: Quoted, spoken: Sequence[tuple[Cue, Subject]]
    ) -> tuple[str | None, str]:
        """Whoever the nearest verb, «according to», a colon or the sentence before names; None: no speech after all."""
        sentence = self._sentences[number]
        if dashed := self._speakers.of_dash(quoted):
            return dashed, ""
        if spoken:
            cue, subject = min(spoken, key=lambda item: _distance(item[0], quoted))
            return subject.actor, cue.word
        if (according := self._speakers.according(sentence)) is not None:
            return according.actor, ""
        lead = self._masked[sentence.start : quoted.start].rstrip(_EDGES.replace(":", ""))
        if lead.endswith(":"):
            subject_or_none = self._speakers.of_colon(sentence, quoted.start)
            return (subject_or_none.actor if subject_or_none else self._speakers.last(sentence)), ""
        before = self._sentences[number - 1] if number else None
        if before and self._masked[before.start : before.end].rstrip().endswith(":"):
            announced = self._speakers.of_colon(before, before.end) if not before.cues else None
            return (announced.actor if announced else self._speakers.last(sentence)), ""
        if self._words(quoted.start, quoted.end) >= MIN_WORDS_UNREPORTED:
            return self._speakers.last(sentence, goes_on=True), ""
        return None, ""

    def _is_speech(self, sentence: Sentence, quoted: Quoted, is_reported: bool) -> bool:
        """Whether quotation marks hold speech rather than a name or a title."""
        words = self._words(quoted.start, quoted.end)
        if (quoted.start, quoted.end) in self._named or not words:
            return False
        if words >= MIN_WORDS_UNREPORTED:
            return True
        lead = self._text[sentence.start : quoted.start].rstrip(_EDGES.replace(":", ""))
        is_announced = lead.endswith(":")
        is_framed = (
            is_announced or "," in self._text[quoted.end : quoted.end + 3] or self._text[quoted.end - 1] in ".!?,"
        )
        is_title_like = words < MIN_WORDS_TITLE_LIKE and self._text[quoted.start].isupper() and not is_framed
        return (is_reported or is_announced) and not is_title_like

    def _indirect(self, number: int, spoken: Sequence[tuple[Cue, Subject]]) -> Iterator[Quote]:
        sentence = self._sentences[number]
        spans = list(self._turkish_clauses(sentence, spoken) if self._lang == "tr" else self._clauses(sentence, spoken))
        if self._is_about_before(sentence) and spoken and number:
            before = self._sentences[number - 1]
            spans = [(before.start, before.end, spoken[0][1].actor, spoken[0][0].word)]
        if not spans and (according := self._speakers.according(sentence)) is not None:
            spans.append((*self._beside(sentence, according), according.actor, ""))
        if not spans and not spoken and (colon := self._colon(sentence)):
            spans.append(colon)
        if not spans and not spoken and number in self._subjunctive:
            spans.append((sentence.start, sentence.end, self._speakers.last(sentence, goes_on=True), ""))
        for start, end, speaker, verb in spans:
            if not speaker and any(start <= a and b <= end and other for a, b, other, _ in spans):
                continue  # «as reported, Turkey says»: the inner speaker has it
            start, end = self._trimmed(start, end)
            quoted = self._masked.count(MASK, start, end)
            if self._words(start, end) >= MIN_WORDS_INDIRECT and quoted < MOSTLY_QUOTED * (end - start):
                yield self._quote(start, end, speaker, verb, is_direct=False)

    def _is_about_before(self, sentence: Sentence) -> bool:
        """«Об этом заявил Эрдоган», «Das sagte Putin»: what was said stands in the sentence before."""
        return _ABOUT_BEFORE.match(self._masked, sentence.start) is not None

    def _beside(self, sentence: Sentence, phrase: Subject) -> tuple[int, int]:
        """The sentence without its «according to X», or with it where it stands in the middle."""
        before, behind = self._words(sentence.start, phrase.start), self._words(phrase.end, sentence.end)
        if before < MIN_WORDS_INDIRECT <= behind:
            return phrase.end, sentence.end
        # The German verb stands last: «wurden nach Angaben der Armee 18 Kämpfer getötet».
        is_last = behind == 0 if self._lang == "de" else behind < MIN_WORDS_INDIRECT
        if is_last and before >= MIN_WORDS_INDIRECT:
            return sentence.start, phrase.start
        return sentence.start, sentence.end

    def _colon(self, sentence: Sentence) -> tuple[int, int, str, str] | None:
        """«Putin: No war with Turkey», as titles and surveys have it; to the end of the paragraph."""
        colon = _COLON.search(self._masked, sentence.start, min(sentence.end, sentence.start + MAX_BEFORE_COLON))
        subject = self._speakers.of_colon(sentence, colon.start()) if colon else None
        if colon is None or subject is None or self._is_topic(subject):
            return None
        if self._masked[subject.end : colon.start()].count(" ") > 2:
            return None
        line_end = self._masked.find("\n", colon.end())
        return colon.end(), line_end if line_end >= 0 else len(self._masked), subject.actor, ""

    def _is_topic(self, subject: Subject) -> bool:
        """«Türkei: Erdoğan verfolgt …»: a state before a colon says where; its capital speaks."""
        named = self._named.get((subject.start, subject.end))
        return named is not None and named.kind != "metonym" and self._types[named.actor] == "state"

    def _clauses(
        self, sentence: Sentence, spoken: Sequence[tuple[Cue, Subject]]
    ) -> Iterator[tuple[int, int, str, str]]:
        is_told_after = False
        for number, (cue, subject) in enumerate(spoken):
            limit = spoken[number + 1][0].start if number + 1 < len(spoken) else sentence.end
            span = self._clause(sentence, cue, subject, limit)
            is_of_other = is_told_after and span is not None and span[0] == sentence.start
            is_told_after = is_told_after or (span is not None and span[0] >= cue.end)
            if span and not is_of_other:
                yield (*span, subject.actor, cue.word)

    def _clause(self, sentence: Sentence, cue: Cue, subject: Subject, limit: int) -> tuple[int, int] | None:
        """What a verb reports: the clause before it when the verb closes the sentence, else the clause after it."""
        masked = self._masked
        that = _THAT.search(masked, cue.end, min(limit, cue.end + LETTERS_TO_THAT[self._lang]))
        is_aside = that is None or masked[: that.start()].rstrip(", ").endswith(("darauf", "damit", "daran"))
        if self._lang == "de" and is_aside and cue.start <= subject.start and self._closes_clause(sentence, cue):
            return sentence.start, masked.rfind(",", sentence.start, cue.start)
        following = masked[max(cue.end, limit - 5) : limit]
        end = limit - len(following) if following.endswith((" and ", " und ")) else sentence.end
        if that:
            return that.end(), end
        if self._lang == "de" and (colon := _COLON_NEAR.match(masked, max(cue.end, subject.end))):
            return colon.end(), sentence.end
        opening, closing = min(cue.start, subject.start), max(cue.end, subject.end)
        comma = max(masked.rfind(mark, sentence.start, opening) for mark in (",", "—", "–"))
        lead_words = self._words(sentence.start, comma) if comma >= 0 else 0
        rest_words = self._words(closing, sentence.end)
        is_clause_before = comma >= 0 and lead_words >= MIN_WORDS_INDIRECT and self._words(comma, opening) <= 6
        if is_clause_before and _WHOSE.match(masked, comma, opening):
            return None  # «Assad, whose removal Turkey has demanded»
        is_when = self._lang == "en" and _WHEN.match(masked, cue.end) is not None
        is_closing = cue.start <= subject.start or rest_words < MIN_WORDS_CLAUSE or is_when
        is_led = self._is_circumstance(sentence, rest_words - WORDS_OF_WHEN if is_when else rest_words)
        if is_clause_before and is_closing and not is_led and not cue.word.endswith("ing"):
            return sentence.start, comma
        goes_on = (
            _GOES_ON.match(masked, cue.end) is not None and self._words(cue.end, sentence.end) >= MIN_WORDS_INDIRECT
        )
        if cue.word in GERMAN_PARTICIPLES and goes_on:
            return cue.end + 1, sentence.end
        if cue.word in GERMAN_PARTICIPLES and (aux := _HAS.search(masked, sentence.start, cue.start)):
            return (max(aux.end(), subject.end), cue.start) if subject.end <= cue.start else (aux.end(), cue.start)
        if (
            rest_words < 5
            and not (is_led and self._lang == "en")
            and not cue.word.endswith("ing")
            and self._words(sentence.start, opening) >= MIN_WORDS_INDIRECT
        ):
            return sentence.start, opening
        if any(quoted.end <= opening and opening - quoted.end < 6 for quoted in sentence.quoted):
            return None  # «“…,” he added, giving a question to»
        if cue.word in ("sprach", "sprachen", "spricht") and (of := _OF.search(masked, cue.end, sentence.end)):
            return of.end(), sentence.end
        if self._lang == "de" and cue.word not in OBJECT_VERBS:
            marks = [place for mark in ",:" if (place := masked.find(mark, cue.end, sentence.end)) >= 0]
            return (min(marks) + 1, sentence.end) if marks else None
        return closing if cue.start <= subject.start else cue.end, end

    def _closes_clause(self, sentence: Sentence, cue: Cue) -> bool:
        """«Ich kann nicht Entwarnung geben, sagte Faymann in Anspielung darauf, dass …»."""
        lead = self._masked[sentence.start : cue.start].rstrip()
        words = len(_WORD.findall(lead))
        is_clause = lead.endswith(",") and words > MIN_WORDS_INDIRECT and MASK not in lead[-4:]
        is_led = words < MIN_WORDS_CLAUSE or _ASKED_FOR.match(lead) is not None
        return is_clause and not self._is_circumstance(sentence, MIN_WORDS_CLAUSE if is_led else 0)

    def _is_circumstance(self, sentence: Sentence, rest_words: int) -> bool:
        """Whether a sentence opens with when or why, so that what is said comes after the verb."""
        first = _WORD.search(self._masked, sentence.start, sentence.end)
        opener = first.group().lower() if first else ""
        if self._lang == "en":
            return opener in ENGLISH_LEADS and rest_words >= MIN_WORDS_INDIRECT
        if self._lang != "de":
            return False
        return opener in GERMAN_CIRCUMSTANCES or (opener in GERMAN_LEADS and rest_words >= MIN_WORDS_CLAUSE)

    def _turkish_clauses(
        self, sentence: Sentence, spoken: Sequence[tuple[Cue, Subject]]
    ) -> Iterator[tuple[int, int, str, str]]:
        """What stands before each verb of saying, back to the speaker or to the verb of saying before it."""
        at = sentence.start
        for cue, subject in spoken:
            start = at
            if at <= subject.start < cue.start and subject.end <= cue.start:
                comma = self._masked.find(",", subject.end, min(cue.start, subject.end + 3))
                start = comma + 1 if comma >= 0 else subject.end if subject.start - at < 60 else at
            yield start, cue.start, subject.actor, cue.word
            at = cue.end

    def _words(self, start: int, end: int) -> int:
        """How many words, quoted ones too."""
        return len(_WORD.findall(self._text, start, end))

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self._text[start] in _EDGES:
            start += 1
        while start < end and self._text[end - 1] in _EDGES + ".":
            end -= 1
        return start, end

    def _quote(self, start: int, end: int, speaker: str, verb: str, *, is_direct: bool) -> Quote:
        return Quote(start=start, end=end, text=self._text[start:end], speaker=speaker, verb=verb, is_direct=is_direct)


def _subjunctives(lines: Outline) -> list[int]:
    """Where somebody's words are told in German without a verb of saying."""
    lowered = lines.lowered
    found = lines.occurrences(GERMAN_SUBJUNCTIVE | GERMAN_PRONOUNS)
    return [
        start
        for start, end, word in found
        if (
            _SUBJUNCTIVE_VERB.match(lowered, end)
            if word in GERMAN_PRONOUNS
            else lowered[start - 4 : start] != "ich " and (lines.masked[start].islower() or word == "demnach")
        )
    ]


def _distance(cue: Cue, quoted: Quoted) -> int:
    return quoted.start - cue.end if cue.end <= quoted.start else cue.start - quoted.end
