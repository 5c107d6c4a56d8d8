// SPDX-License-Identifier: BSL-1.0
#pragma once

// What -e takes: the part before its "=" has a function here, and most have a long option.

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

/// `-e`: "QUALIFIER=SET", and what has no known qualifier is a set of calls to trace.
complaint set_expression(options& to, std::string_view expression);

} // namespace cotrace::app
