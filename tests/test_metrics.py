"""Numbers for Prometheus: counted as things happen, read from the store when asked, and documented by name."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from monitor.app import App
from monitor.errors import StoreUnavailableError
from monitor.metrics import ProcessMeter, StoreNumbers, metrics_served
from monitor.model import EntryState
from monitor.settings import load_config
from store import SqlStore
from tests.conftest import lacking
from tests.ports import free_port
from tests.store_material import NOW, a_card

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """Samples by name and labels, these in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def app(demo_folder: Path) -> Iterator[App]:
    opened = App(load_config(None, {"WIDERHALL_DATA_DIR": str(demo_folder)}), clock=lambda: NOW)
    yield opened
    opened.close()


def of_demo(app: App) -> dict[tuple[str, ...], float]:
    meter = ProcessMeter()
    watches = [watch.id for watch in app.config.watches]
    meter.registry.register(StoreNumbers(lambda: app.store, lambda: watches, app.clock))
    return numbers(meter.tell().decode())


def test_what_is_done_is_counted() -> None:
    meter = ProcessMeter()
    meter.fetched(2000)
    meter.fetched(500)
    meter.not_fetched("given_up")
    meter.extracted(0.03)
    meter.assessed([a_card(score=72.0)], 0.004)
    said = numbers(meter.tell().decode())
    assert said[("widerhall_pages_total", "fetched")] == 2
    assert said[("widerhall_pages_total", "given_up")] == 1
    assert said[("widerhall_page_bytes_total",)] == 2500
    assert said[("widerhall_extraction_seconds_bucket", "0.05")] == 1
    watch, outcome = a_card().watch, a_card(score=72.0).outcome.value
    assert said[("widerhall_assessments_total", outcome, watch)] == 1
    assert said[("widerhall_score_points_bucket", "70.0", watch)] == 0
    assert said[("widerhall_score_points_bucket", "80.0", watch)] == 1


def test_the_store_is_told_as_it_stands(app: App) -> None:
    said, watch = of_demo(app), app.config.watches[0].id
    counts = app.store.counts(watch)
    assert said[("widerhall_store_up",)] == 1
    assert said[("widerhall_matches", watch)] == counts.matches > 0
    assert said[("widerhall_entries", "assessed")] == counts.entries["assessed"]
    assert said[("widerhall_feeds", "active")] == counts.feeds["active"]
    assert said[("widerhall_articles",)] == counts.articles
    last = max(row.last_success_at for row in app.store.feeds() if row.last_success_at)
    assert said[("widerhall_last_timestamp_seconds", "answer")] == last.timestamp()


def test_a_store_that_does_not_answer_is_a_number_too() -> None:
    def gone() -> Any:
        raise StoreUnavailableError("no database")

    meter = ProcessMeter()
    meter.registry.register(StoreNumbers(gone, lambda: [], lambda: NOW))
    said = numbers(meter.tell().decode())
    assert said[("widerhall_store_up",)] == 0
    assert ("widerhall_articles",) not in said


def test_who_stands_by_says_so_and_leaves_the_store_alone() -> None:
    def untouched() -> Any:
        pytest.fail("a daemon that stands by opened the database")

    meter = ProcessMeter()
    meter.registry.register(StoreNumbers(untouched, lambda: [], lambda: NOW, leads=lambda: False))
    said = numbers(meter.tell().decode())
    assert said[("widerhall_leads",)] == 0
    assert ("widerhall_store_up",) not in said


def test_the_longest_due_entry_is_known(store: SqlStore) -> None:
    assert store.longest_due(now=NOW) == {EntryState.PENDING: None, EntryState.FETCHED: None}


def test_prometheus_is_answered_on_a_port_of_its_own() -> None:
    meter = ProcessMeter()
    meter.fetched(1)
    with metrics_served(meter, host="127.0.0.1", port=free_port()) as port:
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)
        assert ("widerhall_pages_total", "fetched") in numbers(answer.read().decode())
        answer.close()
    with socket.create_server(("127.0.0.1", port)):
        pass  # let go of


def test_the_daemon_serves_them_where_a_port_is_set(app: App) -> None:
    port = free_port()
    daemon = app.config.daemon
    app.config = replace(app.config, daemon=replace(daemon, metrics=replace(daemon.metrics, port=port)))
    with (
        app.metrics(leads=lambda: True),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer,
    ):
        assert ("widerhall_articles",) in numbers(answer.read().decode())


def test_every_number_is_documented_and_every_alert_asks_for_one_that_is(app: App) -> None:
    def family(name: str) -> str:
        return re.sub(r"_(total|bucket|count|sum|created|info)$", "", name)

    documented = set(re.findall(r"^\| `(widerhall_\w+|widerhall)`", DOCS, re.MULTILINE))
    told = {family(name) for name, *_ in of_demo(app) if name.startswith("widerhall")}
    declared = {family(name) for name in re.findall(r"^# TYPE (widerhall\w*)", ProcessMeter().tell().decode(), re.M)}
    assert {family(name) for name in documented} == told | declared
    rules = yaml.safe_load((ROOT / "docs" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    board = (ROOT / "docs" / "prometheus" / "dashboard.json").read_text(encoding="utf-8")
    asked = {name for group in rules["groups"] for rule in group["rules"] for name in _names(rule["expr"])}
    assert asked
    assert {family(name) for name in asked | set(_names(board))} <= told | declared


@pytest.mark.parametrize(
    "check", [["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]], ids=["config", "alerts"]
)
def test_prometheus_understands_its_files(check: list[str]) -> None:
    if not shutil.which("promtool"):
        lacking("promtool", "there is no promtool, which comes with Prometheus")
    said = subprocess.run(
        ["promtool", *check], cwd=ROOT / "docs" / "prometheus", capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_alert_is_tried_out() -> None:
    folder = ROOT / "docs" / "prometheus"
    rules = yaml.safe_load((folder / "alerts.yml").read_text(encoding="utf-8"))
    tests = yaml.safe_load((folder / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    tried = {each["alertname"] for test in tests for each in test["alert_rule_test"] if each["exp_alerts"]}
    assert tried == {rule["alert"] for group in rules["groups"] for rule in group["rules"]}


def _names(text: str) -> list[str]:
    return re.findall(r"widerhall_\w+", text)


def test_an_entry_waits_from_when_it_was_due(app: App) -> None:
    longest = app.store.longest_due(now=NOW + timedelta(days=3650))
    assert set(longest) == {EntryState.PENDING, EntryState.FETCHED}
