#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# installed.bash BUILD PREFIX LIBDIR COMPILER…: installs into a scratch folder, and
# builds and runs a program outside of the tree with the flags of pkg-config.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"
build=$1 prefix=$2 libdir=$3
shift 3
compiler=("$@")

meson install -C "$build" --no-rebuild --quiet --destdir "$scratch/root" >"$scratch/log" 2>&1 ||
  fail "$(cat "$scratch/log")"
installed=$scratch/root/${prefix#/}
libs=$installed/$libdir

for name in bin/cotrace include/cotrace/cotrace.hpp "$libdir/libcotrace.a" "$libdir/libcotrace.so" \
  "$libdir/pkgconfig/cotrace.pc" share/cotrace/record.schema.json; do
  [ -e "$installed/$name" ] || fail "not installed: $name"
done
stray=$(cd "$installed" && find . -type f ! -path './include/cotrace/*' ! -path "./$libdir/libcotrace*" \
  ! -path './bin/cotrace' ! -name cotrace.pc ! -path ./share/cotrace/record.schema.json)
[ -z "$stray" ] || fail "files that should not be installed: $stray"
[ "$("$installed/bin/cotrace" --version | head -n 1)" != "" ] || fail "the installed command prints no version"

flags() {
  PKG_CONFIG_PATH=$libs/pkgconfig pkg-config --define-variable=prefix="$installed" "$@" cotrace
}
[ "$(flags --modversion)" = "$("$installed/bin/cotrace" --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)" ] ||
  fail "cotrace.pc and the command have different versions"

read -ra compile <<<"$(flags --cflags)"
"${compiler[@]}" -std=c++20 "${compile[@]}" -c "$here/outside.cpp" -o "$scratch/outside.o"

read -ra shared <<<"$(flags --libs)"
"${compiler[@]}" "$scratch/outside.o" "${shared[@]}" -o "$scratch/shared"
[[ $(LD_LIBRARY_PATH=$libs ldd "$scratch/shared") == *libcotrace.so* ]] || fail "not linked with libcotrace.so"

# Without the shared library in the same folder, -lcotrace means the archive, which needs
# the libraries that `--static` adds.
mkdir "$scratch/archive"
cp "$libs/libcotrace.a" "$scratch/archive/"
read -ra static <<<"$(flags --static --libs)"
"${compiler[@]}" "$scratch/outside.o" "-L$scratch/archive" "${static[@]}" -o "$scratch/static"
! ldd "$scratch/static" | grep libcotrace || fail "--static linked with libcotrace.so"

expect_records env LD_LIBRARY_PATH="$libs" "$scratch/shared"
expect_records "$scratch/static"
