"""Whatever is done with an entry is said under one id: from the poll that first saw it to the digest that tells of it.

    with following("fetch", entry=entry_name(17), feed="dw-tr"): …

Every line of the log that is written inside bears these fields, in tasks and threads that are begun there too, and so
does the span, where traces are kept. Does nothing else: what is worth a line, those say who do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from monitor import logs, tracing
from monitor.model import Entry
from monitor.ports import Store


@contextmanager
def following(step: str, **fields: str) -> Iterator[None]:
    """Name what is done, and with what, as long as the block lasts."""
    with logs.bound(fields), tracing.span(step, fields):
        yield


def names_of(entry: Entry) -> dict[str, str]:
    """What an entry is followed by; its article's name as well, once it has one."""
    article = {"article": article_name(entry.article_id)} if entry.article_id is not None else {}
    return {"entry": entry_name(entry.id), "feed": entry.feed_id} | article


def entry_name(entry_id: int) -> str:
    return f"e-{entry_id}"


def article_name(article_id: int) -> str:
    return f"a-{article_id}"


def tell_of(store: Store, event: str, articles: Mapping[int, Mapping[str, str]]) -> None:
    """Say what became of articles, each under the name of the entry that brought it; imports have none."""
    brought_by = store.first_entries(articles) if articles else {}
    for article_id, fields in articles.items():
        entry = {"entry": entry_name(brought_by[article_id])} if article_id in brought_by else {}
        logs.log.debug(event, **entry, article=article_name(article_id), **fields)
