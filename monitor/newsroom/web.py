"""Decide what each request to the newsroom gets, and keep its only state: the edition, and who asked for what.

Knows no sockets; the clock is passed in. Answers depend on the path alone, so that every outlet can be reached on
every port; links lead to each outlet's own.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qs

from monitor.model import FeedSpec
from monitor.newsroom import feeds, pages
from monitor.newsroom.content import Article, Outlet, Timeline, load_wording
from monitor.ports import Clock

#: The throttled feed turns away so many requests before it answers.
TURNED_AWAY = 2
RETRY_AFTER_S = 30


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request that was answered, for tests that count."""

    method: str
    path: str
    status: int
    is_conditional: bool
    user_agent: str


class Web:
    """All outlets as one function from request to answer."""

    def __init__(
        self,
        outlets: Sequence[Outlet],
        base_urls: Mapping[str, str],
        *,
        clock: Clock,
        shift_dates: bool = True,
        advances_itself: bool = True,
    ) -> None:
        self.outlets = tuple(outlets)
        self._base_urls = base_urls
        self._clock = clock
        self._shifts_dates = shift_dates
        self._advances_itself = advances_itself
        self._opened_at = clock()
        self._second_at: datetime | None = None
        self._seen: list[Seen] = []
        #: Feeds that were answered in edition one.
        self._answered: set[str] = set()
        self._lock = threading.Lock()

    @property
    def edition(self) -> int:
        return 1 if self._second_at is None else 2

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Everything that was asked so far, in order."""
        with self._lock:
            return tuple(self._seen)

    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(seen.path for seen in self.requests)

    def advance(self) -> None:
        """Bring out edition two: late articles, an edited headline, a correction, a withdrawal. Once only."""
        with self._lock:
            self._advance()

    def answer(self, ask: Ask) -> Answer:
        """What a request gets; 304 where its conditions say that it has it already."""
        with self._lock:
            answer = _conditional(ask, self._route(ask))
            self._seen.append(
                Seen(
                    method=ask.method,
                    path=ask.path,
                    status=answer.status,
                    is_conditional="if-none-match" in ask.headers or "if-modified-since" in ask.headers,
                    user_agent=ask.headers.get("user-agent", ""),
                )
            )
            return answer

    def feed_specs(self) -> tuple[FeedSpec, ...]:
        """The configuration of a watch on this newsroom."""
        return tuple(
            FeedSpec(
                id=outlet.id,
                url=self._base_urls[outlet.id] + outlet.configured_feed_path,
                title=outlet.name,
                language=outlet.language,
                country=outlet.country,
                publisher=outlet.name,
                kind=outlet.kind,
            )
            for outlet in self.outlets
        )

    def articles(self) -> Mapping[str, Article]:
        """Canonical URL -> article as the present edition shows it."""
        return {
            self._base_urls[outlet.id] + article.path: article
            for outlet in self.outlets
            for article in outlet.shown_in(self.edition)
        }

    def _advance(self) -> None:
        if self._second_at is None:
            # feeds state whole seconds; rounded up, edition two is younger than every poll of edition one
            self._second_at = max(self._clock(), self._opened_at).replace(microsecond=0) + timedelta(seconds=1)

    def _route(self, ask: Ask) -> Answer:
        if ask.path == "/advance" and ask.method == "POST":
            self._advance()
            return Answer(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        if ask.method not in ("GET", "HEAD"):
            return Answer(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        if ask.path == "/":
            return _html(pages.front_page([self._site(outlet) for outlet in self.outlets]), "utf-8")
        if ask.path == "/robots.txt":
            return Answer(status=HTTPStatus.OK, body=_robots(self.outlets).encode())
        name = ask.path.split("/")[1]
        outlet = next((outlet for outlet in self.outlets if outlet.id == name), None)
        return self._route_outlet(outlet, ask) if outlet else _not_found()

    def _route_outlet(self, outlet: Outlet, ask: Ask) -> Answer:
        if ask.path == outlet.feed_path:
            return self._feed(outlet)
        if ask.path == outlet.configured_feed_path:
            target = self._base_urls[outlet.id] + outlet.feed_path
            return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": target})
        if ask.path == f"/{outlet.id}/":
            return _html(pages.outlet_page(self._site(outlet)), outlet.encoding)
        if ask.path == f"/{outlet.id}/picture.svg":
            return Answer(status=HTTPStatus.OK, body=pages.PICTURE.encode(), content_type="image/svg+xml")
        article = next((a for a in outlet.shown_in(self.edition) if a.path == ask.path), None)
        return self._article(outlet, article, ask) if article else _not_found()

    def _article(self, outlet: Outlet, article: Article, ask: Ask) -> Answer:
        site = self._site(outlet)
        if article.wall == "consent":
            if parse_qs(ask.query).get("consent") == ["yes"]:
                headers = {"Location": article.path, "Set-Cookie": "consent=yes; Path=/; SameSite=Lax"}
                return Answer(status=HTTPStatus.SEE_OTHER, headers=headers)
            if "consent=yes" not in ask.headers.get("cookie", ""):
                return _html(pages.consent_page(site, article), outlet.encoding)
        return _html(pages.article_page(site, article), outlet.encoding, modified=site.timeline.updated(article))

    def _feed(self, outlet: Outlet) -> Answer:
        trouble = outlet.feed.trouble
        if trouble == "missing":
            return _not_found()
        if trouble == "throttled" and self._times_asked(outlet.feed_path) < TURNED_AWAY:
            return Answer(
                status=HTTPStatus.TOO_MANY_REQUESTS,
                body=b"demo: too many requests",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        self._note_answered(outlet)
        content_type = feeds.CONTENT_TYPES[outlet.feed.format]
        if trouble == "garbage":
            return Answer(status=HTTPStatus.OK, body=feeds.GARBAGE, content_type=content_type)
        body, updated = self._feed_document(outlet)
        if trouble == "broken":
            body = feeds.broken(body)
        return Answer(
            status=HTTPStatus.OK, body=body, content_type=content_type, headers={"Last-Modified": _http_date(updated)}
        )

    def _feed_document(self, outlet: Outlet) -> tuple[bytes, datetime]:
        site = self._site(outlet)
        items = [_item(site, article) for article in outlet.shown_in(self.edition)]
        updated = max((item.updated for item in items), default=self._opened_at.replace(microsecond=0))
        channel = feeds.Channel(
            title=outlet.name,
            description=outlet.tagline,
            language=outlet.language,
            home_url=site.home_url,
            feed_url=site.base_url + outlet.feed_path,
            updated=updated,
        )
        return feeds.write_feed(outlet.feed.format, channel, items, encoding=outlet.encoding), updated

    def _note_answered(self, outlet: Outlet) -> None:
        """The first feed that comes back for more brings out edition two."""
        if self._advances_itself and outlet.id in self._answered:
            self._advance()
        self._answered.add(outlet.id)

    def _times_asked(self, path: str) -> int:
        return sum(seen.path == path for seen in self._seen)

    def _site(self, outlet: Outlet) -> pages.Site:
        return pages.Site(
            outlet=outlet, base_url=self._base_urls[outlet.id], timeline=self._timeline(), edition=self.edition
        )

    def _timeline(self) -> Timeline:
        if not self._shifts_dates:
            return Timeline.real()
        second_at = self._second_at or self._opened_at
        return Timeline.moved(self.outlets, opened_at=self._opened_at, second_at=second_at)


def _item(site: pages.Site, article: Article) -> feeds.Item:
    tracking = site.outlet.feed.tracking
    is_open = not article.wall and article.kind == "article"
    return feeds.Item(
        guid=f"tag:demo.widerhall.example,2016:{article.id}",
        url=site.url_of(article) + (f"?{tracking}" if tracking else ""),
        title=article.title,
        summary=article.summary,
        paragraphs=article.paragraphs if site.outlet.feed.full_text and is_open else (),
        author=load_wording()[site.outlet.language].author,
        published=site.timeline.published(article),
        updated=site.timeline.updated(article),
    )


def _robots(outlets: Sequence[Outlet]) -> str:
    forbidden = [f"Disallow: /{outlet.id}{path}" for outlet in outlets for path in outlet.robots_disallow]
    return "\n".join(["# robots.txt of the demo newsroom", "User-agent: *", *forbidden, ""])


def _html(text: str, encoding: str, *, modified: datetime | None = None) -> Answer:
    """A page; only UTF-8 is named in the header, others must be read from the page itself, as on old sites."""
    content_type = "text/html; charset=utf-8" if encoding == "utf-8" else "text/html"
    headers = {"Last-Modified": _http_date(modified)} if modified else {}
    body = text.encode(encoding, "xmlcharrefreplace")
    return Answer(status=HTTPStatus.OK, body=body, content_type=content_type, headers=headers)


def _not_found() -> Answer:
    return Answer(status=HTTPStatus.NOT_FOUND, body=b"demo: nothing here")


def _conditional(ask: Ask, answer: Answer) -> Answer:
    """Give a good answer its ETag; make it a 304 where the request's conditions are met (RFC 9110, 13.2.2)."""
    if answer.status != HTTPStatus.OK:
        return answer
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    headers = {**answer.headers, "ETag": etag}
    known = ask.headers.get("if-none-match")
    if known is not None:
        is_same = etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    else:
        is_same = _is_unmodified(ask.headers.get("if-modified-since", ""), headers.get("Last-Modified", ""))
    if is_same:
        return Answer(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Answer(status=answer.status, body=answer.body, content_type=answer.content_type, headers=headers)


def _is_unmodified(since: str, last_modified: str) -> bool:
    try:
        return parsedate_to_datetime(last_modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
