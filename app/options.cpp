// SPDX-License-Identifier: BSL-1.0

// The grammar is getopt_long's, because that is what strace's users type by
// habit. All there is to say about an option stands in one row of a table.

#include "options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <getopt.h>

namespace cotrace::app {

namespace {

/// Why an argument will not do. An empty text stands for "invalid NAME argument: 'ARGUMENT'".
using complaint = std::optional<std::string>;

constexpr std::nullopt_t fine = std::nullopt;

complaint invalid(std::string_view what, std::string_view value)
{
    return "invalid " + std::string{what} + ": '" + std::string{value} + "'";
}

complaint bad_argument() { return std::string{}; }

/// Calls `use` with each piece of a list.
template <class Use>
complaint for_each_in(std::string_view list, char const* separators, Use use)
{
    while (!list.empty()) {
        auto const end = std::min(list.find_first_of(separators), list.size());
        if (auto const piece = list.substr(0, end); !piece.empty())
            if (auto wrong = use(piece))
                return wrong;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return fine;
}

/// A number from 0 to INT_MAX, which is what strace takes for sizes and ids.
std::optional<int> number(std::string_view digits)
{
    int value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < 0)
        return std::nullopt;
    return value;
}

complaint set_size(std::string_view from, auto& to)
{
    auto const value = number(from);
    if (!value)
        return bad_argument();
    to = static_cast<unsigned>(*value);
    return fine;
}

/// A word and what it stands for.
template <class Value>
struct choice {
    std::string_view word;
    Value            value;
};

template <class Value, std::size_t N>
complaint choose(std::string_view word, choice<Value> const (&among)[N], Value& to)
{
    for (auto const& [name, value] : among)
        if (name == word) {
            to = value;
            return fine;
        }
    return bad_argument();
}

// --- what -e takes ---------------------------------------------------------

complaint set_trace(options& to, std::string_view set)
{
    auto parsed = filter::parse(set);
    if (!parsed)
        return std::move(parsed).error();
    to.calls = std::move(parsed).value();
    return fine;
}

bool same_letters(std::string_view one, std::string_view other)
{
    return std::ranges::equal(one, other, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

/// The number of a signal: "15", "TERM", "SIGTERM", "sigterm", "SIGRT_1", "SIGRTMIN".
std::optional<int> signal_number(std::string_view name)
{
    constexpr int first_real_time = 32;   // the kernel's; the C library's SIGRTMIN is later
    if (auto const given = number(name))
        return *given > 0 && *given <= 64 ? given : std::nullopt;
    if (name.size() > 3 && same_letters(name.substr(0, 3), "sig"))
        name.remove_prefix(3);
    if (same_letters(name, "rtmin"))
        return first_real_time;
    if (name.size() > 3 && same_letters(name.substr(0, 3), "rt_"))
        if (auto const nth = number(name.substr(3)); nth && *nth <= 64 - first_real_time)
            return first_real_time + *nth;
    for (int candidate = 1; candidate < first_real_time; ++candidate)
        if (char const* known = ::sigabbrev_np(candidate); known && same_letters(known, name))
            return candidate;
    return std::nullopt;
}

complaint set_signals(options& to, std::string_view set)
{
    bool const all_but = set.starts_with('!');
    if (all_but)
        set.remove_prefix(1);
    signal_set named;
    auto wrong = for_each_in(set, ",", [&](std::string_view name) -> complaint {
        if (name == "all" || name == "none") {
            named |= name == "all" ? ~signal_set{} : signal_set{};
            return fine;
        }
        auto const signal = signal_number(name);
        if (!signal)
            return invalid("signal", name);
        named.set(static_cast<std::size_t>(*signal));
        return fine;
    });
    if (wrong)
        return wrong;
    if (set.empty())
        return invalid("signal", set);
    to.signals = all_but ? ~named : named;
    return fine;
}

/// A list of words, each a switch of `Switches`; "all" and "none" are known, and a
/// "!" in front inverts the list. What it names replaces what was set before.
template <class Switches>
complaint switch_on(std::string_view set, std::string_view what, Switches& to,
                    std::initializer_list<choice<bool Switches::*>> words)
{
    auto list = set;
    bool inverted = false;
    for (; list.starts_with('!'); list.remove_prefix(1))
        inverted = !inverted;
    if (list.empty())
        return invalid(what, set);
    Switches named{};
    auto wrong = for_each_in(list, ",", [&](std::string_view word) -> complaint {
        bool known = word == "all" || word == "none";
        for (auto const& [name, member] : words) {
            known = known || name == word;
            named.*member = named.*member || word == "all" || name == word;
        }
        return known ? fine : invalid(what, word);
    });
    if (wrong)
        return wrong;
    for (auto const& each : words)
        to.*each.value = named.*each.value != inverted;
    return fine;
}

complaint set_descriptor_details(options& to, std::string_view set)
{
    using details = descriptor_details;
    to.described_by_name = true;
    return switch_on<details>(set, "decode-fds", to.capture.descriptors,
                              {{"path", &details::path}, {"socket", &details::socket}, {"dev", &details::device},
                               {"eventfd", &details::counter}, {"pidfd", &details::process}, {"signalfd", &details::signals}});
}

complaint set_process_details(options& to, std::string_view set)
{
    using details = process_details;
    return switch_on<details>(set, "decode-pids", to.capture.processes,
                              {{"comm", &details::command}, {"pidns", &details::outside}});
}

complaint set_traced_descriptors(options& to, std::string_view set)
{
    auto list = set;
    descriptor_set wanted;
    for (; list.starts_with('!'); list.remove_prefix(1))
        wanted.all_but = !wanted.all_but;
    if (list.empty())
        return invalid("descriptor", set);
    if (list == "all" || list == "none") {
        wanted.all_but = wanted.all_but != (list == "all");
        list = {};
    }
    auto wrong = for_each_in(list, ",", [&](std::string_view word) -> complaint {
        auto const fd = number(word);
        if (!fd)
            return invalid("descriptor", word);
        wanted.listed.push_back(*fd);
        return fine;
    });
    if (!wrong)
        to.accesses.descriptors = std::move(wanted);
    return wrong;
}

complaint set_quiet(options& to, std::string_view set)
{
    bool const all_but = set.starts_with('!');
    if (all_but)
        set.remove_prefix(1);
    quiet_options named;
    auto wrong = for_each_in(set, ",", [&](std::string_view word) -> complaint {
        bool const all = word == "all";
        bool const known = all || word == "none" || word == "attach" || word == "exit" || word == "exits"
                           // We print nothing about these, so there is nothing to leave out.
                           || word == "personality" || word == "path-resolution" || word == "thread-execve";
        named.attach |= all || word == "attach";
        named.exit   |= all || word == "exit" || word == "exits";
        named.path_resolution |= all || word == "path-resolution";
        return known ? fine : invalid("quiet", word);
    });
    if (wrong)
        return wrong;
    if (set.empty())
        return invalid("quiet", set);
    to.quiet = {.attach = named.attach != all_but, .exit = named.exit != all_but,
                .path_resolution = named.path_resolution != all_but};
    return fine;
}

struct qualifier {
    std::array<std::string_view, 4> names;   ///< strace's, the long one first
    complaint (*apply)(options&, std::string_view set);
};

constexpr qualifier qualifiers[] = {
    {{"trace", "t"},                        set_trace  },
    {{"signal", "signals", "s"},            set_signals},
    {{"quiet", "silent", "silence", "q"},   set_quiet  },
    {{"decode-fds", "decode-fd"},           set_descriptor_details},
    {{"decode-pids", "decode-pid"},         set_process_details},
    {{"trace-fds", "trace-fd", "fds", "fd"}, set_traced_descriptors},
};

/// `-e`: "QUALIFIER=SET", and a set alone is one of calls to trace.
complaint set_expression(options& to, std::string_view expression)
{
    auto const end = expression.find('=');
    auto const word = expression.substr(0, end);
    // A regular expression may have "=" in it.
    bool const qualified = end != std::string_view::npos
                           && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos;
    if (!qualified)
        return set_trace(to, expression);
    for (auto const& known : qualifiers)
        if (!word.empty() && std::ranges::find(known.names, word) != known.names.end())
            return known.apply(to, expression.substr(end + 1));
    return invalid("-e qualifier", word);
}

// --- what the other options take -------------------------------------------

complaint add_pids(options& to, std::string_view list)
{
    // All that the output of pidof, pgrep and ps has between ids.
    return for_each_in(list, ", \t\n", [&](std::string_view piece) -> complaint {
        auto const id = number(piece);
        if (!id || *id == 0)
            return invalid("process id", piece);
        if (std::ranges::find(to.attach, pid{*id}) == to.attach.end())
            to.attach.push_back(pid{*id});
        return fine;
    });
}

complaint set_interrupt(options& to, std::string_view word)
{
    // strace tells 1 and 2 apart by whether a signal waits for its current line; ours always do.
    using enum interruptible;
    static constexpr choice<interruptible> words[] = {
        {"1", always}, {"anywhere", always}, {"2", always},      {"waiting", always},
        {"3", never},  {"never", never},     {"4", never_stops}, {"never_tstp", never_stops},
    };
    return choose(word, words, to.interrupt);
}

complaint set_format(options& to, std::string_view word)
{
    static constexpr choice<output_format> words[] = {
        {"text", output_format::text},
        {"uroot", output_format::uroot},
        {"json", output_format::json},
        {"json,entries", output_format::json_with_entries},
    };
    return choose(word, words, to.format);
}

/// The next of an option's meanings each time it is given; it stays at the last.
template <class Value, std::size_t N>
void advance(Value& at, Value const (&steps)[N])
{
    auto const now = std::ranges::find(steps, at);
    if (now != std::end(steps) && std::next(now) != std::end(steps))
        at = *std::next(now);
}

using value = std::optional<std::string_view>;

complaint set_times(options& to, value given)
{
    using enum render::time_prefix;
    static constexpr render::time_prefix steps[] = {none, seconds, micros, unix_micros};
    if (!given) {
        advance(to.text.times, steps);
        return fine;
    }
    static constexpr choice<render::time_prefix> words[] = {
        {"none", none},      {"time", seconds},      {"s", seconds},         {"time,s", seconds},
        {"s,time", seconds}, {"us", micros},         {"time,us", micros},    {"us,time", micros},
        {"unix,us", unix_micros}, {"us,unix", unix_micros},
    };
    std::string plain;
    for (auto part = *given; !part.empty();) {
        for (std::string_view label : {"format:", "precision:"})
            if (part.starts_with(label))
                part.remove_prefix(label.size());
        auto const end = std::min(part.find(','), part.size());
        plain.append(plain.empty() ? "" : ",").append(part.substr(0, end));
        part.remove_prefix(std::min(end + 1, part.size()));
    }
    return choose(plain, words, to.text.times);
}

complaint set_hex(options& to, value given)
{
    using enum render::escapes;
    static constexpr render::escapes steps[] = {unprintable, unprintable_hex, all_hex};
    if (!given) {
        advance(to.text.strings, steps);
        return fine;
    }
    static constexpr choice<render::escapes> words[] = {
        {"none", unprintable}, {"non-ascii", unprintable_hex}, {"all", all_hex}};
    return choose(*given, words, to.text.strings);
}

complaint set_constants(options& to, value given)
{
    using enum render::constants;
    static constexpr choice<render::constants> words[] = {
        {"raw", raw}, {"abbrev", abbreviated}, {"verbose", verbose}};
    return choose(*given, words, to.text.names);
}

/// Times between events are printed in microseconds, so no other precision is taken.
complaint set_micros(bool& to, value given)
{
    to = true;
    return !given || *given == "us" ? fine : bad_argument();
}

complaint set_follow(options& to, value)
{
    to.output.separately |= to.follow;   // -ff
    to.follow = true;
    return fine;
}

complaint set_quieter(options& to, value given)
{
    if (given)
        return set_quiet(to, *given);
    to.quiet.path_resolution |= to.quiet.exit;   // -qqq
    to.quiet.exit |= to.quiet.attach;            // -qq
    to.quiet.attach = true;
    return fine;
}

/// -y and -yy.
complaint describe_more(options& to, value)
{
    auto& wanted = to.capture.descriptors;
    wanted = to.described_by_letter ? descriptor_details::all() : descriptor_details{.path = true};
    to.described_by_letter = true;
    return fine;
}

complaint change_environment(options& to, value given)
{
    if (given->empty() || given->front() == '=')
        return bad_argument();
    to.environment.emplace_back(*given);
    return fine;
}

// --- the table ---------------------------------------------------------------

enum class takes { nothing, argument, optional };   // `optional` is for the long form alone
enum class section { startup, tracing, filtering, output, misc };

struct row {
    char        letter;    ///< 0: long only
    char const* name;      ///< the long form; nullptr: short only
    takes       argument;
    char const* meta;      ///< what the argument is called in the help
    section     where;
    char const* help;
    complaint (*apply)(options&, value);
};

constexpr row rows[] = {
    {'E', "env", takes::argument, "VAR[=VALUE]", section::startup,
     "set VAR for COMMAND; without a value, remove it", change_environment},
    {'p', "attach", takes::argument, "PID[,PID]...", section::startup,
     "trace processes that run already",
     [](options& to, value list) { return add_pids(to, *list); }},
    {'u', "user", takes::argument, "NAME", section::startup,
     "run COMMAND as that user",
     [](options& to, value name) -> complaint { to.user = *name; return fine; }},
    {0, "argv0", takes::argument, "NAME", section::startup,
     "what COMMAND finds in its argv[0]",
     [](options& to, value name) -> complaint { to.argv0 = *name; return fine; }},

    {'f', "follow-forks", takes::nothing, nullptr, section::tracing,
     "also trace the threads and processes that are created; -ff: into a file each", set_follow},
    {'I', "interruptible", takes::argument, "WHEN", section::tracing,
     "which signals end the tracing: 1 or 2, all that end a program; 3, none; 4, nor does ^Z stop it",
     [](options& to, value word) { return set_interrupt(to, *word); }},

    {'e', nullptr, takes::argument, "EXPRESSION", section::filtering,
     "trace=SET, signal=SET or quiet=SET; SET alone is one of calls",
     [](options& to, value expression) { return set_expression(to, *expression); }},
    {0, "trace", takes::argument, "[!]SET", section::filtering,
     "trace these calls: names, %class, /regex, all, none",
     [](options& to, value set) { return set_trace(to, *set); }},
    {'P', "trace-path", takes::argument, "PATH", section::filtering,
     "trace only calls that are about this file; may be given several times",
     [](options& to, value path) -> complaint { to.accesses.paths.emplace_back(*path); return fine; }},
    {0, "trace-fds", takes::argument, "[!]SET", section::filtering,
     "trace only calls that are about these descriptors, or about a file of -P",
     [](options& to, value set) { return set_traced_descriptors(to, *set); }},
    {0, "signal", takes::argument, "[!]SET", section::filtering,
     "print these signals",
     [](options& to, value set) { return set_signals(to, *set); }},

    {'a', "columns", takes::argument, "COLUMN", section::output,
     "where \"=\" stands (40)",
     [](options& to, value column) { return set_size(*column, to.text.column); }},
    {'A', "output-append-mode", takes::nothing, nullptr, section::output,
     "append to the file of -o",
     [](options& to, value) -> complaint { to.output.append = true; return fine; }},
    {0, "format", takes::argument, "FORMAT", section::output,
     "text (strace's, the default), uroot, json, or json,entries: also a line when a call is made",
     [](options& to, value word) { return set_format(to, *word); }},
    {'i', "instruction-pointer", takes::nothing, nullptr, section::output,
     "print where each call was made",
     [](options& to, value) -> complaint { to.text.pointers = true; return fine; }},
    {'n', "syscall-number", takes::nothing, nullptr, section::output,
     "print each call's number",
     [](options& to, value) -> complaint { to.text.numbers = true; return fine; }},
    {'o', "output", takes::argument, "FILE", section::output,
     "write to FILE, or to the standard input of '|COMMAND', instead of standard error",
     [](options& to, value path) -> complaint { to.output.path = *path; return fine; }},
    {0, "output-separately", takes::nothing, nullptr, section::output,
     "write into a file per thread, FILE.ID",
     [](options& to, value) -> complaint { to.output.separately = true; return fine; }},
    {'q', "quiet", takes::optional, "SET", section::output,
     "leave out notes about attaching; -qq: also how threads ended; SET: attach, exit, all", set_quieter},
    {'r', "relative-timestamps", takes::optional, "us", section::output,
     "print the time since the line before",
     [](options& to, value precision) { return set_micros(to.text.relative, precision); }},
    {'s', "string-limit", takes::argument, "SIZE", section::output,
     "bytes of a string that are shown (32)",
     [](options& to, value size) { return set_size(*size, to.capture.string_limit); }},
    {'t', "absolute-timestamps", takes::optional, "[FORMAT,]PRECISION", section::output,
     "print the time of day; -tt: with microseconds; -ttt: since 1970", set_times},
    {'T', "syscall-times", takes::optional, "us", section::output,
     "print the time spent in each call",
     [](options& to, value precision) { return set_micros(to.text.durations, precision); }},
    {'v', "no-abbrev", takes::nothing, nullptr, section::output,
     "print structures and arrays in full",
     [](options& to, value) -> complaint { to.text.verbose = to.capture.verbose = true; return fine; }},
    {'x', "strings-in-hex", takes::optional, "non-ascii|all", section::output,
     "print strings that have unprintable bytes in hexadecimal; -xx: all strings", set_hex},
    {'y', nullptr, takes::nothing, nullptr, section::output,
     "print the paths of descriptors; -yy: and all that can be known of them", describe_more},
    {0, "decode-fds", takes::optional, "SET", section::output,
     "print this of descriptors: path (the default), socket, dev, eventfd, pidfd, signalfd, all",
     [](options& to, value set) { return set_descriptor_details(to, set.value_or("path")); }},
    {'Y', nullptr, takes::nothing, nullptr, section::output,
     "print the names of processes behind their ids",
     [](options& to, value) -> complaint { to.capture.processes = {.command = true}; return fine; }},
    {0, "decode-pids", takes::argument, "SET", section::output,
     "print this of processes: comm, pidns (their ids in our namespace), all",
     [](options& to, value set) { return set_process_details(to, *set); }},
    {0, "pidns-translation", takes::nothing, nullptr, section::output,
     "the same as --decode-pids=pidns, of old",
     [](options& to, value) -> complaint { to.capture.processes = {.outside = true}; return fine; }},
    {'X', "const-print-style", takes::argument, "STYLE", section::output,
     "print constants raw, abbrev(iated) or verbose", set_constants},

    {'h', "help", takes::nothing, nullptr, section::misc,
     "print this",
     [](options& to, value) -> complaint { to.help = true; return fine; }},
    {'V', "version", takes::nothing, nullptr, section::misc,
     "print the version",
     [](options& to, value) -> complaint { to.version = true; return fine; }},
};

constexpr int first_long_only = UCHAR_MAX + 1;

/// getopt_long's view of the table. Row n without a letter has the code `first_long_only` + n.
struct getopt_tables {
    std::string letters = "+:";   // stop at the first operand; tell a missing argument from an unknown option
    std::vector<::option> names;
};

int code_of(row const& which)
{
    return which.letter ? which.letter : first_long_only + static_cast<int>(&which - rows);
}

getopt_tables make_getopt_tables()
{
    getopt_tables made;
    for (auto const& each : rows) {
        if (each.letter)
            made.letters.append(1, each.letter).append(each.argument == takes::argument ? ":" : "");
        int const argument = each.argument == takes::nothing    ? no_argument
                             : each.argument == takes::argument ? required_argument
                                                                : optional_argument;
        if (each.name)
            made.names.push_back({each.name, argument, nullptr, code_of(each)});
    }
    made.names.push_back({});
    return made;
}

/// A row as the user wrote it: "-s" or "--string-limit".
std::string written(row const& which, bool as_long)
{
    return as_long || !which.letter ? std::string{"--"} + which.name : std::string{"-"} + which.letter;
}

/// The option that getopt_long did not understand, with what it says about it.
std::string not_understood(std::span<char* const> words, int word, int letter, bool needs_argument)
{
    std::string_view const option = words[static_cast<std::size_t>(word)];
    bool const is_long = option.starts_with("--");
    auto const name = is_long ? std::string{option.substr(0, option.find('='))} : std::string{'-', static_cast<char>(letter)};
    if (needs_argument)
        return "option requires an argument: '" + name + "'";
    if (!is_long)
        return "unknown option: '" + name + "'";
    // Of a long option, the name can be a beginning of several, or known but without arguments.
    auto const begins = [&](row const& each) {
        return each.name && std::string_view{each.name}.starts_with(name.substr(2));
    };
    auto const candidates = std::ranges::count_if(rows, begins);
    return candidates == 0  ? "unknown option: '" + name + "'"
           : candidates > 1 ? "ambiguous option: '" + name + "'"
                            : "option takes no argument: '" + name + "'";
}

/// The left column of the help: "  -s, --string-limit=SIZE".
std::string in_help(row const& which)
{
    std::string line = which.letter ? std::string{"  -"} + which.letter : std::string{"    "};
    if (which.name)
        line.append(which.letter ? ", --" : "  --").append(which.name);
    if (which.argument == takes::argument)
        line.append(which.name ? "=" : " ").append(which.meta);
    else if (which.argument == takes::optional)
        line.append("[=").append(which.meta).append("]");
    return line;
}

/// What is wrong with options that are each right.
complaint contradiction(options const& all)
{
    if (all.help || all.version)
        return fine;
    if (all.words.empty() && all.attach.empty())
        return "nothing to trace: give a COMMAND or -p PID (see --help)";
    if (all.output.separately && all.output.is_pipe())
        return "-o '|COMMAND' and a file per thread exclude each other";
    if (all.described_by_letter && all.described_by_name)
        return "-y and --decode-fds exclude each other";
    return fine;
}

} // namespace

result<options, std::string> parse(std::vector<std::string> const& arguments)
{
    std::vector<std::string> copies = arguments;   // getopt wants to be able to write
    std::vector<char*> words;
    for (auto& each : copies)
        words.push_back(each.data());
    words.push_back(nullptr);
    auto const count = static_cast<int>(copies.size());

    static getopt_tables const tables = make_getopt_tables();
    options parsed;
    opterr = 0;
    optind = 0;   // glibc: begin anew, see getopt(3), "Notes"
    for (;;) {
        int const word = std::max(optind, 1);
        int index = -1;
        int const code = ::getopt_long(count, words.data(), tables.letters.c_str(), tables.names.data(), &index);
        if (code == -1)
            break;
        if (code == '?' || code == ':')
            return outcome::failure(not_understood(words, std::min(word, count - 1), optopt, code == ':'));
        auto const& found = *std::ranges::find(rows, code, code_of);
        value const given = optarg ? value{optarg} : std::nullopt;
        if (auto wrong = found.apply(parsed, given))
            return outcome::failure(wrong->empty()
                                        ? *invalid(written(found, index >= 0) + " argument", given.value_or(""))
                                        : *std::move(wrong));
    }
    parsed.words.assign(copies.begin() + optind, copies.end());
    if (auto wrong = contradiction(parsed))
        return outcome::failure(*std::move(wrong));
    return parsed;
}

std::string help()
{
    constexpr std::size_t indent = 32;
    static constexpr choice<section> sections[] = {
        {"Startup", section::startup}, {"Tracing", section::tracing},  {"Filtering", section::filtering},
        {"Output", section::output},   {"Miscellaneous", section::misc},
    };
    std::string text = "Usage: cotrace [OPTION]... [-p PID]... [COMMAND [ARGUMENT]...]\n"
                       "Traces the system calls and signals of COMMAND, or of processes that run already.\n";
    for (auto const& [title, wanted] : sections) {
        text.append("\n").append(title).append(":\n");
        for (auto const& each : rows) {
            if (each.where != wanted)
                continue;
            std::string line = in_help(each);
            if (line.size() + 2 > indent)
                text.append(line).append("\n").append(indent, ' ');
            else
                text.append(line).append(indent - line.size(), ' ');
            text.append(each.help).append("\n");
        }
    }
    text += "\n"
            "cotrace ends as COMMAND did: with the same exit status, or by the same signal. Its own\n"
            "failures: 127, COMMAND was not found; 126, it could not be run; 1, anything else.\n"
            "^C reaches COMMAND and not cotrace. SIGTERM and SIGHUP are handed to COMMAND, which is\n"
            "killed if it goes on for two seconds more. Without a COMMAND, they and ^C let the traced go.\n";
    return text;
}

} // namespace cotrace::app
