"""The language of a text, and whether that is sure."""

from __future__ import annotations

import pytest

from monitor.analyse.language import detect

GERMAN = "Die Türkei will mit Russland gegen den IS kämpfen, und das ist nach Angaben der Regierung nicht neu. " * 3
ENGLISH = (
    "The minister said that the talks with Moscow had been useful and that they would go on after the summer. " * 3
)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", GERMAN),
        ("en", ENGLISH),
        (
            "tr",
            "Türkiye ve Rusya, Suriye'de ortak operasyon için görüşmelere devam ediyor, bu bir ilk olarak görülüyor.",
        ),
        (
            "ru",
            "Турция и Россия обсуждают совместные операции в Сирии, сообщает агентство, что это значит, пока неясно.",
        ),
        ("ar", "تركيا وروسيا تبحثان عمليات مشتركة في سوريا ضد التنظيم الذي أعلن مسؤوليته عن الهجوم"),
        (
            "fr",
            "La Turquie et la Russie discutent des opérations communes en Syrie, ce qui est une première.",
        ),
        ("uk", "Президент України заявив, що в країні не буде виборів до кінця року, і це рішення може змінитися."),
        ("bg", "Президентът на България заяви, че в страната няма да има избори до края на годината."),
        ("az", "Azərbaycan prezidenti bildirib ki, ölkədə bu il seçki olmayacaq və bir çox ekspert bunu deyir."),
        ("nl", "De president van het land heeft gezegd dat er dit jaar geen verkiezingen zullen zijn voor de partij."),
    ],
)
def test_languages_and_their_neighbours_are_told_apart(lang: str, text: str) -> None:
    guess = detect("", text)
    assert (guess.lang, guess.sure) == (lang, True)


def test_a_mixed_text_is_not_sure() -> None:
    assert not detect("", GERMAN * 2 + ENGLISH * 3).sure


def test_a_hint_breaks_ties_but_not_scripts() -> None:
    assert detect("Putin in Ankara", "", "tr").lang == "tr"
    assert not detect("Putin in Ankara", "", "tr").sure
    assert detect("Putin in Ankara", "", "ru").lang != "ru"
    assert detect("", "", "tr").lang == "tr"
    assert detect("", "").lang == "und"
