"""Open a database and bring its schema up to date, or say why not. Never leaves a half-migrated one behind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text

from monitor.errors import SchemaError, SchemaOutdatedError, StoreUnavailableError
from store.database import Database, make_folder, parse_url
from store.schema import NEWEST, VERSION_TABLE, metadata

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Two processes that open an empty PostgreSQL database wait for each other; the number only has to be ours.
_UPGRADE_LOCK = 0x57_49_44_45


def open_database(url: str, *, create: bool) -> Database:
    """A database with the newest schema; with `create` an empty or older one is brought there."""
    parsed = parse_url(url)
    if parsed.drivername == "sqlite":
        _prepare_file(parsed, create=create)
    database = Database(parsed)
    try:
        _bring_up_to_date(database, create=create)
    except BaseException:
        database.close()
        raise
    return database


def check_schema(database: Database) -> None:
    """SchemaError if the schema of an open database is no longer the one that this program knows."""
    _bring_up_to_date(database, create=False)


def open_as_it_is(url: str) -> tuple[Database, str]:
    """A database of this or an earlier schema, nothing changed in it, and the schema's version."""
    parsed = parse_url(url)
    if parsed.drivername == "sqlite":
        _prepare_file(parsed, create=False)
    database = Database(parsed)
    try:
        with database.reading() as connection:
            found = _found_version(connection, database)
        if found is None:
            raise SchemaError(f"{database.where}: the database holds no Widerhall tables")
    except BaseException:
        database.close()
        raise
    return database, found


def _prepare_file(url: URL, *, create: bool) -> None:
    if create:
        make_folder(url)
    elif not Path(url.database or "").exists():
        raise StoreUnavailableError(f"{url.database}: there is no database yet; `widerhall run` makes one")


def _bring_up_to_date(database: Database, *, create: bool) -> None:
    with database.reading() as connection:
        found = _found_version(connection, database)
    if found == NEWEST:
        return
    if not create:
        state = "holds no Widerhall tables" if found is None else f"has the older schema {found}"
        raise SchemaOutdatedError(
            f"{database.where}: the database {state}; `widerhall db upgrade` brings it up to date"
        )
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        if _found_version(connection, database) != NEWEST:  # another process may just have done it
            _upgrade(connection)


def _found_version(connection: Connection, database: Database) -> str | None:
    """The schema's version, None for an empty database; SchemaError for what this program must not touch."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        # A PostgreSQL database may hold other people's tables beside ours; a SQLite file is one program's.
        in_the_way = tables if database.is_sqlite else tables & set(metadata.tables)
        if in_the_way:
            named = ", ".join(sorted(in_the_way)[:3])
            raise SchemaError(
                f"{database.where}: not a Widerhall database (it holds {named}); name another in the settings"
            )
        return None
    found = str(connection.execute(text(f"select version_num from {VERSION_TABLE}")).scalar_one())
    if found > NEWEST:
        raise SchemaError(
            f"{database.where}: written by a newer Widerhall (schema {found}, this program knows {NEWEST});"
            " install that version, or restore a backup from before the upgrade"
        )
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 0.2 s to import, needed once in a database's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, NEWEST)
