// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/waiting.hpp>

#include "sys/wait.hpp"
#include "tracee/stop_decoder.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cotrace::engine {

/// How the reactor asks the kernel for the status of one thread.
enum class inquiry : std::uint8_t {
    none,            ///< Nothing to ask: the end of the thread is known.
    look_for_call,   ///< `sys::look_for_call`: asks ptrace and does not take a wait status.
    take_status,     ///< `sys::poll`: takes a stop or an end.
    take_stop,       ///< `sys::poll_leaving_end`: takes a stop, and leaves an end to the host (WNOWAIT).
    take_end,        ///< `sys::poll_end`: takes an end. A stop belongs to another tracer.
};

/// What the hints for cold threads come from.
enum class hint_source : std::uint8_t {
    signal,            ///< SIGCHLD.
    wait_per_thread,   ///< io_uring has one wait for each cold thread.
    wait_for_all,      ///< io_uring has one wait for all threads.
};

/// The state of one thread in the book.
class watched_thread {
public:
    bool is_hot() const noexcept { return hot_; }
    bool has_ended() const noexcept { return ended_; }
    /// The thread was resumed, and no status was taken since.
    bool runs() const noexcept { return runs_ && !ended_; }
    /// The statuses of the thread carry `wait_status::system_time`.
    bool wants_times() const noexcept { return times_; }

    /// What to ask the kernel now. `look_for_call` is the answer once after each resume, if `may_look`.
    inquiry next_inquiry(bool may_look) noexcept
    {
        if (ended_)
            return inquiry::none;
        if (idle_)
            return inquiry::take_end;
        if (may_look && !times_ && std::exchange(fresh_, false))
            return inquiry::look_for_call;
        return leaves_end_ ? inquiry::take_stop : inquiry::take_status;
    }

    /// Whether `status`, which an inquiry just took, is the stop that `saw_call` reported before. If so, the thread
    /// may have a newer status.
    bool is_reported(std::optional<sys::wait_status> const& status) noexcept
    {
        return std::exchange(untaken_, false) && status && tracee::is_call(status->code);
    }

    /// A status of the thread is reported.
    void saw(sys::wait_status const& status) noexcept
    {
        runs_  = false;
        ended_ = !status.is_stop();
    }

    /// The thread was seen at a system call, and its wait status was not taken.
    void saw_call() noexcept
    {
        untaken_ = true;
        runs_    = false;
    }

private:
    friend class wait_book;

    bool runs_   = true;
    bool hot_    = false;   ///< in `wait_book::hot_`
    bool armed_  = false;   ///< io_uring has a wait for the thread
    bool listed_ = false;   ///< in `wait_book::unarmed_`
    bool ended_  = false;
    bool idle_   = false;         ///< see `wait_book::watch_idly`
    bool leaves_end_ = false;     ///< see `wait_book::leave_end`
    bool times_      = false;     ///< see `wait_book::take_times`
    bool fresh_      = false;     ///< resumed, and no inquiry since
    bool untaken_    = false;     ///< see `saw_call`
    unsigned resumed_in_ = 0;     ///< `wait_book::round_` at the last resume
};

/// Knows which threads may have a wait status, and decides how and when the reactor asks for it. Makes no system call.
///
/// A thread is *hot* from its resume until its next status is taken, or until `cool` makes it cold because it was not
/// resumed in the last round. All other threads are *cold*: stopped threads, and threads that run for long. The
/// reactor asks the kernel for the status of each hot thread again and again. For a cold thread it waits for a hint.
///
/// With io_uring, a cold thread is *armed* when io_uring has a wait for the thread. From `many_threads` on, io_uring
/// has one wait for all threads instead, because the kernel walks all waits of a process at each stop of each of its
/// tracees. The wait for all threads is over at the first stop, and begins again only when the reactor sleeps. In
/// between, the reactor scans the cold threads from time to time.
///
/// A child of the host that is not traced may have a status that the host does not take. This *foreign status* ends
/// each wait for all threads at once. So each thread is armed while there is a foreign status.
class wait_book {
    using clock = std::chrono::steady_clock;

public:
    /// The number of threads from which on io_uring has one wait for all.
    static constexpr std::size_t many_threads = 32;

    static constexpr std::chrono::milliseconds shortest_period{1};
    static constexpr std::chrono::milliseconds first_period{20};
    static constexpr std::chrono::milliseconds longest_period{1000};

    /// Between two scans of the cold threads: at least this time, and at least so many times what the scan took.
    static constexpr std::chrono::milliseconds least_time_between_scans{5};
    static constexpr int scan_cost_factor = 20;

    /// `hints` says whether io_uring or signalfd gives the hints.
    explicit wait_book(waiting hints) noexcept : named_{hints == waiting::io_uring} {}

    // The threads.

    /// The thread was resumed. It is hot now.
    void watch(tid thread);
    /// The thread is a child that runs untraced, and whose end is to be taken. The reactor does not wait for hints for
    /// such a thread alone: the end is found when the reactor asks for other cold threads.
    void watch_idly(tid thread);
    /// The thread is stopped, and its status was taken.
    void hold(tid thread);
    /// The thread is a child of the host: the end of the thread is reported, and its status is left to the host.
    void leave_end(tid thread) { threads_[thread].leaves_end_ = true; }
    /// The statuses of the thread are to carry `wait_status::system_time`.
    void take_times(tid thread) { threads_[thread].times_ = true; }
    /// The thread is not traced any more. True when io_uring has a wait for the thread, which is to be cancelled.
    bool forget(tid thread);

    bool leaves_end(tid thread) const noexcept;
    bool has_ended(tid thread) const noexcept;
    bool is_empty() const noexcept { return threads_.empty(); }
    /// No thread needs hints: all are watched idly.
    bool is_idle() const noexcept { return threads_.size() == idle_; }
    /// Null where the book does not have the thread.
    watched_thread* find(tid thread) noexcept;

    // Hot and cold threads.

    /// Calls `found_status(thread, watched_thread&)` for each hot thread, which becomes cold if the call returns true.
    template <class FoundStatus>
    void visit_hot(FoundStatus found_status)
    {
        std::erase_if(hot_, [&](tid thread) {
            auto& about = threads_.find(thread)->second;
            about.hot_  = !found_status(thread, about);
            return !about.hot_;
        });
    }

    /// Calls `visit(thread, watched_thread&)` for each cold thread.
    template <class Visit>
    void visit_cold(Visit visit)
    {
        for (auto& [thread, about] : threads_)
            if (!about.hot_)
                visit(thread, about);
    }

    /// Ends a round: makes threads cold that were not resumed in it. True when a thread is cold now.
    bool cool();
    /// Makes all threads cold.
    void cool_all() noexcept;

    // Hints: reports that a cold thread may have a status.

    hint_source hints() const noexcept;
    /// Whether the reactor may look for calls without taking the wait status. A status that is not taken would be
    /// another hint with SIGCHLD, and would end a wait for all threads.
    bool may_look_for_calls() const noexcept { return named_ && !has_many(); }
    /// The cold threads that need a wait of their own. They count as armed from now on. Valid until the next call.
    std::span<tid const> take_unarmed();
    /// The wait that io_uring had for the thread is over. Returns the thread if it is cold, so that the reactor asks
    /// for its status. A hot thread is asked for anyway.
    watched_thread* hinted(tid thread);
    /// The wait for all threads is over.
    void wait_for_all_ended(clock::time_point now) noexcept { next_scan_ = now + least_time_between_scans; }
    /// The status that ended the wait for all threads is no status of a thread in the book.
    void found_foreign_status() noexcept { foreign_ = true; }
    /// Whether to find out if there still is a foreign status before the next wait for all threads.
    bool doubts_foreign_status() const noexcept { return has_many() && foreign_; }
    /// `first` is the first child or tracee that has a status, if there is one.
    void saw_first_status(std::optional<tid> first) noexcept;

    /// Whether it is time to scan the cold threads. Used while no wait for all threads is under way.
    bool is_scan_due(clock::time_point now) const noexcept { return now >= next_scan_; }
    void scanned(clock::time_point from, clock::time_point to) noexcept;

    // The tick, which asks for all cold threads in case that hints fail.

    std::chrono::milliseconds tick_period() const noexcept { return period_; }
    /// Statuses are expected that no hint announces: ticks as often as possible until nothing comes.
    void hurry() noexcept { period_ = shortest_period; }
    /// A tick asked for all cold threads. `found`: one of them had a status.
    void ticked(bool found) noexcept;

private:
    bool has_many() const noexcept { return named_ && threads_.size() >= many_threads; }
    void list_unarmed(tid thread, watched_thread& about);
    void end_idling(watched_thread& about) noexcept { idle_ -= std::exchange(about.idle_, false) ? 1 : 0; }

    bool named_;   ///< hints come from io_uring, and name the thread
    std::unordered_map<tid, watched_thread> threads_;
    std::vector<tid> hot_;
    std::vector<tid> unarmed_;      ///< the threads to be armed once they are cold
    std::vector<tid> to_arm_;       ///< the last answer of `take_unarmed`
    std::size_t idle_ = 0;          ///< the number of threads that are watched idly
    unsigned round_ = 0;            ///< how often `cool` was called
    bool foreign_ = false;          ///< there is a foreign status
    clock::time_point next_scan_{};
    std::chrono::milliseconds period_ = first_period;
};

} // namespace cotrace::engine
