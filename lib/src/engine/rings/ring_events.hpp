// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/session.hpp>

#include "engine/observe/wire.hpp"

#include <optional>

namespace cotrace::engine {

class open_files;

/// The record of an event of the BPF programs about a submission. Memory is decoded from what the programs have read. Empty if
/// the operation uses no file that `session_options::accesses` selects.
std::optional<ring_submitted> submission_of(observe::submission_event const& seen, open_files& files,
                                            session_options const& options);

/// The record of an event of the BPF programs about a completion.
ring_completed completion_of(observe::completion_event const& seen) noexcept;

}   // namespace cotrace::engine
