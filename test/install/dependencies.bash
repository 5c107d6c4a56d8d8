#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# dependencies.bash TREE: checks that Meson's messages about missing dependencies name the packages to install.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=test/install/common.bash
. "$here/common.bash"
tree=$1

# When pkg-config finds no files, Meson does not find libseccomp, and finds fmt only through CMake, if CMake is
# installed.
mkdir "$scratch/nothing"
export PKG_CONFIG_PATH='' PKG_CONFIG_LIBDIR=$scratch/nothing
if meson setup -Dtests=false --wrap-mode=nofallback "$scratch/build" "$tree" >"$scratch/log" 2>&1 </dev/null; then
  fail "a build was configured without dependencies"
fi
pattern='ERROR: Problem encountered: (fmt 9|libseccomp 2\.5) or later is missing\. Install its package: '
pattern+='Debian and Ubuntu, lib(fmt|seccomp)-dev; Fedora, (fmt|libseccomp)-devel; Arch, (fmt|libseccomp); '
pattern+='Alpine, (fmt|libseccomp)-dev$'
grep -Eq "$pattern" "$scratch/log" || fail "$(cat "$scratch/log")"

# Without libdw, libselinux and liburing, which are optional, the build is configured, and warnings name their packages.
unset PKG_CONFIG_LIBDIR
mkdir "$scratch/most"
IFS=: read -ra folders <<<"$(pkg-config --variable pc_path pkg-config)"
for folder in "${folders[@]}"; do
  for file in "$folder"/*.pc; do
    case ${file##*/} in
      '*.pc' | libdw.pc | libselinux.pc | liburing.pc) ;;
      *) ln -sf "$file" "$scratch/most/" ;;
    esac
  done
done
PKG_CONFIG_LIBDIR=$scratch/most meson setup -Dtests=false "$scratch/without" "$tree" >"$scratch/log" 2>&1 </dev/null ||
  fail "$(cat "$scratch/log")"
grep -Eq 'WARNING: libdw 0\.176 or later is missing\. Install .*, libdw-dev; .*, elfutils-devel; .* without call stacks' \
  "$scratch/log" || fail "no warning about libdw: $(cat "$scratch/log")"
grep -Eq 'WARNING: liburing 2\.3 or later is missing\. Install .*, liburing-dev; .*, liburing-devel; .* without io_uring' \
  "$scratch/log" || fail "no warning about liburing: $(cat "$scratch/log")"
grep -Eq 'WARNING: libselinux 3\.0 or later is missing\. Install .*, libselinux1-dev; .*, libselinux-devel; .* without --secontext' \
  "$scratch/log" || fail "no warning about libselinux: $(cat "$scratch/log")"
