"""All that Widerhall remembers, in SQLite or PostgreSQL. SQL lives here and nowhere else; nothing here decides what
to fetch, how to score or what to report."""

from __future__ import annotations

from store.accounts import Accounts
from store.acting import ActingActors
from store.articles import Articles
from store.deliveries import Deliveries
from store.feeds import Feeds
from store.leading import LeaderLock
from store.listing import Listing
from store.lock import DataDirLock
from store.numbers import Numbers
from store.opening import open_database
from store.prune import Pruning
from store.queue import Queue
from store.review import Review
from store.scores import Scores
from store.sharing import SharedManners
from store.vault import Vault

__all__ = ["DataDirLock", "LeaderLock", "SharedManners", "SqlStore", "Vault", "open_store"]


class SqlStore(Feeds, Queue, Articles, Scores, Listing, ActingActors, Review, Deliveries, Accounts, Numbers, Pruning):
    """The `Store` of monitor.ports on SQLite or PostgreSQL. Safe to use from many threads."""

    def tend(self) -> None:
        """Count what the query planner goes by; PostgreSQL does it by itself.

        Without it SQLite passes over indexes that it cannot weigh: a search page over 100,000 articles took 121 ms of
        processor time, and takes 55 (bench/desk.py). Looking at 400 rows of an index makes it 0.7 s there.
        """
        if self.database.engine.dialect.name == "sqlite":
            with self.database.writing() as connection:
                connection.exec_driver_sql("pragma analysis_limit = 400")
                connection.exec_driver_sql("analyze")

    def close(self) -> None:
        self.database.close()


def open_store(url: str, *, create: bool = True) -> SqlStore:
    """Open a database: `sqlite:///data/widerhall.db`, `postgresql://user@host/name`.

    With `create`, an empty or older database gets the newest schema first; without, SchemaError says what to run.
    """
    return SqlStore(open_database(url, create=create))
