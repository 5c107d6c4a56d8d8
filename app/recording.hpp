// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "view.hpp"

#include <memory>

namespace cotrace::app {

/// The view of --record: writes a trace file. With --keep-last, writes only the newest records, when `write_kept` is
/// called or a process was killed by a signal.
std::unique_ptr<view> recording(options const& wanted);

/// Sets what --record captures, if the options do not say otherwise: strings up to 4096 bytes, structures whole, and the
/// paths of file descriptors.
void set_recorded_level(options& of);

}   // namespace cotrace::app
