#!/bin/sh
# Runs `medpath` with what it is given, in the place of this shell. Each file in /run/secrets whose name is that of a
# variable of Medpath or Slack becomes that variable: no secret then stands where a container's description shows it.
set -eu

for file in "${MEDPATH_SECRETS:-/run/secrets}"/*; do
  name="${file##*/}"
  case "$name" in
    *[!A-Z0-9_]*) continue ;;
    MEDPATH_* | SLACK_*) ;;
    *) continue ;;
  esac
  if [ ! -r "$file" ]; then
    echo "medpath: the secret $file cannot be read by user $(id -u). Let it be read by all; its folder keeps others out." >&2
    exit 1
  fi
  value="$(cat "$file")"
  if [ -z "$value" ]; then
    echo "medpath: the secret $file is empty. Write its value into it, or take it away." >&2
    exit 1
  fi
  export "$name=$value"
done

exec medpath "$@"
