// SPDX-License-Identifier: BSL-1.0
#include "testing/messages.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace cotrace::testing::messages {

namespace {

constexpr std::size_t most_listed = 5;
constexpr std::size_t most_nearest = 3;
constexpr std::size_t most_last = 5;

std::string joined(std::vector<std::string> const& words)
{
    std::string all;
    for (auto const& each : words)
        all += (all.empty() ? "" : ", ") + each;
    return all;
}

struct candidate {
    std::size_t place = 0;
    pattern::likeness how{};
};

/// At most `most_nearest` happenings that are similar to `what`, ordered by time. Of equally similar happenings, takes the
/// later ones.
std::vector<candidate> best(journal const& in, std::vector<std::size_t> const& places, pattern const& what)
{
    std::vector<candidate> found;
    for (auto const place : places)
        if (auto how = what.compare(in.happenings()[place]); how.points != 0 && !how.missed.empty())
            found.push_back({place, std::move(how)});
    std::ranges::reverse(found);
    std::ranges::stable_sort(found, std::ranges::greater{}, [](auto const& each) { return each.how.points; });
    found.resize(std::min(found.size(), most_nearest));
    std::ranges::sort(found, {}, &candidate::place);
    return found;
}

}   // namespace

std::string listed(journal const& in, std::vector<std::size_t> const& places)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(places.size(), most_listed); ++i)
        text.append(indent).append(in.numbered_line(places[i])).append("\n");
    if (places.size() > most_listed)
        text.append(indent).append("and " + std::to_string(places.size() - most_listed) + " more\n");
    return text;
}

std::string similar(journal const& in, std::vector<std::size_t> const& places, pattern const& what, std::string_view where)
{
    auto const found = best(in, places, what);
    if (found.empty())
        return {};
    std::string text{"nearest"};
    text.append(where).append(":\n");
    for (auto const& each : found) {
        text.append(indent).append(in.numbered_line(each.place)).append("\n");
        text.append(indent).append(indent).append("is not: ").append(joined(each.how.missed)).append("\n");
    }
    return text;
}

std::string nearest(journal const& in, std::vector<std::size_t> const& places, pattern const& what, std::string_view where)
{
    auto text = similar(in, places, what, where);
    return text.empty() ? last_of(in, places, where) : text;
}

std::string last_of(journal const& in, std::vector<std::size_t> const& places, std::string_view where)
{
    std::vector<std::string> lines;
    for (auto const place : places) {
        auto const& each = in.happenings()[place];
        if (each.what == happening::kind::entry || journal::line(each).empty())
            continue;
        lines.push_back(in.numbered_line(place));
    }
    auto const count = lines.size();
    std::string text = count == 0           ? "no records"
                       : count <= most_last ? "all records"
                                            : "the last of " + std::to_string(count) + " records";
    text.append(where).append(count == 0 ? "\n" : ":\n");
    for (auto at = lines.end() - static_cast<std::ptrdiff_t>(std::min(count, most_last)); at != lines.end(); ++at)
        text.append(indent).append(*at).append("\n");
    return text;
}

std::string recent(journal const& in, std::string_view where)
{
    auto text = last_of(in, in.places(), where);
    auto const running = in.calls_in_progress();
    if (!running.empty())
        text.append("calls in progress").append(where).append(":\n");
    for (auto const& each : running)
        text.append(indent).append(each).append("\n");
    return text;
}

std::string gaps(journal const& in)
{
    std::string text;
    for (auto const& each : in.records()) {
        if (auto const* lost = std::get_if<records_lost>(&each.what))
            text += "note: " + std::to_string(lost->count) + " records were lost\n";
        if (auto const* failed = std::get_if<trace_failed>(&each.what))
            text += "note: the trace failed: " + failed->what.message() + "\n";
    }
    return text;
}

}   // namespace cotrace::testing::messages
