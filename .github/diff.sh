#!/usr/bin/env bash
# What action.yml runs: compares each schema of $SCHEMAS (one a line) with $BASE, or with the base of the pull request.
# Changes are shown at their lines, the job's summary gets the change log, and the exit code is the worst one:
# 0 nothing at $FAIL_ON or above, 1 changes, 2 a side cannot be found, 3 a side is no schema.
set -euo pipefail

apiloom=${APILOOM_BIN:-apiloom}
base=${BASE:-}
[ -n "$base" ] || base=${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}
if [ -z "$base" ]; then
  echo "::error::apiloom diff: this is no pull request; say with the input \`base\` what to compare with"
  exit 2
fi
common=$(git merge-base HEAD "$base") || {
  echo "::error::apiloom diff: no commit in common with $base; check out with \`fetch-depth: 0\`"
  exit 2
}
options=()
[ -z "${CATEGORY:-}" ] || options+=(--category "$CATEGORY")

worst=0
breaking=0
while IFS= read -r schema; do
  [ -n "$schema" ] || continue
  if ! git cat-file -e "$common:./$schema" 2>/dev/null; then
    echo "$schema is new: there is nothing to compare it with"
    continue
  fi
  status=0
  "$apiloom" diff "$schema" --base "$base" --format github --fail-on "${FAIL_ON:-breaking}" "${options[@]}" || status=$?
  [ "$status" -le "$worst" ] || worst=$status
  [ "$status" -le 1 ] || continue
  json=$("$apiloom" diff "$schema" --base "$base" --format json "${options[@]}" --fail-on none)
  breaking=$((breaking + $(grep -c '"level": "breaking"' <<<"$json" || true)))
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    "$apiloom" diff "$schema" --base "$base" --format markdown "${options[@]}" --fail-on none >>"$GITHUB_STEP_SUMMARY"
  fi
  if [ -n "${SARIF:-}" ]; then
    "$apiloom" diff "$schema" --base "$base" --format sarif "${options[@]}" --fail-on none >"$SARIF"
  fi
done <<<"${SCHEMAS:?the input schemas is empty}"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "breaking=$breaking" >>"$GITHUB_OUTPUT"
exit "$worst"
