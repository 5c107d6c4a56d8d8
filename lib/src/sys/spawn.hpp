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

/// A child that is ready to exec and waits for the word to do so, so that it
/// can be seized first. No SIGSTOP is involved: it would leave phantom stops.
namespace cotrace::sys {

/// What the child says over `spawned::line`, one message at a time. The end of
/// the stream means that it executed its program, or died.
struct child_message {
    enum class kind : int {
        ready,        ///< to be seized, and for the word
        unfiltered,   ///< the same, but the program was refused
        listening,    ///< the listener of its program comes along; it goes on, needs no word, and its calls wait
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

/// What a child takes upon itself. Where it lacks the privilege for a program, it
/// gives up the right to gain any (no_new_privs).
struct confinement {
    std::span<sock_filter const> program{};   ///< empty: none
    /// The program's reports are notifications, and this is what it was made with;
    /// see `notifying`. The child says `listening` in place of `ready`, and dies
    /// with the thread that forked it (PR_SET_PDEATHSIG).
    std::optional<std::uint64_t> pass{};
};

/// Forks. `unblocked` is the mask the child gets where `what` names none.
/// After the word, or without one where it is notifying, the child confines itself.
result<spawned, failure> spawn(command const& what, sigset_t const& unblocked, confinement const& within);

/// What the child says next, and a listener if one comes along; nothing at the
/// end of the stream. Error: EAGAIN, where it has said nothing yet.
struct said_by_child {
    child_message message;
    unique_fd     listener;
};
result<std::optional<said_by_child>> receive_from_child(int line);

/// Whether there is nothing more to come, because it executed its program, or died.
bool is_at_end(int line) noexcept;

/// Reaps a child that was killed and is not traced (waitpid until it is gone).
void reap(pid child) noexcept;

} // namespace cotrace::sys
