#!/usr/bin/env bash
# What .pre-commit-hooks.yaml runs: `diff-hook.sh [option…] file…` compares each file with itself as it is at the merge base
# with $APILOOM_BASE (origin/HEAD when unset). A file that is new there is passed over.
set -euo pipefail

apiloom=${APILOOM_BIN:-apiloom}
base=${APILOOM_BASE:-origin/HEAD}
options=()
while [ $# -gt 0 ] && [ "${1#--}" != "$1" ]; do
  options+=("$1")
  shift
done
common=$(git merge-base HEAD "$base")
worst=0
for schema in "$@"; do
  git cat-file -e "$common:./$schema" 2>/dev/null || continue
  status=0
  env -u APILOOM_BASE "$apiloom" diff "$schema" --base "$base" "${options[@]}" || status=$?
  [ "$status" -le "$worst" ] || worst=$status
done
exit "$worst"
