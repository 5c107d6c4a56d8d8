// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// The name that text shows for an argument with `-N`. strace uses the names of the
/// kernel's prototypes, and one name for several calls that it decodes with one
/// function. Records, filters and JSON use the names of the manual pages.
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
