// SPDX-License-Identifier: BSL-1.0
#include "output_names.hpp"

#include "processes.hpp"

#include <algorithm>
#include <ctime>

namespace cotrace::app {

namespace {

constexpr std::string_view letters = "pPcnt%";

}   // namespace

usage_error set_output_name(options& to, std::string_view pattern)
{
    for (auto at = pattern.find('%'); at != pattern.npos; at = pattern.find('%', at + 2))
        if (at + 1 == pattern.size() || letters.find(pattern[at + 1]) == letters.npos)
            return "; after '%' may stand p, P, c, n, t or %";
    if (pattern.empty())
        return invalid_argument();
    to.output.name = pattern;
    return no_error;
}

std::string expanded(std::string_view pattern, name_parts const& parts)
{
    std::string name;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '%') {
            name += pattern[at];
            continue;
        }
        switch (pattern[++at]) {
        case 'p': name += std::to_string(raw(parts.thread)); break;
        case 'P': name += std::to_string(raw(parts.process)); break;
        case 'n': name += std::to_string(parts.number); break;
        case 't': name += std::to_string(parts.seconds); break;
        case 'c': {
            auto command = parts.command;
            std::ranges::replace(command, '/', '_');
            name += command;
            break;
        }
        default: name += '%'; break;
        }
    }
    return name;
}

std::string output_names::prefix() const
{
    auto const& path = wanted_.path;
    return path.empty() || path.ends_with('/') ? path : path + ".";
}

std::string output_names::folder() const
{
    auto const path = wanted_.name.empty() ? wanted_.path : prefix() + wanted_.name.substr(0, wanted_.name.find('%'));
    auto const end = path.rfind('/');
    return end == path.npos ? "./" : path.substr(0, end + 1);
}

std::string output_names::next(record const& seen)
{
    if (wanted_.name.empty())
        return unused(wanted_.path + "." + std::to_string(raw(seen.thread)));
    name_parts const parts{.thread = seen.thread,
                           .process = seen.process != pid{} ? seen.process : process_of(seen.thread),
                           .command = seen.comm && !seen.comm->empty() ? *seen.comm : "unknown",
                           .number = ++number_,
                           .seconds = std::time(nullptr)};
    return unused(prefix() + expanded(wanted_.name, parts));
}

std::string output_names::unused(std::string path)
{
    if (used_.insert(path).second)
        return path;
    for (std::uint64_t suffix = 2;; ++suffix)
        if (auto other = path + "." + std::to_string(suffix); used_.insert(other).second)
            return other;
}

}   // namespace cotrace::app
