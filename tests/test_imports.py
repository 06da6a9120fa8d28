"""The direction of imports, and one owner for each third-party library: the architecture, checked."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: From the ground up; a module imports only from lower layers, or its own.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("monitor",),
    ("monitor.model", "monitor.errors"),
    ("monitor.ports",),
    ("monitor.logs", "monitor.following", "monitor.stopping", "monitor.tracing"),
    ("monitor.analyse",),
    ("monitor.settings", "monitor.config_edit"),
    ("monitor.collect",),
    ("monitor.tune",),
    ("monitor.report",),
    ("monitor.deliver",),
    ("monitor.articles",),
    ("monitor.steps",),
    ("monitor.pipeline",),
    (
        "monitor.accounts",
        "monitor.actor_review",
        "monitor.advice",
        "monitor.clock_leaps",
        "monitor.counting",
        "monitor.exchange",
        "monitor.feed_health",
        "monitor.feed_list",
        "monitor.learning",
        "monitor.reextract",
        "monitor.rule_finding",
        "monitor.saving",
        "monitor.seeds",
        "monitor.shapes",
        "monitor.texts",
        "monitor.tuning",
        "monitor.undelivered",
    ),
    ("monitor.schedule", "monitor.work", "monitor.metrics", "monitor.doctor", "monitor.newsroom"),
    ("monitor.desk",),
    ("monitor.app",),
    ("monitor.workbench",),
    ("monitor.renewal", "monitor.worker"),
    ("monitor.daemon", "monitor.demo"),
    ("monitor.cli",),
)

#: Who may import a third-party library: module prefixes. Each stands for one place to look when the library changes.
OWNERS: dict[str, tuple[str, ...]] = {
    "ahocorasick": ("monitor.analyse.names",),
    "alembic": ("store",),
    "apprise": ("monitor.deliver.push",),
    "argon2": ("monitor.accounts",),
    "apscheduler": ("monitor.schedule",),
    "babel": ("monitor.report.words", "monitor.desk.tongue"),
    "courlan": ("monitor.collect.addresses",),
    "fastwarc": ("monitor.exchange.warc",),
    "feedparser": ("monitor.collect.feeds",),
    "httpcore": ("monitor.collect.wire",),
    "httpx": ("monitor.collect.wire",),
    "lxml": ("monitor.collect.extract", "monitor.report", "monitor.collect"),
    "nh3": ("monitor.collect.feed_texts",),
    "opentelemetry": ("monitor.tracing",),
    "resiliparse": ("monitor.collect.extract",),
    "sklearn": ("monitor.tune", "monitor.analyse"),
    "jinja2": ("monitor.report.render", "monitor.desk"),
    "pyarrow": ("monitor.exchange.out",),
    "prometheus_client": ("monitor.metrics",),
    "protego": ("monitor.collect.robots",),
    "procrastinate": ("monitor.work.engine",),
    "psycopg": ("store",),
    "py3langid": ("monitor.analyse.language",),
    "pydantic": ("monitor.settings",),
    "rensa": ("monitor.analyse.copies",),
    "rich": ("monitor.cli",),
    "sqlalchemy": ("store",),
    "starlette": ("monitor.desk",),
    "uvicorn": ("monitor.desk.serving",),
    "Stemmer": ("monitor.analyse.text",),
    "structlog": ("monitor.logs",),
    "textual": ("monitor.cli.review_screen",),
    "trafilatura": ("monitor.collect.extract",),
    "typer": ("monitor.cli",),
    "yaml": ("monitor.settings",),
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("monitor", "store"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path, module: str) -> Iterator[str]:
    """Absolute names of what a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                base = ".".join(package[: len(package) - node.level + 1])
                yield f"{base}.{node.module}" if node.module else base
            elif node.module in ("monitor", "store"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def layer_of(name: str) -> int | None:
    """The index of the layer a dotted name belongs to; the longest prefix decides."""
    best: tuple[int, int] | None = None
    for index, prefixes in enumerate(LAYERS):
        for prefix in prefixes:
            if (name == prefix or name.startswith(prefix + ".")) and (best is None or len(prefix) > best[0]):
                best = (len(prefix), index)
    return best[1] if best else None


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith((prefix + ".", prefix + "_"))


ALL = list(modules())


@pytest.mark.parametrize(("module", "path"), ALL, ids=[name for name, _ in ALL])
def test_imports_go_one_way(module: str, path: Path) -> None:
    for name in imports(path, module):
        if module.startswith("store"):
            allowed = ("monitor.model", "monitor.errors", "monitor.ports", "store")
            assert not name.startswith("monitor") or name.startswith(allowed), f"{module} imports {name}"
        elif name.split(".")[0] == "store":
            assert module == "monitor.app", f"{module} imports {name}: only monitor.app composes the store"
        elif name.split(".")[0] == "monitor":
            here, there = layer_of(module), layer_of(name)
            assert here is not None, f"{module} stands in no layer"
            assert there is not None, f"{name}, imported by {module}, stands in no layer"
            assert there <= here, f"{module} imports {name}, which stands above it"


@pytest.mark.parametrize(("module", "path"), ALL, ids=[name for name, _ in ALL])
def test_each_library_has_one_owner(module: str, path: Path) -> None:
    for name in imports(path, module):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or any(within(module, owner) for owner in owners), f"{module} imports {name}"


def test_importing_everything_heavy_is_left_to_its_use() -> None:
    """`widerhall --help` must not pay for scikit-learn or trafilatura."""
    import subprocess

    code = "import sys, monitor.cli; print([m for m in ('sklearn', 'trafilatura', 'scipy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"
