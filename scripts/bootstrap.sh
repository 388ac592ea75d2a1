#!/usr/bin/env bash
# Makes a fresh clone ready to use. Writes inside this folder only, apart from what uv keeps in
# its own cache; no environment of yours is touched.
#
#   scripts/bootstrap.sh            all of the steps
#   scripts/bootstrap.sh sync       steps 1 and 2: uv, then Python and the libraries
#   scripts/bootstrap.sh encoder    step 3: the sentence encoder
#   scripts/bootstrap.sh web        step 4: the web widget, bundled with Node
#   scripts/bootstrap.sh checks     what the tests check the files of deploy/ with, into .tools/deploy
#   scripts/bootstrap.sh uv         prints the path of a working uv, fetching one if need be
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# The oldest uv that was tried with uv.lock.
UV_AT_LEAST=0.8.0
OWN_UV="$PWD/.tools/uv/bin/uv"
read -r PYTHON <.python-version

# Both would lead uv away from .venv, where make and the README look for the programs.
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT
# uv gives up after 30 silent seconds; some of the wheels are hundreds of megabytes.
export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}"

# Ctrl-C is nobody's error to explain.
trap 'exit 130' INT

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $1"
  shift
  if (($#)); then printf '  %s\n' "$@" >&2; fi
  exit 1
}

# A pyenv shim works or fails with the version that is active at the moment, so none is used:
# what comes out is PATH without them.
path_without_shims() {
  local entry kept=() entries
  IFS=: read -ra entries <<<"$PATH"
  for entry in "${entries[@]}"; do
    case "${entry%/}" in
      */.pyenv/shims | "${PYENV_ROOT:-/nowhere}/shims") ;;
      *) kept+=("$entry") ;;
    esac
  done
  (IFS=: && printf '%s\n' "${kept[*]}")
}

# PATH without pyenv's shims, and after it the interpreters that pyenv really holds.
path_with_pythons() {
  local path bin
  path="$(path_without_shims)"
  for bin in "${PYENV_ROOT:-${HOME:-/nowhere}/.pyenv}"/versions/*/bin; do
    if [[ -d "$bin" ]]; then path="$path:$bin"; fi
  done
  printf '%s\n' "$path"
}

# all_on PATH NAME: every program of that name, first come first.
all_on() { (PATH="$1" && type -aP "$2") || true; }

is_working_uv() {
  local version
  version="$("$1" --version 2>/dev/null)" || return 1
  version="${version#uv }"
  printf '%s\n' "$UV_AT_LEAST" "${version%% *}" | sort -V -C
}

find_uv() {
  local candidate
  while read -r candidate; do
    if is_working_uv "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done < <(all_on "$(path_without_shims)" uv && printf '%s\n' "$OWN_UV")
  return 1
}

# A python3 that can install uv: best one with venv (Debian packs ensurepip apart from Python, and
# venv needs it), else one with pip. uv's wheels are for Python 3.8 and newer.
find_python() {
  local modules probe candidate
  for modules in 'venv, ensurepip' pip; do
    probe="import sys, $modules; sys.exit(sys.version_info < (3, 8))"
    while read -r candidate; do
      if "$candidate" -c "$probe" 2>/dev/null; then
        printf '%s\n' "$candidate"
        return
      fi
    done < <(all_on "$(path_with_pythons)" python3)
  done
  return 1
}

# Into .tools/uv: an environment of its own, or a plain folder where venv is missing.
install_uv() {
  local python pip
  python="$(find_python)" ||
    die "no python3 (3.8 or newer) with the venv module was found; uv is fetched with it." \
      "On Debian or Ubuntu run this, as root or with sudo in front, then try again:" \
      "    apt-get install -y python3-venv" \
      "Or install uv $UV_AT_LEAST or newer yourself, so that 'uv --version' answers."
  rm -rf .tools/uv
  if "$python" -m venv .tools/uv >/dev/null 2>&1; then
    pip=(.tools/uv/bin/python -m pip install)
  else
    rm -rf .tools/uv
    pip=("$python" -m pip install --target .tools/uv)
  fi
  # A pip told to install for the user refuses both ways of keeping uv in here.
  export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_ROOT_USER_ACTION=ignore
  "${pip[@]}" --quiet --disable-pip-version-check "uv>=$UV_AT_LEAST" >&2 ||
    die "pip could not install uv into .tools/uv; its own words are above." \
      "If it has no network: let this machine reach the PyPI registry" \
      "(a proxy: HTTPS_PROXY; a mirror: PIP_INDEX_URL), then try again." \
      "If pip itself is missing: apt-get install -y python3-venv"
}

uv_path() {
  if find_uv; then return; fi
  say "[1/4] uv: none on PATH that works, fetching one into .tools/uv"
  install_uv
  find_uv || die "the uv in .tools/uv does not run on this machine." \
    "Install uv $UV_AT_LEAST or newer yourself, so that 'uv --version' answers, then try again."
}

explain_failed_sync() {
  if "$1" python find >/dev/null 2>&1; then
    die "the libraries could not be installed; uv's own words are above." \
      "Check the free disk space (4 GB) and that this machine reaches the PyPI registry" \
      "(a proxy: HTTPS_PROXY; a mirror: UV_DEFAULT_INDEX), then try again." \
      "What was downloaded is kept."
  fi
  die "no Python $PYTHON here, and uv could not download one; its own words are above." \
    "Do one of these, then try again:" \
    "  - let this machine reach github.com, from where uv downloads Python," \
    "    or name a mirror of those downloads in UV_PYTHON_INSTALL_MIRROR;" \
    "  - pyenv install $PYTHON" \
    "  - apt-get install -y python$PYTHON    (where the system has it, as Ubuntu 22.04)"
}

sync() {
  local uv
  uv="$(uv_path)"
  say "[1/4] uv: $uv"
  say "[2/4] Python $PYTHON and the libraries, into .venv (at first minutes and 3 GB)"
  PATH="$(path_with_pythons)"
  "$uv" sync --frozen || explain_failed_sync "$uv"
}

encoder() {
  local uv
  uv="$(uv_path)"
  say "[3/4] The sentence encoders, into models/encoder and models/door_encoder"
  "$uv" run --no-sync medpath setup
}

# The oldest Nodes that the bundler runs on.
is_working_node() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number)
    process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null &&
    [[ -x "${1%/*}/npm" ]]
}

find_node() {
  local candidate
  while read -r candidate; do
    if is_working_node "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done < <(all_on "$PATH" node && printf '%s\n' "$PWD/.venv/bin/node")
  return 1
}

# Without a Node on PATH the one of the lock file is added to .venv.
node_path() {
  local uv
  if find_node; then return; fi
  uv="$(uv_path)"
  say "[4/4] Node: none on PATH that works (20.19 or newer with npm), adding one to .venv"
  "$uv" sync --frozen --inexact --group node >&2 ||
    die "Node could not be installed; uv's own words are above." \
      "Check that this machine reaches the PyPI registry, or install Node 20.19 or newer with npm yourself." \
      "On Debian or Ubuntu: apt-get install -y nodejs npm"
  find_node || die "the Node in .venv does not run on this machine." \
    "Install Node 20.19 or newer with npm yourself, so that 'node --version' answers, then try again."
}

web() {
  local node
  node="$(node_path)"
  say "[4/4] The web widget, into web/dist"
  export PATH="${node%/*}:$PATH"
  cd web
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
    die "the widget's parts could not be installed; npm's own words are above." \
      "Check that this machine reaches the npm registry (a proxy: HTTPS_PROXY; a mirror: npm_config_registry)," \
      "then try again."
  npm run --silent build >&2 || die "the widget could not be built; the bundler's own words are above."
}

# Not among the steps of a set-up: only whoever runs the tests needs it.
checks() {
  local uv
  uv="$(uv_path)"
  say "The programs that check deploy/, into .tools/deploy"
  UV_PROJECT_ENVIRONMENT="$PWD/.tools/deploy" PATH="$(path_with_pythons)" "$uv" sync --frozen --project deploy/checks ||
    explain_failed_sync "$uv"
}

case "${1:-all}" in
  # Not joined by &&, which would have bash go on after a failure inside sync.
  all)
    sync
    encoder
    web
    ;;
  sync) sync ;;
  encoder) encoder ;;
  web) web ;;
  checks) checks ;;
  uv) uv_path ;;
  *) die "unknown step '$1'." "Steps: sync, encoder, web, checks, uv; none for everything." ;;
esac
