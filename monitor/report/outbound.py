"""A digest as it leaves the house: excerpts of the length allowed, subject, short form, a folder's index. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.model import Digest, Watch
from monitor.report import phrases
from monitor.report.digest import complete
from monitor.report.plain import shorten
from monitor.report.render import environment, words_of
from monitor.report.words import Words

#: Where a document holds rows with excerpts.
LISTS = ("matches", "withdrawn", "near_misses", "held_by_rule", "suggestions")
#: What a push message has room for.
SHORT_MATCHES = 5


def with_excerpts(content: Mapping[str, Any], chars: int) -> dict[str, Any]:
    """The document of a digest or an alert with at most `chars` characters of any article's text; 0: none."""
    cut = dict(content)
    for name in LISTS:
        if name in cut:
            cut[name] = [_with_excerpt(row, chars) for row in cut[name]]
    if "quotes" in cut:
        cut["quotes"] = [{**quote, "text": shorten(quote["text"], chars)} for quote in cut["quotes"]] if chars else []
    if "pairs" in cut:
        cut["pairs"] = [{**pair, "text": shorten(pair["text"], chars) if chars else ""} for pair in cut["pairs"]]
    if "stories" in cut and "raised_at" in cut:
        cut["stories"] = [
            {**story, "matches": [_with_excerpt(row, chars) for row in story["matches"]]} for story in cut["stories"]
        ]
    return cut


def _with_excerpt(row: Mapping[str, Any], chars: int) -> dict[str, Any]:
    return {**row, "excerpt": shorten(row["excerpt"], chars) if chars else ""}


def digest_words(digest: Digest) -> Words:
    """The language and zone that a digest is told in."""
    return words_of(complete(digest.content))


def digest_subject(digest: Digest) -> str:
    """«Title · 11 Aug 2016: 12 matches», or «5–11 Aug 2016»; a day without any says why, in as few words."""
    content, words = complete(digest.content), digest_words(digest)
    is_one_day = content["first_day"] == content["day"]
    days = words.short_day(digest.day) if is_one_day else phrases.period(content, words)
    total = len(content["matches"]) + content["left_out"].get("matches", 0)
    said = words("headline.matches", n=total) if total else words(f"subject.{content['state']}")
    revision = f" ({words('masthead.revision', n=digest.revision)})" if digest.revision > 1 else ""
    return f"{content['watch']['title']} · {days}: {said}{revision}"


def digest_short(digest: Digest) -> str:
    """The headline and the strongest matches, one to a line: what a chat or a telephone has room for."""
    content = complete(digest.content)
    words = digest_words(digest)
    lines = [" ".join(phrases.headline(content, words))]
    return "\n".join([*lines, *map(_short_line, content["matches"][:SHORT_MATCHES])])


def alert_short(content: Mapping[str, Any]) -> str:
    """The best report of each story, one to a line."""
    return "\n".join(_short_line(story["matches"][0]) for story in content["stories"][:SHORT_MATCHES])


def _short_line(row: Mapping[str, Any]) -> str:
    return f"• {row['title']} ({row['outlet']}) {row['url']}".rstrip()


def render_index(watch: Watch, digests: Sequence[Digest], *, suffix: str) -> str:
    """The page of a folder that lists its digests, newest first; each file is named by its day."""
    words = Words(watch.digest.language, watch.digest.zone)
    lines = [
        {
            "href": f"{digest.day}.{suffix}",
            "day": phrases.period(complete(digest.content), words),
            "said": phrases.headline(complete(digest.content), words)[0],
        }
        for digest in digests
    ]
    return environment().get_template("index.html.j2").render(t=words, title=watch.title, lines=lines)
