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
/// To wake a tracer on another CPU, and to be woken from there, takes a thread several
/// times longer than all work of the tracer at a stop. So a thread that stops again and
/// again is bound to the tracer's CPU, and its own affinity mask is restored when the
/// thread computes or sleeps. The tracer's thread belongs to the host, and is bound only
/// while it is busy (`sys::longer_time_slice`). If the scheduler moves it, the traced
/// threads follow at their stops.
///
/// Traced programs do not notice. The own mask of a thread is restored before the thread
/// makes a thread or a process that is not traced. All masks are restored before a traced
/// thread reads or sets an affinity mask, and before it reads a file of proc(5), which may
/// show the masks. Whether a call reads such a file is decided by its file descriptor,
/// however the descriptor was opened. A mask that another process sets meanwhile stays,
/// unless it is the single CPU that the thread is bound to: that mask cannot be told from
/// the one that the tracer set.
///
/// A new thread that is traced from its start begins on the CPU that its parent was bound
/// to, because most threads make calls at once. Its own mask is that of its parent.
///
/// Alternatives that were rejected: to bind only the tracer, to the subject's CPU (the
/// scheduler wakes the subject on another, idle CPU), and to change the answer of
/// sched_getaffinity(2) (the answer has to be right in memory that the tracer writes, and
/// for io_uring).
class placement {
    using clock = std::chrono::steady_clock;

public:
    /// The state of one thread. The address of the object does not change while the thread is traced.
    class assigned_cpu {
    public:
        bool is_bound() const noexcept { return cpu_ >= 0; }

    private:
        friend placement;
        tid thread_{};
        int streak_ = 0;              ///< short runs in a row
        int cpu_ = -1;                ///< the CPU that the thread is bound to; -1: none
        int cpu_at_clone_ = -1;       ///< `cpu_` when the thread began to make a thread
        bool slept_ = false;          ///< the last run was long because the thread slept
        std::size_t index_ = 0;       ///< in `bound_`
        std::uint64_t not_proc_ = 0;  ///< a bit for each descriptor that is known to be no file of proc(5)
        unsigned known_at_ = 0;       ///< `descriptors_made_` for which `not_proc_` is valid
        bool running_ = true;
        clock::time_point resumed_{};
        sys::cpu_mask own_{};
    };

    explicit placement(asio::any_io_executor const& executor) : ticker_{std::in_place, executor} {}
    /// The executor's context is being destroyed.
    void close() { ticker_.reset(); }

    /// The thread stopped.
    void stopped(assigned_cpu& at, clock::time_point now);
    /// The thread is about to be resumed.
    void resumes(assigned_cpu& at, tid thread, bool may_move, clock::time_point now);
    /// Restores the thread's own mask. If `stops` is not 0, the thread is bound again only after that many more short runs.
    void restore(assigned_cpu& at, int stops = 0);
    void restore_all();
    /// The thread is not traced any longer. If it still runs, it keeps the mask that it has.
    void forget(assigned_cpu& at);
    /// The thread has another id.
    void rename(assigned_cpu& at, tid thread) noexcept { at.thread_ = thread; }
    /// The thread is expected to stop often, so that it is bound at its first stop.
    void expect_stops(assigned_cpu& at) noexcept { begin(at, streak_to_move); }

    /// The thread is about to make a thread, for which `inherit` is called.
    void begin_clone(assigned_cpu& at) noexcept { at.cpu_at_clone_ = at.cpu_; }
    void inherit(assigned_cpu& at, tid thread, assigned_cpu const& maker);

    /// A traced thread may have made a descriptor.
    void descriptor_made() noexcept { ++descriptors_made_; }
    /// Whether a descriptor of the thread may be a file of proc(5).
    bool may_be_of_proc(assigned_cpu& at, tid thread, int fd);
    bool any_bound() const noexcept { return !bound_.empty(); }

    /// Between these two, a thread is in a call that shows affinity masks, and no thread is moved.
    void suspend() noexcept { ++suspended_; }
    void end_suspension() noexcept { --suspended_; }

    /// The tracer has nothing to do now: begins to look for threads that compute or sleep.
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
    int  suspended_ = 0;
    bool ticking_   = false;
    sys::made_here made_here_;
    std::shared_ptr<void> alive_ = std::make_shared<int>();   ///< expired when a handler runs after the destructor
};

} // namespace cotrace::engine
