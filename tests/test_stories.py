"""Stories: what report of what event an article is, in any language; what it adds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.analyse.actors import extract_actors
from monitor.analyse.analysis import Analyser
from monitor.analyse.background import Background, day_one
from monitor.analyse.counts import counts_of
from monitor.analyse.days import dates, weekdays
from monitor.analyse.gathering import Gathered, Report, gather, is_copy
from monitor.analyse.glosses import glosses_among
from monitor.analyse.novelty import Facts, Known, Novelty, facts_of, novelty
from monitor.analyse.places import places_of
from monitor.analyse.same_event import Usual, likeness
from monitor.analyse.stories import JOIN, SURE, StoryBook, book_from_json, book_to_json
from monitor.analyse.text import terms_of
from monitor.analyse.traces import Trace, skeleton, trace_of
from monitor.model import ActorFindings, ActorRole, Quote, Relation
from monitor.newsroom.content import load_outlets
from monitor.settings import load_config

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2016, 8, 11, 12, tzinfo=UTC)


def trace(article: int, words: str, *, hours: float = 0, numbers: str = "", language: str = "en") -> Trace:
    """A trace whose lead, rare words and whole report are the same few words."""
    terms = words.split()
    unit = {term: round(len(terms) ** -0.5, 3) for term in terms}
    return Trace(
        article=article,
        language=language,
        at=NOON + timedelta(hours=hours),
        lead=unit,
        rare=dict.fromkeys(terms, 2.0),
        report=frozenset(terms),
        numbers=frozenset(numbers.split()),
        lead_numbers=frozenset(numbers.split()),
        shared={f"={term}": weight for term, weight in unit.items()},
        telling={f"={term}": 2.0 for term in terms},
    )


QUAKE = "quake amatrice rieti rubble"
SUMMIT = "summit hangzhou leaders tariff"


# placing


def test_reports_of_one_event_come_together_and_others_do_not() -> None:
    book = StoryBook()
    placed = [
        book.place(trace(1, QUAKE)),
        book.place(trace(2, SUMMIT, hours=1)),
        book.place(trace(3, f"{QUAKE} minister", hours=2)),
    ]
    assert [(placement.story, placement.is_new, placement.closest) for placement in placed] == [
        (1, True, None),
        (2, True, None),
        (1, False, 1),
    ]
    assert book.members(1) == (1, 3)


def test_placing_again_changes_nothing() -> None:
    book = StoryBook()
    first = book.place(trace(1, QUAKE))
    assert book.place(trace(1, SUMMIT)).story == first.story
    assert book.members(first.story) == (1,)


def test_much_the_same_words_two_weeks_later_are_another_event() -> None:
    later = "quake amatrice aid budget vote chamber"
    days = [likeness(trace(1, QUAKE), trace(2, later, hours=24 * day)) for day in (0, 1, 3, 14, 30)]
    assert days == sorted(days, reverse=True)
    book = StoryBook()
    book.place(trace(1, QUAKE))
    assert not book.place(trace(2, later, hours=1)).is_new
    assert book.place(trace(3, later, hours=15 * 24)).is_new


def test_a_series_with_other_numbers_is_not_one_event() -> None:
    monday = trace(1, f"{QUAKE} gold price ounce", numbers="103 104 679")
    tuesday = trace(2, f"{QUAKE} gold price ounce", hours=24, numbers="102 101 671")
    assert likeness(monday, tuesday) < likeness(
        monday, replace(tuesday, numbers=monday.numbers, lead_numbers=monday.lead_numbers)
    )


def test_languages_meet_through_what_needs_no_translation() -> None:
    book = StoryBook()
    book.place(trace(1, QUAKE, language="it"))
    assert not book.place(trace(2, QUAKE, hours=1, language="en")).is_new
    assert book.place(trace(3, SUMMIT, hours=1, language="ru")).is_new


# the analyst


def test_what_the_analyst_merged_stays_together() -> None:
    book = StoryBook()
    book.place(trace(1, QUAKE))
    book.place(trace(2, SUMMIT))
    assert book.merge(2, 1) == 1
    assert book.members(2) == book.members(1) == (1, 2)
    assert book.place(trace(3, SUMMIT, hours=1)).story == 1


def test_what_the_analyst_took_apart_stays_apart() -> None:
    book = StoryBook()
    for article in (1, 2, 3):
        book.place(trace(article, QUAKE, hours=article))
    assert book.split(1, [2]) == 2
    assert (book.members(1), book.members(2)) == ((1, 3), (2,))
    book.place(trace(4, QUAKE, hours=4))
    assert book.story_of[1] != book.story_of[2]


def test_a_book_survives_json() -> None:
    book = StoryBook()
    for article, words in enumerate((QUAKE, SUMMIT, QUAKE, SUMMIT), 1):
        book.place(trace(article, words, hours=article, numbers="12 40"))
    book.split(1, [3])
    again = book_from_json(json.loads(json.dumps(book_to_json(book))))
    assert again == book
    assert again.place(trace(9, QUAKE, hours=5)) == book.place(trace(9, QUAKE, hours=5))


def test_another_document_is_no_book() -> None:
    with pytest.raises(ValueError, match="no stories"):
        book_from_json({"schema": "widerhall.digest/1"})


def test_what_is_forgotten_keeps_its_story() -> None:
    book = StoryBook()
    book.place(trace(1, QUAKE))
    book.forget(NOON + timedelta(hours=1))
    assert book.members(1) == (1,)
    assert book.place(trace(2, QUAKE, hours=2)).is_new


def test_what_nearly_all_reports_have_tells_no_event_from_another() -> None:
    """Reports of a watch share their actors; what else they share, or not, decides."""
    shared = "ankara moscow damascus raqqa"
    talks, strikes = trace(1, f"{shared} delegation generals"), trace(2, f"{shared} coalition jets", hours=30)
    more_talks = trace(3, f"{shared} delegation generals", hours=30)
    usual = Usual()
    for number in range(40):
        usual.enter(trace(100 + number, f"{shared} filler{number}"))
    assert likeness(talks, strikes) > JOIN, "two reports by themselves have much in common"
    assert likeness(talks, strikes, usual) < JOIN < likeness(talks, more_talks, usual)


def test_a_term_is_worth_less_the_more_reports_have_it() -> None:
    usual = Usual()
    assert usual.worth()("=ankara") == 1
    for number in range(90):
        usual.enter(trace(number, "ankara" if number % 3 else "moscow"))
    worth = usual.worth()
    assert worth("=tokyo") == 1
    assert worth("=moscow") == pytest.approx(1 - 0.3**2)
    assert worth("=ankara") == pytest.approx(1 - 0.6**2)
    assert usual.worth("de")("ankara") == 1, "words are counted by language"


# real words


@pytest.fixture(scope="module")
def read() -> tuple[Analyser, Background]:
    config = load_config(ROOT / "config", {})
    return Analyser(config.actors, config.lexicon), day_one()


def test_the_demo_newsroom_falls_into_its_events(read: tuple[Analyser, Background]) -> None:
    analyser, background = read
    articles = sorted(
        ((outlet.language, article) for outlet in load_outlets() for article in outlet.articles),
        key=lambda pair: (pair[1].published, pair[1].id),
    )
    book = StoryBook()
    for number, (language, article) in enumerate(articles):
        analysis = analyser.analyse(article.title, article.text, language)
        book.place(trace_of(number, analysis, article.published, background))
    languages: dict[str, dict[int, set[str]]] = {}
    for number, (language, article) in enumerate(articles):
        for event in ("Erdogan's letter of June 2016", "the meeting of 9 August", "the seed's event"):
            if article.about.startswith(event):
                languages.setdefault(event, {}).setdefault(book.story_of[number], set()).add(language)
    everywhere = {"de", "en", "tr", "ru", "fr", "ar"}
    main = {event: max(found.items(), key=lambda item: len(item[1])) for event, found in languages.items()}
    assert {event: story[1] for event, story in main.items()} == dict.fromkeys(languages, everywhere)
    assert len({story for story, _ in main.values()}) == 3, "three events of the same actors are three stories"


@pytest.mark.parametrize(
    ("names", "bones"),
    [
        ((("Lawrow", "de"), ("Лавров", "ru"), ("Lavrov", "en"), ("Лаврова", "ru")), "lvrv"),
        ((("Erdoğan", "tr"), ("Erdogan", "en"), ("Эрдогана", "ru")), "erdgn"),
        ((("Schukowski", "de"), ("Жуковский", "ru")), None),  # spellings that stay apart are only missed
    ],
)
def test_names_meet_across_scripts(names: tuple[tuple[str, str], ...], bones: str | None) -> None:
    found = {skeleton(name, language) for name, language in names}
    assert bones is None or found == {bones}


@pytest.mark.parametrize(
    "text", ["am 9. August", "on August 9", "9 Ağustos'ta", "9 августа", "le 9 août", "في 9 أغسطس"]
)
def test_dates_are_read_in_every_language(text: str) -> None:
    assert dates(text) == {"8-9"}


@pytest.mark.parametrize(
    ("text", "day"),
    [("on Tuesday", "d1"), ("am Dienstagabend", "d1"), ("salı günü", "d1"), ("во вторник", "d1"), ("mardi", "d1"),
     ("يوم الثلاثاء", "d1"), ("в среду", "d2"), ("средства", None), ("Cumartesi günü", "d5")],
)  # fmt: skip
def test_days_of_the_week_are_read_in_every_language(text: str, day: str | None) -> None:
    assert weekdays(text) == ({day} if day else set())


def test_words_of_one_meaning_meet_across_languages() -> None:
    words = (("earthquakes", "en"), ("Erdbeben", "de"), ("depremi", "tr"), ("землетрясения", "ru"))
    assert {meaning(word, language) for word, language in words} == {frozenset({"%earthquake"})}
    assert not meaning("séisme", "fr")


@pytest.mark.parametrize(("word", "language"), [("sich", "de"), ("Beruf", "de"), ("yaptı", "tr"), ("Avustralya", "tr")])
def test_a_stem_alone_is_no_word_of_one_meaning(word: str, language: str) -> None:
    """They share their stems with «Sicherheit», «Berufung», «yaptırım», «Avusturya»."""
    assert not meaning(word, language)


def test_short_words_in_capitals_are_words_of_one_meaning_too() -> None:
    assert meaning("DNA", "de") == meaning("ДНК", "ru") != frozenset()


def meaning(word: str, language: str) -> frozenset[str]:
    return frozenset(gloss for gloss, _ in glosses_among([(word, terms_of(word, language))], language))


@pytest.mark.parametrize(
    "said",
    [{"days": frozenset({"d1"})}, {"days": frozenset({"8-9"})}, {"counted": frozenset({"dead 11", "hurt 5"})}],
    ids=str,
)
def test_explicit_differences_speak_against_one_event(said: dict[str, frozenset[str]]) -> None:
    name, value = next(iter(said.items()))
    other = {"days": frozenset({"d2", "8-10"}), "counted": frozenset({"dead 12"})}[name]
    one, same, different = (
        replace(trace(number, QUAKE), at=None, **{name: what}) for number, what in enumerate((value, value, other))
    )
    assert likeness(one, different) < likeness(one, same)


def test_reports_of_its_own_language_decide_about_an_article() -> None:
    book = StoryBook()
    book.place(trace(1, QUAKE))
    book.place(trace(2, QUAKE, language="de", hours=1))
    next_day = replace(trace(3, "quake amatrice rieti budget vote", language="de", hours=30), lead={}, rare={})
    assert likeness(next_day, book.traces[2]) < JOIN < likeness(next_day, book.traces[1]) < SURE
    assert book.place(next_day).is_new


def test_a_book_of_an_earlier_version_is_read() -> None:
    book = StoryBook()
    book.place(trace(1, QUAKE))
    stored = json.loads(json.dumps(book_to_json(book)))
    for kept in stored["traces"]:
        kept["names"] = {"amatrice": 1.0}
        del kept["report"], kept["topics"]
    assert book_from_json(stored).traces[1] == replace(book.traces[1], report=frozenset(), topics={})


# many at once


COPY = (
    "Air strikes killed at least 18 civilians near Raqqa on Tuesday, a monitor said, as coalition-backed fighters "
    "closed in on the last streets that the group holds in the city, where 8,000 people are still trapped."
)


def test_articles_of_a_file_are_gathered_with_dates_and_without(read: tuple[Analyser, Background]) -> None:
    for published in (NOON, None):
        gathered = gather(
            [
                Report(id="a", title="Strike kills 18 near Raqqa", text=COPY, language="en", published=published),
                Report(
                    id="b", title="Gold closes higher", text="Gold closed at 1,340 dollars. " * 5, published=published
                ),
                Report(id="c", title="Raqqa: 18 dead, says monitor", text=f"(AFP) - {COPY}", published=published),
            ],
            *read,
        )
        assert gathered == [
            Gathered(id="a", story=1),
            Gathered(id="b", story=2),
            Gathered(id="c", story=1, copy_of="a"),
        ]


def test_spellings_of_html_do_not_count_as_words(read: tuple[Analyser, Background]) -> None:
    text = (
        "Die Türkei führt Gespräche über Flüchtlinge und Grenzschützer, während Brüssel über Zölle für türkische "
        "Früchte und über Gebühren für Überflüge grübelt; frühestens im Frühjahr könnte ein Bündnis gegründet werden."
    )
    plain = Report(id="a", title="Gespräche in Brüssel", text=text, language="de")
    spelled = replace(plain, id="b", text=plain.text.replace("ü", "&uuml;").replace("ö", "&ouml;"))
    assert [one.copy_of for one in gather([plain, spelled], *read)] == ["", "a"]


def test_the_same_sentence_with_other_numbers_is_no_copy() -> None:
    monday = trace(1, QUAKE, numbers="104.25 683 697 172")
    tuesday = trace(2, QUAKE, hours=24, numbers="102.40 671 686 169")
    assert is_copy(monday, replace(tuesday, numbers=monday.numbers), 1.0)
    assert not is_copy(monday, tuesday, 1.0)
    assert not is_copy(monday, replace(tuesday, numbers=monday.numbers, language="de"), 1.0)


def test_outlets_that_share_their_boilerplate_are_no_copies() -> None:
    assert not is_copy(trace(1, QUAKE), trace(2, SUMMIT, hours=24), 0.7)


# novelty


def facts(article: int, actors: str = "", numbers: str = "", quotes: tuple[tuple[str, str], ...] = ()) -> Facts:
    ids = sorted(f"@{name}" for name in actors.split())
    return Facts(
        article=article,
        language="en",
        actors=frozenset(ids),
        deeds=frozenset((one, "meets", other) for one in ids for other in ids if one < other),
        counts={number: f"{number} dead" for number in numbers.split()},
        quotes=tuple((speaker, frozenset(words.split())) for speaker, words in quotes),
    )


def test_what_is_new_is_what_nobody_said_before() -> None:
    before = Known.of([facts(1, "putin erdogan", "40")])
    assert novelty(facts(2, "putin assad", "40 55", (("@putin", "a b c d e"),)), before) == Novelty(
        actors=("@assad",),
        deeds=(("@assad", "meets", "@putin"),),
        counts=("55 dead",),
        speakers=("@putin",),
    )


def test_a_new_pair_is_of_known_actors_without_a_deed_and_a_new_place_near_the_beginning() -> None:
    before = replace(facts(1, "putin"), actors=frozenset({"@putin", "@erdogan", "@nato"}), places={"@sochi": "Sochi"})
    pairs = frozenset({("@erdogan", "@putin"), ("@iran", "@putin"), ("@nato", "@putin")})
    after = replace(
        facts(2, "erdogan iran putin"),
        pairs=pairs,
        news_pairs=pairs,
        places={"@sochi": "Sochi", "@astana": "Astana", "@geneva": "Geneva"},
        news_places=frozenset({"@sochi", "@astana"}),
    )
    new = novelty(after, Known.of([before]))
    assert (new.actors, new.pairs, new.places) == (("@iran",), (("@nato", "@putin"),), ("Astana",))


def test_places_are_where_it_happens() -> None:
    config = load_config(ROOT / "config", {})

    def places(text: str, language: str) -> list[str]:
        found = Analyser(config.actors, config.lexicon).analyse("", text, language)
        mentions = extract_actors("", text, language, config.actors).mentions
        return [
            config.actors.called(place, "en")
            for place in places_of(found.whole, found.entities, mentions, config.actors)
        ]

    assert places("Putin traf Erdogan in Moskau, dann in Sotschi.", "de") == ["Moscow", "Sochi"]
    assert places("Erdoğan Moskova'da Putin ile görüştü.", "tr") == ["Moscow"]
    assert places("MOSCOW, Aug 9 - Moscow warned Ankara.", "en") == []
    assert places("Nach Angaben aus Ankara wartet die Türkei.", "de") == []
    assert config.actors.called("@russia/capital", "de") == "Moskau"


def test_a_rehash_adds_nothing() -> None:
    first = facts(1, "putin erdogan", "40", (("@putin", "we will act together soon"),))
    again = facts(2, "putin erdogan", "", (("@putin", "will act together soon he said"),))
    assert novelty(again, Known.of([first])).is_rehash
    assert not novelty(first).is_rehash


def test_a_quote_is_known_by_its_words_in_a_language_and_by_its_speaker_across() -> None:
    said = (("@putin", "we will act together soon"),)
    english, again = facts(1, quotes=said), facts(2, quotes=(("@putin", "terror ends in our time"),))
    german = replace(facts(3, quotes=(("@putin", "wir handeln bald zusammen gegen"),)), language="de")
    assert novelty(again, Known.of([english])).speakers == ("@putin",)
    assert novelty(german, Known.of([english])).speakers == ()
    assert novelty(replace(german, quotes=(("@assad", frozenset("abcde")),)), Known.of([english])).speakers == (
        "@assad",
    )


def test_facts_come_from_findings() -> None:
    findings = ActorFindings(
        roles=(
            ActorRole(actor="@putin", role="main", count=3),
            ActorRole(actor="@erdogan", role="secondary", count=2),
            ActorRole(actor="@nato", role="mentioned", count=1),
        ),
        relations=(
            Relation(subject="@putin", object="@erdogan", verb_class="meets", start=0, end=9),
            Relation(subject="@putin", object="@nato", verb_class="", start=0, end=9),
        ),
        quotes=(
            Quote(start=0, end=9, text="We shall act together against the common enemy", speaker="@putin"),
            Quote(start=9, end=12, text="very good", speaker="@erdogan"),
        ),
    )
    places = {"@sochi": ("Sochi", 5), "@astana": ("Astana", 50)}
    found = facts_of(7, "en", findings, counts={"40": "40 jets"}, places=places, news_end=9)
    assert (found.pairs, found.news_pairs) == ({("@erdogan", "@putin"), ("@nato", "@putin")},) * 2
    assert (found.places, found.news_places) == ({"@sochi": "Sochi", "@astana": "Astana"}, {"@sochi"})
    unread = facts_of(7, "ar", replace(findings, relations=()), counts={})
    assert (len(unread.pairs), unread.news_pairs) == (3, frozenset())
    assert (found.actors, found.deeds, found.counts, [speaker for speaker, _ in found.quotes]) == (
        {"@putin", "@erdogan", "@nato"},
        {("@erdogan", "meets", "@putin")},
        {"40": "40 jets"},
        ["@putin"],
    )


@pytest.mark.parametrize(
    ("text", "language", "counted"),
    [
        ("At least 2,500 soldiers and 12 jets on Aug 11, 2016", "en", {"2500": "2,500 soldiers", "12": "12 jets"}),
        (
            "A deal over 3.5 billion dollars; prices up by 40 %",
            "en",
            {"3.5 billion": "3.5 billion dollars", "40": "40 %"},
        ),
        ("Um 18.30 Uhr am 9. August meldeten 2600 neue Fälle", "de", {"2600": "2600 neue Fälle"}),
        ("14 Menschen starben nach 5 Tagen, einer war 23 Jahre alt", "de", {"14": "14 Menschen"}),
        ("22 yaşındaki asker, 24 Kasım'da 12 kişiyle", "tr", {"12": "12 kişiyle"}),
        ("12 августа погибли 70 человек за 3 часа", "ru", {"70": "70 человек"}),
    ],
)
def test_a_number_is_told_with_what_it_counts(text: str, language: str, counted: dict[str, str]) -> None:
    assert counts_of(text, language) == counted
