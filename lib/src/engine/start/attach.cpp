// SPDX-License-Identifier: BSL-1.0
//
// `engine::attach` seizes running threads with PTRACE_SEIZE, and traces their calls from one PTRACE_INTERRUPT stop on.
// A few interrupted calls fail with EINTR: ptrace(2), "BUGS".
#include "engine/engine.hpp"

#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// For each process, an attach waits at most this many times, a millisecond each, for events that report new threads.
constexpr int most_tries = 200;

constexpr auto longest_wait_for_stops = 200ms;

}   // namespace

task<result<session, failure>> engine::attach(std::vector<target> targets, session_options options)
{
    if (auto const why = start_refusal(); why)
        co_return failure{why, "attach", {}, {}};
    if (auto const why = unfit(options); why)
        co_return failure{why, "attach", {}, {}};
    if (options.how == tracing::notification)   // seccomp(2) installs a program in the calling process only
        co_return failure{errc::not_by_notification, "attach", {}, {}};
    if (options.how == tracing::observation && !targets.empty())
        co_return co_await attach_observed(std::move(targets), std::move(options));
    if (std::ranges::any_of(targets, [](auto const& each) { return std::holds_alternative<targets::everything>(each); }))
        co_return failure{errc::only_by_observation, "attach to the whole system", {}, {}};
    if (targets.empty())
        co_return failure{{EINVAL, boost::system::system_category()}, "attach to nothing", {}, {}};
    if (auto const why = sys::procfs_error(); why)
        co_return failure{why, "attach", {}, {}};
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);

    auto const state = open(std::move(options), ending::detach, /*launched=*/false);
    session made{state};         // the destructor of `made` detaches the threads if this coroutine is destroyed during a wait
    state->expect_more([] {});   // keeps the session open if the first process ends before the last one is seized
    auto done = co_await seize_targets(state, targets);
    if (done)
        done = co_await first_stops(state);
    auto const refused = start_refusal();   // `refused` is an error if the tracer ended during the waits
    if (done && !refused) {
        state->keep_depth();
        state->complete();
        co_return made;
    }
    failure const why = refused ? failure{refused, "attach", {}, {}} : done.error();
    if (is_copy() || lost_)
        co_return why;
    state->abandon();
    wake();
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    while (state->counts.threads != 0 && !over_)
        co_await state->changed.async_wait(use_tuple);
    co_return why;
}

task<result<void, failure>> engine::seize_targets(std::shared_ptr<session_state> state, std::vector<target> const& targets)
{
    for (auto const& each : targets)
        if (auto const* one = std::get_if<targets::process>(&each)) {
            auto const got = co_await seize_all(state, one->id, identity::of(leader(one->id)));
            if (!got)
                co_return got.error();
        }
    auto which = target_set::of(targets);
    if (!which)
        co_return which.error();
    if (which.value().empty()) {
        state->expect_no_more();
        co_return outcome::success();
    }
    // The collection of events begins before the set is listed for the first time, so that no new process is missed.
    std::shared_ptr<new_members> more;
    if (which.value().grows()) {
        auto opened = new_members::open(executor_, which.value());
        if (!opened)
            co_return opened.error();
        more = std::move(opened).value();
    }
    auto const got = co_await seize_set(state, which.value());
    if (!got)
        co_return got.error();
    if (more)
        expect_members(*state, more, attach_new_members(state, more));
    else
        state->expect_no_more();
    co_return outcome::success();
}

// A process may fork before it is seized, so the members are listed until the list has no new process.
task<result<void, failure>> engine::seize_set(std::shared_ptr<session_state> state, target_set const& which)
{
    std::unordered_set<std::int32_t> tried;
    std::optional<failure> refused;
    for (bool more = true; more;) {
        more = false;
        auto const candidates = which.all_members();
        for (pid const each : candidates) {
            if (!tried.insert(raw(each)).second)
                continue;
            more = true;
            auto const got = co_await seize_member(state, which, each, /*is_new=*/false);
            if (got)
                continue;
            if (got.error().code == asio::error::operation_aborted)
                co_return got.error();
            state->publish(leader(each), each, trace_failed{got.error()});
            if (!refused)
                refused = got.error();
        }
    }
    if (state->counts.threads != 0 || which.grows())
        co_return outcome::success();
    if (refused)
        co_return *refused;
    co_return failure{{ESRCH, boost::system::system_category()}, "attach to " + which.description(), {}, {}};
}

// Returns success, and seizes nothing, if the process has ended, is not to be traced, or (with `is_new`) will be
// reported by an event.
task<result<void, failure>> engine::seize_member(std::shared_ptr<session_state> state, target_set const& which, pid process,
                                                 bool is_new)
{
    // `identity::of` is called before `has`, so that only the process that `has` checks can be seized.
    auto expected = identity::of(leader(process));
    if (!which.has(process))
        co_return outcome::success();
    auto const about = sys::status_of(leader(process));
    auto const known = threads_.find(leader(process));
    if (!about || about->group == pid{::getpid()} || sys::is_kernel_thread(process)
        || (known != threads_.end() && &known->second->session() == state.get())
        || (is_new && known == threads_.end() && about->tracer == tid{::gettid()}))
        co_return outcome::success();
    auto got = co_await seize_all(state, process, std::move(expected));
    if (!got && got.error().code == boost::system::errc::no_such_process)
        co_return outcome::success();
    co_return got;
}

// Starts the coroutine `attach`, which traces new processes. The session closes `from` to end the coroutine.
void engine::expect_members(session_state& state, std::shared_ptr<new_members> const& from, task<void> attach)
{
    state.expect_more([from] { from->close(); });
    asio::co_spawn(executor_, std::move(attach), [self = shared_from_this()](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
    });
}

task<void> engine::attach_new_members(std::shared_ptr<session_state> state, std::shared_ptr<new_members> from)
{
    std::vector<pid> found;
    while (co_await from->next(found)) {
        auto const candidates = std::exchange(found, {});
        for (pid const each : candidates) {
            if (!state->expects_more())
                co_return;
            auto const got = co_await seize_member(state, from->which(), each, /*is_new=*/true);
            state->keep_depth();
            if (!got && state->expects_more())
                state->publish(leader(each), each, trace_failed{got.error()});
        }
        wake();
    }
}

// Calls are traced from a thread's first stop on. A thread in a vfork(2) cannot stop, so the wait has a limit.
task<result<void, failure>> engine::first_stops(std::shared_ptr<session_state> state)
{
    wake();
    auto const late = std::make_shared<bool>(false);   // the handler may run after this coroutine has ended
    asio::steady_timer limit{executor_, longest_wait_for_stops};
    limit.async_wait([state, late](error_code ec) {
        *late = !ec;
        state->changed.notify_all();
    });
    bool cancelled = false;
    while (!over_ && !state->all_stopped_once() && !*late && !cancelled) {
        co_await state->changed.async_wait(use_tuple);
        cancelled = (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
    }
    if (cancelled)
        co_return failure{asio::error::operation_aborted, "attach", {}, {}};
    co_return outcome::success();
}

// Lists the threads again until no thread is new or has vanished. The kernel cuts the list short if a thread ends
// meanwhile (next_tid(), Linux 6.18).
task<result<void, failure>> engine::seize_all(std::shared_ptr<session_state> state, pid process, identity expected)
{
    tid const wanted = leader(process);
    state->counts.by_id += expected.lacks_descriptor ? 1 : 0;
    if (auto const about = sys::status_of(wanted); about && about->group == pid{::getpid()})
        co_return failure{errc::own_process, "attach", wanted, {}};

    asio::steady_timer pause{executor_};
    int tries = 0;
    bool any = false;
    for (bool more = true; more;) {
        more = false;
        bool has_vanished = false;
        auto const threads = state->options().follow ? sys::list_threads(process) : result<std::vector<tid>>{std::vector{wanted}};
        if (!threads)
            co_return failure{threads.error(), "list the threads of", wanted, {}};
        for (tid const thread : threads.value()) {
            if (state->has_reached_limit())   // the remaining threads are not traced
                co_return outcome::success();
            if (over_ || state->is_detaching() || state->ended())   // the session may have been ended during a wait for `pause`
                co_return failure{asio::error::operation_aborted, "attach", thread, {}};
            auto const got = seize_one(state, thread, expected);
            if (!got)
                co_return got.error();
            any = any || got.value() == seizing::done || got.value() == seizing::known;
            if (any && state->root == pid{})
                state->root = process;
            more = more || got.value() == seizing::done;
            has_vanished = has_vanished || got.value() == seizing::vanished;
            // No event has reported the thread for a long time. Probably other code on the tracer's thread traces it.
            if (got.value() == seizing::ours_unreported && ++tries > most_tries)
                co_return failure{errc::already_traced, "attach", thread, tid{::gettid()}};
            if (got.value() == seizing::try_again || got.value() == seizing::ours_unreported) {
                more = true;
                if (got.value() == seizing::try_again) {
                    // An execve(2) of the process may wait for a thread that no event has reported, or that waits for
                    // room.
                    find_unreported_threads(state, process, /*strict=*/true);
                    state->exceed_depth();
                }
                wake();
                pause.expires_after(1ms);
                if (auto const [ec] = co_await pause.async_wait(use_tuple); ec)
                    co_return failure{ec, "attach", thread, {}};
            }
        }
        if (state->options().follow && !more && (has_vanished || threads.value().size() < sys::count_threads(process))) {
            more = true;
            pause.expires_after(0ms);   // lets other work of the executor run
            if (auto const [ec] = co_await pause.async_wait(use_tuple); ec)
                co_return failure{ec, "attach", wanted, {}};
        }
    }
    if (!any)
        co_return failure{{ESRCH, boost::system::system_category()}, "attach", wanted, {}};
    co_return outcome::success();
}

identity identity::of(tid thread)
{
    auto const about = sys::status_of(thread);
    if (!about)
        return {};
    identity made{about->group, sys::pidfd::of(about->group)};
    made.lacks_descriptor = !made.held && (errno == EMFILE || errno == ENFILE);
    // Before the pidfd was opened, the id may have been reused. So the process of the thread is looked up again.
    auto again = sys::status_of(thread);
    if (!again && made.held) {   // the pidfd may have taken the last free file descriptor, and reads of /proc need one
        made.held = {};
        again = sys::status_of(thread);
        made.lacks_descriptor = again.has_value();
    }
    return again && again->group == made.process ? std::move(made) : identity{};
}

bool identity::includes(sys::thread_status const& thread) const
{
    return process == pid{} || (thread.group == process && !(held && held.is_reaped()));
}

/// Detaches a thread that was seized by mistake, because the kernel has reused the id of an ended thread.
void engine::let_reused_id_go(tid thread)
{
    leftovers_.insert_or_assign(thread, leftover_kind::unwanted);
    waits_->watch(thread);
    (void)sys::interrupt(thread);   // ESRCH: the thread has just died
}

result<engine::seizing, failure> engine::seize_one(std::shared_ptr<session_state> const& state, tid thread,
                                                   identity const& expected)
{
    if (auto const at = threads_.find(thread); at != threads_.end()) {
        if (&at->second->session() == state.get())
            return seizing::known;
        return failure{errc::already_traced, "attach", thread, tid{::gettid()}};
    }
    auto const wish = sys::options_for({state->options().follow, /*exit_kill=*/false});
    auto seized = sys::seize_running(thread, wish);
    // EPERM: an execve(2) gave the id to another thread while PTRACE_SEIZE waited (ptrace_attach(), Linux 6.18). The
    // request is repeated for that thread.
    if (!seized && seized.error() == boost::system::errc::operation_not_permitted)
        seized = sys::seize_running(thread, wish);
    auto const about = sys::status_of(thread);
    bool const is_try = !seized && seized.error() == boost::system::errc::resource_unavailable_try_again;
    // `seize_running` may return EAGAIN although the seize succeeded. `holder_of` excludes a thread that another tracer
    // object of this thread traces.
    if (seized || (is_try && about && about->tracer == tid{::gettid()} && holder_of(thread) == nullptr)) {
        if (about && !expected.includes(*about)) {
            let_reused_id_go(thread);
            return seizing::gone;
        }
        auto const process = about ? about->group : pid{raw(thread)};
        adopt(state, thread, process, origin::attached, {});
        (void)sys::interrupt(thread);   // ESRCH: the thread has just died, and its next wait status reports that
        return seizing::done;
    }
    if (seized.error() == boost::system::errc::no_such_process)
        return seizing::vanished;
    // EAGAIN: the process is in an execve(2), which may wait until threads that this tracer traces are reaped.
    if (is_try)
        return seizing::try_again;
    if (!about || about->state == 'X')
        return seizing::vanished;
    if (about->state == 'Z')
        return seizing::gone;
    if (about->tracer == tid{::gettid()})   // probably a new thread that an event of its maker will report
        return seizing::ours_unreported;
    if (about->tracer != tid{})
        return failure{errc::already_traced, "attach", thread, about->tracer};
    return failure{seized.error(), "attach", thread, {}};
}

}   // namespace cotrace::engine
