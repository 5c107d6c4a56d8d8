// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cotrace::app {

/// The names of what this build can do and another build may lack. strace's names are used where strace has the
/// feature: "m32-mpers" and "mx32-mpers" say that structures of i386 and of x32 programs are decoded.
std::vector<std::string_view> optional_features();

/// The text that --version prints: a line with the version, and a line with the optional features.
std::string version();

}   // namespace cotrace::app
