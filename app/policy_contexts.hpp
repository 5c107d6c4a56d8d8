// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>

namespace cotrace::app {

/// Whether this program was built with libselinux's headers, so that it can use libselinux if the machine has it.
bool has_policy_contexts() noexcept;

/// For `-e secontext=mismatch`: makes the library look up the contexts that the active SELinux policy of this machine gives to
/// files. If that fails, or fails for a part of the policy, returns one line with the reason.
std::optional<std::string> use_policy_contexts();

}   // namespace cotrace::app
