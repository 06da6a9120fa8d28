"""Who does what to whom in one sentence, found around the verb, by the grammar of its language.

A verb that says a deed, who may be its subject, and another where its object stands, in one clause. What is denied,
wished, planned, doubted, asked, or told as background («after Turkey shot down …», «last November») is no deed of the
report. Better no deed than a wrong one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from monitor.analyse import deed_cues as cues
from monitor.analyse.deeds import BETWEEN, INSTRUMENTAL, MUTUAL, TURKISH_HEADLINES, VOR, Frame, lexicon
from monitor.analyse.speech import Outline, Sentence
from monitor.analyse.subjects import Subjects, is_title
from monitor.model import Mention

#: Words from who does it to the verb, from the verb (and what leads on from it) to the other.
WORDS_TO_VERB, WORDS_TO_OTHER = 6, 4
#: German and Turkish verbs may stand far behind both; so may who does it in a Turkish clause of a sentence.
WORDS_TO_LAST = 8
WORDS_IN_TURKISH = 14
#: «Erdoğan ve eşi Putin ile», «Davutoğlu Rus mevkidaşı Lavrov'la».
WORDS_TO_TITLED = 3
LETTERS_TO_MEETING = 50
LETTERS_OF_TITLE = 40
LETTERS_TO_DATE = 30
#: What is longer without a full stop is a page's menu or a row of captions.
LETTERS_OF_SENTENCE = 500
_WORD = re.compile(r"\w+")

compiled = cache(re.compile)


class Deed(NamedTuple):
    """One does it to the other."""

    one: Mention
    other: Mention
    deed: str


class Verb(NamedTuple):
    """A word that may say a deed."""

    start: int
    end: int
    frames: Sequence[Frame]


class Clause(NamedTuple):
    """Where a verb's clause begins and ends, and who is named in it before and behind the verb."""

    start: int
    end: int
    before: Sequence[Mention]
    behind: Sequence[Mention]


class Doing:
    """The deeds of one text, in small letters and masked where it is quoted."""

    def __init__(self, outline: Outline, lang: str, subjects: Subjects) -> None:
        self._text = outline.lowered
        self._written = outline.masked
        self._lang = lang
        self._subjects = subjects
        frames = lexicon(lang).among(outline.words)
        wanted = frozenset([*frames, BETWEEN[lang]])
        found = [Verb(start, end, frames.get(word, ())) for start, end, word in outline.occurrences(wanted)]
        self._verbs = found
        self._starts = [verb.start for verb in found]
        self._has_headlines = lang == "tr" and not TURKISH_HEADLINES.isdisjoint(outline.words)

    def in_sentence(self, sentence: Sentence, mentions: Sequence[Mention]) -> Iterator[Deed]:
        """What those named in a sentence do to each other; a question says nothing."""
        first, last = bisect_left(self._starts, sentence.start), bisect_left(self._starts, sentence.end)
        is_empty = first == last and not self._has_headlines
        is_menu = sentence.end - sentence.start > LETTERS_OF_SENTENCE
        if is_empty or is_menu or "?" in self._text[sentence.end - 3 : sentence.end]:
            return
        mentions = [one for one, other in zip_longest(mentions, mentions[1:]) if not self._is_epithet(one, other)]
        for verb in self._verbs[first:last]:
            deed = self._around(verb, sentence, mentions) if verb.frames else self._between(verb, sentence, mentions)
            if deed and deed.one.actor != deed.other.actor:
                yield deed
        if self._has_headlines:
            yield from self._in_headline(mentions, sentence.end)

    def _around(self, verb: Verb, sentence: Sentence, mentions: Sequence[Mention]) -> Deed | None:
        clause = self._clause(verb, sentence, mentions)
        if len(clause.before) + len(clause.behind) < 2:
            return None
        found = {"de": self._german, "en": self._english, "ru": self._russian, "tr": self._turkish}[self._lang]
        deed = next(filter(None, (found(frame, verb, clause) for frame in verb.frames)), None)
        # «Last year, the US imposed»
        start = sentence.start if clause.start - sentence.start < LETTERS_OF_TITLE else clause.start
        return None if deed is None or self._is_backdrop(deed, verb, start, clause.end) else deed

    def _is_backdrop(self, deed: Deed, verb: Verb, start: int, end: int) -> bool:
        """Whether it is told as past: its date stands beside it, the conjunction before its verb."""
        near = min(end, max(verb.end, deed.one.end, deed.other.end) + LETTERS_TO_DATE)
        after = cues.AFTER[self._lang].search(self._text, start, verb.start)
        return after is not None or cues.BACKDROP[self._lang].search(self._text, start, near) is not None

    def _clause(self, verb: Verb, sentence: Sentence, mentions: Sequence[Mention]) -> Clause:
        start, end = sentence.start, sentence.end
        if self._lang != "tr":  # there the subject may stand behind its own comma
            for mark in cues.CLAUSE_MARK.finditer(self._text, start, verb.start):
                start = mark.end()
        if closing := cues.CLAUSE_MARK.search(self._text, verb.end, end):
            end = closing.start()
        # «Russia, which supports Assad», «the minister, Sergei Lavrov, met»: who does it stands before the comma.
        begin = start
        if cues.WHO.match(self._text, start + 1) or (self._lang == "en" and verb.start == start + 1):
            begin = next((mention.start for mention in mentions if mention.end == start - 1), start)
        before = [mention for mention in mentions if begin <= mention.start and mention.end <= verb.start]
        behind = [mention for mention in mentions if verb.end <= mention.start < end]
        return Clause(start, end, before, behind)

    # --- languages ------------------------------------------------------------------------------------------------

    def _english(self, frame: Frame, verb: Verb, clause: Clause) -> Deed | None:
        one = self._subject(clause.before, verb.start)
        if one is None:
            return None
        by = clause.behind[0] if clause.behind else None
        is_doing = self._text.endswith("ing", verb.start, verb.end)
        is_direct = not is_doing and (not frame.to or frame.to.endswith(")?"))
        if by and is_direct and cues.ENGLISH_BY.fullmatch(self._text, verb.end, by.start):
            return Deed(by, one, frame.deed)
        if not is_doing and cues.ENGLISH_BE.search(self._text, one.end, verb.start):
            return None
        if frame.also and not compiled(frame.also).match(self._text, verb.end, clause.end):
            return None
        return self._active(frame, one, verb.end, clause.behind) or self._both(frame, clause.before, verb)

    def _russian(self, frame: Frame, verb: Verb, clause: Clause) -> Deed | None:
        one = self._subject(clause.before, verb.start)
        if one is not None:
            deed = self._active(frame, one, verb.end, clause.behind)
            return deed or self._both(frame, clause.before, verb)
        if not (clause.before and clause.behind) or frame.to:
            return self._both(frame, clause.before, verb)
        # «Россию обвинила Турция»
        other, one = clause.before[-1], clause.behind[0]
        is_first = not self._text[clause.start : other.start].strip()
        is_turned = is_first and self._subjects.is_oblique(other) and self._acts(one)
        is_near = self._is_free(other.end, verb.start) and self._is_name_phrase(verb.end, one.start)
        return Deed(one, other, frame.deed) if is_turned and is_near else None

    def _german(self, frame: Frame, verb: Verb, clause: Clause) -> Deed | None:
        text, (start, end, before, behind) = self._text, clause
        if self._written[verb.start].isupper() or cues.GERMAN_HAD.search(text, start, end):
            return None  # «nach dem Treffen»; what had been done
        if frame.also and not compiled(frame.also).search(text, verb.end, end):
            return None
        if cues.GERMAN_PASSIVE.search(text, start, end):
            return self._german_passive(frame, clause)
        has_done = cues.GERMAN_HAVE.search(text, start, verb.start)
        one = None if has_done else self._subject(before, verb.start)
        if one and behind:
            return self._active(frame, one, verb.end, behind)
        if len(before) > 1:
            return self._german_last(frame, verb, before) or self._both(frame, before, verb)
        if (
            len(behind) > 1
            and not has_done
            and self._acts(behind[0])
            and self._is_name_phrase(verb.end, behind[0].start)
        ):
            deed = self._active(frame, behind[0], behind[0].end, behind[1:])
            return deed or self._both(frame, behind, verb)
        return None

    def _german_last(self, frame: Frame, verb: Verb, before: Sequence[Mention]) -> Deed | None:
        """«Merkel hat Assad kritisiert», «dass Putin mit Erdogan sprach»."""
        one, other = before[-2], before[-1]
        if not self._acts(one) or not self._is_free(one.end, verb.start, 2 * WORDS_TO_LAST):
            return None
        start = one.end
        if frame.to:
            leading = compiled(frame.to).search(self._text, one.end + 1, other.start)
            start = leading.end() - 1 if leading else -1
        is_other = (
            start >= 0 and self._is_name_phrase(start, other.start, WORDS_TO_LAST) and self._is_other(frame, other)
        )
        return Deed(one, other, frame.deed) if is_other else None

    def _german_passive(self, frame: Frame, clause: Clause) -> Deed | None:
        here = [*clause.before, *clause.behind]
        by = next((m for m in here if cues.GERMAN_BY.search(self._text, clause.start, m.start)), None)
        done_to = next((m for m in here if m is not by and self._acts(m)), None)
        is_free = not cues.BARRIERS["de"].search(self._text, clause.start, clause.end)
        return Deed(by, done_to, frame.deed) if by and done_to and is_free and not frame.to else None

    def _turkish(self, frame: Frame, verb: Verb, clause: Clause) -> Deed | None:
        """The verb stands last, before it the other in a case, before that who does it: bare, or in the genitive."""
        text = self._text
        case = compiled(rf"['’\x92]?(?:{frame.to})\b(?! (?:karşı|doğru|kadar|göre|yönelik|ilişkin|rağmen|bağlı))")
        led = compiled(rf"\b(?:{frame.also}) \Z") if frame.also else None
        if led and not led.search(text, clause.start, verb.start):
            return None
        for number in range(len(clause.before) - 1, -1, -1):
            other = clause.before[number]
            is_led = (
                case.match(text, other.end)
                or (frame.to == INSTRUMENTAL and text.startswith(" ile ", other.end))
                or (other.kind == "adjective" and frame.deed == "attacks" and self._has_forces(other))
            )
            if is_led and self._is_free(other.end, verb.start, WORDS_TO_LAST):
                one = self._turkish_subject(clause.before[:number], other, verb)
                return Deed(one, other, frame.deed) if one else self._both(frame, clause.before, verb)
        return self._both(frame, clause.before, verb)

    def _turkish_subject(self, before: Sequence[Mention], other: Mention, verb: Verb) -> Mention | None:
        text = self._text
        is_nominal = cues.TURKISH_NOMINAL.match(text, verb.start, verb.end)
        for one in reversed(before):
            start = one.end
            between = text[start : other.start].split()
            if 0 < len(between) <= WORDS_TO_TITLED + 1 and is_title(between[-1], "tr"):
                continue  # «Rusya Devlet Başkanı Putin»
            if is_nominal:
                if of := cues.TURKISH_OF.match(text, start):
                    return one if self._is_free(of.end(), other.start, WORDS_IN_TURKISH) else None
                continue
            if text.startswith(":", start) and cues.TURKISH_WE.match(text, verb.start, verb.end):
                return one if self._is_free(start + 1, other.start, WORDS_IN_TURKISH) else None
            is_topic = text.startswith(",", start)
            words = WORDS_TO_VERB if is_topic else WORDS_TO_TITLED if self._subjects.is_person(one) else 0
            if self._acts(one):
                return one if self._is_free(start + is_topic, other.start, words) else None
        return None

    def _in_headline(self, mentions: Sequence[Mention], end: int) -> Iterator[Deed]:
        """«Rusya'dan Türkiye'ye uyarı», «Erdoğan-Putin görüşmesi»."""
        for one, other in pairwise(mentions):
            if cues.TURKISH_FROM.fullmatch(self._text, one.end, other.start):
                to = cues.TURKISH_TO.match(self._text, other.end)
                noun = cues.TURKISH_NOUN.search(self._text, to.end() - 1, end) if to else None
            elif cues.TOGETHER["tr"].fullmatch(self._text, one.end, other.start):
                noun = cues.TURKISH_MEETING.match(self._text, other.end + 1)
            else:
                continue
            if noun and self._is_free(other.end, noun.start(), WORDS_TO_TITLED) and noun.lastgroup:
                yield Deed(one, other, noun.lastgroup)

    def _between(self, verb: Verb, sentence: Sentence, mentions: Sequence[Mention]) -> Deed | None:
        """«Talks between Turkey and Russia», «Türkiye ile Rusya arasında görüşme»."""
        text = self._text
        if self._lang == "tr":
            both = [mention for mention in mentions if mention.end <= verb.start][-2:]
            noun = cues.MEETING["tr"].search(text, verb.end, min(sentence.end, verb.end + LETTERS_TO_MEETING))
            is_near = both and self._is_name_phrase(both[-1].end, verb.start)
        else:
            both = [mention for mention in mentions if mention.start >= verb.end][:2]
            found = cues.MEETING[self._lang].finditer(
                text, max(sentence.start, verb.start - LETTERS_TO_MEETING), verb.start
            )
            *_, noun = (None, *found)
            when = cues.CIRCUMSTANCE[self._lang].match(text, noun.end(), verb.start) if noun else None
            is_next = noun and (when or noun).end() == verb.start - 1
            is_near = both and is_next and self._is_name_phrase(verb.end, both[0].start)
        if noun is None or not is_near or len(both) < 2:
            return None
        start, end = min(noun.start(), verb.start), max(noun.end(), both[1].end)
        is_held = not cues.UNHELD.search(text, max(sentence.start, start - LETTERS_TO_DATE), end)
        is_news = not cues.BACKDROP[self._lang].search(text, start, end)
        is_pair = cues.TOGETHER[self._lang].fullmatch(text, both[0].end, both[1].start)
        is_deed = is_held and is_news and is_pair and noun.lastgroup
        return Deed(both[0], both[1], noun.lastgroup or "") if is_deed else None

    # --- what they have in common ---------------------------------------------------------------------------------

    def _subject(self, before: Sequence[Mention], verb: int) -> Mention | None:
        """Who may act and stands nearest before the verb; «the president of Turkey» is passed over."""
        for mention in reversed(before):
            if self._acts(mention):
                if cues.SUPPOSED[self._lang].search(
                    self._text, max(0, mention.start - LETTERS_OF_TITLE), mention.start
                ):
                    return None
                start = mention.end
                if self._text.startswith(", ", start):
                    who = cues.WHO.match(self._text, start + 2)
                    start = who.end() - 1 if who else start + 1
                return mention if self._is_free(start, verb, WORDS_TO_VERB) else None
            if not self._subjects.is_led_to(mention):
                return None
        return None

    def _active(self, frame: Frame, one: Mention, start: int, behind: Sequence[Mention]) -> Deed | None:
        """The other stands behind the verb, or behind what leads to it."""
        if (frame.to or self._lang != "en") and (when := cues.CIRCUMSTANCE[self._lang].match(self._text, start)):
            start = when.end()
        if frame.to:
            leading = compiled(frame.to).match(self._text, start + 1)
            if leading is None:
                return None
            start = leading.end() - 1
        other = next((mention for mention in behind if mention.start > start), None)
        if other is None or not self._is_name_phrase(start, other.start) or not self._is_other(frame, other):
            return None
        return Deed(one, other, frame.deed)

    def _both(self, frame: Frame, mentions: Sequence[Mention], verb: Verb) -> Deed | None:
        """«Putin and Erdogan met», «trafen sich Putin und Erdogan»: what one does with the other they do together."""
        if frame.deed not in MUTUAL or len(mentions) < 2 or not self._is_said_of_two(frame, verb):
            return None
        is_before = mentions[0].start < verb.start
        one, other = mentions[-2:] if is_before else mentions[:2]
        if self._lang == "tr" and cues.TURKISH_WITH.match(self._text, other.end):
            return None  # with both of them
        is_pair = cues.TOGETHER[self._lang].fullmatch(self._text, one.end, other.start) and (
            self._lang == "tr" or self._acts(one) or self._is_of_posts(one)
        )
        is_near = not is_before or self._is_free(other.end, verb.start, WORDS_TO_VERB)
        return Deed(one, other, frame.deed) if is_pair and is_near else None

    def _is_of_posts(self, mention: Mention) -> bool:
        start = max(0, mention.start - LETTERS_OF_TITLE)
        return cues.POSTS_OF[self._lang].search(self._text, start, mention.start) is not None

    def _is_said_of_two(self, frame: Frame, verb: Verb) -> bool:
        """Whether the verb needs no «with»: «held talks», but not «spoke»."""
        if self._lang == "tr":
            return frame.to == INSTRUMENTAL
        if cues.WITH_OTHERS[self._lang].match(self._text, verb.end):
            return False
        alone = frame.to.removesuffix(cues.WITH[self._lang])
        if frame.to.endswith(f"(?:{cues.WITH[self._lang]})?"):
            return True
        return alone != frame.to and compiled(alone).match(self._text, verb.end + 1) is not None

    def _is_epithet(self, one: Mention, other: Mention | None) -> bool:
        """«Den türkischen Präsidenten Erdogan» is one who is named."""
        if other is None or one.kind != "adjective" or other.start - one.end > LETTERS_OF_TITLE:
            return False
        words = self._text[one.end : other.start].replace(",", " ").split()
        return bool(words) and is_title(words[-1], self._lang)

    def _acts(self, mention: Mention) -> bool:
        if self._lang == "de" and self._text.endswith("der ", 0, mention.start) and self._is_feminine(mention):
            return False
        is_named = mention.kind != "adjective" or self._subjects.is_governing(mention) or self._has_forces(mention)
        return is_named and self._subjects.may_be_subject(mention)

    def _is_feminine(self, mention: Mention) -> bool:
        return self._subjects.type_of(mention) == "organisation" or mention.surface.lower() in cues.GERMAN_FEMININES

    def _has_forces(self, mention: Mention) -> bool:
        return cues.THEIR_FORCES.match(self._text, mention.end) is not None

    def _is_other(self, frame: Frame, mention: Mention) -> bool:
        """Whether a name behind the verb is the one to whom it is done, and not somebody or something of theirs."""
        text = self._text
        if self._subjects.is_compound(mention) and mention.kind != "adjective":
            return False
        if frame.deed == "proposes" and frame.also == VOR:
            return not self._subjects.is_person(mention)  # a candidate
        is_his = cues.HIS.search(text, max(0, mention.start - LETTERS_OF_TITLE), mention.start)
        if is_his and mention.kind != "adjective" and not self._subjects.is_person(mention):
            return False
        if self._lang == "en" and cues.SOMEBODY_ELSE.match(text, mention.end):
            return False
        if self._lang == "ru" and not frame.to and self._subjects.is_person(mention):
            return self._subjects.is_oblique(mention)
        if mention.kind == "adjective":
            word = _WORD.search(text, mention.end)
            is_post = word is not None and is_title(word.group(), self._lang)
            return is_post or self._subjects.is_governing(mention) or self._has_forces(mention)
        is_theirs = cues.POSSESSIVE.match(text, mention.end) is not None
        return not is_theirs or frame.deed in ("criticises", "supports")

    def _is_free(self, start: int, end: int, words: int = WORDS_TO_VERB) -> bool:
        """Whether a few words of one clause stand between, none of which makes it another or denies it."""
        is_near = self._text.count(" ", start, end) <= words + 1
        return is_near and not (
            cues.CLAUSE_MARK.search(self._text, start, end) or cues.BARRIERS[self._lang].search(self._text, start, end)
        )

    def _is_name_phrase(self, start: int, end: int, words: int = WORDS_TO_OTHER) -> bool:
        """Whether what stands between belongs to the name: articles, adjectives, posts."""
        is_near = self._text.count(" ", start, end) <= words + 1
        return is_near and not (
            cues.CLAUSE_MARK.search(self._text, start, end)
            or cues.NOT_OF_OTHER[self._lang].search(self._text, start, end)
        )
