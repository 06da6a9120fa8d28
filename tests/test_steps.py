"""What a step does with what this program cannot cope with."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from monitor.errors import SchemaError
from monitor.model import EntryState, Extraction, TextQuality
from monitor.steps import SURPRISE_WAIT, Steps
from store import SqlStore, open_store
from store.schema import VERSION_TABLE
from tests.store_material import NOW, with_entries

TEXT = Extraction(title="Ankara", text="Ankara " * 300, method="trafilatura", quality=TextQuality.FULL)


def fails(*_: Any, **__: Any) -> Any:
    raise KeyError("a column that is not there")


@pytest.fixture
def own_store(migrated_sqlite: Path, tmp_path: Path) -> SqlStore:
    return open_store(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'own.db')}")


def assess(store: SqlStore, entry_id: int) -> None:
    """With a reader that fails on everything."""
    reader: Any = SimpleNamespace(read=fails)
    steps = Steps(
        store=store, fetcher=reader, extractor=reader, parse_feed=fails, reader=reader, feeds={}, clock=lambda: NOW
    )
    (entry,) = store.entries_by_id([entry_id])
    asyncio.run(steps.assess_text(entry, TEXT))


def test_an_entry_that_it_fails_on_waits(own_store: SqlStore) -> None:
    (entry_id,) = with_entries(own_store, "e1")
    assess(own_store, entry_id)
    (entry,) = own_store.due_entries(EntryState.PENDING, now=NOW + SURPRISE_WAIT, limit=10)
    assert entry.attempts == 1
    assert own_store.due_entries(EntryState.PENDING, now=NOW, limit=10) == []
    own_store.close()


def test_an_entry_is_not_blamed_for_a_database_that_was_upgraded(own_store: SqlStore) -> None:
    (entry_id,) = with_entries(own_store, "e1")
    with own_store.database.writing() as connection:
        connection.execute(text(f"update {VERSION_TABLE} set version_num = '9999'"))
    with pytest.raises(SchemaError, match="newer Widerhall"):
        assess(own_store, entry_id)
    (entry,) = own_store.due_entries(EntryState.PENDING, now=NOW, limit=10)
    assert entry.attempts == 0
    own_store.close()
