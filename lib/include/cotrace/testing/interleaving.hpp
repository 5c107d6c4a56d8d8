// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/interceptor.hpp>
#include <cotrace/match.hpp>
#include <cotrace/task.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

/// Interleavings: tests that decide the order in which threads make their system calls.
///
/// A race between two threads almost always ends in one way, and rarely in the other.
/// An interleaving makes it end in the wanted way each time. It holds a thread before
/// or after one of its system calls until another thread has made a certain call. The
/// threads may belong to one process, to several processes, or to several sessions.
///
///     testing::interleaving order{5s};
///     auto const left = order.party("left"), right = order.party("right");
///     auto const reads = call("read").argument("count", 4), writes = call("write").argument("count", 4);
///     order.sequence(left.after(reads), right.after(reads),       // both read 0,
///                    left.before(writes), left.after(writes),     // then left writes 1,
///                    right.before(writes));                       // and right writes 1, too: one count is lost
///     left_options.interceptors.push_back(left);
///     right_options.interceptors.push_back(right);
///     …                                    // launch both, and await their ends
///     CHECK(order.problem() == "");
///
/// No thread is held for ever. When a thread was held for the longest time allowed, or
/// when the thread that it waits for has ended, all threads are released. `problem`
/// then says which thread waited, and for what.
namespace cotrace::testing {

namespace detail {
struct schedule;
struct point;
struct member;
}

/// A point in the course of a party: before or after its n-th call that fits a matcher. Copies refer to one point.
class moment {
public:
    moment(std::shared_ptr<detail::schedule> of, detail::point* where) noexcept : schedule_{std::move(of)}, where_{where} {}

    /// A short description: `left after pread64`.
    std::string description() const;
    /// Whether the moment has come: the party has passed it, or the host has reached it.
    bool has_come() const;

private:
    friend class interleaving;
    std::shared_ptr<detail::schedule> schedule_;   // owns the point
    detail::point*                    where_;
};

/// A thread, or a group of threads, whose calls are ordered. Pass the party as an
/// interceptor to the sessions that its threads may be in. Its calls decide which thread
/// is the party; see `interleaving`.
///
/// Matchers should be narrow, because the dynamic loader also opens and reads files.
/// The sessions' filters must want the calls. The party does not see a call for which
/// an earlier interceptor has a verdict other than `proceed`.
class party {
public:
    party(std::shared_ptr<detail::schedule> of, detail::member* who);

    /// Before the party's `nth` call that fits. Conditions on the outcome of the call have no effect.
    moment before(call_matcher what, std::uint64_t nth = 1) const;
    /// After the party's `nth` call that fits. The call has returned then.
    moment after(call_matcher what, std::uint64_t nth = 1) const;

    operator std::shared_ptr<interceptor>() const noexcept { return watching_; }

private:
    std::shared_ptr<detail::schedule> schedule_;   // owns the member
    detail::member*                   who_;
    std::shared_ptr<interceptor>      watching_;
};

/// An order in which threads make their calls; the description of this header has an example.
///
/// Thread rule: any thread may call. The sessions may have different tracers, on different threads.
class interleaving {
public:
    /// No thread is held longer than `time_out`.
    explicit interleaving(std::chrono::nanoseconds time_out = std::chrono::seconds{10});

    /// A party of one thread: the first thread that makes a call which fits one of the
    /// party's moments, that is not yet another party, and for which `is_it` is true. If
    /// several threads of one session make equal calls, the first thread becomes the
    /// first party, and so on.
    class party party(std::string name, std::function<bool(tid)> is_it = {});

    /// A party of all threads of the sessions that it is given to: calls of any of these
    /// threads count. The end of its threads is not noticed, because others may follow.
    class party group(std::string name);

    /// A moment of the host program. It has come when `reach` was called.
    moment host(std::string what);
    void reach(moment const& what);

    /// Holds a thread at `later` until `earlier` has come. If `later` has several earlier moments,
    /// the thread is held until all have come. A thread that is held after a call has made the call.
    void hold(moment const& later, moment const& earlier);

    /// Orders the moments: each of them is held until the moment before it has come.
    template <class... Moments>
    void sequence(moment const& first, Moments const&... rest)
    {
        auto const* before = &first;
        ((hold(rest, *before), before = &rest), ...);
    }

    /// `until` waits until `what` has come. `until_held` waits until a thread is held at
    /// `what`, or `what` has come. False if that takes longer than allowed, or cannot
    /// happen any more; `problem` says why.
    ///
    /// Cancellation: terminal.
    task<bool> until(moment what);
    task<bool> until_held(moment what);

    /// Empty if all moments have come, in the order that was asked for. Otherwise lines
    /// that say which thread waited for which, or which moments have not come.
    std::string problem() const;

private:
    std::shared_ptr<detail::schedule> schedule_;
};

} // namespace cotrace::testing
