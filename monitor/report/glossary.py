"""What a digest looks up of words and names: how telling a term is, and what an actor is called in a language. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from monitor.report.plain import one_line


def _as_found(actor: str, language: str) -> str:  # noqa: ARG001 - one signature
    return ""


@dataclass(frozen=True, kw_only=True)
class Glossary:
    """What is known of terms and actors, by language."""

    #: How telling a term is in a language; without it a comparison names no distinctive words.
    idf: Callable[[str, str], float] | None = None
    #: What an actor («@turkey») is called in a language; empty where that is not known.
    called: Callable[[str, str], str] = _as_found

    def names_in(self, language: str, actors: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Those of the actors («@turkey», «Turkey») that a language calls otherwise: common name -> name there."""
        own = {one_line(name): one_line(self.called(actor, language)) for actor, name in actors}
        return {name: called for name, called in sorted(own.items()) if called and called != name}


#: For those who want neither: names stay as they are, and no word is told apart.
NO_GLOSSARY = Glossary()
