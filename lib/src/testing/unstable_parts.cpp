// SPDX-License-Identifier: BSL-1.0
#include "testing/unstable_parts.hpp"

#include <algorithm>
#include <cctype>

namespace cotrace::testing {

namespace {

constexpr std::string_view standard_output = "standard output";

bool is_alphanumeric(char each) { return std::isalnum(static_cast<unsigned char>(each)) != 0; }

/// The length of the common beginning of two texts, up to its last character that is neither a letter nor a digit.
template <class Text>
std::size_t common_beginning(Text const& one, Text const& other)
{
    auto const end = std::ranges::mismatch(one, other).in1;
    auto const cut = std::find_if_not(std::make_reverse_iterator(end), std::rend(one), is_alphanumeric).base();
    return static_cast<std::size_t>(cut - std::begin(one));
}

}   // namespace

random_name::random_name(std::string_view one, std::string_view other)
    : length_{one.size() == other.size() ? one.size() : 0}
{
    before_ = one.substr(0, common_beginning(one, other));
    std::string const end{one.rbegin(), one.rend() - static_cast<std::ptrdiff_t>(before_.size())};
    std::string const other_end{other.rbegin(), other.rend() - static_cast<std::ptrdiff_t>(before_.size())};
    after_ = one.substr(one.size() - common_beginning(end, other_end));
    if (before_.empty() && after_.empty()) {
        auto const same = std::ranges::mismatch(one, other).in1;
        before_ = one.substr(0, static_cast<std::size_t>(same - one.begin()));
    }
}

bool random_name::fits(std::string_view name) const noexcept
{
    if (before_.empty() && after_.empty())   // the two names have nothing in common
        return false;
    if (name.size() <= before_.size() + after_.size() || (length_ != 0 && name.size() != length_))
        return false;
    auto const random = name.substr(before_.size(), name.size() - before_.size() - after_.size());
    return name.starts_with(before_) && name.ends_with(after_) && random.find('/') == random.npos;
}

unstable_parts::unstable_parts(fault_run const& once, fault_run const& again)
{
    if (again.output != once.output)
        names_.emplace_back(standard_output);
    std::vector<std::string_view> only_once, only_again;
    for (auto const& [name, state] : once.after)
        if (auto const other = again.after.find(name); other == again.after.end()) {
            names_.push_back(name);
            only_once.push_back(name);
        } else {
            in_both_.insert(name);
            if (other->second != state)
                names_.push_back(name);
        }
    for (auto const& [name, unused] : again.after)
        if (!once.after.contains(name)) {
            names_.push_back(name);
            only_again.push_back(name);
        }
    // Both lists are sorted, so the n-th name of each is usually made by the same call.
    for (std::size_t i = 0; i < std::min(only_once.size(), only_again.size()); ++i)
        random_.emplace_back(only_once[i], only_again[i]);
}

void unstable_parts::remove_from(fault_run& run) const
{
    for (auto const& each : names_) {
        if (each == standard_output)
            run.output.clear();
        run.before.erase(each);
        run.after.erase(each);
    }
    std::erase_if(run.after, [&](auto const& file) {
        auto const& name = file.first;
        return !run.before.contains(name) && !in_both_.contains(name)
               && std::ranges::any_of(random_, [&](auto const& each) { return each.fits(name); });
    });
}

}   // namespace cotrace::testing
