"""The known actors with all decisions in them, kept until a decision or the list changes. Reads; writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property

from monitor.actor_review import ListedNames, load_book
from monitor.analyse.actor_book import ActorBook, extended
from monitor.analyse.gazetteer import Gazetteer
from monitor.ports import Store


class Known:
    """What one list and one set of decisions come to."""

    def __init__(self, listed: Gazetteer, book: ActorBook) -> None:
        self.listed, self.book = listed, book

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Makes the matcher of thousands of names anew: a third of a second."""
        return extended(self.listed, self.book)

    @cached_property
    def listed_names(self) -> ListedNames:
        """For names under review to be set beside."""
        return ListedNames(self.gazetteer)

    @property
    def names(self) -> Mapping[str, str]:
        """Every name that counts by itself, folded, with its actor."""
        return self.listed_names.known


class Roster:
    """Makes that anew only when it has to."""

    def __init__(self) -> None:
        self._known: Known | None = None
        self._lock = threading.Lock()

    def known(self, store: Store, listed: Gazetteer) -> Known:
        """As of now."""
        book = load_book(store)
        with self._lock:
            if self._known is None or self._known.listed is not listed or self._known.book != book:
                self._known = Known(listed, book)
            return self._known
