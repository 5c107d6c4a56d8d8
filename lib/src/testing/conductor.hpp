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

/// A call of the clean run, and how it can fail.
struct listed_call {
    fault_site site;
    std::vector<fault> faults;
    syscall_outcome outcome{};   ///< in the clean run
};

/// What is to fail in a run, and how.
struct planned_fault {
    fault_site site;
    fault      what;
};

/// The interceptor of a run. It tells the calls that count from those that do
/// not, and lists them, or lets the one that is planned fail.
///
/// It knows threads by the session's records. It takes them from the queue when it needs
/// them, and from what the reader of the session has read and not noted yet.
class conductor final : public interceptor {
public:
    conductor(asio::any_io_executor const& executor, fault_options const& options, planned_fault const* plan);

    /// The run's session, from when it is there to when it ends: calls wait for it.
    void begin(session& target);
    void end() noexcept { session_ = nullptr; }

    /// What the reader of the session reads into, and calls `note_read` for.
    std::vector<record>& read() noexcept { return read_; }
    void note_read();

    std::vector<listed_call> take_calls() { return std::move(listed_); }
    /// Whether the planned call came.
    bool has_failed() const noexcept { return failed_; }
    /// "thread 1.2 killed by SIGSEGV", of each process that a signal ended.
    std::vector<std::string> take_crashes() { return std::move(crashes_); }

    // Of an interceptor.
    bool wants(syscall_call const&) const noexcept override { return !over_; }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override;
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override;

private:
    using file_id = std::pair<std::uint64_t, std::uint64_t>;   ///< device and inode

    void note(record const& seen);
    void drain();
    bool counts(known_thread& who, tid thread, syscall_call const& call);
    void list(tid thread, syscall_call const& call, fault_site site);
    bool is_planned(fault_site const& site) const;
    verdict carry_out(tid thread, syscall_call const& call);
    descriptor_facts facts_of(tid thread, int fd) const;
    void note_writing(tid thread, syscall_call const& call);
    void note_exit(record const& seen, syscall_exited const& what);
    void note_end(tid thread, thread_exited const& how);

    fault_options const& options_;
    planned_fault const*  plan_;   ///< null: calls are listed
    asio::steady_timer begun_;
    session*    session_ = nullptr;
    thread_book book_;
    std::vector<record> read_;
    std::vector<listed_call> listed_;
    std::unordered_map<syscall_call const*, std::size_t> open_;   ///< those of `listed_` that have not come back
    std::unordered_set<tid> failing_;        ///< in a call that runs, and then is to say that it failed
    std::set<file_id> unsynced_;             ///< files that were written to since they were synced
    std::vector<std::string> crashes_;
    bool executed_ = false;                  ///< the launch is over; a call before that cannot wait for it
    bool failed_ = false;
    bool over_   = false;                    ///< nothing is to be listed, or to fail, any more
};

} // namespace cotrace::testing
