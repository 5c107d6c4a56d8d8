// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

/// The reason why the tests of this program cannot run on this machine; empty if they can run. unprivileged.cpp and
/// live.cpp define this function, and a test program links one of these files.
std::string reason_to_skip();
