"""Measures of a seed, its echo, and what a score is made of: parts that sum, guards that hold."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sklearn.feature_extraction.text import TfidfVectorizer

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import day_one
from monitor.analyse.echo import ECHO_TERMS, with_echo
from monitor.analyse.profile import ProfileError, SeedProfile, profile_of
from monitor.analyse.reader import TextReader
from monitor.analyse.similarity import KEY_TERMS, Seed, Vector, cosine, key_weights
from monitor.analyse.text import analyzer
from monitor.analyse.weights import shipped_weights
from monitor.app import App
from monitor.model import Article, Outcome, ScoreCard, TextQuality
from monitor.settings import load_config
from monitor.tune.subjects import with_stored_echo

TITLE = "Turkey and Russia discuss joint operations against Islamic State"
TEXT = (
    "Turkey wants to fight Islamic State in Syria together with Russia, Foreign Minister Mevlut Cavusoglu said. "
    "Turkish officers and diplomats are in Moscow to talk about it. Presidents Recep Tayyip Erdogan and Vladimir Putin "
    "had agreed in St. Petersburg to work more closely, although they differ on Syrian President Bashar al-Assad. "
)
HARBOUR = "The town council has put off its vote on the new harbour. Residents fear for their view of the sea. " * 6


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return App(load_config(None, {})).reader


def read(reader: TextReader, title: str, text: str, lang: str = "en", **options: TextQuality) -> ScoreCard:
    quality = options.get("quality", TextQuality.FULL)
    (card,) = reader.read(title, text, language_hint=lang, quality=quality).scores
    return card


def analysed(reader: TextReader, title: str, text: str) -> Analysis:
    return reader.analyser.analyse(title, text, "en")


# --- parts ----------------------------------------------------------------------------------------------------------

WORDS = (
    *("Turkey", "Russia", "Erdogan", "Putin", "Syria", "IS", "Ankara", "Moscow", "airstrike", "talks", "football"),
    *("harbour", "the", "gas", "deal", "Su-24", "met", ".", "\n"),
)
SCRAPS = some.lists(some.sampled_from(WORDS), max_size=60).map(" ".join)


@settings(max_examples=150)
@given(title=SCRAPS, text=SCRAPS, quality=some.sampled_from(list(TextQuality)))
def test_the_parts_sum_to_the_score(reader: TextReader, title: str, text: str, quality: TextQuality) -> None:
    card = read(reader, title, text, quality=quality)
    assert math.isclose(math.fsum(part.points for part in card.parts), card.score, abs_tol=1e-9)
    explained = [part for part in card.parts if not part.name.startswith(("rule:", "calibration"))]
    told = math.fsum(each.points for each in card.contributions)
    assert told <= math.fsum(part.points for part in explained) + 1e-6


def test_the_same_text_has_the_same_score(reader: TextReader) -> None:
    assert read(reader, TITLE, TEXT) == read(reader, TITLE, TEXT)


# --- guards ---------------------------------------------------------------------------------------------------------


def test_a_menu_of_the_region_does_not_score(reader: TextReader) -> None:
    menu = "Home | World | Turkey | Russia | Syria | Iraq | Iran | Israel | Sport | Culture | Travel | Contact\n"
    card = read(reader, "Residents wait for a vote on the harbour", menu + HARBOUR + menu)
    assert card.outcome is Outcome.BELOW


def test_twenty_words_and_twenty_thousand_behave(reader: TextReader) -> None:
    short = read(reader, TITLE, " ".join(TEXT.split()[:20]))
    long = read(reader, TITLE, TEXT * 400)
    drowned = read(reader, "What happened in the world this year", HARBOUR * 80 + TEXT + HARBOUR * 80)
    assert short.outcome in (Outcome.MATCH, Outcome.NEAR_MISS)
    assert long.outcome is Outcome.MATCH
    assert long.score < 3 * short.score
    assert drowned.outcome is Outcome.BELOW


def test_a_ticker_is_scored_by_its_best_stretch(reader: TextReader) -> None:
    ticker = f"{HARBOUR * 6}\n{TEXT * 5}\n{HARBOUR * 6}"
    whole = read(reader, "The day as it happened", ticker)
    card = read(reader, "The day as it happened", ticker, quality=TextQuality.TICKER)
    assert card.score > whole.score + 10
    assert card.passage is not None
    whole_text = f"The day as it happened\n{ticker}"
    assert "Islamic State" in whole_text[slice(*card.passage)]


@pytest.mark.parametrize("quality", [TextQuality.HEADLINE_ONLY, TextQuality.SUMMARY_ONLY, TextQuality.STUB])
def test_what_is_not_the_full_text_only_suggests(reader: TextReader, quality: TextQuality) -> None:
    text = "" if quality is TextQuality.HEADLINE_ONLY else TEXT
    assert read(reader, TITLE, text, quality=quality).outcome is Outcome.SUGGESTION


def test_a_language_without_profile_is_met_through_names_and_only_suggests(reader: TextReader) -> None:
    text = (
        "Turquía quiere combatir al Estado Islámico en Siria junto con Rusia. Erdogan y Putin se reunieron en San "
        "Petersburgo; Cavusoglu habló en Ankara con Lavrov. Turquía y Rusia discuten operaciones conjuntas en Siria. "
    )
    card = read(reader, "Turquía y Rusia hablan de Siria: Erdogan con Putin", text * 3, "es")
    assert card.outcome is Outcome.SUGGESTION
    assert card.outcome_reason == "no seed profile in this language"


# --- measures -------------------------------------------------------------------------------------------------------


def test_lexical_is_the_cosine_that_scikit_learn_finds(reader: TextReader) -> None:
    one, other = analysed(reader, "", TEXT), analysed(reader, "", TEXT[:150] + HARBOUR)
    idf = day_one().table("en")
    vectorizer = TfidfVectorizer(analyzer=analyzer("en"), sublinear_tf=True, norm="l2").fit([one.text, other.text])
    vectorizer.idf_ = np.array([max(idf[term], 0.0) for term in vectorizer.get_feature_names_out()])
    left, right = vectorizer.transform([one.text, other.text])
    ours = cosine(Vector.of(one.counts, idf.__getitem__), Vector.of(other.counts, idf.__getitem__))
    assert ours.value == pytest.approx((left @ right.T).toarray()[0, 0], abs=1e-12)
    assert sum(ours.by_term.values()) == pytest.approx(ours.value)


def test_the_lead_says_what_a_text_is_about() -> None:
    weights = key_weights({"harbour": 2, "council": 2}, ["harbour"], lambda term: 1.0)
    assert weights["harbour"] > weights["council"]
    assert sum(weights.values()) == pytest.approx(1.0)


def test_an_echo_adds_what_the_nearest_articles_call_the_subject(reader: TextReader) -> None:
    seed = analysed(reader, "Vote on harbour put off", HARBOUR)
    near = analysed(reader, "Marina vote", "The marina is what residents call the harbour. The marina waits. " * 8)
    profile = profile_of(seed, name="harbour")
    heard = with_echo(profile, [(40.0, near), (0.0, analysed(reader, "Gas", "Gas prices fall. " * 20))], day_one())
    asked = Seed(heard, day_one()).key_terms(analysed(reader, "The marina", "The marina opens in May. " * 5))
    assert asked.value > Seed(profile, day_one()).key_terms(analysed(reader, "", "The marina opens in May. ")).value
    assert "gas" not in heard.echo["en"]
    assert len(heard.echo["en"]) <= ECHO_TERMS
    assert with_echo(heard, [], day_one()).echo == {}


def test_the_key_is_short(reader: TextReader) -> None:
    profile = profile_of(analysed(reader, TITLE, TEXT), name="x")
    measure = Seed(profile, day_one()).key_terms(analysed(reader, TITLE, TEXT))
    assert 0 < len(measure.by_term) <= KEY_TERMS
    assert 0 < measure.value <= 1


def test_a_profile_survives_its_file(reader: TextReader) -> None:
    profile = replace(profile_of(analysed(reader, TITLE, TEXT), name="x"), echo={"en": {"marina": 0.5}})
    assert SeedProfile.from_json(profile.to_json()) == SeedProfile.from_json(
        SeedProfile.from_json(profile.to_json()).to_json()
    )
    with pytest.raises(ProfileError, match="no seed profile"):
        SeedProfile.from_json("{}")


# --- explanation ----------------------------------------------------------------------------------------------------


def test_a_match_is_explained_with_the_words_of_the_seed(reader: TextReader) -> None:
    text = (
        "Турция хочет вместе с Россией бороться с ИГ в Сирии, заявил глава МИД Турции Мевлют Чавушоглу. Переговоры "
        "идут в Москве. Эрдоган и Путин встретились в Санкт-Петербурге. "
    )
    card = read(reader, "Турция и Россия обсуждают совместную борьбу с ИГ", text * 2, "ru")
    behind = {each.term: each.seed_term for each in card.contributions}
    assert behind["@turkey"] in ("Türkei", "Die Türkei", "Ankara")
    assert card.passage is not None
    assert {"analyzer", "background", "weights", "profile", "keywords"} <= set(card.versions)


def test_what_nobody_will_read_has_no_passage(reader: TextReader) -> None:
    assert read(reader, "Harbour vote put off", HARBOUR).passage is None


def test_a_stored_echo_is_of_near_articles_in_the_seeds_language(reader: TextReader) -> None:
    profile = profile_of(analysed(reader, "Vote on harbour put off", HARBOUR), name="harbour")
    text = "Sailors want the marina, and the council has not found a day for its vote on the harbour. The sea is near. "
    near = stored(1, "Harbour: no day for a vote", text * 4)
    articles = [near, stored(2, "Gas", "Gas prices fall. " * 20), replace(near, id=3, language="de")]
    heard = with_stored_echo(
        profile, articles, analyser=reader.analyser, background=day_one(), weights=shipped_weights()
    )
    assert set(heard.echo) == {"en"}
    assert "marina" in heard.echo["en"]
    assert "gas" not in heard.echo["en"]


def stored(number: int, title: str, text: str) -> Article:
    day = datetime(2026, 11, 22, tzinfo=UTC)
    return Article(
        id=number,
        url=f"https://example.org/{number}",
        title=title,
        text=text,
        language="en",
        is_language_sure=True,
        published=day,
        authors=(),
        method="page",
        quality=TextQuality.FULL,
        reasons=(),
        content_hash="",
        feed_id="feed",
        is_backlog=False,
        first_seen_at=day,
        version=1,
        version_at=day,
    )


def test_an_echo_is_heard_only_in_languages_of_the_profile(reader: TextReader) -> None:
    profile = profile_of(analysed(reader, "Vote on harbour put off", HARBOUR), name="harbour")
    stray = reader.analyser.analyse("Hafen", "Über den Hafen wird nicht abgestimmt, und das ist neu. " * 9, "de")
    assert stray.lang == "de"
    assert with_echo(profile, [(1.0, stray)], day_one()).echo == {}
