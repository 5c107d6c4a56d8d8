// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/session.hpp>

#include "engine/observe/wire.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace cotrace::engine {

class open_files;

/// Makes a record of an event that the BPF programs have sent about an io_uring. Decodes a submission from the memory
/// that the programs have read. Returns nothing for other events, and if `session_options::accesses` does not select
/// the record. If `accesses` names files or descriptors, it selects only submissions that use one of them, and no
/// completions, because a completion names no file.
std::optional<event> record_of(std::span<std::byte const> seen, open_files& files, session_options const& options);

/// The failure to report if the kernel is too old to report submissions.
failure no_submissions();

}   // namespace cotrace::engine
