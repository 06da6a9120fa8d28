"""Who may use the desk from elsewhere, who is logged in, and who changed what. Knows hashes, never a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from monitor.errors import NotFoundError
from monitor.model import Account, AuditEntry, Role
from store.base import Base, upsert
from store.rows import AnyRow
from store.schema import accounts, audit, sessions


class Accounts(Base):
    """The part of the store about people."""

    def put_account(self, account: Account) -> None:
        values = vars(account) | {"role": account.role.value}
        with self.database.writing() as connection:
            upsert(connection, accounts, {"name": values.pop("name")}, values)

    def accounts(self) -> Sequence[Account]:
        with self.database.reading() as connection:
            return sorted(map(_account, connection.execute(select(accounts))), key=lambda account: account.name)

    def drop_account(self, name: str) -> None:
        with self.database.writing() as connection:
            if not connection.execute(delete(accounts).where(accounts.c.name == name)).rowcount:
                raise NotFoundError(f"there is no account «{name}»")

    def open_session(self, token_hash: str, account: str, *, label: str, now: datetime, until: datetime) -> None:
        opened = {"token_hash": token_hash, "account": account, "label": label, "created_at": now, "expires_at": until}
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(insert(sessions), opened)

    def session_account(self, token_hash: str, *, now: datetime) -> Account | None:
        query = select(accounts).join(sessions, sessions.c.account == accounts.c.name)
        with self.database.reading() as connection:
            row = connection.execute(
                query.where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now)
            ).one_or_none()
        return None if row is None else _account(row)

    def end_session(self, token_hash: str) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def end_sessions(self, account: str) -> int:
        with self.database.writing() as connection:
            return connection.execute(delete(sessions).where(sessions.c.account == account)).rowcount

    def record(self, author: str, action: str, subject: str, detail: Mapping[str, str], *, now: datetime) -> None:
        entry = {"at": now, "author": author, "action": action, "subject": subject, "detail": dict(detail)}
        with self.database.writing() as connection:
            connection.execute(insert(audit), entry)

    def audit(
        self, *, author: str = "", since: datetime | None = None, limit: int | None = None
    ) -> Sequence[AuditEntry]:
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if author:
            query = query.where(audit.c.author == author)
        if since is not None:
            query = query.where(audit.c.at >= since)
        with self.database.reading() as connection:
            return [AuditEntry(**row._asdict()) for row in connection.execute(query)]


def _account(row: AnyRow) -> Account:
    values = {name: getattr(row, name) for name in Account.__dataclass_fields__}
    return Account(**(values | {"role": Role(row.role)}))
