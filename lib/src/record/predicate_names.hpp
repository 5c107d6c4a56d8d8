// SPDX-License-Identifier: BSL-1.0
#pragma once

// The names that a predicate can contain, and questions such as "; did you mean 'ENOENT'?" for misspelled names.

#include "record/predicate_tree.hpp"

#include <cotrace/record.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace cotrace::predicates {

struct subject_name {
    std::string_view name;
    subject what;
    value_kind kind;
};

/// All names of subjects and conditions, except those of arguments.
std::span<subject_name const> subject_names() noexcept;

/// The prefix of a subject that is an argument of a call: "args.fd" is the argument `fd`.
inline constexpr std::string_view argument_prefix = "args.";

/// The names of the kinds of records, in the order of the alternatives of `event`.
inline constexpr std::array<std::string_view, std::variant_size_v<event>> kind_names = {
    "start", "entry",    "call", "signal",  "stop",       "exec",       "superseded",
    "exit",  "detached", "lost", "failure", "submission", "completion",
};

/// A question that suggests the errnos or signals that are most like `word`. Empty if no name is like `word`.
std::string question_about_errno(std::string_view word);
std::string question_about_signal(std::string_view word);

/// Whether a constant, a flag, an ioctl(2) request, an errno or a signal has this name.
bool is_constant(std::string_view word);
std::string question_about_constant(std::string_view word);

/// Calls `see` with each parameter of `call`, also with those that `call` takes from memory.
template <class See>
void for_each_parameter_of(uapi::syscall_descriptor const& call, See& see)
{
    for (auto const* part = &call; part != nullptr; part = part->in_memory)
        for (unsigned i = 0; i < part->arity(); ++i)
            see(part->arguments[i]);
}

/// Whether `word` names a value that is no argument in the tables of system calls, such as "return" or "arg1".
bool is_other_argument(std::string_view word) noexcept;

/// Whether any call has an argument with this name.
bool is_argument(std::string_view word);
std::string question_about_argument(std::string_view word);

}   // namespace cotrace::predicates
