// SPDX-License-Identifier: BSL-1.0

// The command line is parsed by getopt_long(3), as in strace.

#include "parse.hpp"

#include "argument_parsing.hpp"
#include "null_terminated.hpp"
#include "option_combinations.hpp"
#include "option_table.hpp"
#include "playback.hpp"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <deque>
#include <span>
#include <string_view>
#include <utility>

#include <getopt.h>

namespace cotrace::app {

namespace {

constexpr int first_long_only = UCHAR_MAX + 1;

/// The options in the form that getopt_long(3) takes.
struct getopt_tables {
    std::string letters = "+:";   // '+': stop at the first operand; ':': report a missing argument as ':', not as '?'
    std::vector<::option> names;
};

/// All names of an option have one code, so that getopt_long(3) does not call a common prefix of these names ambiguous.
int code_of(option_row const& which)
{
    return which.letter ? which.letter : first_long_only + static_cast<int>(&which - option_table().data());
}

/// The long forms of an option.
auto names_of(option_row const& which) { return std::span{which.names.begin(), std::ranges::find(which.names, nullptr)}; }

getopt_tables make_getopt_tables()
{
    getopt_tables made;
    for (auto const& each : option_table()) {
        if (each.letter)
            made.letters.append(1, each.letter).append(each.argument == required_argument ? ":" : "");
        for (auto const* name : names_of(each))
            made.names.push_back({name, each.argument, nullptr, code_of(each)});
    }
    made.names.push_back({});
    return made;
}

std::string question_about_option(std::string_view name)
{
    detail::near_names near{name};
    for (auto const& each : option_table())
        for (std::string_view const known : names_of(each))
            near.consider_abbreviated(known);
    auto text = near.question();
    for (auto at = text.find(" '"); at != text.npos; at = text.find(" '", at + 4))
        text.insert(at + 2, "--");
    return text;
}

/// The long name of the strace option that `beginning` abbreviates; null if no strace option, or more than one, has this
/// beginning. Options that only cotrace has do not make an abbreviation ambiguous.
char const* abbreviated(std::string_view beginning)
{
    char const* found = nullptr;
    option_row const* of = nullptr;
    for (auto const& each : option_table())
        for (char const* const known : names_of(each)) {
            if (each.is_own || !std::string_view{known}.starts_with(beginning))
                continue;
            if (found != nullptr && of != &each)
                return nullptr;
            found = known;
            of = &each;
        }
    return found;
}

/// The error message for an option that getopt_long(3) refused, in the words of getopt_long(3).
std::string refusal(std::string_view option, int letter, bool needs_argument)
{
    if (!option.starts_with("--"))
        return (needs_argument ? "option requires an argument -- '" : "invalid option -- '")
               + std::string{static_cast<char>(letter)} + "'";
    auto const name = option.substr(0, option.find('='));
    auto const quoted = std::string{'\''}.append(name) + '\'';
    if (needs_argument)
        return "option " + quoted + " requires an argument";
    // The refused name is unknown, is the beginning of several names, or belongs to an option that takes no argument.
    std::string possible;
    int candidates = 0;
    for (auto const& each : option_table())
        for (std::string_view const known : names_of(each))
            if (known == name.substr(2))
                return "option " + quoted + " doesn't allow an argument";
            else if (known.starts_with(name.substr(2))) {
                possible.append(" '--").append(known).append("'");
                ++candidates;
            }
    return candidates == 0  ? "unrecognized option '" + std::string{option} + "'" + question_about_option(name.substr(2))
           : candidates > 1 ? "option " + quoted + " is ambiguous; possibilities:" + possible
                            : "option " + quoted + " doesn't allow an argument";
}

/// If `word` abbreviates exactly one option of strace, returns `word` with the full name, otherwise an empty string.
/// getopt_long(3) may find the name ambiguous, because an option of cotrace begins in the same way.
std::string without_abbreviation(std::string_view word)
{
    auto const end = std::min(word.find('='), word.size());
    auto const beginning = word.substr(0, end);
    char const* const name = beginning.size() > 2 && beginning.starts_with("--") ? abbreviated(beginning.substr(2)) : nullptr;
    if (name == nullptr || beginning.substr(2) == name)
        return {};
    return std::string{"--"}.append(name).append(word.substr(end));
}

}   // namespace

result<options, std::string> parse(std::vector<std::string> const& arguments)
{
    options parsed;
    parsed.arguments = arguments;
    std::vector<std::string> copies = arguments;   // getopt_long(3) takes pointers to non-const
    bool const is_view = copies.size() > 1 && copies[1] == "view";
    if (is_view) {
        copies.erase(copies.begin() + 1);
        parsed.playback.emplace();
    }
    std::vector<std::string> words;   // with `view`: the words that are not options
    auto argv = null_terminated(copies);
    std::deque<std::string> expanded;   // the full forms of abbreviated options; `argv` points to these strings, too
    auto const count = static_cast<int>(copies.size());

    static getopt_tables const tables = make_getopt_tables();
    opterr = 0;
    optind = 0;   // makes glibc start a new scan, see getopt(3), "Notes"
    for (;;) {
        int const next = std::max(optind, 1);
        int index = -1;
        int const code = ::getopt_long(count, argv.data(), tables.letters.c_str(), tables.names.data(), &index);
        if (code == -1 && is_view && optind < count) {
            words.push_back(copies[static_cast<std::size_t>(optind++)]);
            continue;
        }
        if (code == -1)
            break;
        auto const at = static_cast<std::size_t>(std::min(next, count - 1));
        bool const may_be_expanded = code == '?' && argv[at] == copies[at].data();
        if (auto whole = may_be_expanded ? without_abbreviation(copies[at]) : std::string{}; !whole.empty()) {
            argv[at] = expanded.emplace_back(std::move(whole)).data();
            optind = next;
            continue;
        }
        if (code == '?' || code == ':')
            return outcome::failure(refusal(argv[at], optopt, code == ':'));
        auto const& found = *std::ranges::find(option_table(), code, code_of);
        auto const written = index >= 0 ? std::string{"--"} + tables.names[static_cast<std::size_t>(index)].name
                                        : std::string{'-', static_cast<char>(code)};
        option_argument const given = optarg ? option_argument{optarg} : std::nullopt;
        if (auto wrong = found.apply(parsed, given))
            return outcome::failure(wrong->empty() || wrong->front() == ';'
                                        ? *invalid(written + " argument", given.value_or("")) + *wrong
                                        : *std::move(wrong));
    }
    parsed.command_line.assign(copies.begin() + optind, copies.end());
    if (is_view && !parsed.help && !parsed.version)
        if (auto wrong = set_played_words(parsed, words))
            return outcome::failure(*std::move(wrong));
    parsed.only_tip = parsed.tips.format != tip_format::none && parsed.command_line.empty() && parsed.runs.empty()
                      && parsed.attach.empty() && parsed.sources.empty() && !parsed.playback;
    if (parsed.help || parsed.version || parsed.only_tip)
        return parsed;
    if (auto wrong = resolve(parsed))
        return outcome::failure(*std::move(wrong));
    parsed.warnings = warnings_about(parsed);
    return parsed;
}

}   // namespace cotrace::app
