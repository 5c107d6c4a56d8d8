// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <vector>

namespace cotrace::sys {

/// Receives events about all processes of the machine: new processes, successful calls of execve(2),
/// and changes of a process's name. The process events connector of the kernel
/// (<linux/cn_proc.h>) sends them.
class process_events {
public:
    /// Errors: EPERM if the kernel is older than Linux 6.6 and this process has no CAP_NET_ADMIN;
    /// `errc::no_process_events` if this process is outside of the initial pid, user or network
    /// namespace, or if the kernel was built without the connector.
    static result<process_events, failure> open();

    /// The file descriptor of the socket. It is readable when there are events.
    int fd() const noexcept { return socket_.get(); }

    /// Receives the events that have arrived, and appends the process of each event to `into`; for a fork, the new process.
    /// Ignores new threads of a process, and new names of threads that are not thread group leaders. Does not wait. False if
    /// events were lost because the buffer of the socket was full.
    bool collect(std::vector<pid>& into);

private:
    explicit process_events(unique_fd socket) noexcept
        : socket_{std::move(socket)}
    {
    }
    unique_fd socket_;
};

}   // namespace cotrace::sys
