// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <linux/filter.h>

/// Seccomp programs that decide in the kernel which system calls stop, see seccomp(2).
namespace cotrace::sys {

using seccomp_program = std::vector<sock_filter>;

/// The SECCOMP_RET_DATA of each SECCOMP_RET_TRACE of the engine's programs. It distinguishes
/// their stops from those of a traced program's own filter.
inline constexpr std::uint32_t our_report = 0xc07a;

/// One system call of one interface; `name` ends with a null character.
struct known_call {
    std::string_view name;
    std::uint64_t    number = 0;       ///< the kernel's number; for x32, with the bit of x32
    bool             reported = false;
};

struct known_interface {
    abi::arch interface{};
    std::vector<known_call> calls;
};

/// A program that returns SECCOMP_RET_TRACE for the reported calls and lets the other calls
/// run. The first interface is the native one. The program may report more calls than
/// asked for, but never fewer. With `others`, it also reports numbers that are in no list.
///
/// The kernel does not run the program for a call that the program allows with any
/// arguments (Linux 5.11).
result<seccomp_program> report_calls(std::span<known_interface const> interfaces, bool others);

} // namespace cotrace::sys
