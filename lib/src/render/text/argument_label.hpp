// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// The name that the text format shows for an argument with `text_options::labels`, as strace -N does. strace uses one name in
/// all calls that it decodes with one function: the argument of setgid(2) is called "uid".
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
