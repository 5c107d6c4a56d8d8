// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

/// The reason why the tests of this program cannot run on this machine; empty if they can run.
std::string reason_to_skip();
