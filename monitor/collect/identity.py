"""When two mentions are of one article: canonical URLs, entry keys, fingerprints. Pure; asks no server.

Identity must hold through edited titles, changed guids, http and https, tracking parameters, AMP and mobile twins, and
an aggregator and a site carrying the same article; and it must keep apart what only shares a link or a guid.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from monitor.collect.addresses import registrable_domain
from monitor.model import NewEntry, ParsedEntry

#: Query parameters that say where a reader came from, not what the page is: beginnings of names, and names.
_TRACKING = re.compile(
    r"""
    (?: _hs | _x_tr_ | at_ | cx_ | feed(?=name|type) | gaa_ | hsa_ | hss_ | itm_ | li_fat_ | matomo_ | mkt_ | mtm_ | ns_
      | oly_ | piwik_ | pk_ | soc_ | stm_ | tpcc | trk_ | utm[_-] | vero_ | wt\. ).*
    | __twitter_impression | _ga | _gl | _ke | amp | amp_gsa | amp_js_v | campaign_id | cmp | cmpid | dclid | dicbo
    | echobox | emc | epik | ex_cid | fbclid | fromrss | ftag | ftcamp | gbraid | gclid | gclsrc | guccounter
    | guce_referrer\w* | icid | igshi?d? | intcid | ito | jsessionid | kwp_0 | linkid | maca | mbid | mc_[ce]id
    | msclkid | ncid | ocid | outputtype | phpsessid | ref_src | ref_url | referrer | reflink | s_cid | s_kwcid
    | sara_ref | sfnsn | smid | smtyp | spm | spref | sr_share | sref | srsltid | taid | traffic_source | ttclid
    | twclid | usqp | wbraid | wprss | wt_z?mc | xtor | xtref | xts | yclid | ysclid
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Names that are tracking only with such a value: elsewhere `source=3` may choose the page.
_AMBIGUOUS = frozenset(
    {
        "cid",
        "feature",
        "feed",
        "from",
        "mod",
        "partner",
        "ref",
        "referer",
        "rss",
        "share",
        "source",
        "src",
        "via",
        "xid",
    }
)
#: Names that with such a value ask for the same page in another dress, or for its first part.
_SAME_PAGE = {"m": "1", "mobile": "1", "mode": "amp", "page": "1", "print": "1", "view": "mobile"}
_TRACKING_VALUE = re.compile(r"rss|feed|atom|twitter|facebook|whatsapp|telegram|newsletter|e?mail|social|share|youtu")

#: Services whose links carry the link they stand for: host, and the parameters that hold it.
_WRAPPERS = {
    "bing.com": ("url",),
    "duckduckgo.com": ("uddg",),
    "flipboard.com": ("url",),
    "google.com": ("url", "q"),
    "l.facebook.com": ("u",),
    "news.google.com": ("url",),
    "out.reddit.com": ("url",),
    "translate.google.com": ("u",),
    "vk.com": ("to",),
    "yandex.ru": ("text",),
    "youtube.com": ("q",),
}
_AMP_CACHE_PATH = re.compile(r"^/(?:amp|c|v)/(?:s/)?(?P<rest>[^/]+\.[^/]+/.*)$")
_TWIN_LABEL = re.compile(r"^(?:www\d?|m|mobile?|amp|pda|touch|wap)\.")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/]*", re.IGNORECASE)
#: AMP, and the file that a folder's name stands for.
_TWIN_IN_PATH = re.compile(r"/amp(?=/|$)|/amp\.html?$|\.amp(?=\.html?$|$)|/index\.html?$")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"


def canonical_url(url: str) -> str:
    """The one form that all twins of a URL share; empty for what is no http address.

    An identity first, and a link second: https, no `www.`, no tracking, no fragment, parameters in order.
    """
    try:
        parts = urlsplit(_unwrapped(url.strip()))
        port = parts.port
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    host = _ascii_host((parts.hostname or "").rstrip("."))
    if scheme not in ("http", "https") or not host:
        return ""
    path, query = _canonical_path(parts.path), _canonical_query(parts.query)
    domain = registrable_domain(host)
    if domain and port in (None, 80, 443):
        return urlunsplit(("https", _without_twin_label(host, domain), path, query, ""))
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, 443 if scheme == "https" else 80):
        netloc = f"{netloc}:{port}"
    return urlunsplit((scheme, netloc, path, query, ""))  # a server without a domain may well know no https


def _unwrapped(url: str) -> str:
    """The link inside an aggregator's or an AMP cache's link, else the link itself."""
    for _ in range(3):
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        cached = _AMP_CACHE_PATH.match(parts.path)
        if cached and (host == "google.com" or host.endswith(".ampproject.org")):
            url = f"https://{cached['rest']}" + (f"?{parts.query}" if parts.query else "")
        elif host in _WRAPPERS:
            inner = [value for name, value in parse_qsl(parts.query) if name in _WRAPPERS[host]]
            if not inner or not inner[0].startswith(("http://", "https://")):
                break
            url = inner[0]
        else:
            break
    return url


def _ascii_host(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _without_twin_label(host: str, domain: str) -> str:
    bare = _TWIN_LABEL.sub("", host)
    return bare if bare.endswith(domain) else host


def _canonical_path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", path)
    path = quote(_ESCAPE.sub(_canonical_escape, path), safe=_PATH_SAFE)
    path = f"/{path.strip('/')}"
    while (bare := _TWIN_IN_PATH.sub("", path).rstrip("/")) not in ("", path):
        path = bare
    return bare or "/"


def _canonical_escape(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else match[0].upper()


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode(sorted(pair for pair in pairs if not _is_tracking(*pair)))


def _is_tracking(name: str, value: str) -> bool:
    if name.lower() in _AMBIGUOUS:
        return bool(_TRACKING_VALUE.search(value.lower())) or value in ("", "1")
    return _SAME_PAGE.get(name.lower()) == value.lower() or _TRACKING.fullmatch(name) is not None


# --- entries ---------------------------------------------------------------------------------------------------------


def fingerprint(entry: ParsedEntry) -> str:
    """A hash of what the feed states of an entry. Dates stay out: some servers stamp every item with «now»."""
    return _hash(*(" ".join(text.split()) for text in (entry.title, entry.summary, entry.content)))


def entries_of(entries: Sequence[ParsedEntry], *, feed_id: str) -> tuple[NewEntry, ...]:
    """The entries of one document with key, canonical URL and fingerprint; an item listed twice is one entry."""
    urls = [canonical_url(entry.url) for entry in entries]
    found: dict[str, NewEntry] = {}
    for entry, url, key in zip(entries, urls, entry_keys(entries, urls), strict=True):
        if key not in found:
            found[key] = NewEntry(
                feed_id=feed_id,
                key=key,
                url=url,
                fetch_url=_address_of(entry),
                title=entry.title,
                summary=entry.summary,
                content=entry.content,
                published=entry.published,
                updated=entry.updated,
                authors=entry.authors,
                fingerprint=fingerprint(entry),
            )
    return tuple(found.values())


def _address_of(entry: ParsedEntry) -> str:
    """Where its page is asked for: at its own site, as aggregators' robots.txt forbid their links to robots."""
    try:
        return _unwrapped(entry.url)
    except ValueError:
        return entry.url


def entry_keys(entries: Sequence[ParsedEntry], urls: Sequence[str]) -> list[str]:
    """A key for each entry: its URL where that is its own, else its guid where that is, else its words.

    The URL comes first because guids change (some servers make one up per request); both count only as long as no
    other item of the document has them.
    """
    shared_urls = _shared(zip(urls, entries, strict=True))
    shared_guids = _shared((entry.guid, entry) for entry in entries)
    keys = []
    for entry, url in zip(entries, urls, strict=True):
        if url and url not in shared_urls and urlsplit(url)[2:4] != ("/", ""):
            keys.append(_hash("url", url))
        elif entry.guid and entry.guid not in shared_guids:
            keys.append(_hash("guid", entry.guid))
        else:
            keys.append(_hash("words", url, *_words(entry)))
    return keys


def _shared(named: Iterable[tuple[str, ParsedEntry]]) -> set[str]:
    """The names under which a document lists items that say different things."""
    saying: defaultdict[str, set[str]] = defaultdict(set)
    for name, entry in named:
        saying[name].add(entry.title or _words(entry)[1])
    return {name for name, said in saying.items() if len(said) > 1}


def _words(entry: ParsedEntry) -> tuple[str, str]:
    """What tells an item from others when nothing else does. Not its date: it may be «now» each time."""
    return entry.title, (entry.summary or entry.content)[:200]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
