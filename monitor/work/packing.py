"""A text on its way from the worker that extracted it to the one that assesses it, as a job's argument."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.model import Extraction, TextQuality


def packed(extraction: Extraction) -> str:
    """As ASCII: a database's JSON takes neither NUL nor half a character, and a page may hold both."""
    fields: dict[str, Any] = asdict(extraction)
    for name in ("published", "updated"):
        fields[name] = fields[name] and fields[name].isoformat()
    return base64.b64encode(zlib.compress(json.dumps(fields).encode("ascii"))).decode("ascii")


def unpacked(text: str) -> Extraction:
    """The extraction that was packed."""
    fields: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    for name in ("published", "updated"):
        fields[name] = fields[name] and datetime.fromisoformat(fields[name])
    for name in ("authors", "reasons"):
        fields[name] = tuple(fields[name])
    return Extraction(**fields | {"quality": TextQuality(fields["quality"])})
