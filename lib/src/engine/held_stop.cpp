// SPDX-License-Identifier: BSL-1.0
//
// A stop that has to wait, for room in the queue or for interceptors, and what
// they decide. The rest of the thread's life is in thread_loop.cpp.
#include "engine/thread_loop.hpp"

#include "engine/engine.hpp"
#include "engine/session_state.hpp"
#include "engine/thrown.hpp"
#include "sys/spawn.hpp"
#include "tracee/registers.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

namespace cotrace::engine {

// Each has a signal of its own: when it is done and the thread resumed, Asio
// may still have to post its completion, and the next stop may come before.
void thread_loop::start(job work)
{
    busy_   = true;
    work_   = work;
    if (work != job::room)   // co_spawn may begin right here
        owner_->host_runs();
    cancel_ = std::make_shared<asio::cancellation_signal>();
    auto done = [self = shared_from_this(), cancel = cancel_](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
    };
    asio::co_spawn(session_->executor(), run(work, ++turn_), asio::bind_cancellation_slot(cancel_->slot(), std::move(done)));
}

// An interceptor may heed no cancellation; neither the dead nor those who are
// let go wait for it.
void thread_loop::stop_asking()
{
    ++turn_;
    busy_ = false;
    cancel_->emit(asio::cancellation_type::terminal);
}

task<void> thread_loop::run(job work, unsigned turn)
{
    verdict        decided;
    signal_verdict about_signal;
    // The death of the thread wakes it, and makes no room.
    co_await asio::this_coro::throw_if_cancelled(work != job::room);
    switch (work) {
    case job::room: co_await session_->room(); break;
    case job::entry:
    case job::exit: decided = co_await ask_about_call(work, call_, turn); break;
    case job::signal: about_signal = co_await ask_about_signal(turn); break;
    }
    if (owner_ == nullptr || gone_ || turn != turn_ || owner_->is_copy())
        co_return;
    busy_ = false;
    conclude(work, decided, about_signal);
    catch_up();
    if (owner_ != nullptr)
        owner_->wake();
}

void thread_loop::conclude(job work, verdict const& decided, signal_verdict const& about_signal)
{
    switch (work) {
    case job::room: return answer(*std::exchange(parked_, std::nullopt));
    case job::entry: return after_entry(decided);
    case job::exit: return after_exit(decided);
    case job::signal: return after_signal(about_signal);
    }
}

void thread_loop::catch_up()
{
    while (!busy_ && !gone_ && !queued_.empty()) {
        auto const status = queued_.front();
        queued_.erase(queued_.begin());
        on_status(status);
    }
}

task<verdict> thread_loop::ask_about_call(job work, std::shared_ptr<syscall_call const> call, unsigned turn)
{
    for (auto const& each : session_->options().interceptors) {
        if (turn != turn_)   // the one before took no notice of its end
            break;
        if (!each->wants(*call))
            continue;
        verdict said;
        try {
            intercepted const at{thread_, memory{thread_}, &also_};
            if (work == job::entry)   // no `?:`: GCC 12 awaits both sides of it
                said = co_await each->on_entry(at, *call);
            else
                said = co_await each->on_exit(at, *call, outcome_);
        } catch (...) {
            interceptor_failed(turn);
        }
        if (!std::holds_alternative<proceed>(said))
            co_return said;
    }
    co_return proceed{};
}

task<signal_verdict> thread_loop::ask_about_signal(unsigned turn)
{
    auto const info = *signal_;
    for (auto const& each : session_->options().interceptors) {
        if (turn != turn_)
            break;
        if (!each->wants(info))
            continue;
        signal_verdict said;
        try {
            said = co_await each->on_signal({thread_, memory{thread_}, nullptr}, info);
        } catch (...) {
            interceptor_failed(turn);
        }
        if (!std::holds_alternative<proceed>(said))
            co_return said;
    }
    co_return proceed{};
}

// Called where the exception is caught.
void thread_loop::interceptor_failed(unsigned turn)
{
    if (gone_ || owner_ == nullptr || turn != turn_ || session_->leaving() || session_->killing())
        return;   // cancelled, because its thread died or is let go
    session_->publish(thread_, trace_failed{{errc::interceptor_failed, thrown_text(), thread_, {}}});
}

void thread_loop::after_entry(verdict const& decided)
{
    report_half_done();
    if (auto const done = carry_out(decided); !done)
        report(done.error(), "change a system call");
    adjust_clone_flags();
    go_on(signal_at_entry());
}

// Restarted from its entry with a signal, a thread gets it from the kernel. Of
// the stop that a program in the kernel makes, the kernel takes none: ptrace(2).
signo thread_loop::signal_at_entry()
{
    auto const wanted = std::exchange(also_.signal, signo::none);
    if (wanted == signo::none || !session_->filters_in_kernel() || confined_)
        return wanted;
    if (auto const sent = sys::send_signal(process_, thread_, wanted); !sent)
        report(sent.error(), "send a signal");
    return signo::none;
}

result<void> thread_loop::carry_out(verdict const& decided)
{
    if (std::holds_alternative<proceed>(decided))
        return outcome::success();
    BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(*at_, interface_));
    if (auto const* change = std::get_if<change_arguments>(&decided)) {
        if (!own_args_)
            own_args_ = regs.arguments();
        regs.set_arguments(change->args);
        tampered_.arguments = true;
        return regs.store(*at_);
    }
    tampered_.result = true;
    if (auto const* other = std::get_if<run_instead>(&decided)) {
        regs.set_number(other->number);
        forced_ = other->value;
        return regs.store(*at_);
    }
    regs.skip_call();
    if (auto const* failing = std::get_if<fail_with>(&decided))
        forced_ = -std::int64_t{failing->error};
    else
        forced_ = std::get<return_value>(decided).value;
    return regs.store(*at_);
}

void thread_loop::report_half_done()
{
    if (auto const why = std::exchange(also_.failed, {}))
        report(why, "intercept a system call");
}

void thread_loop::after_exit(verdict const& decided)
{
    report_half_done();
    auto got = outcome_;
    if (auto const* failing = std::get_if<fail_with>(&decided))
        got = syscall_outcome::from(-std::int64_t{failing->error});
    else if (auto const* other = std::get_if<return_value>(&decided))
        got = syscall_outcome::from(other->value);
    tampered_.result = tampered_.result || !std::holds_alternative<proceed>(decided);
    if (got.value != outcome_.value)
        if (auto const done = settle(got); !done) {
            report(done.error(), "set the result of a system call");
            got = outcome_;
        }
    finish_call(got);
    go_on();
}

void thread_loop::after_signal(signal_verdict const& decided)
{
    signo sig{signal_->si_signo};
    if (auto const* other = std::get_if<deliver>(&decided))
        sig = other->signal;
    else if (std::holds_alternative<swallow>(decided))
        sig = signo::none;
    signal_.reset();
    go_on(sig);
}

} // namespace cotrace::engine
