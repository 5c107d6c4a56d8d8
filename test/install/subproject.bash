#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# subproject.bash TREE: builds and runs the program of a Meson project that has cotrace as a subproject. With COTRACE_SHORT,
# compiles only two files, because the whole library takes minutes.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"
tree=$1

mkdir -p "$scratch/subprojects"
ln -s "$tree" "$scratch/subprojects/cotrace"
cp "$here/outside.cpp" "$scratch/"
cat >"$scratch/meson.build" <<'EOF'
project('outside', 'cpp', default_options: ['cpp_std=c++20', 'optimization=0', 'debug=false'])
cotrace_dep = dependency('cotrace', fallback: ['cotrace', 'cotrace_dep'])
executable('outside', 'outside.cpp', dependencies: cotrace_dep)
EOF

# With --force-fallback-for, Meson uses the tree even if another cotrace is installed.
quietly() { "$@" >"$scratch/log" 2>&1 </dev/null || fail "$(cat "$scratch/log")"; }
quietly meson setup --buildtype=plain --wrap-mode=default --force-fallback-for=cotrace "$scratch/build" "$scratch"
if [ -n "${COTRACE_SHORT-}" ]; then
  quietly ninja -C "$scratch/build" -n outside
  grep -q '\] Linking target outside' "$scratch/log" || fail "the program is not linked: $(cat "$scratch/log")"
  quietly ninja -C "$scratch/build" outside.p/outside.cpp.o subprojects/cotrace/lib/libcotrace-tables.a.p/src_uapi_errnos.cpp.o
else
  quietly ninja -C "$scratch/build" outside
  expect_records "$scratch/build/outside"
fi
[ ! -e "$scratch/build/subprojects/cotrace/test" ] || fail "a subproject's tests were configured"
