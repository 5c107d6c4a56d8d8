// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/result.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <linux/filter.h>

/// Programs that decide in the kernel which system calls stop, see seccomp(2).
namespace cotrace::sys {

using seccomp_program = std::vector<sock_filter>;

/// What marks stops of ours from those that a subject's own filter asks for:
/// SECCOMP_RET_DATA of each SECCOMP_RET_TRACE.
inline constexpr std::uint32_t our_report = 0xc07a;

/// One system call of one interface; `name` ends with a null character.
struct known_call {
    std::string_view name;
    std::uint64_t    number = 0;       ///< as the kernel takes it
    bool             reported = false;
};

struct known_interface {
    abi::arch interface{};
    std::vector<known_call> calls;
};

/// A program that stops at the reported calls with SECCOMP_RET_TRACE and lets
/// the others run; the machine's own interface comes first. It may stop at more
/// than it was asked to, never at less: numbers in no list stop if `others`.
///
/// What the kernel sees to be allowed whatever the arguments are, it allows
/// without running the program at all (Linux 5.11).
result<seccomp_program> report_calls(std::span<known_interface const> interfaces, bool others);

} // namespace cotrace::sys
