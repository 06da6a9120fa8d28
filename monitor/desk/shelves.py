"""The stories of each watch, read anew only when they changed: at 100,000 articles reading takes longer than a page."""

from __future__ import annotations

from monitor.desk.folding import Places
from monitor.ports import Store
from monitor.report.shelf import DECISIONS, KIND, StoryShelf, shelf_from


class Shelves:
    """Safe to use from many threads: what is kept is replaced, never changed."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[bytes | None, bytes | None], StoryShelf, Places]] = {}

    def shelf(self, store: Store, watch: str) -> StoryShelf:
        """A watch's stories as they stand; only to be read."""
        return self._read(store, watch)[0]

    def places(self, store: Store, watch: str) -> Places:
        """Where a watch's articles belong."""
        return self._read(store, watch)[1]

    def _read(self, store: Store, watch: str) -> tuple[StoryShelf, Places]:
        bodies = (store.document(KIND, watch), store.document(DECISIONS, watch))
        kept = self._kept.get(watch)
        if kept is None or kept[0] != bodies:
            shelf = shelf_from(bodies[0], bodies[1]) if bodies[0] is not None else StoryShelf()
            members: dict[int, list[int]] = {}
            for article, story in shelf.book.story_of.items():
                members.setdefault(story, []).append(article)
            places = Places(story_of=shelf.book.story_of, copies=shelf.copies, members=members)
            kept = self._kept[watch] = (bodies, shelf, places)
        return kept[1], kept[2]
