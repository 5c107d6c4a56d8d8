# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# shellcheck disable=SC2154
# Functions for test/emulated/run: fetch and unpack Debian packages of other processors and releases. The caller sets `kept`, the
# folder for files that later runs use.

# Prints the address of the Debian mirror of this machine. Asks apt, because apt's configuration files may have several formats.
debian_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' |
    awk '$2 !~ /[-\/]/ { print $1; exit }'
}

# prepare_apt PROCESSOR RELEASE: sets APT_CONFIG for the packages of this processor and release, and fetches the package lists if
# they are older than 24 hours.
prepare_apt() {
  local name=${debian_names[$1]} release=$2 mirror
  local state=$kept/apt/$name-$release keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$state/lists/partial" "$state/archives/partial" || return
  : >"$state/status"
  cat >"$state/apt.conf" <<END || return
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state";
Dir::Etc::SourceList "$state/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "$name";
APT::Architectures { "$name"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
END
  export APT_CONFIG=
  [ -z "$(find "$state/updated" -mtime -1 2>/dev/null)" ] || { APT_CONFIG=$state/apt.conf; return; }
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || { say "apt has no Debian mirror"; return 1; }
  # The keyring of the package debian-archive-keyring has the keys of all Debian releases.
  [ -f "$keyring" ] && keyring=" [signed-by=$keyring]" || keyring=
  echo "deb$keyring $mirror $release main" >"$state/sources.list"
  APT_CONFIG=$state/apt.conf
  apt-get -qq update -o APT::Update::Error-Mode=any >"$state/log" 2>&1 || return
  touch "$state/updated"
}

# unpack FILE FOLDER [PATH…]: unpacks a package, or these paths of it. Keeps symbolic links to folders, for example from /bin to
# /usr/bin.
unpack() {
  local file=$1 folder=$2
  shift 2
  dpkg-deb --fsys-tarfile "$file" | tar -x --keep-directory-symlink --no-same-owner -C "$folder" "$@"
}

# make_links_relative FOLDER: makes the absolute symbolic links in FOLDER relative, because the linker would follow an absolute
# link into this machine's folders.
make_links_relative() {
  local link target
  find "$1" -type l -lname '/*' -printf '%p\0%l\0' | while IFS= read -rd '' link && IFS= read -rd '' target; do
    ln -sfnr "$1$target" "$link" || return
  done
}

# fetch_root PROCESSOR: makes $kept/root-PROCESSOR, a folder with the libraries and programs for this processor.
fetch_root() {
  local root=$kept/root-$1 release=${releases[$1]} file
  local names="${library_packages[$release]} $program_packages ${more_packages[$1]}"
  [ "$(cat "$root/.made" 2>/dev/null)" != "$release $names" ] || return 0
  rm -rf "$root"
  prepare_apt "$1" "$release" || return
  local state=${APT_CONFIG%/*}
  # shellcheck disable=SC2086
  apt-get -qq -y install --download-only $names >"$state/log" 2>&1 || return
  # Clang finds the C++ headers by paths with "lib/..", which Ninja shortens to paths in $root/include. So $root/include must
  # exist.
  mkdir -p "$root"/usr/{bin,include,lib,lib32,lib64,libx32,sbin} || return
  (cd "$root" && ln -s usr/* .) || return
  for file in "$state"/archives/*.deb; do
    unpack "$file" "$root" 2>"$state/log" || return
  done
  rm -f "$state"/archives/*.deb
  make_links_relative "$root" || return
  echo "$release $names" >"$root/.made"
}

# kernel_version PACKAGE: prints the version of the kernel that PACKAGE depends on, since Debian 14 through a package such as
# linux-base-arm64.
kernel_version() {
  local name=$1
  while [ -n "$name" ] && [[ $name != linux-*-[0-9]* ]]; do
    name=$(apt-cache depends --important "$name" 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^linux-(image|base)-/ { print $2; exit }')
  done
  printf '%s' "${name#linux-*-}"
}

# fetch_kernel PROCESSOR RELEASE PACKAGE: stores the kernel (`vmlinuz`) and its version (`version`) in
# $kept/kernel-PROCESSOR-RELEASE.
fetch_kernel() {
  local folder=$kept/kernel-$1-$2 version package
  [ ! -f "$folder/version" ] || return 0
  rm -rf "$folder"
  prepare_apt "$1" "$2" && mkdir -p "$folder" || return
  version=$(kernel_version "$3")
  [ -n "$version" ] || { echo "E: Unable to locate package $3"; return 1; }
  # Since Debian 14, the kernel is in the package linux-binary-VERSION.
  package=linux-binary-$version
  [ -n "$(apt-cache show "$package" 2>/dev/null)" ] || package=linux-image-$version
  (cd "$folder" && apt-get -qq download "$package" && unpack "$package"_*.deb . --wildcards '*/vmlinu*') \
    >"${APT_CONFIG%/*}/log" 2>&1 || return
  find "$folder" -name 'vmlinu*' -type f -exec mv {} "$folder/vmlinuz" ';' && rm -rf "${folder:?}"/{boot,usr} "$folder"/*.deb &&
    echo "$version" >"$folder/version"
}
