// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "view.hpp"

#include <memory>

namespace cotrace::app {

/// The view for --format=rows and --format=csv.
std::unique_ptr<view> row_view(options const& wanted);

}   // namespace cotrace::app
