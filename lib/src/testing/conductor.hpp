// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/interceptor.hpp>
#include <cotrace/session.hpp>
#include <cotrace/testing/sweep.hpp>

#include "testing/faults.hpp"
#include "testing/thread_book.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cotrace::testing {

/// A call that the subject made in a clean run, and the ways in which this call can fail.
struct listed_call {
    fault_site site;
    std::vector<fault> faults;
    syscall_outcome outcome{};   ///< the outcome of the call in that run
};

/// The call that fails in a run, and how it fails.
struct planned_fault {
    fault_site site;
    fault what;
};

/// The interceptor of one run of a sweep. Counts the calls of the subject; for a command, only after the start of main, unless
/// `fault_options::before_main` is true. A clean run lists the counted calls that can fail. In any other run, the planned call
/// fails.
///
/// The session's records report new threads, so the conductor reads all queued records before it looks up a thread. The session's
/// reader calls `note_read` after each read.
class conductor final : public interceptor {
public:
    /// If `launched` is true, the run launches a command. Otherwise, the run attaches to a child that calls a function.
    conductor(asio::any_io_executor const& executor, fault_options const& options, planned_fault const* plan, bool launched);

    /// `begin` connects the conductor with the session of the run, `end` disconnects it. Intercepted calls wait for `begin`, but
    /// not before a command's execve(2).
    void begin(session& target);
    void end() noexcept { session_ = nullptr; }

    /// The buffer into which the session's reader reads records. The reader calls `note_read` after each read.
    std::vector<record>& read() noexcept { return read_; }
    void note_read();

    std::vector<listed_call> take_calls() { return std::move(listed_); }
    /// Whether the planned call was made and failed.
    bool has_failed() const noexcept { return failed_; }
    /// A text for each thread that a signal killed: "thread 1.2 killed by SIGSEGV", or "killed by SIGSEGV" for the thread "1".
    std::vector<std::string> take_crashes() { return std::move(crashes_); }

    // The functions of the class `interceptor`.
    bool wants(syscall_call const&) const noexcept override { return !done_; }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override;
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override;

private:
    using file_id = std::pair<std::uint64_t, std::uint64_t>;   ///< device number and inode number of a file

    void note(record const& seen);
    void drain();
    bool is_counted(known_thread& known, tid thread, syscall_call const& call);
    void list(tid thread, syscall_call const& call, fault_site site);
    bool is_planned(fault_site const& site) const;
    verdict carry_out(tid thread, syscall_call const& call);
    descriptor_facts facts_of(tid thread, int fd) const;
    void note_writing(tid thread, syscall_call const& call);
    void note_exit(record const& seen, syscall_exited const& what);
    void note_end(tid thread, thread_exited const& how);

    fault_options const& options_;
    planned_fault const* plan_;   ///< the call that this run makes fail, and how; null in a clean run
    bool launched_;
    asio::steady_timer begun_;
    session* session_ = nullptr;
    thread_book book_;
    std::vector<record> read_;
    std::vector<listed_call> listed_;
    /// The calls in `listed_` that have not returned, and their indices in `listed_`.
    std::unordered_map<syscall_call const*, std::size_t> open_;
    /// The threads in a call that is executed and then fails (`fault_manner::after_call`): `on_exit` replaces the result of the
    /// call.
    std::unordered_set<tid> failing_;
    std::set<file_id> unsynced_;   ///< files that were written after their last fsync(2)
    std::vector<std::string> crashes_;
    /// Whether the execve(2) of a launched program has returned. Earlier calls must not wait for `begin`, which is called after
    /// the launch.
    bool executed_;
    bool failed_ = false;
    bool done_ = false;   ///< if true, the conductor makes no more calls fail
};

}   // namespace cotrace::testing
