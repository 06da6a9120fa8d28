"""What `bench/all.py` makes of figures: a table and a plot, beside their goals and the last run."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.all import COMMANDS, ROOT, plot, table
from bench.figures import Figure

RATIO = Figure(name="polling / bare httpx", value=1.2, unit="×", at_most=1.3)
SHARE = Figure(name="titles <right>", value=90, unit="%", at_least=97)
COST = Figure(name="an article", value=12.34, unit="ms")


def test_a_table_says_what_is_met_and_what_has_changed() -> None:
    last = {RATIO.name: Figure(name=RATIO.name, value=1.5, unit="×", at_most=1.3)}
    last[COST.name] = Figure(name=COST.name, value=0.01, unit="s")  # not the same unit: nothing to compare
    assert table([RATIO, SHARE, COST], last).splitlines()[2:] == [
        "| polling / bare httpx | 1.20 × | ≤ 1.30 × | met | 1.50 × | -20% |",
        "| titles <right> | 90.0 % | ≥ 97.0 % | **missed** |  |  |",
        "| an article | 12.3 ms |  |  |  |  |",
    ]


def test_a_plot_has_a_bar_a_figure_and_a_mark_for_the_last_run() -> None:
    drawing = ElementTree.fromstring(plot([RATIO, SHARE], {RATIO.name: RATIO}))
    tags = [each.tag.rpartition("}")[2] for each in drawing.iter()]
    assert (tags.count("rect"), tags.count("circle")) == (3, 1)


def test_every_bench_is_there() -> None:
    scripts = {command.split()[0] for commands in COMMANDS.values() for command in commands}
    assert [name for name in scripts if not (ROOT / "bench" / name).is_file()] == []
