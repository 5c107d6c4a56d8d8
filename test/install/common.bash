# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# Sourced by the tests in this folder: makes a scratch folder, and defines `fail` and `expect_records`.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# expect_records COMMAND…: runs COMMAND, which must print the number of records of a trace. If ptrace is denied, ends the test as
# skipped.
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
