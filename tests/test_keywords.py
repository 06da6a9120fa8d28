"""Keyword rules against texts: what a phrase finds and what it doesn't, near what, where, and what follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analyse.keywords import MAX_SPANS, KeywordMatcher, Words, keyword_points, passes
from monitor.analyse.names import Hit
from monitor.model import KeywordRule, Phrase, RuleHit

TURKEY = "@turkey"


def rule(
    *phrases: str | Phrase, group: str = "any", name: str = "r", scope: str = "text", points: float = 0
) -> KeywordRule:
    listed = tuple(phrase if isinstance(phrase, Phrase) else Phrase(text=phrase) for phrase in phrases)
    return KeywordRule(name=name, group=group, phrases=listed, scope=scope, points=points)


def found(
    phrase: str | Phrase, text: str, language: str = "en", *, title: str = "", hits: tuple[Hit, ...] = ()
) -> list[str]:
    """What the phrase finds, as it stands in the text."""
    (hit,) = KeywordMatcher([rule(phrase)]).evaluate(title, text, language, hits)
    whole = f"{title}\n{text}"
    assert hit.is_hit == bool(hit.spans)
    return [whole[start:end] for start, end in hit.spans]


def hit_at(text: str, surface: str, identity: str = TURKEY, *, title: str = "") -> Hit:
    """A hit as the matcher of names gives it."""
    start = f"{title}\n{text}".index(surface)
    return Hit(start, start + len(surface), identity, "name", surface)


@pytest.mark.parametrize(
    ("phrase", "text", "language", "expected"),
    [
        ("warplane", "A Warplane, two warplanes", "en", ["Warplane"]),
        ("warplane*", "A Warplane, two warplanes", "en", ["Warplane", "warplanes"]),
        ("terror*", "Terror! Antiterror, Terrormiliz", "de", ["Terror", "Terrormiliz"]),
        ("shot down", "was shot down; Shot  down: shot was down", "en", ["shot down", "Shot  down"]),
        ("joint* operation*", "jointly operating; joint operations", "en", ["joint operations"]),
        ("Su-24", "eine Su-24, eine SU 24, Su-242", "de", ["Su-24", "SU 24"]),
        # the apostrophe begins a suffix that belongs to no word
        ("Rusya", "Rusya'nın teklifi, Rusya’ya", "tr", ["Rusya", "Rusya"]),
        ("Rusya Suriye", "Rusya'nın Suriye politikası", "tr", ["Rusya'nın Suriye"]),
        ("Turkey", "Turkey's army", "en", ["Turkey"]),
        ("État", "chef de l'État, en état", "fr", ["État", "état"]),
        # accents: free in long words, binding in short ones
        ("Cavusoglu", "Çavuşoğlu, CAVUSOGLU", "en", ["Çavuşoğlu", "CAVUSOGLU"]),
        ("Çavuşoğlu", "Cavusoglu", "en", ["Cavusoglu"]),
        ("Kürt*", "Kürtler ve kurtlar", "tr", ["Kürtler"]),
        ("Kurt", "Kürt", "tr", []),
        # German umlauts and ß, written either way, in short words too
        ("Türkei", "Tuerkei Türkei TÜRKEI", "de", ["Tuerkei", "Türkei", "TÜRKEI"]),
        ("Tuerkei", "die Türkei", "de", ["Türkei"]),
        ("Fuß", "Fuss, Fuß", "de", ["Fuss", "Fuß"]),
        ("grosse", "große", "de", ["große"]),
        # Turkish i with and without a dot, Russian е and ё
        ("ışık", "IŞIK, Işık, ışık", "tr", ["IŞIK", "Işık", "ışık"]),
        ("İran", "iran, İRAN, Iran", "tr", ["iran", "İRAN", "Iran"]),
        ("ещё", "Еще, ещё", "ru", ["Еще", "ещё"]),
        ("совместн* операц*", "о совместной операции", "ru", ["совместной операции"]),
        ("мир", "мирный мир", "ru", ["мир"]),
        # letters that fold to nothing keep their place
        ("Aleppo", "A\u00adlep\u00adpo fiel", "de", ["A\u00adlep\u00adpo"]),
        ("Türkei", "Tu\u0308rkei", "de", ["Tu\u0308rkei"]),
        ("سوريا", "في سُورِيا", "ar", ["سُورِيا"]),
        ("no", "yes", "en", []),
    ],
)  # fmt: skip
def test_words_and_phrases(phrase: str, text: str, language: str, expected: list[str]) -> None:
    assert found(phrase, text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der IS ist geschlagen. is IS'in", ["IS", "IS"]),
        ("WHAT IS GOING TO HAPPEN", []),  # a shouted line
        ("PKK, IS, YPG", ["IS"]),  # a list of acronyms is not shouting
    ],
)
def test_an_acronym_is_matched_in_every_letter(text: str, expected: list[str]) -> None:
    assert found(Phrase(text="IS", is_case_sensitive=True), text, "tr") == expected


def test_an_exact_prefix() -> None:
    assert found(Phrase(text="IS*", is_case_sensitive=True, is_prefix=True), "ISIS, Island, ISIL", "en") == [
        "ISIS",
        "ISIL",
    ]


@pytest.mark.parametrize(
    ("within", "text", "expected"),
    [
        (1, "talks Syria", ["talks"]),
        (1, "talks on Syria", []),
        (2, "talks on Syria", ["talks"]),
        (2, "Syria saw talks", ["talks"]),
        (3, "talks and more and more Syria, talks", ["talks"]),
        (10, "talks alone", []),
    ],
)
def test_counts_only_near(within: int, text: str, expected: list[str]) -> None:
    assert found(Phrase(text="talks", near=("Syria", "Iraq"), within=within), text) == expected


def test_a_headline_is_not_near_the_text() -> None:
    phrase = Phrase(text="talks", near=("Syria",), within=50)
    assert found(phrase, "Syria waits", title="New talks") == []
    assert found(phrase, "Syria waits", title="New talks on Syria") == ["talks"]
    assert found("talks Syria", "Syria waits", title="New talks") == []


def test_near_is_something_else_than_the_phrase_itself() -> None:
    assert found(Phrase(text="joint fight", near=("fight",), within=5), "a joint fight alone") == []
    assert found(Phrase(text="joint fight", near=("fight",), within=5), "a joint fight, a long fight") == [
        "joint fight"
    ]


def test_actors_and_concepts_are_cited_by_id() -> None:
    text = "Ankara sent jets; more jets over Ankara"
    hits = (hit_at(text, "Ankara"), hit_at(text, "jets", "warplane"))
    assert found(TURKEY, text, hits=hits) == ["Ankara"]
    assert found("~warplane", text, hits=hits) == ["jets"]
    assert found("@russia", text, hits=hits) == []
    assert found(Phrase(text="~warplane", near=(TURKEY,), within=2), text, hits=hits) == ["jets"]
    assert found(Phrase(text="more", near=(TURKEY,), within=2), text, hits=hits) == []


@pytest.mark.parametrize(("scope", "expected"), [("title", 1), ("lead", 2), ("text", 3)])
def test_where_a_rule_looks(scope: str, expected: int) -> None:
    matcher = KeywordMatcher([rule("gas", scope=scope)])
    (hit,) = matcher.evaluate("Gas again", "Gas is dear.\n\nAnd gas is scarce.", "en", ())
    assert len(hit.spans) == expected


def test_the_lead_of_a_text_in_one_piece_ends() -> None:
    text = "word " * 200 + "gas"
    (hit,) = KeywordMatcher([rule("gas", scope="lead")]).evaluate("Title", text, "en", ())
    assert not hit.is_hit


def test_a_rule_without_phrases_for_the_language_says_nothing() -> None:
    german = rule(Phrase(text="Krieg", language="de"))
    assert KeywordMatcher([german]).evaluate("", "savaş", "tr", ()) == ()
    (hit,) = KeywordMatcher([german]).evaluate("", "Frieden", "de", ())
    assert not hit.is_hit


RULES = (
    rule("Turkey", "Russia", name="one", group="any"),
    rule("Syria", "IS", name="both", group="all"),
    rule("football", name="sport", group="none"),
    rule("talks", "deal", name="diplomacy", group="weight", points=4),
    rule("gas", name="gas", group="weight", points=-6),
)


@pytest.mark.parametrize(
    ("text", "held_by", "points"),
    [
        ("Turkey on Syria and IS: talks and a deal", "", 4),
        ("Turkey on Syria and IS: talks on gas", "", -2),
        ("Syria and IS", "rule «one»: has none of what it asks for", 0),
        ("Turkey on Syria", "rule «both»: lacks part of what it asks for", 0),
        ("Turkey, Syria, IS, football", "rule «sport»: has what it excludes", 0),
    ],
)
def test_groups(text: str, held_by: str, points: float) -> None:
    hits = KeywordMatcher(RULES).evaluate("", text, "en", ())
    assert [hit.rule for hit in hits] == [each.name for each in RULES]
    assert passes(hits) == (not held_by, held_by)
    assert keyword_points(hits) == points


def test_whole_value() -> None:
    hits = KeywordMatcher(RULES[:1]).evaluate("Russia", "and Turkey", "en", ())
    assert hits == (RuleHit(rule="one", group="any", is_hit=True, points=0.0, spans=((0, 6), (11, 17))),)


def test_a_text_of_one_word_a_hundred_thousand_times() -> None:
    phrase = Phrase(text="Syria", near=("Syria", "talks"), within=3)
    (hit,) = KeywordMatcher([rule(phrase)]).evaluate("", "Syria " * 100_000, "en", ())
    assert len(hit.spans) == MAX_SPANS


texts = st.text(alphabet=st.sampled_from("abIiıİßäueÄsё еЁ'’-\n\u0308\u00ad.İÇس"), max_size=60)


@given(title=texts, text=texts, language=st.sampled_from(["de", "en", "tr", "ru", "fr", "ar", "xx"]))
def test_words_lie_in_the_text_in_order(title: str, text: str, language: str) -> None:
    words = Words(title, text, language)
    whole = f"{title}\n{text}"
    assert len(words.keys) == len(words.spans)
    ends = 0
    for start, end in words.spans:
        assert ends <= start < end <= len(whole)
        assert not any(char.isspace() for char in whole[start:end])
        ends = end


@given(text=texts, language=st.sampled_from(["de", "tr", "ru", "fr"]))
def test_every_word_of_a_text_finds_itself(text: str, language: str) -> None:
    words = Words("", text, language)
    for index in range(len(words.keys)):
        surface = words.surface(index)
        (hit,) = KeywordMatcher([rule(surface)]).evaluate("", text, language, ())
        assert words.spans[index] in hit.spans
