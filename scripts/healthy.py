"""Is the Widerhall in this container well? For HEALTHCHECK: quick, and nothing but the standard library.

healthy            the desk answers
healthy worker     the worker reached its database half a minute ago or less
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from pathlib import Path

DESK = "http://127.0.0.1:8787/healthz"
SILENT_S = 30.0


def main() -> int:
    try:
        if sys.argv[1:] == ["worker"]:
            sign = Path(os.environ.get("WIDERHALL_DATA_DIR", "data")) / "worker.alive"
            silent_s = time.time() - sign.stat().st_mtime
            print(f"heard from its database {silent_s:.0f} s ago")
            return int(silent_s > SILENT_S)
        with urllib.request.urlopen(DESK, timeout=4) as answer:
            print(f"the desk answers {answer.status}")
            return int(answer.status != 200)
    except OSError as error:
        print(error)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
