// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstddef>

namespace cotrace::engine {

/// The memory in bytes that a record takes, with the call, the values and the call stack that it owns. If the entry and
/// the exit of a call both have records, the two records share one `syscall_call`, whose memory counts for the record
/// of the entry only. `entries` says whether entries have records.
std::size_t size_of(record const& fact, bool entries) noexcept;

}   // namespace cotrace::engine
