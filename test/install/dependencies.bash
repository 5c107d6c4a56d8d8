#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# dependencies.bash TREE: checks that Meson's error message for a missing dependency names the packages to install.
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
