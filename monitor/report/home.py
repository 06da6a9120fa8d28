"""The name of this installation in what must be told apart from others all over the world: the ids of Atom feeds."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from monitor.ports import Store

DOCUMENT = ("installation", "name")


def home_of(store: Store, *, now: datetime) -> str:
    """The name, made up when it is first asked for; it moves with the database and stays whatever is configured."""
    body = store.document(*DOCUMENT)
    if body is None:
        body = uuid4().hex.encode()
        store.put_document(*DOCUMENT, body, now=now)
    return body.decode()
