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

/// The cost of one edit. `misspelling_cost` adds 1 for some edits.
inline constexpr unsigned cost_of_edit = 64;

/// The smallest cost of the edits that turn `name` into `word`, regardless of upper and lower case. An edit removes,
/// inserts or replaces one letter, or exchanges two neighbouring letters. Each edit costs `cost_of_edit`, and 1 more if
/// it inserts or replaces a letter. A result of `(most + 1) * cost_of_edit` or more may be inexact.
inline unsigned misspelling_cost(std::string_view word, std::string_view name, unsigned most)
{
    constexpr std::size_t longest = 48;
    constexpr unsigned known_letter = cost_of_edit, any_letter = cost_of_edit + 1;
    auto const difference = word.size() > name.size() ? word.size() - name.size() : name.size() - word.size();
    if (difference > most || word.size() >= longest || name.size() >= longest)
        return (most + 1) * cost_of_edit;
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    // costs[i][j] is the cost of turning the first j letters of `name` into the first i letters of `word`.
    std::array<std::array<unsigned, longest>, longest> costs;
    for (unsigned i = 0; i <= word.size(); ++i)
        costs[i][0] = i * any_letter;
    for (unsigned j = 0; j <= name.size(); ++j)
        costs[0][j] = j * known_letter;
    std::array<std::size_t, 256> last_row{};   // for each letter: the last row before row i with this letter; 0: none
    for (std::size_t i = 1; i <= word.size(); ++i) {
        std::size_t last_column = 0;   // the last column before column j with the letter of row i; 0: none
        for (std::size_t j = 1; j <= name.size(); ++j) {
            bool const same = lower(word[i - 1]) == lower(name[j - 1]);
            auto& cost = costs[i][j];
            cost = std::min(
                {costs[i - 1][j - 1] + (same ? 0 : any_letter), costs[i - 1][j] + any_letter, costs[i][j - 1] + known_letter});
            // An exchange of two letters. Each letter between the two, in `name` or in `word`, counts as one more edit.
            auto const row = last_row[static_cast<unsigned char>(lower(name[j - 1]))];
            if (row != 0 && last_column != 0)
                cost = std::min(cost, costs[row - 1][last_column - 1] + known_letter
                                          + static_cast<unsigned>(i - row - 1) * any_letter
                                          + static_cast<unsigned>(j - last_column - 1) * known_letter);
            if (same)
                last_column = j;
        }
        last_row[static_cast<unsigned char>(lower(word[i - 1]))] = i;
    }
    return costs[word.size()][name.size()];
}

/// The smallest number of edits that turn `name` into `word`, see `misspelling_cost`. A result above `most` may be
/// inexact.
inline unsigned edit_distance(std::string_view word, std::string_view name, unsigned most)
{
    return misspelling_cost(word, name, most) / cost_of_edit;
}

/// Collects the names that are most like a misspelled word.
class near_names {
public:
    explicit near_names(std::string_view word)
        : word_{word}
    {
    }

    /// Keeps `name` if it is like the word (see `rank_of`). At most three names are kept, those that are most like the
    /// word. `name` must stay valid.
    void consider(std::string_view name) { keep(rank_of(name), name); }

    /// Like `consider`, but also keeps `name` if the word is like the beginning of `name`.
    void consider_abbreviated(std::string_view name)
    {
        auto rank = rank_of(name);
        auto const last = std::min(word_.size() + most_edits + 1, name.size());
        for (auto size = word_.size() - std::min<std::size_t>(word_.size(), most_edits); size < last; ++size)
            if (auto const of_beginning = rank_of(name.substr(0, size)); of_beginning != too_far)
                rank = std::min(rank, of_beginning + of_one_edit / 2);   // with equal edits, a whole name has a better rank
        keep(rank, name);
    }

    /// The kept name that is most like the word; empty if no name is kept.
    std::string_view best() const { return kept_.empty() ? std::string_view{} : kept_.front().second; }

    /// If fewer than three names are kept, adds `name` as the last one, even if it is not like the word.
    void add(std::string_view name) { keep(too_far - 1, name); }

    /// A question with the kept names, such as "; did you mean 'open' or 'openat'?". Empty if no name is kept.
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
    static constexpr unsigned most_edits = 2;   ///< the most edits by which a kept name may differ from the word
    static constexpr unsigned longest_start = 64;
    static constexpr unsigned of_one_edit = cost_of_edit * longest_start;
    static constexpr unsigned too_far = ~0u;

    /// The rank of the name: the lower the rank, the better the name fits. An empty name has the rank `too_far`. A name
    /// that needs more than `most_edits` edits, or more edits than half of the longer length, has this rank, too. Among
    /// names of equal cost, a longer beginning in common with the word gives a lower rank.
    unsigned rank_of(std::string_view name) const
    {
        auto const cost = misspelling_cost(word_, name, most_edits);
        auto const edits = cost / cost_of_edit;
        if (name.empty() || edits > most_edits || 2 * edits > std::max(word_.size(), name.size()))
            return too_far;
        return (cost + 1) * longest_start - std::min(common_start(name), longest_start - 1);
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
    std::vector<std::pair<unsigned, std::string_view>> kept_;   ///< the kept names with their ranks, the best name first
};

/// A question that suggests the elements of `names` that are most like `word`; empty if no name is like `word`.
/// `name_of` gives the name of an element.
template <class Names, class Projection = std::identity>
std::string question_about(std::string_view word, Names const& names, Projection name_of = {})
{
    near_names near{word};
    for (auto const& each : names)
        near.consider(std::invoke(name_of, each));
    return near.question();
}

}   // namespace cotrace::detail
