"""The pure parts of extraction, each with its table: decoding, dates, titles, names, lines, the feed's own text."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.extract import fallback_extraction, refresh_target
from monitor.collect.extract.blocks import complete
from monitor.collect.extract.body import parse
from monitor.collect.extract.dates import choose_date, parse_date
from monitor.collect.extract.decode import decode
from monitor.collect.extract.head import read_head
from monitor.collect.extract.lines import clean_lines, clean_opening, confirm
from monitor.collect.extract.people import clean_authors
from monitor.collect.extract.titles import choose_title, clean_title
from monitor.model import Extraction, TextQuality
from tests.extract_material import FETCHED, PARAGRAPHS, SUMMARY, TEXT, TITLE, URL, article, entry, json_ld

GERMAN, TURKISH, RUSSIAN = "Größere Kähne für den Süden", "Şehir limanı büyütülecek", "Порт будет расширен"


def meta(charset: str, text: str) -> bytes:
    return f'<html><head><meta charset="{charset}"></head><p>{text}'.encode(charset)


# --- decoding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        (GERMAN.encode(), "", GERMAN),
        (GERMAN.encode(), "iso-8859-1", GERMAN),
        (GERMAN.encode("latin-1"), "iso-8859-1", GERMAN),
        ("„Süden“ – 5 €".encode("cp1252"), "iso-8859-1", "„Süden“ – 5 €"),
        (GERMAN.encode("cp1252"), "utf-8", GERMAN),
        (TURKISH.encode("iso-8859-9"), "iso-8859-9", TURKISH),
        (TURKISH.encode(), "windows-1254", TURKISH),
        (RUSSIAN.encode("cp1251"), "windows-1251", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), '"KOI8-R"', RUSSIAN),
        (codecs.BOM_UTF8 + GERMAN.encode(), "latin-1", GERMAN),
        (codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le"), "", GERMAN),
        (codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"), "", GERMAN),
        ("日本の港".encode("iso-2022-jp"), "iso-2022-jp", "日本の港"),
        ("日本の港湾都市".encode("shift_jis"), "shift_jis", "日本の港湾都市"),
        (b"a\x00b", "", "ab"),
        (GERMAN.encode(), "no-such-charset", GERMAN),
        (b"", "", ""),
    ],
)
def test_decode(body: bytes, charset: str, expected: str) -> None:
    assert decode(body, charset) == expected


@pytest.mark.parametrize(("charset", "text"), [("windows-1251", RUSSIAN), ("iso-8859-9", TURKISH), ("latin-1", GERMAN)])
def test_the_page_names_its_own_charset(charset: str, text: str) -> None:
    assert text in decode(meta(charset, text))


@pytest.mark.parametrize(
    ("said", "named", "text"),
    [("iso-8859-1", "windows-1254", TURKISH), ("windows-1251", "koi8-r", RUSSIAN), ("windows-1251", "latin-1", GERMAN)],
)
def test_where_the_server_is_wrong_the_page_is_believed(said: str, named: str, text: str) -> None:
    assert text * 9 in decode(meta(named, text * 9), said)


@pytest.mark.parametrize(("said", "named"), [("windows-1251", "latin-1"), ("windows-1251", "koi8-r")])
def test_where_the_page_is_wrong_the_server_is_believed(said: str, named: str) -> None:
    assert RUSSIAN * 9 in decode(meta("ascii", "").replace(b"ascii", named.encode()) + (RUSSIAN * 9).encode(said), said)


def test_one_bad_byte_does_not_change_the_charset() -> None:
    assert decode(GERMAN.encode() * 100 + b"\xff", "utf-8").startswith(GERMAN)


@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "idna", "base64", "\x00"]))
def test_decode_never_fails(body: bytes, charset: str) -> None:
    assert "\x00" not in decode(body, charset)


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-08-11T18:30:00+02:00", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016-08-11T18:30:00+0200", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016-08-11T16:30:00.250Z", datetime(2016, 8, 11, 16, 30, 0, 250_000, tzinfo=UTC)),
        ("2016-08-11 18:30:00 +02:00", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016-08-11 18:30", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016-08-11", datetime(2016, 8, 11, tzinfo=UTC)),
        ("11.08.2016, 18:30 Uhr", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("Do 11.08.16 | 18.30 Uhr", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("Thu, 11 Aug 2016 18:30:00 +0200", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("1470933000", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("1470933000000", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("20160811T163000Z", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016-08-11T18:30+02", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016/08/11 18:30", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("2016-08-11 2500 mal gelesen", datetime(2016, 8, 11, tzinfo=UTC)),
        ("Thu Aug 11 2016 18:30:00 GMT+0200", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("18:30 Uhr, 11.08.2016", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("Donnerstag, 11. August 2016, 18.30 Uhr", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("11.08.2016 - Güncelleme: 12.08.2016", datetime(2016, 8, 11, tzinfo=UTC)),
        ("1. Jänner 2016", datetime(2016, 1, 1, tzinfo=UTC)),
        ("3. März 2016", datetime(2016, 3, 3, tzinfo=UTC)),
        ("Thursday, August 11th, 2016", datetime(2016, 8, 11, tzinfo=UTC)),
        ("Aug. 11, 2016 6:30 p.m.", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("08/11/2016 6:30 PM", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("25/07/2016", datetime(2016, 7, 25, tzinfo=UTC)),
        ("07/25/2016", datetime(2016, 7, 25, tzinfo=UTC)),
        ("04/08/2016", None),  # the 4th of August or the 8th of April
        ("11 Ağustos 2016 Perşembe 18:30", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("11 Şub 2016", datetime(2016, 2, 11, tzinfo=UTC)),
        ("11 августа 2016 г., 18:30", datetime(2016, 8, 11, 16, 30, tzinfo=UTC)),
        ("3 мая 2016", datetime(2016, 5, 3, tzinfo=UTC)),
        ("11 août 2016", datetime(2016, 8, 11, tzinfo=UTC)),
        ("11 de agosto de 2016", datetime(2016, 8, 11, tzinfo=UTC)),
        ("11. August 2016, 25:99", datetime(2016, 8, 11, tzinfo=UTC)),
        ("31. Februar 2016", None),
        ("11. Quartal 2016", None),
        ("2016-08-13", FETCHED),  # ahead of the fetch by less than two days: a clock that is wrong
        ("2016-02-31", None),
        ("31.02.2016", None),
        ("2036-01-01", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2016-08-11T10:00:00+99:99", None),
        ("gestern", None),
        ("", None),
    ],
)
def test_what_a_page_of_a_german_site_states(text: str, expected: datetime | None) -> None:
    assert choose_date([text], feed=None, url="https://example.de/a", fetched_at=FETCHED) == expected


@given(st.text(max_size=60))
def test_any_text_may_stand_where_a_date_should(text: str) -> None:
    parse_date(text)
    choose_date([text], feed=None, url=text, fetched_at=FETCHED)


@pytest.mark.parametrize(
    ("stated", "feed_hour", "url", "expected"),
    [
        (["2016-08-11T10:00:00Z"], 15, URL, datetime(2016, 8, 11, 10, tzinfo=UTC)),
        (["2016-08-11"], 15, URL, datetime(2016, 8, 11, 15, tzinfo=UTC)),
        (["2016-08-11 17:00"], 15, URL, datetime(2016, 8, 11, 15, tzinfo=UTC)),
        (["2016-08-09 17:00"], 15, URL, datetime(2016, 8, 9, 15, tzinfo=UTC)),
        (["", "kaputt"], 15, URL, datetime(2016, 8, 11, 15, tzinfo=UTC)),
        ([], None, "https://example.com/2016/08/10/a", datetime(2016, 8, 10, tzinfo=UTC)),
        ([], None, "https://example.com/20160810/a", datetime(2016, 8, 10, tzinfo=UTC)),
        ([], None, "https://example.com/2016/13/10/a", None),
        ([], None, "https://[", None),
    ],
)
def test_page_then_feed_then_address(
    stated: list[str], feed_hour: int | None, url: str, expected: datetime | None
) -> None:
    feed = datetime(2016, 8, 11, feed_hour, tzinfo=UTC) if feed_hour else None
    assert choose_date(stated, feed=feed, url=url, fetched_at=FETCHED) == expected


# --- titles and names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (f"{TITLE} | Beispielzeitung", TITLE),
        (f"{TITLE} - Beispielzeitung", TITLE),
        (f"{TITLE} – beispielzeitung.de", TITLE),
        (f"{TITLE} | Politik | Beispielzeitung", f"{TITLE} | Politik"),
        (f"Beispielzeitung: {TITLE}", f"Beispielzeitung: {TITLE}"),
        (f"Beispielzeitung | {TITLE}", TITLE),
        ("Berg - wer sonst - bleibt", "Berg - wer sonst - bleibt"),
        ("&amp;quot;Ja&amp;quot; zum <b>Hafen</b>", '"Ja" zum Hafen'),
        ("  zwei\n Zeilen ", "zwei Zeilen"),
        ("Der Ha&shy;fen\u200b von Neu\u00adstadt", "Der Hafen von Neustadt"),
        ("Beispielzeitung", "Beispielzeitung"),
        ("", ""),
    ],
)
def test_clean_title(title: str, expected: str) -> None:
    assert clean_title(title, ("Beispielzeitung", "beispielzeitung.de")) == expected


PAGE = [TITLE, "Hafen: Was der Ausbau kostet"]


@pytest.mark.parametrize(
    ("candidates", "hint", "expected"),
    [
        (PAGE, "", TITLE),
        (PAGE, "Hafen: Was der Ausbau kostet!", "Hafen: Was der Ausbau kostet"),
        (PAGE, f"Neustadt: {TITLE}", TITLE),
        (PAGE, "Der Hafen von Neustadt …", TITLE),
        (PAGE, "Neustadt baut den Hafen aus", "Neustadt baut den Hafen aus"),
        (PAGE, "News", TITLE),
        (PAGE, "Wetter am Wochenende wird schön", TITLE),
        (["Der Rat sagt ", 'Der Rat sagt "ja" zum Hafen'], "", 'Der Rat sagt "ja" zum Hafen'),
        (["Der Rat sagt…", "Der Rat sagt ja"], "", "Der Rat sagt ja"),
        ([], "Vom Feed allein", "Vom Feed allein"),
        ([], "", PARAGRAPHS[0]),
    ],
)
def test_choose_title(candidates: list[str], hint: str, expected: str) -> None:
    assert choose_title(candidates, hint=hint, lead=TEXT) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (["Von Jana Holm und Ali Demir"], ("Jana Holm", "Ali Demir")),
        (["By Ann Lee, Bob Ray"], ("Ann Lee", "Bob Ray")),
        (["Jana Holm", "jana holm"], ("Jana Holm",)),
        (["Jana Holm (dpa)", "redaktion@example.de", "https://example.de/holm"], ("Jana Holm",)),
        (["Martin Luther King, Jr."], ("Martin Luther King, Jr",)),
        (["", "  ", "123", "x" * 200], ()),
        ([f"Autor Nummer {n}" for n in range(30)], tuple(f"Autor Nummer {n}" for n in range(12))),
    ],
)
def test_clean_authors(stated: list[str], expected: tuple[str, ...]) -> None:
    assert clean_authors(stated) == expected


# --- heads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        json_ld(**{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": TITLE}]}),
        json_ld(**{"@type": "WebPage", "mainEntity": {"@type": ["Thing", "NewsArticle"], "headline": TITLE}}),
        f'<script type="application/ld+json">//<![CDATA[\n{{"@type":"Article","headline":"{TITLE}",}}\n//]]></script>',
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}","text":"a\nb"}}</script>',
        f"<script type=application/ld+json>{'[' * 100_000}</script>"
        + json_ld(**{"@type": "Article", "headline": TITLE}),
    ],
    ids=["graph", "nested", "commented", "raw line breaks", "bottomless"],
)
def test_json_ld_as_found_in_the_wild(script: str) -> None:
    tree = parse(article(*PARAGRAPHS, head=script))
    assert tree is not None
    assert [node["headline"] for node in read_head(tree).nodes_of("Article")] == [TITLE]


# --- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (f"Politik\n{TITLE}\nVon Jana Holm", TEXT),
        ("Neustadt, 11. August 2016\nLesezeit: 3 Min.", f"Neustadt, 11. August 2016\nLesezeit: 3 Min.\n{TEXT}"),
        ("11. August 2016\nLesezeit: 3 Min.\nhttps://example.de/a", TEXT),
        ("Jana Holm", TEXT),
        ("Neustadt.", f"Neustadt.\n{TEXT}"),
    ],
)
def test_clean_opening(opening: str, expected: str) -> None:
    assert clean_opening(f"{opening}\n{TEXT}", [TITLE], ["Jana Holm"]) == expected


def test_an_interviewers_questions_may_return() -> None:
    interview = "Was planen Sie?\nEinen Hafen.\nWas planen Sie?\nNoch einen."
    assert clean_lines(interview) == interview
    assert clean_lines(f"{TEXT}\n{'Lang. ' * 40}\nDazwischen.\n{'Lang. ' * 40}").count("Lang.") == 40


def test_the_stated_text_confirms_or_replaces() -> None:
    with_links = f"{PARAGRAPHS[0]}\n- Wie der Hafen entstand\n{PARAGRAPHS[1]}\nZwischentitel\n{PARAGRAPHS[2]}"
    assert confirm(with_links, TEXT) == with_links.replace("- Wie der Hafen entstand\n", "")
    assert confirm(with_links, "") == with_links
    assert confirm(with_links, "ein ganz anderer Text") == with_links
    assert confirm(PARAGRAPHS[0], TEXT * 3) == TEXT * 3


def test_a_paragraph_that_was_torn_is_put_together() -> None:
    torn = PARAGRAPHS[1].replace("Bürgermeisterin", "<span><a href=/b>Bürgermeisterin</a></span>")
    tree = parse(f"<div><p>{PARAGRAPHS[0]}</p><p>{torn}</p><p>{PARAGRAPHS[2]}</p></div>")
    extracted = TEXT.replace("Bürgermeisterin ", "\n")
    assert tree is not None
    assert complete(extracted, tree, "", []).splitlines()[:3] == list(PARAGRAPHS[:3])


# --- the feed's own text ---------------------------------------------------------------------------------------------

BRIEF = " ".join(PARAGRAPHS * 2)[:700].strip()


@pytest.mark.parametrize(
    ("stated", "quality", "text"),
    [
        ({"content": TEXT * 3, "summary": SUMMARY}, TextQuality.FULL, TEXT * 3),
        ({"content": BRIEF, "summary": SUMMARY}, TextQuality.FULL, BRIEF),
        ({"summary": BRIEF}, TextQuality.SUMMARY_ONLY, BRIEF),
        ({"content": f"{BRIEF} […]"}, TextQuality.SUMMARY_ONLY, f"{BRIEF} […]"),
        ({"content": f"{BRIEF}... Read more »"}, TextQuality.SUMMARY_ONLY, f"{BRIEF}... Read more »"),
        ({"summary": SUMMARY}, TextQuality.SUMMARY_ONLY, SUMMARY),
        ({"summary": TITLE}, TextQuality.HEADLINE_ONLY, ""),
        ({"summary": "Mehr"}, TextQuality.HEADLINE_ONLY, ""),
        ({}, TextQuality.HEADLINE_ONLY, ""),
    ],
)
def test_fallback_extraction(stated: dict[str, object], quality: TextQuality, text: str) -> None:
    assert fallback_extraction(entry(**stated), reason="hung") == Extraction(
        title=TITLE, text=text, url=URL, method="feed", quality=quality, reasons=("hung", "text_from_feed")
    )


def test_a_feed_that_says_nothing() -> None:
    assert fallback_extraction(entry(title="", summary=" ")) is None
    made = fallback_extraction(entry(title="", summary=SUMMARY))
    assert made is not None
    assert made.title == SUMMARY


# --- meta refresh ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta http-equiv="refresh" content="0; url=/neu">', "https://www.example-zeitung.de/neu"),
        (
            "<META content='0;URL=\"https://other.example/a?b=1&amp;c=2\"' HTTP-EQUIV=Refresh>",
            "https://other.example/a?b=1&c=2",
        ),
        ('<meta http-equiv="refresh" content="5, /neu#oben">', "https://www.example-zeitung.de/neu"),
        ("<meta http-equiv=refresh content=0;URL='/neu'>", "https://www.example-zeitung.de/neu"),
        ('<meta http-equiv="refresh" content="300">', ""),
        ("<meta http-equiv=refresh content=300>", ""),
        ('<meta http-equiv="refresh" content="30; url=/neu">', ""),
        (f'<meta http-equiv="refresh" content="0; url={URL}">', ""),
        ('<meta http-equiv="refresh" content="0; url=javascript:x()">', ""),
        ('<meta http-equiv="refresh" content="0; url=//[">', ""),
        ('<noscript><meta http-equiv="refresh" content="0; url=/ohne-script"></noscript>', ""),
        ('<!-- <meta http-equiv="refresh" content="0; url=/neu"> -->', ""),
        ('<meta name="refresh" content="0; url=/neu">', ""),
    ],
)
def test_refresh_target(head: str, expected: str) -> None:
    assert refresh_target(f"<html><head>{head}</head>".encode(), url=URL) == expected


def test_a_large_page_is_read_not_left() -> None:
    html = '<meta http-equiv="refresh" content="0; url=/neu">' + TEXT * 50
    assert refresh_target(html.encode(), url=URL) == ""
