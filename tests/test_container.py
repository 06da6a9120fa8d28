"""The container files: what they promise, as far as it can be read from them, and the health check for real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.cli import app
from monitor.worker import SIGN_OF_LIFE

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = ("leader", "worker")


def healthy(*args: str, data_dir: Path) -> int:
    environ = {**os.environ, "WIDERHALL_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "healthy.py", *args], env=environ, check=False, capture_output=True
    ).returncode


def test_a_worker_is_well_as_long_as_it_hears_from_its_database(tmp_path: Path) -> None:
    assert healthy("worker", data_dir=tmp_path) == 1
    sign = tmp_path / SIGN_OF_LIFE
    sign.touch()
    assert healthy("worker", data_dir=tmp_path) == 0
    os.utime(sign, (sign.stat().st_mtime - 60,) * 2)
    assert healthy("worker", data_dir=tmp_path) == 1


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_little(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["restart"] == "unless-stopped"
    assert service["depends_on"]["database"]["condition"] == "service_healthy"
    command = service["command"]
    assert command[0] == "widerhall"
    assert command[1] in {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}


def test_passwords_are_files() -> None:
    assert all("file" in secret for secret in COMPOSE["secrets"].values())
    assert "PASSWORD:" not in (ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("FIRST_PASSWORD:", "")
    made = (ROOT / "scripts" / "secrets").read_text(encoding="utf-8")
    assert all(name in made for name in COMPOSE["secrets"])
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def test_the_image_is_built_by_any_builder_and_runs_as_nobody() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "# syntax" not in text
    assert "--mount" not in text
    assert text.count("\nFROM ") == 2
    assert "\nUSER widerhall\n" in text
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    assert all(f"!{path}" in ignored for path in copied)
