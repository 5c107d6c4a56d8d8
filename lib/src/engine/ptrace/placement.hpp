// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>

#include "sys/fork.hpp"
#include "sys/scheduling.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace cotrace::engine {

/// Chooses the CPUs on which the traced threads run.
///
/// A wake-up on another CPU takes longer than the tracer's work at a stop. So a thread that stops often is bound to the
/// tracer's CPU.
///
/// The own mask of a thread is its affinity mask before the binding. The own mask is restored when the thread computes
/// or sleeps, and before a reported call that shows masks or makes an untraced child.
///
/// A new traced thread stays bound to its parent's CPU, and has the own mask of its parent.
///
/// Binding only the tracer to the thread's CPU does not suffice: the scheduler wakes the traced thread on an idle CPU.
class placement {
    using clock = std::chrono::steady_clock;

public:
    /// What a `placement` knows about one thread. The object keeps its address for as long as the thread is traced.
    class assigned_cpu {
    public:
        bool is_bound() const noexcept { return cpu_ >= 0; }

    private:
        friend placement;
        tid thread_{};
        int streak_ = 0;               ///< number of short runs in a row (see `short_run`); -N: the next N runs are not counted
        int cpu_ = -1;                 ///< the CPU that the thread is bound to; -1: none
        int cpu_at_clone_ = -1;        ///< the value of `cpu_` at the thread's last `begin_clone`
        bool slept_ = false;           ///< the present run is long because the thread sleeps
        std::size_t index_ = 0;        ///< if the thread is bound: the index of this object in `bound_`
        std::uint64_t not_proc_ = 0;   ///< bit N is set if descriptor N is known to refer to no file of proc(5)
        unsigned known_at_ = 0;        ///< the value of `placement::descriptors_made_` when `not_proc_` was last cleared
        bool running_ = true;
        clock::time_point resumed_{};
        sys::cpu_mask own_{};
    };

    explicit placement(asio::any_io_executor const& executor)
        : ticker_{std::in_place, executor}
    {
    }
    /// Destroys the timer. To be called while the executor's context is being destroyed.
    void close() { ticker_.reset(); }

    /// Notes whether the thread's last run was short. To be called when the thread has stopped.
    void stopped(assigned_cpu& at, clock::time_point now);
    /// Called before each resume. Binds the thread to the tracer's CPU if it stops often, `may_move` is true and no
    /// `suspend` is in effect.
    void resumes(assigned_cpu& at, tid thread, bool may_move, clock::time_point now);
    /// Restores the thread's own affinity mask. The next `stops` runs do not count towards binding the thread again.
    void restore(assigned_cpu& at, int stops = 0);
    void restore_all();
    /// Forgets that the thread is bound, and leaves its mask as it is.
    void forget(assigned_cpu& at);
    /// Notes that the thread has got another id, `thread`, by an execve(2).
    void rename(assigned_cpu& at, tid thread) noexcept { at.thread_ = thread; }
    /// Makes a new thread count as a thread that stops often: a short first run suffices to bind the thread.
    void expect_stops(assigned_cpu& at) noexcept { begin(at, streak_to_move); }

    /// Notes the thread's CPU for `inherit`. To be called before the thread makes a thread or process.
    void begin_clone(assigned_cpu& at) noexcept { at.cpu_at_clone_ = at.cpu_; }
    void inherit(assigned_cpu& at, tid thread, assigned_cpu const& maker);

    /// Discards what is known about descriptors. To be called when a traced thread may have made a descriptor.
    void descriptor_made() noexcept { ++descriptors_made_; }
    /// Whether the thread's file descriptor `fd` may refer to a file of proc(5).
    bool may_be_of_proc(assigned_cpu& at, tid thread, int fd);
    bool any_bound() const noexcept { return !bound_.empty(); }

    /// To be called at the entry and the exit of a call that may show masks. Between the two calls, no thread is newly
    /// bound.
    void suspend() noexcept { ++suspended_; }
    void end_suspension() noexcept { --suspended_; }

    /// Starts a timer that restores the own masks of bound threads that compute or sleep. To be called when the tracer
    /// is idle.
    void sleep();

private:
    static constexpr int streak_to_move = 8;

    static void begin(assigned_cpu& at, int streak) noexcept;
    void bind(assigned_cpu& at, tid thread, int cpu);
    void note_bound(assigned_cpu& at, int cpu, sys::cpu_mask own);
    void tick();

    std::optional<asio::steady_timer> ticker_;
    std::vector<assigned_cpu*> bound_;
    unsigned descriptors_made_ = 0;
    int suspended_ = 0;
    bool ticking_ = false;
    sys::made_here made_here_;
    /// Handlers have a weak_ptr to this member, which shows whether this object still exists.
    std::shared_ptr<void> alive_ = std::make_shared<int>();
};

}   // namespace cotrace::engine
