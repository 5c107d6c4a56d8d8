// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// The name that the text format shows for an argument with the option -N, as strace does. strace uses the names of the
/// kernel's prototypes; if one function of strace decodes several calls, strace uses the same names for all of these
/// calls. Records, filters and JSON use the names of the manual pages.
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
