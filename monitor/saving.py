"""Save a change of a watch, and remember it: by whom and why, what the file said before and after, what it brought.

    saved, config = save_draft(store, draft, config.directory, environ, author="ada", reason="too few", now=now)

Whoever saves has the folder alone meanwhile; a file that is no longer the one the change was made for stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.config_edit import Draft, Edit, held, save
from monitor.errors import NotFoundError
from monitor.ports import Store
from monitor.settings import Config

#: The kind of its documents.
SAVED = "tuning"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One change that somebody saved."""

    number: int
    watch: str
    saved_at: datetime
    author: str
    reason: str
    file: str
    before: str
    after: str
    gained: int
    lost: int

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
        saved = Saved(
            number=max((each.number for each in saved_changes(store, watch)), default=0) + 1,
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
        body = {**vars(saved), "saved_at": now.isoformat()}
        document = json.dumps(body, ensure_ascii=False).encode()
        store.put_document(SAVED, _name(watch, saved.number), document, now=now)
    return saved, config


def saved_changes(store: Store, watch: str) -> list[Saved]:
    """Newest first."""
    names = sorted((name for name in store.documents(SAVED) if name.startswith(f"{watch}.")), reverse=True)
    return [_saved(store.document(SAVED, name) or b"") for name in names]


def saved_change(store: Store, watch: str, number: int) -> Saved:
    body = store.document(SAVED, _name(watch, number))
    if body is None:
        raise NotFoundError(f"there is no saved change {number} of «{watch}»; see: widerhall tune history")
    return _saved(body)


def _name(watch: str, number: int) -> str:
    return f"{watch}.{number:06}"


def _saved(body: bytes) -> Saved:
    data = json.loads(body)
    return Saved(**{**data, "saved_at": datetime.fromisoformat(data["saved_at"])})
