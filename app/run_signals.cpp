// SPDX-License-Identifier: BSL-1.0
//
// What a run does when cotrace gets a signal.
#include "run.hpp"

#include "diagnostic.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace cotrace::app {

namespace {

using namespace std::chrono_literals;

/// The time after which `limit_last_write` ends cotrace, and after which `detach_rest` prints its message.
constexpr auto grace_period = 2s;

}   // namespace

task<void> run::handle_signals()
{
    for (;;)
        handle_signal(co_await signals_.next());
}

void run::handle_signal(int signal)
{
    if (signal == SIGUSR1)
        return writer_->write_kept();
    using enum interruptible;
    if (wanted_.interrupt == never || wanted_.interrupt == never_stops)
        return;
    // By default, cotrace ignores keyboard signals while COMMAND runs, because COMMAND also gets them. The first keyboard signal
    // after COMMAND's end is also ignored, because this signal may have ended COMMAND.
    if (is_from_keyboard(signal) && wanted_.interrupt == by_default && !commands_.empty()
        && (is_command_running() || !std::exchange(had_ended_, true)))
        return;
    bool const again = std::exchange(ending_signal_, signal) != 0;
    if (awaits_commands_)
        return again ? stop_at_once() : forward_signal(signal);
    if (again || (open_sessions_ == 0 && !finishing_ && !is_launch_pending() && !limits_.is_reached()))
        return stop_at_once();
    // From now on, the traced threads must not wait for a slow reader of the trace.
    if (!finishing_)
        writer_->stop_waiting();
    else if (!is_from_keyboard(signal))
        limit_last_write();
    if (attached_)
        (void)attached_->detach();
    forward_signal(signal);
}

void run::forward_signal(int signal)
{
    for (auto& each : launched_)
        forward_signal(each, signal);
}

void run::forward_signal(launched_command& to, int signal)
{
    if (!to.process.is_running())
        return detach_rest(to);
    to.process.send(signal);
    to.process.send(SIGCONT);
}

/// Whether the launch of a command has not completed. `launch` sends a signal that arrives meanwhile to the command.
bool run::is_launch_pending() const noexcept { return is_launching_ && !finishing_; }

/// Whether there is a COMMAND that has not ended.
bool run::is_command_running() const noexcept
{
    return is_launching_ || std::ranges::any_of(launched_, [](auto const& each) { return each.process.is_running(); });
}

/// Detaches from the processes that a command left running. This is impossible if the kernel filters the calls of these
/// processes.
void run::detach_rest(launched_command& of)
{
    auto const done = of.target.detach();
    if (done || done.error() != errc::filtered)
        return;
    grace_timer_.expires_after(grace_period);
    grace_timer_.async_wait([this](error_code stopped) {
        if (!stopped && open_sessions_ > 0)
            print_diagnostic(
                "cannot detach from the processes that COMMAND left running, because the kernel filters their calls; "
                "waiting for their end, another signal kills them");
    });
}

/// Ends cotrace if nothing more of the trace was written for `grace_period`.
void run::limit_last_write()
{
    grace_timer_.expires_after(grace_period);
    grace_timer_.async_wait([this, before = writer_->unwritten()](error_code stopped) {
        if (stopped)
            return;
        if (writer_->unwritten() < before)
            return limit_last_write();
        stop_at_once();
    });
}

/// Stops the event loop. The destructor of the tracer then ends the sessions.
void run::stop_at_once()
{
    if (writer_->unwritten() > 0 && !writer_->is_given_up())
        print_diagnostic("the end of the trace could not be written in time");
    context_.stop();
}

}   // namespace cotrace::app
