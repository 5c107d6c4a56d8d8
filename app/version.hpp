// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cotrace::app {

/// The optional features of this build, with strace's names if strace has them. "m32-mpers" and "mx32-mpers" mean that structures
/// of i386 and x32 programs are decoded.
std::vector<std::string_view> optional_features();

/// The text that --version prints: a line with the version, and a line with the optional features.
std::string version();

}   // namespace cotrace::app
