// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>

#include <cstdint>
#include <optional>

namespace cotrace::tracee {

/// The kinds of system calls. The engine handles all kinds except `ordinary` in a special way.
enum class call_kind : std::uint8_t {
    ordinary,
    makes_thread,
    replaces_image,
    adds_filter,   ///< may install a seccomp filter: seccomp(2), prctl(2)
    about_cpus,    ///< sched_setaffinity(2), sched_getaffinity(2)
};

/// The properties of a system call that follow from its name.
struct call_traits {
    call_kind kind = call_kind::ordinary;   ///< for `adds_filter`, the first argument decides the kind: see `kind_of`
    bool is_prctl = false;
    bool ends_process = false;       ///< true for exit_group(2)
    bool ends_thread = false;        ///< true for exit(2) and exit_group(2)
    bool changes_mappings = false;   ///< true for calls that may map or unmap a file: mmap(2), munmap(2), mremap(2)
    bool is_clone = false;           ///< true for clone(2), which has its flags in the first argument
    bool is_clone3 = false;          ///< true for clone3(2), whose first argument points to the flags
    /// Whether the process may have a new file descriptor after the call. True for execve(2): the threads that the call ends
    /// may have opened files.
    bool makes_descriptor = false;
    /// The index of the argument with the file descriptor that the call reads from. Empty if the call reads from no file.
    std::optional<std::uint8_t> read_descriptor{};
};

/// The traits of the call with this number. If no call has this number, the traits of an ordinary call.
call_traits const& traits_of(uapi::arch interface, std::uint64_t number);

/// Whether a call that adds a filter adds it to all threads of the process: seccomp(2) with SECCOMP_SET_MODE_FILTER and
/// SECCOMP_FILTER_FLAG_TSYNC.
inline bool filters_all_threads(call_traits const& traits, std::uint64_t operation, std::uint64_t flags) noexcept
{
    return !traits.is_prctl && static_cast<std::uint32_t>(operation) == 1 && (flags & 1) != 0;
}

/// The kind of a call that has these traits and this first argument.
inline call_kind kind_of(call_traits const& traits, std::uint64_t first_argument) noexcept
{
    if (traits.kind != call_kind::adds_filter)
        return traits.kind;
    auto const option = static_cast<std::uint32_t>(first_argument);
    // 22 is PR_SET_SECCOMP of prctl(2). 0 and 1 are SECCOMP_SET_MODE_STRICT and SECCOMP_SET_MODE_FILTER of seccomp(2).
    return (traits.is_prctl ? option == 22 : option <= 1) ? traits.kind : call_kind::ordinary;
}

}   // namespace cotrace::tracee
