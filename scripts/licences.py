"""Check that everything the lock files name carries a licence that an Apache-2.0 project may depend on.

Reads the metadata of the installed distributions; downloads nothing. Exit code 1 names each offender.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Found in a licence expression, a classifier or the short licence field.
PERMITTED = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|MPL|Mozilla|Unlicense|Zlib|0BSD|CNRI|HPND|Artistic|PostgreSQL"
    r"|Public Domain",
    re.IGNORECASE,
)
#: LGPL libraries are used as separate, replaceable packages, which their licence allows.
WEAK_COPYLEFT = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)
STRONG_COPYLEFT = re.compile(r"(?<!L)(?:A?GPL)|(?<!Lesser )(?:Affero )?General Public License", re.IGNORECASE)


def locked_names(lock: Path) -> list[str]:
    """Names of the distributions in a requirements file."""
    return re.findall(r"^([A-Za-z0-9_.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)


def stated_licence(name: str) -> str:
    """All that a distribution says of its licence, as one line."""
    metadata = distribution(name).metadata
    classifiers = [
        c.rsplit("::", 1)[-1].strip() for c in metadata.get_all("Classifier") or () if c.startswith("License")
    ]
    licence = (metadata.get("License") or "").strip()
    # Some put the whole licence text here; its first line names it.
    short = licence.splitlines()[0][:120] if licence else ""
    stated = "; ".join(filter(None, [metadata.get("License-Expression") or "", *classifiers, short]))
    return stated or _first_line_of_file(name)


def _first_line_of_file(name: str) -> str:
    """The first line of the licence file that a distribution brings (PEP 639), for those that say nothing else."""
    for listed in distribution(name).metadata.get_all("License-File") or ():
        for path in distribution(name).files or ():
            if path.match(f"*.dist-info/licenses/{listed}"):
                return path.read_text(encoding="utf-8").strip().partition("\n")[0]
    return ""


def objection(licence: str) -> str:
    """Why a licence will not do; empty when it will."""
    if WEAK_COPYLEFT.search(licence):
        return ""
    # «MIT OR GPL-2.0» leaves the choice to us.
    if STRONG_COPYLEFT.search(licence) and not re.search(r"\bor\b", licence, re.IGNORECASE):
        return "copyleft"
    return "" if PERMITTED.search(licence) else "no known licence stated"


def main() -> int:
    names = sorted({n for lock in ROOT.glob("requirements*.lock") for n in locked_names(lock)})
    checked, offenders = 0, []
    for name in names:
        try:
            licence = stated_licence(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        checked += 1
        if why := objection(licence):
            offenders.append(f"{name}: {why}: {licence or 'nothing stated'}")
    print("\n".join(offenders) or f"licences: {checked} distributions, all permitted")
    return 1 if offenders or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
