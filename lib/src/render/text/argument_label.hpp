// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// The name that the text format shows for the argument `parameter` with `text_options::labels`, as strace does with -N. Most
/// of these names are the names in records. But if one function of strace decodes several calls, strace uses one name for the
/// arguments of all of them: for example, the argument of setgid(2) is called "uid".
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
