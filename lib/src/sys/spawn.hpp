// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/command.hpp>
#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <csignal>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <linux/filter.h>

/// Makes a child that waits before its execve(2), so that it can be seized first. SIGSTOP
/// is not used, because it would leave stops that no signal of the program caused.
namespace cotrace::sys {

/// A message from the child over `spawned::line`. The end of the stream means that the
/// child executed its program, or died.
struct child_message {
    enum class kind : int {
        ready,        ///< waits to be seized, and for the byte to go on
        unfiltered,   ///< waits for the byte to go on; the kernel refused the program
        listening,    ///< carries the listener of the program; the child goes on without a byte, and its calls wait
        failed,
    } what{};
    int  error = 0;             ///< errno
    char operation[24] = {};    ///< the function that failed
};

struct spawned {
    pid       child{};
    unique_fd line;             ///< SOCK_SEQPACKET, non-blocking; one byte written here makes the child go on
    std::string file;           ///< the file that the child executes
};

/// The seccomp program that a child installs. Without the privilege for that, the child
/// sets no_new_privs.
struct confinement {
    std::span<sock_filter const> program{};   ///< empty: none
    /// Set if the program reports by notifications: the `pass` that was given to
    /// `notifying`. The child then sends `listening` instead of `ready`, and dies with
    /// the thread that forked it (PR_SET_PDEATHSIG).
    std::optional<std::uint64_t> pass{};
};

/// Forks. `unblocked` is the signal mask of the child if `what` has none. The child installs
/// its program after the byte from the parent, or at once if the program notifies.
result<spawned, failure> spawn(command const& what, sigset_t const& unblocked, confinement const& within);

/// The next message of the child, and the listener if the message carries one. Nothing at
/// the end of the stream. Error EAGAIN: there is no message yet.
struct said_by_child {
    child_message message;
    unique_fd     listener;
};
result<std::optional<said_by_child>> receive_from_child(int line);

/// Whether the stream has ended, because the child executed its program, or died.
bool is_at_end(int line) noexcept;

/// Reaps a child that was killed and is not traced (waitpid until it is gone).
void reap(pid child) noexcept;

} // namespace cotrace::sys
