// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <vector>

namespace cotrace::sys {

/// Receives events about new processes, successful calls of execve(2) and new names, from the process events connector of the
/// kernel (<linux/cn_proc.h>).
class process_events {
public:
    /// Errors: EPERM before Linux 6.6 without CAP_NET_ADMIN; `errc::no_process_events` outside of the initial pid, user or
    /// network namespace, or if the kernel has no connector.
    static result<process_events, failure> open();

    /// The file descriptor of the socket. It is readable when there are events.
    int fd() const noexcept { return socket_.get(); }

    /// Appends the process of each event to `into`; for a fork, the new process. Ignores threads other than thread group leaders.
    /// Returns false if the kernel dropped events.
    bool collect(std::vector<pid>& into);

private:
    explicit process_events(unique_fd socket) noexcept
        : socket_{std::move(socket)}
    {
    }
    unique_fd socket_;
};

}   // namespace cotrace::sys
