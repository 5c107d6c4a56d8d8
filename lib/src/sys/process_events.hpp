// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <vector>

namespace cotrace::sys {

/// Events of all processes of the machine: forks, execs and changed names. They come from
/// the process events connector, <linux/cn_proc.h>.
class process_events {
public:
    /// Errors: EPERM without CAP_NET_ADMIN before Linux 6.6; `errc::no_process_events`
    /// outside of the first namespaces, or if the kernel was built without the connector.
    static result<process_events, failure> open();

    /// Readable when there are events.
    int fd() const noexcept { return socket_.get(); }

    /// Appends the processes of the events that are there. Does not wait. False if events
    /// were lost because the buffer of the socket was full.
    bool collect(std::vector<pid>& into);

private:
    explicit process_events(unique_fd socket) noexcept : socket_{std::move(socket)} {}
    unique_fd socket_;
};

} // namespace cotrace::sys
