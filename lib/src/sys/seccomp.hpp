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

/// The SECCOMP_RET_DATA of the engine's seccomp programs, which distinguishes their stops from the stops of a filter of the
/// traced program.
inline constexpr std::uint32_t our_report = 0xc07a;

/// One system call of one interface. A null character follows `name` in memory. `name` is empty if the call has no name.
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

/// Makes a program that reports (SECCOMP_RET_TRACE) all calls with `reported` and, if `others` is true, all call numbers that are
/// not listed. The program may report more calls. The first of `interfaces` must be the tracer's own.
///
/// Since Linux 5.11, the kernel does not run the program for calls that the program always allows.
result<seccomp_program> report_calls(std::span<known_interface const> interfaces, bool others);

}   // namespace cotrace::sys
