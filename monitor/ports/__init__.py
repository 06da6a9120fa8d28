"""The protocols between the flow and the world: Store, Fetcher, Extractor, Clock. No implementation lives here."""

from __future__ import annotations

from typing import Protocol

from monitor.ports.articles import ArticleStore, ReviewStore
from monitor.ports.collecting import FeedStore, QueueStore
from monitor.ports.keeping import DeliveryStore, DigestStore, DocumentStore, Housekeeping, Numbers, PeopleStore
from monitor.ports.world import Clock, Extractor, Fetcher, Manners, Meter


class Store(
    FeedStore,
    QueueStore,
    ArticleStore,
    ReviewStore,
    DigestStore,
    DeliveryStore,
    DocumentStore,
    PeopleStore,
    Numbers,
    Housekeeping,
    Protocol,
):
    """All that is remembered. Each writing method is one transaction; each returns only after it is durable.

    Raises StoreUnavailableError when the database cannot be reached or written, NotFoundError for unknown ids.
    """


__all__ = ["Clock", "Extractor", "Fetcher", "Manners", "Meter", "Store"]
