#!/bin/sh
# Runs a script with the pinned Bun: the one on the path if it is that version, else the one from npm.
# A fresh machine has only npm, so this file is the whole bootstrap.
set -eu
bun_version=1.4.5
cd "$(dirname "$0")/.."
if [ "$(bun --version 2>/dev/null || true)" = "$bun_version" ]; then
  [ -d node_modules/@sinclair/typebox ] || bun install --frozen-lockfile
  exec bun "$@"
fi
exec npm exec --yes --package="bun@$bun_version" -- sh "$0" "$@"
