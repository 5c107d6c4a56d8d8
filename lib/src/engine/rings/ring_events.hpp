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

/// The record of an event of the BPF programs about an io_uring. The memory of a submission is decoded from what the programs
/// have read. Empty for other events, and if `session_options::accesses` does not select the record: an operation that does
/// not use one of the files, or any completion, because a completion names no file.
std::optional<event> record_of(std::span<std::byte const> seen, open_files& files, session_options const& options);

/// Says that the kernel is too old to report submissions.
failure no_submissions();

}   // namespace cotrace::engine
