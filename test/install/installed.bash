#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# installed.bash BUILD PREFIX LIBDIR TREE COMPILER…: installs the build into a scratch folder, and tests programs that use the
# installed library through pkg-config and CMake.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"
build=$1 prefix=$2 libdir=$3 tree=$4
shift 4
compiler=("$@")

meson install -C "$build" --no-rebuild --quiet --destdir "$scratch/root" >"$scratch/log" 2>&1 ||
  fail "$(cat "$scratch/log")"
installed=$scratch/root/${prefix#/}
libs=$installed/$libdir

documents=(share/man/man1/cotrace.1 share/man/man3/cotrace.3 share/bash-completion/completions/cotrace
  share/zsh/site-functions/_cotrace share/fish/vendor_completions.d/cotrace.fish)
for name in "${documents[@]}" bin/cotrace include/cotrace/cotrace.hpp "$libdir/libcotrace.a" "$libdir/libcotrace.so" \
  "$libdir/pkgconfig/cotrace.pc" "$libdir"/cmake/cotrace/cotraceConfig{,Version}.cmake share/cotrace/{record.schema.json,trace_file.proto} \
  share/cotrace/clickhouse/{schema,queries}.sql; do
  [ -e "$installed/$name" ] || fail "not installed: $name"
done
stray=$(cd "$installed" && find . -type f ! -path './include/cotrace/*' ! -path "./$libdir/libcotrace*" \
  ! -path './bin/cotrace' ! -name cotrace.pc ! -path './*/cmake/cotrace/*' ! -path ./share/cotrace/record.schema.json \
  ! -path ./share/cotrace/trace_file.proto \
  ! -path './share/cotrace/clickhouse/*.sql' | grep -vxF "$(printf './%s\n' "${documents[@]}")" || true)
[ -z "$stray" ] || fail "files that should not be installed: $stray"
[ "$("$installed/bin/cotrace" --version | head -n 1)" != "" ] || fail "the installed command prints no version"

flags() {
  PKG_CONFIG_PATH=$libs/pkgconfig pkg-config --define-variable=prefix="$installed" "$@" cotrace
}
version=$(flags --modversion)
[ "$version" = "$("$installed/bin/cotrace" --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)" ] ||
  fail "cotrace.pc and the command have different versions"

read -ra compile <<<"$(flags --cflags)"
"${compiler[@]}" "${compile[@]}" -c "$here/outside.cpp" -o "$scratch/outside.o"

# The compiler must reject a tracer whose executor is a thread pool, with a short error message.
! "${compiler[@]}" "${compile[@]}" -fsyntax-only "$here/unsupported.cpp" >"$scratch/log" 2>&1 || fail "unsupported.cpp compiles"
[ "$(wc -l <"$scratch/log")" -le 20 ] || fail "the error message is long: $(cat "$scratch/log")"
grep -q deleted "$scratch/log" || fail "the error message does not show the reason: $(cat "$scratch/log")"

read -ra shared <<<"$(flags --libs)"
"${compiler[@]}" "$scratch/outside.o" "${shared[@]}" -o "$scratch/shared"
[[ $(LD_LIBRARY_PATH=$libs ldd "$scratch/shared") == *libcotrace.so* ]] || fail "not linked with libcotrace.so"

# This folder has only libcotrace.a, so -lcotrace links with this archive. The program then needs the libraries that `pkg-config
# --static` adds.
mkdir "$scratch/archive"
cp "$libs/libcotrace.a" "$scratch/archive/"
read -ra static <<<"$(flags --static --libs)"
"${compiler[@]}" "$scratch/outside.o" "-L$scratch/archive" "${static[@]}" -o "$scratch/static"
! ldd "$scratch/static" | grep libcotrace || fail "--static linked with libcotrace.so"

# The README's program is the first C++ code block with a main function.
mkdir "$scratch/readme"
awk '/^```cpp$/ { code = ""; inside = 1; next } /^```$/ { if (inside && code ~ /int main\(/) { printf "%s", code; exit } inside = 0 }
  inside { code = code $0 "\n" }' "$tree/README.md" >"$scratch/readme/watch.cpp"
[ -s "$scratch/readme/watch.cpp" ] || fail "the README has no program"
"${compiler[@]}" "${compile[@]}" "$scratch/readme/watch.cpp" "${shared[@]}" -o "$scratch/watch"

cat >"$scratch/readme/CMakeLists.txt" <<EOF
cmake_minimum_required(VERSION 3.16)
project(watch CXX)
find_package(cotrace ${version%.*} REQUIRED)
add_executable(watch watch.cpp)
target_link_libraries(watch cotrace::cotrace)
EOF
{
  CXX="${compiler[*]}" cmake -S "$scratch/readme" -B "$scratch/cmake" -DCMAKE_PREFIX_PATH="$installed" &&
    cmake --build "$scratch/cmake"
} >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"

expect_records env LD_LIBRARY_PATH="$libs" "$scratch/shared"
expect_records "$scratch/static"

# The README's program prints the files that `cat /etc/hostname` opens.
for program in "$scratch/watch" "$scratch/cmake/watch"; do
  said=$(cd "$scratch/readme" && LD_LIBRARY_PATH=$libs "$program") || fail "$program failed"
  [[ $said == *'openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = 3'* ]] || fail "$program printed: $said"
done
