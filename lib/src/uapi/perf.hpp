// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/words.hpp"

namespace cotrace::uapi {

/// A pointer to struct perf_event_attr, which the call reads.
extern type const perf_attributes_in;

} // namespace cotrace::uapi
