// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstddef>

namespace cotrace::engine {

/// The memory of a record in bytes. An entry and an exit share one `syscall_call`, which counts for the entry if
/// `entries` is true.
std::size_t size_of(record const& fact, bool entries) noexcept;

}   // namespace cotrace::engine
