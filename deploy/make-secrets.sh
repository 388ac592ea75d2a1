#!/bin/sh
# Makes what compose.yml needs of secrets, in secrets/ beside this file or in the folder that is given. What is there
# already stays: to change one, remove its file (docs/deploying.md tells what follows) and run this again.
set -eu
folder="${1:-$(dirname -- "$0")/secrets}"
command -v openssl >/dev/null || { echo "error: openssl is missing. apt-get install -y openssl, then try again." >&2; exit 1; }

# The folder keeps others out. The files in it are read in the containers, by other users than the one who makes them.
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
umask 022

keep() {
  if [ -s "$1" ]; then return; fi
  printf '%s' "$2" >"$1.new"
  chmod 444 "$1.new"
  mv "$1.new" "$1"
  echo "made $folder/$1"
}

new() { openssl rand -hex 32; }

keep postgres-password "$(new)"
keep redis-password "$(new)"
keep MEDPATH_DATABASE_URL "postgresql://medpath:$(cat postgres-password)@postgres:5432/medpath"
keep MEDPATH_REDIS_URL "redis://:$(cat redis-password)@redis:6379/0"
keep MEDPATH_WEB_SECRET "$(new)"
keep MEDPATH_ACTIONS_SECRET "$(new)"

for name in tls.crt tls.key; do
  [ -s "$name" ] || echo "still missing: $folder/$name (the certificate of your server's name, and its key)"
done
