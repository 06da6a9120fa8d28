"""All that Widerhall remembers, in SQLite or PostgreSQL. SQL lives here and nowhere else; nothing here decides what
to fetch, how to score or what to report."""

from __future__ import annotations

from datetime import datetime

from store.accounts import Accounts
from store.acting import ActingActors
from store.articles import Articles
from store.deliveries import Deliveries
from store.feeds import Feeds
from store.leading import LeaderLock
from store.listing import Listing
from store.lock import DataDirLock
from store.numbers import Numbers
from store.opening import check_schema, open_database
from store.partitions import make_months, months_ahead
from store.prune import Pruning
from store.queue import Queue
from store.review import Review
from store.schema import BODIES
from store.scores import Scores
from store.sharing import SharedManners
from store.vault import Vault

__all__ = ["DataDirLock", "LeaderLock", "SharedManners", "SqlStore", "Vault", "open_store"]


class SqlStore(Feeds, Queue, Articles, Scores, Listing, ActingActors, Review, Deliveries, Accounts, Numbers, Pruning):
    """The `Store` of monitor.ports on SQLite or PostgreSQL. Safe to use from many threads."""

    def tend(self, *, now: datetime) -> None:
        """Make months ahead on PostgreSQL, and count what the query planner goes by.

        PostgreSQL counts by itself, but for tables with partitions: for them it is done with every new month.
        Without it SQLite passes over indexes that it cannot weigh: a search page over 100,000 articles took 121 ms of
        processor time, and takes 55 (bench/desk.py). Looking at 400 rows of an index makes it 0.7 s there.
        """
        if self.database.is_sqlite:
            counting = ["pragma analysis_limit = 400", "analyze"]
        else:
            counting = [f"analyze {body}" for body in BODIES if self._make_months(body, now)]
        with self.database.writing() as connection:
            for statement in counting:
                connection.exec_driver_sql(statement)

    def _make_months(self, body: str, now: datetime) -> bool:
        with self.database.writing() as connection:  # one at a time: few wait, and not for long
            return bool(make_months(connection, months_ahead(now), [body]))

    def check_schema(self) -> None:
        check_schema(self.database)

    def close(self) -> None:
        self.database.close()


def open_store(url: str, *, create: bool = True) -> SqlStore:
    """Open a database: `sqlite:///data/widerhall.db`, `postgresql://user@host/name`.

    With `create`, an empty or older database gets the newest schema first; without, SchemaError says what to run.
    """
    return SqlStore(open_database(url, create=create))
