"""Spans: off by default and not imported then; one trace from what is handed out to what another process does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from monitor import tracing
from monitor.errors import UsageError
from monitor.following import following, names_of
from tests.extract_material import entry

pytest.importorskip("opentelemetry.sdk", reason="the extra `traces` is not installed")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@contextmanager
def kept() -> Iterator[InMemorySpanExporter]:
    """Spans are kept; after the block they can be looked at."""
    exporter = InMemorySpanExporter()
    with tracing.kept(endpoint="", version="1", exporter=exporter):
        yield exporter


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def parent(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def own(span: ReadableSpan) -> int:
    return span.get_span_context().span_id


def test_without_an_address_nothing_is_imported() -> None:
    code = (
        "import sys; from monitor import tracing\n"
        "with tracing.kept(endpoint='', version='1'), tracing.span('fetch', {}):\n"
        "    with tracing.resumed(tracing.carried()): pass\n"
        "import monitor.cli; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_an_address_without_the_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(UsageError, match=r"pip install 'widerhall\[traces\]'"), tracing.kept(endpoint="x", version="1"):
        pytest.fail("traces without a library")


def test_steps_are_spans_within_what_they_are_done_for() -> None:
    known = entry(id=17, article_id=7, feed_id="dw")

    async def fetch() -> None:
        with following("fetch", **names_of(known)):
            await asyncio.to_thread(write)

    def write() -> None:
        with tracing.span("write", {}):
            pass

    with kept() as exporter, tracing.span("fetch cycle", {}):
        asyncio.run(fetch())
    spans = by_name(exporter)
    assert spans["fetch"].attributes == {"widerhall.entry": "e-17", "widerhall.article": "a-7", "widerhall.feed": "dw"}
    assert parent(spans["fetch"]) == own(spans["fetch cycle"])
    assert parent(spans["write"]) == own(spans["fetch"])
    assert spans["fetch cycle"].resource.attributes["service.name"] == "widerhall"


def test_an_error_that_ends_a_step_stands_on_its_span() -> None:
    with kept() as exporter, pytest.raises(ZeroDivisionError), following("assess"):
        _ = 1 // 0
    span = by_name(exporter)["assess"]
    assert not span.status.is_ok
    assert span.events[0].attributes is not None
    assert span.events[0].attributes["exception.type"] == "ZeroDivisionError"


def test_a_job_goes_on_in_the_trace_that_handed_it_out() -> None:
    with kept() as leader, tracing.span("hand out", {}):
        words = tracing.carried()
    with kept() as worker, tracing.resumed(words), tracing.span("fetch job", {}):
        pass
    handed, job = by_name(leader)["hand out"], by_name(worker)["fetch job"]
    assert parent(job) == own(handed)
    assert job.get_span_context().trace_id == handed.get_span_context().trace_id


# --- over HTTP ----------------------------------------------------------------------------------------------------


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """An OTLP receiver on loopback, and what it got."""
    received: list[ExportTraceServiceRequest] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/traces", received
        finally:
            server.shutdown()
            thread.join()


def test_a_collector_gets_them_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "SEND_WITHIN_S", 60)
    with collector() as (address, received):
        with tracing.kept(endpoint=address, version="1"), following("deliver", channel="archive"):
            pass
        (span,) = received[0].resource_spans[0].scope_spans[0].spans
    assert (span.name, span.attributes[0].key, span.attributes[0].value.string_value) == (
        "deliver",
        "widerhall.channel",
        "archive",
    )


def test_a_collector_that_is_away_costs_spans_and_nothing_else() -> None:
    with tracing.kept(endpoint="http://127.0.0.1:9/v1/traces", version="1"), following("fetch"):
        pass
