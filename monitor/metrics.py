"""Numbers for Prometheus: what this process does, counted as it happens, and how the store stands when asked.

Whoever does the steps counts polls, pages, texts and scores (`ProcessMeter`); one daemon or many workers, each answers
for itself. The daemon that leads also answers for the store, which knows the same in both modes and after a restart.
Names and units follow Prometheus's conventions (https://prometheus.io/docs/practices/naming/); docs/metrics.md says
what each one means. The only module that knows prometheus_client.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Counter,
    Histogram,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from monitor import __version__
from monitor.errors import UnavailableError
from monitor.ports import Clock, Store

if TYPE_CHECKING:
    from monitor.model import PollPlan, ScoreCard

#: From a page that is passed over to one that meets its deadline.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
POINTS = tuple(range(10, 101, 10))


class ProcessMeter:
    """Counts what the steps do. One a process; safe to use from many threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
            self.registry.register(collector)

        def counter(name: str, about: str, labels: Sequence[str] = ()) -> Counter:
            return Counter(f"widerhall_{name}", about, labels, registry=self.registry)

        def histogram(name: str, about: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> Histogram:
            return Histogram(f"widerhall_{name}", about, labels, buckets=buckets, registry=self.registry)

        self._polls = counter("polls", "Polls of feeds, by how they ended.", ["outcome"])
        self._entries = counter("entries_found", "Entries that feeds brought for the first time.")
        self._pages = counter("pages", "Pages asked for, by how it ended.", ["outcome"])
        self._bytes = counter("page_bytes", "Bytes of the pages fetched, uncompressed.")
        self._extraction = histogram("extraction_seconds", "Time to make a text of a page.", SECONDS)
        self._reading = histogram("assessment_seconds", "Time to read, score and store a text.", SECONDS)
        self._assessed = counter("assessments", "Texts scored for a watch, by outcome.", ["watch", "outcome"])
        self._scores = histogram("score_points", "Scores, in points.", POINTS, ["watch"])

    def polled(self, plan: PollPlan) -> None:
        self._polls.labels(plan.outcome.value).inc()
        self._entries.inc(len(plan.new))

    def fetched(self, size: int) -> None:
        self._pages.labels("fetched").inc()
        self._bytes.inc(size)

    def not_fetched(self, outcome: str) -> None:
        """`failed` for now, or `given_up`."""
        self._pages.labels(outcome).inc()

    def extracted(self, seconds: float) -> None:
        self._extraction.observe(seconds)

    def assessed(self, cards: Iterable[ScoreCard], seconds: float) -> None:
        self._reading.observe(seconds)
        for card in cards:
            self._assessed.labels(card.watch, card.outcome.value).inc()
            self._scores.labels(card.watch).observe(card.score)

    def tell(self) -> bytes:
        """The text format that Prometheus reads."""
        return generate_latest(self.registry)


class StoreNumbers(Collector):
    """How the store stands, asked for when Prometheus asks. A store that does not answer is a number as well.

    A daemon that stands by says that it does, and leaves the store to the one that leads.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        watches: Callable[[], Sequence[str]],
        clock: Clock,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store, self._watches, self._clock, self._leads = store, watches, clock, leads

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        leads, is_leading = _gauge("leads", "Whether this daemon does the work; if not, it stands by."), self._leads()
        leads.add_metric([], float(is_leading))
        yield leads
        yield InfoMetricFamily("widerhall", "The version that runs.", value={"version": __version__})
        if is_leading:
            yield from self._answered()

    def _answered(self) -> Iterator[Metric]:
        answers = _gauge("store_up", "Whether the store answers.")
        try:
            found = list(self._of_store())
        except UnavailableError:
            found = []
        answers.add_metric([], float(bool(found)))
        yield answers
        yield from found

    def _of_store(self) -> Iterator[Metric]:
        store, now = self._store(), self._clock()
        matches = _gauge("matches", "Matches that stand.", ["watch"])
        for watch in self._watches():
            counts = store.counts(watch)
            matches.add_metric([watch], counts.matches)
        yield matches
        yield _by("feeds", "Feeds configured, by state.", "state", counts.feeds)
        yield _by("entries", "Entries, by state.", "state", counts.entries)
        articles = _gauge("articles", "Articles stored.")
        articles.add_metric([], counts.articles)
        yield articles
        ages = _gauge("queue_age_seconds", "How long the longest waiting entry has been due, by its state.", ["state"])
        for state, since in store.longest_due(now=now).items():
            ages.add_metric([state.value], _seconds(since, now))
        yield ages
        deliveries = {state.value: number for state, number in store.count_deliveries().items()}
        yield _by("deliveries", "Deliveries, by state.", "state", deliveries)
        yield self._moments(store)

    def _moments(self, store: Store) -> Metric:
        rows = store.feeds()
        moments = _gauge("last_timestamp_seconds", "When something last went well, as Unix time.", ["what"])
        for what, times in (
            ("answer", [row.last_success_at for row in rows]),
            ("news", [row.last_new_at for row in rows]),
            ("digest", [digest.created_at for watch in self._watches() for digest in store.digests(watch)[:1]]),
        ):
            if last := max(filter(None, times), default=None):
                moments.add_metric([what], last.timestamp())
        return moments


def _gauge(name: str, about: str, labels: Sequence[str] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"widerhall_{name}", about, labels=labels)


def _by(name: str, about: str, label: str, numbers: object) -> Metric:
    family = _gauge(name, about, [label])
    for word, number in dict(numbers).items():  # type: ignore[call-overload]
        family.add_metric([word], number)
    return family


def _seconds(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0


@contextmanager
def metrics_served(meter: ProcessMeter, *, host: str, port: int) -> Iterator[int]:
    """Answer Prometheus on a port of its own while something runs; the port. Raises OSError when it is taken."""
    server, thread = start_http_server(port, addr=host, registry=meter.registry)
    try:
        yield server.server_port
    finally:
        stopping = threading.Thread(target=server.shutdown)
        stopping.start()
        stopping.join()
        server.server_close()
        thread.join()
