"""Carry values between the daemon and its workers as JSON: plain data, times, bytes, the project's own frozen values.

Refuses everything else. A worker reads hostile pages with C libraries; what comes back from it is data to be checked,
so nothing that could run code on arrival (pickle, marshal) is used in either direction.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor import errors, model

_KIND = "!"
#: Before the JSON: its length in bytes.
_LENGTH = struct.Struct("!I")
#: Only these classes can be named by the other side.
_VALUES: Mapping[str, type] = {name: kind for name in model.__all__ if isinstance(kind := getattr(model, name), type)}


def dump(value: object) -> bytes:
    """Write a value; TypeError for one that is not of the kinds named above. Bytes follow the JSON as they are."""
    blobs: list[bytes] = []
    text = json.dumps(_plain(value, blobs), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return b"".join([_LENGTH.pack(len(text)), text, *blobs])


def load(frame: bytes) -> Any:
    """Read a value back, equal to the one written; ValueError or TypeError for anything malformed."""
    if len(frame) < _LENGTH.size:
        raise ValueError("a frame without a length")
    end = _LENGTH.size + _LENGTH.unpack_from(frame)[0]
    text, blobs = frame[_LENGTH.size : end].decode("utf-8", "surrogatepass"), io.BytesIO(frame[end:])
    return json.loads(text, object_hook=lambda stated: _value(stated, blobs))


def dump_error(error: errors.WiderhallError) -> bytes:
    """Write one of the project's own errors with its attributes."""
    return dump({"error": type(error).__name__, "message": str(error), "attributes": dict(vars(error))})


def load_error(frame: bytes) -> errors.WiderhallError:
    """Read an error back; ValueError when it names no class of the error tree."""
    stated = load(frame)
    kind = getattr(errors, str(stated["error"]), None)
    if not (isinstance(kind, type) and issubclass(kind, errors.WiderhallError)):
        raise ValueError(f"no such error: {stated['error']}")
    error = kind.__new__(kind)
    error.args = (stated["message"],)
    vars(error).update(stated["attributes"])
    return error


def _plain(value: object, blobs: list[bytes]) -> object:
    match value:
        case StrEnum():
            return {_KIND: type(value).__name__, "value": value.value}
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            blobs.append(value)
            return {_KIND: "bytes", "length": len(value)}
        case tuple():
            return {_KIND: "tuple", "items": [_plain(item, blobs) for item in value]}
        case list():
            return [_plain(item, blobs) for item in value]
        case datetime():
            return {_KIND: "time", "iso": value.isoformat()}
        case timedelta():
            return {_KIND: "span", "days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
        case Mapping():
            if not all(isinstance(key, str) and key != _KIND for key in value):
                raise TypeError(f"only mappings with plain string keys can be sent, not {value!r:.200}")
            return {key: _plain(item, blobs) for key, item in value.items()}
        case _ if type(value).__name__ in _VALUES and is_dataclass(value):
            stated = {field.name: _plain(getattr(value, field.name), blobs) for field in fields(value)}
            return {_KIND: type(value).__name__, **stated}
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be sent to or from a worker")


def _value(stated: dict[str, Any], blobs: io.BytesIO) -> Any:
    match stated.pop(_KIND, None):
        case None:
            return stated
        case "bytes":
            return blobs.read(stated["length"])
        case "tuple":
            return tuple(stated["items"])
        case "time":
            return datetime.fromisoformat(stated["iso"])
        case "span":
            return timedelta(**stated)
        case str(name) if name in _VALUES:
            kind = _VALUES[name]
            return kind(stated["value"]) if issubclass(kind, StrEnum) else kind(**stated)
        case unknown:
            raise ValueError(f"no such kind of value: {unknown!r}")
