"""What people and digests leave behind: verdicts, stored digests, and small named documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select

from monitor.errors import VerdictConflictError
from monitor.model import Digest, Verdict, VerdictKind
from store.articles import current_version
from store.base import Base, inserting_unknown, upsert
from store.rows import digest_of, verdict_of
from store.schema import digests, documents, verdicts


class Review(Base):
    """The part of the store about verdicts, digests and documents."""

    def give_verdict(
        self,
        article_id: int,
        watch: str,
        kind: VerdictKind,
        *,
        reason: str,
        note: str,
        author: str,
        now: datetime,
        seen: int | None = None,
    ) -> Verdict:
        with self.database.writing() as connection:
            version = current_version(connection, article_id, locks=True)
            if seen is not None:
                _refuse_unseen(connection, article_id, watch, seen)
            given = insert(verdicts).values(
                watch=watch,
                article_id=article_id,
                version=version,
                kind=kind,
                reason=reason,
                note=note,
                author=author,
                given_at=now,
            )
            return verdict_of(connection.execute(given.returning(verdicts)).one())

    def verdicts(self, watch: str, *, article_id: int | None = None) -> Sequence[Verdict]:
        query = select(verdicts).where(verdicts.c.watch == watch).order_by(verdicts.c.id)
        if article_id is not None:
            query = query.where(verdicts.c.article_id == article_id)
        with self.database.reading() as connection:
            return [verdict_of(row) for row in connection.execute(query)]

    def save_digest(self, digest: Digest) -> bool:
        with self.database.writing() as connection:
            saving = inserting_unknown(connection.dialect.name, digests).returning(digests.c.revision)
            return connection.scalar(saving, vars(digest)) is not None

    def digest(self, watch: str, day: date, *, revision: int | None = None) -> Digest | None:
        query = select(digests).where(digests.c.watch == watch, digests.c.day == day)
        if revision is not None:
            query = query.where(digests.c.revision == revision)
        with self.database.reading() as connection:
            row = connection.execute(query.order_by(digests.c.revision.desc()).limit(1)).one_or_none()
        return None if row is None else digest_of(row)

    def digests(self, watch: str) -> Sequence[Digest]:
        later = digests.alias("later")
        newest = (
            select(func.max(later.c.revision))
            .where(later.c.watch == digests.c.watch, later.c.day == digests.c.day)
            .scalar_subquery()
        )
        query = select(digests).where(digests.c.watch == watch, digests.c.revision == newest)
        with self.database.reading() as connection:
            return [digest_of(row) for row in connection.execute(query.order_by(digests.c.day.desc()))]

    def put_document(self, kind: str, name: str, body: bytes, *, now: datetime) -> None:
        with self.database.writing() as connection:
            upsert(connection, documents, {"kind": kind, "name": name}, {"body": body, "stored_at": now})

    def drop_document(self, kind: str, name: str) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(documents).where(documents.c.kind == kind, documents.c.name == name))

    def document(self, kind: str, name: str) -> bytes | None:
        query = select(documents.c.body).where(documents.c.kind == kind, documents.c.name == name)
        with self.database.reading() as connection:
            return connection.scalar(query)

    def documents(self, kind: str) -> Sequence[str]:
        query = select(documents.c.name).where(documents.c.kind == kind)
        with self.database.reading() as connection:
            return sorted(connection.scalars(query))  # not by the database: its collation may differ

    def document_bodies(self, kind: str) -> Mapping[str, bytes]:
        query = select(documents.c.name, documents.c.body).where(documents.c.kind == kind)
        with self.database.reading() as connection:
            return {row.name: row.body for row in connection.execute(query)}


def _refuse_unseen(connection: Connection, article_id: int, watch: str, seen: int) -> None:
    """Nobody overwrites a verdict that they have not seen."""
    its = select(verdicts).where(verdicts.c.watch == watch, verdicts.c.article_id == article_id)
    last = connection.execute(its.order_by(verdicts.c.id.desc()).limit(1)).one_or_none()
    if last is not None and last.id != seen:
        raise VerdictConflictError(verdict_of(last))
