// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "view.hpp"

#include <memory>

namespace cotrace::app {

/// The view of --record: writes a trace file. With --keep-last, records are written only by `write_kept`, and when a signal has
/// killed a process.
std::unique_ptr<view> recording(options const& wanted);

/// Sets what --record captures by default: whole structures and arrays, paths of file descriptors, and strings of up to 4096
/// bytes.
void set_recorded_level(options& of);

}   // namespace cotrace::app
