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
/// The order decides how a race between threads ends. An interleaving holds a thread before or after one of the
/// thread's system calls until another thread has made a certain call. The threads may belong to several processes or
/// sessions.
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
/// All threads are released if a wait takes longer than the time-out. All threads are also released if a held thread or
/// the test program waits for a party, and the thread of that party has ended. `problem` says which thread waited, and
/// for which moment.
namespace cotrace::testing {

namespace detail {
struct schedule;
struct point;
struct member;
}   // namespace detail

/// A point in the execution of a party: immediately before or after the party's n-th call that fits a matcher.
/// `interleaving::host` makes a point in the execution of the test program. Copies of a moment refer to the same point.
class moment {
public:
    moment(std::shared_ptr<detail::schedule> of, detail::point* where) noexcept
        : schedule_{std::move(of)}
        , where_{where}
    {
    }

    /// A short description: `left after pread64`.
    std::string description() const;
    /// Whether the party has gone past the point, or the test program has called `reach` with the moment.
    bool is_reached() const;

private:
    friend class interleaving;
    std::shared_ptr<detail::schedule> schedule_;   // owns `*where_`
    detail::point* where_;
};

/// A thread or a group of threads. The interleaving orders the calls of the party. Pass the party as an interceptor to
/// the sessions that its threads may be in. `interleaving::party` and `interleaving::group` describe which threads
/// belong to the party.
///
/// Use narrow matchers for the moments of a party, because the dynamic loader also opens and reads files. The filters
/// of the sessions must select the calls of these moments. The party does not see a call for which an earlier
/// interceptor has a verdict other than `proceed`.
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

    /// A party of one thread. A thread joins the party with a call that fits one of the party's moments. The thread
    /// does not join if the party has a thread already, if the thread is in another party of one thread, or if `is_it`
    /// returns false. A thread that may join several parties joins the first of them in the session's list of
    /// interceptors.
    class party party(std::string name, std::function<bool(tid)> is_it = {});

    /// A group: a party of all threads of the sessions that the party is passed to. The calls of all these threads
    /// count for the moments of the group. A thread that waits for a moment of the group stays held even when all
    /// threads of the group have ended.
    class party group(std::string name);

    /// A moment in the execution of the test program itself, here called the host. `what` describes the moment in
    /// messages. The moment comes when the host passes it to `reach`.
    moment host(std::string what);
    void reach(moment const& what);

    /// Holds a thread at `later` until `earlier` has come. After several calls with one `later`, the thread is held
    /// until all the earlier moments have come. At a moment after a call, a held thread has already made the call.
    void hold(moment const& later, moment const& earlier);

    /// Orders the moments: at each moment after the first, a thread is held until the previous moment of the list has
    /// come.
    template <class... Moments>
    void sequence(moment const& first, Moments const&... rest)
    {
        auto const* before = &first;
        ((hold(rest, *before), before = &rest), ...);
    }

    /// `until` waits until `what` has come. `until_held` waits until a thread is held at `what`, or `what` has come.
    /// Both return false if the interleaving fails, for example after the time-out. `problem` says why.
    ///
    /// Cancellation: terminal.
    task<bool> until(moment what);
    task<bool> until_held(moment what);

    /// Returns an empty string if all moments have come, and no wait has failed. Otherwise returns lines that say which
    /// thread waited for which moment, or which moments have not come.
    std::string problem() const;

private:
    std::shared_ptr<detail::schedule> schedule_;
};

}   // namespace cotrace::testing
