"""What goes out: deliveries as a durable queue, claimed before it is sent: two processes send nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from monitor.errors import NotFoundError
from monitor.model import Delivery, DeliveryKind, DeliveryState, NewDelivery
from store.base import Base, inserting_unknown
from store.rows import delivery_of
from store.schema import deliveries, digests

A_DAY = timedelta(days=1)
_OPEN = (DeliveryState.PENDING, DeliveryState.FAILED)


class Deliveries(Base):
    """The part of the store about what is sent to people."""

    def add_deliveries(self, new: Sequence[NewDelivery], *, now: datetime) -> int:
        if not new:
            return 0
        standing = {"state": DeliveryState.PENDING, "attempts": 0, "created_at": now, "next_at": now, "last_error": ""}
        with self.database.writing() as connection:
            adding = inserting_unknown(connection.dialect.name, deliveries).returning(deliveries.c.id)
            return sum(connection.scalar(adding, vars(each) | standing) is not None for each in new)

    def deliveries(
        self,
        *,
        watch: str = "",
        kind: DeliveryKind | None = None,
        state: DeliveryState | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Sequence[Delivery]:
        query = select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
        for column, wanted in ((deliveries.c.watch, watch), (deliveries.c.kind, kind), (deliveries.c.state, state)):
            if wanted:
                query = query.where(column == wanted)
        if since is not None:
            query = query.where(deliveries.c.created_at >= since)
        with self.database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query)]

    def due_deliveries(self, *, now: datetime, with_waiting: bool = False) -> Sequence[Delivery]:
        query = select(deliveries).where(_is_free(now)).order_by(deliveries.c.id)
        if not with_waiting:
            # None waits for a day: such a moment was written by a clock that was ahead.
            query = query.where(or_(deliveries.c.next_at <= now, deliveries.c.next_at > now + A_DAY))
        with self.database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query)]

    def claim_delivery(self, delivery_id: int, *, now: datetime, until: datetime) -> bool:
        claiming = update(deliveries).where(deliveries.c.id == delivery_id, _is_free(now)).values(claimed_until=until)
        with self.database.writing() as connection:
            return connection.execute(claiming).rowcount > 0

    def delivery_sent(self, delivery_id: int, *, now: datetime) -> None:
        sent = {"state": DeliveryState.SENT, "sent_at": now, "next_at": None, "last_error": ""}
        self._tried(delivery_id, sent)

    def delivery_failed(self, delivery_id: int, error: str, *, next_at: datetime | None) -> None:
        state = DeliveryState.GIVEN_UP if next_at is None else DeliveryState.FAILED
        self._tried(delivery_id, {"state": state, "next_at": next_at, "last_error": error})

    def _tried(self, delivery_id: int, values: Mapping[str, object]) -> None:
        tried = update(deliveries).where(deliveries.c.id == delivery_id)
        with self.database.writing() as connection:
            attempts = deliveries.c.attempts + 1
            connection.execute(tried.values(attempts=attempts, claimed_until=None, **values))

    def retry_delivery(self, delivery_id: int, *, now: datetime) -> Delivery:
        anew = {"state": DeliveryState.PENDING, "attempts": 0, "next_at": now}
        retrying = update(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.state != DeliveryState.SENT)
        with self.database.writing() as connection:
            row = connection.execute(retrying.values(anew).returning(deliveries)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no delivery d-{delivery_id} that still has to be sent")
        return delivery_of(row)

    def count_deliveries(self) -> Mapping[DeliveryState, int]:
        query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        with self.database.reading() as connection:
            found = {DeliveryState(state): number for state, number in connection.execute(query)}
        return {state: found.get(state, 0) for state in DeliveryState}

    def digest_revisions(self, watch: str, *, since: datetime) -> Sequence[tuple[date, int, datetime]]:
        made = (digests.c.day, digests.c.revision, digests.c.created_at)
        query = select(*made).where(digests.c.watch == watch, digests.c.created_at >= since)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(digests.c.day, digests.c.revision))
            return [(day, revision, created_at) for day, revision, created_at in rows]


def _is_free(now: datetime) -> ColumnElement[bool]:
    """To be sent, and by nobody just now."""
    claimed = deliveries.c.claimed_until
    return and_(deliveries.c.state.in_(_OPEN), or_(claimed.is_(None), claimed <= now, claimed > now + A_DAY))
