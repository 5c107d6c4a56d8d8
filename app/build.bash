# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# For app/run and test/run to source: install what is missing, configure and
# build, without a word while all is well. They say in `build` which folder to
# build in. Paths are absolute, because both may be called from any folder and
# through a symlink.

top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

# What a build needs, by Debian 12's package names.
build_packages=(
  g++
  libboost1.81-dev
  libfmt-dev
  libseccomp-dev
  liburing-dev
  meson
  ninja-build
  pkg-config
)

# The second compiler, with its sanitizers and its fuzzer.
clang_packages=(
  clang-16
  libclang-rt-16-dev
)

# The two kinds of build that tests run in: build, and with checks of addresses and of undefined behaviour, build-asan.
# Line numbers are all that a report of the checks needs; more of -g takes a third longer. Warnings are errors in CI, but
# not with the checks: GCC's manual warns of false alarms under -fsanitize.
release_options=(--buildtype=release -Dtests=true ${CI:+-Dwerror=true})
sanitized_options=(--buildtype=debug -Doptimization=1 -Ddebug=false -Dcpp_args=-g1 '-Db_sanitize=address,undefined' -Dtests=true)

say() { printf 'cotrace: %s\n' "$*" >&2; }

# First runs take minutes. A person at a terminal is told why; a log is not.
tell() { if [ -t 2 ]; then say "$@"; fi; }

# run_quietly LOG COMMAND…: the command's output goes to LOG, and to standard
# error too once it failed.
run_quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null && return
  local status=$?
  cat "$log" >&2
  say "failed ($status): $*"
  return "$status"
}

# missing_packages NAME…: those that dpkg does not have. Where there is no
# dpkg nobody can tell, and Meson's own complaints must do.
missing_packages() {
  command -v dpkg-query >/dev/null || return 0
  local installed name
  installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  for name; do
    [[ $installed == *" installed:$name "* ]] || printf '%s\n' "$name"
  done
}

# install_packages NAME…: with apt-get, as root or through sudo; otherwise
# names them and goes on, for what is missing may be there in another form.
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
  # A fresh machine's package lists are empty or old. A foreign source in them
  # that does not answer is no reason to stop.
  run_quietly "$build/apt.log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
    apt="apt-get -qq -o DPkg::Lock::Timeout=600"
    $apt update
    $apt install -y --no-install-recommends "$@"' sh "${missing[@]}" ||
    say "could not install: ${missing[*]}"
}

# True when the build folder was set up to its end, and for this very tree.
is_configured() {
  [ -f "$build/build.ninja" ] && [[ $(cat "$build/.configured" 2>/dev/null) == "$top: "* ]]
}

# configure OPTION…: sets Meson up, unless that was done with these options.
configure() {
  local wanted="$top: $*" how=()
  if is_configured; then
    [ "$(cat "$build/.configured")" != "$wanted" ] || return 0
    how=(--reconfigure)
  else
    rm -rf "$build"/meson-*   # of a setup that was interrupted, or of a tree that has moved
  fi
  run_quietly "$build/configure.log" meson setup "${how[@]}" "$@" "$build" "$top" || return
  printf '%s' "$wanted" >"$build/.configured"
}

# configure_clang: for the second compiler, in build-clang as a rule.
configure_clang() {
  CC=clang-16 CXX=clang++-16 configure --buildtype=debug -Doptimization=0 -Ddebug=false -Dwerror=true -Dtests=true
}

# compile TARGET…: builds these, or everything.
compile() { run_quietly "$build/compile.log" ninja -C "$build" "$@"; }

# Two of us in one build folder would spoil it: the second waits.
lock_build() {
  mkdir -p "$build"
  exec {build_lock}>"$build/.lock"
  flock "$build_lock"
}
unlock_build() { exec {build_lock}>&-; }
