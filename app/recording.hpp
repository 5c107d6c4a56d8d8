// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "view.hpp"

#include <memory>

namespace cotrace::app {

/// The view of --record: writes a trace file. With --keep-last, writes only the newest records, when `write_kept` is
/// called or a process was killed by a signal.
std::unique_ptr<view> recording(options const& wanted);

/// Sets what --record captures in addition to what the options ask for: whole structures and arrays, the paths of file
/// descriptors and, without -s, strings of up to 4096 bytes. Also sets `capture_options::keep_inputs`, which trace files need.
void set_recorded_level(options& of);

}   // namespace cotrace::app
