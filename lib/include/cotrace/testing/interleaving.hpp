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

/// Interleavings: what happens when this thread is just here while that one does that?
///
/// A race between two threads goes one way a million times, and then the other.
/// An interleaving makes it go either way each time: it holds a thread before
/// or after one of its system calls until another thread has got somewhere,
/// whether they are of one process, of several, or of several sessions.
///
///     testing::interleaving order{5s};
///     auto const left = order.party("left"), right = order.party("right");
///     auto const reads = call("read").argument("count", 4), writes = call("write").argument("count", 4);
///     order.sequence(left.after(reads), right.after(reads),       // both read 0 …
///                    left.before(writes), left.after(writes),     // … before either writes,
///                    right.before(writes));                       // and one count is lost
///     left_options.interceptors.push_back(left);
///     right_options.interceptors.push_back(right);
///     …                                    // launch both, and await their ends
///     CHECK(order.problem() == "");
///
/// Nobody is held for ever. When a thread was held as long as is allowed, or
/// when the one that it waits for is gone, all are let go, and `problem` names
/// who waited, and for what.
namespace cotrace::testing {

namespace detail {
struct schedule;
struct point;
struct member;
}

/// A place in what a party does: before or after its n-th call of a kind. Copies are the same place.
class moment {
public:
    moment(std::shared_ptr<detail::schedule> of, detail::point* where) noexcept : schedule_{std::move(of)}, where_{where} {}

    /// In a few words: `left after pread64`.
    std::string description() const;
    /// Whether it has come.
    bool has_come() const;

private:
    friend class interleaving;
    std::shared_ptr<detail::schedule> schedule_;   // which owns the point
    detail::point*                    where_;
};

/// Who takes part. It is given as an interceptor to the sessions that it may be in:
/// which calls they make decides who it is, see `interleaving`.
///
/// Matchers want to be narrow: the dynamic loader, too, opens and reads files.
/// The sessions' filters must want the calls; interceptors before it that do
/// not let a call proceed hide it.
class party {
public:
    party(std::shared_ptr<detail::schedule> of, detail::member* who);

    /// Before its `nth` call that fits; conditions on what the call comes to do not count.
    moment before(call_matcher what, std::uint64_t nth = 1) const;
    /// After its `nth` call that fits, which has run then.
    moment after(call_matcher what, std::uint64_t nth = 1) const;

    operator std::shared_ptr<interceptor>() const noexcept { return watching_; }

private:
    std::shared_ptr<detail::schedule> schedule_;   // which owns the member
    detail::member*                   who_;
    std::shared_ptr<interceptor>      watching_;
};

/// An order in which threads are to do things. See above.
///
/// Thread rule: any thread; its sessions may have different tracers, on different threads.
class interleaving {
public:
    /// No thread is held longer than `time_out`.
    explicit interleaving(std::chrono::nanoseconds time_out = std::chrono::seconds{10});

    /// One thread: the first that makes a call which fits one of the party's
    /// moments and that is no other party yet, and of which `is_it` is true. Of
    /// threads of one session that do the same, the first is the first party.
    class party party(std::string name, std::function<bool(tid)> is_it = {});

    /// All threads of the sessions that it is given to, together: calls of any of
    /// them count. That they are gone is not noticed, as others may come.
    class party group(std::string name);

    /// What the host itself does. It comes when `reach` is called.
    moment host(std::string what);
    void reach(moment const& what);

    /// At `later`, hold whoever comes there until `earlier` has come. Several hold
    /// it until the last has. Who is held after a call has made it.
    void hold(moment const& later, moment const& earlier);

    /// Each of these holds until the one before has come.
    template <class... Moments>
    void sequence(moment const& first, Moments const&... rest)
    {
        auto const* before = &first;
        ((hold(rest, *before), before = &rest), ...);
    }

    /// Waits until `what` has come, or, with `held`, until somebody is held
    /// there or has passed. False when that takes longer than is allowed, or
    /// cannot happen any more; `problem` tells.
    ///
    /// Cancellation: terminal.
    task<bool> until(moment what);
    task<bool> until_held(moment what);

    /// Empty when all moments have come, in the order that was asked for. Else
    /// who waited for whom, or what has not come, a line each.
    std::string problem() const;

private:
    std::shared_ptr<detail::schedule> schedule_;
};

} // namespace cotrace::testing
