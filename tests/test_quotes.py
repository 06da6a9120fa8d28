"""Who says what: direct and indirect speech in four languages, and speech of nobody with a name."""

import pytest

from monitor.analyse.actors import extract_actors
from tests.actor_scoring import shipped_gazetteer


def quotes(lang: str, text: str) -> list[tuple[str, str, bool]]:
    found = extract_actors("", text, lang, shipped_gazetteer()).quotes
    return [(quote.speaker, quote.text, quote.is_direct) for quote in found]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de", "„Wir reden weiter“, sagte Putin in Sotschi.", [("@putin", "Wir reden weiter", True)]),
        ("de", "Putin sagte, man rede weiter.", [("@putin", "man rede weiter", False)]),
        ("de", "Putin sagte, man rede mit der Türkei weiter.", [("@putin", "man rede mit der Türkei weiter", False)]),
        ("de", "Die Lage sei ernst, erklärte das Außenministerium in Moskau.",
         [("@russian_mfa", "Die Lage sei ernst", False)]),
        ("de", "Nach Angaben der NATO wurden zwei Jets abgefangen.", [("@nato", "wurden zwei Jets abgefangen", False)]),
        ("de", "Ein Diplomat erklärte, die Lage sei sehr ernst.", [("", "die Lage sei sehr ernst", False)]),
        ("en", '"We will keep talking to Turkey," Putin said.', [("@putin", "We will keep talking to Turkey,", True)]),
        ("en", "Putin said that the talks would go on.", [("@putin", "the talks would go on", False)]),
        ("en", "The talks would go on in May, Putin said.", [("@putin", "The talks would go on in May", False)]),
        ("en", "According to NATO, two jets were intercepted.", [("@nato", "two jets were intercepted", False)]),
        ("en", "Residents said the town had been shelled.", [("", "the town had been shelled", False)]),
        ("tr", "Putin, görüşmelerin süreceğini ve anlaşmanın yakın olduğunu söyledi.",
         [("@putin", "görüşmelerin süreceğini ve anlaşmanın yakın olduğunu", False)]),
        ("tr", 'Lavrov, "Görüşmeler sürecek ve anlaşacağız" dedi.',
         [("@lavrov", "Görüşmeler sürecek ve anlaşacağız", True)]),
        ("tr", "Görüşmelerin yakında yeniden başlayacağını belirten Lavrov ayrıldı.",
         [("@lavrov", "Görüşmelerin yakında yeniden başlayacağını", False)]),
        ("ru", "«Мы продолжим переговоры с Турцией», — сказал Путин.",
         [("@putin", "Мы продолжим переговоры с Турцией", True)]),
        ("ru", "Путин заявил, что переговоры будут продолжены.", [("@putin", "переговоры будут продолжены", False)]),
        ("ru", "По словам Лаврова, переговоры будут продолжены.", [("@lavrov", "переговоры будут продолжены", False)]),
        ("ru", "«Мы ждём ответа из Анкары уже давно», — сообщил «НГ» политолог Иван Сидоркин.",
         [("?Иван Сидоркин", "Мы ждём ответа из Анкары уже давно", True)]),
    ],
)  # fmt: skip
def test_quotes(lang: str, text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert quotes(lang, text) == expected


@pytest.mark.parametrize(
    ("lang", "text", "speaker"),
    [
        ("en", "Putin arrived on Monday. He said that the talks would go on.", "@putin"),
        ("de", "Putin kam am Montag. Der Präsident sagte, die Gespräche gingen lange weiter.", "@putin"),
        ("ru", "Путин прибыл в понедельник. Он заявил, что переговоры будут продолжены.", "@putin"),
        ("tr", "Lavrov pazartesi geldi. Bakan, görüşmelerin uzun süre devam edeceğini söyledi.", "@lavrov"),
    ],
)
def test_pronouns_and_bare_titles_mean_who_acted_last(lang: str, text: str, speaker: str) -> None:
    assert [found for found, _, _ in quotes(lang, text)] == [speaker]


def test_an_agency_that_reports_is_no_speaker() -> None:
    assert quotes("en", "Reuters reported that two jets had been shot down.") == [
        ("", "two jets had been shot down", False)
    ]


def test_names_in_quotation_marks_are_no_quotes() -> None:
    assert quotes("ru", "Проект «Турецкий поток» одобрен.") == []
    assert quotes("en", 'He read "War and Peace" aloud.') == []


def test_a_speech_goes_on_in_the_next_quotation() -> None:
    text = '"We will keep talking to Turkey," Putin said. "Nobody wants this war to go on for years."'
    assert [speaker for speaker, _, _ in quotes("en", text)] == ["@putin", "@putin"]


@pytest.mark.parametrize(
    ("lang", "text", "speakers"),
    [
        # The report stands inside the marks.
        ("ru", "«Вопрос этот очень сложный, – отметил в беседе с «НГ» Лавров. – Мы всё равно не прекратим переговоры».",
         ["@lavrov", "@lavrov"]),
        # A paper reports what somebody said, or says it itself.
        ("en", 'But, Davutoglu said, it is "out of the question for all," Reuters reports.',
         ["@davutoglu", "@davutoglu"]),
        ("en", '"It would help ISIS as it did so often," The Washington Post reports.', [""]),
        # Who stands nearest to the verb, not who is a person.
        ("en", "They fight the SDF in the north, and Washington has said that the talks would go on.", ["@usa"]),
        # Appositions, with a comma and without.
        ("de", "„Das prüfen wir jetzt sehr genau“, sagte der Sprecher der SPD, Rolf Mützenich, am Montag.",
         ["?Rolf Mützenich"]),
        ("en", "Karen Miller a teacher from the town told us that the school had been closed.", ["?Karen Miller"]),
        # One of many stays unnamed.
        ("en", "A senior Turkish official said the border would be closed soon.", [""]),
        ("en", "Turkish officials said the border would be closed soon.", [""]),
        ("en", "Turkish authorities said the border would be closed soon.", ["@turkey"]),
        # A post is of the state beside it.
        ("ru", "Путин встретил Эрдогана. Турецкий лидер заявил, что переговоры будут продолжены.", ["@erdogan"]),
        # «She» is no man.
        ("en", "Merkel met Putin in Berlin. She said that the talks would go on.", ["@merkel"]),
        ("de", "Das Gespräch sei gut gewesen, so der Kreml.", ["@kremlin"]),
        # The article belongs to the subject; the points of a rank end nothing.
        ("de", "Erdogan schwieg. „Wir warten das ab“, sagte der russische Außenminister Sergej Lawrow.", ["@lavrov"]),
        ("en", "Putin left. “I judge it by its aims,” said retired Army Lt. Gen. James Sample.", ["?James Sample"]),
        ("ru", "По словам вице-премьера Турции Нумана Куртулмуша, переговоры продолжатся.", ["@kurtulmus"]),
        # Who is urged does not urge; who opens a sentence in the plural has no name.
        ("en", "Syria is urged to let the inspectors in at once.", [""]),
        ("tr", "Putin geldi. Ankara ile Moskova, Esad'ın geleceği konusunda farklı düşünüyor.", [""]),
        ("tr", "Lavrov geldi. Sanayiciler, henüz bir sorunla karşılaşmadıklarını söyledi.", [""]),
        ("tr", "Lavrov geldi. Rus bakana göre görüşmeler yakında yeniden başlıyor.", ["@lavrov"]),
        ("de", "Mazedonien hat nach eigenen Angaben 300 Migranten nach Griechenland geschickt.", ["@north_macedonia"]),
        ("de", "Türkei: Erdoğan verfolgt seinen alten Kurs weiter.", []),
        ("de", "Ankara: Wir verfolgen unseren Kurs weiter.", ["@turkey"]),
        ("tr", "Rusya'dan haber geldi. Reuters ise, görüşmelerin yakında yeniden başlayacağını iddia etti.", [""]),
        # One of a body's people speaks without a name; the body's kind stands for the body itself.
        ("de", "„Das prüfen wir jetzt sehr genau“, sagte ein Sprecher des Kremls am Montag.", [""]),
        ("de", "Die türkische Armee griff an. Dem Militär zufolge starben zwei Kämpfer.", ["@turkish_armed_forces"]),
        ("ru", "По мнению экспертов Всемирного банка, экономика Турции будет расти.", [""]),
        ("en", "According to two Pentagon officials, the operation would begin soon.", [""]),
        # «According to» has many words; a Turkish statement comes from somebody.
        ("de", "Nach Auffassung Moskaus muss die Türkei sich entschuldigen.", ["@russia"]),
        ("en", "In Putin's view, the West is to blame for the war.", ["@putin"]),
        ("ru", "Эрдоган прилетел. По словам турецкого лидера, переговоры были полезными.", ["@erdogan"]),
        ("ru", "Эрдоган не исключил, что переговоры с Россией будут продолжены.", ["@erdogan"]),
        ("tr", "Kremlin'den yapılan yazılı açıklamada, iki liderin Suriye'yi görüştüğü belirtildi.", ["@kremlin"]),
        ("tr", "Mevlüt Çavuşoğlu'nun açıklamasına göre görüşmeler yakında yeniden başlıyor.", ["@cavusoglu"]),
        ("tr", "Putin geldi. Görüşmelerin yakında yeniden başlayacağı bildirildi.", [""]),
        # Whom an agency quotes; the first of those who speak together; a relative clause in the middle.
        ("en", "The talks would go on, Reuters reported, citing the Kremlin.", ["@kremlin"]),
        ("en", "The talks would go on in May, Reuters reported, citing Turkish officials.", [""]),
        ("de", "Die Gespräche hätten begonnen, meldete Interfax unter Berufung auf den Kreml.", ["@kremlin"]),
        ("ru", "Переговоры будут продолжены, сообщает ТАСС со ссылкой на Лаврова.", ["@lavrov"]),
        ("en", "Russia, Turkey and Iran said that they would fight on.", ["@russia"]),
        ("en", "After Putin met Erdogan, Lavrov said that the talks would go on.", ["@lavrov"]),
        ("de", "Erdogan, der am Montag in Moskau Putin traf, sagte, man werde nicht nachgeben.", ["@erdogan"]),
        # Verbs that say something with their particle alone, and what is not said.
        ("de", "Der russische Präsident Putin warf das umstrittene Thema der Kämpfer auf.", []),
        ("de", "Putin warf der Türkei vor, den Terroristen lange geholfen zu haben.", ["@putin"]),
        ("de", "Putin führte mit der Türkei lange Gespräche, darunter über Syrien.", []),
        ("en", "Putin did not say that the talks would go on.", []),
    ],
)  # fmt: skip
def test_who_speaks(lang: str, text: str, speakers: list[str]) -> None:
    assert [found for found, _, _ in quotes(lang, text)] == speakers


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Erdogan called Putin a dear friend and said the crisis was over.", "@erdogan"),
        ("Erdogan met Putin. He criticised the European Union, saying it had broken its word.", "@erdogan"),
        ("Lavrov, speaking alongside Cavusoglu, stressed that Moscow would go on talking.", "@lavrov"),
        ("Lavrov, after meeting Cavusoglu, said that Moscow would go on talking.", "@lavrov"),
        ("The talks will go on, Interfax quoted Lavrov as saying.", "@lavrov"),
        ("The talks will go on, Lavrov was quoted as saying by Interfax.", "@lavrov"),
        ("Cavusoglu was told by Lavrov that the talks would go on.", "@lavrov"),
        ("The report followed a warning by Lavrov that the talks might fail.", "@lavrov"),
        ("Lavrov's stark warning that the talks might fail was ignored.", "@lavrov"),
        ("Two U.S. officials told Reuters the operation would begin soon.", ""),
        ("Lavrov said the talks had failed. A Syrian rebel group told reporters it would fight on.", ""),
        ("Putin met Erdogan. The senator acknowledged that Russian influence was growing.", "@erdogan"),
    ],
)
def test_english_sentences_that_turn_the_speaker_round(text: str, speaker: str) -> None:
    assert {found for found, _, _ in quotes("en", text)[-1:]} == {speaker}


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        (
            "en",
            "Turkey wants to fight beside Russia, Cavusoglu said on Thursday, two days after the presidents met.",
            [("@cavusoglu", "Turkey wants to fight beside Russia", False)],
        ),
        (
            "en",
            "In an interview on Monday, Cavusoglu said the talks were over.",
            [("@cavusoglu", "the talks were over", False)],
        ),
        ("en", "Russia has propped up President Bashar al-Assad, whose removal Turkey has demanded for years.", []),
        ("en", "Fighters backed by the United States have taken full control of the town.", []),
        (
            "en",
            "Erdogan wrote to Putin. His spokesman confirmed that a letter was sent.",
            [("", "a letter was sent", False)],
        ),
        (
            "en",
            "Erdogan wrote to Putin. He described Russia as a friend and said it would never end.",
            [("@erdogan", "Russia as a friend", False), ("@erdogan", "it would never end", False)],
        ),
        ("en", "Islamic State claimed responsibility for the attack in Istanbul on Monday.", []),
        ("de", "Kampf gegen den IS: Was Erdogan von Putin will", []),
        (
            "de",
            "Cavusoglu sagte, man sei bereit. Assad bleibt im Amt. Der Minister meinte, das störe nicht weiter.",
            [("@cavusoglu", "man sei bereit", False), ("@cavusoglu", "das störe nicht weiter", False)],
        ),
    ],
)
def test_where_a_quote_ends_and_what_is_none(lang: str, text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert quotes(lang, text) == expected


def test_who_says_what_is_told_is_not_told_by_the_next_verb() -> None:
    text = "The White House said Obama had told Putin to stop."
    assert quotes("en", text) == [("@white_house", "Obama had told Putin to stop", False)]


def test_a_sentence_goes_on_over_a_line_break() -> None:
    assert [text for _, text, _ in quotes("ru", "Путин\nзаявил\n, что переговоры будут продолжены.")] == [
        "переговоры будут продолжены"
    ]


def test_a_quote_of_two_paragraphs_is_opened_in_each() -> None:
    text = "“We will keep talking to all our neighbours in the region,\n“and we will not stop,” Putin said."
    assert [speaker for speaker, _, _ in quotes("en", text)][-1] == "@putin"
