// SPDX-License-Identifier: BSL-1.0
#include "identity.hpp"

#include <charconv>
#include <string_view>

#include <pwd.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

std::optional<std::uint32_t> number(std::string_view digits)
{
    std::uint32_t value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

} // namespace

result<std::optional<identity>, std::string> find_identity(std::string const& wanted)
{
    if (wanted.empty())
        return std::optional<identity>{};
    if (::geteuid() != 0)
        return outcome::failure("You must be root to use the -u/--username option");
    if (passwd const* const found = ::getpwnam(wanted.c_str()))
        return std::optional{identity{wanted, found->pw_uid, found->pw_gid}};
    auto const colon = wanted.find(':');
    auto const user = number(std::string_view{wanted}.substr(0, colon));
    auto const group = colon == std::string::npos ? std::nullopt : number(std::string_view{wanted}.substr(colon + 1));
    if (!user || !group)
        return outcome::failure("Cannot find user '" + wanted + "'");
    return std::optional{identity{{}, *user, *group}};
}

} // namespace cotrace::app
