// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/result.hpp>
#include <cotrace/task.hpp>

#include "sys/process.hpp"
#include "sys/unique_fd.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>

namespace cotrace::engine {

/// The file descriptors that a `root_process` needs.
struct root_descriptors {
    /// Opens the descriptors of a process. Fails with an error of pidfd_open(2) or fcntl(2), for example EMFILE.
    static result<root_descriptors> of(pid root);

    sys::pidfd process;
    sys::unique_fd end;   ///< a duplicate of `process`, which the executor waits for
};

/// The first process of a launched tree that is traced without ptrace: a child of the tracer's process. Before
/// `assign`, `is_reaped` returns true.
class root_process {
public:
    explicit root_process(asio::any_io_executor const& executor);

    void assign(pid id, root_descriptors of);
    /// After the end of the process, calls `reap` every 10 ms until `reap` returns true. `reap` must return true if
    /// this object was destroyed. A process that traces the root process gets the status first: ptrace(2).
    void await_end(std::function<bool()> reap);
    /// Reaps the process if it has ended. Returns nothing if no status is available yet.
    std::optional<thread_exited> reap();

    pid id() const noexcept { return id_; }
    tid thread() const noexcept { return leader(id_); }   ///< the first thread of the process
    sys::pidfd const& process() const noexcept { return process_; }
    bool is_reaped() const noexcept { return is_reaped_; }
    void kill() const noexcept;

    /// Closes the descriptor that `await_end` waits for, and ends the wait.
    void close();
    /// Ends the wait that `await_end` began, without closing a descriptor. To be called in a child that the host has forked.
    void rest();

private:
    struct attempt;

    pid id_{};
    sys::pidfd process_;
    asio::posix::stream_descriptor ended_;   ///< a duplicate of `process_`; becomes readable when the process ends
    asio::steady_timer retry_;
    bool is_reaped_ = true;
};

}   // namespace cotrace::engine
