// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string_view>

namespace cotrace::render {

/// The name of an argument in the text format with `text_options::labels`. As with strace -N, some calls share names: the
/// argument of setgid(2) is "uid".
std::string_view argument_label(syscall_call const& call, std::string_view parameter);

}   // namespace cotrace::render
