"""Small pages of every kind, written for the tests, and how to extract them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.collect.extract import extract_page
from monitor.model import Entry, EntryState, Extraction

FETCHED = datetime(2016, 8, 12, 6, 0, tzinfo=UTC)
URL = "https://www.example-zeitung.de/politik/hafen-wird-ausgebaut-123.html"
TITLE = "Der Hafen von Neustadt wird ausgebaut"
PARAGRAPHS = (
    "Der Rat von Neustadt hat am Donnerstag beschlossen, den alten Hafen für 40 Millionen Euro auszubauen.",
    "Die Arbeiten sollen im Frühjahr beginnen und drei Jahre dauern, sagte Bürgermeisterin Anna Berg nach der Sitzung.",
    "Händler am Kai fürchten um ihre Kundschaft, weil die Zufahrt in dieser Zeit nur einspurig befahrbar sein wird.",
    "Der Landesverband der Schiffer begrüßte den Beschluss; größere Kähne könnten künftig auch bei Ebbe anlegen.",
)
TEXT = "\n".join(PARAGRAPHS)
SUMMARY = "Der Rat hat den Ausbau des Hafens beschlossen; die Arbeiten beginnen im Frühjahr."
CONSENT = (
    "Wir und unsere Werbepartner verwenden Cookies, um Inhalte zu personalisieren.",
    "Mit Ihrer Einwilligung verarbeiten wir Daten; Sie können die Zustimmung jederzeit widerrufen.",
    "Mehr dazu in unserer Datenschutzerklärung und in den Einstellungen zum Tracking.",
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str, *, head: str = "", title: str = TITLE, lang: str = "de") -> str:
    return f'<!DOCTYPE html><html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def article(*texts: str, around: str = "", head: str = "", headline: str = TITLE) -> str:
    """A page as publishers make them: menu, article, box and footer."""
    return page(
        '<nav><ul><li><a href="/politik">Politik</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<main><article><h1>{headline}</h1>{paragraphs(*texts)}</article>{around}</main>"
        "<footer>Impressum und Kontakt</footer>",
        head='<meta property="og:type" content="article"><meta property="og:site_name" content="Beispielzeitung">'
        + head,
        title=f"{headline} | Beispielzeitung",
    )


def json_ld(**values: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(values)}</script>'


def news(**values: Any) -> str:
    return json_ld(**{"@context": "https://schema.org", "@type": "NewsArticle", **values})


def extract(html: str | bytes, **given: Any) -> Extraction:
    body = html.encode() if isinstance(html, str) else html
    stated = {"url": URL, "content_type": "text/html", "charset": "utf-8", "fetched_at": FETCHED}
    return extract_page(body, **{**stated, **given})


def entry(**stated: object) -> Entry:
    values: dict[str, object] = {
        "id": 1, "feed_id": "f", "key": "k", "url": URL, "fetch_url": URL, "title": TITLE, "summary": "", "content": "",
        "published": None, "updated": None, "authors": (), "fingerprint": "", "is_backlog": False,
        "state": EntryState.FETCHED, "reason": "", "attempts": 0, "first_seen_at": FETCHED, "next_attempt_at": None,
        "article_id": None,
    }  # fmt: skip
    return Entry(**{**values, **stated})  # type: ignore[arg-type]
