// SPDX-License-Identifier: BSL-1.0
#include <cotrace/match.hpp>

#include <cotrace/detail/near_names.hpp>
#include <cotrace/uapi/syscalls.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include "record/predicate_lexer.hpp"
#include "record/predicate_names.hpp"
#include "record/predicate_values.hpp"
#include "uapi/error_label.hpp"
#include "uapi/numbers.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <vector>

#include <fnmatch.h>

namespace cotrace {

namespace {

using uapi::shape;

/// Whether `fulfils` returns true for at least one of the paths that are arguments of the call.
template <class Fulfils>
bool any_path(syscall_call const& call, Fulfils fulfils)
{
    for (auto const each : call.values.all())
        if (auto const target = each.target(); each.shape() == shape::pointer && target && target->shape() == shape::characters
                                               && target->type().unlimited && fulfils(target->text()))
            return true;
    return false;
}

bool any_descriptor(syscall_call const& call, int number)
{
    for (auto const each : call.values.all())
        if (uapi::traits_of(each.shape()).refers == uapi::reference::descriptor
            && static_cast<std::int32_t>(each.number()) == number)
            return true;
    return false;
}

/// Whether `fulfils` returns true for each of the names in `names`, which are separated by '|'.
template <class Fulfils>
bool all_names(std::string_view names, Fulfils fulfils)
{
    while (true) {
        auto const end = names.find('|');
        if (!fulfils(names.substr(0, end)))
            return false;
        if (end == names.npos)
            return true;
        names.remove_prefix(end + 1);
    }
}

bool is_pointer(uapi::parameter const& each) noexcept { return each.as != nullptr && each.as->shape == shape::pointer; }

/// Calls `see` with the descriptor of each selected call that is in the tables, including calls through socketcall(2) and ipc(2).
template <class See>
void for_each_call(filter const& which, See see)
{
    for (auto const interface : uapi::all_interfaces)
        for (auto const& row : uapi::syscalls(interface)) {
            auto const number = uapi::kernel_number(interface, row.number);
            if (!which.wants(interface, number))
                continue;
            if (auto const* const what = uapi::find(interface, number))
                see(*what);
            auto const multiplexed = uapi::subcalls(interface, number).size();
            for (std::uint64_t first = 0; first < multiplexed; ++first) {
                syscall_call made;
                made.arch = interface;
                made.number = number;
                made.args[0] = first;
                auto const* const what = uapi::find_indirect_call(interface, number, first);
                if (what != nullptr && which.wants(made))
                    see(*what);
            }
        }
}

/// Calls `see` with each parameter of each call in the tables that `which` selects.
template <class See>
void for_each_parameter(filter const& which, See see)
{
    for_each_call(which, [&](uapi::syscall_descriptor const& call) { predicates::for_each_parameter_of(call, see); });
}

/// Whether a call that `which` selects has a pointer parameter with this name.
bool points_to_memory(filter const& which, std::string_view parameter)
{
    bool found = false;
    for_each_call(which, [&](uapi::syscall_descriptor const& call) {
        found = found || std::ranges::any_of(call.arguments, [&](auto const& each) {
                    return is_pointer(each) && each.name == parameter;
                });
    });
    return found;
}

/// Throws `std::invalid_argument` if the tables contain selected calls, but none with the argument `name`. Names such as "return"
/// are accepted. `calls` is the text of `which`.
void check_argument(filter const& which, std::string_view calls, std::string_view name)
{
    bool is_known = predicates::is_other_argument(name), any_call = false;
    for_each_parameter(which, [&](uapi::parameter const& each) { is_known = is_known || each.name == name; });
    for_each_call(which, [&](uapi::syscall_descriptor const&) { any_call = true; });
    if (is_known || !any_call)
        return;
    detail::near_names near{name};
    for_each_parameter(which, [&](uapi::parameter const& each) { near.consider(each.name); });
    if (near.question().empty())
        for_each_parameter(which, [&](uapi::parameter const& each) { near.consider_abbreviated(each.name); });
    throw std::invalid_argument{std::string{calls} + " has no argument " + predicates::in_quotes(name) + near.question()};
}

/// Calls `see` with `as` or, if `as` is a choice, with the types of all its cases.
template <class See>
void for_each_case(uapi::type const& as, See& see)
{
    if (as.shape != shape::choice)
        return see(as);
    for (auto const& each : std::span{as.cases, as.count})
        for_each_case(*each.as, see);
    for_each_case(*as.of, see);
}

/// Throws `std::invalid_argument` if one of `names` (separated by '|') is a constant of the argument in no selected call. Checks
/// only arguments that are always numbers.
void check_constants(filter const& which, std::string_view argument, std::string_view names)
{
    std::vector<uapi::type const*> types;
    bool is_number = true;
    auto const note = [&](uapi::type const& as) {
        auto const& traits = uapi::traits_of(as.shape);
        is_number = is_number && traits.holds == uapi::holding::number && !traits.text;
        if (std::ranges::find(types, &as) == types.end())
            types.push_back(&as);
    };
    for_each_parameter(which, [&](uapi::parameter const& each) {
        if (each.name == argument)
            for_each_case(*each.as, note);
    });
    if (types.empty() || !is_number)
        return;
    // A plain integer has no constants. If no type has any, it is only checked that a name is a constant.
    auto const plain = std::ranges::stable_partition(types, [](auto const* each) { return each->shape != shape::integer; });
    if (plain.begin() != types.begin())
        types.erase(plain.begin(), plain.end());
    auto const is_known = [&](std::string_view name) {
        if (std::ranges::any_of(types, [&](auto const* each) { return predicates::may_be_set(*each, name); }))
            return true;
        auto const why = predicates::is_constant(name)
                             ? " has no constant " + predicates::in_quotes(name)
                             : ": unknown constant " + predicates::in_quotes(name) + predicates::question_about_constant(name);
        throw std::invalid_argument{std::string{argument} + why + "; constants of a vocabulary need call(calls, vocabulary)"};
    };
    // A few constants have a '|' in their name, such as "FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME".
    if (std::ranges::none_of(types, [&](auto const* each) { return predicates::may_be_set(*each, names); }))
        all_names(names, is_known);
}

std::string in_double_quotes(std::string const& text) { return '"' + text + '"'; }

}   // namespace

call_matcher::call_matcher(filter which)
    : call_matcher{std::move(which), "a call"}
{
}

call_matcher call(std::string_view which)
{
    call_matcher made{filter{which}, std::string{which}};
    made.checks_names_ = true;
    return made;
}

call_matcher call(std::string_view which, uapi::vocabulary const& also)
{
    call_matcher made{filter{which, also}, std::string{which}};
    for (auto const& each : also.calls())
        if (auto const* const what = also.find(each.interface, each.number, std::array<std::uint64_t, 6>{});
            what != nullptr && made.which_.wants(each.interface, each.number))
            for (auto const& parameter : what->arguments)
                if (is_pointer(parameter))
                    made.own_pointers_.push_back(parameter.name);
    return made;
}

call_matcher call_matcher::with(condition added, std::string const& words) const
{
    auto made = *this;
    made.calls_.push_back(std::make_shared<described<condition> const>(described<condition>{std::move(added), words}));
    made.text_ += ' ' + words;
    return made;
}

/// Like `with`, but for a condition on a path, a text, or names of constants. The new matcher needs decoded calls.
call_matcher call_matcher::with_text(condition added, std::string const& words) const
{
    auto made = with(std::move(added), words);
    made.needs_decoding_ = true;
    return made;
}

/// Whether `argument` is known only if calls are decoded: a part of an argument, a result or a pointer. Does not consider numbers
/// that i386 calls take from memory.
bool call_matcher::is_in_memory(std::string_view argument) const
{
    return argument.find('.') != argument.npos || argument == "return"
           || std::ranges::find(own_pointers_, argument) != own_pointers_.end() || points_to_memory(which_, argument);
}

void call_matcher::check(std::string_view path) const
{
    if (checks_names_)
        check_argument(which_, name_, path.substr(0, path.find('.')));
}

call_matcher call_matcher::with_outcome(bool success, outcome_condition added, std::string const& words) const
{
    auto made = *this;
    made.required_success_ = success;
    made.outcomes_.push_back(
        std::make_shared<described<outcome_condition> const>(described<outcome_condition>{std::move(added), words}));
    made.text_ += ' ' + words;
    return made;
}

call_matcher call_matcher::path(std::string exactly) const
{
    auto const words = "path " + in_double_quotes(exactly);
    return with_text(
        [exactly = std::move(exactly)](compared const& made) {
            return any_path(made.call, [&](std::string_view path) { return path == exactly; });
        },
        words);
}

call_matcher call_matcher::path(glob like) const
{
    auto const words = "path like " + in_double_quotes(like.pattern);
    return with_text(
        [like = std::move(like)](compared const& made) {
            return any_path(made.call, [&](std::string_view path) {
                return ::fnmatch(like.pattern.c_str(), std::string{path}.c_str(), FNM_PATHNAME) == 0;
            });
        },
        words);
}

call_matcher call_matcher::fd(int number) const
{
    return with([number](compared const& made) { return any_descriptor(made.call, number); }, "fd " + std::to_string(number));
}

call_matcher call_matcher::with_number(std::string name, std::uint64_t number, bool negative) const
{
    check(name);
    auto const words = name + " = " + (negative ? std::to_string(static_cast<std::int64_t>(number)) : std::to_string(number));
    bool const in_memory = is_in_memory(name);
    auto narrowed = with(
        [name = std::move(name), number, negative](compared const& made) {
            return made.test(name, [&](value const& found) {
                auto const target = found.target().value_or(found);
                return negative ? target == static_cast<std::int64_t>(number) : target == number;
            });
        },
        words);
    narrowed.needs_decoding_ = narrowed.needs_decoding_ || in_memory;
    return narrowed;
}

call_matcher call_matcher::argument(std::string name, std::string text) const
{
    check(name);
    if (checks_names_)
        check_constants(which_, name, text);
    auto const words = name + " = " + in_double_quotes(text);
    return with_text(
        [name = std::move(name), text = std::move(text)](compared const& made) {
            return made.test(name, [&](value const& found) {
                auto const target = found.target().value_or(found);
                auto const is_set = [&](auto name) { return predicates::is_set(target, name, &made.call); };
                return target == std::string_view{text} || is_set(std::string_view{text}) || all_names(text, is_set);
            });
        },
        words);
}

call_matcher call_matcher::argument(std::string name, detail::function_argument<bool(value const&)> fulfils) const
{
    check(name);
    auto const words = "a function accepts " + name;
    bool const in_memory = is_in_memory(name);
    auto narrowed = with(
        [name = std::move(name), fulfils = std::move(fulfils).take()](compared const& made) { return made.test(name, fulfils); },
        words);
    narrowed.needs_decoding_ = narrowed.needs_decoding_ || in_memory;
    return narrowed;
}

call_matcher call_matcher::where(detail::function_argument<bool(syscall_call const&)> fulfils) const
{
    return with([fulfils = std::move(fulfils).take()](compared const& made) { return fulfils(made.call); },
                "a function accepts the call");
}

call_matcher call_matcher::succeeds() const
{
    return with_outcome(
        true, [](syscall_exited const& exited) { return !exited.outcome.failed; }, "succeeds");
}

call_matcher call_matcher::fails() const
{
    return with_outcome(
        false, [](syscall_exited const& exited) { return exited.outcome.failed; }, "fails");
}

call_matcher call_matcher::fails(int error) const
{
    return with_outcome(
        false, [error](syscall_exited const& exited) { return exited.outcome.error() == error; },
        "fails with " + uapi::error_label(error));
}

call_matcher call_matcher::returns(std::int64_t value) const
{
    return with_outcome(
        true, [value](syscall_exited const& exited) { return !exited.outcome.failed && exited.outcome.value == value; },
        "returns " + std::to_string(value));
}

bool call_matcher::compared::test(std::string_view argument, std::function<bool(value const&)> const& fulfils) const
{
    auto const found = exited != nullptr ? exited->argument(argument) : call.argument(argument);
    if (exited == nullptr && skipped != nullptr) {
        auto const whole = call.argument(argument.substr(0, argument.find('.')));
        if (!whole || whole->state() == value_state::later) {   // the value may become known at the exit
            *skipped = true;
            return true;
        }
    }
    return found && fulfils(*found);
}

bool call_matcher::fits(compared const& made) const
{
    return which_.wants(made.call)
           && std::all_of(calls_.begin(), calls_.end(), [&](auto const& each) { return each->fulfilled(made); });
}

bool call_matcher::fits(syscall_call const& call) const { return fits(compared{call}); }

call_matcher::entry_fit call_matcher::fit_at_entry(syscall_call const& call) const
{
    bool skipped = false;
    if (!fits(compared{call, nullptr, &skipped}))
        return entry_fit::no;
    return skipped ? entry_fit::may_change : entry_fit::yes;
}

bool call_matcher::fits(syscall_exited const& exited) const
{
    return exited.call && fits(compared{*exited.call, &exited})
           && std::all_of(outcomes_.begin(), outcomes_.end(), [&](auto const& each) { return each->fulfilled(exited); });
}

bool call_matcher::fits(record const& seen) const
{
    if (auto const* exited = std::get_if<syscall_exited>(&seen.what))
        return fits(*exited);
    auto const* entered = std::get_if<syscall_entered>(&seen.what);
    return entered && entered->call && outcomes_.empty() && fits(*entered->call);
}

call_matcher::likeness call_matcher::compare(syscall_call const& call, syscall_exited const* exited) const
{
    likeness made{.same_call = which_.wants(call)};
    if (!made.same_call)
        made.missed.push_back(name_);
    for (auto const& each : calls_)
        each->fulfilled(compared{call, exited}) ? void(++made.alike) : made.missed.push_back(each->words);
    for (auto const& each : outcomes_)
        exited && each->fulfilled(*exited) ? void(++made.came_to) : made.missed.push_back(each->words);
    return made;
}

}   // namespace cotrace
