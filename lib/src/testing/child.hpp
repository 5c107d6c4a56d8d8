// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/testing/subject.hpp>

#include <atomic>

namespace cotrace::testing {

/// A forked child that waits for `release` and then runs a function. After `release`,
/// the tracer has to end the child. The kernel reports the end of an attached child to
/// the tracer and leaves the child to its parent, so the destructor reaps it, after the
/// tracer is destroyed.
///
/// The child waits in user mode, by polling shared memory. A wait in a system call would
/// be the first call that the tracer sees, and interceptors count calls. The polling costs
/// the few milliseconds of CPU time that an attach takes.
class waiting_child {
public:
    /// `files` become the file descriptors 0 to 2 of the child. Throws `test_failed`, also if the child is not ready in time.
    waiting_child(child_code code, int const (&files)[3], limit most);
    waiting_child(waiting_child const&) = delete;
    waiting_child& operator=(waiting_child const&) = delete;
    /// Reaps the child. Kills it first if `release` was not called.
    ~waiting_child();

    pid id() const noexcept { return id_; }
    void release() noexcept;

private:
    struct page {
        std::atomic<int> ready;
        std::atomic<int> released;
    };
    void start(child_code& code, int const (&files)[3]);
    [[noreturn]] void run(child_code& code, int const (&files)[3], pid host);
    void discard() noexcept;

    page* shared_ = nullptr;
    pid   id_{};
    bool  released_ = false;   ///< `release` was called
};

} // namespace cotrace::testing
