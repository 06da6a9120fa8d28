"""What is done to a database as a whole: checked, upgraded, backed up, restored, moved. Opens it for each anew."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import SchemaError, StoreUnavailableError, UsageError
from store.backup import Restored, back_up, restore
from store.checking import Soundness, check
from store.database import parse_url
from store.move import Sum, copy_all
from store.opening import open_as_it_is, open_database
from store.schema import NEWEST


@dataclass(frozen=True, kw_only=True)
class Vault:
    """A database by its URL. `restore`, `move` and `upgrade` want it for themselves: hold the lock."""

    url: str

    def backup(self, target: Path) -> Mapping[str, int]:
        """Write a verified copy while the database is in use; rows by table."""
        database, version = open_as_it_is(self.url)
        with closing(database):
            if not database.is_sqlite and version != NEWEST:
                raise SchemaError(f"{database.where}: first bring it up to date: widerhall db upgrade")
            return back_up(database, target)

    def restore(self, backup: Path, *, is_replacing: bool, kept: Path) -> Restored:
        """Make the database what a backup holds; what it held goes to `kept`."""
        return restore(self.url, backup, is_replacing=is_replacing, kept=kept)

    def move(self, to_url: str) -> Mapping[str, Sum]:
        """Copy everything into another database, which must be empty; this one stays as it is."""
        if parse_url(to_url) == parse_url(self.url):
            raise UsageError("this is the database itself; name another one")
        with (
            closing(open_database(self.url, create=False)) as source,
            closing(open_database(to_url, create=True)) as target,
        ):
            return copy_all(source, target)

    def check(self, *, is_quick: bool = False) -> Soundness:
        """Look it through; StoreError where it cannot even be opened."""
        database, version = open_as_it_is(self.url)
        with closing(database):
            return check(database, version, is_quick=is_quick)

    def upgrade(self) -> tuple[str, str]:
        """Bring it to the newest schema; the versions before and after, the first one empty if it was made now."""
        try:
            database, before = open_as_it_is(self.url)
            database.close()
        except StoreUnavailableError:
            if parse_url(self.url).drivername != "sqlite" or Path(parse_url(self.url).database or "").exists():
                raise
            before = ""
        open_database(self.url, create=True).close()
        return before, NEWEST
