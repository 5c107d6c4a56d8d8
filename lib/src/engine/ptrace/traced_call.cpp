// SPDX-License-Identifier: BSL-1.0
//
// Handles the system calls of a traced thread, from the entry to the exit of each call, and the signals that are
// delivered to the thread. Interceptors are asked only about calls and signals. traced_thread.cpp handles the other stops.
#include "core/audit_arch.hpp"
#include "decode/decode.hpp"
#include "engine/ptrace/traced_thread_awaiters.hpp"
#include "engine/session/live_reader.hpp"
#include "sys/debug_log.hpp"
#include "sys/process.hpp"
#include "sys/procfs.hpp"
#include "sys/seccomp.hpp"
#include "tracee/registers.hpp"
#include "uapi/numbers.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace cotrace::engine {

namespace {

/// The argument `stops` of `placement::restore` when a thread reads or opens a file that may be one of proc(5). The thread
/// may soon read more such files.
constexpr int stops_after_proc = 64;

constexpr std::string_view restart_name = "restart_syscall";

/// Whether the kernel may restart a call with the outcome `got`. The kernel marks such a call with one of the errors
/// ERESTARTSYS (512), ERESTARTNOINTR (513), ERESTARTNOHAND (514) and ERESTART_RESTARTBLOCK (516), which only a tracer
/// sees. A signal handler may prevent the restart.
constexpr bool restarts(syscall_outcome got) noexcept
{
    int const error = got.error();
    return error == 512 || error == 513 || error == 514 || error == 516;
}

// Returns the name of the call that the next restart_syscall(2) would continue; empty if there is none. `call` has just
// returned `got`. `before` is the result of this function for the previous call. If `call` is itself an interrupted
// restart_syscall(2), returns `before`.
std::string_view interrupted_after(call_in_progress const& call, syscall_outcome got, std::string_view before) noexcept
{
    if (got.error() != 516)   // ERESTART_RESTARTBLOCK
        return {};
    auto const name = uapi::name_of(call.interface(), call.number());
    return name == restart_name ? before : name;
}

}   // namespace

/// Keeps the engine from binding any traced thread to a CPU, from `begin` until `end` or the destructor is called. Used
/// while a traced thread is in a call that could show the bindings: a call that reads or sets an affinity mask, or that
/// may read a file of proc(5).
class traced_thread::placement_suspension {
public:
    explicit placement_suspension(traced_thread& self) noexcept
        : self_{self}
    {
    }
    placement_suspension(placement_suspension const&) = delete;
    placement_suspension& operator=(placement_suspension const&) = delete;
    ~placement_suspension() { end(); }

    void begin()
    {
        active_ = true;
        self_.owner_->places.suspend();
    }
    bool is_active() const noexcept { return active_; }
    void end()
    {
        if (std::exchange(active_, false) && self_.owner_ != nullptr)
            self_.owner_->places.end_suspension();
    }

private:
    traced_thread& self_;
    bool active_ = false;
};

// Traces a call from its entry to its exit. If the call was first seen at its exit, `outcome` is given, and only the
// exit is traced. Ends without a record of the exit if the thread has ended or was detached within the call, or if the
// session does not need the exit of the call. `asked` holds the present question to the interceptors. There is only one
// such variable for the entry and the exit, because GCC 12 gives two variables in two blocks separate room in the
// coroutine frame.
call_coroutine traced_thread::trace_call(tracee::stopped at, call_in_progress call, std::optional<syscall_outcome> outcome,
                                         progress& so_far)
{
    placement_suspension suspension{*this};
    std::optional<execve_scope> exec;
    if (call.kind() == tracee::call_kind::replaces_image)
        exec.emplace(*this);
    std::optional<question<verdict>> asked;
    bool makes_unfollowed_child = false;
    if (!outcome) {
        begin_call(at, call, suspension);
        signo to_deliver = signo::none;
        if (is_intercepted(call)) {
            auto& about_entry = ask_at_entry(asked, call);
            co_await about_entry;
            if (!after_entry(at, about_entry, call, to_deliver))
                co_return;
            asked.reset();
        }
        makes_unfollowed_child = adjust_clone_flags(at, call);
        bool const exit_stops = resume_from_entry(std::move(at), call, suspension.is_active(), to_deliver);
        for (bool in_call = exit_stops; in_call && !outcome;) {
            co_await next_status();
            in_call = on_status_within(at, outcome);
        }
        if (!outcome)
            co_return;
    }
    suspension.end();
    so_far.interrupted = interrupted_after(call, *outcome, so_far.interrupted);
    if (makes_unfollowed_child)
        note_unfollowed_child(*outcome);
    if (!restore_after_call(at, call, *outcome))
        co_return;
    if (is_intercepted(call)) {
        auto& about_exit = ask_at_exit(asked, call, *outcome);
        co_await about_exit;
        if (!after_exit(at, about_exit, call, *outcome)) {
            record_exit(nullptr, call, *outcome);
            co_return;
        }
    }
    record_exit(&at, call, *outcome);
    resume_or_detach(std::move(at));
}

// Returns the call that the thread enters or leaves at its stop. Returns nothing if the interface of the call is not
// known, or if the registers cannot be read. Most calls are first seen at their entry. Some are first seen at their exit,
// for example a call that was under way when the thread was attached. At the exit, the number and the arguments of the
// call can still be read.
std::optional<call_in_progress> traced_thread::call_at(tracee::stopped const& at, sys::syscall_info const& info,
                                                       progress const& so_far)
{
    if (info.at == sys::syscall_info::position::seccomp && info.report != sys::our_report)
        fail_with_enosys(at, info);
    if (!info.interface)
        return std::nullopt;
    auto number = info.number;
    auto args = info.args;
    auto interface = *info.interface;
    if (info.at == sys::syscall_info::position::exit) {
        auto const regs = tracee::registers::at_exit(at, interface);
        if (!regs)
            return std::nullopt;
        number = regs.value().number();
        args = regs.value().arguments();
        interface = uapi::interface_of(interface, number);
        owner_->places.descriptor_made();   // the call may have made a descriptor
    }
    call_in_progress call{interface, number, args, tracee::traits_of(interface, number)};
    bool const wanted = session_->options().filter.wants(interface, number);
    if (sys::has_debug_log())
        sys::log(thread_, "decision", wanted ? "the filter selects the call" : "the filter does not select the call");
    if (wanted) {
        call.captured = session_->capture(thread_, process_, interface, number, args, info.ip, info.sp);
        call.entered = owner_->collected_at();
        call.system_time = system_time_;
        if (call.captured && uapi::name_of(interface, number) == restart_name)
            call.captured->resumes = so_far.interrupted.empty() ? "system call" : so_far.interrupted;
    }
    return call;
}

void traced_thread::begin_call(tracee::stopped const& at, call_in_progress& call, placement_suspension& suspension)
{
    if (call.kind() == tracee::call_kind::makes_thread)
        owner_->id_changes_of(thread_).has_unreported_child = true;
    if (call.kind() == tracee::call_kind::replaces_image && thread_ != leader(process_))
        owner_->expect_exec(process_);
    hide_placement(call, suspension);
    call.stack = stack_at_entry(at, call);
    record_submissions(call);
    if (call.captured && session_->queues_entries() && session_->wants(thread_, process_, *call.captured))
        publish(syscall_entered{call.captured, call.traits().ends_thread ? call.stack : nullptr});
}

/// Resumes or detaches the thread at the entry of a call. Returns whether its next stop may be the exit of the call.
bool traced_thread::resume_from_entry(tracee::stopped at, call_in_progress& call, bool suspends_placement, signo to_deliver)
{
    bool const needs_exit = suspends_placement || call.needs_exit(session_->options().exits, is_intercepted(call))
                            || (session_->stacks && call.traits().changes_mappings) || session_->rings;
    auto const resumption = call_in_progress::resume_from_entry(session_->filters_in_kernel(), has_own_filter_, needs_exit);
    resume_or_detach(std::move(at), resumption.mode, to_deliver,
                     !resumption.exit_stops || call.kind() == tracee::call_kind::ordinary);
    return resumption.exit_stops && is_traced();
}

// Handles the next wait status of a thread that was resumed from the entry of a call. If the status reports the exit of
// the call, sets `outcome` and `at` and returns true. Otherwise returns whether the exit can still come. The exit can no longer
// come if the thread was killed or detached, or if the status does not belong to the call.
bool traced_thread::on_status_within(tracee::stopped& at, std::optional<syscall_outcome>& outcome)
{
    sys::wait_status place;
    auto const& status = take_status(place);
    if (!status.is_stop()) {
        requeue_status(status);
        return false;
    }
    auto const why = decode_stop(status);
    if (!why) {
        on_outdated_status();
        return false;
    }
    auto now = tracee::stopped_by_wait(thread_);
    if (auto const* end = std::get_if<tracee::syscall_exit>(&*why)) {
        outcome = syscall_outcome{end->info.value, end->info.is_error};
        at = std::move(now);
        return true;
    }
    if (!answer_within(std::move(now), *why)) {
        requeue_status(status);
        return false;
    }
    return is_traced();
}

// Handles a stop between the entry and the exit of a call, and resumes or detaches the thread. Returns false and does
// nothing if the stop is of a kind that does not occur within a call.
bool traced_thread::answer_within(tracee::stopped at, tracee::stop const& why)
{
    if (auto const* reported = std::get_if<tracee::reported_call>(&why)) {
        if (reported->info.report != sys::our_report)
            fail_with_enosys(at, reported->info);
    } else if (auto const* made = std::get_if<tracee::new_child>(&why)) {
        on_new_child(*made);
    } else if (auto const* replaced = std::get_if<tracee::exec>(&why)) {
        if (!on_exec(*replaced)) {
            detach_at_stop(std::move(at), signo::none);
            return true;
        }
    } else if (!std::holds_alternative<tracee::other_event>(why)) {
        return false;
    }
    resume_or_detach(std::move(at), sys::resume_mode::syscall, signo::none, /*may_move=*/false);
    return true;
}

// Makes the present call fail with ENOSYS without running. To be called if the call was reported by a
// seccomp filter of the traced program (SECCOMP_RET_TRACE), and not by the engine's seccomp program.
// The filter was written for another tracer, which is absent. Without a tracer, the kernel lets such a
// call fail with ENOSYS (seccomp(2)), so the call has to fail in the same way under cotrace.
void traced_thread::fail_with_enosys(tracee::stopped const& at, sys::syscall_info const& info)
{
    has_own_filter_ = true;
    auto const done = [&]() -> result<void> {
        BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(at, info.interface.value_or(uapi::native)));
        regs.skip_call();
        regs.set_return(-ENOSYS);
        return regs.store(at);
    }();
    if (!done)
        report(done.error(), "let a system call fail");
}

// How affinity masks are hidden from the calls of the traced program.

// Called at the entry of a call. If the call may show or set affinity masks, restores the own masks of all bound threads,
// and begins `suspension`. If the call may make a child that is not traced, restores the own mask of this thread, which
// the child inherits.
void traced_thread::hide_placement(call_in_progress const& call, placement_suspension& suspension)
{
    if (call.kind() == tracee::call_kind::makes_thread) {
        if (!makes_traced_child(call))
            owner_->places.restore(assigned_cpu_);
        return owner_->places.begin_clone(assigned_cpu_);
    }
    bool const reads = reads_proc(call);
    if (reads)
        owner_->places.restore(assigned_cpu_, stops_after_proc);
    if (!reads && call.kind() != tracee::call_kind::about_cpus)
        return;
    owner_->places.restore_all();
    suspension.begin();
}

// Whether the call may read a file of proc(5). Some of these files show the affinity mask of a thread
// (/proc/TID/status). Returns false if the engine has bound no thread to a CPU and may not bind this thread.
bool traced_thread::reads_proc(call_in_progress const& call)
{
    auto const fd = call.traits().read_descriptor;
    return fd && (may_be_bound_ || owner_->places.any_bound())
           && owner_->places.may_be_of_proc(assigned_cpu_, thread_, static_cast<int>(call.args()[*fd]));
}

// Discards what is known about descriptors, because a call that may have made a descriptor has returned. If a seccomp
// program of the engine filters the calls in the kernel, reads from the new descriptor may cause no stop. So the
// thread's own affinity mask is restored at once if the new descriptor may refer to a file of proc(5).
void traced_thread::note_descriptor(syscall_outcome got)
{
    owner_->places.descriptor_made();
    if (may_be_bound_ && session_->filters_in_kernel() && !got.failed
        && sys::may_be_of_proc(thread_, static_cast<int>(got.value)))
        owner_->places.restore(assigned_cpu_, stops_after_proc);
}

// Asking interceptors about a call, and carrying out their verdicts.

bool traced_thread::is_intercepted(call_in_progress const& call) const
{
    return call.captured && session_->has_interceptors() && !session_->is_ending() && session_->intercepts(*call.captured);
}

std::shared_ptr<interceptor_list const> traced_thread::interceptors() const
{
    return {session_, &session_->options().interceptors};
}

// Makes a description of the present stop for the interceptors.
std::shared_ptr<interception> traced_thread::intercept()
{
    auto stop = std::make_shared<interception>(thread_, memory{thread_}, session_reference{session_});
    stop->failed = [this](std::string why) {   // only called while the `question` exists, which this object outlives
        own_thread::turn const here{*session_->thread()};
        if (!session_->is_ending())
            publish(trace_failed{{errc::interceptor_failed, std::move(why), thread_, {}}});
    };
    return stop;
}

traced_thread::question<verdict>& traced_thread::ask_at_entry(std::optional<question<verdict>>& asked,
                                                              call_in_progress const& call)
{
    auto const stop = intercept();
    return asked.emplace(*this, stop, ask_about_entry(interceptors(), stop, call.captured));
}

traced_thread::question<verdict>& traced_thread::ask_at_exit(std::optional<question<verdict>>& asked,
                                                             call_in_progress const& call, syscall_outcome outcome)
{
    auto const stop = intercept();
    return asked.emplace(*this, stop, ask_about_exit(interceptors(), stop, call.captured, outcome));
}

// Merges the interceptors' side effects into the call, and returns their verdict. If the verdict is `kill_target`, also
// kills the session's processes. Returns nothing if the thread died before the interceptors answered.
std::optional<verdict> traced_thread::answer_to(question<verdict>& asked, call_in_progress& call)
{
    auto decided = asked.answer();
    if (!decided)
        return std::nullopt;
    auto const& also = asked.stop().also;
    call.merge(also);
    if (also.failed && !session_->is_ending())   // a session that ends cancels its interceptors, which is no failure
        report(also.failed, operation_of(also));
    if (std::holds_alternative<kill_target>(*decided))
        (void)session_->kill();
    return decided;
}

// Carries out the verdict that the interceptors gave at the entry of a call. Sets `to_deliver` to the signal that the
// caller has to deliver when it resumes the thread, or to `signo::none`. Returns false if the thread died before the
// interceptors answered.
bool traced_thread::after_entry(tracee::stopped const& at, question<verdict>& asked, call_in_progress& call, signo& to_deliver)
{
    auto const decided = answer_to(asked, call);
    if (!decided)
        return false;
    if (auto const done = store(at, call, call.decide_entry(*decided)); !done) {
        call.forget_entry();
        if (!session_->is_killing())
            report(done.error(), "change a system call");
    }
    to_deliver = call.take_signal();
    if (to_deliver == signo::none || !session_->filters_in_kernel() || has_own_filter_)
        return true;
    // The kernel ignores a signal that is injected at a seccomp stop (ptrace(2)), so the signal is sent to the thread
    // instead.
    if (auto const done = send(std::exchange(to_deliver, signo::none), sys::receiver::thread); !done)
        report(done.error(), "send a signal");
    return true;
}

// Carries out the verdict that the interceptors gave at the exit of a call. Returns false if the thread died before the
// interceptors answered.
bool traced_thread::after_exit(tracee::stopped const& at, question<verdict>& asked, call_in_progress& call,
                               syscall_outcome& outcome)
{
    auto const decided = answer_to(asked, call);
    if (!decided)
        return false;
    auto const before = outcome;
    if (auto const done = store(at, call, call.decide_exit(*decided, outcome)); !done) {
        outcome = before;
        if (!session_->is_killing())
            report(done.error(), "set the result of a system call");
    }
    return true;
}

result<void> traced_thread::store(tracee::stopped const& at, call_in_progress const& call, register_changes const& changes)
{
    if (!changes.any())
        return outcome::success();
    BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(at, call.interface()));
    if (changes.args)
        regs.set_arguments(*changes.args);
    if (changes.number)
        regs.set_number(*changes.number);
    if (changes.skip)
        regs.skip_call();
    if (changes.result)
        regs.set_return(*changes.result);
    return regs.store(at);
}

// How the exit of a call is handled and recorded.

// Handles the exit of a call before interceptors are asked about it. Restores the clone flags and the argument
// registers that were changed for the call. If a verdict at the entry has decided the result of the call, sets
// `outcome` and the registers to that result.
//
// Returns false, and detaches the thread, if the session is detaching its threads and `restarts(outcome)` is true. The
// call was then interrupted, usually by the PTRACE_INTERRUPT of the detach. The kernel restarts the call after the
// detach, so its exit must not be recorded.
bool traced_thread::restore_after_call(tracee::stopped& at, call_in_progress& call, syscall_outcome& outcome)
{
    call.left = owner_->collected_at();
    if (call.traits().makes_descriptor)
        note_descriptor(outcome);
    note_mappings(call);
    note_ring(call, outcome);
    if (call.kind() == tracee::call_kind::makes_thread)
        owner_->id_changes_of(thread_).has_unreported_child = false;
    note_own_filter(call, outcome);
    if (auto const cleared = call.take_cleared_flags())
        (void)memory{thread_}.write(cleared->first, cleared->second);   // the write may fail if the memory was unmapped
    if (call.is_changed())
        if (auto const done = store(at, call, call.restore_after_call(outcome)); !done)
            report(done.error(), "set the result of a system call");
    if (session_->is_detaching() && restarts(outcome)) {
        resume_or_detach(std::move(at));
        return false;
    }
    return true;
}

// `at` is null if the thread died while an interceptor was asked.
void traced_thread::record_exit(tracee::stopped const* at, call_in_progress& call, syscall_outcome outcome)
{
    if (!call.captured || !session_->options().exits)
        return;
    syscall_exited done{call.captured, outcome, call.left - call.entered, system_time_ - call.system_time, {}, call.tampered()};
    live_reader memory{thread_, session_->files};
    // The calls below may run functions of the host: custom decoders, and conditions of `matching` and `stop_after`.
    engine::direct_call const scope{owner_};
    decode::decode_exit(memory, session_->capture_of(*call.captured), *call.captured, done);
    if (!session_->wants(thread_, process_, done))
        return;
    done.stack = stack_at_exit(at, call, outcome);
    publish(std::move(done));
}

// How a signal is recorded, and how interceptors are asked about it.

call_coroutine traced_thread::trace_signal(tracee::stopped at, siginfo_t info)
{
    publish(signal_received{info, sender_of(info), ip(), stack_at_signal(at)});
    signo to_deliver{info.si_signo};
    if (!session_->is_detaching() && session_->intercepts(info)) {
        auto asked = ask_about(info);
        co_await asked;
        if (!after_signal(asked, to_deliver))
            co_return;
    }
    resume_or_detach(std::move(at), to_deliver);
}

traced_thread::question<signal_verdict> traced_thread::ask_about(siginfo_t const& info)
{
    auto const stop = intercept();
    stop->at.also = nullptr;
    return {*this, stop, ask_about_signal(interceptors(), stop, info)};
}

// Carries out the verdict that the interceptors gave about a signal. Sets `to_deliver` to the signal to deliver to the
// thread, or to `signo::none`. Returns false if the thread died before the interceptors answered.
bool traced_thread::after_signal(question<signal_verdict>& asked, signo& to_deliver)
{
    auto const decided = asked.answer();
    if (!decided)
        return false;
    if (auto const* other = std::get_if<deliver>(&*decided))
        to_deliver = other->signal;
    else if (!std::holds_alternative<proceed>(*decided))
        to_deliver = signo::none;
    if (std::holds_alternative<kill_target>(*decided))
        (void)session_->kill();
    return true;
}

}   // namespace cotrace::engine
