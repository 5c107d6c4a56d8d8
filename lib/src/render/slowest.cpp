// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/slowest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace cotrace::render {

using std::chrono::nanoseconds;

slowest_calls::slowest_calls(std::size_t most, text_options text)
    : most_{most}
    , text_{std::move(text)}
{
}

bool slowest_calls::is_slower(kept const& left, kept const& right) noexcept
{
    return left.what.took != right.what.took ? left.what.took > right.what.took : left.number < right.number;
}

void slowest_calls::count(record const& seen)
{
    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    if (done == nullptr || !done->call || done->took <= nanoseconds{} || most_ == 0)
        return;
    ++counted_;
    bool const is_full = heap_.size() == most_;
    if (is_full && done->took <= heap_.front().what.took)
        return;
    if (is_full) {
        std::ranges::pop_heap(heap_, is_slower);
        heap_.pop_back();
    }
    auto entry = seen;
    entry.at -= done->took;
    heap_.push_back({{done->took, entry.at, seen.thread, text(entry, text_)}, counted_});
    std::ranges::push_heap(heap_, is_slower);
}

std::vector<slowest_calls::call> slowest_calls::all() const
{
    auto sorted = heap_;
    std::ranges::sort(sorted, is_slower);
    std::vector<call> calls;
    for (auto& each : sorted)
        calls.push_back(std::move(each.what));
    return calls;
}

void slowest_calls::append(std::string& to) const
{
    auto out = std::back_inserter(to);
    out = fmt::format_to(out, "{:>12} {:>8} {}\n", "seconds", "thread", "slowest calls");
    for (auto const& each : all())
        out = fmt::format_to(out, "{:>12.6f} {:>8} {}\n", std::chrono::duration<double>{each.took}.count(), raw(each.thread),
                             each.text);
}

}   // namespace cotrace::render
