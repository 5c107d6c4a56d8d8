// SPDX-License-Identifier: BSL-1.0
#pragma once

// The qualifiers of -e, one function each. Most of them also have a long option.

#include "argument_parsing.hpp"
#include "options.hpp"

#include <string_view>
#include <vector>

namespace cotrace::app {

usage_error set_trace(options& to, std::string_view set);
usage_error set_abbreviated(options& to, std::string_view set);
usage_error set_dereferenced(options& to, std::string_view set);
usage_error set_raw(options& to, std::string_view set);
usage_error set_signals(options& to, std::string_view set);
usage_error set_statuses(options& to, std::string_view set);
usage_error set_descriptor_details(options& to, std::string_view set);
usage_error set_process_details(options& to, std::string_view set);
usage_error set_traced_descriptors(options& to, std::string_view set);
usage_error set_contexts(options& to, std::string_view set);
usage_error set_kvm(options& to, std::string_view what);
usage_error set_namespaces(options& to, std::string_view which);
usage_error set_quiet(options& to, std::string_view set);
usage_error set_read_from(options& to, std::string_view set);
usage_error set_written_to(options& to, std::string_view set);
usage_error add_fault(options& to, std::string_view argument);
usage_error add_injection(options& to, std::string_view argument);

/// The long names of the qualifiers, sorted.
std::vector<std::string_view> qualifier_names();

/// Applies -e, which has the argument "QUALIFIER=SET". An argument without a known qualifier is a set of calls to trace.
usage_error set_expression(options& to, std::string_view expression);

}   // namespace cotrace::app
