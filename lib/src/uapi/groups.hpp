// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cotrace::uapi {

/// The groups of system calls, which strace(1) calls classes. strace does not have the group `io_uring`.
enum class group : std::uint32_t {
    none        = 0,
    file        = 1U << 0,     ///< takes a file name
    process     = 1U << 1,
    network     = 1U << 2,
    signal      = 1U << 3,
    ipc         = 1U << 4,     ///< System V IPC
    descriptor  = 1U << 5,     ///< takes or makes a file descriptor
    memory      = 1U << 6,
    creds       = 1U << 7,
    clock       = 1U << 8,
    stat        = 1U << 9,
    lstat       = 1U << 10,
    fstat       = 1U << 11,
    stat_like   = 1U << 12,    ///< stat, lstat, fstat and their variants
    statfs      = 1U << 13,
    fstatfs     = 1U << 14,
    statfs_like = 1U << 15,    ///< statfs, fstatfs, ustat
    pure        = 1U << 16,    ///< always succeeds and takes no arguments
    io_uring    = 1U << 17,    ///< the calls of io_uring
};

constexpr group operator|(group a, group b) noexcept
{
    return static_cast<group>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}

constexpr group operator&(group a, group b) noexcept
{
    return static_cast<group>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}

/// Whether `whole` contains all groups in `part`.
constexpr bool includes(group whole, group part) noexcept { return (whole & part) == part; }

/// The groups of a system call, or of a call that is made through socketcall(2) or ipc(2). `none` for an unknown name.
group groups_of(std::string_view name) noexcept;

/// The group that `spelling` means in `-e trace=`, for example "%file", "%%stat", or an old name without "%". For the spelling
/// "all", returns `group::none`, which `includes` finds in the groups of every call.
std::optional<group> group_spelled(std::string_view spelling) noexcept;

/// All spellings that `group_spelled` knows.
std::span<std::string_view const> group_spellings() noexcept;

} // namespace cotrace::uapi
