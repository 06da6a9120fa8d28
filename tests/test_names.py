"""The matcher: which letters are a name, in which language, and where exactly they stand."""

import pytest

from monitor.analyse.names import Form, Hit, Matcher, fold

FORMS = [
    Form("Turkey", "@turkey", "en", "name"),
    Form("Türkei", "@turkey", "de", "name"),
    Form("Türkiye", "@turkey", "tr", "name"),
    Form("Турция", "@turkey", "ru", "name"),
    Form("تركيا", "@turkey", "ar", "name"),
    Form("Turquie", "@turkey", "fr", "name"),
    Form("türkisch", "@turkey", "de", "adjective"),
    Form("Türk", "@turkey", "tr", "adjective"),
    Form("турецкий", "@turkey", "ru", "adjective"),
    Form("IS", "@is", "en", "name", case_sensitive=True),
    Form("IS", "@is", "de", "name", case_sensitive=True),
    Form("Islamischer Staat", "@is", "de", "name"),
    Form("Vladimir Putin", "@putin", "*", "name"),
    Form("Putin", "@putin", "*", "short"),
    Form("Владимир Путин", "@putin", "ru", "name"),
    Form("Путин", "@putin", "ru", "short"),
    Form("Çavuşoğlu", "@cavusoglu", "*", "short"),
    Form("Esad", "@assad", "tr", "short", case_sensitive=True),
    Form("Dışişleri Bakanlığı", "@mfa", "tr", "name"),
    Form("Министерство обороны", "@mod", "ru", "name"),
    Form("Lee Brown", "@lee_brown", "*", "name"),
    Form("Brown", "@lee_brown", "*", "context"),
    Form("James Brown", "@james_brown", "*", "name"),
    Form("Brown", "@james_brown", "*", "context"),
    Form("bombardier*", "bombing", "de", "concept"),
    Form("uçak", "aircraft", "tr", "concept"),
    Form("удар", "strike", "ru", "concept"),
    Form("airstrike", "airstrike", "en", "concept"),
]
MATCHER = Matcher(FORMS)


def found(text: str, lang: str) -> list[tuple[str, str]]:
    return [(text[hit.start : hit.end], hit.id) for hit in MATCHER.find(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Turkey carved a turkey.", [("Turkey", "@turkey")]),
        ("en", "What is IS?", [("IS", "@is")]),
        ("en", "THIS IS TURKEY", [("TURKEY", "@turkey")]),
        ("en", "Putin's Putinism", [("Putin", "@putin")]),
        ("en", "two Airstrikes", [("Airstrikes", "airstrike")]),
        ("de", "Putins Putinismus", [("Putins", "@putin")]),
        ("de", "Tuerkei und Türkei-Politik", [("Tuerkei", "@turkey"), ("Türkei", "@turkey")]),
        ("de", "mit türkischen Jets", [("türkischen", "@turkey")]),
        ("de", "des Islamischen Staates", [("Islamischen Staates", "@is")]),
        ("de", "IS-Kämpfer bombardierten", [("IS", "@is"), ("bombardierten", "bombing")]),
        ("tr", "Türkiye’nin, Türkiyenin", [("Türkiye", "@turkey"), ("Türkiyenin", "@turkey")]),
        ("tr", "Türk, Türkçe", [("Türk", "@turkey")]),
        ("tr", "Cavusoglu ÇAVUŞOĞLU'na", [("Cavusoglu", "@cavusoglu"), ("ÇAVUŞOĞLU", "@cavusoglu")]),
        ("tr", "Esad'ın esadı", [("Esad", "@assad")]),
        ("tr", "Dışişleri Bakanlığından uçağı", [("Dışişleri Bakanlığından", "@mfa"), ("uçağı", "aircraft")]),
        ("ru", "Владимиру Путину и Путиным", [("Владимиру Путину", "@putin"), ("Путиным", "@putin")]),
        ("ru", "в Турции турецкими", [("Турции", "@turkey"), ("турецкими", "@turkey")]),
        ("ru", "Министерством обороны", [("Министерством обороны", "@mod")]),
        ("ru", "ударами путинизм", [("ударами", "strike")]),
        ("ar", "وتركيا لتركيا متركيا", [("تركيا", "@turkey"), ("تركيا", "@turkey")]),
        ("fr", "l’accord de la Turquie", [("Turquie", "@turkey")]),
        ("fr", "d'Turquie", [("Turquie", "@turkey")]),
        ("es", "Vladimir Putin viaja", [("Vladimir Putin", "@putin")]),
    ],
)  # fmt: skip
def test_find(lang: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, lang) == expected


def test_offsets_point_into_the_text_as_it_stands() -> None:
    text = "Die Tür\u00adkei und die Tu\u0308rkei"
    assert MATCHER.find(text, "de") == [
        Hit(4, 11, "@turkey", "name", "Türkei"),
        Hit(20, 27, "@turkey", "name", "Türkei"),
    ]


def test_a_surname_counts_for_the_bearer_named_last_before_it() -> None:
    text = "Brown came. Lee Brown spoke. Brown left. James Brown sang. Brown danced."
    ids = [hit.id for hit in MATCHER.find(text, "en")]
    assert ids == ["@lee_brown", "@lee_brown", "@lee_brown", "@james_brown", "@james_brown"]


def test_a_surname_alone_is_nobody() -> None:
    assert MATCHER.find("Brown came.", "en") == []


def test_folding_meets_across_spellings() -> None:
    assert fold("Çavuşoğlu’nun") == fold("CAVUSOGLU'nun") == "cavusoglu'nun"
    assert fold("Семён") == fold("Семен")
