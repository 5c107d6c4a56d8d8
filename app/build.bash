# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Functions for scripts that build: install missing packages, configure and build. The caller sets `build`, the path of the build
# folder.

top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

# The Debian 12 packages for a build with all optional dependencies.
build_packages=(
  bpftool
  clang-16
  g++
  libbpf-dev
  libboost1.81-dev
  libdw-dev
  libfmt-dev
  libjs-d3
  libprotozero-dev
  libseccomp-dev
  libselinux1-dev
  liburing-dev
  libzstd-dev
  meson
  ninja-build
  pkg-config
  rapidjson-dev
)

# The Debian 12 packages of Clang with its sanitizers and its fuzzer.
clang_packages=(
  clang-16
  libclang-rt-16-dev
)

# The greatest number of source files that Meson compiles as one. A greater number makes a complete build faster, and a build
# after a change slower.
unity_option=-Dunity_size=27

# The options of app/run's build. With -O3, the build is slower, and the command is not faster.
command_options=("$unity_option" --buildtype=release -Doptimization=2)

# `release_options` are for the folder build, `sanitized_options` for the folder build-asan. -g1 gives reports of the sanitizer
# line numbers. The sanitized build has no -Dwerror, because -fsanitize can cause false warnings.
release_options=("${command_options[@]}" -Dtests=true ${CI:+-Dwerror=true})
sanitized_options=("$unity_option" --buildtype=debug -Doptimization=1 -Ddebug=false -Dcpp_args=-g1 -Db_sanitize=address
  -Dtests=true)

say() { printf 'cotrace: %s\n' "$*" >&2; }

# Prints a progress message if standard error is a terminal.
tell() { if [ -t 2 ]; then say "$@"; fi; }

# run_quietly LOG COMMAND…: writes the output of COMMAND to LOG. If COMMAND fails, also
# copies LOG to standard error.
run_quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null && return
  local status=$?
  cat "$log" >&2
  say "failed ($status): $*"
  return "$status"
}

# missing_packages NAME…: prints those of these packages that are not installed. Prints nothing if there is no dpkg-query.
missing_packages() {
  command -v dpkg-query >/dev/null || return 0
  local installed name
  installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  for name; do
    [[ $installed == *" installed:$name "* ]] || printf '%s\n' "$name"
  done
}

# install_packages NAME…: installs those of these packages that are missing. If the installation is not possible, prints the names
# of the packages and succeeds.
install_packages() {
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo -n)
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      say "these packages are missing, and only root can install them: ${missing[*]}"
      return 0
    fi
  fi
  tell "installing ${missing[*]}"
  # shellcheck disable=SC2016
  # An error of `apt-get update` is ignored, because the error may concern an unrelated package source.
  run_quietly "$build/apt.log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
    apt="apt-get -qq -o DPkg::Lock::Timeout=600"
    $apt update
    $apt install -y --no-install-recommends "$@"' sh "${missing[@]}" ||
    say "could not install: ${missing[*]}"
}

# Succeeds if Meson has set up the build folder completely, and for this source tree.
is_configured() {
  [ -f "$build/build.ninja" ] && [[ $(cat "$build/.configured" 2>/dev/null) == "$top: "* ]]
}

# configure OPTION…: runs `meson setup`, unless the build folder is already configured with exactly these options.
configure() {
  local wanted="$top: $*" how=()
  if is_configured; then
    [ "$(cat "$build/.configured")" != "$wanted" ] || return 0
    how=(--reconfigure)
  else
    rm -rf "$build"/meson-*   # these folders may be left from an interrupted setup, or from another source tree
  fi
  run_quietly "$build/configure.log" meson setup "${how[@]}" "$@" "$build" "$top" || return
  printf '%s' "$wanted" >"$build/.configured"
}

configure_clang() {
  CC=clang-16 CXX=clang++-16 configure "$unity_option" --buildtype=debug -Doptimization=0 -Ddebug=false -Dwerror=true -Dtests=true
}

# compile TARGET…: builds the targets; without arguments, all targets.
compile() { run_quietly "$build/compile.log" ninja -C "$build" "$@"; }

# Locks the build folder. Waits while another script has locked it.
lock_build() {
  mkdir -p "$build"
  exec {build_lock}>"$build/.lock"
  flock "$build_lock"
}
unlock_build() { exec {build_lock}>&-; }
