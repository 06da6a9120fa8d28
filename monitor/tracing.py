"""Spans for OpenTelemetry, where the operator asked for them; without that nothing is imported and nothing sent.

One span a cycle, a job, a step; a job that is handed to another process carries the span it belongs to. The only module
that knows opentelemetry, which comes with `pip install widerhall[traces]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

#: Set while traces are kept.
_tracer: Tracer | None = None
#: How a span names its fields: not to be taken for anybody else's.
PREFIX = "widerhall."
#: A collector that does not answer holds up the end of the program for so long.
SEND_WITHIN_S = 2


@contextmanager
def kept(*, endpoint: str, version: str, exporter: SpanExporter | None = None) -> Iterator[None]:
    """Send spans to a collector's OTLP address while something runs; an empty address: none. Tests hand in an exporter.

    They leave in batches, in a thread; a collector that is away costs spans, never the work.
    """
    global _tracer
    if not endpoint and exporter is None:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise UsageError(
            f"traces.endpoint is set, and {error.name} is not installed: pip install 'widerhall[traces]'"
        ) from error
    resource = Resource.create({"service.name": "widerhall", "service.version": version})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(
        BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=endpoint, timeout=SEND_WITHIN_S))
    )
    _tracer = provider.get_tracer("widerhall", version)
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def carried() -> dict[str, str]:
    """The span that is open, as words to hand to another process; empty where there is none."""
    words: dict[str, str] = {}
    if _tracer is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(words)
    return words


@contextmanager
def resumed(words: Mapping[str, str]) -> Iterator[None]:
    """Within the span that another process handed over."""
    if _tracer is None or not words:
        yield
        return
    from opentelemetry.context import attach, detach
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    token = attach(TraceContextTextMapPropagator().extract(words))
    try:
        yield
    finally:
        detach(token)


@contextmanager
def span(name: str, fields: Mapping[str, str]) -> Iterator[None]:
    """A span of this name, within the one that is open; an error that leaves the block is written on it."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(name, attributes={PREFIX + key: value for key, value in fields.items()}):
        yield
