"""Say what kind of page this is and how good its text: an article, a ticker, a listing, a stub, a wall. Pure.

Works on what the page states and on its extracted text; never on a single site's name. Reasons are short stable words.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.collect.extract.head import Head, Json, types_of
from monitor.collect.extract.markers import CHALLENGE_TITLE, CONSENT, LINE_TIME, PAYWALL, TICKER_URL
from monitor.model import TextQuality

#: Shorter texts are suspect: the shortest article among 216 labelled pages has 420 characters.
SHORT_CHARS = 250
#: A paywalled page with more than this shows (or ships) its whole text.
STUB_CHARS = 2500
#: A wall says little beside its own business.
WALL_CHARS = 3000
#: Times at line beginnings that make a ticker of a page without markup.
TICKER_TIMES = 6


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a page is worth."""

    quality: TextQuality
    reasons: tuple[str, ...] = ()
    #: False: what was extracted is the page's own business, not the article; the feed says more.
    is_text_of_article: bool = True


def judge(head: Head, text: str, url: str) -> Verdict:
    """Decide in this order: walls, listings, tickers, stubs, short texts."""
    if wall := _wall(head, text):
        return Verdict(quality=TextQuality.SUMMARY_ONLY, reasons=(wall,), is_text_of_article=False)
    if not text.strip():
        return Verdict(quality=TextQuality.HEADLINE_ONLY, reasons=("no_text_in_page",), is_text_of_article=False)
    if listing := _listing(head, url):
        return Verdict(quality=TextQuality.LISTING, reasons=(listing,))
    if ticker := _ticker(head, text, url):
        return Verdict(quality=TextQuality.TICKER, reasons=(ticker,))
    notes = tuple(note for note in (_pages(head), _video(head, text)) if note)
    if stub := _stub(head, text):
        return Verdict(quality=TextQuality.STUB, reasons=(*stub, *notes))
    if len(text) < SHORT_CHARS:
        return Verdict(quality=TextQuality.SUMMARY_ONLY, reasons=("short_text", *notes))
    return Verdict(quality=TextQuality.FULL, reasons=notes)


def is_declared_paid(head: Head) -> bool:
    """Whether the page says that reading it costs something."""
    stated = [node["isAccessibleForFree"] for node in head.nodes if "isAccessibleForFree" in node]
    if any(str(value).casefold() in ("false", "0", "no", "http://schema.org/false") for value in stated):
        return True
    return head.meta("article:content_tier").casefold() in ("locked", "metered") and not stated


def _wall(head: Head, text: str) -> str:
    if CHALLENGE_TITLE.match(head.title) and len(text) < WALL_CHARS:
        return "challenge_page"
    if has_article(head) or len(text) > WALL_CHARS:
        return ""
    words = max(1, len(text.split()))
    marks = len(CONSENT.findall(text)) + 3 * len(CONSENT.findall(head.title))
    return "consent_wall" if marks >= 3 and marks * 25 > words else ""


def has_article(head: Head) -> bool:
    """Whether the page calls itself an article."""
    return head.meta("og:type").casefold() == "article" or any(head.nodes_of("Article", "Posting"))


def _listing(head: Head, url: str) -> str:
    if url and not urlsplit(url).path.strip("/"):
        return "front_page"
    if has_article(head):
        return ""
    if any(head.nodes_of("CollectionPage", "SearchResultsPage")):
        return "collection_page"
    return ""


def _ticker(head: Head, text: str, url: str) -> str:
    if any(_is_live(node) for node in head.nodes):
        return "live_blog"
    times = len(LINE_TIME.findall(text))
    if times >= TICKER_TIMES or (times >= 2 and TICKER_URL.search(url)):
        return "many_times"
    return ""


def _is_live(node: Json) -> bool:
    return "LiveBlogPosting" in types_of(node) or bool(node.get("liveBlogUpdate"))


def _stub(head: Head, text: str) -> tuple[str, ...]:
    declared = is_declared_paid(head)
    if len(text) >= STUB_CHARS:
        return ()
    marked = bool(PAYWALL.search(text[-600:]))
    if declared and marked:
        return ("paywall_declared", "paywall_marker")
    if declared:
        return ("paywall_declared",)
    return ("paywall_marker",) if marked else ()


def _pages(head: Head) -> str:
    return "first_of_several_pages" if head.links.get("next") and has_article(head) else ""


def _video(head: Head, text: str) -> str:
    is_video = head.meta("og:type").casefold().startswith("video") or any(head.nodes_of("VideoObject"))
    return "video_page" if is_video and len(text) < 1000 else ""
