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

/// What the engine has to know of a system call, apart from its arguments.
struct call_traits {
    call_kind kind = call_kind::ordinary;   ///< the kind that the call has for some arguments
    bool is_prctl = false;                  ///< prctl(2)
    bool ends_process = false;              ///< exit_group(2)
    bool is_clone = false;                  ///< clone(2), which has its flags in the first argument
    bool is_clone3 = false;                 ///< clone3(2), whose first argument points to the flags
    /// The call may give the process a descriptor of a file. After execve(2), threads that the call ended may have opened some.
    bool makes_descriptor = false;
    /// The index of the argument that is the descriptor of the file that the call reads.
    std::optional<std::uint8_t> read_descriptor{};
};

/// The traits of a call; those of an ordinary call for numbers that no call has.
call_traits const& traits_of(abi::arch interface, std::uint64_t number);

/// The kind of a call with this first argument.
inline call_kind kind_of(call_traits const& traits, std::uint64_t first_argument) noexcept
{
    if (traits.kind != call_kind::confines)
        return traits.kind;
    auto const option = static_cast<std::uint32_t>(first_argument);
    // PR_SET_SECCOMP; SECCOMP_SET_MODE_STRICT and SECCOMP_SET_MODE_FILTER.
    return (traits.is_prctl ? option == 22 : option <= 1) ? traits.kind : call_kind::ordinary;
}

/// The interface of a call. The kernel reports x86_64 for x32, too. The numbers of x32 have a bit that tells the two
/// apart. The number -1 means "no call", and is not one of x32.
constexpr abi::arch interface_of(abi::arch reported, std::uint64_t number) noexcept
{
    bool const x32 = reported == abi::arch::x86_64 && number != ~std::uint64_t{0} && (number & 0x40000000) != 0;
    return x32 ? abi::arch::x32 : reported;
}

} // namespace cotrace::tracee
