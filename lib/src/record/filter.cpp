// SPDX-License-Identifier: BSL-1.0
#include <cotrace/filter.hpp>

#include <cotrace/detail/near_names.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include "uapi/groups.hpp"
#include "uapi/numbers.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include <regex.h>

namespace cotrace {
namespace {

using uapi::all_interfaces;
using uapi::arch;

// The calls of one interface are a bitset, indexed by `uapi::slot_of`. The last bits are for socketcall(2) and ipc(2) of i386.
constexpr std::size_t socket_bits = uapi::slot_limit;
constexpr std::size_t ipc_bits = socket_bits + 32;
constexpr std::size_t bits = ipc_bits + 32;

using chosen_calls = std::array<std::bitset<bits>, all_interfaces.size()>;

constexpr std::size_t index(arch interface) noexcept { return static_cast<std::size_t>(interface); }

/// The bit of `calls[0]`. `calls` lists the calls that are made through socketcall(2), or those that are made through ipc(2).
constexpr std::size_t first_bit(std::span<uapi::subcall const> calls) noexcept
{
    return calls.size() > 1 && calls[1].name == "socket" ? socket_bits : ipc_bits;
}

/// Calls `f` with the name and the bit of each call of an interface.
template <class F>
void for_each_call(arch interface, F f)
{
    for (auto const& row : uapi::syscalls(interface)) {
        f(row.name, row.number);
        auto const multiplexed = uapi::subcalls(interface, row.number);
        for (std::size_t at = 0; at < multiplexed.size(); ++at)
            if (!multiplexed[at].name.empty())
                f(multiplexed[at].name, first_bit(multiplexed) + at);
    }
}

/// A compiled POSIX extended regular expression.
class expression {
public:
    expression() noexcept = default;
    expression(expression const&) = delete;
    expression& operator=(expression const&) = delete;
    ~expression()
    {
        if (compiled_)
            ::regfree(&regex_);
    }

    /// Compiles `text`. Returns the error message of regerror(3) if `text` is invalid, otherwise an empty string.
    std::string compile(std::string const& text)
    {
        int const failed = ::regcomp(&regex_, text.c_str(), REG_EXTENDED | REG_NOSUB);
        compiled_ = failed == 0;
        if (compiled_)
            return {};
        std::array<char, 256> reason{};
        ::regerror(failed, &regex_, reason.data(), reason.size());
        return reason.data();
    }

    /// Whether the expression matches anywhere in `name`. A null character must follow `name` in memory.
    bool found_in(std::string_view name) const noexcept { return ::regexec(&regex_, name.data(), 0, nullptr, 0) == 0; }

private:
    regex_t regex_{};
    bool compiled_ = false;
};

/// One term of a filter expression, without the leading `?`.
struct term {
    std::string_view text;
    std::string_view suffix;   ///< the text after the last `@`; empty if there is no `@`
    bool limited = false;

    explicit term(std::string_view whole) noexcept
        : text{whole}
    {
        if (auto const at = whole.rfind('@'); at != whole.npos) {
            text = whole.substr(0, at);
            suffix = whole.substr(at + 1);
            limited = true;
        }
    }

    bool suffix_known() const noexcept { return !limited || suffix == "64" || suffix == "32" || suffix == "x32"; }

    bool means(arch interface) const noexcept
    {
        switch (interface) {
        case arch::i386: return !limited || suffix == "32";
        case arch::x32: return !limited || suffix == "x32";
        default: return !limited || suffix == "64";
        }
    }
};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::optional<std::uint64_t> whole_number(std::string_view text) noexcept
{
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Parses a filter expression into the set of calls that it selects.
class selection_parser {
public:
    explicit selection_parser(std::vector<uapi::vocabulary::call_number> also)
        : also_{std::move(also)}
    {
    }

    /// Returns an error message, or an empty string if the filter expression is valid.
    std::string parse(std::string_view whole)
    {
        auto list = whole;
        for (; list.starts_with('!'); list.remove_prefix(1))
            inverted = !inverted;
        if (list == "all")
            inverted = !inverted;
        if (list == "all" || list == "none")
            return {};

        bool any = false;
        while (!list.empty()) {
            auto const comma = list.find(',');
            auto const token = list.substr(0, comma);
            list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
            if (token.empty())
                continue;
            any = true;
            if (auto wrong = take(token); !wrong.empty())
                return wrong;
        }
        return any ? std::string{} : unknown(whole);
    }

    bool is_empty() const noexcept
    {
        return std::ranges::none_of(chosen, [](auto const& calls) { return calls.any(); });
    }

    chosen_calls chosen{};
    bool inverted = false;
    bool ring_operations = false;   ///< whether the filter expression contains the class `%io_uring`

private:
    static std::string unknown(std::string_view what) { return "invalid system call '" + std::string{what} + "'"; }

    /// A question such as "; did you mean 'open'?". Empty if no call or class of calls has a similar name.
    std::string question_about(term const& wanted) const
    {
        if (wanted.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789%") != wanted.text.npos || wanted.text == "all"
            || wanted.text == "none")
            return {};
        detail::near_names near{wanted.text};
        for (auto const spelling : uapi::group_spellings())
            near.consider(spelling);
        for (auto const interface : all_interfaces)
            if (wanted.means(interface))
                for_each_call(interface, [&](std::string_view name, std::size_t) { near.consider(name); });
        for (auto const& each : also_)
            near.consider(each.name);
        // Suggests openat(2) along with open(2), for example, because many programs use the call with "at".
        auto const newer = std::string{near.best()} + "at";
        for (auto const interface : all_interfaces)
            if (wanted.means(interface) && uapi::number_of(interface, newer))
                near.add(newer);
        return near.question();
    }

    std::string take(std::string_view token)
    {
        auto const bare = token.substr(std::min(token.find_first_not_of('?'), token.size()));
        term const wanted{bare};
        if (!wanted.suffix_known())
            return "incorrect personality designator '" + std::string{wanted.suffix} + "' in qualification '" + std::string{bare}
                   + "'";

        bool found = bare.size() != token.size();
        too_high_.reset();
        if (wanted.text.starts_with('/')) {
            std::string const text{wanted.text.substr(1)};
            expression matching;
            if (auto const wrong = matching.compile(text); !wrong.empty())
                return "regcomp: " + text + ": " + wrong;
            found |= choose_if(wanted, [&](std::string_view name) { return matching.found_in(name); });
        } else if (!wanted.text.empty() && is_digit(wanted.text.front())) {
            found |= choose_number(wanted);
        } else if (auto const group = uapi::group_spelled(wanted.text)) {
            choose_if(wanted, [&](std::string_view name) { return includes(uapi::groups_of(name), *group); });
            ring_operations |= *group == uapi::group::io_uring;
            found = true;
        } else {
            found |= choose_if(wanted, [&](std::string_view name) { return name == wanted.text; });
        }
        if (!found && too_high_)
            return "system call '" + std::string{too_high_->name} + "' has the number " + std::to_string(too_high_->number)
                   + "; a filter can select only numbers below " + std::to_string(uapi::slot_limit);
        return found ? std::string{} : unknown(token) + question_about(wanted);
    }

    template <class Matches>
    bool choose_if(term const& wanted, Matches matches)
    {
        bool found = false;
        for (auto const interface : all_interfaces) {
            if (!wanted.means(interface))
                continue;
            for_each_call(interface, [&](std::string_view name, std::size_t bit) {
                if (!matches(name))
                    return;
                chosen[index(interface)].set(bit);
                found = true;
            });
        }
        for (auto const& each : also_) {
            if (!wanted.means(each.interface) || !matches(each.name))
                continue;
            found |= choose_slot(each.interface, each.number);
            if (!uapi::slot_of(each.interface, each.number))
                too_high_ = each;
        }
        return found;
    }

    bool choose_number(term const& wanted)
    {
        auto const number = whole_number(wanted.text);
        bool found = false;
        for (auto const interface : all_interfaces)
            if (number && wanted.means(interface))
                found |= choose_number(interface, *number);
        return found;
    }

    /// Selects the call with this number. Returns false if the number is unknown, or too high for a bitset. An x32 number may
    /// lack `uapi::x32_bit`.
    bool choose_number(arch interface, std::uint64_t number)
    {
        if (number < uapi::x32_bit)
            number = uapi::kernel_number(interface, number);
        bool const is_described =
            std::ranges::any_of(also_, [&](auto const& each) { return each.interface == interface && each.number == number; });
        return (is_described || uapi::find_syscall(interface, number) != nullptr) && choose_slot(interface, number);
    }

    bool choose_slot(arch interface, std::uint64_t number)
    {
        auto const slot = uapi::slot_of(interface, number);
        if (slot)
            chosen[index(interface)].set(*slot);
        return slot.has_value();
    }

    std::vector<uapi::vocabulary::call_number> also_;   ///< the calls that the vocabulary describes, if there is one
    /// A call of the vocabulary that the current term names, but that has a number too high for a filter.
    std::optional<uapi::vocabulary::call_number> too_high_ = {};
};

}   // namespace

struct filter::choice {
    chosen_calls calls{};
    bool others = false;   ///< whether calls are selected that have numbers too high for `calls`
    bool ring_operations = false;

    bool has_any_of(std::span<uapi::subcall const> multiplexed) const noexcept
    {
        for (std::size_t at = 0; at < multiplexed.size(); ++at)
            if (!multiplexed[at].name.empty() && calls[index(arch::i386)][first_bit(multiplexed) + at])
                return true;
        return false;
    }
};

bool filter::wants_ring_operations() const noexcept { return chosen_ && chosen_->ring_operations; }

result<filter, std::string> filter::parse(std::string_view expression, uapi::vocabulary const* also)
{
    selection_parser parsed{also != nullptr ? also->calls() : std::vector<uapi::vocabulary::call_number>{}};
    if (auto wrong = parsed.parse(expression); !wrong.empty())
        return outcome::failure(std::move(wrong));

    filter made;
    if (parsed.inverted && parsed.is_empty())
        return made;   // this filter selects all calls, and needs no seccomp program
    if (parsed.inverted)
        for (auto& calls : parsed.chosen)
            calls.flip();
    made.chosen_ =
        std::make_shared<choice const>(choice{parsed.chosen, parsed.inverted, parsed.ring_operations && !parsed.inverted});
    return made;
}

namespace {

filter value_of(result<filter, std::string> parsed)
{
    if (!parsed)
        throw std::invalid_argument{parsed.error()};
    return std::move(parsed).assume_value();
}

}   // namespace

filter::filter(std::string_view expression)
    : filter{value_of(parse(expression))}
{
}

filter::filter(std::string_view expression, uapi::vocabulary const& also)
    : filter{value_of(parse(expression, &also))}
{
}

bool filter::wants(uapi::arch interface, std::uint64_t number) const noexcept
{
    if (wants_all())
        return true;
    auto const slot = uapi::slot_of(interface, number);
    if (!slot)
        return chosen_->others;
    return chosen_->calls[index(interface)][*slot] || chosen_->has_any_of(uapi::subcalls(interface, number));
}

bool filter::wants(syscall_call const& call) const noexcept
{
    if (wants_all())
        return true;
    auto const slot = uapi::slot_of(call.arch, call.number);
    if (!slot)
        return chosen_->others;
    auto const& calls = chosen_->calls[index(call.arch)];
    auto const multiplexed = uapi::subcalls(call.arch, call.number);
    if (auto const* const one = uapi::find_subcall(call.arch, call.number, call.args[0]))
        return calls[first_bit(multiplexed) + static_cast<std::size_t>(one - multiplexed.data())];
    return calls[*slot];
}

bool filter::covers(filter const& other) const noexcept
{
    if (wants_all() || chosen_ == other.chosen_)
        return true;
    if (other.wants_all() || (other.chosen_->others && !chosen_->others))
        return false;
    for (std::size_t i = 0; i < all_interfaces.size(); ++i)
        if ((other.chosen_->calls[i] & ~chosen_->calls[i]).any())
            return false;
    return true;
}

}   // namespace cotrace
