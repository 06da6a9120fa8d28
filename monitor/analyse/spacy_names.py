"""Names that a spaCy pipeline of the user's finds beside the gazetteer's (the only module that knows spaCy).

They are discoveries like any other: unconfirmed, reviewed by the analyst, never in a score. spaCy is no dependency: it
is imported when a pipeline is configured, and its absence is told, not raised.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from monitor.analyse.discovery import Discovery
from monitor.errors import UnavailableError

#: The labels of spaCy's own pipelines for people and bodies; others (places, dates, works) are no actors.
TYPES = {"PER": "person", "PERSON": "person", "ORG": "organisation"}
#: Pipelines for several languages at once call theirs so.
ANY_LANGUAGE = "xx"
#: A surname alone is too often somebody else's, and a body of two letters a unit or a currency.
PERSON_WORDS = 2
BODY_LETTERS = 3
_APOSTROPHES = "'’"


class SpacyNames:
    """One loaded pipeline. Safe to use from many threads, one at a time."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self._lock = Lock()

    def find(self, text: str, lang: str) -> tuple[Discovery, ...]:
        """People and bodies of a text in the pipeline's language, each under the spelling that comes first."""
        if self._pipeline.lang not in (lang, ANY_LANGUAGE):
            return ()
        with self._lock:
            entities = list(self._pipeline(text).ents)
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for name, kind, start in _names(entities, lang):
            found.setdefault((name, kind), []).append((start, start + len(name)))
        return tuple(Discovery(name=name, type=kind, spans=tuple(spans)) for (name, kind), spans in found.items())


def _names(entities: Sequence[Any], lang: str) -> Iterator[tuple[str, str, int]]:
    for entity in entities:
        kind = TYPES.get(entity.label_, "")
        name = entity.text.partition("\n")[0].rstrip(" .,;:")
        if lang == "tr":  # «Ayşe Yılmaz'ın»: the suffix is no part of the name
            name = name[: min((at for at in map(name.find, _APOSTROPHES) if at > 0), default=len(name))]
        is_name = len(name.split()) >= PERSON_WORDS if kind == "person" else len(name) >= BODY_LETTERS
        if kind and is_name and name[:1].isupper():
            yield name, kind, entity.start_char


def load_spacy(model: str) -> SpacyNames:
    """Load an installed pipeline, by name or path; ask `missing` first."""
    spacy: Any = importlib.import_module("spacy")
    try:
        return SpacyNames(spacy.load(model))
    except (OSError, ValueError, ImportError) as error:
        raise UnavailableError(f"the spaCy pipeline «{model}» cannot be loaded: {error}") from error


def missing(model: str) -> str:
    """What is not installed of spaCy and the pipeline, and how to install it; empty when both are there."""
    if importlib.util.find_spec("spacy") is None:
        return "spaCy is not installed: pip install spacy"
    is_package = model.isidentifier() and importlib.util.find_spec(model) is not None
    if not is_package and not Path(model).is_dir():
        return f"the pipeline «{model}» is not installed: python -m spacy download {model}"
    return ""
