"""Render a stored digest: text, HTML, Markdown or JSON, in the watch's language. Adds nothing to its content.

The only module of the report that knows Jinja2. Everything that came from a page is escaped by the format's
own rule: HTML by autoescape, Markdown by its `md`; text and JSON carry no markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.errors import UsageError
from monitor.model import Digest
from monitor.report import phrases
from monitor.report.markdown import to_markdown
from monitor.report.terminal import to_text
from monitor.report.words import Words

FORMATS = ("text", "html", "md", "json")

#: Fits a terminal of 80 with room for its cursor, and a plain mail.
TEXT_WIDTH = 78


def render_digest(digest: Digest, format: str, *, width: int = TEXT_WIDTH, language: str = "") -> str:
    """Return `digest` in one of the formats; the same digest gives the same text.

    `language` is the digest's own unless another is asked for; what articles say stays as they said it.
    """
    if format not in FORMATS:
        raise UsageError(f"no digest format «{format}»: choose one of {', '.join(FORMATS)}")
    content = digest.content
    words = Words(language or content["language"], content["zone"])
    if format == "json":
        return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if format == "text":
        return to_text(content, words, width=width)
    if format == "md":
        return to_markdown(content, words)
    return _environment().get_template("digest.html.j2").render(**_view(content, words))


def _view(content: Mapping[str, Any], words: Words) -> dict[str, Any]:
    sections = phrases.sections(content, words)
    scores = [row["score"] for section in sections for row in section.rows]
    return {
        "c": content,
        "t": words,
        "say": phrases,
        "day": date.fromisoformat(content["day"]),
        "sections": sections,
        # One scale for all bars, with room above the threshold.
        "scale": max([*scores, 1.5 * content["watch"]["thresholds"]["match"]]),
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["share"] = share
    return environment


def share(part: float, whole: float) -> float:
    """How much of `whole` is `part`, in percent between 0 and 100."""
    return round(min(max(100 * part / whole, 0.0), 100.0), 1) if whole > 0 else 0.0
