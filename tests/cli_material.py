"""The commands as a test calls them: within this process, or on a terminal of a given width."""

from __future__ import annotations

import fcntl
import functools
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer.testing
from typer.main import get_command

from monitor.cli import app

#: The tree of all commands. It takes 70 ms to make, at each call, and is the same at all.
command_tree = functools.cache(get_command)
typer.testing._get_command = command_tree

#: What a terminal obeys: colours are taken out before a line is measured.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def widerhall(*args: str | Path, stdin: str | bytes | None = None) -> Said:
    """Run a command as in a pipe; an exception that no user should see comes through."""
    result = typer.testing.CliRunner().invoke(app, [str(arg) for arg in args], input=stdin, catch_exceptions=False)
    return Said(code=result.exit_code, out=result.stdout, err=result.stderr)


def on_terminal(*args: str | Path, columns: int, cwd: Path) -> str:
    """Run a command on a terminal and return what it is sent, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environ = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
    command = [sys.executable, "-m", "monitor.cli", *map(str, args)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, cwd=cwd, env=environ | TERMINAL) as run:
        os.close(theirs)
        sent = b"".join(iter(lambda: _read(ours), b""))
        run.wait()
    os.close(ours)
    return sent.decode()


TERMINAL = {"TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parent.parent)}


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the other end is closed
        return b""


def make_demo(folder: Path) -> Path:
    """A data folder with what one cycle of the demo brings."""
    said = widerhall("--data-dir", folder, "run", "--demo", "--once", "--port", "0")
    assert said.code == 0, said.err
    return folder
