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

/// Makes a child that waits before its execve(2) until the tracer has seized it, but not in a SIGSTOP, which the session would
/// record.
namespace cotrace::sys {

/// A message from the child over `spawned::socket`. End of file means that the child has executed its program, or has died.
struct child_message {
    enum class kind : int {
        ready,        ///< the child waits until the tracer has seized it and has written a byte to `spawned::socket`
        unfiltered,   ///< the kernel refused the seccomp program; after another byte, the child goes on without the program
        listening,    ///< the message carries the listener (sys/notify.hpp); reported calls wait for the tracer's answer
        failed,       ///< the child could not set itself up or execute the program, and ends
    } what{};
    int error = 0;   ///< the errno if `what` is `failed`, otherwise 0
    /// If `what` is `failed`, the name of the function that failed; after "open", the path of the file follows. Otherwise empty.
    char operation[160] = {};
};

struct spawned {
    pid child{};
    unique_fd socket;   ///< the tracer's end of a SOCK_SEQPACKET pair, non-blocking; a byte written to it lets the child go on
    std::string file;   ///< the file that the child executes
};

/// The seccomp program that a child installs. If the child lacks the privilege to install it,
/// the child sets no_new_privs first.
struct confinement {
    std::span<sock_filter const> program{};   ///< if empty, the child installs no program
    /// The number `pass` of `notifying`, if the program reports calls by notifications. Such a child sends `listening` instead of
    /// `ready`, and dies with the thread that forked it (PR_SET_PDEATHSIG).
    std::optional<std::uint64_t> pass{};
};

/// Forks a child that executes `what`, with the signal mask `unblocked` if `what` has none. A program without notifications is
/// installed after the parent has written a byte to `spawned::socket`.
result<spawned, failure> spawn(command const& what, sigset_t const& unblocked, confinement const& within);

/// The next message of the child, with the listener, if any. `receive_from_child` returns nothing at end of file or on failure.
/// Error EAGAIN: there is no message yet.
struct said_by_child {
    child_message message;
    unique_fd listener;
};
result<std::optional<said_by_child>> receive_from_child(int socket);

/// Whether the socket is at end of file, because the child has executed its program, or has died.
bool is_at_end(int socket) noexcept;

/// Waits until a child that was killed and is not traced has ended, and reaps it.
void reap(pid child) noexcept;

/// Kills and reaps a child that is not traced, for example because its launch has failed.
void kill_and_reap(pid child) noexcept;

/// Gives each signal that has a handler its default action, as execve(2) does, because no handler of the parent may run in a
/// child. Leaves out signals that the C library reserves.
void reset_signal_handlers() noexcept;

}   // namespace cotrace::sys
