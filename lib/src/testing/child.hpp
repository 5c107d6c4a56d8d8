// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/testing/subject.hpp>

#include <atomic>

namespace cotrace::testing {

/// A fork of ours that waits for the word to run a function. From then on it is
/// for its tracer to end; but the end of an attached child is told to the tracer
/// and left to the host, so it is reaped here, after the tracer is gone.
///
/// It waits in user mode, looking at a byte that both share, and not in a system
/// call: a call would be the first that its tracer sees, and interceptors count.
/// That costs it the few milliseconds of CPU time that an attach takes.
class waiting_child {
public:
    /// `files` become its first three descriptors. Throws `test_failed`, also when it is not ready in time.
    waiting_child(child_code code, int const (&files)[3], limit most);
    waiting_child(waiting_child const&) = delete;
    waiting_child& operator=(waiting_child const&) = delete;
    /// Reaps it, and kills it before unless it had the word.
    ~waiting_child();

    pid id() const noexcept { return id_; }
    void go() noexcept;

private:
    struct page {
        std::atomic<int> ready;
        std::atomic<int> go;
    };
    void start(child_code& code, int const (&files)[3]);
    [[noreturn]] void run(child_code& code, int const (&files)[3], pid host);
    void discard() noexcept;

    page* shared_ = nullptr;
    pid   id_{};
    bool  gone_ = false;   ///< it had the word
};

} // namespace cotrace::testing
