# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# For the tests beside it to source: a folder of their own, and a judgement.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The outside program counts the records of `true`. Where ptrace is denied it
# cannot, but it was compiled, linked and loaded.
expect_records() {
  local said
  if said=$("$@" 2>&1); then
    [[ $said =~ ^[1-9][0-9]*\ records$ ]] || fail "unexpected output: $said"
  elif [[ $said == *"PTRACE_SEIZE"*"not permitted"* || $said == *"Operation not permitted"* ]]; then
    echo "ptrace is denied here"
    exit 77
  else
    fail "$* failed: $said"
  fi
}
