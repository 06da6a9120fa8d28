"""What the store keeps beside articles: digests, deliveries, documents, people, and its own order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from monitor.model import (
    Account,
    AuditEntry,
    Counts,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    NewDelivery,
)


class DigestStore(Protocol):
    """Digests, as they were sent."""

    def save_digest(self, digest: Digest) -> bool:
        """Store a digest; False (and nothing written) when that watch, day and revision exists."""
        ...

    def digest(self, watch: str, day: date, *, revision: int | None = None) -> Digest | None:
        """A stored digest, the latest revision by default."""
        ...

    def digests(self, watch: str) -> Sequence[Digest]:
        """All stored digests, newest day first, latest revision each."""
        ...

    def digest_revisions(self, watch: str, *, since: datetime) -> Sequence[tuple[date, int, datetime]]:
        """Day, revision and time of each digest stored from `since` on, in order, without their content."""
        ...


class DeliveryStore(Protocol):
    """What is to be handed to people."""

    def add_deliveries(self, new: Sequence[NewDelivery], *, now: datetime) -> int:
        """Queue what has a key not known yet, all of it or nothing; how many."""
        ...

    def deliveries(
        self,
        *,
        watch: str = "",
        kind: DeliveryKind | None = None,
        state: DeliveryState | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Sequence[Delivery]:
        """Deliveries queued from `since` on, newest first; empty filters do not filter."""
        ...

    def due_deliveries(self, *, now: datetime, with_waiting: bool = False) -> Sequence[Delivery]:
        """What is to be sent now and nobody is sending, oldest first; with those that wait for another attempt."""
        ...

    def claim_delivery(self, delivery_id: int, *, now: datetime, until: datetime) -> bool:
        """Take a delivery for sending; False if another process has it. The claim ends at `until`, or when recorded."""
        ...

    def delivery_sent(self, delivery_id: int, *, now: datetime) -> None:
        """The receiver has it."""
        ...

    def delivery_failed(self, delivery_id: int, error: str, *, next_at: datetime | None) -> None:
        """It was tried in vain; tried again at `next_at`, given up without one."""
        ...

    def retry_delivery(self, delivery_id: int, *, now: datetime) -> Delivery:
        """Queue what failed or was given up as if it were new, under its old key; NotFoundError if it was sent."""
        ...

    def count_deliveries(self) -> Mapping[DeliveryState, int]:
        """How many there are in each state."""
        ...


class DocumentStore(Protocol):
    """Small named documents: seed profiles and texts, background counts, run state."""

    def put_document(self, kind: str, name: str, body: bytes, *, now: datetime) -> None: ...

    def drop_document(self, kind: str, name: str) -> None:
        """Forget a document; nothing happens where there is none."""
        ...

    def document(self, kind: str, name: str) -> bytes | None: ...

    def documents(self, kind: str) -> Sequence[str]:
        """Names, sorted."""
        ...

    def document_bodies(self, kind: str) -> Mapping[str, bytes]:
        """All documents of a kind, by name."""
        ...


class PeopleStore(Protocol):
    """Accounts, who is logged in, and the record of changes."""

    def put_account(self, account: Account) -> None:
        """Make an account, or put it in the place of the one of that name."""
        ...

    def accounts(self) -> Sequence[Account]:
        """By name."""
        ...

    def drop_account(self, name: str) -> None:
        """Remove an account and end its sessions; what it did stays recorded. Raises NotFoundError."""
        ...

    def open_session(self, token_hash: str, account: str, *, label: str, now: datetime, until: datetime) -> None:
        """Somebody is logged in; sessions that are over are cleared away."""
        ...

    def session_account(self, token_hash: str, *, now: datetime) -> Account | None:
        """Whose session it is, if it still is one."""
        ...

    def end_session(self, token_hash: str) -> None: ...

    def end_sessions(self, account: str) -> int:
        """Log an account out everywhere; how many sessions that were."""
        ...

    def record(self, author: str, action: str, subject: str, detail: Mapping[str, str], *, now: datetime) -> None:
        """Put a change on record."""
        ...

    def audit(
        self, *, author: str = "", since: datetime | None = None, limit: int | None = None
    ) -> Sequence[AuditEntry]:
        """What was changed by whom, the latest first."""
        ...


class Numbers(Protocol):
    """Counts for reports."""

    def counts(self, watch: str) -> Counts: ...

    def count_pages(self, *, since: datetime, until: datetime) -> Mapping[str, tuple[int, int]]:
        """Of the pages fetched in [since, until) and dealt with: feed id -> (held an article, did not)."""
        ...

    def count_published(self, watch: str, *, since: datetime, until: datetime) -> Mapping[str, int]:
        """The outcomes that count, of articles published in [since, until)."""
        ...

    def count_day(self, watch: str, *, since: datetime, until: datetime) -> Mapping[str, Any]:
        """For a digest's manifest: entries seen, pages fetched, articles and each outcome in [since, until)."""
        ...


class Housekeeping(Protocol):
    """Letting go, and keeping the database in order."""

    def prune_pages(self, *, before: datetime) -> int:
        """Drop raw pages fetched before a moment whose entries are through; return how many."""
        ...

    def prune_articles(self, *, before: datetime, limit: int = ...) -> int:
        """Let go of texts first seen before a moment that never matched nor were judged; how many, 0 at the end."""
        ...

    def count_prunable(self, *, pages_before: datetime, articles_before: datetime) -> tuple[int, int]:
        """How many pages and articles could be let go."""
        ...

    def check_schema(self) -> None:
        """Raise SchemaError if the tables are no longer those of this version: another one upgraded them meanwhile."""
        ...

    def tend(self, *, now: datetime) -> None:
        """Put the database in order for questions to come; now and then."""
        ...

    def close(self) -> None: ...
