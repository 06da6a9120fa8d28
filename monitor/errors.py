"""Everything that Widerhall raises, as one tree. Expected outcomes (304, «not an article») are values, not errors.

WiderhallError
├── ConfigError            the configuration cannot be used (carries every problem found)
├── UsageError             a command was called with something that makes no sense
├── NotFoundError          no such match, article, story, feed or day
├── VerdictConflictError   somebody else judged meanwhile (carries the verdict that stands)
├── UnavailableError       cannot be done now; trying again later may work
│   ├── AlreadyRunningError    another daemon holds the data directory, or leads the database
│   ├── LeadershipLostError    the connection by which a daemon led is gone
│   └── StoreUnavailableError  the database cannot be reached or written
├── StoreError             the database holds something this version cannot use
│   └── SchemaError            its schema is newer, or no Widerhall's
│       └── SchemaOutdatedError    its schema is older, or it is empty yet
├── FetchError             a URL gave no usable response (carries kind and URL)
│   ├── UnreachableError       nobody was there: no such name, no connection
│   └── HostRestsError         the host asked to be left alone, and was not asked
├── RefusedError           a URL was not asked, or answered «not for you» (carries kind and URL)
├── FeedParseError         a body is not a feed (carries what it looks like)
├── DeliveryError          something could not be handed to a receiver (carries advice, and whether to try again)
├── ExtractError           a page holds no article that could be extracted (carries the reason)
└── WorkerError            work handed to a worker process came to nothing
    ├── WorkerHungError        it did not answer within its deadline and was killed
    └── WorkerCrashedError     it died, ran out of memory, or answered nonsense
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.model import BlockKind, FailureKind, Verdict


class WiderhallError(Exception):
    """The root: anything Widerhall raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration file, placed where a person can go and mend it."""

    #: File as the user named it.
    file: str
    #: 1-based; 0 where the problem is of the file as a whole.
    line: int
    column: int
    #: Where in the structure: `feeds[3].url`.
    path: str
    #: What is wrong, and what was expected.
    message: str
    #: «did you mean …», or what to do; may be empty.
    hint: str = ""
    #: A warning does not stop a daemon.
    is_warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f" {self.path}:" if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}:{where} {self.message}{hint}"


class ConfigError(WiderhallError):
    """The configuration cannot be used; `problems` names every reason, not just the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)) or "the configuration cannot be used")


class UsageError(WiderhallError):
    """A command was called with something that makes no sense."""


class NotFoundError(WiderhallError):
    """What was asked for by name or id does not exist."""


class VerdictConflictError(WiderhallError):
    """Somebody judged an article since it was looked at; nothing was stored."""

    def __init__(self, standing: Verdict) -> None:
        self.standing = standing
        super().__init__(f"a-{standing.article_id} was judged meanwhile: {standing.kind.value} by {standing.author}")


class ChangedMeanwhileError(WiderhallError):
    """What was to be changed is not what it was when it was looked at; nothing was written."""


class UnavailableError(WiderhallError):
    """It cannot be done now; trying again later may work."""


class AlreadyRunningError(UnavailableError):
    """Another process runs on this data directory, or leads this database."""


class LeadershipLostError(UnavailableError):
    """The connection by which this daemon led the database is gone: another one may lead by now."""


class StoreUnavailableError(UnavailableError):
    """The database cannot be reached, or cannot be written to (full or read-only disk)."""


class StoreError(WiderhallError):
    """The database holds something that this version cannot use."""


class SchemaError(StoreError):
    """The database schema is newer than this program, or is not a Widerhall database."""


class SchemaOutdatedError(SchemaError):
    """The database has an older schema, or none yet: an upgrade mends that."""


class FetchError(WiderhallError):
    """A URL gave no usable response."""

    def __init__(
        self, url: str, kind: FailureKind, message: str, *, status: int | None = None, retry_at: datetime | None = None
    ) -> None:
        self.url = url
        self.kind = kind
        #: The HTTP status where there was one.
        self.status = status
        #: When the server asked to be left alone until (Retry-After), aware UTC.
        self.retry_at = retry_at
        self.message = message
        super().__init__(f"{url}: {message}")


class UnreachableError(FetchError):
    """Nobody was there: the name is not known, or no connection came about. Mostly it is our own network."""


class HostRestsError(FetchError):
    """The host asked to be left alone until `retry_at`; it was not asked, so this is no failure of the URL's."""


class RefusedError(WiderhallError):
    """A URL was not asked (robots.txt, refused address), or answered that it is not for us (challenge, legal)."""

    def __init__(self, url: str, kind: BlockKind, message: str, *, status: int | None = None) -> None:
        self.url = url
        self.kind = kind
        self.status = status
        self.message = message
        super().__init__(f"{url}: {message}")


class FeedParseError(WiderhallError):
    """A body is not a feed; `looks_like` says what it is instead («html», «empty», «text» …)."""

    def __init__(self, message: str, *, looks_like: str = "unknown", discovered: Sequence[str] = ()) -> None:
        self.looks_like = looks_like
        #: Feed URLs that an HTML answer advertises.
        self.discovered = tuple(discovered)
        super().__init__(message)


class ExtractError(WiderhallError):
    """A page holds no article that could be extracted; `reason` is a short stable word («not_html», «hung» …)."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class DeliveryError(WiderhallError):
    """Something could not be handed to a receiver; `advice` says what an operator can do about it."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        is_final: bool = False,
        is_channel_down: bool = False,
        retry_after_s: float = 0.0,
    ) -> None:
        self.message = message
        self.advice = advice
        #: Trying again cannot help: the receiver refused for good.
        self.is_final = is_final
        #: Nothing else can be sent through this channel now either.
        self.is_channel_down = is_channel_down
        #: How long the receiver asked to be left alone.
        self.retry_after_s = retry_after_s
        super().__init__(f"{message}; {advice}" if advice else message)


class WorkerError(WiderhallError):
    """Work handed to a worker process came to nothing; the worker is gone, the next job gets another."""


class WorkerHungError(WorkerError):
    """The worker did not answer within its deadline and was killed."""


class WorkerCrashedError(WorkerError):
    """The worker died, ran out of memory, or answered nonsense."""
