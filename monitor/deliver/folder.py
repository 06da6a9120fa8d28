"""Digests and alerts as files in a folder, with an index and Atom feeds. Each file is written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.deliver.message import Message
from monitor.errors import DeliveryError
from monitor.model import ArticleFilter, DeliveryKind, Digest, FeedSpec, Outcome, Watch
from monitor.ports import Store
from monitor.report.atom import atom_digests, atom_matches
from monitor.report.outbound import render_index, with_excerpts
from monitor.report.render import render_digest
from monitor.report.weekly import is_weekly
from monitor.settings.delivery import FolderChannel

SUFFIXES = {"html": "html", "text": "txt", "md": "md", "json": "json"}
#: Days that the index lists; older files stay where they are.
INDEXED = 100
#: How far back the feed of matches reaches.
FEED_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Library:
    """What a folder shows beside the message itself."""

    store: Store
    watches: Mapping[str, Watch]
    feeds: Sequence[FeedSpec]
    excerpt_chars: int
    #: The installation's name in feeds.
    home: str


@contextmanager
def folder_channel(folder: FolderChannel, library: Library, now: datetime) -> Iterator[Callable[[Message, str], None]]:
    """What it yields writes one message's files."""

    def send(message: Message, _receiver: str) -> None:
        try:
            if message.kind is DeliveryKind.TEST:
                _try_writing(folder.path, message)
                return
            place = folder.path / message.watch
            for name, text in _files(message, folder.formats):
                write_whole(place / name, text)
            if message.kind is DeliveryKind.DIGEST:
                _write_index(place, folder, library, library.watches[message.watch])
            if not is_weekly(library.watches[message.watch]):
                write_feed_of_matches(folder, library, library.watches[message.watch], now)
        except OSError as error:
            raise _explained(error, folder.path) from error

    yield send


def _files(message: Message, formats: Sequence[str]) -> Iterator[tuple[str, str]]:
    if message.digest is not None:
        for form in formats:
            yield f"{message.digest.day}.{SUFFIXES[form]}", render_digest(message.digest, form)
        return
    stem = f"alerts/{message.made_at:%Y-%m-%dT%H-%M-%SZ}-{message.token[:8]}"
    document = json.dumps(message.document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    texts = {"html": message.html, "text": message.text, "md": message.text, "json": document}
    for form in formats:
        yield f"{stem}.{SUFFIXES[form]}", texts[form]


def _write_index(place: Path, folder: FolderChannel, library: Library, watch: Watch) -> None:
    suffix = SUFFIXES["html" if "html" in folder.formats else folder.formats[0]]
    digests = [digest for digest in library.store.digests(watch.id) if (place / f"{digest.day}.{suffix}").exists()]
    shown = [_cut(digest, library.excerpt_chars) for digest in digests[:INDEXED]]
    write_whole(place / "index.html", render_index(watch, shown, suffix=suffix))
    feed = atom_digests(watch, shown, home=library.home, base_url=_served(folder, watch), suffix=suffix)
    write_whole(place / "digests.atom", feed)


def _cut(digest: Digest, chars: int) -> Digest:
    return Digest(**(vars(digest) | {"content": with_excerpts(digest.content, chars)}))


def write_feed_of_matches(folder: FolderChannel, library: Library, watch: Watch, now: datetime) -> None:
    """Bring a watch's `matches.atom` up to date."""
    recent = ArticleFilter(
        watch=watch.id,
        outcomes=frozenset({Outcome.MATCH}),
        since=now - timedelta(days=FEED_DAYS),
        with_withdrawn=True,
    )
    reports = library.store.reports(recent)
    text = atom_matches(
        watch,
        reports,
        library.feeds,
        home=library.home,
        base_url=_served(folder, watch),
        excerpt_chars=library.excerpt_chars,
    )
    write_whole(folder.path / watch.id / "matches.atom", text)


def _served(folder: FolderChannel, watch: Watch) -> str:
    return f"{folder.base_url.rstrip('/')}/{watch.id}" if folder.base_url else ""


def _try_writing(path: Path, message: Message) -> None:
    probe = path / "widerhall-test.txt"
    write_whole(probe, message.text)
    probe.unlink()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever looks sees the old one or the new one; nothing where it says that already."""
    content = text.encode("utf-8", "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes() == content:
        return
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def _explained(error: OSError, folder: Path) -> DeliveryError:
    message = f"{error.filename or folder} cannot be written: {error.strerror or error}"
    return DeliveryError(message, "look at the disk, and at who may write there", is_channel_down=True)
