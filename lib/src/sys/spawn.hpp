// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <csignal>
#include <span>
#include <string>

#include <linux/filter.h>

/// A child that is ready to exec and waits for the word to do so, so that it
/// can be seized first. No SIGSTOP is involved: it would leave phantom stops.
namespace cotrace::sys {

/// What the child says over `spawned::line`, one message at a time. The end of
/// the stream means that it executed its program, or died.
struct child_message {
    enum class kind : int {
        ready,        ///< to be seized, and for the word
        unfiltered,   ///< the same, but the program was refused
        failed,
    } what{};
    int  error = 0;             ///< errno
    char operation[24] = {};    ///< what failed with it
};

struct spawned {
    pid       child{};
    unique_fd line;             ///< SOCK_SEQPACKET, non-blocking; one byte written here is the word to exec
    std::string file;           ///< what will be executed
};

/// Forks. `unblocked` is the mask the child gets where `what` names none.
/// After the word, the child puts `program` in place, if there is one; where it
/// lacks the privilege, by giving up the right to gain any (no_new_privs).
result<spawned, failure> spawn(command const& what, sigset_t const& unblocked, std::span<sock_filter const> program);

/// Reaps a child that was killed and is not traced (waitpid until it is gone).
void reap(pid child) noexcept;

/// SIGKILL to the process that `thread` belongs to.
void kill_process(pid process, tid thread) noexcept;

/// `sig` to this very thread of `process`.
result<void> send_signal(pid process, tid thread, signo sig) noexcept;

/// Whether `thread` belongs to `process`; cheaper than reading /proc.
bool is_thread_of(pid process, tid thread) noexcept;

} // namespace cotrace::sys
