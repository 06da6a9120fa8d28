"""Digests that are stored, kept at hand: one that is stored never changes, and a page sets its day beside a month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from monitor.model import Digest
from monitor.ports import Store

#: A month of two watches.
KEPT = 64


def kept_digests(store: Store) -> Callable[..., Digest | None]:
    """Reads like `Store.digest`, each revision once."""

    @lru_cache(maxsize=KEPT)
    def read(watch: str, day: date, *, revision: int) -> Digest | None:
        return store.digest(watch, day, revision=revision)

    return read
