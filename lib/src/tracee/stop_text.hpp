// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "sys/notify.hpp"
#include "sys/wait.hpp"
#include "tracee/stop_decoder.hpp"

#include <optional>
#include <string>

/// Describes wait statuses and stops in words, for the debug log.
namespace cotrace::tracee {

/// The wait status in words: "stopped by PTRACE_EVENT_EXEC, SIGTRAP", "exited with 1".
std::string text_of(sys::wait_status const& status);

/// The call of a seccomp notification in words: "entry of openat".
std::string text_of(sys::notification const& call);

/// The stop in words: "entry of openat". `why` is empty if the thread was killed before its stop could be decoded.
std::string text_of(std::optional<stop> const& why);

}   // namespace cotrace::tracee
