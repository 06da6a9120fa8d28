"""The README as a package index shows it: links and pictures, relative in the repository, lead to it. A build hook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class LongDescription(MetadataHookInterface):
    """Fills in `readme`, which pyproject.toml declares as dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        linked = with_absolute_links(text, source=metadata["urls"]["Source"])
        metadata["readme"] = {"content-type": "text/markdown", "text": linked}


def with_absolute_links(text: str, *, source: str) -> str:
    """Markdown whose links and pictures lead to a repository's main branch, but for those that are absolute."""
    text = re.sub(r'(<img src=")(?!https?:)', rf"\1{source}/raw/main/", text)
    return re.sub(r"(\]\()(?!https?:|#)", rf"\1{source}/blob/main/", text)
