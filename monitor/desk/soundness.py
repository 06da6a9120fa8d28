"""Whether the configuration's files can be used as they stand: every page of the desk says so when they cannot.

Looks by itself, for the desk may run without a daemon; then what it asks takes sound files into use as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.settings import stamp_of


class Soundness:
    """Knows what is wrong with a folder's files; they are read again only when one of them changed."""

    def __init__(self, directory: Path, problems: Callable[[], Sequence[str]]) -> None:
        self._directory = directory
        self._problems = problems
        self._stamp = stamp_of(directory)
        self._known: Sequence[str] = ()

    def __call__(self) -> Sequence[str]:
        """What is wrong, worst told first; empty while the files can be used."""
        stamp = stamp_of(self._directory)
        if stamp != self._stamp:
            self._known = self._problems()
            self._stamp = stamp
        return self._known
