"""Save a change of a watch, and remember it: by whom and why, what the file said before and after, what it brought.

    saved, config = save_draft(store, draft, config.directory, environ, author="ada", reason="too few", now=now)

Whoever saves has the folder alone meanwhile; a file that is no longer the one the change was made for stays as it is.
What was changed by hand, in an editor or by git, is remembered when it is seen: `note_edits`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.config_edit import Draft, Edit, held, save, text_of, watch_path
from monitor.errors import NotFoundError
from monitor.ports import Store
from monitor.settings import Config

#: The kind of its documents, and of those that hold a watch's file as it was before the first of them.
SAVED, BEGINNING = "tuning", "tuning-beginning"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One change that somebody saved."""

    number: int
    watch: str
    saved_at: datetime
    #: Empty for what was changed by hand: then it is when the change was seen, and nobody was asked why.
    author: str
    reason: str
    file: str
    before: str
    after: str
    #: None where nobody asked.
    gained: int | None = None
    lost: int | None = None

    @property
    def is_by_hand(self) -> bool:
        return not self.author

    @property
    def diff(self) -> str:
        return Edit(path=Path(self.file), before=self.before, after=self.after).diff


def save_draft(
    store: Store,
    draft: Draft,
    directory: Path,
    environ: Mapping[str, str],
    *,
    seeds: Collection[str] = (),
    author: str,
    reason: str,
    gained: int,
    lost: int,
    now: datetime,
) -> tuple[Saved, Config]:
    """Write the file and record the change; what was saved, and the configuration with it.

    Raises ConfigError and UnavailableError as `config_edit.save` does; nothing is written then.
    """
    watch = draft.after.id
    with held(directory):
        config = save(draft.edit, directory, environ, seeds=tuple(seeds))
        before_it = _note_edit(store, watch, draft.edit.path.name, draft.edit.before, now=now)
        saved = Saved(
            number=before_it + 1,
            watch=watch,
            saved_at=now,
            author=author,
            reason=reason,
            file=draft.edit.path.name,
            before=draft.edit.before,
            after=draft.edit.after,
            gained=gained,
            lost=lost,
        )
        _put(store, saved)
    return saved, config


def note_edits(store: Store, config: Config, *, now: datetime) -> None:
    """Remember what was changed by hand in the watches' files since they were last looked at; they must be sound."""
    with held(config.directory):
        for watch in config.watches:
            path = watch_path(config.directory, watch.id)
            if path.exists():
                _note_edit(store, watch.id, path.name, text_of(path), now=now)


def _note_edit(store: Store, watch: str, file: str, text: str, *, now: datetime) -> int:
    """Remember the text of a watch's file, if it is not the last one known; the number of its last change then."""
    number, before = _last(store, watch)
    if before is None:
        store.put_document(BEGINNING, watch, text.encode(), now=now)
    elif before != text:
        number += 1
        by_hand = Saved(
            number=number, watch=watch, saved_at=now, author="", reason="", file=file, before=before, after=text
        )
        _put(store, by_hand)
    return number


def _last(store: Store, watch: str) -> tuple[int, str | None]:
    """The number of a watch's last change, and its file after that; None if nobody has looked at it yet."""
    if names := _names(store, watch):
        last = _saved(store.document(SAVED, names[0]) or b"")
        return last.number, last.after
    body = store.document(BEGINNING, watch)
    return 0, None if body is None else body.decode()


def _put(store: Store, saved: Saved) -> None:
    body = {**vars(saved), "saved_at": saved.saved_at.isoformat()}
    store.put_document(
        SAVED, _name(saved.watch, saved.number), json.dumps(body, ensure_ascii=False).encode(), now=saved.saved_at
    )


def saved_changes(store: Store, watch: str) -> list[Saved]:
    """Newest first."""
    return [_saved(store.document(SAVED, name) or b"") for name in _names(store, watch)]


def saved_change(store: Store, watch: str, number: int) -> Saved:
    body = store.document(SAVED, _name(watch, number))
    if body is None:
        raise NotFoundError(f"there is no saved change {number} of «{watch}»; see: widerhall tune history")
    return _saved(body)


def _names(store: Store, watch: str) -> list[str]:
    """Newest first."""
    return sorted((name for name in store.documents(SAVED) if name.startswith(f"{watch}.")), reverse=True)


def _name(watch: str, number: int) -> str:
    return f"{watch}.{number:06}"


def _saved(body: bytes) -> Saved:
    data = json.loads(body)
    return Saved(**{**data, "saved_at": datetime.fromisoformat(data["saved_at"])})
