// SPDX-License-Identifier: BSL-1.0
//
// Unified diffs by Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986).
#include <cotrace/testing/golden.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace cotrace::testing {

namespace {

using lines = std::vector<std::string_view>;

// The largest number of edits, to bound time and memory. If texts differ more, all old lines are removed and all new lines added.
constexpr std::ptrdiff_t most_edits = 1000;

constexpr std::size_t context_lines = 3;

/// The lines of a text, each with its line break. The last line may have none.
lines lines_of(std::string_view text)
{
    lines all;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size() - 1);
        all.push_back(text.substr(0, end + 1));
        text.remove_prefix(end + 1);
    }
    return all;
}

struct edit {
    char sign = ' ';   ///< '-' for a removed line, '+' for an added line, ' ' for a line that both texts have
    std::string_view line;
};

/// `progress[edits][k + edits]` is the greatest x on diagonal k, after x old lines and x - k new lines.
using progress = std::vector<std::vector<std::ptrdiff_t>>;

bool comes_from_above(std::vector<std::ptrdiff_t> const& reached, std::ptrdiff_t edits, std::ptrdiff_t k)
{
    // `reached` is for `edits - 1` edits, so its diagonal k is at index k + edits - 1.
    auto const at = [&](std::ptrdiff_t diagonal) { return reached[static_cast<std::size_t>(diagonal + edits - 1)]; };
    return k == -edits || (k != edits && at(k - 1) < at(k + 1));
}

/// Finds how far 0, 1, 2 … edits reach, until the end of both texts. Empty if that takes more than `most_edits` edits.
progress explore(lines const& a, lines const& b)
{
    auto const n = static_cast<std::ptrdiff_t>(a.size()), m = static_cast<std::ptrdiff_t>(b.size());
    progress all;
    for (std::ptrdiff_t d = 0; d <= std::min(n + m, most_edits); ++d) {
        std::vector<std::ptrdiff_t> now(static_cast<std::size_t>(2 * d + 1), -1);
        for (auto k = -d; k <= d; k += 2) {
            std::ptrdiff_t x = 0;
            if (d != 0) {
                auto const& reached = all.back();
                x = comes_from_above(reached, d, k) ? reached[static_cast<std::size_t>(k + d)]
                                                    : reached[static_cast<std::size_t>(k + d - 2)] + 1;
            }
            auto y = x - k;
            while (x < n && y >= 0 && y < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)])
                ++x, ++y;
            now[static_cast<std::size_t>(k + d)] = x;
            if (x >= n && y >= m) {
                all.push_back(std::move(now));
                return all;
            }
        }
        all.push_back(std::move(now));
    }
    return {};
}

std::vector<edit> edits_between(lines const& a, lines const& b)
{
    std::vector<edit> all;
    auto const found = explore(a, b);
    if (found.empty()) {
        for (auto const& line : a)
            all.push_back({'-', line});
        for (auto const& line : b)
            all.push_back({'+', line});
        return all;
    }
    // Follows the edits backwards from the end.
    auto x = static_cast<std::ptrdiff_t>(a.size()), y = static_cast<std::ptrdiff_t>(b.size());
    auto const same = [&] { all.push_back({' ', a[static_cast<std::size_t>(--x)]}), --y; };
    for (auto d = static_cast<std::ptrdiff_t>(found.size()) - 1; d > 0; --d) {
        auto const& reached = found[static_cast<std::size_t>(d - 1)];
        auto const k = x - y;
        bool const added = comes_from_above(reached, d, k);
        auto const before = added ? k + 1 : k - 1;
        auto const from = reached[static_cast<std::size_t>(before + d - 1)];
        auto const begin = added ? from : from + 1;
        while (x > begin)
            same();
        if (added)
            all.push_back({'+', b[static_cast<std::size_t>(--y)]});
        else
            all.push_back({'-', a[static_cast<std::size_t>(--x)]});
    }
    while (x > 0)
        same();
    std::ranges::reverse(all);
    return all;
}

std::string range(std::size_t first, std::size_t count)
{
    // diff(1) counts lines from 1. For an empty range it shows the number of the line before the range.
    auto made = std::to_string(count == 0 ? first : first + 1);
    return count == 1 ? made : made + ',' + std::to_string(count);
}

std::size_t next_change(std::vector<edit> const& all, std::size_t from)
{
    auto const changed = [](edit const& each) { return each.sign != ' '; };
    auto const first = all.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(std::find_if(first, all.end(), changed) - all.begin());
}

/// The index after the last line of the hunk that contains the change. A hunk contains successive changes with at most six lines
/// between them.
std::size_t end_of_hunk(std::vector<edit> const& all, std::size_t change)
{
    auto end = change;
    for (auto at = change; at < all.size() && at - end <= 2 * context_lines; at = next_change(all, end))
        end = at + 1;
    return std::min(end + context_lines, all.size());
}

}   // namespace

std::string unified_diff(std::string_view before, std::string_view after)
{
    auto const a = lines_of(before), b = lines_of(after);
    auto const all = edits_between(a, b);
    std::string text;
    std::size_t old_line = 0, new_line = 0, i = 0;
    for (auto change = next_change(all, 0); change != all.size(); change = next_change(all, i)) {
        auto const begin = change - std::min(change - i, context_lines);
        old_line += begin - i;
        new_line += begin - i;
        i = begin;
        std::size_t old_count = 0, new_count = 0;
        std::string body;
        for (auto const end = end_of_hunk(all, change); i < end; ++i) {
            old_count += all[i].sign != '+';
            new_count += all[i].sign != '-';
            (body += all[i].sign) += all[i].line;
            if (!all[i].line.ends_with('\n'))
                body += "\n\\ No newline at end of file\n";
        }
        text += "@@ -" + range(old_line, old_count) + " +" + range(new_line, new_count) + " @@\n" + body;
        old_line += old_count;
        new_line += new_count;
    }
    return text;
}

}   // namespace cotrace::testing
