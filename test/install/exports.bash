#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# exports.bash LIBRARY: compares the names that the shared library exports with the file exported_names. The file has no inline
# functions and templates, because their export depends on the compiler.
# exports.bash LIBRARY --update: writes the exported names to the file exported_names.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"

# Prints the exported names, without parameters. nm(1) shows an inline variable as u (GCC) or V (clang), and an inline function as
# W.
listed() {
  nm -D --defined-only -C "$1" | sed -nE 's/^[0-9a-f]+ ([TDBR] |[uV] (cotrace::))/\2/p' | sed -E 's/\[abi:cxx11\]//; s/\(.*//' | LC_ALL=C sort -u
}
foreign_symbols() {
  nm -D --defined-only -C "$1" | sed -E 's/^[0-9a-f]+ . //' | grep -vE '(^|[ *&<])(cotrace|boost::asio)::'
}

if [ "${2-}" = --update ]; then
  listed "$1" >"$here/exported_names"
  exit
fi
listed "$1" >"$scratch/exports"
diff -u "$here/exported_names" "$scratch/exports" || fail "the library exports other names than exported_names lists"
if foreign_symbols "$1" | head -n 5 | grep .; then
  fail "the library exports names that are neither cotrace's nor Asio's"
fi
