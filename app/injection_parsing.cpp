// SPDX-License-Identifier: BSL-1.0
#include "injection_parsing.hpp"

#include <cotrace/uapi/errnos.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace cotrace::app {

namespace {

constexpr int most_calls = 0xffff;   // strace's limit for the numbers in when=
constexpr int largest_errno = 4095;

/// Removes a number from the beginning of `text` and returns it.
std::optional<int> leading_number(std::string_view& text)
{
    auto const end = std::min(text.find_first_not_of("0123456789"), text.size());
    auto const digits = text.substr(0, end);
    text.remove_prefix(end);
    return number(digits);
}

/// Parses the value of when=: "FIRST[..LAST][+[STEP]]".
bool parse_occasions(std::string_view text, intercept::occasions& to)
{
    auto const first = leading_number(text);
    if (!first || *first < 1 || *first > most_calls)
        return false;
    std::optional<int> last;
    if (text.starts_with("..")) {
        text.remove_prefix(2);
        last = leading_number(text);
        if (!last || *last < *first || *last >= most_calls)
            return false;
    }
    std::optional<int> step;
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        step = text.empty() ? 1 : leading_number(text);
        if (!step || *step < 1 || *step > most_calls)
            return false;
    }
    auto const from = static_cast<std::uint64_t>(*first);
    if (last)
        to = intercept::occasions::between(from, static_cast<std::uint64_t>(*last), static_cast<std::uint64_t>(step.value_or(1)));
    else
        to = step ? intercept::occasions::every(static_cast<std::uint64_t>(*step), from) : intercept::occasions::nth(from);
    return text.empty();
}

std::optional<int> errno_number(std::string_view text)
{
    std::string name{text};
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; });
    return uapi::errno_number(name);
}

bool parse_error(std::string_view text, intercept::injection& to)
{
    auto const error = number(text) ? number(text) : errno_number(text);
    if (to.result || !error || *error < 1 || *error > largest_errno)
        return false;
    to.result = -*error;
    return true;
}

bool parse_result(std::string const& text, intercept::injection& to)
{
    char* end = nullptr;
    errno = 0;
    auto const value = std::strtoull(text.c_str(), &end, 0);
    if (to.result || end == text.c_str() || *end != '\0' || errno != 0)
        return false;
    to.result = static_cast<std::int64_t>(value);
    return true;
}

/// Parses the value of syscall=, the name of a replacement call. The replacement call must have no effects (%pure), and
/// must exist in the 64-bit, the 32-bit and the x32 ABI.
bool parse_instead(std::string_view name, intercept::injection& to)
{
    if (!to.instead.empty() || name.empty() || name.find_first_of("%/!?,@") != name.npos)
        return false;
    for (auto const* each : {"@64", "@32", "@x32"}) {
        auto const calls = filter::parse(std::string{name} + each);
        if (!calls || !filter{"%pure"}.covers(calls.value()))
            return false;
    }
    to.instead = name;
    return true;
}

bool parse_delay(std::string_view text, std::optional<std::chrono::nanoseconds>& to)
{
    if (to)   // the delay was given already
        return false;
    to = duration(text);
    return to.has_value();
}

/// Parses "@argN=HEX", one item in the value of poke_enter= or poke_exit=.
bool parse_poke(std::string_view text, std::vector<intercept::injection::poke>& to)
{
    constexpr std::string_view begin = "@arg";
    constexpr std::size_t most = 2048;
    if (!text.starts_with(begin) || text.size() < begin.size() + 2)
        return false;
    char const digit = text[begin.size()];
    auto const hex = text.substr(begin.size() + 2);
    if (digit < '1' || digit > '7' || text[begin.size() + 1] != '=' || hex.empty() || hex.size() % 2 != 0 || hex.size() > most)
        return false;
    intercept::injection::poke made{static_cast<unsigned>(digit - '1'), {}};
    for (std::size_t at = 0; at < hex.size(); at += 2) {
        unsigned byte = 0;
        auto const pair = hex.substr(at, 2);
        auto const [end, error] = std::from_chars(pair.data(), pair.data() + 2, byte, 16);
        if (error != std::errc{} || end != pair.data() + 2)
            return false;
        made.bytes.push_back(static_cast<std::byte>(byte));
    }
    auto const same = [&](auto const& each) { return each.argument == made.argument; };
    if (std::ranges::any_of(to, same))
        return false;
    to.push_back(std::move(made));
    return true;
}

bool parse_pokes(std::string_view list, std::vector<intercept::injection::poke>& to)
{
    if (!to.empty())   // the list was given already
        return false;
    bool good = true;
    for_each_in(list, ",", [&](std::string_view each) {
        good = good && parse_poke(each, to);
        return usage_error{};
    });
    return good && !to.empty();
}

/// A rule that is being parsed.
struct draft {
    intercept::injection what{};
    intercept::occasions when{};
    std::string path{};
    std::optional<std::chrono::nanoseconds> delay_entry{};
    std::optional<std::chrono::nanoseconds> delay_exit{};
    bool only_faults = false;
    bool returns = false;   ///< retval= was given

    bool does_nothing() const noexcept
    {
        return !what.result && what.signal == signo::none && !delay_entry && !delay_exit && what.poke_entry.empty()
               && what.poke_exit.empty();
    }
};

bool parse_signal(std::string_view name, draft& to)
{
    auto const found = signal_number(name);
    if (to.what.signal != signo::none || !found || *found < 1 || *found > 64)
        return false;
    to.what.signal = signo{*found};
    return true;
}

bool parse_path(std::string_view pattern, draft& to)
{
    if (!to.path.empty() || pattern.empty())
        return false;
    to.path = pattern;
    return true;
}

// The words before "=" in a rule of -e inject. The first `words_of_faults` of them are allowed in a rule of -e fault.
constexpr std::string_view words_of_rules[] = {"when",   "error",       "syscall",    "path",       "retval",
                                               "signal", "delay_enter", "delay_exit", "poke_enter", "poke_exit"};
constexpr std::size_t words_of_faults = 4;

/// The question whether another name was meant in `part`, which was refused. Empty if no name resembles that in `part`,
/// or if `part` was refused for another reason than a misspelled name.
std::string question_about(std::string_view part, bool only_faults)
{
    auto const end = std::min(part.find('='), part.size());
    auto const word = part.substr(0, end);
    auto const value = part.substr(std::min(end + 1, part.size()));
    if (word == "signal")
        return only_faults || signal_number(value) ? std::string{} : question_about_signal(value);
    if (word == "error") {
        if (number(value) || errno_number(value))
            return {};
        detail::near_names near{value};
        for (int each = 1; each <= largest_errno; ++each)
            if (auto const name = uapi::errno_name(each); !name.empty())
                near.consider(name);
        return near.question();
    }
    if (std::ranges::find(words_of_rules, word) != std::end(words_of_rules))
        return {};
    return detail::question_about(word,
                                  std::span{words_of_rules}.first(only_faults ? words_of_faults : std::size(words_of_rules)));
}

bool parse_part(std::string_view part, draft& to)
{
    auto const end = std::min(part.find('='), part.size());
    auto const word = part.substr(0, end);
    auto const value = part.substr(std::min(end + 1, part.size()));
    if (end == part.size())
        return false;
    if (word == "when")
        return parse_occasions(value, to.when);
    if (word == "error")
        return parse_error(value, to.what);
    if (word == "syscall")
        return parse_instead(value, to.what);
    if (word == "path")
        return parse_path(value, to);
    if (to.only_faults)
        return false;
    if (word == "retval")
        return to.returns = parse_result(std::string{value}, to.what);
    if (word == "signal")
        return parse_signal(value, to);
    if (word == "delay_enter")
        return parse_delay(value, to.delay_entry);
    if (word == "delay_exit")
        return parse_delay(value, to.delay_exit);
    if (word == "poke_enter")
        return parse_pokes(value, to.what.poke_entry);
    if (word == "poke_exit")
        return parse_pokes(value, to.what.poke_exit);
    return false;
}

/// A warning if a tracee may see `value` as an error, or if a 32-bit tracee sees only a part of it. Empty if there is
/// nothing to warn about.
std::string remark_about(std::int64_t value)
{
    auto const whole = std::to_string(static_cast<std::uint64_t>(value));
    auto const narrow = static_cast<std::int32_t>(value);
    auto const is_error = [](std::int64_t each) { return each < 0 && each >= -largest_errno; };
    if (is_error(value))
        return "Inadvertent injection of error " + std::to_string(-value) + " is possible for retval=" + whole;
    if (is_error(narrow))
        return "Inadvertent injection of error " + std::to_string(-narrow)
               + " is possible in compat personality for retval=" + whole;
    auto const clipped = static_cast<std::uint32_t>(value);
    if (clipped != static_cast<std::uint64_t>(value))
        return "Injected return value " + whole + " will be clipped to " + std::to_string(clipped) + " in compat personality";
    return {};
}

}   // namespace

usage_error add_injection_rule(options& to, std::string_view argument, bool only_faults)
{
    auto const wrong = only_faults ? "fault argument" : "inject argument";
    auto const end = std::min(argument.find(':'), argument.size());
    draft made;
    made.only_faults = only_faults;
    auto refused = for_each_in(argument.substr(end), ":", [&](std::string_view part) -> usage_error {
        return parse_part(part, made) ? no_error : usage_error{*unknown(wrong, argument) + question_about(part, only_faults)};
    });
    if (refused)
        return refused;
    auto calls = filter::parse(argument.substr(0, end));
    if (!calls)
        return std::move(calls).error();
    if (made.does_nothing()) {
        if (!only_faults)
            return unknown(wrong, argument);
        made.what.result = -ENOSYS;
    }
    if (auto remark = made.returns ? remark_about(*made.what.result) : std::string{}; !remark.empty())
        to.warnings.push_back(std::move(remark));
    made.what.delay_entry = made.delay_entry.value_or(std::chrono::nanoseconds{});
    made.what.delay_exit = made.delay_exit.value_or(std::chrono::nanoseconds{});
    to.injections.push_back({std::move(calls).value(), std::move(made.path), std::move(made.what), made.when});
    return no_error;
}

}   // namespace cotrace::app
