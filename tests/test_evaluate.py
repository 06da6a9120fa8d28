"""Measuring a watch on labelled news: figures known by hand, files in and out, and the command as it is typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import UsageError
from monitor.tune import metrics
from monitor.tune.labelled import Topic, read_labels, read_set, read_topics

RELEVANT = np.array([1, 0, 1, 0, 0])
SCORES = np.array([9.0, 8.0, 7.0, 6.0, 5.0])

STORIES = {
    "en": [
        ("Turkey and Russia discuss joint operations against Islamic State", "Turkey wants to fight IS in Syria with "
         "Russia, Foreign Minister Cavusoglu said. Erdogan and Putin met in St. Petersburg. "),
        ("Russian warplanes and Turkish jets strike IS near Al-Bab", "Russia and Turkey carried out joint airstrikes "
         "against Islamic State in Syria, the Russian defence ministry said in Moscow. Ankara confirmed it. "),
        ("Town council puts off vote on harbour", "Residents fear for their view of the sea. The council meets. "),
        ("Galatasaray win in Moscow", "The Turkish side beat Spartak by two goals. The coach praised his players. "),
        ("Rains flood the valley", "Three villages were cut off by the flood. The army sent boats and blankets. "),
    ],
    "de_headlines": [
        ("Türkei und Russland wollen gemeinsam gegen den IS vorgehen", ""),
        ("Der Hafen bekommt eine neue Brücke", ""),
    ],
}  # fmt: skip


@pytest.fixture
def news(tmp_path: Path) -> Path:
    labels = [("en-0", "en", 2), ("en-1", "en", 1), ("de_headlines-0", "de_headlines", 1)]
    for name, stories in STORIES.items():
        lines = [
            json.dumps({"id": f"{name}-{place}", "lang": name[:2], "title": title, "text": text * 6})
            for place, (title, text) in enumerate(stories)
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "set", "label"), *labels])
    return tmp_path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


# --- figures --------------------------------------------------------------------------------------------------------


def test_average_precision_is_known_by_hand() -> None:
    assert metrics.average_precision(RELEVANT, SCORES) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.average_precision(np.zeros(5), SCORES) == 0.0


def test_a_curve_tells_precision_recall_and_f1() -> None:
    curve = metrics.Curve.of(RELEVANT, SCORES)
    assert metrics.r_precision(curve) == 0.5
    assert metrics.precision_at(curve, 3) == pytest.approx(2 / 3)
    assert metrics.recall_at(curve, 1) == 0.5
    assert metrics.f1_at(curve, 7.0) == pytest.approx(0.8)
    assert metrics.f1_at(curve, 99.0) == 0.0


def test_a_perfect_ranking_costs_nothing_at_its_best() -> None:
    costs = metrics.detection_costs(metrics.Curve.of(np.array([1, 1, 0, 0]), np.array([4.0, 3.0, 2.0, 1.0])))
    assert costs.min() == pytest.approx(0.0)
    assert costs[-1] > 1


def test_an_interval_holds_its_figure_and_is_the_same_again() -> None:
    low, high = metrics.interval(metrics.average_precision, RELEVANT, SCORES)
    assert low <= metrics.average_precision(RELEVANT, SCORES) <= high
    assert metrics.interval(metrics.average_precision, RELEVANT, SCORES) == (low, high)


# --- files ----------------------------------------------------------------------------------------------------------

TOPIC = Topic(name="Harbour", set="en", seeds=("a",), grades={"b": 2, "c": 0})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", '[{"topic": "Harbour", "lang": "en", "seed_id": "a", "grades": {"b": 2, "c": 0}}]'),
        ("t.jsonl", '{"topic": "Harbour", "lang": "en", "seed_ids": ["a"], "labels": {"b": 2, "c": 0}}\n'),
        ("t.json", '[{"topic": "Harbour", "lang": "en", "seed_id": "a", "ids": [{"id": "b", "label": 2}, '
                   '{"id": "c", "grade": 0}]}]'),
        ("t.csv", "topic,lang,seed_id,id,label\nHarbour,en,a,b,2\nHarbour,en,a,c,0\n"),
        ("t.csv", "\ufefftopic,lang,seed_id,id,grade\nHarbour,en,a,b,2\nHarbour,en,a,c,0\n"),
    ],
)  # fmt: skip
def test_topics_are_read_from_json_and_csv(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_topics(tmp_path / name) == [TOPIC]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.json", "[{]", "is no JSON"),
        ("t.json", "[]", "holds no topic"),
        ("t.json", '[{"topic": "x", "lang": "en", "grades": {}}]', "topic 1: «seed_id» is missing"),
        ("t.json", '[{"topic": "x", "lang": "en", "seed_id": "a"}]', "topic 1: «grades» is missing"),
        ("t.csv", "topic,lang,seed_id,id,label\nx,en,a,b,high\n", "t.csv:2: expected topic,lang,seed_id,id,label"),
        ("t.csv", "topic,lang\nx,en\n", "t.csv:2: expected"),
    ],
)
def test_what_is_wrong_with_topics_is_said(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_topics(tmp_path / name)


def test_a_text_given_as_a_title_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "tr.jsonl").write_text(json.dumps({"id": "1", "title": "Uzun bir metin. " * 30, "text": ""}))
    (document,) = read_set(tmp_path, "tr", {})
    assert (document.title, document.text[:4], document.lang) == ("", "Uzun", "tr")


def test_labels_that_are_none_are_named_by_line(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("id,set,label\na,en,many\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"labels.csv:2"):
        read_labels(tmp_path)


# --- the command ----------------------------------------------------------------------------------------------------


def test_json_has_what_the_schema_promises(news: Path) -> None:
    told: dict[str, Any] = json.loads(run("--eval", news, "--baseline", "--feedback", 2, "--json"))
    told = told.get("data", told)
    assert {"ap_1", "ap_2", "best_f1", "f1_at_threshold", "det", "min_cost"} <= set(told["pooled"]["model"])
    assert told["pooled"]["of"] == ["en"]
    assert set(told["sets"]) == {"en", "de_headlines"}
    assert set(told["sets"]["en"]["baselines"]) == {"tf_idf", "bm25", "keywords"}
    assert told["pooled"]["model"]["ap_1"] == 1.0
    assert {"before", "after", "verdicts"} <= set(told["feedback"])
    assert (told["worst"]["misses"], told["worst"]["missed_at_threshold"]) == ([], 0)


def test_the_table_and_the_plot_are_for_people(news: Path, tmp_path: Path) -> None:
    told = run("--eval", news, "--sets", "en", "--plot", tmp_path / "curves.svg")
    assert "pooled" in told
    assert "Worst false alarms" in told
    root = ElementTree.fromstring((tmp_path / "curves.svg").read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    refused = CliRunner().invoke(app, ["evaluate", "--eval", str(news), "--plot", "curves.png"])
    assert (refused.exit_code, "ends in .svg" in refused.output) == (2, True)


def test_topics_need_no_labels_of_the_news(news: Path, tmp_path: Path) -> None:
    (news / "labels.csv").unlink()
    topics = tmp_path / "topics.csv"
    topics.write_text("topic,lang,seed_id,id,label\nJoint fight,en,en-0,en-1,1\n", encoding="utf-8")
    assert json.loads(run("--eval", news, "--topics", topics, "--json"))["mean_ap_1"]["model"] == 1.0


def test_another_seed_and_other_subjects(news: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.txt"
    seed.write_text("Vote on harbour put off\n\nThe council put off its vote on the harbour. " * 5, encoding="utf-8")
    assert "pooled" in run("--eval", news, "--sets", "en", "--seed", seed)
    topics = tmp_path / "topics.csv"
    topics.write_text("topic,lang,seed_id,id,label\nJoint fight,en,en-0,en-1,1\n", encoding="utf-8")
    told = json.loads(run("--eval", news, "--topics", topics, "--baseline", "--json"))
    told = told.get("data", told)
    assert told["mean_ap_1"]["model"] == 1.0
    assert set(told["mean_ap_1"]) == {"model", "without_echo", "tf_idf", "bm25", "keywords"}
    assert "Other subjects" in run("--eval", news, "--leave-one-out", "--sets", "en")


def test_a_seed_that_is_not_there_is_named(news: Path, tmp_path: Path) -> None:
    topics = tmp_path / "topics.csv"
    topics.write_text("topic,lang,seed_id,id,label\nx,en,nobody,en-1,1\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", "--eval", str(news), "--topics", str(topics)])
    assert result.exit_code == 2
    assert "nobody" in result.output
