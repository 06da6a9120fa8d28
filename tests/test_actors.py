"""Who acts in a text: governments and places, namesakes, people who are not listed, roles and relations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analyse.actors import extract_actors
from monitor.model import ActorFindings, Mention
from tests.actor_scoring import shipped_gazetteer


def findings(lang: str, text: str, title: str = "") -> ActorFindings:
    return extract_actors(title, text, lang, shipped_gazetteer())


def named(lang: str, text: str) -> list[tuple[str, str, str]]:
    return [(mention.surface, mention.actor, mention.kind) for mention in findings(lang, text).mentions]


@pytest.mark.parametrize(
    ("lang", "text", "is_government"),
    [
        ("de", "Ankara erklärte, es gebe Gespräche.", True),
        ("de", "Er sprach in Ankara.", False),
        ("de", "Der Streit zwischen Ankara und Moskau dauert an.", True),
        ("de", "Damaskus – Ein Anschlag erschütterte die Stadt.", False),
        ("en", "The rebels are allied to Ankara.", True),
        ("en", "He flew to Ankara.", False),
        ("en", "He waited at Moscow State University.", False),
        ("tr", "Ankara, teklifi reddetti.", True),
        ("tr", "Heyet Ankara'da buluştu.", False),
        ("tr", "Bakan Moskova'ya gitti.", False),
        ("tr", "Şam'ın en çok korunan Mezra semti vuruldu.", False),
        ("ru", "Анкара отвергла предложение.", True),
        ("ru", "Он прибыл в Анкару.", False),
        ("ru", "Крейсер «Москва» вышел в море.", False),
    ],
)
def test_a_capital_is_a_government_or_a_place(lang: str, text: str, is_government: bool) -> None:
    assert any(kind == "metonym" for _, _, kind in named(lang, text)) == is_government


def test_adjectives_are_the_state_and_flagged() -> None:
    assert named("de", "Russische Kampfjets") == [("Russische", "@russia", "adjective")]
    assert named("en", "a Russian military jet") == [("Russian", "@russia", "adjective")]
    assert named("en", "the Russian military said") == [("Russian military", "@russian_armed_forces", "name")]


def test_a_surname_counts_after_a_title_even_without_the_full_name() -> None:
    assert named("tr", "Enerji Bakanı Yıldız geldi.") == [("Yıldız", "@yildiz_taner", "short")]
    assert named("tr", "Yıldız geldi.") == []


def test_people_who_are_not_listed_are_discovered_with_their_surname() -> None:
    text = "Analystin Gerda Mustermann sprach. Später ging Mustermann."
    assert named("de", text) == [
        ("Gerda Mustermann", "?Gerda Mustermann", "discovered"),
        ("Mustermann", "?Gerda Mustermann", "discovered"),
    ]


def test_a_russian_name_is_kept_in_the_nominative() -> None:
    text = "По мнению эксперта Ивана Образцова, это важно. Образцов добавил детали."
    assert {actor for _, actor, _ in named("ru", text)} == {"?Иван Образцов"}


def test_a_namesake_is_somebody_else() -> None:
    assert named("en", "Lyudmila Erdogan spoke.") == [("Lyudmila Erdogan", "?Lyudmila Erdogan", "discovered")]
    assert named("en", "Barack Hussein Obama spoke.") == [("Barack Hussein Obama", "@obama", "short")]


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("de", "Laut Qaddan Berowic, Direktor eines Vereins, war es ruhig.", "Qaddan Berowic"),
        ("de", "Getötet wurde der Tunesier Mussab al-Kidschawi in der Stadt.", "Mussab al-Kidschawi"),
        ("ru", "Об этом рассказала актриса Зорька Пташук в эфире.", "Зорька Пташук"),
    ],
)
def test_people_with_first_names_that_nobody_listed(lang: str, text: str, name: str) -> None:
    assert [actor for _, actor, kind in named(lang, text) if kind == "discovered"] == [f"?{name}"]


def test_a_surname_behind_a_namesake_is_his() -> None:
    text = "Der Epidemiologe Markus Scholz warnt. Scholz sagte das am Montag."
    assert [actor for _, actor, _ in named("de", text)] == ["?Markus Scholz", "?Markus Scholz"]


@pytest.mark.parametrize(
    "text",
    [
        "Die Stadt Marat Numan wurde getroffen.",
        "Der Ort Tell al-Dschaba liegt im Norden.",
        "Die Stadt Marat Numan und ein Haus in Marat Numan.",
    ],
)
def test_a_place_is_nobody(text: str) -> None:
    assert not [actor for _, actor, kind in named("de", text) if kind == "discovered"]


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("en", "The attack on Ataturk Airport killed forty people.", []),
        ("de", "Beim Anschlag auf den Atatürk-Flughafen starben vierzig.", []),
        ("de", "So weiht Erdogan Flughafen in Trabzon ein.", ["@erdogan"]),
        ("tr", "Atatürk Uluslararası Havalimanı'na saldırı oldu.", []),
        ("ru", "Напали на аэропорт имени Ататюрка.", []),
        ("ru", "Он выступил от имени Владимира Путина.", ["@putin"]),
        ("ar", "الهجوم على مطار أتاتورك في إسطنبول", []),
    ],
)
def test_a_place_called_after_somebody_is_not_its_namesake(lang: str, text: str, found: list[str]) -> None:
    assert [actor for _, actor, _ in named(lang, text)] == found


def test_not_in_full_there_are_listed_actors_and_roles_alone() -> None:
    text = "Putin said that he had met Gerda Mustermann in Ankara."
    found = extract_actors("", text, "en", shipped_gazetteer(), in_full=False)
    assert [mention.actor for mention in found.mentions] == ["@putin"]
    assert [role.actor for role in found.roles] == ["@putin"]
    assert not found.quotes


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("de", "Das Schreiben, das Erdogan von Putin bekam, war lang.", []),
        ("de", "Solange Ankara schweigt, geschieht nichts. Gegen Mustermann wird ermittelt.", []),
        ("de", "In den Lagern al-Hol und Roj. Am Grenzübergang al-Walid.", []),
        ("de", "Der Militärtheoretiker Xaverl Mustermann schrieb ein Buch.", ["?Xaverl Mustermann"]),
        ("de", "Die Polizei griff Husam M. auf. Husam schwieg, M. auch.", ["?Husam M."] * 3),
        ("en", "Smoke rises on Monday. REUTERS/Qerda Sample The advance goes on.", ["?Qerda Sample"]),
        ("ru", "Для Эрдогана это важно. Против Эрдогана выступили.", []),
        ("tr", "Törene Erdoğan da katıldı. Erdoğan, teşekkür etti.", []),
        ("tr", "ANKARA'DAN DOĞRULAMA", []),
        ("tr", "Fuarda MITT Moskova salonu. ‘Ayşe Fatma’ filmi.", []),
        ("tr", "Kitabı Qerda Örnekova yazdı. Örnekova, burada yaşıyor.", ["?Qerda Örnekova", "?Qerda Örnekova"]),
        ("tr", "Rus yazar Qerda Örnekova geldi.", ["?Qerda Örnekova"]),
        ("tr", "Sayın Genel Sekreterimiz geldi. Abdullah Örnek Okulu yakınında. Deniz Üssü kapandı.", []),
        ("de", "Sie wirft Staatschef Erdogan Instrumentalisierung vor. Mal ist Erdogan Partner.", []),
        ("de", "Nur Flüchtlinge mit Ziel dürfen weiter. Nahe Qasr al-Hallabat.", []),
        ("de", "Heidi Mustermann kam. Das ist Heidi Mustermanns Buch.", ["?Heidi Mustermann"] * 2),
        ("tr", "BARIŞI KİM GETİRECEK? Ben Suriyeliyim.", []),
        ("en", "Michael O’Sample, an analyst, agreed.", ["?Michael O’Sample"]),
        ("ru", "Аналитики RAND считают это важным.", []),
        ("en", "Sen. John Sample John Randolph SampleSenate spoke.", ["?John Sample"]),
        ("en", "They met in the Konstantin Palace near Strelna.", []),
    ],
)
def test_who_is_discovered_and_who_is_nobody(lang: str, text: str, found: list[str]) -> None:
    assert [actor for _, actor, kind in named(lang, text) if kind == "discovered"] == found


def test_a_body_of_another_state_is_not_the_turkish_one() -> None:
    assert [actor for _, actor, _ in named("tr", "Rusya Deniz Kuvvetleri Komutanlığı geldi.")] == ["@russia"]
    assert [actor for _, actor, _ in named("tr", "Deniz Kuvvetleri Komutanlığı geldi.")] == ["@turkish_navy"]


def test_a_body_is_discovered_by_its_acronym() -> None:
    text = "Das Institute of International Finance (IIF) warnt. Das IIF rechnet mit Sanktionen."
    assert [surface for surface, _, kind in named("de", text) if kind == "discovered"] == [
        "Institute of International Finance",
        "IIF",
        "IIF",
    ]


def test_offsets_are_into_title_and_text() -> None:
    mention = findings("de", "Die Türkei wartet.", title="Putin").mentions[1]
    assert mention == Mention(actor="@turkey", start=10, end=16, surface="Türkei", kind="name")


def test_roles_go_by_title_position_and_count() -> None:
    text = "Putin und Erdoğan sprachen. " + "Es folgte viel anderes. " * 30 + "Auch die NATO las mit. Laut Reuters."
    roles = {role.actor: role.role for role in findings("de", text, title="Putin trifft Erdoğan").roles}
    assert roles == {"@putin": "main", "@erdogan": "main", "@nato": "mentioned", "@reuters": "mentioned"}


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Putin and Erdogan met in Sochi.", ("@putin", "@erdogan", "meets")),
        ("en", "Merkel criticised Assad.", ("@merkel", "@assad", "criticises")),
        ("en", "A Russian jet was shot down by Turkey.", ("@turkey", "@russia", "attacks")),
        ("de", "Merkel hat Assad scharf kritisiert.", ("@merkel", "@assad", "criticises")),
        ("tr", "Erdoğan Putin ile görüştü.", ("@erdogan", "@putin", "meets")),
        ("ru", "Путин встретился с Эрдоганом.", ("@putin", "@erdogan", "meets")),
        ("de", "Merkel und Assad schwiegen.", ("@merkel", "@assad", "")),
        ("en", "Merkel accused Assad, and then Merkel left.", ("@merkel", "@assad", "criticises")),
        ("en", "Putin, who backs Assad, left.", ("@putin", "@assad", "supports")),
        ("de", "Merkel sagte, dass sie Assad unterstützt.", ("@merkel", "@assad", "")),
        ("tr", "Erdoğan, Putin'i uyardı.", ("@erdogan", "@putin", "criticises")),
        ("ru", "Россия обстреляла позиции в Турции.", ("@russia", "@turkey", "")),
        ("en", "Putin did not warn Turkey.", ("@putin", "@turkey", "")),
        ("en", "NATO attacked rebels in Turkey.", ("@nato", "@turkey", "")),
        ("en", "Turkey proposes joint action with Russia.", ("@turkey", "@russia", "proposes")),
        ("en", "Turkey seeks to work with Russia.", ("@turkey", "@russia", "")),
        ("en", "Turkish jets shot down a Russian warplane.", ("@turkey", "@russia", "attacks")),
        ("en", "Ties froze after Turkey shot down a Russian jet.", ("@turkey", "@russia", "")),
        ("en", "Turkey downed a Russian jet last November.", ("@turkey", "@russia", "")),
        ("en", "Obama met a Putin aide.", ("@obama", "@putin", "")),
        ("en", "Talks between Russia and Turkey began.", ("@russia", "@turkey", "meets")),
        ("en", "Obama and Merkel met with lawmakers.", ("@obama", "@merkel", "")),
        ("en", "A NATO member's plane shot down a Russian plane.", ("@nato", "@russia", "")),
        ("en", "Last year, Obama criticised Putin.", ("@obama", "@putin", "")),
        ("en", "When Putin meets Erdogan, he is late.", ("@putin", "@erdogan", "")),
        ("en", "Did Putin meet Erdogan?", ("@putin", "@erdogan", "")),
        ("en", "Obama asked Erdogan to help.", ("@obama", "@erdogan", "asks")),
        ("en", "Obama asked Erdogan whether to help.", ("@obama", "@erdogan", "")),
        ("en", "Putin was criticised by Merkel.", ("@merkel", "@putin", "criticises")),
        ("en", "The minister, Sergei Lavrov, met John Kerry.", ("@lavrov", "@kerry", "meets")),
        ("en", "Obama defends his ISIS strategy.", ("@obama", "@is", "")),
        ("en", "Merkel shied away from criticising Putin.", ("@merkel", "@putin", "")),
        ("en", "The leaders of Russia and Turkey met.", ("@russia", "@turkey", "meets")),
        ("en", "Putin met Erdogan after the war began.", ("@putin", "@erdogan", "meets")),
        ("de", "Ankara bietet Moskau gemeinsame Einsätze an.", ("@turkey", "@russia", "proposes")),
        ("de", "Am Dienstag telefonierte Merkel mit Erdogan.", ("@merkel", "@erdogan", "meets")),
        ("de", "Putin traf in Sotschi am Montag Erdogan.", ("@putin", "@erdogan", "meets")),
        ("de", "Assad wurde von Putin unterstützt.", ("@putin", "@assad", "supports")),
        ("de", "Die Türkei hatte einen russischen Kampfjet abgeschossen.", ("@turkey", "@russia", "")),
        ("de", "Die Türkei soll Assad unterstützt haben.", ("@turkey", "@assad", "")),
        ("de", "Der EU warf Putin Unrecht vor.", ("@eu", "@putin", "")),
        ("de", "Merkel sprach nach dem Treffen mit Putin.", ("@merkel", "@putin", "meets")),
        ("tr", "Türkiye, Rusya'ya ortak operasyon teklif etti.", ("@turkey", "@russia", "proposes")),
        ("tr", "Çavuşoğlu: Rusya'ya ortak operasyon önerdik", ("@cavusoglu", "@russia", "proposes")),
        ("tr", "Türkiye'nin Rusya'ya operasyon önerdiğini açıkladı.", ("@turkey", "@russia", "proposes")),
        ("tr", "Erdoğan ile Putin dün görüştü.", ("@erdogan", "@putin", "meets")),
        ("tr", "Bakan, Erdoğan ve Putin ile görüştü.", ("@erdogan", "@putin", "")),
        ("tr", "Rusya'dan Türkiye'ye sert uyarı", ("@russia", "@turkey", "criticises")),
        ("tr", "Erdoğan, Putin ile anlaşmadı.", ("@erdogan", "@putin", "")),
        ("tr", "Türkiye ile Rusya arasında görüşme yapıldı.", ("@turkey", "@russia", "meets")),
        ("ru", "Россию обвинила Турция.", ("@turkey", "@russia", "criticises")),
        ("ru", "Турция предложила России операции.", ("@turkey", "@russia", "proposes")),
        ("ru", "Путин и Эрдоган обсудили перемирие.", ("@putin", "@erdogan", "meets")),
        ("ru", "Министры иностранных дел России и Турции встретились.", ("@russia", "@turkey", "meets")),
        ("ru", "Путин принял в Константиновском дворце Эрдогана.", ("@putin", "@erdogan", "meets")),
        ("ru", "Турция может атаковать Россию.", ("@turkey", "@russia", "")),
        ("ru", "Москва призвала провести встречу с Эрдоганом.", ("@russia", "@erdogan", "")),
    ],
)
def test_relations(lang: str, text: str, expected: tuple[str, str, str]) -> None:
    found = [(r.subject, r.object, r.verb_class) for r in findings(lang, text).relations]
    assert found == [expected]


def test_a_person_and_the_own_state_are_no_pair() -> None:
    assert findings("en", "Putin leads Russia.").relations == ()


def test_languages_without_cues_have_their_listed_actors() -> None:
    assert [m.actor for m in findings("ar", "التقى بوتين مع أردوغان").mentions] == ["@putin", "@erdogan"]
    assert [m.actor for m in findings("fr", "Poutine a rencontré Erdoğan à Ankara.").mentions][:2] == [
        "@putin",
        "@erdogan",
    ]


PIECES = st.sampled_from(
    ["Putin", "Erdoğan’ın", "IS", "Ankara", "„", "“", "«", "»", '"', "'", " sagte ", " said that ", " dedi",
     " заявил, что ", "Лаврова", ". ", ", ", "\n", "\u00ad", "\x92", "İ", "ß", " John Smith", "(IIF)", "laut ", ":"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["de", "en", "tr", "ru", "ar", "xx"]), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=25)
)
def test_every_span_lies_in_the_text(lang: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    whole = f"\n{text}"
    found = findings(lang, text)
    for mention in found.mentions:
        assert whole[mention.start : mention.end] == mention.surface != ""
    for quote in found.quotes:
        assert whole[quote.start : quote.end] == quote.text != ""
    for relation in found.relations:
        assert 0 <= relation.start < relation.end <= len(whole)
