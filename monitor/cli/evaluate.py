"""`evaluate`: how good a watch is on labelled news, beside what simpler programs would have said."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from monitor.cli.console import out, plain, print_json
from monitor.cli.options import JsonOption, WatchOption
from monitor.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.tune.evaluate import Bench
    from monitor.tune.labelled import Document, Topic

_COLUMNS = ("", "relevant", "AP ≥1 (95 %)", "AP 2", "best F1", "F1 at threshold", "P@10", "P@50", "R at budget")


def evaluate(
    folder: Annotated[Path, typer.Option("--eval", help="Folder with NAME.jsonl[.gz] and labels.csv.")],
    sets: Annotated[
        str, typer.Option("--sets", help="Which sets, with commas: de,en. Default: all; with --topics, theirs.")
    ] = "",
    feedback: Annotated[int, typer.Option("--feedback", min=0, help="Simulate so many verdicts.")] = 0,
    baseline: Annotated[bool, typer.Option("--baseline", help="Also TF-IDF, BM25 and a keyword query.")] = False,
    topics: Annotated[Path | None, typer.Option("--topics", help="Measure other subjects: a file of topics.")] = None,
    seed: Annotated[Path | None, typer.Option("--seed", help="Measure with this text as the only seed.")] = None,
    leave_one_out: Annotated[
        bool, typer.Option("--leave-one-out", help="Every article labelled 2 as the seed of its language.")
    ] = False,
    config: Annotated[Path | None, typer.Option("--config", help="Not the shipped configuration but this.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write precision-recall curves there, as SVG.")] = None,
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Measure a watch on labelled news.

    Always takes the shipped configuration and background, whatever --config before the command says, so that figures
    can be compared; another configuration is asked for with --config behind it.

    \b
    Examples:
      widerhall evaluate --eval ../shared/eval --baseline
      widerhall evaluate --eval ../shared/eval --sets de,en,tr,ru --feedback 20 --json
      widerhall evaluate --eval ../shared/eval --topics bench/subjects.json --baseline
    """
    from monitor.tune.evaluate import SCHEMA
    from monitor.tune.labelled import available_sets, read_labels, read_set, read_topics
    from monitor.tune.subjects import leave_one_out as every_article

    if plot and plot.suffix != ".svg":
        raise UsageError(f"--plot {plot}: expected a name that ends in .svg")
    bench = _bench(config, watch, seed)
    subjects = read_topics(topics) if topics else []
    asked = [name.strip() for name in sets.split(",") if name.strip()] or available_sets(folder)
    names = sorted({topic.set for topic in subjects}) or asked
    labels = {} if topics else read_labels(folder)
    documents = {name: list(read_set(folder, name, labels)) for name in names}
    if topics or leave_one_out:
        result = _on_subjects(bench, subjects or every_article(documents), documents, with_baselines=baseline)
        tell = _print_topics
    else:
        result = _on_the_watch(bench, documents, with_baselines=baseline, verdicts=feedback, plot=plot)
        tell = _print
    print_json(SCHEMA, result) if as_json else tell(result)


def _on_subjects(
    bench: Bench, subjects: Sequence[Topic], documents: Mapping[str, Sequence[Document]], *, with_baselines: bool
) -> Mapping[str, Any]:
    from monitor.tune.subjects import evaluate_topics

    return evaluate_topics(
        subjects,
        documents,
        analyser=bench.analyser,
        background=bench.background,
        weights=bench.weights,
        with_baselines=with_baselines,
    )


def _on_the_watch(
    bench: Bench,
    documents: Mapping[str, Sequence[Document]],
    *,
    with_baselines: bool,
    verdicts: int,
    plot: Path | None,
) -> Mapping[str, Any]:
    from monitor.tune import evaluate as figures

    scored = figures.read(bench, chain.from_iterable(documents.values()))
    result = figures.evaluate(bench, scored, with_baselines=with_baselines, verdicts=verdicts)
    if plot:
        from monitor.report.curves import precision_recall

        plot.write_text(precision_recall(result), encoding="utf-8")
    return result


def _bench(folder: Path | None, wanted: str, seed: Path | None) -> Bench:
    """A watch on the shipped configuration, or the one asked for; never what an operator's store has learnt."""
    from monitor.analyse.analysis import Analyser
    from monitor.analyse.background import day_one
    from monitor.analyse.data import SHIPPED_CONFIG
    from monitor.analyse.page_dump import strip_page_dump
    from monitor.analyse.profile import SeedProfile, build_profile
    from monitor.analyse.weights import shipped_weights
    from monitor.settings import load_config
    from monitor.settings.folders import seed_files
    from monitor.tune.evaluate import Bench

    config = load_config(folder or SHIPPED_CONFIG, {})
    watch = next((watch for watch in config.watches if watch.id == wanted or not wanted), None)
    if watch is None:
        raise NotFoundError(f"no watch «{wanted}»; there are: {', '.join(watch.id for watch in config.watches)}")
    analyser = Analyser(config.actors, config.lexicon)
    if seed:
        title, text = strip_page_dump(seed.read_text(encoding="utf-8"))
        language = analyser.analyse(title, text).lang
        profiles = [build_profile(analyser, name=seed.stem, texts={language: (title, text)}, language=language)]
    else:
        files = seed_files(config.directory)
        profiles = [SeedProfile.from_json(files[name].read_text(encoding="utf-8")) for name in watch.seeds]
    return Bench(
        watch=watch,
        analyser=analyser,
        profiles=profiles,
        background=day_one(),
        weights=shipped_weights(),
        versions={"actors": config.versions["actors.yaml"], "lexicon": config.versions["lexicon.yaml"]},
    )


def _print(result: Mapping[str, Any]) -> None:
    table = Table(title=f"{plain(result['watch'])}: match from {result['thresholds']['match']:g} points", box=None)
    for column in _COLUMNS:
        table.add_column(column, justify="left" if not column else "right")
    blocks = {"pooled": result["pooled"], **result["sets"]}
    for name, block in blocks.items():
        _add_row(table, name, block["model"])
        for kind, figures in block.get("baselines", {}).items():
            _add_row(table, f"  {kind}", figures)
    if "feedback" in result:
        told = result["feedback"]
        _add_row(table, f"without {told['verdicts']} judged", told["before"])
        _add_row(table, "  after learning", told["after"])
    out.print(table)
    for kind in ("misses", "false_alarms"):
        out.print(f"\n[bold]Worst {kind.replace('_', ' ')}[/]")
        for each in result["worst"][kind]:
            parts = ", ".join(f"{name} {points:+.0f}" for name, points in list(each["parts"].items())[:3])
            missing = f"; missing: {', '.join(each['missing'])}" if each["missing"] else ""
            title = plain(each["title"][:80] or "(no title)")
            head = f"  {each['score']:6.1f}  {each['set']} {plain(each['id'])} [{each['label']}] {title}"
            out.print(head, highlight=False)
            out.print(f"          {plain(parts)}{missing}", style="dim", highlight=False)


def _add_row(table: Table, name: str, figures: Mapping[str, Any]) -> None:
    low, high = figures["ap_1_interval"]
    at_threshold = figures.get("f1_at_threshold")
    table.add_row(
        name,
        f"{figures['relevant_1']}/{figures['relevant_2']}",
        f"{figures['ap_1']:.3f} ({low:.2f} to {high:.2f})",
        f"{figures['ap_2']:.3f}",
        f"{figures['best_f1']:.3f}",
        "" if at_threshold is None else f"{at_threshold:.3f}",
        f"{figures['precision_at_10']:.2f}",
        f"{figures['precision_at_50']:.2f}",
        f"{figures['recall_at_budget']:.2f}",
    )


def _print_topics(result: Mapping[str, Any]) -> None:
    table = Table(title="Other subjects, without hand-work: average precision", box=None)
    kinds = list(result["mean_ap_1"])
    for column in ("subject", "set", "seed", *kinds):
        table.add_column(column, justify="right" if column in kinds else "left")
    for row in result["topics"]:
        figures = [f"{row['ap_1'][kind]:.3f}" for kind in kinds]
        table.add_row(plain(row["topic"]), row["set"], plain(row["seed"]), *figures)
    table.add_row("mean", "", "", *(f"{result['mean_ap_1'][kind]:.3f}" for kind in kinds), style="bold")
    out.print(table)
