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

/// On which CPUs the traced threads run.
///
/// To wake a tracer on another CPU, and to be woken from there, takes a subject
/// several times longer than all that the tracer does at a stop. So a thread
/// that stops again and again is put on the tracer's CPU, and gets its own CPUs
/// back once it computes or sleeps. The tracer itself is left to the scheduler
/// but while it is busy (`sys::patient_turn`): the host's thread is not ours to
/// bind, and threads follow it at their stops.
///
/// Subjects do not notice. A thread has its own CPUs back before it makes a
/// thread or a process that is not traced, before it or another asks for
/// anybody's affinity or sets it, and before it or another reads a file of
/// proc(5), which may say what they are. Which file a call reads is decided by
/// its descriptor, however that was opened. A mask that another process sets
/// meanwhile stays, unless it is the same single CPU: nothing tells that one
/// from ours.
///
/// Who is traced from birth begins where its maker was put, since most make
/// calls at once, and has its maker's own CPUs for its own.
///
/// Looked at and left: to bind the tracer alone, to the subject's CPU (the scheduler
/// wakes the subject on any other, idle one), and to answer sched_getaffinity(2)
/// ourselves (it would have to be right in memory that we write, and for io_uring).
class placement {
    using clock = std::chrono::steady_clock;

public:
    /// What is known of one thread. It stays where it is while the thread is traced.
    class seat {
    public:
        bool taken() const noexcept { return cpu_ >= 0; }

    private:
        friend placement;
        tid thread_{};
        int streak_ = 0;              ///< short runs in a row
        int cpu_ = -1;                ///< where it was put
        int lent_ = -1;               ///< where it was put as it began to make a thread
        bool slept_ = false;          ///< its run was long because it slept
        std::size_t index_ = 0;       ///< in `taken_`
        std::uint64_t not_proc_ = 0;  ///< a bit for each descriptor that is known to be no file of proc(5) …
        unsigned known_at_ = 0;       ///< … while `descriptors_made_` is this
        bool running_ = true;
        clock::time_point resumed_{};
        sys::cpu_mask own_{};
    };

    explicit placement(asio::any_io_executor const& executor) : ticker_{std::in_place, executor} {}
    /// The executor's context is being destroyed.
    void close() { ticker_.reset(); }

    /// It stopped.
    void stopped(seat& at, clock::time_point now);
    /// It is about to run on.
    void resumes(seat& at, tid thread, bool may_move, clock::time_point now);
    /// It gets its own CPUs back, and stays there for `stops` more than usual.
    void give_back(seat& at, int stops = 0);
    void give_all_back();
    /// It is not traced any longer; its thread, if there is one, keeps what it has.
    void forget(seat& at);
    /// Its thread has another id.
    void rename(seat& at, tid thread) noexcept { at.thread_ = thread; }
    /// It is expected to stop soon, like the one that made it.
    void expect_stops(seat& at) noexcept { begin(at, streak_to_move); }

    /// It is about to make a thread, which is to be told of by `inherit`.
    void lend(seat& at) noexcept { at.lent_ = at.cpu_; }
    void inherit(seat& at, tid thread, seat const& maker);

    /// A subject may have a descriptor that it had not.
    void descriptor_made() noexcept { ++descriptors_made_; }
    /// Whether a descriptor of the thread may be a file of proc(5).
    bool may_be_of_proc(seat& at, tid thread, int fd);
    bool any_taken() const noexcept { return !taken_.empty(); }

    /// While somebody asks about affinities nobody is moved.
    void suspend() noexcept { ++suspended_; }
    void go_on() noexcept { --suspended_; }

    /// The tracer has nothing to do now: from here on somebody may compute.
    void sleep();

private:
    static constexpr int streak_to_move = 8;

    static void begin(seat& at, int streak) noexcept;
    void put(seat& at, tid thread, int cpu);
    void take(seat& at, int cpu, sys::cpu_mask own);
    void tick();

    std::optional<asio::steady_timer> ticker_;
    std::vector<seat*> taken_;
    unsigned descriptors_made_ = 0;
    int  suspended_ = 0;
    bool ticking_   = false;
    sys::made_here made_here_;
    std::shared_ptr<void> alive_ = std::make_shared<int>();   ///< handlers that outlive us must not call us
};

} // namespace cotrace::engine
