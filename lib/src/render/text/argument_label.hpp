// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// With the option -N, the text format shows a name for each argument. Returns this name for the argument `parameter`;
/// strace shows the same name. Most of strace's names are those of the manual pages, as in records, filters and JSON. If one
/// function of strace decodes several calls, strace uses the same names for all of these calls.
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
