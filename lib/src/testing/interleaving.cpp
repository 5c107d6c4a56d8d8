// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/interleaving.hpp>

#include "sys/procfs.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace cotrace::testing {

namespace detail {

namespace {

using clock = std::chrono::steady_clock;

// Only the tracer and, since Linux 6.9, a pidfd report the end of a thread that is not a thread group leader. Therefore a waiter
// polls.
constexpr auto poll_interval = std::chrono::milliseconds{20};

bool is_gone(tid thread)
{
    auto const status = sys::status_of(thread);
    return !status || status->state == 'Z' || status->state == 'X';
}

std::string in_seconds(std::chrono::nanoseconds time)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g s", std::chrono::duration<double>(time).count());
    return text;
}

}   // namespace

enum class side : std::uint8_t { before, after, host };

/// A party, and the threads that belong to it.
struct member {
    std::string name;
    bool is_group = false;
    std::function<bool(tid)> is_it;   ///< says whether a thread may join the party; if empty, any thread may
    std::set<tid> threads{};          ///< the threads of the party: at most one, unless the party is a group

    bool is_gone() const { return !is_group && !threads.empty() && detail::is_gone(*threads.begin()); }
};

struct point {
    member* owner = nullptr;   ///< the party that reaches the point; null if the host reaches it
    std::string text;          ///< the point in words, such as "after pread64"
    side where = side::host;
    std::optional<call_matcher> what{};
    std::uint64_t nth = 1;
    std::uint64_t seen = 0;   ///< number of calls of the owner's threads that `what` has fitted so far
    bool held = false;        ///< set when a thread is held at this point, and not reset when the thread continues
    bool reached = false;
    std::vector<point*> needs{};   ///< points that have to be reached before a thread continues from this point

    std::string description() const { return owner != nullptr ? owner->name + ' ' + text : text; }
    bool may_pass() const { return std::ranges::all_of(needs, &point::reached); }
};

/// A thread that is held at a point, or the host while it waits.
struct waiter {
    point* at = nullptr;   ///< the point that the thread is held at; null if the host waits
    tid thread{};
    point* goal = nullptr;     ///< the point that the host waits for; null if a thread is held
    bool to_be_held = false;   ///< whether the host also stops waiting when a thread is held at `goal`
    std::shared_ptr<asio::steady_timer> timer{};
    clock::time_point since = clock::now();

    bool may_continue() const { return at != nullptr ? at->may_pass() : goal->reached || (to_be_held && goal->held); }
    std::vector<point*> awaits() const
    {
        if (at == nullptr)
            return {goal};
        std::vector<point*> missing;
        std::ranges::copy_if(at->needs, std::back_inserter(missing), [](auto const* each) { return !each->reached; });
        return missing;
    }
    std::string text() const
    {
        auto const name = at == nullptr ? std::string{"the host"}
                                        : at->owner->name + " (thread " + std::to_string(raw(thread)) + "), held " + at->text;
        std::string what;
        for (auto const* each : awaits())
            what += (what.empty() ? "" : " and ") + each->description();
        return name + ", waits for " + what;
    }
};

/// The state of an interleaving. Members and points live as long as the schedule.
struct schedule {
    explicit schedule(std::chrono::nanoseconds limit) noexcept
        : time_out{limit}
    {
    }

    std::chrono::nanoseconds const time_out;
    std::mutex guard;   // protects the data members after it, and what they point to
    std::vector<std::unique_ptr<member>> members;
    std::vector<std::unique_ptr<point>> points;
    std::set<waiter*> waiters;
    std::string problem;   ///< why the interleaving failed; if not empty, no thread is held any more

    /// Wakes all waiters, to check whether they may go on. A timer is cancelled on its waiter's executor, not between the
    /// waiter's check and wait.
    void wake_all() const
    {
        for (auto const* each : waiters)
            asio::post(each->timer->get_executor(), [timer = each->timer] { timer->cancel(); });
    }

    void mark(point& at)
    {
        at.reached = true;
        wake_all();
    }

    void give_up(waiter const& by, std::string const& why)
    {
        problem = by.text() + ": " + why;
        for (auto const* each : waiters)
            if (each != &by)
                problem += '\n' + each->text();
        for (auto const& each : points)
            problem += (each->reached ? "\n  reached:     " : "\n  not reached: ") + each->description();
        wake_all();
    }

    /// Whether a waiter may stop waiting. Calls `give_up`, which releases all waiters, if an awaited thread has ended, or after
    /// `time_out`.
    bool may_stop_waiting(waiter const& one)
    {
        if (one.may_continue() || !problem.empty())
            return true;
        for (auto const* each : one.awaits())
            if (each->owner != nullptr && each->owner->is_gone()) {
                give_up(one,
                        each->owner->name + " (thread " + std::to_string(raw(*each->owner->threads.begin())) + ") has ended");
                return true;
            }
        if (clock::now() - one.since < time_out)
            return false;
        give_up(one, "not in " + in_seconds(time_out));
        return true;
    }

    /// Whether a thread belongs to a party; adds the thread if it may join. A party that is no group takes one thread, which
    /// `member::is_it` accepts and no other such party has.
    bool is_member(member& owner, tid thread)
    {
        if (owner.threads.contains(thread))
            return true;
        if (!owner.is_group) {
            if (!owner.threads.empty() || (owner.is_it && !owner.is_it(thread)))
                return false;
            if (std::ranges::any_of(members, [&](auto const& each) { return !each->is_group && each->threads.contains(thread); }))
                return false;
        }
        owner.threads.insert(thread);
        return true;
    }

    /// Counts the current call of a thread at each point of its party on the side `where` that `fits` the call. Returns the
    /// points that the thread arrives at.
    template <class Fits>
    std::vector<point*> arrive(member& owner, tid thread, side where, Fits fits)
    {
        std::lock_guard const lock{guard};
        std::vector<point*> found;
        if (!problem.empty() || !is_member(owner, thread))
            return found;
        for (auto const& each : points)
            if (each->owner == &owner && each->where == where && fits(*each->what) && ++each->seen == each->nth)
                found.push_back(each.get());
        return found;
    }

    point* add(point made)
    {
        std::lock_guard const lock{guard};
        points.push_back(std::make_unique<point>(std::move(made)));
        return points.back().get();
    }
    member* add(member made)
    {
        std::lock_guard const lock{guard};
        members.push_back(std::make_unique<member>(std::move(made)));
        return members.back().get();
    }
};

namespace {

/// Registers a waiter with the schedule as long as the waiter's coroutine lives.
class registration {
public:
    registration(schedule& to, waiter& one)
        : to_{&to}
        , one_{&one}
    {
        std::lock_guard const lock{to_->guard};
        to_->waiters.insert(one_);
        if (one_->at != nullptr) {
            one_->at->held = true;
            to_->wake_all();   // the host may wait until a thread is held at this point
        }
    }
    registration(registration const&) = delete;
    registration& operator=(registration const&) = delete;
    ~registration()
    {
        std::lock_guard const lock{to_->guard};
        to_->waiters.erase(one_);
    }

private:
    schedule* to_;
    waiter* one_;
};

bool may_stop_waiting(schedule& of, waiter const& one)
{
    std::lock_guard const lock{of.guard};
    return of.may_stop_waiting(one);
}

task<void> wait(std::shared_ptr<schedule> of, waiter& one)
{
    one.timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
    registration const here{*of, one};
    while (!may_stop_waiting(*of, one)) {
        one.timer->expires_after(std::min<std::chrono::nanoseconds>(poll_interval, of->time_out));
        co_await one.timer->async_wait(use_tuple);
    }
}

task<void> hold_at(std::shared_ptr<schedule> of, point* at, tid thread)
{
    waiter one{at, thread};
    co_await wait(of, one);
    std::lock_guard const lock{of->guard};
    of->mark(*at);
}

task<bool> wait_on_host(std::shared_ptr<schedule> of, point* goal, bool to_be_held)
{
    waiter one{nullptr, tid{}, goal, to_be_held};
    co_await wait(of, one);
    std::lock_guard const lock{of->guard};
    co_return one.may_continue();
}

/// The interceptor of one party. Holds a thread at each point until the points in `point::needs` were reached, or the
/// interleaving has failed.
class party_interceptor final : public interceptor {
public:
    party_interceptor(std::shared_ptr<schedule> of, member* owner) noexcept
        : schedule_{std::move(of)}
        , member_{owner}
    {
    }

    bool wants(syscall_call const& call) const noexcept override
    {
        std::lock_guard const lock{schedule_->guard};
        return std::ranges::any_of(schedule_->points,
                                   [&](auto const& each) { return each->owner == member_ && each->what->fits(call); });
    }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        auto const here =
            schedule_->arrive(*member_, at.thread, side::before, [&](call_matcher const& what) { return what.fits(call); });
        for (auto* const each : here)
            co_await hold_at(schedule_, each, at.thread);
        co_return proceed{};
    }
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override
    {
        syscall_exited seen;
        seen.call = std::shared_ptr<syscall_call const>{std::shared_ptr<void>{}, &call};   // no ownership: `call` outlives `seen`
        seen.outcome = outcome;
        auto const here =
            schedule_->arrive(*member_, at.thread, side::after, [&](call_matcher const& what) { return what.fits(seen); });
        for (auto* const each : here)
            co_await hold_at(schedule_, each, at.thread);
        co_return proceed{};
    }

private:
    std::shared_ptr<schedule> schedule_;
    member* member_;
};

std::string nth_text(std::uint64_t nth) { return nth == 1 ? std::string{} : " number " + std::to_string(nth); }

}   // namespace

}   // namespace detail

std::string moment::description() const { return where_->description(); }

bool moment::is_reached() const
{
    std::lock_guard const lock{schedule_->guard};
    return where_->reached;
}

party::party(std::shared_ptr<detail::schedule> of, detail::member* owner)
    : schedule_{of}
    , who_{owner}
    , watching_{std::make_shared<detail::party_interceptor>(std::move(of), owner)}
{
}

moment party::before(call_matcher what, std::uint64_t nth) const
{
    auto text = "before " + what.description() + detail::nth_text(nth);
    return {schedule_, schedule_->add(detail::point{who_, std::move(text), detail::side::before, std::move(what), nth})};
}

moment party::after(call_matcher what, std::uint64_t nth) const
{
    auto text = "after " + what.description() + detail::nth_text(nth);
    return {schedule_, schedule_->add(detail::point{who_, std::move(text), detail::side::after, std::move(what), nth})};
}

interleaving::interleaving(std::chrono::nanoseconds time_out)
    : schedule_{std::make_shared<detail::schedule>(time_out)}
{
}

party interleaving::party(std::string name, std::function<bool(tid)> is_it)
{
    return {schedule_, schedule_->add(detail::member{std::move(name), false, std::move(is_it)})};
}

party interleaving::group(std::string name) { return {schedule_, schedule_->add(detail::member{std::move(name), true, {}})}; }

moment interleaving::host(std::string what) { return {schedule_, schedule_->add(detail::point{nullptr, std::move(what)})}; }

void interleaving::reach(moment const& what)
{
    std::lock_guard const lock{schedule_->guard};
    schedule_->mark(*what.where_);
}

void interleaving::hold(moment const& later, moment const& earlier)
{
    std::lock_guard const lock{schedule_->guard};
    later.where_->needs.push_back(earlier.where_);
}

task<bool> interleaving::until(moment what) { return detail::wait_on_host(schedule_, what.where_, false); }

task<bool> interleaving::until_held(moment what) { return detail::wait_on_host(schedule_, what.where_, true); }

std::string interleaving::problem() const
{
    std::lock_guard const lock{schedule_->guard};
    auto text = schedule_->problem;
    if (text.empty())
        for (auto const& each : schedule_->points)
            if (!each->reached)
                text += (text.empty() ? "not reached: " : "\nnot reached: ") + each->description();
    return text;
}

}   // namespace cotrace::testing
