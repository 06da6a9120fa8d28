"""Undo a response's content coding, a step at a time and never further than a limit. Pure.

Refuses codings that were not offered and codings stacked on each other: 40 kB of stacked gzip hold 8 GB.
"""

from __future__ import annotations

import zlib

OFFERED = "gzip, deflate"

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS


#: What servers put where a coding belongs, and mean none.
_NO_CODINGS = frozenset(
    {"", "7bit", "8bit", "ascii", "binary", "identity", "none", "plain", "text", "us-ascii", "utf-8", "utf8"}
)


class CodingError(Exception):
    """The body cannot be decoded; the message says why, for humans."""


class BodyTooLargeError(Exception):
    """The body is larger than allowed, before or after decoding."""


class BodyReader:
    """Takes a body's raw chunks, keeps the decoded bytes; `finish` returns them all."""

    def __init__(self, content_encoding: str, *, max_bytes: int) -> None:
        self._coding = _coding_of(content_encoding)
        self._max_bytes = max_bytes
        self._raw_bytes = 0
        self._chunks: list[bytes] = []
        self._decoded_bytes = 0
        self._inflater: _Inflater | None = None
        #: What was odd and lived through.
        self.notes: list[str] = []

    def feed(self, chunk: bytes) -> None:
        """Take the next raw chunk."""
        if not chunk:
            return
        is_first = self._raw_bytes == 0
        self._raw_bytes += len(chunk)
        if self._raw_bytes > self._max_bytes:
            raise BodyTooLargeError(f"more than {self._max_bytes:,} bytes were sent")
        if is_first and self._coding:
            self._inflater = self._choose(chunk)
        if self._inflater is None:
            self._keep(chunk)
        else:
            self._keep(self._inflater.feed(chunk, self._max_bytes - self._decoded_bytes + 1))

    def finish(self) -> bytes:
        """The whole body; raises CodingError when its compressed form stops in the middle."""
        if self._inflater is not None:
            self._inflater.check_complete()
        return self.so_far()

    def so_far(self) -> bytes:
        """What has come, whole or not."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    def _choose(self, first: bytes) -> _Inflater | None:
        """Trust the first bytes more than the header: some servers label what they did not compress."""
        if self._coding == "gzip":
            if _GZIP_MAGIC.startswith(first[:2]):
                return _Inflater(_GZIP)
            self.notes.append("labelled gzip, but it is not")
            return None
        is_zlib = first[0] & 0x0F == 8 and (len(first) < 2 or int.from_bytes(first[:2], "big") % 31 == 0)
        return _Inflater(_ZLIB if is_zlib else _RAW_DEFLATE)

    def _keep(self, data: bytes) -> None:
        self._decoded_bytes += len(data)
        if self._decoded_bytes > self._max_bytes:
            raise BodyTooLargeError(f"unpacks to more than {self._max_bytes:,} bytes")
        if data:
            self._chunks.append(data)


class _Inflater:
    """A zlib stream, or several gzip members one after the other."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._is_padding = False

    def feed(self, chunk: bytes, limit: int) -> bytes:
        """Decode a chunk, but no more than `limit` bytes of output."""
        out: list[bytes] = []
        left = limit
        while chunk and left > 0 and not self._is_padding:
            if self._stream.eof:
                if self._wbits != _GZIP or not _GZIP_MAGIC.startswith(chunk[:2]):
                    self._is_padding = True  # bytes after the end: every browser ignores them
                    break
                self._stream = zlib.decompressobj(self._wbits)
            try:
                data = self._stream.decompress(chunk, left)
            except zlib.error as error:
                raise CodingError(f"the compressed body is broken ({error})") from error
            out.append(data)
            left -= len(data)
            chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return b"".join(out)

    def check_complete(self) -> None:
        if not self._stream.eof:
            raise CodingError("the compressed body stops in the middle")


def _coding_of(content_encoding: str) -> str:
    stated = [part.strip().lower() for part in content_encoding.split(",")]
    codings = [coding for coding in stated if coding not in _NO_CODINGS]
    if len(codings) > 1:
        raise CodingError(f"the body is packed {len(codings)} times over ({content_encoding})")
    if not codings:
        return ""
    coding = codings[0].removeprefix("x-")
    if coding not in ("gzip", "deflate"):
        raise CodingError(f"the body is packed as «{coding}», which was not offered")
    return coding


def is_unlabelled_gzip(body: bytes, content_type: str) -> bool:
    """Whether what calls itself a page is a packed one: some servers hand out the file they keep."""
    return "html" in content_type.lower() and body.startswith(_GZIP_MAGIC)


def gunzip(data: bytes, *, max_bytes: int) -> bytes:
    """Unpack a gzip file (a sitemap); raises CodingError, BodyTooLargeError."""
    reader = BodyReader("gzip", max_bytes=max_bytes)
    reader.feed(data)
    return reader.finish()
