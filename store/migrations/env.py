"""How Alembic runs our migrations: on the connection `store.opening` hands in, within its one transaction."""

from __future__ import annotations

from alembic import context

from store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # SQLite can, when the driver does not commit by itself
)
context.run_migrations()
