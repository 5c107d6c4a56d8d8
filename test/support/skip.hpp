// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

/// Why this program's tests cannot run on this machine; empty when they can.
/// unprivileged.cpp and live.cpp each define it, and a program links one of them.
std::string reason_to_skip();
