// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// With the option -N, the text format shows a name for each argument. Returns this name, which is the one that strace
/// shows. strace uses the names of the kernel's prototypes; if one function of strace decodes several calls, strace
/// uses the same names for all of these calls. Records, filters and JSON use the names of the manual pages instead.
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
