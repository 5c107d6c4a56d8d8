// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/testing/subject.hpp>

#include "sys/mapping.hpp"

#include <atomic>

namespace cotrace::testing {

/// A forked child that waits for `release` and then runs a function. After `release`, the tracer has to end the child. Destroy
/// this object after the end of the session or of the tracer.
///
/// The child waits in user mode, by polling shared memory. A system call would be traced, and an interceptor might count the
/// call.
class waiting_child {
public:
    /// `files` become the descriptors 0 to 2 of the child. Throws `test_failed` if the child is not ready within `most`. The
    /// child calls `prepare` before waiting, and ends if `prepare` returns false.
    waiting_child(child_code code, int const (&files)[3], limit most, std::source_location at,
                  std::function<bool()> prepare = {});
    waiting_child(waiting_child const&) = delete;
    waiting_child& operator=(waiting_child const&) = delete;
    /// Kills the child if `release` was not called. Reaps the child if it has ended.
    ~waiting_child();

    pid id() const noexcept { return id_; }
    void release() noexcept;

private:
    struct page {
        std::atomic<int> ready;
        std::atomic<int> released;
    };
    void start(child_code& code, int const (&files)[3], std::source_location at, std::function<bool()> const& prepare);
    [[noreturn]] void run(child_code& code, int const (&files)[3], pid host, std::function<bool()> const& prepare);
    void discard() noexcept;

    sys::mapping memory_;
    page* shared_ = nullptr;   ///< points into `memory_`
    pid id_{};
    bool released_ = false;   ///< true after a call of `release`
};

}   // namespace cotrace::testing
