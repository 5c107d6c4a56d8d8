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
/// A traced thread and its tracer wake each other at each stop. If they run on different CPUs, the wake-ups take
/// several times longer than all work of the tracer at the stop. So a thread that stops again and again is bound to the
/// tracer's CPU. When the thread computes or sleeps, it gets back its own affinity mask, the mask that it had before it
/// was bound. The tracer's thread belongs to the host, and is bound to a CPU only while it is busy
/// (`sys::longer_time_slice`). If the scheduler moves the tracer's thread to another CPU, each bound thread is moved to
/// that CPU when it is next resumed.
///
/// Traced programs usually do not notice that their threads are bound. A thread's own mask is restored before the
/// thread makes a thread or a process that is not traced. The masks of all threads are restored before a traced thread
/// reads or sets an affinity mask, and before it reads a file of proc(5), which may show the masks. But if a seccomp
/// program filters the calls in the kernel, the engine sees only the calls that the seccomp program reports. A traced
/// program may then notice the masks by a read that is not reported. If another process sets the mask of a bound
/// thread, that mask stays. The exception is a mask with only the CPU that the thread is bound to: the tracer cannot
/// tell it from the mask that the tracer itself set.
///
/// A new thread that is traced from its start inherits the mask that binds its parent, and stays bound to that CPU. The
/// own mask of the new thread is the own mask of its parent.
///
/// It is not enough to bind only the tracer to the CPU of the traced thread: the scheduler then wakes the traced thread
/// on another, idle CPU.
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
    /// Binds the thread to the tracer's CPU if the thread stops often, `may_move` is true and no `suspend` is in
    /// effect. To be called before each resume.
    void resumes(assigned_cpu& at, tid thread, bool may_move, clock::time_point now);
    /// Restores the thread's own affinity mask. If `stops` is not 0, the engine does not count the next `stops` runs of
    /// the thread when it decides whether to bind the thread again.
    void restore(assigned_cpu& at, int stops = 0);
    void restore_all();
    /// Forgets that the thread is bound, and leaves its mask as it is. To be called when the thread is not traced any
    /// longer.
    void forget(assigned_cpu& at);
    /// Notes that the thread has got another id, `thread`, by an execve(2).
    void rename(assigned_cpu& at, tid thread) noexcept { at.thread_ = thread; }
    /// Makes the thread count as one that stops often: if its first run is short, it is bound as soon as it is resumed
    /// from its first stop. To be called for a thread that is expected to stop often.
    void expect_stops(assigned_cpu& at) noexcept { begin(at, streak_to_move); }

    /// Notes the CPU that the thread is bound to, for a later call of `inherit` in which `at` is the `maker`. To be
    /// called before the thread makes a thread or process.
    void begin_clone(assigned_cpu& at) noexcept { at.cpu_at_clone_ = at.cpu_; }
    void inherit(assigned_cpu& at, tid thread, assigned_cpu const& maker);

    /// Discards what is known about descriptors. To be called when a traced thread may have made a descriptor.
    void descriptor_made() noexcept { ++descriptors_made_; }
    /// Whether the thread's file descriptor `fd` may refer to a file of proc(5).
    bool may_be_of_proc(assigned_cpu& at, tid thread, int fd);
    bool any_bound() const noexcept { return !bound_.empty(); }

    /// `suspend` keeps this object from binding any thread to a CPU until `end_suspension` is called. For a system call
    /// that may show affinity masks, `suspend` is to be called at the entry of the call, and `end_suspension` at the
    /// exit.
    void suspend() noexcept { ++suspended_; }
    void end_suspension() noexcept { --suspended_; }

    /// Starts a timer. When it expires, the own masks of bound threads that compute or sleep are restored. To be called
    /// when the tracer has nothing to do.
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
