# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# shellcheck disable=SC2034
# The machines that test/emulated/run starts, the Debian packages that cotrace and its tests need, and the commands that start the
# emulators.

# Each line: name, processor, Debian release and package of the kernel, and more words for the kernel's command line. The kernel
# of forky has PTRACE_SET_SYSCALL_INFO (Linux 6.16).
machines=(
  'aarch64-6.1   aarch64 bookworm linux-image-arm64'
  'aarch64-6.12  aarch64 trixie   linux-image-arm64'
  'riscv64-6.12  riscv64 trixie   linux-image-riscv64'
  'riscv64-new   riscv64 forky    linux-image-riscv64'
  'x86_64-5.10   x86_64  bullseye linux-image-amd64'
  'x86_64-6.1    x86_64  bookworm linux-image-amd64'
  'x86_64-6.12   x86_64  trixie   linux-image-amd64'
  'x32-6.12      x86_64  trixie   linux-image-amd64 syscall.x32=y'
  'selinux-6.12  x86_64  trixie   linux-image-amd64 security=selinux selinux=1 enforcing=0'
)

# The tests of each machine that does not run all tests. Tests on the command line take precedence over this table.
declare -A own_tests=([selinux-6.12]='cli/contexts cli/thread_contexts trace/contexts trace/exec trace/follow')

# For each processor: its name in Debian, and the Debian release that provides the libraries.
declare -A debian_names=([aarch64]=arm64 [riscv64]=riscv64 [x86_64]=amd64)
declare -A releases=([aarch64]=bookworm [riscv64]=trixie [x86_64]=bookworm)

# For each release: the packages with the headers and libraries that cotrace and its tests are compiled with.
declare -A library_packages=(
  [bookworm]='catch2 libboost1.81-dev libc6-dev libdw-dev libfmt-dev libseccomp-dev libstdc++-12-dev liburing-dev rapidjson-dev'
  [trixie]='catch2 libboost1.83-dev libc6-dev libdw-dev libfmt-dev libseccomp-dev libstdc++-14-dev liburing-dev rapidjson-dev'
)

# The packages of the programs that the tests run in a machine, and for each processor, packages with additional libraries.
program_packages='bash busybox-static coreutils dash findutils grep python3 sed tar util-linux'
declare -A more_packages=([aarch64]='' [riscv64]='' [x86_64]='libbpf1 libc6-i386')

# For each processor: the command that starts the emulator, and the name of the serial line that is the kernel's console.
declare -A emulators=(
  [aarch64]='qemu-system-aarch64 -machine virt -cpu cortex-a72'
  [riscv64]='qemu-system-riscv64 -machine virt'
  [x86_64]='qemu-system-x86_64 -machine q35 -cpu max'
)
declare -A consoles=([aarch64]=ttyAMA0 [riscv64]=ttyS0 [x86_64]=ttyS0)
