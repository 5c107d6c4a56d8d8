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
    none,            ///< Does not ask: the end of the thread is known.
    look_for_call,   ///< `sys::look_for_call`: asks ptrace whether the thread is at a call, and takes no wait status.
    take_status,     ///< `sys::poll`: takes the wait status of a stop or of an end.
    take_stop,       ///< `sys::poll_leaving_end`: takes the status of a stop; reads that of an end, and leaves it in the kernel.
    take_end,        ///< `sys::poll_end`: takes the status of an end only. Used for a child that this tracer does not trace.
};

/// The event that tells the reactor that a cold thread may have a status. `wait_book` defines which threads are cold.
enum class hint_source : std::uint8_t {
    signal,            ///< The arrival of a SIGCHLD.
    wait_per_thread,   ///< The completion of the wait that io_uring has for the thread.
    wait_for_all,      ///< The completion of the one wait that io_uring has for all threads.
};

/// What a thread may have done to thread ids without a ptrace event that reported it.
struct id_changes {
    bool may_be_in_execve = false;       ///< the thread may be in an execve(2), which can give the thread its leader's id
    bool has_unreported_child = false;   ///< the thread may have made a child that no ptrace event has reported

    bool operator==(id_changes const&) const = default;
};

/// What a `wait_book` knows about one thread.
class watched_thread {
public:
    bool is_hot() const noexcept { return hot_; }
    bool has_ended() const noexcept { return ended_; }
    /// Whether the thread was resumed and no status of it was reported after that.
    bool runs() const noexcept { return runs_ && !ended_; }
    /// Whether the statuses of the thread are to contain `wait_status::system_time`.
    bool wants_times() const noexcept { return times_; }

    /// How to ask for the thread's status. Returns `look_for_call` only if `may_look` is true, at most once after each
    /// resume.
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

    /// Whether `status`, a result of waitid(2), is the stop that `saw_call` reported. If so, the reactor must ask again
    /// for a newer status.
    bool is_reported(std::optional<sys::wait_status> const& status) noexcept
    {
        return std::exchange(untaken_, false) && status && tracee::is_call(status->code);
    }

    /// Notes a status that the reactor reports. For a stop that `look_for_call` found, `saw_call` is to be called
    /// instead.
    void saw(sys::wait_status const& status) noexcept
    {
        runs_ = false;
        ended_ = !status.is_stop();
        exiting_ = status.is_stop() && tracee::is_exiting(status.code);
    }

    /// Notes that `look_for_call` found the thread stopped at a call, and left the wait status in the kernel.
    void saw_call() noexcept
    {
        untaken_ = true;
        runs_ = false;
    }

private:
    friend class wait_book;

    bool runs_ = true;
    bool hot_ = false;      ///< the thread is in `wait_book::hot_`
    bool armed_ = false;    ///< io_uring has a wait for the thread
    bool listed_ = false;   ///< the thread is in `wait_book::unarmed_`
    bool ended_ = false;
    bool exiting_ = false;
    bool idle_ = false;         ///< the thread is an untraced child: see `wait_book::watch_idly`
    bool leaves_end_ = false;   ///< the status of the end is left to the host: see `wait_book::leave_end`
    bool times_ = false;        ///< statuses contain `system_time`: see `wait_book::take_times`
    bool fresh_ = false;        ///< the thread was resumed, and `look_for_call` was not tried after that
    id_changes ids_{};          ///< what the thread may have done to thread ids
    bool untaken_ = false;      ///< `saw_call` was called, and the wait status of that stop was not taken yet
    unsigned resumed_in_ = 0;   ///< the value of `wait_book::round_` at the last resume
};

/// Decides for which threads, how and when the reactor asks for statuses. Makes no system call.
///
/// A resumed thread is *hot*: the reactor keeps asking for its status. After the status, or after a long run, the
/// thread is *cold*: the reactor waits for a hint.
///
/// A thread is *armed* while io_uring waits for this thread alone. With `many_threads` or more, io_uring has a single
/// wait for all threads, because the kernel visits each wait at each stop.
///
/// After the wait for all threads has ended, each *scan* asks for the statuses of all cold threads.
///
/// The reactor cannot take a *foreign status*, such as the end of a child of the host. Such a status ends each wait for
/// all threads at once.
class wait_book {
    using clock = std::chrono::steady_clock;

public:
    /// With this many threads, io_uring has a single wait for all threads, unless there is a foreign status.
    static constexpr std::size_t many_threads = 32;

    static constexpr std::chrono::milliseconds shortest_period{1};
    static constexpr std::chrono::milliseconds first_period{20};
    static constexpr std::chrono::milliseconds longest_period{1000};

    /// The time between two scans is at least `least_time_between_scans`, and `scan_cost_factor` times the duration of
    /// the first scan.
    static constexpr std::chrono::milliseconds least_time_between_scans{5};
    static constexpr int scan_cost_factor = 20;

    /// `hints` says whether io_uring or signalfd gives the hints.
    explicit wait_book(waiting hints) noexcept
        : named_{hints == waiting::io_uring}
    {
    }

    // Which threads are in the book, and what the book knows about them.

    /// Makes the thread hot. To be called after the thread was resumed.
    void watch(tid thread);
    /// Makes the reactor take the end of an untraced child. The child needs no hint: the reactor finds the end when it
    /// asks for all statuses.
    void watch_idly(tid thread);
    /// Notes that the thread is stopped and that the status of the stop was taken.
    void hold(tid thread);
    /// Makes the reactor report the end of the thread without taking the status, which is for the host.
    void leave_end(tid thread) { threads_[thread].leaves_end_ = true; }
    /// Makes the statuses of the thread contain `wait_status::system_time`.
    void take_times(tid thread) { threads_[thread].times_ = true; }
    /// Removes the thread from the book. Returns true if the caller must cancel io_uring's wait for the thread.
    bool forget(tid thread);

    /// The `id_changes` of the thread. Adds the thread to the book if it is not there.
    id_changes& id_changes_of(tid thread) { return threads_[thread].ids_; }
    id_changes id_changes_of(tid thread) const noexcept;

    bool leaves_end(tid thread) const noexcept;
    bool has_ended(tid thread) const noexcept;
    /// Whether the last status of the thread was that of its PTRACE_EVENT_EXIT stop.
    bool is_exiting(tid thread) const noexcept;
    bool is_empty() const noexcept { return threads_.empty(); }
    /// Whether no thread needs hints, because `watch_idly` was called for each thread in the book.
    bool is_idle() const noexcept { return threads_.size() == idle_; }
    /// Returns what the book knows about the thread, or null if the thread is not in the book.
    watched_thread* find(tid thread) noexcept;

    // How hot and cold threads are visited, and how threads become cold.

    /// Calls `found_status(thread, watched_thread&)` for each hot thread. If the function returns true, the thread
    /// becomes cold.
    template <class FoundStatus>
    void visit_hot(FoundStatus found_status)
    {
        std::erase_if(hot_, [&](tid thread) {
            auto& about = threads_.find(thread)->second;
            about.hot_ = !found_status(thread, about);
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

    /// Makes each hot thread cold that was not resumed since the last `cool`. Returns whether any thread is cold.
    bool cool();
    /// Makes all threads cold.
    void cool_all() noexcept;

    // Hints: reports that a cold thread may have a status.

    hint_source hints() const noexcept;
    /// Whether `look_for_call` may be used. The inquiry leaves the wait status in the kernel, where the status would
    /// confuse `sys::peek_any` and the wait for all threads.
    bool may_look_for_calls() const noexcept { return named_ && !has_many(); }
    /// Returns the cold threads that io_uring must now wait for, and marks them as armed. The next call invalidates the
    /// result.
    std::span<tid const> take_unarmed();
    /// Notes a hint: io_uring has no wait for the thread any longer. Returns null if the thread is hot or unknown.
    watched_thread* hinted(tid thread);
    /// Notes that the wait for all threads ended at `now`: scans replace the wait.
    void wait_for_all_ended(clock::time_point now) noexcept { next_scan_ = now + least_time_between_scans; }
    /// Notes that a status which the reactor cannot take has ended the wait for all threads.
    void found_foreign_status() noexcept { foreign_ = true; }
    /// Whether the caller must find out, with `sys::peek_any`, if the foreign status is still there.
    bool doubts_foreign_status() const noexcept { return has_many() && foreign_; }
    /// Decides whether there is a foreign status. `first` is the result of `sys::peek_any`.
    void saw_first_status(std::optional<tid> first) noexcept;

    /// Whether it is time to scan the cold threads. Used while no wait for all threads is under way.
    bool is_scan_due(clock::time_point now) const noexcept { return now >= next_scan_; }
    /// To be called after a scan from `from` to `to`. Sets when the next scan is due.
    void scanned(clock::time_point from, clock::time_point to) noexcept;

    // The tick: a timer. When it expires, the reactor asks for the statuses of all cold threads, in case hints fail.

    std::chrono::milliseconds tick_period() const noexcept { return period_; }
    /// Sets the shortest period. Called if statuses without hints are expected. Each tick without a status doubles the
    /// period.
    void hurry() noexcept { period_ = shortest_period; }
    /// To be called after a tick. `found`: a cold thread had a status.
    void ticked(bool found) noexcept;

private:
    bool has_many() const noexcept { return named_ && threads_.size() >= many_threads; }
    void list_unarmed(tid thread, watched_thread& about);
    void end_idling(watched_thread& about) noexcept { idle_ -= std::exchange(about.idle_, false) ? 1 : 0; }

    bool named_;   ///< hints come from io_uring, which can name the thread
    std::unordered_map<tid, watched_thread> threads_;
    std::vector<tid> hot_;
    std::vector<tid> unarmed_;   ///< threads that may have to be armed: `take_unarmed` returns and removes those that are cold
    std::vector<tid> to_arm_;    ///< the last result of `take_unarmed`
    std::size_t idle_ = 0;       ///< the number of threads with `watched_thread::idle_` set
    unsigned round_ = 0;         ///< the number of calls of `cool`
    bool foreign_ = false;       ///< there is a foreign status
    clock::time_point next_scan_{};
    std::chrono::milliseconds period_ = first_period;
};

}   // namespace cotrace::engine
