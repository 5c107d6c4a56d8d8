// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace cotrace::app {

/// The user and the groups that COMMAND runs with.
struct identity {
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;   ///< supplementary groups; empty for "UID:GID"
};

/// Finds the identity for the argument of -u, a user name or "UID:GID"; no identity if `wanted` is empty.
result<std::optional<identity>, std::string> find_identity(std::string const& wanted);

}   // namespace cotrace::app
