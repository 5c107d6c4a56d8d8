// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>

namespace cotrace::app {

/// Whether this program was built with libselinux's headers, so that it can use libselinux if the machine has it.
bool has_policy_contexts() noexcept;

/// For `-e secontext=mismatch`: makes the library look up contexts in the SELinux policy of this machine. After a failure, which
/// may concern only a part of the policy, returns one line with the reason.
std::optional<std::string> use_policy_contexts();

}   // namespace cotrace::app
