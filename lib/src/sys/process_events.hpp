// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <vector>

namespace cotrace::sys {

/// News of all processes of the machine: who was forked, who executed a program,
/// who changed its name. From the process events connector, <linux/cn_proc.h>.
class process_events {
public:
    /// Errors: EPERM without CAP_NET_ADMIN before Linux 6.6; `errc::no_process_events`
    /// outside of the first namespaces, or where the kernel was built without.
    static result<process_events, failure> open();

    /// Readable when there is news.
    int fd() const noexcept { return socket_.get(); }

    /// Appends the processes that there is news of, without waiting. False: some
    /// news were lost, because nobody came to collect them in time.
    bool collect(std::vector<pid>& into);

private:
    explicit process_events(unique_fd socket) noexcept : socket_{std::move(socket)} {}
    unique_fd socket_;
};

} // namespace cotrace::sys
