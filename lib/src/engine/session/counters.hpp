// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace cotrace::engine {

/// A number that only one thread changes and any thread may read. An addition needs no locked instruction.
class counter {
public:
    counter& operator+=(std::uint64_t by) noexcept
    {
        set(now_.load(std::memory_order_relaxed) + by);
        return *this;
    }
    counter& operator++() noexcept { return *this += 1; }
    counter& operator=(std::uint64_t to) noexcept
    {
        set(to);
        return *this;
    }
    operator std::uint64_t() const noexcept { return now_.load(std::memory_order_acquire); }

private:
    // Because of the release store, a reader sees changes of several counters in their order. On x86, the store costs
    // no more.
    void set(std::uint64_t to) noexcept { now_.store(to, std::memory_order_release); }

    std::atomic<std::uint64_t> now_ = 0;
};

/// The counters of one thread. Times are in nanoseconds of steady_clock.
struct thread_counters {
    using time = std::chrono::steady_clock::time_point;

    void stop(time at) noexcept
    {
        ++stops;
        since = static_cast<std::uint64_t>(at.time_since_epoch().count());
    }
    /// Ends the present stop. Returns the length of the stop, or 0 if `stop` was not called.
    std::uint64_t resume(time at) noexcept
    {
        std::uint64_t const began = since;
        auto const now = static_cast<std::uint64_t>(at.time_since_epoch().count());
        since = 0;
        auto const took = began == 0 || now < began ? 0 : now - began;
        stopped += took;
        return took;
    }
    void rename(tid to) noexcept { thread.store(raw(to), std::memory_order_release); }

    std::atomic<std::int32_t> thread = 0;   ///< the thread's id; 0 while this object is free or about to be reused
    counter stops;
    counter stopped;   ///< the time that the thread spent in stops that have ended
    counter since;     ///< start of the present stop; 0: the thread runs
    thread_counters* next = nullptr;
};

/// The counters of a session. The tracer's thread writes them, and any thread reads them without a lock.
class counters {
public:
    counters() = default;
    counters(counters const&) = delete;
    counters& operator=(counters const&) = delete;
    ~counters()
    {
        for (auto* each = first_.load(std::memory_order_relaxed); each != nullptr;)
            delete std::exchange(each, each->next);
    }

    counter stops, records, bytes, lost, threads, by_id;
    counter ended_by_limit;   ///< 1 if a limit of `session_options::stop_after` has begun to end the session
    counter stopped;          ///< the time that all threads spent in stops that have ended, in nanoseconds

    thread_counters& begin_thread(tid thread)
    {
        auto& made = free_.empty() ? add() : reuse();
        made.rename(thread);
        return made;
    }
    void end_thread(thread_counters& of)
    {
        if (of.since != 0)   // the thread was killed during a stop
            stopped += of.resume(std::chrono::steady_clock::now());
        of.rename(tid{});
        free_.push_back(&of);
    }

    /// The counts of the session, except the counts of its channel.
    statistics total() const noexcept
    {
        std::uint64_t time = stopped;
        visit_threads([&](tid, std::uint64_t, std::uint64_t, std::uint64_t present) { time += present; });
        // If a stop ended after `stopped` was read, `time` may be less than an earlier result. The greatest result is
        // returned.
        auto before = shown_.load(std::memory_order_relaxed);
        while (before < time && !shown_.compare_exchange_weak(before, time, std::memory_order_relaxed)) {
        }
        time = std::max(time, before);
        return {stops, records, bytes, lost, threads, std::chrono::nanoseconds{time}, by_id, {}, ended_by_limit != 0};
    }

    std::vector<thread_statistics> by_thread() const
    {
        std::vector<thread_statistics> found;
        visit_threads([&](tid thread, std::uint64_t count, std::uint64_t before, std::uint64_t present) {
            found.push_back({thread, count, std::chrono::nanoseconds{before + present}});
        });
        return found;
    }

private:
    /// Calls `visit(thread, stops, time of ended stops, time of the present stop)` for each traced thread. Times are in
    /// nanoseconds.
    template <class Visit>
    void visit_threads(Visit visit) const
    {
        auto const now = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
        for (auto* each = first_.load(std::memory_order_acquire); each != nullptr; each = each->next) {
            auto const thread = each->thread.load(std::memory_order_acquire);
            std::uint64_t const stops = each->stops, before = each->stopped, since = each->since;
            // The object was freed or reused meanwhile, so the values may belong to two threads.
            if (thread == 0 || each->thread.load(std::memory_order_acquire) != thread)
                continue;
            visit(tid{thread}, stops, before, since == 0 || now < since ? 0 : now - since);
        }
    }

    thread_counters& add()
    {
        auto* const made = new thread_counters;
        made->next = first_.load(std::memory_order_relaxed);
        first_.store(made, std::memory_order_release);
        return *made;
    }
    thread_counters& reuse()
    {
        auto& old = *free_.back();
        free_.pop_back();
        old.stops = 0;
        old.stopped = 0;
        old.since = 0;
        return old;
    }

    std::atomic<thread_counters*> first_ = nullptr;   ///< the first element of a list that only grows
    mutable std::atomic<std::uint64_t> shown_ = 0;    ///< the longest time of stops that `total` has returned
    std::vector<thread_counters*> free_;              ///< objects to be reused; accessed by the tracer's thread only
};

}   // namespace cotrace::engine
