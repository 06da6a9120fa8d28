# Sourced by the other scripts: makes .venv from a lock file, once, and again only when the lock file changes.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=${WIDERHALL_VENV:-$ROOT/.venv}

say() { printf '%s\n' "$*" >&2; }
stop() { say "widerhall: $*"; exit 3; }

# The first Python that is new enough; PYTHON=… overrides.
find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  stop "needs Python 3.11 or newer, and found none on the PATH. Install it, or name it: PYTHON=/path/to/python3 $0"
}

digest_of() {
  "$1" - "$ROOT/pyproject.toml" "$ROOT/$2" <<'EOF'
import hashlib, pathlib, sys
print(hashlib.sha256(b"".join(pathlib.Path(p).read_bytes() for p in sys.argv[1:])).hexdigest())
EOF
}

# ensure_env LOCKFILE: afterwards $VENV holds exactly what the lock file names, and this project.
ensure_env() {
  local lock=$1 stamp=$VENV/$1.stamp python want log
  python=$(find_python)
  want=$(digest_of "$python" "$lock")
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && "$VENV/bin/python" -c '' 2>/dev/null; then
    return
  fi
  say "widerhall: making its environment in ${VENV#"$ROOT"/} (once; a minute or two) …"
  "$VENV/bin/python" -c '' 2>/dev/null || { rm -rf "$VENV"; make_venv "$python"; }
  log=$VENV/install.log
  if ! "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
    -r "$ROOT/$lock" >"$log" 2>&1 ||
    ! "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation \
      --editable "$ROOT" >>"$log" 2>&1; then
    tail -n 5 "$log" >&2
    stop "could not install what $lock names (whole log: $log). Is the package index reachable? Then run this again."
  fi
  printf '%s' "$want" >"$stamp"
}

make_venv() {
  local why
  why=$("$1" -m venv "$VENV" 2>&1) && return
  rm -rf "$VENV"
  say "$why"
  stop "could not make a virtual environment in $VENV. On Debian and Ubuntu: apt install python3-venv. Is the folder writable, the disk not full?"
}
