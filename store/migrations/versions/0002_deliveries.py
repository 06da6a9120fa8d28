"""Deliveries: what goes out, to whom, and how far it has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Json, PlainText, RowId, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", RowId, nullable=False),
        sa.Column("key", PlainText(), nullable=False),
        sa.Column("watch", PlainText(), nullable=False),
        sa.Column("kind", PlainText(), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("channel", PlainText(), nullable=False),
        sa.Column("receiver", PlainText(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])
    op.create_index("ix_deliveries_watch_created_at", "deliveries", ["watch", "created_at"])
