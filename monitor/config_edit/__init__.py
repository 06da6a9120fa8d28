"""The only writer of configuration: changes YAML as a person would, comments, order and layout kept.

    text = path.read_text()
    text = set_value(text, ("thresholds", "match"), 42)
    edit = Edit(path=path, before=path.read_text(), after=add_phrase(text, "the jet crisis", "Su-24"))
    print(edit.diff)
    save(edit, directory)            # checked as a whole first; all of the file or nothing

Every function but `save` goes from text to text and touches no file. Nothing is written that `widerhall check` would
refuse, and nothing over a file that somebody changed meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.config_edit.edit import Edit, text_of, write_whole
from monitor.config_edit.scalar import Scalar, Value
from monitor.config_edit.splice import add_entries, add_entry, add_item, remove_entry, remove_item, set_value
from monitor.config_edit.watch_file import Change, Draft, draft_of, held, version_of, watch_path
from monitor.errors import ConfigError, NotFoundError, UnavailableError, UsageError
from monitor.model import FeedSpec
from monitor.settings import Config, read_config
from monitor.settings.folders import is_shipped
from monitor.settings.source import read_text

GROUPS = ("any", "all", "none")
#: Older and shorter spellings of sections, for the command line.
_SECTIONS = {"threshold": "thresholds", "facet": "facets", "keyword": "keywords", "seed": "seeds", "feed": "feeds"}


def parse_setting(setting: str) -> tuple[tuple[str, ...], Scalar | list[Scalar]]:
    """`thresholds.match=42` as path and value (read as YAML: 42 is a number, [a, b] a list)."""
    path, sign, value = setting.partition("=")
    steps = tuple(path.strip().split("."))
    read = read_text("the value", f"value: {value.strip()}\n")
    if not sign or not all(steps) or read.problems or not isinstance(read.data.get("value"), str | int | float | list):
        raise UsageError(f"«{setting}» is no setting; expected PATH=VALUE, such as thresholds.match=42")
    return (_SECTIONS.get(steps[0], steps[0]), *steps[1:]), read.data["value"]


# --- keywords -------------------------------------------------------------------------------------------------------


def add_phrase(text: str, rule: str, phrase: str, *, language: str = "") -> str:
    """Add a phrase to a rule: for one language, or to a list that holds in every language."""
    path = _phrases(text, rule, language)
    present = _listed(text, path)
    if phrase in present:
        raise UsageError(f"«{phrase}» is in the rule «{rule}» already")
    return add_item(text, path, phrase)


def remove_phrase(text: str, rule: str, phrase: str, *, language: str = "") -> str:
    """Take a phrase out of a rule."""
    return remove_item(text, _phrases(text, rule, language), phrase)


def add_rule(
    text: str, name: str, group: str, phrases: Sequence[str], *, weight: float | None = None, scope: str = "text"
) -> str:
    """Add a keyword rule behind the others."""
    value: dict[str, Value] = {} if weight is None else {"weight": weight}
    value[group] = list(phrases)
    if scope != "text":
        value["in"] = scope
    return add_entry(text, ("keywords", name), value)


def remove_rule(text: str, name: str) -> str:
    """Take out a keyword rule."""
    return remove_entry(text, ("keywords", name))


def _phrases(text: str, rule: str, language: str) -> tuple[str, ...]:
    """The path of the list that holds a rule's phrases for a language."""
    rules = read_text("", text).data.get("keywords", {})
    if rule not in rules:
        raise NotFoundError(f"there is no rule «{rule}»; the rules are: {', '.join(rules) or 'none'}")
    group = next((group for group in GROUPS if group in rules[rule]), "any")
    phrases = rules[rule].get(group)
    is_by_language = isinstance(phrases, Mapping) and "phrase" not in phrases
    if is_by_language:
        return "keywords", rule, group, language or "*"
    if language and phrases:
        raise UsageError(
            f"the rule «{rule}» lists its phrases for every language; add «{language}» ones to another rule"
        )
    return "keywords", rule, group


def _listed(text: str, path: Sequence[str]) -> Sequence[object]:
    value: object = read_text("", text).data
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else [value]


# --- feeds ----------------------------------------------------------------------------------------------------------


def add_feeds(text: str, feeds: Sequence[FeedSpec]) -> str:
    """Add feeds behind the others; secrets are not written, cite them by hand as ${NAME}."""
    return add_entries(text, ("feeds",), {feed.id: _feed_value(feed) for feed in feeds})


def add_feed(text: str, feed: FeedSpec) -> str:
    """Add one feed."""
    return add_feeds(text, [feed])


def _feed_value(feed: FeedSpec) -> dict[str, Value]:
    value: dict[str, Value] = {"title": feed.title, "url": feed.url, "language": feed.language}
    value |= {key: said for key, said in (("country", feed.country), ("publisher", feed.publisher)) if said}
    value["kind"] = feed.kind
    if feed.is_paused:
        value["paused"] = True
    if feed.folders:
        value["folders"] = feed.folders
    if feed.opml:
        value["opml"] = dict(feed.opml)
    return value


def pause_feed(text: str, feed_id: str, *, is_paused: bool) -> str:
    """Stop polling a feed, or go on."""
    feeds = read_text("", text).data.get("feeds", {})
    if feed_id not in feeds:
        raise NotFoundError(f"there is no feed «{feed_id}»")
    path = ("feeds", feed_id, "paused")
    if is_paused:
        return set_value(text, path, True)
    return remove_entry(text, path) if "paused" in feeds[feed_id] else text


# --- writing --------------------------------------------------------------------------------------------------------


def save(edit: Edit, directory: Path, environ: Mapping[str, str] = os.environ, *, seeds: Sequence[str] = ()) -> Config:
    """Check the whole configuration with the change in it, then write the file whole or not at all.

    Raises ConfigError with every problem that the change would bring; UnavailableError when the file is not what it
    was when the edit was made.
    """
    if is_shipped(directory) and directory.name == "_config":
        raise UsageError(
            "the installed defaults are not changed; copy them with `widerhall init DIR`, and use --config DIR"
        )
    config, problems = read_config(directory, environ, seeds=seeds, replaced={edit.path: edit.after})
    if config is None:
        raise ConfigError([problem for problem in problems if not problem.is_warning])
    if text_of(edit.path) != edit.before:
        raise UnavailableError(f"{edit.path} was changed by somebody else meanwhile; look at it, and try again")
    write_whole(edit.path, edit.after)
    return config


__all__ = [
    "Change",
    "Draft",
    "Edit",
    "add_entry",
    "add_feed",
    "add_feeds",
    "add_item",
    "add_phrase",
    "add_rule",
    "draft_of",
    "held",
    "parse_setting",
    "pause_feed",
    "remove_entry",
    "remove_item",
    "remove_phrase",
    "remove_rule",
    "save",
    "set_value",
    "text_of",
    "version_of",
    "watch_path",
    "write_whole",
]
