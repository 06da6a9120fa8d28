"""One process per data directory, by a lock that the system takes back when the process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from monitor.errors import AlreadyRunningError, StoreUnavailableError


class DataDirLock:
    """Held within a `with`; AlreadyRunningError names the process that holds it, and since when."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._path = data_dir / "widerhall.lock"
        self._file: IO[str] | None = None

    def __enter__(self) -> DataDirLock:
        file = self._open()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = self._holder(file)
            file.close()
            raise AlreadyRunningError(
                f"another Widerhall ({holder}) runs on {self.data_dir}; stop it first, or name another data directory"
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()  # the file stays: removing it would let two processes lock two files of one name
            self._file = None

    def holder(self) -> str:
        """Who holds it now; empty if nobody does."""
        try:
            with self._path.open(encoding="utf-8") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return self._holder(file)
        except OSError:  # no such file yet, or none of ours
            pass
        return ""

    def _open(self) -> IO[str]:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            return self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StoreUnavailableError(
                f"{self.data_dir}: the data directory is not writable ({error.strerror})"
            ) from error

    @staticmethod
    def _holder(file: IO[str]) -> str:
        """Who wrote into the file last, and when: the one who holds the lock."""
        file.seek(0)
        since = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, tz=UTC)
        return f"process {file.read().strip() or 'unknown'}, since {since:%Y-%m-%d %H:%M:%S} UTC"
