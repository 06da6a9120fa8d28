"""Fetch an article's page, wherever it is: past pages that only send on, and with the further pages of the article.

Every request goes through the Fetcher, with its bounds and manners: addresses are checked, robots.txt is asked and
hosts are spaced for each of them. Refuses to leave the host for a further page.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from monitor.collect.extract.parts import is_whole, join_parts, next_part
from monitor.collect.extract.refresh import refresh_target
from monitor.errors import FetchError, RefusedError
from monitor.model import Fetched, NotModified, Request
from monitor.ports import Fetcher

#: Pages of one article; few have more, and those are galleries.
MAX_PARTS = 5
#: Pages that only send on, one after the other.
MAX_REFRESHES = 3


async def fetch_article(fetcher: Fetcher, request: Request) -> Fetched | NotModified:
    """The page with its further ones, as one body; raises as the Fetcher does when the first cannot be had."""
    answer = await past_refreshes(fetcher, request)
    if isinstance(answer, NotModified):
        return answer
    bodies = [answer.body]
    while len(bodies) < MAX_PARTS and (url := next_part(bodies[-1], url=answer.final_url, number=len(bodies) + 1)):
        part = await _part(fetcher, replace(request, url=url))
        if part is None or _host(part.final_url) != _host(answer.final_url) or part.body in bodies:
            break
        bodies.append(part.body)
        if is_whole(url):
            break
    return replace(answer, body=join_parts(bodies))


async def past_refreshes(fetcher: Fetcher, request: Request) -> Fetched | NotModified:
    """The first page that is more than a meta refresh; the last one asked where they go on and on."""
    answer = await fetcher.fetch(request)
    for _ in range(MAX_REFRESHES):
        if isinstance(answer, NotModified):
            break
        target = refresh_target(answer.body, url=answer.final_url, charset=answer.charset)
        if not target:
            break
        answer = await fetcher.fetch(replace(request, url=target))
    return answer


async def _part(fetcher: Fetcher, request: Request) -> Fetched | None:
    """A further page; None when it cannot be had: the first one is an article all the same."""
    try:
        answer = await fetcher.fetch(request)
    except (FetchError, RefusedError):
        return None
    return None if isinstance(answer, NotModified) else answer


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
