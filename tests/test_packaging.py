"""What is published: the sdist builds the wheel, the wheel holds all that its packages read, and runs from anywhere.

The units of docs/systemd/ start commands that exist, and systemd finds no fault with them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from monitor import __version__
from monitor.cli import app
from tests.conftest import lacking

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("monitor", "store")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run as a user would who has set nothing."""
    own = ("WIDERHALL_", "PYTHON", "COVERAGE")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return subprocess.run(command, cwd=cwd, env=environ, check=False, capture_output=True, text=True, timeout=300)


def build(source: Path, form: str, into: Path) -> Path:
    said = run(sys.executable, "-m", "hatchling", "build", "--target", form, "--directory", into, cwd=source)
    assert said.returncode == 0, said.stderr
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from nothing but the sdist."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build(source, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh environment: our wheel, and of this environment the dependencies, but not the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    lean = ("--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check")
    said = run(sys.executable, "-m", "pip", "--python", python, "install", *lean, wheel, cwd=folder)
    assert said.returncode == 0, said.stderr
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin"


def files_of(folder: str) -> set[str]:
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_the_wheel_holds_the_packages_and_the_configuration_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"widerhall-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = set.union(*map(files_of, PACKAGES)) - {"monitor/desk/babel.cfg"}  # babel.cfg: for translators only
    assert held == expected | {f"monitor/_{name}" for name in files_of("config")}
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_sdist_holds_the_licence_the_tests_and_the_docs(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    wanted = set.union(*map(files_of, (*PACKAGES, "config", "tests", "docs", "scripts", "bench")))
    assert wanted <= held
    assert {"LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "pyproject.toml", "requirements.lock"} <= held
    assert not [name for name in held if name.endswith(".pyc") or name.startswith(("data/", "build/", ".venv", ".ci"))]


def test_the_long_description_needs_no_repository(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    head, _, description = metadata.partition("\n\n")
    source = "https://github.com/widerhall/widerhall"
    assert "Description-Content-Type: text/markdown" in head
    assert description.startswith("# Widerhall\n")
    assert f'<img src="{source}/raw/main/docs/images/desk.png"' in description
    links = re.findall(r"\]\((.*?)\)|src=\"(.*?)\"", description)
    assert [link for link in map("".join, links) if not link.startswith("https://")] == []
    ours = [link.partition("/main/")[2].partition("#")[0] for link in map("".join, links) if link.startswith(source)]
    assert [path for path in ours if not (ROOT / path).exists()] == []


def test_the_installed_program_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import monitor, store; print(monitor, store)", cwd=tmp_path)
    assert str(ROOT / "monitor") not in where.stdout
    program = installed / "widerhall"
    assert run(program, "--version", cwd=tmp_path).stdout == f"widerhall {__version__}\n"
    checked = run(program, "check", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr
    demo = run(program, "run", "--demo", "--once", cwd=tmp_path)
    assert demo.returncode == 0, demo.stderr
    (digests,) = tmp_path.rglob("digests")
    assert [*digests.rglob("*.html")]


def test_systemd_reads_the_units_and_they_start_commands_that_there_are(tmp_path: Path) -> None:
    units = sorted((ROOT / "docs" / "systemd").iterdir())
    commands = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        for line in text.splitlines():
            program, _, command = line.removeprefix("ExecStart=").partition(" ")
            if line.startswith("ExecStart="):
                assert command in commands
                text = text.replace(program, "/bin/true")  # ours is not installed where tests run
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text, encoding="utf-8")
    if not shutil.which("systemd-analyze"):
        lacking("systemd-analyze", "there is no systemd-analyze, which comes with systemd")
    said = run("systemd-analyze", "verify", *sorted(tmp_path.iterdir()), cwd=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
