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

/// An interleaving is an order that a test prescribes for the system calls of several threads.
///
/// A race between two threads almost always ends in one way, and rarely in the other.
/// An interleaving makes the race end in the wanted way each time. To do so, the
/// interleaving holds a thread before or after one of the thread's system calls until
/// another thread has made a certain call. The threads may belong to one process, to
/// several processes, or to several sessions.
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
/// No thread is held for ever. All threads are released when a held thread or the test program has waited for the longest
/// time allowed. They are also released when a held thread or the test program waits for a moment of a party, and the
/// thread of that party has ended. `problem` then says which thread waited, and for which moment.
namespace cotrace::testing {

namespace detail {
struct schedule;
struct point;
struct member;
}   // namespace detail

/// A point in the execution of a party, immediately before or after the party's n-th call that fits a matcher; or a
/// point in the execution of the test program itself, see `interleaving::host`. Copies of a moment refer to the same
/// point.
class moment {
public:
    moment(std::shared_ptr<detail::schedule> of, detail::point* where) noexcept
        : schedule_{std::move(of)}
        , where_{where}
    {
    }

    /// A short description: `left after pread64`.
    std::string description() const;
    /// Whether the moment has come: the party has gone past the point, or the test program has called `reach` with the
    /// moment.
    bool is_reached() const;

private:
    friend class interleaving;
    std::shared_ptr<detail::schedule> schedule_;   // owns `*where_`
    detail::point* where_;
};

/// A thread or a group of threads. The interleaving orders the calls of the party. Pass the party as an
/// interceptor to the sessions that its threads may be in. `interleaving::party` and
/// `interleaving::group` describe which threads belong to the party.
///
/// The matchers of a party's moments should be narrow, because the dynamic loader also opens
/// and reads files. The filter of each session that the party is passed to must select the
/// calls of these moments. The party does not see a call for which an earlier interceptor of
/// the session has a verdict other than `proceed`.
class party {
public:
    party(std::shared_ptr<detail::schedule> of, detail::member* who);

    /// The moment before the kernel executes the party's `nth` call that fits `what`. Conditions of `what` on the
    /// outcome have no effect.
    moment before(call_matcher what, std::uint64_t nth = 1) const;
    /// The moment after the kernel has executed the party's `nth` call that fits `what`.
    moment after(call_matcher what, std::uint64_t nth = 1) const;

    operator std::shared_ptr<interceptor>() const noexcept { return watching_; }

private:
    std::shared_ptr<detail::schedule> schedule_;   // owns `*who_`
    detail::member* who_;
    std::shared_ptr<interceptor> watching_;
};

/// An order in which threads make their calls; the description of this header has an example.
///
/// Thread rule: any thread may call the functions. The sessions may have different tracers, on different threads.
class interleaving {
public:
    /// `time_out` limits how long a thread is held at one moment, and how long `until` and `until_held` wait.
    explicit interleaving(std::chrono::nanoseconds time_out = std::chrono::seconds{10});

    /// A party of one thread. When a thread makes a call that fits one of the party's
    /// moments, the thread joins the party under three conditions: the party has no thread
    /// yet, the thread has not joined another party of one thread, and `is_it`, unless empty, returns true
    /// for the thread. If a call fits moments of several parties, the calling thread joins the
    /// first of these parties that it may join, in the order of the session's list of interceptors.
    class party party(std::string name, std::function<bool(tid)> is_it = {});

    /// A group: a party of all threads of the sessions that the party is passed to. The calls of all these threads
    /// count for the moments of the group. If a thread is held until a moment of the group, it stays held even when
    /// all threads of the group have ended, because new threads may still join the group.
    class party group(std::string name);

    /// A moment in the execution of the test program itself, here called the host. `what` describes the moment in
    /// messages. The moment comes when the host passes it to `reach`.
    moment host(std::string what);
    void reach(moment const& what);

    /// Holds a thread at `later` until `earlier` has come. If this function is called several times
    /// with one `later`, the thread is held until all the earlier moments have come. If `later` is a
    /// moment after a call, the thread has already made the call when the thread is held.
    void hold(moment const& later, moment const& earlier);

    /// Orders the moments: at each moment after the first, a thread is held until the previous moment of the list has come.
    template <class... Moments>
    void sequence(moment const& first, Moments const&... rest)
    {
        auto const* before = &first;
        ((hold(rest, *before), before = &rest), ...);
    }

    /// `until` waits until `what` has come. `until_held` waits until a thread is held at
    /// `what`, or `what` has come. Both return false if the interleaving fails, for example because a wait takes longer
    /// than the time-out, or because the thread of a party that is waited for has ended. `problem` then says why.
    ///
    /// Cancellation: terminal.
    task<bool> until(moment what);
    task<bool> until_held(moment what);

    /// Returns an empty string if all moments have come, in the order that was asked for.
    /// Otherwise returns lines that say which thread waited for which moment, or which
    /// moments have not come.
    std::string problem() const;

private:
    std::shared_ptr<detail::schedule> schedule_;
};

}   // namespace cotrace::testing
