// SPDX-License-Identifier: BSL-1.0
#include "record/predicate_names.hpp"

#include "uapi/constants/ioctls.hpp"
#include "uapi/constants/names.hpp"
#include "uapi/topics.hpp"

#include <cotrace/detail/near_names.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <ranges>

namespace cotrace::predicates {
namespace {

// clang-format off
constexpr subject_name subjects[] = {
    {"name",       subject::name,       value_kind::call_name},
    {"number",     subject::number,     value_kind::number},
    {"kind",       subject::kind,       value_kind::event_kind},
    {"error",      subject::error,      value_kind::error},
    {"result",     subject::result,     value_kind::number},
    {"duration",   subject::duration,   value_kind::duration},
    {"path",       subject::path,       value_kind::text},
    {"fd",         subject::fd,         value_kind::descriptor},
    {"address",    subject::address,    value_kind::text},
    {"bytes",      subject::bytes,      value_kind::number},
    {"pid",        subject::pid,        value_kind::number},
    {"tid",        subject::tid,        value_kind::number},
    {"comm",       subject::comm,       value_kind::text},
    {"session",    subject::session,    value_kind::number},
    {"label",      subject::label,      value_kind::text},
    {"signal",     subject::signal,     value_kind::signal},
    {"status",     subject::status,     value_kind::number},
    {"arg1",       subject::register_1, value_kind::number},
    {"arg2",       subject::register_2, value_kind::number},
    {"arg3",       subject::register_3, value_kind::number},
    {"arg4",       subject::register_4, value_kind::number},
    {"arg5",       subject::register_5, value_kind::number},
    {"arg6",       subject::register_6, value_kind::number},
    {"failed",     subject::failed,     value_kind::condition},
    {"successful", subject::successful, value_kind::condition},
    {"entry",      subject::entry,      value_kind::condition},
    {"unfinished", subject::entry,      value_kind::condition},
};
// clang-format on

constexpr int last_errno = 600;   // no errno in the tables is higher

// Names of values that are no arguments in the tables of system calls. "arg1" to "arg6" are the arguments of a call without a
// description.
constexpr std::string_view other_arguments[] = {
    "return", "dump",         "namespaces", "exit_reason", "ready", "left", "in",   "out",
    "except", "entry_number", "arg1",       "arg2",        "arg3",  "arg4", "arg5", "arg6",
};

/// Calls `see` with the name of each constant, flag and ioctl(2) request, perhaps repeatedly. Leaves out errnos and signals.
template <class See>
void for_each_constant(See see)
{
    see("AT_FDCWD");
    for (auto const& table : uapi::names::all_tables)
        for (auto const& row : table.table->all())
            if (!row.name.empty())
                see(row.name);
    for (auto const& each : uapi::ioctl_names())
        see(each.name);
}

/// Calls `see` with the name of each argument of each call. `see` may get the same name several times.
template <class See>
void for_each_argument(See see)
{
    for (auto const name : other_arguments)
        see(name);
    auto const see_name = [&](uapi::parameter const& each) { see(each.name); };
    for (auto const topic : uapi::all_topics)
        for (auto const& row : topic())
            for_each_parameter_of(row, see_name);
    for (auto const& row : uapi::calls_made_by_ipc())
        for_each_parameter_of(row, see_name);
}

}   // namespace

std::span<subject_name const> subject_names() noexcept { return subjects; }

std::string question_about_errno(std::string_view word)
{
    return detail::question_about(word, std::views::iota(1, last_errno + 1), uapi::errno_name);
}

std::string question_about_signal(std::string_view word)
{
    return detail::question_about(word, std::views::iota(1, uapi::last_signal + 1), uapi::signal_name);
}

bool is_constant(std::string_view word)
{
    bool found = uapi::errno_number(word) || (word.starts_with("SIG") && uapi::signal_number(word));
    for_each_constant([&](std::string_view name) { found = found || name == word; });
    return found;
}

std::string question_about_constant(std::string_view word)
{
    detail::near_names near{word};
    for_each_constant([&](std::string_view name) { near.consider(name); });
    for (int number = 1; number <= uapi::last_signal; ++number)
        near.consider(uapi::signal_name(number));
    return near.question();
}

bool is_other_argument(std::string_view word) noexcept { return std::ranges::count(other_arguments, word) != 0; }

bool is_argument(std::string_view word)
{
    bool found = false;
    for_each_argument([&](std::string_view name) { found = found || name == word; });
    return found;
}

std::string question_about_argument(std::string_view word)
{
    detail::near_names near{word};
    for_each_argument([&](std::string_view name) { near.consider(name); });
    return near.question();
}

}   // namespace cotrace::predicates
