"""The API fuzzed from its own description: no address, parameter or body makes it stumble, every answer fits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from monitor.app import App
from monitor.desk import create_desk
from monitor.desk.api import OPERATIONS
from monitor.desk.api.operation import Operation
from monitor.report.shelf import keep_stories
from monitor.settings import init_config, load_config
from monitor.workbench import Workbench
from tests.store_material import NOW

pytestmark = pytest.mark.slow

HOST = "127.0.0.1:8787"
#: Of each operation, of what fits its description and of what does not.
EXAMPLES = 20
FEEDS, ACTORS = ("dw-de", "tass-en", "nobody"), ("@russia", "@putin", "?Nobody")
UNHURRIED = tuple(HealthCheck)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def schema(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("fuzz")
    init_config(folder / "config")
    environ = {"WIDERHALL_DATA_DIR": str(shutil.copytree(demo_folder, folder / "data"))}
    app = App(load_config(folder / "config", environ), environ=environ, clock=lambda: NOW)
    app.store.sync_feeds({feed.id: feed.url for feed in app.config.feeds}, now=NOW)
    keep_stories(app.store, app.config.watches[0], app.reader.analyser, app.background, now=NOW)
    desk = create_desk(Workbench(app).desk(author="fuzz"))
    loaded = schemathesis.openapi.from_asgi("/api/openapi.json", desk, headers={"host": HOST})
    yield loaded
    app.close()


def lead_somewhere(case: Any) -> None:
    """Most ids are nobody's: let them be those of the first articles, stories and feeds."""
    if case.query:
        case.query.pop("watch", None)
    said = case.path_parameters or {}
    if "id" in said:
        said["id"] = said["id"] % 40
    if "feed" in said:
        said["feed"] = FEEDS[len(said["feed"]) % len(FEEDS)]
    if "actor" in said:
        said["actor"] = ACTORS[len(said["actor"]) % len(ACTORS)]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_nothing_makes_it_stumble(schema: Any, operation: Operation, mode: GenerationMode) -> None:
    described = schema[operation.path][operation.method]

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=UNHURRIED)
    @given(case=described.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.headers = {"Host": HOST, "Origin": f"http://{HOST}"}
        if mode is GenerationMode.POSITIVE:
            lead_somewhere(case)
        case.call_and_validate(checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "something fits every description"
