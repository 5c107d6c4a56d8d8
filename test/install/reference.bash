#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# reference.bash TREE PREFIX: makes the reference with Doxygen and installs it. Checks that public classes have pages, and that
# internal namespaces have none.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"
tree=$1 prefix=$2

quietly() { "$@" >"$scratch/log" 2>&1 </dev/null || fail "$(cat "$scratch/log")"; }
quietly meson setup --buildtype=plain -Ddocs=true -Dtests=false --prefix "$prefix" "$scratch/build" "$tree"
quietly ninja -C "$scratch/build" lib/html
quietly meson install -C "$scratch/build" --no-rebuild --tags reference --destdir "$scratch/root"
pages=$scratch/root/${prefix#/}/share/doc/cotrace/html
for page in index.html classcotrace_1_1tracer.html structcotrace_1_1session__options.html; do
  [ -s "$pages/$page" ] || fail "not installed: $page"
done
private=$(cd "$pages" && find . -name '*cotrace_1_1detail*' -o -name '*cotrace_1_1engine*')
[ -z "$private" ] || fail "the reference has pages of private names: $private"
