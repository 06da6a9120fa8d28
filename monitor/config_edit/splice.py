"""Change one part of a YAML text and leave every other letter as it is: comments, order, line breaks, quotes.

Functions from text to text. Each reads its own result again and compares what it says with what it should say; where
the two differ, nothing is changed and an error says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from monitor.config_edit.scalar import Scalar, Value, as_yaml
from monitor.errors import ConfigError, NotFoundError, UsageError
from monitor.settings.outline import Entry, Part, outline
from monitor.settings.source import dotted, read_text

#: A list in brackets goes on in the next line from here.
LINE_LETTERS = 120
INDENT = 2

Path = Sequence[str]


def set_value(text: str, path: Path, value: Scalar | Sequence[Scalar]) -> str:
    """Give a key a value; key, and section around it, are added where they are missing."""
    root = _outline(text)
    part = root.at(path)
    if part is None:
        after = _insert_entry(text, root, path, value)
    elif part.start == part.end:
        after = _insert(text, part.start, f" {as_yaml(value)}")
    else:
        after = _replace(text, part.start, part.end, as_yaml(value))
    return _checked(text, after, path, lambda _: _plain(value))


def add_entry(text: str, path: Path, value: Value) -> str:
    """Add a key that is not there yet, behind the others of its section."""
    root = _outline(text)
    if root.at(path) is not None:
        raise UsageError(f"«{dotted(path)}» is there already")
    return _checked(text, _insert_entry(text, root, path, value), path, lambda _: _plain(value))


def add_entries(text: str, path: Path, values: Mapping[str, Value]) -> str:
    """Add keys to a section, all in one go: each on its own, a thousand would take half an hour."""
    (first, value), *others = values.items()
    text = add_entry(text, (*path, first), value)
    section = _outline(text).at(path)
    if section is None or section.is_flow:
        for key, value in others:
            text = add_entry(text, (*path, key), value)
        return text
    if known := [key for key, _ in others if key in section.entries]:
        raise UsageError(f"«{dotted((*path, known[0]))}» is there already")
    indent = _column(text, next(iter(section.entries.values())).key_start)
    gap = _gap(text, section)
    lines = "".join(f"{gap}\n" + "\n".join(_lines(key, value, indent)) for key, value in others)
    after = _insert(text, _line_end(text, section.end), lines)
    return _checked(text, after, path, lambda before: {**before, **{key: _plain(value) for key, value in others}})


def remove_entry(text: str, path: Path) -> str:
    """Take out a key and its value."""
    parent = _outline(text).at(path[:-1])
    if parent is None or path[-1] not in parent.entries:
        raise NotFoundError(f"there is no «{dotted(path)}»")
    entry = parent.entries[path[-1]]
    if parent.is_flow:
        siblings = [(each.key_start, each.value.end) for each in parent.entries.values()]
        after = _without_flow_item(text, siblings, list(parent.entries).index(path[-1]))
    else:
        after = _without_lines(text, entry.key_start, entry.value.end)
    return _checked(text, after, path, lambda _: None)


def add_item(text: str, path: Path, item: Scalar) -> str:
    """Add to the end of a list; a single value becomes a list of two."""
    root = _outline(text)
    part = root.at(path)
    if part is None or part.start == part.end:
        return set_value(text, path, [item])
    if part.kind == "scalar":
        after = _replace(text, part.start, part.end, f"[{text[part.start : part.end]}, {as_yaml(item)}]")
    elif not part.is_flow:
        indent = _column(text, _dash(text, part.items[-1]))
        after = _insert(text, _line_end(text, part.end), f"\n{' ' * indent}- {as_yaml(item)}")
    elif part.items:
        after = _insert_into_flow(text, part.items[-1].end, _column(text, part.items[0].start), as_yaml(item))
    else:
        after = _replace(text, part.start, part.end, as_yaml([item]))
    return _checked(text, after, path, lambda now: [*_as_list(now), item])


def remove_item(text: str, path: Path, item: Scalar) -> str:
    """Take an item out of a list."""
    part = _outline(text).at(path)
    present = _as_list(_value_at(read_text("", text).data, path))
    if part is None or item not in present:
        raise NotFoundError(f"«{item}» is not in «{dotted(path)}»")
    place = present.index(item)
    if part.kind == "scalar":
        return remove_entry(text, path)
    if part.is_flow:
        after = _without_flow_item(text, [(each.start, each.end) for each in part.items], place)
    else:
        after = _without_lines(text, _dash(text, part.items[place]), part.items[place].end)
    return _checked(text, after, path, lambda _: [*present[:place], *present[place + 1 :]])


# --- adding ---------------------------------------------------------------------------------------------------------


def _insert_entry(text: str, root: Part, path: Path, value: Value) -> str:
    """Write a new key behind the last one of the innermost section that is there."""
    depth = len(path) - 1
    while depth and (root.at(path[:depth]) is None):
        depth -= 1
    for key in reversed(path[depth + 1 :]):
        value = {key: value}
    section, key = root.at(path[:depth]) or root, path[depth]
    if section.is_flow and section.entries:
        last = list(section.entries.values())[-1]
        first = next(iter(section.entries.values()))
        return _insert_into_flow(
            text, last.value.end, _column(text, first.key_start), f"{as_yaml(key)}: {_inline(value)}"
        )
    if section.is_flow:
        return _replace(text, section.start, section.end, f"{{{as_yaml(key)}: {_inline(value)}}}")
    if section.kind != "mapping" and section.start != section.end:
        raise UsageError(f"«{dotted(path[:depth])}» has a value of its own and takes no «{key}»")
    if section.entries:
        indent = _column(text, next(iter(section.entries.values())).key_start)
    else:  # an empty section, or an empty file
        indent = 0 if depth == 0 else _column(text, _entry(root, path[:depth]).key_start) + INDENT
    lines = "\n".join(_lines(key, value, indent))
    end = _line_end(text, section.end)
    if depth == 0 and not section.entries:
        return text + ("" if text.endswith("\n") or not text else "\n") + lines + "\n"
    return _insert(text, end, _gap(text, section) + "\n" + lines)


def _gap(text: str, section: Part) -> str:
    """A blank line, where the section's last two entries have one between them."""
    entries = list(section.entries.values())
    if len(entries) < 2:
        return ""
    between = text[entries[-2].value.end : entries[-1].key_start]
    return "\n" if re.search(r"\n[ \t]*\n", between) else ""


def _lines(key: str, value: Value, indent: int) -> Iterator[str]:
    margin = " " * indent
    if isinstance(value, Mapping):
        yield f"{margin}{as_yaml(key)}:"
        for inner, inner_value in value.items():
            yield from _lines(inner, inner_value, indent + INDENT)
    else:
        yield f"{margin}{as_yaml(key)}: {as_yaml(value)}"


def _inline(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{as_yaml(key)}: {_inline(inner)}" for key, inner in value.items()) + "}"
    return as_yaml(value)


def _insert_into_flow(text: str, after: int, column: int, written: str) -> str:
    """Behind the last item of a bracket: in the same line while it is not too long."""
    line_end = _line_end(text, after)
    is_long = line_end - _line_start(text, after) + len(written) + 2 > LINE_LETTERS
    return _insert(text, after, f",\n{' ' * column}{written}" if is_long else f", {written}")


# --- taking away ----------------------------------------------------------------------------------------------------


def _without_flow_item(text: str, siblings: Sequence[tuple[int, int]], place: int) -> str:
    start, end = siblings[place]
    if place + 1 < len(siblings):
        following = siblings[place + 1][0]
        if place == 0 or "\n" not in text[end:following]:
            return text[:start] + text[following:]
    if place:
        return text[: siblings[place - 1][1]] + text[end:]
    return text[:start] + text[end:]


def _without_lines(text: str, start: int, end: int) -> str:
    """Without the lines from `start` to `end`; of two blank lines that then meet, one stays."""
    first, last = _line_start(text, start), _line_end(text, end) + 1
    before, after = text[:first], text[last:]
    if last > len(text):  # the file ends without a line end, and still does
        return before.removesuffix("\n")
    if (not before or before.endswith("\n\n")) and after.startswith("\n"):
        after = after[1:]
    return before + after


# --- letters and lines ----------------------------------------------------------------------------------------------


def _insert(text: str, at: int, written: str) -> str:
    return text[:at] + written + text[at:]


def _replace(text: str, start: int, end: int, written: str) -> str:
    """Replace a value; a comment behind it keeps its column where there is room."""
    comment = re.compile(r"( +)(?=#)").match(text, end)
    if comment and "\n" not in text[start:end]:
        blanks = max(1, len(comment[1]) - (len(written) - (end - start)))
        return text[:start] + written + " " * blanks + text[comment.end() :]
    return text[:start] + written + text[end:]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _column(text: str, at: int) -> int:
    return at - _line_start(text, at)


def _dash(text: str, item: Part) -> int:
    """Where the dash of a block list's item stands."""
    return text.rindex("-", _line_start(text, item.start), item.start)


def _entry(root: Part, path: Path) -> Entry:
    parent = root.at(path[:-1])
    assert parent is not None
    return parent.entries[path[-1]]


# --- what it says ---------------------------------------------------------------------------------------------------


def _outline(text: str) -> Part:
    if problems := read_text("the file", text).problems:
        raise ConfigError(problems)
    return outline(text)


def _checked(before: str, after: str, path: Path, change: Callable[[Any], Any]) -> str:
    """`after`, if it says what `before` says but for the one change."""
    read = read_text("the file", after)
    wanted = _changed(read_text("the file", before).data, path, change)
    if read.problems or _pruned(read.data) != _pruned(wanted):
        raise UsageError(
            f"«{dotted(path)}» is written in a way that cannot be changed from here; edit the file by hand"
        )
    return after


def _changed(data: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(data)
    section = dict(data) if isinstance(data, Mapping) else {}
    section[path[0]] = _changed(section.get(path[0]), path[1:], change)
    return section


def _pruned(data: Any) -> Any:
    """Without what is empty: an empty section is none."""
    if isinstance(data, Mapping):
        kept = {key: _pruned(value) for key, value in data.items()}
        return {key: value for key, value in kept.items() if value not in (None, {}, [])}
    return data


def _value_at(data: Any, path: Path) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
