// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/folded.hpp>

#include "render/frames.hpp"
#include "render/numbers.hpp"

namespace cotrace::render {

folded_stacks::folded_stacks(folded_weight weight) noexcept
    : weight_{weight}
{
}

void folded_stacks::count(record const& seen)
{
    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    if (done == nullptr || !done->stack || !done->call)
        return;
    std::string key;
    if (seen.comm) {
        put_folded_name(key, *seen.comm);
        key += ';';
    }
    put_frames(key, *done->stack);
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
