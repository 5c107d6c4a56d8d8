// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>

#include <cstdint>
#include <optional>

namespace cotrace::tracee {

/// Calls that the engine has to see: they make or replace tracees, they change which
/// calls the kernel reports, or they show the CPUs that a thread is bound to.
enum class call_kind : std::uint8_t {
    ordinary,
    makes_thread,
    replaces_image,
    confines,     ///< may put a seccomp filter in place: seccomp(2), prctl(2)
    about_cpus,   ///< sched_setaffinity(2), sched_getaffinity(2)
};

/// The kind that the call has for some arguments.
constexpr call_kind kind_of(abi::arch interface, std::uint64_t number) noexcept
{
    using enum call_kind;
    switch (interface) {
    case abi::arch::x86_64:
    case abi::arch::x32:
        switch (number & ~std::uint64_t{0x40000000}) {
        case 56: case 57: case 58: case 435: return makes_thread;      // clone fork vfork clone3
        case 59: case 322: return interface == abi::arch::x32 ? ordinary : replaces_image;   // execve execveat
        case 520: case 545: return interface == abi::arch::x32 ? replaces_image : ordinary;
        case 157: case 317: return confines;
        case 203: case 204: return about_cpus;
        default: return ordinary;
        }
    case abi::arch::i386:
        switch (number) {
        case 2: case 120: case 190: case 435: return makes_thread;
        case 11: case 358: return replaces_image;
        case 172: case 354: return confines;
        case 241: case 242: return about_cpus;
        default: return ordinary;
        }
    case abi::arch::aarch64:
    case abi::arch::riscv64:
        switch (number) {
        case 220: case 435: return makes_thread;
        case 221: case 281: return replaces_image;
        case 167: case 277: return confines;
        case 122: case 123: return about_cpus;
        default: return ordinary;
        }
    }
    return ordinary;
}

/// The kind of a call with this first argument.
constexpr call_kind kind_of(abi::arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept
{
    auto const kind = kind_of(interface, number);
    if (kind != call_kind::confines)
        return kind;
    auto const option = static_cast<std::uint32_t>(first_argument);
    bool const is_prctl = number == (interface == abi::arch::i386 ? 172 : interface == abi::arch::x86_64 ? 157 : 167)
                       || (interface == abi::arch::x32 && (number & 0xffff) == 157);
    // PR_SET_SECCOMP; SECCOMP_SET_MODE_STRICT and SECCOMP_SET_MODE_FILTER.
    return (is_prctl ? option == 22 : option <= 1) ? kind : call_kind::ordinary;
}

/// exit_group(2).
constexpr bool ends_process(abi::arch interface, std::uint64_t number) noexcept
{
    switch (interface) {
    case abi::arch::x86_64: return number == 231;
    case abi::arch::x32: return (number & 0xffff) == 231;
    case abi::arch::i386: return number == 252;
    default: return number == 94;
    }
}

/// clone(2), which has its flags in the first argument, and clone3(2), whose first argument points to the flags.
constexpr bool is_clone(abi::arch interface, std::uint64_t number) noexcept
{
    switch (interface) {
    case abi::arch::x86_64: return number == 56;
    case abi::arch::x32: return (number & 0xffff) == 56;
    case abi::arch::i386: return number == 120;
    default: return number == 220;
    }
}
constexpr bool is_clone3(std::uint64_t number) noexcept { return (number & 0xffff) == 435; }

/// The index of the argument that is the descriptor of the file that the call reads: read(2), pread(2), readv(2),
/// preadv(2), preadv2(2), sendfile(2), splice(2), copy_file_range(2). Nothing for other calls.
constexpr std::optional<unsigned> read_descriptor(abi::arch interface, std::uint64_t number) noexcept
{
    switch (interface) {
    case abi::arch::x86_64:
        switch (number) {
        case 0: case 17: case 19: case 275: case 295: case 326: case 327: return 0;
        case 40: return 1;
        default: return std::nullopt;
        }
    case abi::arch::x32:
        switch (number & ~std::uint64_t{0x40000000}) {
        case 0: case 17: case 515: case 275: case 534: case 326: case 546: return 0;
        case 40: return 1;
        default: return std::nullopt;
        }
    case abi::arch::i386:
        switch (number) {
        case 3: case 145: case 180: case 313: case 333: case 377: case 378: return 0;
        case 187: case 239: return 1;
        default: return std::nullopt;
        }
    case abi::arch::aarch64:
    case abi::arch::riscv64:
        switch (number) {
        case 63: case 65: case 67: case 69: case 76: case 285: case 286: return 0;
        case 71: return 1;
        default: return std::nullopt;
        }
    }
    return std::nullopt;
}

/// Whether the call may give the process a descriptor of a file: open(2), creat(2), openat(2), openat2(2),
/// open_by_handle_at(2), dup(2), dup2(2), dup3(2), fcntl(2), recvmsg(2), recvmmsg(2), pidfd_getfd(2), and execve(2),
/// after which threads that the call ended may have opened some.
constexpr bool makes_descriptor(abi::arch interface, std::uint64_t number) noexcept
{
    if (kind_of(interface, number) == call_kind::replaces_image)
        return true;
    switch (interface) {
    case abi::arch::x86_64:
    case abi::arch::x32:
        switch (number & ~std::uint64_t{0x40000000}) {
        case 2: case 85: case 257: case 437: case 304: case 32: case 33: case 292: case 72: case 438: return true;
        case 47: case 299: return interface == abi::arch::x86_64;
        case 519: case 537: return interface == abi::arch::x32;
        default: return false;
        }
    case abi::arch::i386:
        switch (number) {
        case 5: case 8: case 295: case 437: case 342: case 41: case 63: case 330: case 55: case 221: case 438:
        case 102: case 337: case 372: case 417: return true;   // 102: socketcall(2)
        default: return false;
        }
    case abi::arch::aarch64:
    case abi::arch::riscv64:
        switch (number) {
        case 56: case 437: case 265: case 23: case 24: case 25: case 212: case 243: case 438: return true;
        default: return false;
        }
    }
    return false;
}

/// The interface of a call. The kernel reports x86_64 for x32, too. The numbers of x32 have a bit that tells the two
/// apart. The number -1 means "no call", and is not one of x32.
constexpr abi::arch interface_of(abi::arch reported, std::uint64_t number) noexcept
{
    bool const x32 = reported == abi::arch::x86_64 && number != ~std::uint64_t{0} && (number & 0x40000000) != 0;
    return x32 ? abi::arch::x32 : reported;
}

} // namespace cotrace::tracee
