#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# exports.bash LIBRARY: compares the names of the functions and objects that the shared library exports with the list in
# the file exported_names. Weak symbols (inline functions and templates) depend on the compiler, so they are not in the
# list, and the script checks only their namespaces.
# exports.bash LIBRARY --update: writes the exported names to the file exported_names.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"

# Prints the names of the exported symbols that are not weak, without parameters, each once. The types V, W and u of
# nm(1), which are weak, are left out.
strong() {
  nm -D --defined-only -C "$1" | sed -nE 's/^[0-9a-f]+ [TDBR] //p' | sed -E 's/\[abi:cxx11\]//; s/\(.*//' | LC_ALL=C sort -u
}
foreign_symbols() {
  nm -D --defined-only -C "$1" | sed -E 's/^[0-9a-f]+ . //' | grep -vE '(^|[ *&<])(cotrace|boost::asio)::'
}

if [ "${2-}" = --update ]; then
  strong "$1" >"$here/exported_names"
  exit
fi
strong "$1" >"$scratch/exports"
diff -u "$here/exported_names" "$scratch/exports" || fail "the library exports other functions than exported_names lists"
if foreign_symbols "$1" | head -n 5 | grep .; then
  fail "the library exports names that are neither cotrace's nor Asio's"
fi
