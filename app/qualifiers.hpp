// SPDX-License-Identifier: BSL-1.0
#pragma once

// The qualifiers of -e, one function each. Most of them also have a long option.

#include "options.hpp"
#include "argument_parsing.hpp"

#include <string_view>

namespace cotrace::app {

complaint set_trace(options& to, std::string_view set);
complaint set_abbreviated(options& to, std::string_view set);
complaint set_dereferenced(options& to, std::string_view set);
complaint set_raw(options& to, std::string_view set);
complaint set_signals(options& to, std::string_view set);
complaint set_statuses(options& to, std::string_view set);
complaint set_descriptor_details(options& to, std::string_view set);
complaint set_process_details(options& to, std::string_view set);
complaint set_traced_descriptors(options& to, std::string_view set);
complaint set_quiet(options& to, std::string_view set);
complaint set_read_from(options& to, std::string_view set);
complaint set_written_to(options& to, std::string_view set);
complaint add_fault(options& to, std::string_view argument);
complaint add_injection(options& to, std::string_view argument);

/// The argument of `-e`: "QUALIFIER=SET". An expression without a known qualifier is a set of calls to trace.
complaint set_expression(options& to, std::string_view expression);

} // namespace cotrace::app
