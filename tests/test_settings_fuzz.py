"""Configuration: whatever stands in the files, checking them ends with problems, not with a traceback."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.settings import read_config
from tests.config_material import FILES, write_config

PIECES = ["", " ", "\n", "\t", ":", "- ", "#", "'", '"', "[", "]", "{", "}", "&a ", "*a", "!x ", "|", ">", "?", "@",
          "~", "no", "1e9", "-5", ".inf", "\ufeff", "\x00", "😀", "*", "any", "titel", "\n---\n", "ü"]  # fmt: skip


@st.composite
def mutilated(draw: st.DrawFn) -> tuple[str, str]:
    """One of the files with some of its letters replaced by something that may hurt."""
    name = draw(st.sampled_from(sorted(name for name in FILES if name.endswith(".yaml"))))
    text = FILES[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[end:]
    return name, text


@given(mutilated())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_is_so_broken_that_checking_it_fails(tmp_path: Path, file: tuple[str, str]) -> None:
    name, text = file
    folder = write_config(tmp_path)
    config, problems = read_config(folder, {}, replaced={folder / name: text})
    assert (config is None) == any(not problem.is_warning for problem in problems)
    for problem in problems:
        lines = (text if problem.file.endswith(name) else FILES[problem.file.removeprefix(f"{folder}/")]).split("\n")
        assert 0 <= problem.line <= len(lines) + 1
        assert problem.message
