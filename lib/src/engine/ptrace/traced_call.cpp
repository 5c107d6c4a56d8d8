// SPDX-License-Identifier: BSL-1.0
//
// Handles the system calls and signals of a traced thread. traced_thread.cpp handles the other stops.
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

/// The argument `stops` of `placement::restore` when a thread may read proc(5): the thread may soon read more such
/// files.
constexpr int stops_after_proc = 64;

constexpr std::string_view restart_name = "restart_syscall";

/// Whether the kernel may restart the call: ERESTARTSYS (512), ERESTARTNOINTR, ERESTARTNOHAND or ERESTART_RESTARTBLOCK
/// (516). Only a tracer sees these errors.
constexpr bool restarts(syscall_outcome got) noexcept
{
    int const error = got.error();
    return error == 512 || error == 513 || error == 514 || error == 516;
}

// Returns the name of the call that the next restart_syscall(2) continues, or an empty name. `before` is the result for
// the previous call.
std::string_view interrupted_after(call_in_progress const& call, syscall_outcome got, std::string_view before) noexcept
{
    if (got.error() != 516)   // ERESTART_RESTARTBLOCK
        return {};
    auto const name = uapi::name_of(call.interface(), call.number());
    return name == restart_name ? before : name;
}

}   // namespace

/// Keeps the engine from binding threads to a CPU while a traced thread is in a call that could show the bindings.
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

// `outcome` is given if the call was first seen at its exit. One variable `asked` for both questions saves room in the
// coroutine frame (GCC 12).
call_coroutine traced_thread::trace_call(tracee::stopped at, call_in_progress call, std::optional<syscall_outcome> outcome,
                                         progress& so_far)
{
    placement_suspension suspension{*this};
    std::optional<execve_scope> exec;
    if (call.kind() == tracee::call_kind::replaces_image)
        exec.emplace(*this);
    std::optional<question<verdict>> asked;
    auto clone = clone_consequence::none;
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
        clone = adjust_clone_flags(at, call);
        if (clone == clone_consequence::endless_wait) {
            detach_at_stop(std::move(at), to_deliver);
            co_return;
        }
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
    if (clone == clone_consequence::unfollowed_child)
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

// Returns the call that the thread enters or leaves. Returns nothing if the interface of the call is not known, or the
// registers cannot be read.
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

/// Resumes or detaches the thread at the entry of a call. Returns whether the thread's next stop may be the exit.
bool traced_thread::resume_from_entry(tracee::stopped at, call_in_progress& call, bool suspends_placement, signo to_deliver)
{
    bool const needs_exit = suspends_placement || call.needs_exit(session_->options().exits, is_intercepted(call))
                            || (session_->stacks && call.traits().changes_mappings) || session_->rings;
    auto const resumption = call_in_progress::resume_from_entry(session_->filters_in_kernel(), has_own_filter_, needs_exit);
    resume_or_detach(std::move(at), resumption.mode, to_deliver,
                     !resumption.exit_stops || call.kind() == tracee::call_kind::ordinary);
    return resumption.exit_stops && is_traced();
}

// Handles the next status within a call. At the exit, sets `outcome` and `at`. Returns whether the exit was found or
// can still come.
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

// Handles a stop within a call. Returns false, and does nothing, if such a stop does not occur within a call.
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

// Called if a seccomp filter of the traced program returned SECCOMP_RET_TRACE for another tracer. Without that tracer,
// the call fails with ENOSYS: seccomp(2).
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

// Restores the own masks of threads before a call that may show masks or make an untraced child, which inherits the
// mask.
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

// Whether the call may read a file of proc(5), such as /proc/TID/status, which shows a mask that must be hidden.
bool traced_thread::reads_proc(call_in_progress const& call)
{
    auto const fd = call.traits().read_descriptor;
    return fd && (may_be_bound_ || owner_->places.any_bound())
           && owner_->places.may_be_of_proc(assigned_cpu_, thread_, static_cast<int>(call.args()[*fd]));
}

// A read of a file of proc(5) can show the thread's affinity mask. If a seccomp program filters the calls, the read may cause no
// stop. So the thread's own mask is restored as soon as the thread has opened the file.
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

// Merges the interceptors' side effects into the call, and returns their verdict. Returns nothing if the thread died
// first.
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

// Carries out the verdict. `to_deliver` becomes the signal that the caller must deliver. Returns false if the thread
// died before the answer.
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
    // The kernel ignores a signal that is injected at a seccomp stop: ptrace(2).
    if (auto const done = send(std::exchange(to_deliver, signo::none), sys::receiver::thread); !done)
        report(done.error(), "send a signal");
    return true;
}

// Carries out the verdict at the exit. Returns false if the thread died before the answer.
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

// Handles the exit before interceptors are asked: restores what was changed for the call, and sets the result that an
// entry verdict decided.
//
// If a detach is under way and the kernel will restart the call, detaches the thread and returns false: the exit is not
// recorded.
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

// Carries out the verdict about a signal. `to_deliver` becomes the signal to deliver, or `signo::none`. Returns false
// if the thread died first.
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
