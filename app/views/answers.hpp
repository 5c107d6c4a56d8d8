// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "view.hpp"

#include <memory>

namespace cotrace::app {

/// The table of the slowest calls: option --top.
std::unique_ptr<view> slowest_view(options const& wanted);

/// Histograms of the times of calls: option --histogram.
std::unique_ptr<view> histogram_view(options const& wanted);

}   // namespace cotrace::app
