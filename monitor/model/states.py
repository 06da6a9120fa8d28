"""The words for how things stand: the same in rows, logs and pages."""

from __future__ import annotations

from enum import StrEnum


class PollOutcome(StrEnum):
    """How one poll of a feed ended."""

    NEW = "new"
    UNCHANGED = "unchanged"  # 304, or the same body
    EMPTY = "empty"  # valid, no entries
    FAILED = "failed"
    BLOCKED = "blocked"


class FailureKind(StrEnum):
    """Why a fetch failed."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    STATUS = "status"
    PARSE = "parse"
    TOO_LARGE = "too_large"


class BlockKind(StrEnum):
    """Why a fetch was not allowed."""

    ROBOTS = "robots"
    CHALLENGE = "challenge"
    REFUSED_ADDRESS = "refused_address"
    LEGAL = "legal"


class FeedState(StrEnum):
    """What the daemon does with a feed."""

    ACTIVE = "active"
    BACKING_OFF = "backing_off"
    PAUSED = "paused"
    RETIRED = "retired"  # 410


class EntryState(StrEnum):
    """How far one entry has come; the durable queue."""

    PENDING = "pending"
    FETCHED = "fetched"
    ASSESSED = "assessed"
    UNEXTRACTABLE = "unextractable"
    GIVEN_UP = "given_up"


class TextQuality(StrEnum):
    """What kind of text an article has."""

    FULL = "full"
    SUMMARY_ONLY = "summary_only"
    HEADLINE_ONLY = "headline_only"
    STUB = "stub"  # paywall
    TICKER = "ticker"
    LISTING = "listing"


class Outcome(StrEnum):
    """What an assessment came to."""

    MATCH = "match"
    NEAR_MISS = "near_miss"
    HELD_BY_RULE = "held_by_rule"
    SUGGESTION = "suggestion"
    SEED_OR_REPRINT = "seed_or_reprint"
    BELOW = "below"


class VerdictKind(StrEnum):
    """What an analyst decided."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"
    UNSURE = "unsure"
