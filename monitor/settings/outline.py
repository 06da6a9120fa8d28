"""Where every part of a YAML text begins and ends, by letter: what is needed to change one part and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from monitor.settings.source import LOADER


@dataclass(frozen=True, kw_only=True)
class Part:
    """A mapping, a list or a single value, with its offsets in the text."""

    #: mapping, list or scalar.
    kind: str
    start: int
    #: Behind the last letter that belongs to it, comments and blank lines left out.
    end: int
    #: Written in brackets or braces.
    is_flow: bool = False
    entries: Mapping[str, Entry] = field(default_factory=dict)
    items: tuple[Part, ...] = ()
    #: A scalar's text, unquoted.
    text: str = ""

    def at(self, path: Iterable[str]) -> Part | None:
        """The part that a path of keys leads to."""
        part: Part = self
        for key in path:
            if key not in part.entries:
                return None
            part = part.entries[key].value
        return part


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A key with its value."""

    key_start: int
    key_end: int
    value: Part


def outline(text: str) -> Part:
    """The outline of a text that was read without a problem; an empty one is an empty mapping."""
    # Marks count letters, but not a byte order mark: a line end in its place keeps every offset.
    counted = text.replace("\ufeff", "\n", 1) if text.startswith("\ufeff") else text
    root = yaml.compose(counted, Loader=LOADER)
    return Part(kind="mapping", start=0, end=0) if root is None else _part(root, text)


def _part(node: yaml.Node, text: str) -> Part:
    start = node.start_mark.index
    if isinstance(node, yaml.ScalarNode):
        written = text[start : node.end_mark.index].rstrip()
        return Part(kind="scalar", start=start, end=start + len(written), text=str(node.value))
    entries = dict(_entries(node, text)) if isinstance(node, yaml.MappingNode) else {}
    items = tuple(_part(item, text) for item in node.value) if isinstance(node, yaml.SequenceNode) else ()
    inner = [entry.value.end for entry in entries.values()] + [item.end for item in items]
    is_flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    return Part(
        kind="list" if isinstance(node, yaml.SequenceNode) else "mapping",
        start=start,
        end=node.end_mark.index if is_flow else max(inner, default=start),
        is_flow=is_flow,
        entries=entries,
        items=items,
    )


def _entries(node: yaml.MappingNode, text: str) -> Iterator[tuple[str, Entry]]:
    for key, value in node.value:
        part = _part(value, text)
        if part.end <= part.start:  # nothing is written: it ends where its key and colon end
            colon = text.index(":", key.end_mark.index) + 1
            part = Part(kind="scalar", start=colon, end=colon)
        yield key.value, Entry(key_start=key.start_mark.index, key_end=key.end_mark.index, value=part)
