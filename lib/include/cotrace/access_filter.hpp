// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/number_set.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace {

/// Selects calls by the files that their arguments name. If `paths` is empty and `descriptors` is absent, every call
/// fits. Otherwise, a call fits if it is in one of the classes `%file`, `%desc` and `%network`, and one of its
/// arguments is
///
/// - a path that is equal to one of `paths`;
/// - a file descriptor of a file that has one of `paths`;
/// - a file descriptor in `descriptors`;
/// - a set of file descriptors for select(2) or poll(2) with a file descriptor that fits.
///
/// A few arguments are not compared, for example the target of symlink(2); strace does not compare them either.
struct access_filter {
    std::vector<std::string> paths{};
    std::optional<number_set> descriptors{};

    bool wants_all() const noexcept { return paths.empty() && !descriptors; }
    bool has(std::string_view path) const noexcept { return std::find(paths.begin(), paths.end(), path) != paths.end(); }
    bool has(int fd) const noexcept { return descriptors && fd >= 0 && descriptors->has(fd); }
};

}   // namespace cotrace
