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

/// Makes a record of an io_uring event of the BPF programs. Returns nothing for other events, and if
/// `session_options::accesses` does not select the record.
std::optional<event> record_of(std::span<std::byte const> seen, open_files& files, session_options const& options);

/// The failure to report if the kernel is too old to report submissions.
failure no_submissions();

}   // namespace cotrace::engine
