#!/bin/sh
# Makes .venv from uv.lock: finds a Python that fits, finds uv or installs it into .venv-uv. `make setup` calls this.
set -eu
cd "$(dirname "$0")/.."

fail() {
  printf 'falselight: %s\n' "$1" >&2
  exit 3
}

fits() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
}

find_python() {
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if command -v "$name" >/dev/null 2>&1 && fits "$name"; then
      command -v "$name"
      return
    fi
  done
  seen=$(python3 --version 2>/dev/null || echo 'no python3 at all')
  fail "Python 3.11, 3.12 or 3.13 is needed; found $seen. Install one (Debian: sudo apt-get install python3 python3-venv;
  macOS: brew install python@3.13), or name it: make setup PYTHON=/path/to/python3.13"
}

# uv 0.5 is the first whose lock files and dependency groups are ours.
recent() {
  "$1" --version 2>/dev/null | grep -Eq '^uv (0\.([5-9]|[1-9][0-9])|[1-9])'
}

find_uv() {
  for uv in uv .venv-uv/bin/uv; do
    if recent "$uv"; then
      echo "$uv"
      return
    fi
  done
  echo "falselight: installing uv into .venv-uv" >&2
  "$1" -m venv --clear .venv-uv >&2 ||
    fail "this Python cannot make a virtual environment; on Debian: sudo apt-get install python3-venv"
  echo '*' >.venv-uv/.gitignore
  .venv-uv/bin/python -m pip install --quiet --disable-pip-version-check uv >&2 ||
    fail "pip could not install uv; is a package registry within reach? See pip's words above"
  echo .venv-uv/bin/uv
}

python=$(find_python)
uv=$(find_uv "$python")
unset VIRTUAL_ENV CONDA_PREFIX # an environment that happens to be active is not ours
UV_PYTHON_DOWNLOADS=never "$uv" sync --frozen --all-groups --compile-bytecode --python "$python" --quiet
touch .venv/.installed
