#!/usr/bin/env bash
# Asks the advisory databases of the package registries about every library in the lock files.
# For operators, by hand, with a network: nothing that runs or is tested needs it. Advisories that
# docs/security.md names with their ids are known and judged there; any other one makes this fail, and
# so does a registry that has no advisories to give: nothing was looked at then.
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

uv="$(scripts/bootstrap.sh uv)"
locked="$(mktemp)"
trap 'rm -f "$locked"' EXIT

known=()
while read -r id; do known+=(--ignore-vuln "$id"); done \
  < <(grep -Eo '(CVE|PYSEC)-[0-9]{4}-[0-9]+|GHSA(-[0-9a-z]{4}){3}' docs/security.md | sort -u)

echo "The libraries of uv.lock, but for $((${#known[@]} / 2)) advisories that docs/security.md judges:"
"$uv" export --frozen --no-dev --no-emit-project --no-hashes --no-annotate --no-header --quiet --output-file "$locked"
failed=0
"$uv" tool run pip-audit --disable-pip --no-deps --strict --progress-spinner off --requirement "$locked" "${known[@]}" "$@" ||
  failed=1

echo "The parts of the widget:"
if command -v npm >/dev/null; then
  npm --prefix web audit --omit=dev || failed=1
else
  echo "npm is not installed: not looked at." >&2
fi
exit "$failed"
