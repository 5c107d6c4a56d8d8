// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/call_in_progress.hpp"

#include <utility>

namespace cotrace::engine {

register_changes call_in_progress::clear_clone_flags(std::array<std::uint64_t, 6> const& now, std::uint64_t refused) noexcept
{
    auto args = now;
    args[0] &= ~refused;
    puts_args_back_ = true;
    return {.args = args};
}

void call_in_progress::merge(side_effects const& also) noexcept
{
    poked_ = poked_ || also.poked;
    delayed_ = delayed_ || also.delayed;
    if (also.signal != signo::none)
        signal_ = also.signal;
}

register_changes call_in_progress::decide_entry(verdict const& decided)
{
    if (std::holds_alternative<proceed>(decided))
        return {};
    if (auto const* change = std::get_if<change_arguments>(&decided)) {
        arguments_changed_ = puts_args_back_ = true;
        return {.args = change->args};
    }
    result_changed_ = true;
    if (auto const* other = std::get_if<run_instead>(&decided)) {
        forced_ = other->value;
        return {.number = other->number};
    }
    if (auto const* failing = std::get_if<fail_with>(&decided))
        forced_ = -std::int64_t{failing->error};
    else if (auto const* other = std::get_if<return_value>(&decided))
        forced_ = other->value;
    return {.skip = true};
}

void call_in_progress::forget_entry() noexcept
{
    forced_.reset();
    result_changed_ = arguments_changed_ = puts_args_back_ = false;
}

register_changes call_in_progress::restore_after_call(syscall_outcome& outcome) noexcept
{
    register_changes back;
    if (!is_changed())
        return back;
    if (auto const forced = std::exchange(forced_, std::nullopt))
        outcome = syscall_outcome::from(*forced);
    if (std::exchange(puts_args_back_, false))
        back.args = args_;
    back.result = outcome.value;
    return back;
}

register_changes call_in_progress::decide_exit(verdict const& decided, syscall_outcome& outcome) noexcept
{
    auto wanted = outcome;
    if (auto const* failing = std::get_if<fail_with>(&decided))
        wanted = syscall_outcome::from(-std::int64_t{failing->error});
    else if (auto const* other = std::get_if<return_value>(&decided))
        wanted = syscall_outcome::from(other->value);
    result_changed_ = result_changed_ || !std::holds_alternative<proceed>(decided);
    if (wanted.value == outcome.value)
        return {};
    outcome = wanted;
    return {.result = wanted.value};
}

bool call_in_progress::needs_exit(bool exits, bool intercepted) const noexcept
{
    return kind_ != tracee::call_kind::ordinary || forced_ || puts_args_back_ || cleared_flags_
           || (captured && (exits || intercepted));
}

call_resume call_in_progress::resume_from_entry(bool filtered, bool confined, bool needs_exit) noexcept
{
    if (!filtered || confined)
        return {sys::resume_mode::syscall, true};
    return {needs_exit ? sys::resume_mode::syscall : sys::resume_mode::cont, needs_exit};
}

}   // namespace cotrace::engine
