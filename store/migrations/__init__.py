"""Alembic migrations, numbered 0001, 0002 …; frozen once released."""
