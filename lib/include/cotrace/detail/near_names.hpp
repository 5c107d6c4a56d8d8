// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::detail {

/// The smallest number of edits that turn `other` into `one`. An edit inserts, removes or replaces one letter, or
/// exchanges two neighbouring letters. Upper and lower case are equal. A result that is greater than `most` is not
/// exact.
inline unsigned edit_distance(std::string_view one, std::string_view other, unsigned most)
{
    constexpr std::size_t longest = 48;
    auto const difference = one.size() > other.size() ? one.size() - other.size() : other.size() - one.size();
    if (difference > most || one.size() >= longest || other.size() >= longest)
        return most + 1;
    auto const same = [](char a, char b) {
        auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
        return lower(a) == lower(b);
    };
    // rows[i % 3][j] is the distance between the first i letters of `one` and the first j letters of `other`.
    std::array<std::array<unsigned, longest>, 3> rows{};
    for (unsigned j = 0; j <= other.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= one.size(); ++i) {
        auto& now = rows[i % 3];
        auto const& before = rows[(i + 2) % 3];
        now[0] = static_cast<unsigned>(i);
        for (std::size_t j = 1; j <= other.size(); ++j) {
            unsigned const replaced = before[j - 1] + (same(one[i - 1], other[j - 1]) ? 0 : 1);
            now[j] = std::min({replaced, before[j] + 1, now[j - 1] + 1});
            if (i > 1 && j > 1 && same(one[i - 1], other[j - 2]) && same(one[i - 2], other[j - 1]))
                now[j] = std::min(now[j], rows[(i + 1) % 3][j - 2] + 1);
        }
    }
    return rows[one.size() % 3][other.size()];
}

/// Collects the names that are most like a misspelled word.
class near_names {
public:
    explicit near_names(std::string_view word)
        : word_{word}
        , most_{word.size() <= 2   ? 0u
                : word.size() == 3 ? 1u
                                   : 2u}
    {
    }

    /// Keeps `name`, which must stay valid, if it is among the three names that are most like the word.
    void consider(std::string_view name) { keep(rank_of(name), name); }

    /// Also keeps `name` if the word is like the beginning of `name`.
    void consider_abbreviated(std::string_view name)
    {
        auto rank = rank_of(name);
        auto const last = std::min(word_.size() + most_ + 1, name.size());
        for (auto size = word_.size() - std::min<std::size_t>(word_.size(), most_); size < last; ++size)
            if (auto const of_beginning = rank_of(name.substr(0, size)); of_beginning != too_far)
                rank = std::min(rank, of_beginning + of_one_edit / 2);   // a whole name fits better
        keep(rank, name);
    }

    /// The name that is most like the word; empty if no name is like the word.
    std::string_view best() const { return kept_.empty() ? std::string_view{} : kept_.front().second; }

    /// Keeps `name`, even if it is not like the word, as the last name if there are fewer than three.
    void add(std::string_view name) { keep(too_far - 1, name); }

    /// A question such as "; did you mean 'open' or 'openat'?". Empty if no name is like the word.
    std::string question() const
    {
        std::string text;
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            text += i == 0 ? "; did you mean '" : i + 1 == kept_.size() ? " or '" : ", '";
            text.append(kept_[i].second).append("'");
        }
        return text.empty() ? text : text + '?';
    }

private:
    static constexpr unsigned of_one_edit = 64;
    static constexpr unsigned too_far = ~0u;

    /// How well the name fits; the lowest rank fits best.
    unsigned rank_of(std::string_view name) const
    {
        auto const distance = edit_distance(word_, name, most_);
        if (distance > most_ || distance >= std::max(word_.size(), name.size()))
            return too_far;
        return (distance + 1) * of_one_edit - std::min(common_start(name), of_one_edit - 1);
    }

    void keep(unsigned rank, std::string_view name)
    {
        auto const known = [&](auto const& each) { return each.second == name; };
        if (rank == too_far || std::ranges::any_of(kept_, known))
            return;
        std::pair const made{rank, name};
        kept_.insert(std::ranges::upper_bound(kept_, made), made);
        if (kept_.size() > 3)
            kept_.pop_back();
    }

    unsigned common_start(std::string_view name) const
    {
        return static_cast<unsigned>(std::ranges::mismatch(word_, name).in1 - word_.begin());
    }

    std::string_view word_;
    unsigned most_;                                             ///< the greatest distance of a name that is kept
    std::vector<std::pair<unsigned, std::string_view>> kept_;   ///< rank and name, sorted
};

/// The question about those of `names` that are most like `word`; empty if no name is like `word`. `name_of(each)`
/// gives the name of an element of `names`.
template <class Names, class Projection = std::identity>
std::string question_about(std::string_view word, Names const& names, Projection name_of = {})
{
    near_names near{word};
    for (auto const& each : names)
        near.consider(std::invoke(name_of, each));
    return near.question();
}

}   // namespace cotrace::detail
