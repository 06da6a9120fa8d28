"""The column types both databases agree on: times, texts, plain JSON. The only place where values are altered to fit.

Two things that Python strings can hold and PostgreSQL cannot, NUL and lone surrogates, become U+FFFD here, on both
databases alike: one character for one, so that offsets into a text keep their meaning.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

#: 64 bits on both; SQLite numbers rows only in a column declared INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")


def storable(text: str) -> str:
    """The text with what PostgreSQL refuses replaced, as long as before."""
    return _UNSTORABLE.sub("\ufffd", text)


class PlainText(TypeDecorator[str]):
    """Text, made storable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else storable(str(value))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, UTC in and out; on SQLite as text that sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Plain values (dict, list, str, number, bool, None) as JSON text; tuples come back as lists."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        if "\\u0000" in text:  # rare enough to be written twice
            text = json.dumps(_storable_within(value), ensure_ascii=False, separators=(",", ":"))
        return storable(text)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def _storable_within(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): _storable_within(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_within(item) for item in value]
    return value
