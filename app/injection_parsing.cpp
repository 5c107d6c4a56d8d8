// SPDX-License-Identifier: BSL-1.0
#include "injection_parsing.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

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
    if (!error || *error < 1 || *error > largest_errno)
        return false;
    to.result = -*error;
    return true;
}

bool parse_result(std::string const& text, intercept::injection& to)
{
    char* end = nullptr;
    errno = 0;
    auto const value = std::strtoull(text.c_str(), &end, 0);
    if (end == text.c_str() || *end != '\0' || errno != 0)
        return false;
    to.result = static_cast<std::int64_t>(value);
    return true;
}

/// Whether syscall= accepts this name: a call of the class %pure in the 64-bit, the 32-bit and the x32 ABI.
bool can_replace_others(std::string_view name)
{
    if (name.empty() || name.find_first_of("%/!?,@") != name.npos)
        return false;
    for (auto const* each : {"@64", "@32", "@x32"}) {
        auto const calls = filter::parse(std::string{name} + each);
        if (!calls || !filter{"%pure"}.covers(calls.value()))
            return false;
    }
    return true;
}

bool parse_delay(std::string_view text, std::optional<std::chrono::nanoseconds>& to)
{
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
    std::vector<std::string_view> words{};   ///< the words before "=" that the rule has so far, such as "error"

    bool has(std::string_view word) const { return std::ranges::find(words, word) != words.end(); }

    bool does_nothing() const noexcept
    {
        return !what.result && what.signal == signo::none && !delay_entry && !delay_exit && what.poke_entry.empty()
               && what.poke_exit.empty();
    }
};

bool parse_signal(std::string_view name, draft& to)
{
    auto const found = signal_number(name);
    if (!found || *found < 1 || *found > 64)
        return false;
    to.what.signal = signo{*found};
    return true;
}

std::string question_about_error(std::string_view value)
{
    return detail::question_about(value, std::views::iota(1, largest_errno + 1), uapi::errno_name);
}

/// A question such as "; did you mean 'getpid'?"; empty if syscall= accepts no name like `value`.
std::string question_about_replacement(std::string_view value)
{
    constexpr std::uint64_t above_all = 1024;   // no call of x86_64 has this number or a higher one
    detail::near_names near{value};
    for (std::uint64_t number = 0; number < above_all; ++number)
        if (auto const* const known = uapi::find(uapi::arch::x86_64, number); known && can_replace_others(known->name))
            near.consider(known->name);
    return near.question();
}

/// A word before "=" in a rule.
struct rule_word {
    std::string_view name;
    /// If this is not empty, neither this word nor `name` may come before `name` in the same rule.
    std::string_view excludes;
    std::string_view expected;   ///< what may stand after the "="
    bool (*parse)(std::string_view value, draft& to);
    /// Makes a question such as "; did you mean 'ENOENT'?" for a wrong value; null: there is no such question.
    std::string (*question)(std::string_view value) = nullptr;
};

constexpr std::string_view delays = "a number, and s, ms, us or ns";
constexpr std::string_view pokes = "@argN=HEX[,@argN=HEX]... with N from 1 to 7";

// The words of -e inject. The first `words_of_faults` of them are the words of -e fault.
constexpr rule_word words_of_rules[] = {
    {"when", "", "FIRST[..LAST][+[STEP]], numbers from 1 to 65535",
     [](std::string_view value, draft& to) { return parse_occasions(value, to.when); }},
    {"error", "retval", "a name such as ENOENT, or a number from 1 to 4095",
     [](std::string_view value, draft& to) { return parse_error(value, to.what); }, question_about_error},
    {"syscall", "syscall", "a call of the class %pure",
     [](std::string_view value, draft& to) {
         to.what.instead = value;
         return can_replace_others(value);
     },
     question_about_replacement},
    {"path", "path", "a pattern such as /etc/*",
     [](std::string_view value, draft& to) {
         to.path = value;
         return !value.empty();
     }},
    {"retval", "error", "a number", [](std::string_view value, draft& to) { return parse_result(std::string{value}, to.what); }},
    {"signal", "signal", "a name such as SIGTERM, or a number from 1 to 64", parse_signal, question_about_signal},
    {"delay_enter", "delay_enter", delays, [](std::string_view value, draft& to) { return parse_delay(value, to.delay_entry); }},
    {"delay_exit", "delay_exit", delays, [](std::string_view value, draft& to) { return parse_delay(value, to.delay_exit); }},
    {"poke_enter", "poke_enter", pokes, [](std::string_view value, draft& to) { return parse_pokes(value, to.what.poke_entry); }},
    {"poke_exit", "poke_exit", pokes, [](std::string_view value, draft& to) { return parse_pokes(value, to.what.poke_exit); }},
};
constexpr std::size_t words_of_faults = 4;

std::span<rule_word const> words_of(bool only_faults)
{
    return std::span{words_of_rules}.first(only_faults ? words_of_faults : std::size(words_of_rules));
}

/// A list such as "when=, error= or path=".
std::string list_of(std::span<rule_word const> words)
{
    std::string list;
    for (auto const& each : words)
        list.append(&each == &words.front() ? "" : &each == &words.back() ? " or " : ", ").append(each.name).append("=");
    return list;
}

/// Parses one part of a rule, such as "error=ENOENT". An error is the end of a message.
usage_error parse_part(std::string_view part, std::span<rule_word const> words, draft& to)
{
    auto const end = std::min(part.find('='), part.size());
    auto const name = part.substr(0, end);
    auto const value = part.substr(std::min(end + 1, part.size()));
    auto const in = "; in '" + std::string{part} + "': ";
    auto const about = [&in](std::string_view question, std::string const& expected) {
        question.remove_prefix(std::min<std::size_t>(2, question.size()));   // removes the "; " at its beginning
        return in + (question.empty() ? "expected " + expected : std::string{question});
    };
    auto const word = std::ranges::find(words, name, &rule_word::name);
    if (word == words.end())
        return about(detail::question_about(name, words, &rule_word::name), list_of(words));
    if (end == part.size())
        return in + "expected '=', and " + std::string{word->expected};
    bool const is_repeated = !word->excludes.empty() && to.has(name);
    if (is_repeated || to.has(word->excludes))
        return in + std::string{is_repeated ? name : word->excludes} + "= was given before";
    to.words.push_back(name);
    if (word->parse(value, to))
        return no_error;
    return about(word->question ? word->question(value) : std::string{}, std::string{word->expected});
}

/// A warning if a tracee may see `value` as an error, or a 32-bit tracee sees a truncated value; otherwise empty.
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
    auto const words = words_of(only_faults);
    draft made;
    auto refused = for_each_in(argument.substr(end), ":", [&](std::string_view part) -> usage_error {
        auto const why = parse_part(part, words, made);
        return why ? usage_error{*unknown(wrong, argument) + *why} : no_error;
    });
    if (refused)
        return refused;
    auto calls = filter::parse(argument.substr(0, end));
    if (!calls)
        return std::move(calls).error();
    if (made.does_nothing()) {
        if (!only_faults)
            return *unknown(wrong, argument) + "; it injects nothing without error=, " + list_of(words.subspan(words_of_faults));
        made.what.result = -ENOSYS;
    }
    if (auto remark = made.has("retval") ? remark_about(*made.what.result) : std::string{}; !remark.empty())
        to.warnings.push_back(std::move(remark));
    made.what.delay_entry = made.delay_entry.value_or(std::chrono::nanoseconds{});
    made.what.delay_exit = made.delay_exit.value_or(std::chrono::nanoseconds{});
    to.injections.push_back({std::move(calls).value(), std::move(made.path), std::move(made.what), made.when});
    return no_error;
}

}   // namespace cotrace::app
