"""Say what kind of page this is and how good its text: an article, a ticker, a listing, a stub, a wall. Pure.

Works on what the page states and on the texts won from it, never on a single site's name. Reasons are short stable
words; docs/extraction.md lists them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.collect.extract import markers
from monitor.collect.extract.head import Head, Json, types_of
from monitor.model import TextQuality

#: The shortest of 216 labelled articles has 369 characters.
SHORT_CHARS = 250
#: Less than this is no sentence.
NO_TEXT_CHARS = 40
#: A wall says little beside its own business.
WALL_CHARS = 3000
#: So much of a wall's text is about consent; of a page that calls itself an article, and of any other.
WALL_SHARE = {True: 0.6, False: 0.35}
#: A paywalled page that shows more than this, and breaks off nowhere, ships its whole text.
STUB_CHARS = 700
#: A text that breaks off, or stands above a paywall's words, is a stub up to this length.
LONGEST_STUB_CHARS = 2500
#: Of the words that a page states its article to have: all but captions; clearly a part.
WHOLE_SHARE, PART_SHARE = 0.85, 0.6
#: Times at line beginnings, or time elements, that make a ticker of a page that doesn't call itself one.
TICKER_TIMES = 6
#: Linked headings on a page that isn't an article.
LISTING_TEASERS = 10
#: Beside a video or a named series of pictures, more than this is an article's text; beside a declared series,
#: whose captions count as text, more than that.
MEDIA_CHARS, GALLERY_CHARS = 1000, 3000

_END = re.compile(r"[.!?:;»”“\"')\]。！？]\s*$")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What there is to judge a page by."""

    head: Head
    url: str
    #: The article's text as it will be stored.
    text: str
    #: The same before it was cleaned of the page's own remarks.
    raw: str
    #: All text of the page but menus and code.
    visible: str
    #: Linked headings that were taken out.
    teasers: int
    #: The text itself is made of the links to other articles.
    is_of_links: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a page is worth."""

    quality: TextQuality
    reasons: tuple[str, ...] = ()
    #: False: the text is the page's own business, not the article; the feed says more.
    is_of_article: bool = True


def judge(sight: Sight) -> Verdict:
    """Decide in this order: walls, nothing, listings, tickers, stubs, videos and pictures, short texts."""
    if reason := _wall(sight) or _nothing(sight):
        return Verdict(quality=TextQuality.HEADLINE_ONLY, reasons=(reason,), is_of_article=False)
    if reason := _listing(sight):
        return Verdict(quality=TextQuality.LISTING, reasons=(reason,))
    if reason := _ticker(sight):
        return Verdict(quality=TextQuality.TICKER, reasons=(reason,))
    if reasons := _stub(sight):
        return Verdict(quality=TextQuality.STUB, reasons=reasons)
    if reason := _media(sight) or ("short_text" if len(sight.text) < SHORT_CHARS else ""):
        return Verdict(quality=TextQuality.SUMMARY_ONLY, reasons=(reason,))
    return Verdict(quality=TextQuality.FULL)


def _is_article(head: Head) -> bool:
    """Whether the page calls itself an article."""
    return head.meta("og:type").casefold() == "article" or any(head.nodes_of("Article", "Posting"))


def _wall(sight: Sight) -> str:
    if len(sight.raw) > WALL_CHARS:
        return ""
    if markers.CHALLENGE_TITLE.match(sight.head.title):
        return "challenge_page"
    if not _is_article(sight.head) and len(sight.visible) < WALL_CHARS and markers.CHALLENGE_TEXT.search(sight.visible):
        return "challenge_page"
    if reason := _instead(sight):
        return reason
    if markers.CONSENT_URL.search(sight.url):
        return "consent_wall"
    lines = (sight.raw or sight.visible).splitlines()
    about = sum(len(line) for line in lines if markers.CONSENT.search(line))
    is_article = _is_article(sight.head)
    if is_article and markers.CONSENT.search(sight.head.meta("og:title") or sight.head.title):
        return ""  # an article about consent
    return "consent_wall" if about > WALL_SHARE[is_article] * sum(map(len, lines)) else ""


def _instead(sight: Sight) -> str:
    """A page for whoever finds nothing, or must log in first, answered as if it were the article."""
    is_short, is_article = len(sight.raw) < SHORT_CHARS, _is_article(sight.head)
    if is_article and not is_short:
        return ""
    titles = (sight.head.title, *sight.head.headings[:1])
    if any(map(markers.MISSING_TITLE.search, titles)) or any(map(markers.AWAY_TITLE.search, titles)):
        return "missing_page"
    is_login = sight.head.asks_password or (is_short and not is_article)
    return "login_page" if is_login and any(map(markers.LOGIN_TITLE.match, titles)) else ""


def _nothing(sight: Sight) -> str:
    if len(sight.text) >= NO_TEXT_CHARS:
        return ""
    return "meta_refresh" if sight.head.metas.get("refresh") else "no_text_in_page"


def _listing(sight: Sight) -> str:
    if sight.url and not urlsplit(sight.url).path.strip("/"):
        return "front_page"
    if _is_article(sight.head):
        return ""
    if any(sight.head.nodes_of("CollectionPage", "SearchResultsPage")):
        return "collection_page"
    has_teasers = sight.teasers >= LISTING_TEASERS and len(sight.text) < WALL_CHARS
    return "many_teasers" if has_teasers or sight.is_of_links else ""


def _ticker(sight: Sight) -> str:
    if any(_is_live(node) for node in sight.head.nodes):
        return "live_blog"
    times = len(markers.LINE_TIME.findall(sight.raw))
    if times >= TICKER_TIMES:
        return "many_times"
    is_named = markers.TICKER_NAME.search(f"{sight.url} {sight.head.title}")
    return "named_ticker" if is_named and times + len(sight.head.times) >= TICKER_TIMES else ""


def _is_live(node: Json) -> bool:
    return "LiveBlogPosting" in types_of(node) or bool(node.get("liveBlogUpdate"))


def _stub(sight: Sight) -> tuple[str, ...]:
    """A text is a stub if its page says that reading costs, or asks for a subscription, and the text shows it."""
    text, words, stated_words = sight.text, len(sight.text.split()), _stated_words(sight.head)
    if len(text) > LONGEST_STUB_CHARS or 0 < stated_words * WHOLE_SHARE <= words:
        return ()
    is_declared = _is_declared_paid(sight.head)
    is_short = len(text) < STUB_CHARS
    is_marked = bool(markers.PAYWALL.search(sight.raw[-600:]) or (is_short and markers.PAYWALL.search(sight.visible)))
    is_cut = words < PART_SHARE * stated_words or not _END.search(text)
    if is_declared and (is_marked or is_cut or is_short):
        return ("paywall_declared", "paywall_marker") if is_marked else ("paywall_declared",)
    return ("paywall_marker",) if is_marked else ()


def _is_declared_paid(head: Head) -> bool:
    stated = [node["isAccessibleForFree"] for node in head.nodes if "isAccessibleForFree" in node]
    if stated:
        return any(str(value).rpartition("/")[2].casefold() in ("false", "0", "no") for value in stated)
    return head.meta("article:content_tier").casefold() in ("locked", "metered")


def _stated_words(head: Head) -> int:
    for node in head.nodes_of("Article", "Posting"):
        stated = str(node.get("wordCount") or "")
        if stated.isdecimal() and len(stated) < 6:
            return int(stated)
    return 0


def _media(sight: Sight) -> str:
    """A page for its video or its pictures."""
    head, chars = sight.head, len(sight.text)
    if chars <= MEDIA_CHARS and any(map(markers.GALLERY_NAME.search, (sight.url, head.title))):
        return "photo_gallery"
    if chars > GALLERY_CHARS or any(head.nodes_of("Article", "Posting")):
        return ""
    if any(head.nodes_of("ImageGallery", "MediaGallery")):
        return "photo_gallery"
    is_video = head.meta("og:type").casefold().startswith("video") or any(head.nodes_of("VideoObject"))
    return "video_page" if is_video and chars <= MEDIA_CHARS else ""
