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

# One SARIF file for all schemas: a run each, with an id of its own (section 3.17.3), else only the last one would be shown.
# The lines of our own output are put together, so that no other program is needed.
sarif_run() {
  local id run
  id=${1//\\/\\\\}
  id=${id//\"/\\\"}
  run=$("$apiloom" diff "$1" --base "$base" --format sarif "${options[@]}" --fail-on none | sed -n '/^  "runs": \[$/,/^  \]/{//!p;}') || return
  printf '    {\n      "automationDetails": { "id": "apiloom/%s/" },\n%s' "$id" "${run#*$'\n'}"
}

sarif=
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
    sarif+=${sarif:+$',\n'}$(sarif_run "$schema")
  fi
done <<<"${SCHEMAS:?the input schemas is empty}"
if [ -n "${SARIF:-}" ]; then
  printf '{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n  "version": "2.1.0",\n  "runs": [\n%s\n  ]\n}\n' "$sarif" >"$SARIF"
fi
[ -z "${GITHUB_OUTPUT:-}" ] || echo "breaking=$breaking" >>"$GITHUB_OUTPUT"
exit "$worst"
