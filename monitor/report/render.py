"""Render a stored digest in any format, in the watch's language. Adds nothing to its content.

The only module of the report that knows Jinja2. Everything that came from a page is escaped by the format's
own rule: HTML by autoescape, Markdown by its `md`; text and JSON carry no markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.errors import UsageError
from monitor.model import Digest, Watch
from monitor.report import charts, phrases, told
from monitor.report.digest import complete
from monitor.report.markdown import to_markdown
from monitor.report.terminal import comparison_to_text, to_text
from monitor.report.words import Words

FORMATS = ("text", "html", "md", "json", "mail")

#: Fits a terminal of 80 with room for its cursor, and a plain mail.
TEXT_WIDTH = 78

#: Fewer articles are seen at a glance without a picture.
PICTURED_FROM = 4


def render_digest(digest: Digest, format: str, *, width: int = TEXT_WIDTH, language: str = "") -> str:
    """Return `digest` in one of the formats (`mail`: HTML for mail clients); the same digest gives the same text.

    `language` is the digest's own unless another is asked for; what articles say stays as they said it.
    """
    if format not in FORMATS:
        raise UsageError(f"no digest format «{format}»: choose one of {', '.join(FORMATS)}")
    content = complete(digest.content)
    words = words_of(content, language)
    if format == "json":
        return json.dumps(digest.content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if format == "text":
        return to_text(content, words, width=width)
    if format == "md":
        return to_markdown(content, words)
    template = "mail.html.j2" if format == "mail" else "digest.html.j2"
    return environment().get_template(template).render(**_view(content, words))


def render_comparison(compared: Mapping[str, Any], watch: Watch, *, width: int = TEXT_WIDTH) -> str:
    """Return a story's comparison (`gather.compare_story`) as text in the watch's language."""
    names = compared.get("called", {})
    words = Words(watch.digest.language, watch.digest.zone, lambda name: names.get(name, name))
    return comparison_to_text(compared, words, width=width)


def words_of(content: Mapping[str, Any], language: str = "") -> Words:
    """The language and zone that a digest is told in, and what its actors are called there."""
    names = content["called"] if language in ("", content["language"]) else {}
    return Words(language or content["language"], content["zone"], lambda name: names.get(name, name))


def _view(content: Mapping[str, Any], words: Words) -> dict[str, Any]:
    day = date.fromisoformat(content["day"])
    lists = ("matches", "withdrawn", "near_misses", "held_by_rule", "suggestions")
    rows = [row for name in lists for row in content[name]]
    return {
        "c": content,
        "t": words,
        "say": phrases,
        "told": told,
        "day": day,
        "stories": told.stories(content, words, day),
        "sections": phrases.sections(content, words),
        "reports": told.comparison_lines(content, words, day),
        "month": (month := told.month_line(content, words)),
        "blocks": charts.sparkline([each["matches"] for each in content["history"]]),
        "month_svg": charts.month_of_matches(content["history"], month),
        "pictures": _pictures(content, rows, words),
        # One scale for all bars, with room above the threshold.
        "scale": max([*(row["score"] for row in rows), 1.5 * content["watch"]["thresholds"]["match"]]),
    }


def _pictures(content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], words: Words) -> list[tuple[str, str]]:
    """The day's pictures as SVG, each with its words. `charts` builds trees: nothing in them is markup by accident."""
    pictures = []
    if len(rows) >= PICTURED_FROM:
        thresholds = content["watch"]["thresholds"]
        values = {name: words.points(value) for name, value in thresholds.items()}
        scores = words("picture.scores", **values)
        pictures.append((charts.scores_and_thresholds(rows, thresholds, scores), scores))
    if len(content["matches"]) >= PICTURED_FROM and content["spread"]["outlets"]:
        spread = words("picture.spread")
        pictures.append((charts.outlets_by_language(content["matches"], words.language_name, spread), spread))
    return pictures


@cache
def environment() -> Environment:
    """The templates of the report, with everything escaped that is put into them."""
    made = Environment(
        loader=PackageLoader("monitor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["share"] = share
    made.globals["small_bars"] = charts.small_bars
    return made


def share(part: float, whole: float) -> float:
    """How much of `whole` is `part`, in percent between 0 and 100."""
    return round(min(max(100 * part / whole, 0.0), 100.0), 1) if whole > 0 else 0.0
