"""Every kind of page that newsrooms and their walls serve, and what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.collect.extract import fast_text
from monitor.errors import ExtractError
from monitor.model import Extraction, TextQuality
from tests.extract_material import (
    CONSENT,
    FETCHED,
    PARAGRAPHS,
    SUMMARY,
    TEXT,
    TITLE,
    URL,
    article,
    extract,
    json_ld,
    news,
    page,
    paragraphs,
)

Q = TextQuality
LINKS = "".join(
    f'<div><h3><a href="/n/{n}">Eine andere Meldung des Tages, Nummer {n}</a></h3></div>' for n in range(12)
)
TICKER = paragraphs(*(f"1{n}:05 Uhr: {text}" for n, text in enumerate((*PARAGRAPHS, *PARAGRAPHS[:3]))))
MORE = tuple(text.replace("Hafen", "Flughafen").replace("Kai", "Rollfeld") for text in PARAGRAPHS)
FREE = "isAccessibleForFree"


def test_an_article_with_all_it_states() -> None:
    stated = news(
        headline=TITLE,
        datePublished="2016-08-11T18:30:00+02:00",
        dateModified="2016-08-11T19:00:00+02:00",
        author=[{"@type": "Person", "name": "Von Jana Holm"}, {"@type": "Person", "name": "Ali Demir"}],
    )
    canonical = (
        '<link rel="canonical" href="https://example-zeitung.de/politik/hafen-wird-ausgebaut-123.html?utm_source=x">'
    )
    assert extract(article(*PARAGRAPHS, head=stated + canonical)) == Extraction(
        title=TITLE,
        text=TEXT,
        language_hint="de",
        published=datetime(2016, 8, 11, 16, 30, tzinfo=UTC),
        updated=datetime(2016, 8, 11, 17, 0, tzinfo=UTC),
        authors=("Jana Holm", "Ali Demir"),
        url="https://example-zeitung.de/politik/hafen-wird-ausgebaut-123.html",
        method="trafilatura",
        quality=Q.FULL,
    )


@pytest.mark.parametrize(
    ("html", "given", "quality", "reasons"),
    [
        pytest.param(article(*PARAGRAPHS), {}, Q.FULL, (), id="article"),
        pytest.param(
            article(*PARAGRAPHS, head='<link rel="next" href="?page=2">'),
            {},
            Q.FULL,
            ("one_of_several_pages",),
            id="pages",
        ),
        pytest.param(
            article(*PARAGRAPHS[:2], head=news(**{FREE: False})),
            {},
            Q.STUB,
            ("paywall_declared",),
            id="paywall declared",
        ),
        pytest.param(
            article(*PARAGRAPHS[:2], head=news(**{FREE: "http://schema.org/False"})),
            {},
            Q.STUB,
            ("paywall_declared",),
            id="paywall declared as address",
        ),
        pytest.param(
            article(*PARAGRAPHS, *MORE, head=news(**{FREE: False, "wordCount": 110})),
            {},
            Q.FULL,
            (),
            id="paid but whole",
        ),
        pytest.param(
            article(*PARAGRAPHS, *MORE, head=news(**{FREE: False, "wordCount": 900})),
            {},
            Q.STUB,
            ("paywall_declared",),
            id="paid and far shorter than stated",
        ),
        pytest.param(
            article(*PARAGRAPHS[:3], "Jetzt weiterlesen mit unserem Digitalabo."),
            {},
            Q.STUB,
            ("paywall_marker",),
            id="de",
        ),
        pytest.param(
            article(*PARAGRAPHS[:3], "Subscribe to continue reading this story."),
            {},
            Q.STUB,
            ("paywall_marker",),
            id="en",
        ),
        pytest.param(
            article(*PARAGRAPHS[:3], "Haberin devamını okumak için giriş yapın."),
            {},
            Q.STUB,
            ("paywall_marker",),
            id="tr",
        ),
        pytest.param(
            article(*PARAGRAPHS[:3], "Полный текст доступен только подписчикам."),
            {},
            Q.STUB,
            ("paywall_marker",),
            id="ru",
        ),
        pytest.param(
            article(*PARAGRAPHS, head=json_ld(**{"@type": "LiveBlogPosting", "headline": TITLE})),
            {},
            Q.TICKER,
            ("live_blog",),
            id="live blog",
        ),
        pytest.param(page(f"<article><h1>{TITLE}</h1>{TICKER}</article>"), {}, Q.TICKER, ("many_times",), id="ticker"),
        pytest.param(
            page(f"<main><h1>Politik</h1>{paragraphs(*PARAGRAPHS)}{LINKS}</main>"),
            {},
            Q.LISTING,
            ("many_teasers",),
            id="section",
        ),
        pytest.param(
            article(*PARAGRAPHS),
            {"url": "https://www.example-zeitung.de/"},
            Q.LISTING,
            ("front_page",),
            id="front page",
        ),
        pytest.param(
            page(f"<main>{paragraphs(*PARAGRAPHS)}</main>", head=json_ld(**{"@type": "CollectionPage"})),
            {},
            Q.LISTING,
            ("collection_page",),
            id="collection",
        ),
        pytest.param(
            page(f"<main><h1>{TITLE}</h1>{paragraphs(*PARAGRAPHS)}</main>", head=json_ld(**{"@type": "VideoObject"})),
            {},
            Q.SUMMARY_ONLY,
            ("video_page",),
            id="video",
        ),
        pytest.param(article(PARAGRAPHS[0]), {}, Q.SUMMARY_ONLY, ("short_text",), id="short"),
        pytest.param(
            article(
                *(text.replace("Hafen", "Datenschutz") for text in PARAGRAPHS), headline="Streit um den Datenschutz"
            ),
            {},
            Q.FULL,
            (),
            id="an article about consent",
        ),
    ],
)
def test_kinds_of_page(html: str, given: dict[str, Any], quality: Q, reasons: tuple[str, ...]) -> None:
    made = extract(html, **given)
    assert (made.quality, made.reasons, made.method) == (quality, reasons, "trafilatura")
    assert PARAGRAPHS[0].split()[0] in made.text


@pytest.mark.parametrize(
    ("html", "given", "reason"),
    [
        pytest.param(page(paragraphs(*CONSENT), title="Beispielzeitung"), {}, "consent_wall", id="consent"),
        pytest.param(article(*CONSENT), {}, "consent_wall", id="consent under the article's own head"),
        pytest.param(
            page(
                paragraphs("Bitte wählen Sie, wie Sie uns lesen wollen.", "Werbefrei für 4,99 Euro im Monat, oder mit.")
            ),
            {"url": "https://consent.example-zeitung.de/?redirect=%2Fpolitik"},
            "consent_wall",
            id="consent by address",
        ),
        pytest.param(
            page(paragraphs("Checking your browser."), title="Just a moment..."), {}, "challenge_page", id="challenge"
        ),
        pytest.param(
            page(paragraphs("Please solve this CAPTCHA to continue to our site."), title="example.com"),
            {},
            "challenge_page",
            id="captcha",
        ),
        pytest.param(page('<div id="app"></div>'), {}, "no_text_in_page", id="only script"),
        pytest.param(
            page("", head='<meta http-equiv="refresh" content="0; url=/neu">'), {}, "meta_refresh", id="meta refresh"
        ),
    ],
)
def test_pages_without_their_article(html: str, given: dict[str, Any], reason: str) -> None:
    """The feed's summary stands in; without a feed the reason is the answer."""
    made = extract(html, entry_title=TITLE, entry_summary=SUMMARY, entry_authors=("Jana Holm",), **given)
    assert (made.title, made.text, made.method, made.quality) == (TITLE, SUMMARY, "feed", Q.SUMMARY_ONLY)
    assert (made.reasons, made.url) == ((reason, "text_from_feed"), "")
    with pytest.raises(ExtractError) as caught:
        extract(html, **given)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"%PDF-1.7 ...", "text/html", "not_html"),
        (b"\x89PNG....", "", "not_html"),
        (b"whatever", "application/pdf", "not_html"),
        (b"{}", "application/json", "not_html"),
        (b' [{"text": "<p>One.</p>"}]', "text/html", "not_html"),
        (b"<?xml version='1.0'?><!-- x --><rss version='2.0'></rss>", "text/xml", "not_html"),
        (b"<!---->" * 100, "text/html", "empty_page"),  # each may be one of its own or part of a longer one: 2¹⁰⁰ ways
        (b"", "text/html", "empty_page"),
        (b" \n ", "text/html", "empty_page"),
        (b"<!-- nothing -->", "text/html", "empty_page"),
    ],
)
def test_what_is_no_page(body: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(ExtractError) as caught:
        extract(body, content_type=content_type, entry_title=TITLE)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "notice",
    [
        "<h1>Error establishing a database connection</h1><p>This either means that the password is incorrect.</p>",
        "<h1>نحن نستخدم ملفات تعريف الارتباط</h1><p>باستخدامك لهذا الموقع فإنك توافق على سياسة الخصوصية</p>",
    ],
    ids=["a fault", "a wall in words that nobody listed"],
)
def test_little_that_has_nothing_to_do_with_the_entry_is_not_its_text(notice: str) -> None:
    made = extract(page(notice, title="Notice"), entry_title=TITLE, entry_summary=SUMMARY)
    assert (made.title, made.text, made.url) == (TITLE, SUMMARY, "")
    assert made.reasons == ("unrelated_page", "text_from_feed")


def test_a_mislabelled_page_is_read_all_the_same() -> None:
    assert extract(article(*PARAGRAPHS), content_type="application/octet-stream").text == TEXT


@pytest.mark.parametrize("content, method", [(TEXT * 4, "feed"), (TEXT[:200], "trafilatura")])
def test_a_feed_that_carries_more_than_a_stub(content: str, method: str) -> None:
    made = extract(article(*PARAGRAPHS[:2], head=news(**{FREE: False})), entry_title=TITLE, entry_content=content)
    assert made.method == method
    assert made.quality is (Q.FULL if method == "feed" else Q.STUB)
    assert made.reasons[0] == "paywall_declared"


def test_a_link_that_leads_to_the_front_page_is_not_the_front_page() -> None:
    """Withdrawn articles often do: its teasers are not their text, and its address is not theirs."""
    made = extract(
        article(*PARAGRAPHS), url="https://www.example-zeitung.de/", entry_title=TITLE, entry_summary=SUMMARY
    )
    assert (made.text, made.url, made.quality) == (SUMMARY, "", Q.SUMMARY_ONLY)
    assert made.reasons == ("front_page", "text_from_feed")


@pytest.mark.parametrize(
    "extra",
    [
        '<ul><li><a href="/1">Der Haushalt im Überblick</a></li><li><a href="/2">Wer im Rat sitzt</a></li></ul>',
        '<h3><a href="/3">Kommentar: Ein Hafen für morgen</a></h3>',
        '<section aria-label="Newsletter"><p>Das Wichtigste jeden Morgen in Ihrem Postfach.</p></section>',
        '<p>Lesen Sie auch: <a href="/4">Wie der Hafen entstand</a></p>',
        "<p>Foto: Jana Holm</p>",
        "<p>Anzeige</p>",
        "<aside><p>Meistgelesen: Das Wetter am Wochenende wird sonnig und sehr warm.</p></aside>",
    ],
)
def test_what_is_not_the_articles_own_is_left_out(extra: str) -> None:
    inside = f"<article><h1>{TITLE}</h1>{paragraphs(*PARAGRAPHS[:2])}{extra}{paragraphs(*PARAGRAPHS[2:])}</article>"
    assert extract(page(inside)).text == TEXT


@pytest.mark.parametrize(
    "ending",
    ["Folgen Sie uns auf Instagram.", "Sign up for our newsletter.", "Quelle: dpa", "Подписывайтесь на наш канал"],
)
def test_sign_offs_are_left_out(ending: str) -> None:
    assert extract(article(*PARAGRAPHS, ending)).text == TEXT


@pytest.mark.parametrize("opening", [TITLE, f"Neustadt: {TITLE}", "Von Jana Holm", "11.08.2016, 18:30 Uhr"])
def test_headline_and_byline_are_not_repeated_in_the_text(opening: str) -> None:
    assert extract(article(opening, *PARAGRAPHS)).text == TEXT


def test_the_standfirst_belongs_to_the_text() -> None:
    body = (
        f'<article><header><h1>{TITLE}</h1><p class="article__lead">{SUMMARY}</p></header>'
        f'<div class="article-body">{paragraphs(*PARAGRAPHS)}</div></article>'
    )
    assert extract(page(body)).text == f"{SUMMARY}\n{TEXT}"


def test_an_article_in_several_containers_is_whole() -> None:
    def part(*texts: str) -> str:
        return f'<div class="article-body"><div class="inner">{paragraphs(*texts)}</div></div>'

    body = f"<article><h1>{TITLE}</h1>{part(*PARAGRAPHS[:2])}<div>Anzeige</div>{part(*PARAGRAPHS[2:])}</article>"
    assert extract(page(body)).text == TEXT


def test_a_text_that_only_json_ld_holds() -> None:
    made = extract(page('<div id="root"></div>', head=news(headline=TITLE, articleBody=TEXT * 2)))
    assert made.text.startswith(PARAGRAPHS[0])
    assert made.quality is Q.FULL


SHARED = '<meta property="og:title" content="Hafen: Was der Ausbau kostet">'


@pytest.mark.parametrize(
    ("headline", "stated", "expected"),
    [
        (TITLE, {"headline": TITLE}, "Hafen: Was der Ausbau kostet"),
        (TITLE, {"headline": TITLE, "name": TITLE}, TITLE),
        (TITLE, {"headline": "Ausbau beschlossen", "name": "Ausbau beschlossen"}, "Hafen: Was der Ausbau kostet"),
        (TITLE, {"headline": "Ausbau beschlossen", "alternativeHeadline": "Ausbau beschlossen"}, "Ausbau beschlossen"),
        (TITLE, {"headline": "Ausbau beschlossen", "alternativeHeadline": "Es wird gebaut"}, "Ausbau beschlossen"),
        (TITLE, {"headline": "Ausbau beschlossen", "alternativeHeadline": "Hafen"}, "Hafen: Was der Ausbau kostet"),
    ],
    ids=[
        "stated once",
        "stated twice and seen",
        "stated twice, another seen",
        "stated twice as headlines",
        "with an alternative, neither seen",
        "with a shorter form of the shared one",
    ],
)
def test_the_newsrooms_headline_stands_before_the_one_for_networks(
    headline: str, stated: dict[str, str], expected: str
) -> None:
    assert extract(article(*PARAGRAPHS, headline=headline, head=SHARED + news(**stated))).title == expected


def test_the_fetch_time_bounds_dates() -> None:
    stated = news(datePublished="2031-01-01T00:00:00Z") + '<meta name="date" content="2016-08-11">'
    assert extract(article(*PARAGRAPHS, head=stated)).published == datetime(2016, 8, 11, tzinfo=UTC)


def test_a_shown_date_of_a_change_is_no_publication() -> None:
    shown = '<span class="{}">{}</span>'
    changed = shown.format("updated-date", "Aktualisiert am 12. August 2016")
    made = extract(article(*PARAGRAPHS, around=changed + shown.format("pub-date", "11. August 2016")))
    assert made.published == datetime(2016, 8, 11, tzinfo=UTC)
    assert extract(article(*PARAGRAPHS, around=changed)).published is None


def test_a_day_is_made_exact_by_the_feed() -> None:
    feed = datetime(2016, 8, 11, 15, 45, tzinfo=UTC)
    made = extract(article(*PARAGRAPHS, head='<meta name="date" content="2016-08-11">'), entry_published=feed)
    assert made.published == feed


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://www.example-zeitung.de/politik/123", "https://example-zeitung.de/politik/123"),
        ("/politik/123", "https://example-zeitung.de/politik/123"),
        ("https://elsewhere.example/politik/123", ""),
        ("https://www.example-zeitung.de/", ""),
        ("https://www.example-zeitung.de/politik", ""),
        ("javascript:alert(1)", ""),
        ("https://[", ""),
    ],
)
def test_a_canonical_link_is_believed_within_the_site(canonical: str, expected: str) -> None:
    found_at = "https://example-zeitung.de/politik/hafen-wird-ausgebaut-123.html"
    made = extract(article(*PARAGRAPHS, head=f'<link rel="canonical" href="{canonical}">'))
    assert made.url == (expected or found_at)


def test_an_amp_twin_is_the_same_article() -> None:
    head = '<link rel="canonical" href="https://www.example-zeitung.de/politik/hafen-wird-ausgebaut-123.html">'
    made = extract(
        article(*PARAGRAPHS, head=head), url="https://amp.example-zeitung.de/politik/hafen-wird-ausgebaut-123.html"
    )
    assert made.url == extract(article(*PARAGRAPHS), url=URL).url


def test_the_fast_text_holds_the_article() -> None:
    text = fast_text(article(*PARAGRAPHS).encode())
    assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_extraction_is_pure() -> None:
    html = article(*PARAGRAPHS, around=LINKS)
    assert extract(html) == extract(html, fetched_at=FETCHED)
