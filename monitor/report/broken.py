"""Remember that the configuration's files are broken, so that digests say so; the last good ones count meanwhile."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from monitor.ports import Store

DOCUMENT = ("configuration", "problems")


def note_problems(store: Store, number: int, *, now: datetime) -> None:
    """Keep how many problems the files have, and since when; nothing is written where that is known."""
    known = known_problems(store)
    if (known["problems"] if known else 0) == number:
        return
    since = known["since"] if known and number else now.isoformat()
    store.put_document(*DOCUMENT, json.dumps({"problems": number, "since": since}).encode(), now=now)


def known_problems(store: Store) -> dict[str, Any] | None:
    """`problems` and `since`; None while the files are sound."""
    body = store.document(*DOCUMENT)
    found: dict[str, Any] = json.loads(body) if body else {"problems": 0}
    return found if found["problems"] else None
