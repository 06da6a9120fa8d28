"""Between lists of other programs and feeds of ours: what we know of a feed written as OPML, and read back. Pure.

Passwords and request headers stay here: a list is there to be given away.
"""

from __future__ import annotations

from collections.abc import Collection

from monitor.collect.feed_texts import language_code
from monitor.collect.opml import OpmlFeed, feed_id
from monitor.model import FeedSpec

_NAMESPACE = {"xmlns:widerhall": "https://github.com/widerhall/widerhall"}
_PREFIX = "widerhall:"
_OWN = ("id", "country", "publisher", "kind")
_KINDS = ("agency", "public", "private", "state")


def opml_feed_of(spec: FeedSpec) -> OpmlFeed:
    """A feed of ours for a list: where it came from a list, as that had it."""
    known = {f"{_PREFIX}{name}": value for name in _OWN if (value := str(getattr(spec, name)))}
    return OpmlFeed(
        url=spec.url,
        title=spec.title,
        folders=spec.folders,
        attributes={**spec.opml, "language": spec.opml.get("language") or spec.language, **_NAMESPACE, **known},
    )


def spec_of(feed: OpmlFeed, *, taken: Collection[str], language: str) -> FeedSpec:
    """A feed of a list as one of ours, under a name that is not taken; `language` is for one that states none."""
    ours = {name: feed.attributes.get(f"{_PREFIX}{name}", "") for name in _OWN}
    others = {
        name: value
        for name, value in feed.attributes.items()
        if name not in _NAMESPACE and not name.startswith(_PREFIX)
    }
    stated = language_code(others.get("language", ""))
    if others.get("language") == stated:
        del others["language"]
    return FeedSpec(
        id=ours["id"] if ours["id"] and ours["id"] not in taken else feed_id(feed.title, feed.url, taken=taken),
        url=feed.url,
        title=feed.title,
        language=stated if len(stated) == 2 else language,
        country=ours["country"],
        publisher=ours["publisher"] or feed.title,
        kind=ours["kind"] if ours["kind"] in _KINDS else "private",
        folders=feed.folders,
        opml=others,
    )
