"""One process per data directory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import AlreadyRunningError, StoreUnavailableError
from store import DataDirLock

ROOT = Path(__file__).parent.parent

HOLDER = """
import sys
from pathlib import Path
from store import DataDirLock
with DataDirLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    other = hold(tmp_path)
    with pytest.raises(AlreadyRunningError) as raised, DataDirLock(tmp_path):
        pass
    other.communicate()
    assert re.search(rf"process {other.pid}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC", str(raised.value))
    with DataDirLock(tmp_path):
        pass


def test_kill_9_releases_it(tmp_path: Path) -> None:
    other = hold(tmp_path)
    other.kill()
    other.communicate()
    with DataDirLock(tmp_path):
        pass


def test_it_is_held_once_within_one_process_too(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with DataDirLock(folder) as held:
        with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}, since"), DataDirLock(folder):
            pass
        assert held.data_dir == folder
    with DataDirLock(folder):
        pass


def test_a_data_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreUnavailableError, match="the data directory is not writable"),
        DataDirLock(tmp_path / "file"),
    ):
        pass
