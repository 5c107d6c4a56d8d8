// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>
#include <cotrace/uapi/arch.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <linux/filter.h>

/// Makes seccomp programs, which decide in the kernel at which system calls a thread stops, see seccomp(2).
namespace cotrace::sys {

using seccomp_program = std::vector<sock_filter>;

/// The SECCOMP_RET_DATA of each SECCOMP_RET_TRACE that the engine's seccomp programs return. This value distinguishes stops that
/// the engine's programs cause from stops that a filter of the traced program causes.
inline constexpr std::uint32_t our_report = 0xc07a;

/// One system call of one interface. A null character follows the last character of `name`. If the call has no name,
/// `name` is empty.
struct known_call {
    std::string_view name;
    std::uint64_t number = 0;   ///< the kernel's number; for x32, with __X32_SYSCALL_BIT
    bool reported = false;
};

struct known_interface {
    uapi::arch interface {
    };
    std::vector<known_call> calls;
};

/// Makes a program that reports all calls with `reported` set to true: it returns SECCOMP_RET_TRACE for them. If `others` is
/// true, the program also reports each call number that is not in the list `calls` of its interface. The program may report
/// more calls than these, and the engine ignores those reports. The first of `interfaces` must be the tracer's own interface.
///
/// Since Linux 5.11, the kernel finds out which calls the program always allows, with any arguments,
/// and does not run the program for these calls.
result<seccomp_program> report_calls(std::span<known_interface const> interfaces, bool others);

}   // namespace cotrace::sys
