// SPDX-License-Identifier: BSL-1.0
#include "qualifiers.hpp"

#include "injection_parsing.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>

namespace cotrace::app {

namespace {

/// Removes each leading "!" from a list, and inverts `inverted` once for each "!".
void remove_inversions(std::string_view& list, bool& inverted)
{
    for (; list.starts_with('!'); list.remove_prefix(1))
        inverted = !inverted;
}

/// Calls `add` with each word of a list. Each leading "!" inverts `inverted`. "none" is an empty list, and "all" an inverted
/// empty list.
template <class Add>
usage_error parse_list(std::string_view whole, std::string_view what, bool& inverted, Add add)
{
    auto list = whole;
    remove_inversions(list, inverted);
    if (list == "all")
        inverted = !inverted;
    if (list == "all" || list == "none")
        return no_error;
    bool any = false;
    auto wrong = for_each_in(list, ",", [&](std::string_view word) -> usage_error {
        any = true;
        auto const why = add(word);
        if (!why)
            return no_error;
        bool const may_be_whole_list = why->empty() && word == list;
        return *unknown(what, word) + (may_be_whole_list ? detail::question_about(word, std::array{"all", "none"}) : *why);
    });
    return wrong || any ? std::move(wrong) : unknown(what, whole);
}

/// Sets `to` to the calls that `set` names or, if `others` is true, to all other calls. If no call is left, `to` becomes empty.
usage_error parse_calls(std::string_view set, bool others, std::optional<filter>& to)
{
    auto parsed = filter::parse(std::string{others ? "!" : ""}.append(set));
    if (!parsed)
        return std::move(parsed).error();
    to = std::move(parsed).value();
    if (set == (others ? "all" : "none"))
        to.reset();
    return no_error;
}

/// Parses a list of "all", "none" and `words`, which stand for members of `Switches`. Each leading "!" inverts the list.
template <class Switches>
usage_error switch_on(std::string_view set, std::string_view what, Switches& to,
                      std::initializer_list<choice<bool Switches::*>> words)
{
    auto list = set;
    bool inverted = false;
    remove_inversions(list, inverted);
    if (list.empty())
        return invalid(what, set);
    Switches named{};
    auto wrong = for_each_in(list, ",", [&](std::string_view word) -> usage_error {
        bool known = word == "all" || word == "none";
        detail::near_names near{word};
        near.consider("all");
        near.consider("none");
        for (auto const& [name, member] : words) {
            known = known || name == word;
            near.consider(name);
            named.*member = named.*member || word == "all" || name == word;
        }
        return known ? no_error : usage_error{*invalid(what, word) + near.question()};
    });
    if (wrong)
        return wrong;
    for (auto const& each : words)
        to.*each.value = named.*each.value != inverted;
    return no_error;
}

usage_error set_numbers(number_set& to, std::string_view set)
{
    to = {};
    return parse_list(set, "descriptor", to.all_but, [&](std::string_view word) {
        auto const value = number(word);
        to.these.push_back(value.value_or(0));
        return value ? no_error : invalid_argument();
    });
}

}   // namespace

usage_error set_trace(options& to, std::string_view set)
{
    auto parsed = filter::parse(set);
    if (!parsed)
        return std::move(parsed).error();
    to.calls = std::move(parsed).value();
    return no_error;
}

usage_error set_abbreviated(options& to, std::string_view set)
{
    to.capture.verbose = false;   // undoes an earlier -v
    return parse_calls(set, true, to.in_full);
}

usage_error set_dereferenced(options& to, std::string_view set) { return parse_calls(set, true, to.flat); }
usage_error set_raw(options& to, std::string_view set) { return parse_calls(set, false, to.text.raw); }

usage_error set_signals(options& to, std::string_view set)
{
    render::signal_set named;
    bool all_but = false;
    auto wrong = parse_list(set, "signal", all_but, [&](std::string_view name) {
        auto const signal = signal_number(name);
        if (signal && static_cast<std::size_t>(*signal) < named.size())   // larger numbers are ignored, as in strace
            named.set(static_cast<std::size_t>(*signal));
        return signal ? no_error : usage_error{question_about_signal(name)};
    });
    to.text.signals = all_but ? ~named : named;
    return wrong;
}

usage_error set_statuses(options& to, std::string_view set)
{
    static constexpr choice<call_status> words[] = {
        {"successful", call_status::successful},   {"failed", call_status::failed},     {"unfinished", call_status::unfinished},
        {"unavailable", call_status::unavailable}, {"detached", call_status::detached},
    };
    status_set named = ~status_set{};
    bool all_but = false;
    auto wrong = parse_list(set, "status", all_but, [&](std::string_view word) {
        call_status which{};
        auto why = choose(word, words, which);
        if (!why)
            named.insert(which);
        return why;
    });
    to.text.statuses = all_but ? ~named : named;
    return wrong;
}

usage_error set_descriptor_details(options& to, std::string_view set)
{
    using details = descriptor_details;
    to.described_by_name = true;
    return switch_on<details>(set, "decode-fds", to.capture.descriptors,
                              {{"path", &details::path},
                               {"socket", &details::socket},
                               {"dev", &details::device},
                               {"eventfd", &details::counter},
                               {"pidfd", &details::process},
                               {"signalfd", &details::signals}});
}

usage_error set_process_details(options& to, std::string_view set)
{
    using details = process_details;
    return switch_on<details>(set, "decode-pids", to.capture.processes,
                              {{"comm", &details::command}, {"pidns", &details::outside}});
}

usage_error set_kvm(options& to, std::string_view what)
{
    static constexpr choice<bool> words[] = {{"vcpu", true}};
    auto const why = choose(what, words, to.capture.virtual_cpus);
    return why ? usage_error{*invalid("-e kvm= argument", what) + *why} : no_error;
}

usage_error set_namespaces(options& to, std::string_view which)
{
    static constexpr choice<bool> words[] = {{"new", true}};
    auto const why = choose(which, words, to.capture.namespaces);
    return why ? usage_error{*invalid("-e namespace= argument", which) + *why} : no_error;
}

usage_error set_contexts(options& to, std::string_view set)
{
    enum class part : std::uint8_t { full, mismatch };
    static constexpr choice<part> words[] = {{"full", part::full}, {"mismatch", part::mismatch}};
    bool named[] = {false, false};
    bool all_but = false;
    auto wrong = parse_list(set, "secontext", all_but, [&](std::string_view word) {
        part which{};
        auto why = choose(word, words, which);
        if (!why)
            named[static_cast<std::size_t>(which)] = true;
        return why;
    });
    to.capture.contexts = all_but || named[0] || named[1];   // "none" turns the contexts off
    to.text.full_contexts = named[0] != all_but;
    to.wants_mismatches = named[1] != all_but;
    return wrong;
}

usage_error set_traced_descriptors(options& to, std::string_view set)
{
    return set_numbers(to.accesses.descriptors.emplace(), set);
}

usage_error set_quiet(options& to, std::string_view set)
{
    using member = bool quiet_options::*;
    static constexpr choice<member> words[] = {
        {"attach", &quiet_options::attach},
        {"exit", &quiet_options::exit},
        {"exits", &quiet_options::exit},
        {"path-resolution", &quiet_options::path_resolution},
        {"personality", &quiet_options::personality},
        {"superseded", &quiet_options::thread_execve},
        {"thread-execve", &quiet_options::thread_execve},
    };
    quiet_options named;
    bool all_but = false;
    auto wrong = parse_list(set, "quiet", all_but, [&](std::string_view word) {
        member which{};
        auto why = choose(word, words, which);
        if (!why)
            named.*which = true;
        return why;
    });
    for (auto const& each : words)
        to.quiet.*each.value = named.*each.value != all_but;
    to.forms.long_quiet = true;
    return wrong;
}

usage_error set_read_from(options& to, std::string_view set) { return set_numbers(to.capture.read_from, set); }
usage_error set_written_to(options& to, std::string_view set) { return set_numbers(to.capture.written_to, set); }

usage_error add_fault(options& to, std::string_view argument) { return add_injection_rule(to, argument, true); }
usage_error add_injection(options& to, std::string_view argument) { return add_injection_rule(to, argument, false); }

namespace {

struct qualifier {
    std::array<std::string_view, 4> names;   ///< strace's names for the qualifier, the long name first
    usage_error (*apply)(options&, std::string_view set);
};

constexpr qualifier qualifiers[] = {
    {{"abbrev", "a"}, set_abbreviated},
    {{"decode-fds", "decode-fd"}, set_descriptor_details},
    {{"decode-pids", "decode-pid"}, set_process_details},
    {{"fault"}, add_fault},
    {{"inject"}, add_injection},
    {{"kvm"}, set_kvm},
    {{"namespace"}, set_namespaces},
    {{"quiet", "silent", "silence", "q"}, set_quiet},
    {{"raw", "x"}, set_raw},
    {{"read", "reads", "r"}, set_read_from},
    {{"secontext"}, set_contexts},
    {{"signal", "signals", "s"}, set_signals},
    {{"status"}, set_statuses},
    {{"trace", "t"}, set_trace},
    {{"trace-fds", "trace-fd", "fds", "fd"}, set_traced_descriptors},
    {{"verbose", "v"}, set_dereferenced},
    {{"write", "writes", "w"}, set_written_to},
};

}   // namespace

std::vector<std::string_view> qualifier_names()
{
    std::vector<std::string_view> all;
    std::ranges::transform(qualifiers, std::back_inserter(all), [](auto const& each) { return each.names.front(); });
    return all;
}

usage_error set_expression(options& to, std::string_view expression)
{
    auto const end = expression.find('=');
    auto const word = expression.substr(0, end);
    for (auto const& known : qualifiers)
        if (end != std::string_view::npos && !word.empty() && std::ranges::find(known.names, word) != known.names.end())
            return known.apply(to, expression.substr(end + 1));
    constexpr auto letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    auto wrong = set_trace(to, expression);
    if (!wrong || end == std::string_view::npos || word.empty() || word.find_first_not_of(letters) != word.npos)
        return wrong;
    detail::near_names near{word};
    for (auto const& known : qualifiers)
        for (auto const name : known.names)
            if (name.size() > 2)
                near.consider(name);
    return *unknown("qualifier", word) + near.question();
}

}   // namespace cotrace::app
