// SPDX-License-Identifier: BSL-1.0
#include "identity.hpp"

#include "argument_parsing.hpp"

#include <algorithm>
#include <string_view>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

/// The supplementary groups of a user, as initgroups(3) would set them.
std::vector<gid_t> groups_of(std::string const& user, gid_t group)
{
    std::vector<gid_t> found(16);
    int count = static_cast<int>(found.size());
    while (::getgrouplist(user.c_str(), group, found.data(), &count) < 0) {
        count = std::max(count, static_cast<int>(2 * found.size()));
        found.resize(static_cast<std::size_t>(count));
    }
    found.resize(static_cast<std::size_t>(count));
    return found;
}

}   // namespace

result<std::optional<identity>, std::string> find_identity(std::string const& wanted)
{
    if (wanted.empty())
        return std::optional<identity>{};
    if (::geteuid() != 0)
        return outcome::failure("You must be root to use the -u/--username option");
    if (passwd const* const found = ::getpwnam(wanted.c_str()))
        return std::optional{identity{found->pw_uid, found->pw_gid, groups_of(wanted, found->pw_gid)}};
    auto const colon = wanted.find(':');
    auto const user = number<uid_t>(std::string_view{wanted}.substr(0, colon));
    auto const group = colon == std::string::npos ? std::nullopt : number<gid_t>(std::string_view{wanted}.substr(colon + 1));
    if (!user || !group)
        return outcome::failure("Cannot find user '" + wanted + "'");
    return std::optional{identity{*user, *group, {}}};
}

}   // namespace cotrace::app
