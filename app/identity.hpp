// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace cotrace::app {

/// Whom a command is run as.
struct identity {
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;   ///< supplementary ones; none where only numbers are known
};

/// What -u asks for: a name, or "UID:GID"; nothing for an empty one.
result<std::optional<identity>, std::string> find_identity(std::string const& wanted);

} // namespace cotrace::app
