"""One text from anywhere: a file (text or HTML), a URL, standard input; for `analyse`, `seed add`. Stores nothing."""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor.analyse.page_dump import strip_page_dump
from monitor.collect.extract import extract_page
from monitor.collect.fetch import HttpFetcher
from monitor.collect.polling import unasked_304
from monitor.collect.sandbox import Sandbox
from monitor.errors import UsageError
from monitor.model import Extraction, Fetched, FetchSettings, NotModified, Request, TextQuality
from monitor.ports import Clock

#: A pasted text has its title on its first line if that is no longer than this.
TITLE_CHARS = 200
MAX_BYTES = 20_000_000
DEADLINE_S = 30.0


def read_source(source: str, *, fetch: FetchSettings, clock: Clock, stdin: BinaryIO) -> Extraction:
    """The text behind a path, a URL or «-». Raises UsageError, FetchError, RefusedError or ExtractError."""
    if source.startswith(("http://", "https://")):
        return asyncio.run(_from_web(source, fetch, clock))
    if source == "-":
        body, name = stdin.read(MAX_BYTES), "standard input"
    else:
        try:
            body, name = Path(source).read_bytes()[:MAX_BYTES], source
        except OSError as error:
            raise UsageError(f"{source}: {error.strerror or error}") from error
    if looks_like_html(body):
        return asyncio.run(_extract(body, url="", content_type="text/html", charset="", now=clock()))
    return from_plain_text(_decode(body, name))


def looks_like_html(body: bytes) -> bool:
    """Whether a file is a web page rather than a text."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")) or b"<body" in start


def from_plain_text(text: str) -> Extraction:
    """A pasted text: its first line is the title if it looks like one, and a headline if nothing follows."""
    whole = unicodedata.normalize("NFC", text).strip()
    first, _, rest = whole.partition("\n")
    title, body = (first.strip(), rest.strip()) if len(first) <= TITLE_CHARS else ("", whole)
    quality = TextQuality.FULL if body else TextQuality.HEADLINE_ONLY
    return Extraction(title=title, text=body, method="text", quality=quality)


def without_page_furniture(source: Extraction) -> Extraction:
    """A pasted text without navigation, captions and agency lines, as a seed would be read; pages are clean already."""
    if source.method != "text":
        return source
    title, text = strip_page_dump(f"{source.title}\n{source.text}")
    return replace(source, title=title, text=text) if text else source


def _decode(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8, or give the HTML page") from error


async def _from_web(url: str, settings: FetchSettings, clock: Clock) -> Extraction:
    async with HttpFetcher(settings, clock) as fetcher:
        answer: Fetched | NotModified = await fetcher.fetch(Request(url=url))
    if isinstance(answer, NotModified):
        raise unasked_304(answer)
    return await _extract(
        answer.body,
        url=answer.final_url,
        content_type=answer.content_type,
        charset=answer.charset,
        now=answer.fetched_at,
    )


async def _extract(body: bytes, *, url: str, content_type: str, charset: str, now: datetime) -> Extraction:
    async with Sandbox() as sandbox:
        return await sandbox.run_killable(_in_worker, body, url, content_type, charset, now, deadline_s=DEADLINE_S)


def _in_worker(body: bytes, url: str, content_type: str, charset: str, now: datetime) -> Extraction:
    return extract_page(body, url=url, content_type=content_type, charset=charset, fetched_at=now)
