// SPDX-License-Identifier: BSL-1.0
#pragma once

// Functions that apply one option each. The functions for the qualifiers of -e are in qualifiers.hpp.

#include "argument_parsing.hpp"
#include "options.hpp"

#include <optional>
#include <string_view>

namespace cotrace::app {

usage_error add_pids(options& to, std::string_view list);
usage_error add_everything(options& to);
usage_error add_tree(options& to, std::string_view root);
usage_error change_environment(options& to, std::string_view change);

usage_error detach_on(options& to, std::string_view call);
usage_error set_daemon(options& to, option_argument given);
usage_error set_entries_only(options& to);
usage_error set_observation(options& to, option_argument given);
usage_error set_buffer_size(options& to, std::string_view size);
usage_error set_short_follow(options& to);
usage_error set_follow(options& to);
usage_error set_threads_only(options& to);
usage_error set_depth(options& to, std::string_view generations);
usage_error set_interrupt(options& to, std::string_view word);
usage_error set_in_kernel_filter(options& to, std::string_view word);
usage_error set_placement(options& to, std::string_view word);
usage_error set_limit(options& to, std::string_view count);
usage_error set_condition(std::optional<predicate>& to, char const* option, std::string_view expression);
usage_error set_column(options& to, std::string_view column);
usage_error set_output(options& to, std::string_view file);

usage_error add_path(options& to, std::string_view path);
usage_error only_status(options& to, call_status which);

usage_error set_stack_trace(options& to, option_argument given);
usage_error set_stack_limit(options& to, std::string_view frames);
usage_error set_stack_conditions(options& to, std::string_view list);
usage_error set_format(options& to, std::string_view word);
usage_error set_color(options& to, option_argument given);
usage_error set_output_error(options& to, std::string_view word);
usage_error set_kept_records(options& to, std::string_view most);
usage_error set_redaction(options& to, std::string_view word);
usage_error set_string_limit(options& to, std::string_view size);
usage_error set_precision(bool& wanted, render::precision& to, option_argument given);
usage_error set_clock(options& to, std::string_view word);
usage_error set_short_times(options& to);
usage_error set_times(options& to, option_argument given);
usage_error set_verbose(options& to);
usage_error set_short_hex(options& to);
usage_error set_hex(options& to, option_argument given);
usage_error set_short_descriptor_details(options& to);
usage_error set_process_names(options& to);
usage_error set_pidns_translation(options& to);
usage_error set_constants(options& to, std::string_view style);

usage_error set_summary(options& to, bool only);
usage_error set_overhead(options& to, std::string_view time);
usage_error set_sorting(options& to, std::string_view by);
usage_error set_columns(options& to, std::string_view list);

usage_error set_help(options& to, option_argument topic);

}   // namespace cotrace::app
