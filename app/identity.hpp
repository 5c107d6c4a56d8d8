// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <optional>
#include <string>

#include <sys/types.h>

namespace cotrace::app {

/// Whom a command is run as.
struct identity {
    std::string name;    ///< empty: only the numbers are known
    uid_t user = 0;
    gid_t group = 0;
};

/// What -u asks for: a name, or "UID:GID"; nothing for an empty one.
result<std::optional<identity>, std::string> find_identity(std::string const& wanted);

} // namespace cotrace::app
