// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/number_set.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace {

/// The files that calls must be about. A call is, if one of its arguments is a
/// path of these, to the letter; or a descriptor whose file has such a path, or
/// which is in the set. An empty filter wants every call.
struct access_filter {
    std::vector<std::string> paths{};
    std::optional<number_set> descriptors{};

    bool wants_all() const noexcept { return paths.empty() && !descriptors; }
    bool has(std::string_view path) const noexcept { return std::find(paths.begin(), paths.end(), path) != paths.end(); }
    bool has(int fd) const noexcept { return descriptors && fd >= 0 && descriptors->has(fd); }
};

} // namespace cotrace
