// SPDX-License-Identifier: BSL-1.0
#pragma once

// Denies system calls to the calling thread and to all its later children, as the seccomp profile of a container does.

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <seccomp.h>

namespace cotrace::test {

struct denied_call {
    std::string name;
    int error = EPERM;                      ///< the error with which the call fails; if 0, the call kills the process
    std::optional<std::uint64_t> first{};   ///< if set, the call is denied only with this first argument
};

/// Denies these calls to the calling thread, and sets no_new_privs.
inline void deny(std::vector<denied_call> const& calls)
{
    auto const must = [](int answer) {
        if (answer < 0)
            throw std::system_error{-answer, std::generic_category(), "libseccomp"};
    };
    auto* const profile = ::seccomp_init(SCMP_ACT_ALLOW);
    for (auto const& each : calls) {
        int const number = ::seccomp_syscall_resolve_name(each.name.c_str());
        if (number == __NR_SCMP_ERROR)
            throw std::system_error{ENOSYS, std::generic_category(), each.name};
        auto const action = each.error == 0 ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(static_cast<std::uint32_t>(each.error));
        scmp_arg_cmp const first{0, SCMP_CMP_EQ, each.first.value_or(0), 0};
        must(::seccomp_rule_add_array(profile, action, number, each.first ? 1 : 0, &first));
    }
    must(::seccomp_load(profile));
    ::seccomp_release(profile);
}

}   // namespace cotrace::test
