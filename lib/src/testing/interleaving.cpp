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

// The end of a single thread is told to its tracer and, since Linux 6.9, by a
// pidfd; so who waits for one looks whether it is there.
constexpr auto look_again = std::chrono::milliseconds{20};

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

} // namespace

enum class side : std::uint8_t { before, after, host };

/// Who is a party, as far as is known.
struct member {
    std::string name;
    bool        is_group = false;
    std::function<bool(tid)> is_it;
    std::set<tid> threads{};     ///< one at most, but of a group

    bool is_gone() const { return !is_group && !threads.empty() && detail::is_gone(*threads.begin()); }
};

struct point {
    member*     who = nullptr;       ///< null: the host
    std::string text;                ///< "after pread64"; of the host, what it does
    side        where = side::host;
    std::optional<call_matcher> what{};
    std::uint64_t nth  = 1;
    std::uint64_t seen = 0;          ///< calls that fit
    bool held = false;               ///< somebody is, or was
    bool come = false;
    std::vector<point*> needs{};     ///< what is to come first

    std::string description() const { return who != nullptr ? who->name + ' ' + text : text; }
    bool may_pass() const { return std::ranges::all_of(needs, &point::come); }
};

/// Someone who waits: a thread that is held somewhere, or the host.
struct waiter {
    point* at = nullptr;             ///< null: the host
    tid    thread{};
    point* goal = nullptr;           ///< of the host: what it waits for …
    bool   to_be_held = false;       ///< … or for somebody to be held there
    std::shared_ptr<asio::steady_timer> timer{};
    clock::time_point since = clock::now();

    bool may_go() const
    {
        return at != nullptr ? at->may_pass() : goal->come || (to_be_held && goal->held);
    }
    std::vector<point*> awaits() const
    {
        if (at == nullptr)
            return {goal};
        std::vector<point*> missing;
        std::ranges::copy_if(at->needs, std::back_inserter(missing), [](auto const* each) { return !each->come; });
        return missing;
    }
    std::string text() const
    {
        auto const who = at == nullptr ? std::string{"the host"}
                                       : at->who->name + " (thread " + std::to_string(raw(thread)) + "), held " + at->text;
        std::string what;
        for (auto const* each : awaits())
            what += (what.empty() ? "" : " and ") + each->description();
        return who + ", waits for " + what;
    }
};

/// What the parts of an interleaving share. Members and points live as long as it does.
struct schedule {
    explicit schedule(std::chrono::nanoseconds limit) noexcept : time_out{limit} {}

    std::chrono::nanoseconds const time_out;
    std::mutex guard;   // of all below
    std::vector<std::unique_ptr<member>> members;
    std::vector<std::unique_ptr<point>>  points;
    std::set<waiter*> waiters;
    std::string problem;   ///< not empty: nobody is held any more

    /// Each looks for itself whether it may go on, on its own executor. Nobody
    /// is missed: who has looked and found nothing waits before this comes.
    void wake_all() const
    {
        for (auto const* each : waiters)
            asio::post(each->timer->get_executor(), [timer = each->timer] { timer->cancel(); });
    }

    void mark(point& at)
    {
        at.come = true;
        wake_all();
    }

    void give_up(waiter const& by, std::string const& why)
    {
        problem = by.text() + ": " + why;
        for (auto const* each : waiters)
            if (each != &by)
                problem += '\n' + each->text();
        for (auto const& each : points)
            problem += (each->come ? "\n  has come: " : "\n  not yet:  ") + each->description();
        wake_all();
    }

    /// Whether it need not wait any longer.
    bool settled(waiter const& one)
    {
        if (one.may_go() || !problem.empty())
            return true;
        for (auto const* each : one.awaits())
            if (each->who != nullptr && each->who->is_gone()) {
                give_up(one, each->who->name + " (thread " + std::to_string(raw(*each->who->threads.begin())) + ") is gone");
                return true;
            }
        if (clock::now() - one.since < time_out)
            return false;
        give_up(one, "not in " + in_seconds(time_out));
        return true;
    }

    /// Whether a thread is that party, or becomes it.
    bool takes_part(member& who, tid thread)
    {
        if (who.threads.contains(thread))
            return true;
        if (!who.is_group) {
            if (!who.threads.empty() || (who.is_it && !who.is_it(thread)))
                return false;
            if (std::ranges::any_of(members, [&](auto const& each) { return !each->is_group && each->threads.contains(thread); }))
                return false;
        }
        who.threads.insert(thread);
        return true;
    }

    /// The points that a thread comes to with a call of which `fits` is true.
    template <class Fits>
    std::vector<point*> arrive(member& who, tid thread, side where, Fits fits)
    {
        std::lock_guard const lock{guard};
        std::vector<point*> found;
        if (!problem.empty() || !takes_part(who, thread))
            return found;
        for (auto const& each : points)
            if (each->who == &who && each->where == where && fits(*each->what) && ++each->seen == each->nth)
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

/// A waiter is known as long as its coroutine lives.
class known {
public:
    known(schedule& to, waiter& one) : to_{&to}, one_{&one}
    {
        std::lock_guard const lock{to_->guard};
        to_->waiters.insert(one_);
        if (one_->at != nullptr) {
            one_->at->held = true;
            to_->wake_all();   // the host may wait for that
        }
    }
    known(known const&) = delete;
    known& operator=(known const&) = delete;
    ~known()
    {
        std::lock_guard const lock{to_->guard};
        to_->waiters.erase(one_);
    }

private:
    schedule* to_;
    waiter*   one_;
};

bool settled(schedule& of, waiter const& one)
{
    std::lock_guard const lock{of.guard};
    return of.settled(one);
}

task<void> wait(std::shared_ptr<schedule> of, waiter& one)
{
    one.timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
    known const here{*of, one};
    while (!settled(*of, one)) {
        one.timer->expires_after(std::min<std::chrono::nanoseconds>(look_again, of->time_out));
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

task<bool> hosted(std::shared_ptr<schedule> of, point* goal, bool to_be_held)
{
    waiter one{nullptr, tid{}, goal, to_be_held};
    co_await wait(of, one);
    std::lock_guard const lock{of->guard};
    co_return one.may_go();
}

/// Shows a party's calls to the schedule, and holds its threads.
class watching final : public interceptor {
public:
    watching(std::shared_ptr<schedule> of, member* who) noexcept : schedule_{std::move(of)}, who_{who} {}

    bool wants(syscall_call const& call) const noexcept override
    {
        std::lock_guard const lock{schedule_->guard};
        return std::ranges::any_of(schedule_->points,
                                   [&](auto const& each) { return each->who == who_ && each->what->fits(call); });
    }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        auto const here = schedule_->arrive(*who_, at.thread, side::before,
                                            [&](call_matcher const& what) { return what.fits(call); });
        for (auto* const each : here)
            co_await hold_at(schedule_, each, at.thread);
        co_return proceed{};
    }
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override
    {
        syscall_exited seen;
        seen.call    = std::shared_ptr<syscall_call const>{std::shared_ptr<void>{}, &call};   // it lives longer than this
        seen.outcome = outcome;
        auto const here = schedule_->arrive(*who_, at.thread, side::after,
                                            [&](call_matcher const& what) { return what.fits(seen); });
        for (auto* const each : here)
            co_await hold_at(schedule_, each, at.thread);
        co_return proceed{};
    }

private:
    std::shared_ptr<schedule> schedule_;
    member*                   who_;
};

std::string nth_text(std::uint64_t nth) { return nth == 1 ? std::string{} : " number " + std::to_string(nth); }

} // namespace

} // namespace detail

std::string moment::description() const { return where_->description(); }

bool moment::has_come() const
{
    std::lock_guard const lock{schedule_->guard};
    return where_->come;
}

party::party(std::shared_ptr<detail::schedule> of, detail::member* who)
    : schedule_{of}, who_{who}, watching_{std::make_shared<detail::watching>(std::move(of), who)}
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

interleaving::interleaving(std::chrono::nanoseconds time_out) : schedule_{std::make_shared<detail::schedule>(time_out)} {}

party interleaving::party(std::string name, std::function<bool(tid)> is_it)
{
    return {schedule_, schedule_->add(detail::member{std::move(name), false, std::move(is_it)})};
}

party interleaving::group(std::string name)
{
    return {schedule_, schedule_->add(detail::member{std::move(name), true, {}})};
}

moment interleaving::host(std::string what)
{
    return {schedule_, schedule_->add(detail::point{nullptr, std::move(what)})};
}

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

task<bool> interleaving::until(moment what) { return detail::hosted(schedule_, what.where_, false); }

task<bool> interleaving::until_held(moment what) { return detail::hosted(schedule_, what.where_, true); }

std::string interleaving::problem() const
{
    std::lock_guard const lock{schedule_->guard};
    auto text = schedule_->problem;
    if (text.empty())
        for (auto const& each : schedule_->points)
            if (!each->come)
                text += (text.empty() ? "never came: " : "\nnever came: ") + each->description();
    return text;
}

} // namespace cotrace::testing
