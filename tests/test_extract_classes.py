"""Each class of page that stands where an article should, in four languages: what it is taken for, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from monitor.errors import ExtractError
from monitor.model import TextQuality
from tests.extract_material import extract, json_ld, news, page, paragraphs

Q = TextQuality
FREE = "isAccessibleForFree"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the pages of one language say."""

    lang: str
    title: str
    text: tuple[str, ...]
    teaser: str
    consent: tuple[str, ...]
    challenge: str
    paywall: str
    login: tuple[str, str]
    missing: tuple[str, str]


GERMAN = Words(
    lang="de",
    title="Der Hafen von Neustadt wird ausgebaut",
    text=(
        "Der Rat von Neustadt hat am Donnerstag beschlossen, den alten Hafen für 40 Millionen Euro auszubauen.",
        "Die Arbeiten sollen im Frühjahr beginnen und drei Jahre dauern, sagte die Bürgermeisterin nach der Sitzung.",
        "Händler am Kai fürchten um ihre Kundschaft, weil die Zufahrt nur einspurig befahrbar sein wird.",
        "Der Verband der Schiffer begrüßte den Beschluss; größere Kähne könnten künftig bei Ebbe anlegen.",
    ),
    teaser="Eine andere Meldung des Tages, Nummer {}",
    consent=(
        "Wir und unsere Werbepartner verwenden Cookies, um Inhalte zu personalisieren.",
        "Mit Ihrer Einwilligung verarbeiten wir Daten; Sie können die Zustimmung jederzeit widerrufen.",
        "Mehr dazu steht in unserer Datenschutzerklärung und in den Einstellungen.",
    ),
    challenge="Bitte bestätigen Sie, dass Sie kein Roboter sind.",
    paywall="Jetzt weiterlesen mit dem Digitalabo für einen Euro im ersten Monat.",
    login=("Anmelden", "Bitte melden Sie sich an, um fortzufahren. Passwort vergessen? Noch kein Konto? Registrieren."),
    missing=("Seite nicht gefunden", "Die gesuchte Seite existiert leider nicht mehr oder wurde verschoben."),
)
ENGLISH = Words(
    lang="en",
    title="Old harbour in Newtown to be enlarged",
    text=(
        "The council of Newtown decided on Thursday to enlarge the old harbour for forty million pounds.",
        "Work is to begin in spring and to last for three years, the mayor said after the meeting.",
        "Traders on the quay fear for their customers, because only one lane will stay open for so long.",
        "The boatmen's union welcomed the decision; larger barges could land even when the tide is out.",
    ),
    teaser="Another story of this long day, number {}",
    consent=(
        "We and our advertising partners use cookies to personalise what you see.",
        "With your consent we process data; you may withdraw your consent at any time.",
        "There is more in our privacy policy and under your choices.",
    ),
    challenge="Please verify you are human to continue.",
    paywall="Subscribe to continue reading this story.",
    login=("Log in", "Please sign in to your account to continue. Forgot your password? No account yet? Register."),
    missing=("Page not found", "Sorry, the page you are looking for does not exist any more or has been moved."),
)
TURKISH = Words(
    lang="tr",
    title="Yenişehir limanı genişletiliyor",
    text=(
        "Yenişehir belediye meclisi perşembe günü eski limanın kırk milyon liraya genişletilmesine karar verdi.",
        "Belediye başkanı toplantıdan sonra çalışmaların ilkbaharda başlayacağını ve üç yıl süreceğini söyledi.",
        "Rıhtımdaki esnaf, yol tek şeride ineceği için müşterilerini kaybetmekten korktuğunu anlattı.",
        "Kayıkçılar birliği kararı olumlu karşıladı; büyük tekneler artık sular çekildiğinde de yanaşabilecek.",
    ),
    teaser="Uzun günün bir başka haberi, numarası {}",
    consent=(
        "Biz ve iş ortaklarımız içeriği kişiselleştirmek için çerez kullanıyoruz.",
        "İzninizle kişisel verilerinizi işliyoruz; çerez tercihlerinizi her zaman değiştirebilirsiniz.",
        "Ayrıntılar gizlilik politikamızda ve KVKK metninde yer alıyor.",
    ),
    challenge="Devam etmek için robot olmadığınızı doğrulayın.",
    paywall="Haberin devamını okumak için abone olun.",
    login=("Giriş yap", "Devam etmek için lütfen giriş yapın. Şifremi unuttum. Hesabınız yok mu? Üye olun."),
    missing=("Sayfa bulunamadı", "Aradığınız sayfa ne yazık ki artık yok ya da başka bir yere taşındı."),
)
RUSSIAN = Words(
    lang="ru",
    title="Старую гавань Новограда расширят",
    text=(
        "Городской совет Новограда решил в четверг расширить старую гавань за сорок миллионов рублей.",
        "Работы начнутся весной и продлятся три года, сказала мэр города после долгого заседания совета.",
        "Торговцы на набережной боятся потерять покупателей, потому что открытой останется одна полоса.",
        "Союз лодочников приветствовал решение: большие баржи смогут причаливать даже во время отлива.",
    ),
    teaser="Ещё одна новость этого долгого дня, номер {}",
    consent=(
        "Мы и наши партнёры используем файлы cookie, чтобы подбирать для вас содержание.",
        "С вашего согласия мы обрабатываем персональные данные; согласие можно отозвать.",
        "Подробнее об этом сказано в политике конфиденциальности сайта.",
    ),
    challenge="Подтвердите, что вы не робот.",
    paywall="Полный текст доступен только подписчикам.",
    login=("Вход на сайт", "Войдите в свой аккаунт, чтобы продолжить. Забыли пароль? Нет аккаунта? Регистрация."),
    missing=("Страница не найдена", "К сожалению, запрошенная страница больше не существует или была перемещена."),
)
LANGUAGES = [pytest.param(words, id=words.lang) for words in (GERMAN, ENGLISH, TURKISH, RUSSIAN)]
SITE = '<meta property="og:site_name" content="Beispiel">'
IS_ARTICLE = '<meta property="og:type" content="article">' + SITE


def article(words: Words, *texts: str, head: str = "", around: str = "") -> str:
    body = f"<main><article><h1>{words.title}</h1>{paragraphs(*texts)}</article>{around}</main>"
    return page(body, head=IS_ARTICLE + head, title=f"{words.title} | Beispiel", lang=words.lang)


def other(words: Words, body: str, *, title: str = "", head: str = "") -> str:
    """A page that doesn't call itself an article."""
    return page(f"<main>{body}</main>", head=SITE + head, title=f"{title or words.title} | Beispiel", lang=words.lang)


def teasers(words: Words, number: int) -> str:
    return "".join(f'<div><h3><a href="/n/{n}">{words.teaser.format(n)}</a></h3></div>' for n in range(number))


def paid_stub(words: Words) -> str:
    return article(words, *words.text[:2], words.paywall, head=news(headline=words.title, **{FREE: False}))


def ticker(words: Words) -> str:
    reports = (*words.text, *words.text)
    return article(words, *(f"1{hour}:05 {text}" for hour, text in enumerate(reports)))


def stated_ticker(words: Words) -> str:
    return article(words, *words.text, head=json_ld(**{"@type": "LiveBlogPosting", "headline": words.title}))


def video(words: Words) -> str:
    clip = json_ld(**{"@type": "VideoObject", "name": words.title, "description": words.text[0]})
    return other(words, f"<h1>{words.title}</h1><video></video>{paragraphs(*words.text[:2])}", head=clip)


def gallery(words: Words) -> str:
    pictures = "".join(
        f'<figure><img src="/{n}.jpg" alt=""><figcaption>{text}</figcaption></figure>'
        for n, text in enumerate(words.text * 3)
    )
    stated = json_ld(**{"@type": "ImageGallery", "name": words.title})
    return other(words, f"<h1>{words.title}</h1>{paragraphs(*words.text[:2])}{pictures}", head=stated)


def stated_text(words: Words) -> str:
    head = news(headline=words.title, articleBody="\n\n".join(words.text * 2))
    return page('<div id="app"></div>', head=IS_ARTICLE + head, title=words.title, lang=words.lang)


def amp(words: Words) -> str:
    head = '<link rel="canonical" href="https://www.example-zeitung.de/a-1.html">' + news(headline=words.title)
    html = article(words, *words.text, head=head)
    return html.replace("<html ", "<html amp ").replace("<main>", "<main><amp-ad></amp-ad><amp-img></amp-img>")


def many_links(words: Words) -> str:
    return article(words, *words.text, around=f"<section>{teasers(words, 40)}</section>")


def many_plain_links(words: Words) -> str:
    links = "".join(f'<p><a href="/n/{n}">{words.teaser.format(n)}</a></p>' for n in range(40))
    return article(words, *words.text, around=f"<div>{links}</div>")


def section(words: Words) -> str:
    return other(words, f"<h1>Politik</h1>{paragraphs(words.text[0])}{teasers(words, 20)}")


def plain_section(words: Words) -> str:
    cards = (f'<a href="/n/{n}">{words.teaser.format(n)}</a><span>{words.text[n % 4]}</span>' for n in range(30))
    return other(words, "<h1>Politik</h1>" + "".join(f"<div>{card}</div>" for card in cards))


def short_stated_text(words: Words) -> str:
    return page('<div id="app"></div>', head=news(headline=words.title, articleBody="\n".join(words.text)))


ARTICLES: list[tuple[Callable[[Words], str], dict[str, Any], Q, tuple[str, ...]]] = [
    (lambda words: article(words, *words.text), {}, Q.FULL, ()),
    (paid_stub, {}, Q.STUB, ("paywall_declared", "paywall_marker")),
    (lambda words: article(words, *words.text[:3], words.paywall), {}, Q.STUB, ("paywall_marker",)),
    (ticker, {}, Q.TICKER, ("many_times",)),
    (stated_ticker, {}, Q.TICKER, ("live_blog",)),
    (video, {}, Q.SUMMARY_ONLY, ("video_page",)),
    (gallery, {}, Q.SUMMARY_ONLY, ("photo_gallery",)),
    (section, {}, Q.LISTING, ("many_teasers",)),
    (plain_section, {}, Q.LISTING, ("many_teasers",)),
    (many_links, {"url": "https://www.example-zeitung.de/"}, Q.LISTING, ("front_page",)),
    (stated_text, {}, Q.FULL, ()),
    (short_stated_text, {}, Q.FULL, ()),
    (amp, {"url": "https://www.example-zeitung.de/a-1.amp.html"}, Q.FULL, ()),
    (many_links, {}, Q.FULL, ()),
    (many_plain_links, {}, Q.FULL, ()),
]
ARTICLE_IDS = [
    "article", "paid stub", "stub", "ticker", "stated ticker", "video", "gallery", "section", "plain section",
    "front page", "text in JSON-LD", "short text in JSON-LD", "AMP", "40 linked headings", "40 linked paragraphs",
]  # fmt: skip


@pytest.mark.parametrize("words", LANGUAGES)
@pytest.mark.parametrize(("make", "given", "quality", "reasons"), ARTICLES, ids=ARTICLE_IDS)
def test_pages_with_a_text(
    make: Callable[[Words], str], given: dict[str, Any], quality: Q, reasons: tuple[str, ...], words: Words
) -> None:
    made = extract(make(words), **given)
    assert (made.quality, made.reasons) == (quality, reasons)
    assert (words.title, words.text[0][-40:] in made.text) == (made.title, True) or quality is Q.LISTING
    assert words.teaser.format(7) not in made.text or quality is Q.LISTING
    if quality is Q.FULL:
        assert list(dict.fromkeys(made.text.splitlines())) == list(words.text)


def challenge(words: Words) -> str:
    return other(words, f"<h1>example.com</h1>{paragraphs(words.challenge)}", title="example.com")


def login(words: Words) -> str:
    title, text = words.login
    form = '<form action="/login"><input name="email"><input type="password" name="secret"></form>'
    return other(words, f"<h1>{title}</h1>{form}{paragraphs(text)}", title=title)


def missing(words: Words) -> str:
    title, text = words.missing
    return other(words, f"<h1>{title}</h1>{paragraphs(text)}{teasers(words, 12)}", title=title)


def bare_number(words: Words) -> str:
    return other(words, f"<h1>404</h1>{paragraphs(words.missing[1])}", title="Error 404")


def missing_as_article(words: Words) -> str:
    title, text = words.missing
    return article(words, text).replace(words.title, title)


WALLS: list[tuple[Callable[[Words], str], str]] = [
    (lambda words: other(words, paragraphs(*words.consent)), "consent_wall"),
    (lambda words: article(words, *words.consent), "consent_wall"),
    (challenge, "challenge_page"),
    (login, "login_page"),
    (missing, "missing_page"),
    (bare_number, "missing_page"),
    (missing_as_article, "missing_page"),
]
WALL_IDS = [
    "consent",
    "consent under the article's head",
    "challenge",
    "login",
    "404 as 200",
    "404 in its title",
    "404 as article",
]


@pytest.mark.parametrize("words", LANGUAGES)
@pytest.mark.parametrize(("make", "reason"), WALLS, ids=WALL_IDS)
def test_pages_without_their_text(make: Callable[[Words], str], reason: str, words: Words) -> None:
    made = extract(make(words), entry_title=words.title, entry_summary=words.text[0])
    assert (made.title, made.text, made.url) == (words.title, words.text[0], "")
    assert (made.quality, made.reasons) == (Q.SUMMARY_ONLY, (reason, "text_from_feed"))
    with pytest.raises(ExtractError) as caught:
        extract(make(words))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("title", "is_away"),
    [
        ("Wartungsarbeiten", True),
        ("Under maintenance | The Paper", True),
        ("503 Service Temporarily Unavailable", True),
        ("Технические работы", True),
        ("the-paper.example is for sale", True),
        ("Wartungsarbeiten an der Hafenbrücke dauern länger", False),
        ("Maintenance of the old bridge to cost millions", False),
    ],
)
def test_a_site_that_is_away_for_an_hour_has_no_article(title: str, is_away: bool) -> None:
    html = page(f"<h1>{title}</h1>{paragraphs(*GERMAN.text)}", title=title)
    found = extract(html, entry_title="Der Hafen", entry_summary=GERMAN.text[0])
    assert ("missing_page" in found.reasons) is is_away


@pytest.mark.parametrize("words", LANGUAGES)
def test_an_article_about_a_missing_page_or_a_login_is_one(words: Words) -> None:
    for title, _ in (words.missing, words.login):
        assert extract(article(words, *words.text).replace(words.title, title)).quality is Q.FULL
    with_form = article(words, *words.text, around='<form><input type="password"></form>')
    assert extract(with_form).quality is Q.FULL


def test_a_table_of_thousands_of_rows_is_read_in_a_second_and_not_in_half_a_minute() -> None:
    rows = "".join(f"<tr><td>{n}<td>Verein {n}<td>{3 * n}" for n in range(5_000))
    assert extract(article(GERMAN, *GERMAN.text, around=f"<table>{rows}</table>")).quality is Q.FULL


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"%PDF-1.7 ...", "text/html"), (b"...", "application/pdf"), (b"\r\n\r\n%PDF-1.4 ...", "text/html")],
)
def test_a_pdf_is_no_article(body: bytes, content_type: str) -> None:
    with pytest.raises(ExtractError) as caught:
        extract(body, content_type=content_type, entry_title="Ein Bericht", entry_summary=GERMAN.text[0])
    assert caught.value.reason == "not_html"
