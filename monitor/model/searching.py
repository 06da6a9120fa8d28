"""What somebody looks for in stored articles, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SearchTerm:
    """Words that stand in this order; letters count without case and accents."""

    words: tuple[str, ...]
    #: The last word is only its beginning.
    is_prefix: bool = False
    #: Only in the title.
    in_title: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """All of these terms, and none of those excluded."""

    terms: tuple[SearchTerm, ...]
