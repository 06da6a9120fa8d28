"""Run the benches on fixed small data, one after the other, and compare with the last run: `python bench/all.py`.

    python bench/all.py                       all of them: some ten minutes on an idle core
    python bench/all.py polling stories       these only

Writes into build/bench/: `table.md` and `plot.svg`, with each figure beside its goal and what it was the last time, and
`figures.jsonl`, the latest of every figure; anew after each bench, so that it may be ended in between. Ratios are of
one run on one machine, so a busy one spoils them little; milliseconds it spoils. The peers are trafilatura alone, a
bare httpx loop, scikit-learn's own transform and the `reader` package (bench/requirements.txt). Ends with 1 where a
bench failed, not where a goal is missed: the table says which.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import VARIABLE, Figure, read  # noqa: E402

OUT = ROOT / "build" / "bench"
SHARED = os.environ.get("WIDERHALL_SHARED", str(ROOT.parent / "shared"))
#: What each bench is called with, `{store}` a folder of its own: enough for figures that stay.
COMMANDS: Mapping[str, Sequence[str]] = {
    "score": ("score.py {shared}/eval 100",),
    "pipeline": ("pipeline.py --shared {shared} --rounds 2",),
    "two_stage": ("two_stage.py --shared {shared} --rounds 1 --news 500",),
    "polling": ("polling.py --feeds 2000 --rounds 3",),
    "extract": ("extract.py --shared {shared} --rounds 1",),
    "actors": ("actors.py --shared {shared} --rounds 2",),
    "digest": ("digest.py --articles 2000 --matches 50",),
    "stories": ("stories.py --alone",),
    "tune": (
        "tune.py --build --articles 2000 --shared {shared} --store {store}",
        "tune.py --store {store}",
        "desk.py --store {store} --requests 20",
    ),
    "workers": ("workers.py cost",),
}

ROW, LEFT, UNIT = 22, 360, 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"of {', '.join(COMMANDS)}; none: all of them")
    wanted = parser.parse_args().benches or [*COMMANDS]
    if unknown := set(wanted) - set(COMMANDS):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(COMMANDS)}")
    OUT.mkdir(parents=True, exist_ok=True)
    file = OUT / "figures.jsonl"
    last = {each.name: each for each in read(file)}
    now, failed = [], []
    for name in wanted:
        begun = time.monotonic()
        figures, is_done = gather(COMMANDS[name])
        now += figures
        failed += [] if is_done else [name]
        kept = last | {each.name: each for each in now}
        file.write_text("".join(f"{each.to_json()}\n" for each in kept.values()), encoding="utf-8")
        (OUT / "table.md").write_text(table(now, last), encoding="utf-8")
        (OUT / "plot.svg").write_text(plot([each for each in now if each.goal], last), encoding="utf-8")
        print(f"{name}: {time.monotonic() - begun:.0f} s\n", flush=True)
    print(table(now, last))
    print(f"{OUT / 'table.md'}, {OUT / 'plot.svg'}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def gather(commands: Sequence[str]) -> tuple[list[Figure], bool]:
    """The figures that these commands tell, and whether all of them did what they should."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures.jsonl")
        is_done = all(run(command, Path(folder), figures) for command in commands)
        return read(figures), is_done


def run(command: str, folder: Path, figures: Path) -> bool:
    program, *rest = (part.format(shared=SHARED, store=folder / "store") for part in command.split())
    print("$ python", f"bench/{program}", *rest, flush=True)
    environ = {**os.environ, VARIABLE: str(figures)}
    return not subprocess.run([sys.executable, ROOT / "bench" / program, *rest], cwd=ROOT, env=environ).returncode


# --- what is written ------------------------------------------------------------------------------------------------


def table(now: Sequence[Figure], last: Mapping[str, Figure]) -> str:
    """Markdown: each figure with its goal, and with what it was."""
    lines = ["| figure | value | goal | | last run | change |", "| --- | --: | --: | --- | --: | --: |"]
    for each in now:
        before = earlier(each, last)
        was = shown(before.value, before.unit) if before else ""
        change = f"{each.value / before.value - 1:+.0%}" if before and before.value else ""
        met = "" if each.goal is None else "met" if each.is_met else "**missed**"
        lines.append(f"| {each.name} | {shown(each.value, each.unit)} | {aim(each)} | {met} | {was} | {change} |")
    return "\n".join(lines) + "\n"


def earlier(figure: Figure, last: Mapping[str, Figure]) -> Figure | None:
    """What it was, if it was told in the same unit."""
    before = last.get(figure.name)
    return before if before and before.unit == figure.unit else None


def shown(value: float, unit: str) -> str:
    digits = 3 if unit == "F1" else 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f}" + (f" {unit}" if unit not in ("", "F1") else "")


def aim(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{'≤' if figure.at_least is None else '≥'} {shown(figure.goal, figure.unit)}"


def plot(figures: Sequence[Figure], last: Mapping[str, Figure]) -> str:
    """SVG: a bar for each figure as a share of its goal, the goal as a line, the last run as a mark."""
    height = ROW * (len(figures) + 2)
    rows = [bar(each, earlier(each, last), ROW * place) for place, each in enumerate(figures, 1)]
    goal = LEFT + UNIT
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="960" height="{height}" font-family="sans-serif"'
            ' font-size="12" fill="#222">',
            '<rect width="100%" height="100%" fill="#fcfbf8"/>',
            *rows,
            f'<line x1="{goal}" x2="{goal}" y1="{ROW - 4}" y2="{height - ROW}" stroke="#222"/>',
            f'<text x="{goal}" y="{height - 6}" text-anchor="middle">goal</text>',
            f'<text x="{LEFT}" y="{height - 6}">○ the last run</text>',
            "</svg>\n",
        ]
    )


def bar(figure: Figure, before: Figure | None, top: int) -> str:
    def at(value: float) -> float:
        return LEFT + UNIT * min(value / (figure.goal or 1), 2)

    colour = "#2e8b8b" if figure.is_met else "#b5452c"
    mark = f'<circle cx="{at(before.value):.0f}" cy="{top + 6}" r="4" fill="none" stroke="#222"/>' if before else ""
    return (
        f'<text x="{LEFT - 8}" y="{top + 10}" text-anchor="end">{escape(figure.name)}</text>'
        f'<rect x="{LEFT}" y="{top}" width="{at(figure.value) - LEFT:.0f}" height="12" fill="{colour}"/>{mark}'
        f'<text x="{LEFT + 2 * UNIT + 12}" y="{top + 10}">{shown(figure.value, figure.unit)}, {aim(figure)}</text>'
    )


if __name__ == "__main__":
    sys.exit(main())
