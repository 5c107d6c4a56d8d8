// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/folded.hpp>

#include <cotrace/stack.hpp>

#include "render/numbers.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>

namespace cotrace::render {

namespace {

/// Appends the name of a frame. The format separates frames by ';', so a ';' in a name is replaced by ':'.
void put_name(std::string& to, std::string_view name)
{
    auto const begin = to.size();
    to += name;
    std::ranges::replace(to.begin() + static_cast<std::ptrdiff_t>(begin), to.end(), ';', ':');
    std::ranges::replace(to.begin() + static_cast<std::ptrdiff_t>(begin), to.end(), '\n', ' ');
}

/// Appends the name of a frame's function. If the function is not known, appends the name of the file in brackets,
/// without the directory of the file.
void put_frame(std::string& to, stack_frame const& shown)
{
    if (!shown.function.empty())
        return put_name(to, shown.function);
    to += '[';
    put_name(to, shown.file.empty() ? "unknown" : std::string_view{shown.file}.substr(shown.file.rfind('/') + 1));
    to += ']';
}

}   // namespace

void folded_stacks::count(record const& seen)
{
    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    if (done == nullptr || !done->stack || !done->call)
        return;
    std::string key;
    if (seen.comm) {
        put_name(key, *seen.comm);
        key += ';';
    }
    for (auto const& each : done->stack->frames() | std::views::reverse) {
        put_frame(key, each);
        key += ';';
    }
    key += done->call->name();
    if (weight_ == folded_weight::calls)
        ++calls_[key];
    else
        time_[key] += done->took;
}

void folded_stacks::append(std::string& to) const
{
    auto const line = [&to](std::string const& stack, std::uint64_t number) {
        to += stack;
        to += ' ';
        put_number(to, number);
        to += '\n';
    };
    for (auto const& [stack, number] : calls_)
        line(stack, number);
    for (auto const& [stack, time] : time_)
        line(stack, static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()));
}

}   // namespace cotrace::render
