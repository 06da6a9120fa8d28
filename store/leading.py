"""One daemon leads a PostgreSQL database: by an advisory lock, which the server takes back when its holder is gone.

The lock belongs to a connection of its own. A holder that is killed loses it at once; one whose machine or network is
gone, when the server has asked in vain for so long as is set here.
"""

from __future__ import annotations

import os
import socket
from types import TracebackType

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from monitor.errors import AlreadyRunningError, LeadershipLostError
from store.database import CONNECT_TIMEOUT_S, parse_url
from store.faults import translated

#: «WIDE», «lead»: two numbers that only have to be ours.
_LOCK = {"ours": 0x57_49_44_45, "leading": 0x6C_65_61_64}
_TRY = text("select pg_try_advisory_lock(:ours, :leading)")
_HOLDER = text("""
    select activity.application_name, activity.backend_start
    from pg_locks join pg_stat_activity activity using (pid)
    where locktype = 'advisory' and granted and classid = :ours and objid = :leading
      and pg_locks.database = (select oid from pg_database where datname = current_database())""")

#: A connection that is silent for 5 s is asked; after three questions without an answer it is given up: 11 s.
_SILENCE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
_SERVER_TOO = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"


class LeaderLock:
    """Held within a `with`; AlreadyRunningError names the process that holds it, and since when."""

    def __init__(self, url: str) -> None:
        parsed = parse_url(url)
        self.where = parsed.render_as_string(hide_password=True)
        name = f"widerhall leader, process {os.getpid()} on {socket.gethostname()}"
        arguments = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": name[:63], "options": _SERVER_TOO}
        self._engine = create_engine(
            parsed, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments | _SILENCE
        )
        self._connection: Connection | None = None

    def __enter__(self) -> LeaderLock:
        if not self.takes():
            raise AlreadyRunningError(f"another Widerhall ({self.holder()}) leads on {self.where}; stop it first")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock, if it is held."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def takes(self) -> bool:
        """Take the lock if nobody has it."""
        with translated(self.where):
            connection = self._engine.connect()
            if connection.scalar(_TRY, _LOCK):
                self._connection = connection
                return True
            connection.close()
            return False

    def check(self) -> None:
        """Raise LeadershipLostError if the connection is gone, and the lock with it."""
        try:
            if self._connection is None:
                raise LeadershipLostError(f"{self.where}: the leader's lock is not held")
            self._connection.execute(text("select 1"))
        except DBAPIError as error:
            raise LeadershipLostError(f"{self.where}: the connection that held the leader's lock is gone") from error

    def holder(self) -> str:
        """Who leads now; empty if nobody does."""
        with translated(self.where), self._engine.connect() as connection:
            row = connection.execute(_HOLDER, _LOCK).first()
        return "" if row is None else f"{row.application_name}, since {row.backend_start:%Y-%m-%d %H:%M:%S} UTC"
