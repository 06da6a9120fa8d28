"""Where configuration lies: the shipped defaults, and a folder of the operator's own that is copied from them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor.analyse.data import SHIPPED_CONFIG
from monitor.errors import UsageError

#: What `init` copies; the background is data that nobody edits.
_COPIED = ("*.yaml", "watches/*.yaml", "seeds/*.json")
#: Files that an own folder may leave out: the shipped ones stand in, and improve with each version.
OPTIONAL = frozenset({"widerhall.yaml", "actors.yaml", "lexicon.yaml"})

#: Name, time of change and size of every file: enough to see that something changed.
Stamp = tuple[tuple[str, int, int], ...]


def find_directory(directory: Path | None, environ: Mapping[str, str]) -> Path:
    """The folder to read: the given one, else the one that `WIDERHALL_CONFIG` names, else the shipped defaults."""
    if directory is not None:
        return directory
    named = environ.get("WIDERHALL_CONFIG", "")
    return Path(named) if named else SHIPPED_CONFIG


def is_shipped(directory: Path) -> bool:
    return directory.resolve() == SHIPPED_CONFIG.resolve()


def find_file(directory: Path, name: str) -> Path:
    """The file of the folder, or the shipped one where an own folder may leave it out."""
    own = directory / name
    return own if own.exists() or name not in OPTIONAL else SHIPPED_CONFIG / name


def watch_files(directory: Path) -> list[Path]:
    return sorted((directory / "watches").glob("*.yaml"))


def seed_files(directory: Path) -> dict[str, Path]:
    """The seed profiles by name: the folder's own, before the shipped ones."""
    folders = (SHIPPED_CONFIG, directory)
    return {path.stem: path for folder in folders for path in sorted((folder / "seeds").glob("*.json"))}


def stamp_of(directory: Path) -> Stamp:
    """A cheap answer to «has anything changed?»."""
    return tuple(_stamps(directory))


def _stamps(directory: Path) -> Iterator[tuple[str, int, int]]:
    for pattern in _COPIED:
        for path in sorted(directory.glob(pattern)):
            try:
                status = path.stat()
            except OSError:  # deleted between the two looks, or a dangling link: seen as absent
                continue
            yield str(path), status.st_mtime_ns, status.st_size


def init_config(target: Path, *, force: bool = False) -> list[Path]:
    """Copy the shipped configuration to `target` for editing; return what was written.

    Refuses to touch a file that is there; with `force`, files that differ are replaced and kept beside as `NAME.bak`.
    """
    plan = [
        (path, target / path.relative_to(SHIPPED_CONFIG))
        for pattern in _COPIED
        for path in SHIPPED_CONFIG.glob(pattern)
    ]
    plan = sorted(
        (source, copy) for source, copy in plan if not copy.exists() or copy.read_bytes() != source.read_bytes()
    )
    present = [copy for _, copy in plan if copy.exists()]
    if present and not force:
        names = ", ".join(str(path) for path in present[:5]) + (" …" if len(present) > 5 else "")
        raise UsageError(f"there already: {names}. Choose another folder, or --force (keeps the old ones as .bak)")
    for source, copy in plan:
        copy.parent.mkdir(parents=True, exist_ok=True)
        if copy.exists():
            copy.replace(copy.with_name(copy.name + ".bak"))
        shutil.copyfile(source, copy)
    return [copy for _, copy in plan]
