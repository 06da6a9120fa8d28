"""Read the demo outlets and their articles from `outlets/*.toml`; say what each edition holds and when it was dated.

Pure apart from reading the package's own files. TOML, because prose stays readable in it and the standard library
reads it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
#: What edition two is dated when dates are left as they were; the morning after the last event told.
SECOND_EDITION = datetime(2016, 9, 4, 6, 0, tzinfo=UTC)
#: The newest article of edition one is so old when the newsroom opens.
NEWEST_AGE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Article:
    """One demo article as one edition shows it."""

    outlet: str
    slug: str
    #: First part of its path; also what robots.txt may forbid.
    section: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    #: When the facts were news.
    published: datetime
    #: How relevant it is to the shipped watch: 2 main topic, 1 close, 0 not; what tests hold matching to.
    label: int
    #: For people who read the data: what the article is there for.
    about: str
    #: The edition it appears in.
    edition: int = 1
    #: article or ticker.
    kind: str = "article"
    #: "", paywall or consent.
    wall: str = ""
    caption: str = ""
    dateline: str = ""
    #: Correction or withdrawal note.
    note: str = ""
    is_revised: bool = False
    #: The same article in edition two; None when it stays as it is.
    revision: Article | None = None

    @property
    def id(self) -> str:
        """Unique in the newsroom: `demo-nord/ankara-bietet-moskau-einsaetze-an`."""
        return f"{self.outlet}/{self.slug}"

    @property
    def path(self) -> str:
        """Where its page is, on its outlet's host."""
        return f"/{self.outlet}/{self.section}/{self.slug}.html"

    @property
    def text(self) -> str:
        """What a perfect extraction of an open page returns, without the title."""
        return "\n\n".join(self.paragraphs)

    def shown_in(self, edition: int) -> Article | None:
        """The article as that edition shows it; None while it has not appeared."""
        if edition < self.edition:
            return None
        return self.revision if edition > 1 and self.revision else self


@dataclass(frozen=True, kw_only=True)
class FeedShape:
    """How an outlet serves its feed."""

    #: rss, atom, rdf or json.
    format: str
    path: str
    #: Where it used to be: answers 301, and is what the configuration still names.
    moved_from: str = ""
    #: broken, garbage, throttled, missing or silent (no articles); empty for a feed that works.
    trouble: str = ""
    #: Whether items carry the whole text.
    full_text: bool = False
    #: Query that the feed's links carry and canonical links do not.
    tracking: str = ""


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """One demo publisher."""

    id: str
    name: str
    tagline: str
    language: str
    #: Empty for international ones.
    country: str = ""
    kind: str
    #: Which template its pages use: classic, modern or divs.
    layout: str
    #: Of its pages and its feed.
    encoding: str = "utf-8"
    #: Path prefixes that its robots.txt forbids, below the outlet's own.
    robots_disallow: tuple[str, ...] = ()
    feed: FeedShape
    articles: tuple[Article, ...] = ()

    @property
    def feed_path(self) -> str:
        return f"/{self.id}/{self.feed.path}"

    @property
    def configured_feed_path(self) -> str:
        """What a configuration names: the old address, where the feed has moved."""
        return f"/{self.id}/{self.feed.moved_from or self.feed.path}"

    def shown_in(self, edition: int) -> tuple[Article, ...]:
        """What that edition shows, newest story first."""
        shown = [each for article in self.articles if (each := article.shown_in(edition))]
        return tuple(sorted(shown, key=lambda article: article.published, reverse=True))


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What dates the newsroom states: the real ones of 2016, or moved so that the story ends when it opens."""

    is_moved: bool
    shift: timedelta
    #: When edition two came out.
    second_at: datetime

    @classmethod
    def real(cls) -> Timeline:
        return cls(is_moved=False, shift=timedelta(0), second_at=SECOND_EDITION)

    @classmethod
    def moved(cls, outlets: Sequence[Outlet], *, opened_at: datetime, second_at: datetime) -> Timeline:
        newest = max(a.published for outlet in outlets for a in outlet.articles if a.edition == 1)
        shift = opened_at.replace(second=0, microsecond=0) - NEWEST_AGE - newest
        return cls(is_moved=True, shift=shift, second_at=second_at)

    def published(self, article: Article) -> datetime:
        """Edition two is all dated to its coming out, so that it is newer than any poll of edition one."""
        return self.second_at if self.is_moved and article.edition > 1 else article.published + self.shift

    def updated(self, article: Article) -> datetime:
        return self.second_at if article.is_revised else self.published(article)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What an outlet's pages say around an article, in one language."""

    direction: str = "ltr"
    sections: tuple[str, ...] = field(default=())
    skip: str
    author: str
    updated: str
    related: str
    caption: str
    newsletter: str
    imprint: str
    cookie: str
    accept: str
    is_demo: str
    #: With {date}: the day of the facts.
    is_moved: str
    paywall: str
    subscribe: str
    consent_title: str
    consent: str


@cache
def load_outlets(folder: Path = FOLDER / "outlets") -> tuple[Outlet, ...]:
    """All outlets in order of their ids, with agency copies filled in."""
    files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    originals = {
        f"{outlet}/{raw['slug']}": _paragraphs(raw["body"])
        for outlet, data in files.items()
        for raw in data.get("articles", ())
        if "body" in raw
    }
    return tuple(_outlet(name, data, originals) for name, data in files.items())


@cache
def load_wording(file: Path = FOLDER / "wording.toml") -> Mapping[str, Wording]:
    """The pages' fixed phrases by language."""
    languages = tomllib.loads(file.read_text("utf-8"))
    return {language: Wording(**_tuples(phrases)) for language, phrases in languages.items()}


def _outlet(name: str, data: Mapping[str, Any], originals: Mapping[str, tuple[str, ...]]) -> Outlet:
    articles = tuple(_article(name, raw, originals) for raw in data.get("articles", ()))
    plain = {key: value for key, value in data.items() if key not in ("feed", "articles")}
    return Outlet(id=name, feed=FeedShape(**data["feed"]), articles=articles, **_tuples(plain))


def _article(outlet: str, raw: Mapping[str, Any], originals: Mapping[str, tuple[str, ...]]) -> Article:
    raw = dict(raw)
    revision, copied, kept = raw.pop("revision", None), raw.pop("copy_of", ""), raw.pop("keep_paragraphs", None)
    paragraphs = originals[copied] if copied else _paragraphs(raw.pop("body"))
    if kept:
        paragraphs = tuple(paragraphs[number - 1] for number in kept)
    article = Article(outlet=outlet, paragraphs=paragraphs, **raw)
    return replace(article, revision=_revised(article, revision)) if revision else article


def _revised(article: Article, change: Mapping[str, Any]) -> Article:
    """The article of edition two: new fields, a new body, one phrase replaced, or more of a ticker."""
    change = dict(change)
    paragraphs = article.paragraphs
    if body := change.pop("body", ""):
        paragraphs = _paragraphs(body)
    if replaced := change.pop("replace", None):
        before, after = replaced
        paragraphs = tuple(paragraph.replace(before, after) for paragraph in paragraphs)
    paragraphs += _paragraphs(change.pop("add", ""))
    return replace(article, paragraphs=paragraphs, is_revised=True, **change)


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(paragraph.strip() for paragraph in body.split("\n\n") if paragraph.strip())


def _tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
