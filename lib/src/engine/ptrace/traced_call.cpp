// SPDX-License-Identifier: BSL-1.0
//
// A system call of a traced thread, from its entry to its exit, and the delivery of
// a signal: the parts of a thread's life in which interceptors may be asked. The
// rest of the life is in traced_thread.cpp.
#include "decode/decode.hpp"
#include "engine/session/live_reader.hpp"
#include "engine/ptrace/traced_thread_awaiters.hpp"
#include "sys/process.hpp"
#include "sys/procfs.hpp"
#include "sys/seccomp.hpp"
#include "tracee/registers.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace cotrace::engine {

namespace {

// <linux/sched.h> and <sched.h> cannot both be included.
constexpr std::uint64_t clone_ptrace   = 0x00002000;   // CLONE_PTRACE
constexpr std::uint64_t clone_parent   = 0x00008000;   // CLONE_PARENT
constexpr std::uint64_t clone_thread   = 0x00010000;   // CLONE_THREAD
constexpr std::uint64_t clone_untraced = 0x00800000;   // CLONE_UNTRACED

/// A thread that read a file of proc(5) is not bound to a CPU for this many stops, because it may read more such files.
constexpr int stops_after_proc = 64;

/// Whether the kernel will restart the call: its error is ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND or
/// ERESTART_RESTARTBLOCK. Only a tracer sees these errors.
constexpr bool restarts(syscall_outcome got) noexcept
{
    int const error = got.error();
    return error == 512 || error == 513 || error == 514 || error == 516;
}

/// Marks an interception as over at the end of the scope in which the coroutine awaits its answer.
struct open_interception {
    std::shared_ptr<interception> of;
    ~open_interception() { of->over = true; }
};

} // namespace

/// No thread is bound to a CPU while a traced thread is in a call that reads or sets an affinity mask, or that may read a
/// file of proc(5).
class traced_thread::placement_suspension {
public:
    explicit placement_suspension(traced_thread& self) noexcept : self_{self} {}
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

call_coroutine traced_thread::trace_call(sys::syscall_info at)
{
    auto call = call_at(at);
    if (!call) {   // the interface of the call is not known
        go_on();
        co_return;
    }
    placement_suspension suspension{*this};
    std::optional<id_at_risk> exec;
    if (call->kind() == tracee::call_kind::replaces_image)
        exec.emplace(*this);
    bool makes_own_child = false;
    if (at.at != sys::syscall_info::position::exit) {
        enter(*call, suspension);
        signo sent = signo::none;
        if (is_intercepted(*call)) {
            open_interception const stop{intercept()};
            auto question = ask_about_entry(interceptors(), stop.of, call->recorded);
            auto const decided = co_await unless_dead(std::move(question));
            if (!note_answer(*stop.of, *call, decided.has_value()))
                co_return;
            sent = after_entry(*call, *decided);
        }
        makes_own_child = adjust_clone_flags(*call);
        bool const exit_stops = resume_from_entry(*call, suspension.is_active(), sent);
        auto where = in_call::running;
        while (exit_stops && where == in_call::running) {
            auto const status = co_await next_status();
            where = on_status_within(status, at);
        }
        if (where != in_call::at_exit)
            co_return;
    }
    suspension.end();
    if (makes_own_child)
        note_own_child({at.value, at.is_error});
    auto outcome = exit_of(*call, at);
    if (!outcome)
        co_return;
    if (is_intercepted(*call)) {
        open_interception const stop{intercept()};
        auto question = ask_about_exit(interceptors(), stop.of, call->recorded, *outcome);
        auto const decided = co_await unless_dead(std::move(question));
        if (!note_answer(*stop.of, *call, decided.has_value())) {
            finish(*call, *outcome);
            co_return;
        }
        after_exit(*call, *decided, *outcome);
    }
    finish(*call, *outcome);
    go_on();
}

// The call at which the thread is stopped. The first stop of a call is its exit if the
// call was under way when the thread was attached, and after some restarts. The
// registers then still hold the number and the arguments.
std::optional<call_in_progress> traced_thread::call_at(sys::syscall_info const& at)
{
    if (at.at == sys::syscall_info::position::seccomp && at.report != sys::our_report)
        fail_with_enosys(at);
    if (!at.interface)
        return std::nullopt;
    auto number = at.number;
    auto args = at.args;
    auto interface = *at.interface;
    if (at.at == sys::syscall_info::position::exit) {
        auto const regs = tracee::registers::of(*at_, interface);
        if (!regs)
            return std::nullopt;
        number = regs.value().number();
        args = regs.value().arguments();
        interface = tracee::interface_of(interface, number);
        owner_->places.descriptor_made();   // the call may have made one
    }
    call_in_progress call{interface, number, args, tracee::kind_of(interface, number, args[0])};
    if (session_->options().filter.wants(interface, number)) {
        call.recorded = session_->capture(thread_, interface, number, args, at.ip, at.sp);
        call.entered = std::chrono::steady_clock::now();
        call.system_time = system_time_;
    }
    return call;
}

void traced_thread::enter(call_in_progress& call, placement_suspension& suspension)
{
    unreported_child_ = call.kind() == tracee::call_kind::makes_thread;
    if (call.kind() == tracee::call_kind::replaces_image && thread_ != leader(process_))
        owner_->expect_exec(process_);
    hide_placement(call, suspension);
    if (call.recorded && session_->queues_entries())
        publish(syscall_entered{call.recorded});
}

/// Resumes the thread at a call's entry. True where its next stop may be the exit of the call.
bool traced_thread::resume_from_entry(call_in_progress& call, bool suspends_placement, signo sent)
{
    bool const needs_exit = suspends_placement || call.needs_exit(session_->options().exits, is_intercepted(call));
    auto const how = call_in_progress::resume_from_entry(session_->filters_in_kernel(), confined_, needs_exit);
    go_on(how.how, sent, !how.exit_stops || call.kind() == tracee::call_kind::ordinary);
    return how.exit_stops && is_traced();
}

// Handles a status that comes after the call's entry. At the exit, `exit` gets what the kernel says about the call.
traced_thread::in_call traced_thread::on_status_within(sys::wait_status const& status, sys::syscall_info& exit)
{
    auto const why = status.is_stop() ? look(status) : std::nullopt;
    if (status.is_stop() && !why) {
        on_outdated_status();
        return in_call::left;
    }
    if (auto const* end = why ? std::get_if<tracee::syscall_exit>(&*why) : nullptr) {
        exit = end->info;
        return in_call::at_exit;
    }
    if (!why || !answer_within(*why)) {
        give_back(status);
        return in_call::left;
    }
    return is_traced() ? in_call::running : in_call::left;
}

// False for a stop that does not belong to a call.
bool traced_thread::answer_within(tracee::stop const& why)
{
    if (auto const* reported = std::get_if<tracee::reported_call>(&why)) {
        if (reported->info.report != sys::our_report)
            fail_with_enosys(reported->info);
    } else if (auto const* made = std::get_if<tracee::new_child>(&why)) {
        on_new_child(*made);
    } else if (auto const* replaced = std::get_if<tracee::exec>(&why)) {
        if (!on_exec(*replaced)) {
            let_go(signo::none);
            return true;
        }
    } else if (!std::holds_alternative<tracee::other_event>(why)) {
        return false;
    }
    go_on(sys::resume_mode::syscall, signo::none, /*may_move=*/false);
    return true;
}

// The subject's own seccomp program returned SECCOMP_RET_TRACE. Without a tracer, the
// kernel does not run such a call and sets errno to ENOSYS, see seccomp(2). The call must
// fail in that way here too, because this tracer is not the one that the program expects.
void traced_thread::fail_with_enosys(sys::syscall_info const& info)
{
    confined_ = true;
    auto const done = [&]() -> result<void> {
        BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(*at_, info.interface.value_or(abi::arch::x86_64)));
        regs.skip_call();
        regs.set_return(-ENOSYS);
        return regs.store(*at_);
    }();
    if (!done)
        report(done.error(), "let a system call fail");
}

// Children.

// If the kernel filters calls, CLONE_UNTRACED is removed: an untraced child would inherit
// the seccomp program, and calls for which the program returns SECCOMP_RET_TRACE would
// fail with ENOSYS.
//
// Otherwise, if the session does not follow the child, CLONE_PTRACE is removed: the child
// would get the tracer's thread as its tracer without an event, and would stay stopped.
// In an untraced program, the flag has no effect.
//
// The flag is removed from the arguments that the kernel sees, whether the subject or
// an interceptor set it. The parent finds its own arguments again when the call returns.
//
// Returns whether the call makes a child of the tracer's process (CLONE_PARENT) that the session does not follow.
bool traced_thread::adjust_clone_flags(call_in_progress& call)
{
    if (call.kind() != tracee::call_kind::makes_thread || session_->leaving())
        return false;
    auto const regs = tracee::registers::of(*at_, call.interface());
    if (!regs)
        return false;
    auto const args   = regs.value().arguments();
    auto const number = regs.value().number();
    auto const flags  = clone_flags(call.interface(), number, args[0]);
    if (!flags)
        return false;
    bool const follows = session_->options().follow && (*flags & clone_untraced) == 0;
    bool const is_ours = !follows && session_->launched() && (*flags & (clone_parent | clone_thread)) == clone_parent;
    auto const refused = session_->filters_in_kernel() ? clone_untraced : follows ? 0 : clone_ptrace;
    if ((*flags & refused) == 0)
        return is_ours;
    if (remote_address const at{args[0]}; tracee::is_clone3(number)) {
        if (memory{thread_}.write(at, *flags & ~refused))
            call.note_cleared_flags(at, *flags);
    } else if (auto const done = store(call, call.clear_clone_flags(args, refused)); !done) {
        report(done.error(), "change the flags of a clone");
    }
    return is_ours;
}

// A child that a launched program makes with CLONE_PARENT is a child of the tracer's process. The
// host does not know of that child, so the tracer reaps it, even if it is not traced.
void traced_thread::note_own_child(syscall_outcome got)
{
    if (got.failed || got.value <= 0)
        return;
    auto const id      = static_cast<std::int32_t>(got.value);
    auto const outside = sys::id_outside(thread_, id, sys::id_kind::group);
    pid const  child{outside != 0 ? outside : id};
    if (auto const about = sys::status_of(leader(child));
        about && about->group == child && about->parent == pid{::getpid()} && about->tracer != tid{::gettid()})
        owner_->reap_later(leader(child));
}

// The flags of clone(2) or clone3(2), 0 for fork(2) and vfork(2), nothing if the flags cannot be read.
std::optional<std::uint64_t> traced_thread::clone_flags(abi::arch interface, std::uint64_t number,
                                                        std::uint64_t first_argument) const
{
    if (tracee::is_clone3(number)) {
        auto const flags = memory{thread_}.read<std::uint64_t>(remote_address{first_argument});
        return flags ? std::optional{flags.value()} : std::nullopt;
    }
    return tracee::is_clone(interface, number) ? first_argument : 0;
}

// Whether the thread or process that the call makes is traced from its start, as far as that is known at the entry.
bool traced_thread::makes_traced_child(call_in_progress const& call) const
{
    if (!session_->options().follow || session_->leaving() || is_intercepted(call))
        return false;
    auto const flags = clone_flags(call.interface(), call.number(), call.args()[0]);
    return flags && (*flags & clone_untraced) == 0;
}

// Restores affinity masks before a call that would reveal them or pass them on to an untraced child.
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

// Whether the call may read a file of proc(5): /proc/TID/status shows the affinity mask of any thread.
bool traced_thread::reads_proc(call_in_progress const& call)
{
    auto const fd = tracee::read_descriptor(call.interface(), call.number());
    return fd && (placed_ || owner_->places.any_bound())
        && owner_->places.may_be_of_proc(assigned_cpu_, thread_, static_cast<int>(call.args()[*fd]));
}

// Called after a call that may have made a descriptor. If the kernel filters calls, reads from the descriptor may cause no
// stop. So the thread's own affinity mask is restored at once if the descriptor may be a file of proc(5).
void traced_thread::note_descriptor(sys::syscall_info const& exit)
{
    owner_->places.descriptor_made();
    if (placed_ && session_->filters_in_kernel() && !exit.is_error
        && sys::may_be_of_proc(thread_, static_cast<int>(exit.value)))
        owner_->places.restore(assigned_cpu_, stops_after_proc);
}

// Interceptors.

bool traced_thread::is_intercepted(call_in_progress const& call) const
{
    return call.recorded && !session_->leaving() && !session_->killing() && session_->intercepts(*call.recorded);
}

std::shared_ptr<interceptor_list const> traced_thread::interceptors() const
{
    return {session_, &session_->options().interceptors};
}

// Describes the present stop for the interceptors.
std::shared_ptr<interception> traced_thread::intercept()
{
    auto stop = std::make_shared<interception>(thread_, memory{thread_}, session_reference{session_});
    stop->failed = [this](std::string why) {   // called only while this thread waits for the answer
        own_thread::turn const here{*session_->thread()};
        if (!session_->leaving() && !session_->killing())
            publish(trace_failed{{errc::interceptor_failed, std::move(why), thread_, {}}});
    };
    return stop;
}

// Merges the side effects of the interceptors into the call. False if the thread died before they answered.
bool traced_thread::note_answer(interception& stop, call_in_progress& call, bool alive)
{
    if (!alive) {
        at_.reset();
        return false;
    }
    call.merge(stop.also);
    if (stop.also.failed)
        report(stop.also.failed, "intercept a system call");
    return true;
}

/// Carries out a verdict at a call's entry. Returns the signal to resume with.
signo traced_thread::after_entry(call_in_progress& call, verdict const& decided)
{
    if (std::holds_alternative<kill_target>(decided))
        (void)session_->kill();
    if (auto const done = store(call, call.decide_entry(decided)); !done)
        report(done.error(), "change a system call");
    auto const wanted = call.take_signal();
    if (wanted == signo::none || !session_->filters_in_kernel() || confined_)
        return wanted;
    // The kernel ignores a signal injected at a seccomp stop: ptrace(2).
    if (auto const sent = send(wanted, sys::receiver::thread); !sent)
        report(sent.error(), "send a signal");
    return signo::none;
}

void traced_thread::after_exit(call_in_progress& call, verdict const& decided, syscall_outcome& outcome)
{
    auto const before = outcome;
    if (std::holds_alternative<kill_target>(decided))
        (void)session_->kill();
    if (auto const done = store(call, call.decide_exit(decided, outcome)); !done) {
        report(done.error(), "set the result of a system call");
        outcome = before;
    }
}

result<void> traced_thread::store(call_in_progress const& call, register_changes const& changes)
{
    if (!changes.any())
        return outcome::success();
    BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(*at_, call.interface()));
    if (changes.args)
        regs.set_arguments(*changes.args);
    if (changes.number)
        regs.set_number(*changes.number);
    if (changes.skip)
        regs.skip_call();
    if (changes.result)
        regs.set_return(*changes.result);
    return regs.store(*at_);
}

// The exit.

// Restores what was changed for the call, and returns the outcome of the call. Returns
// nothing if the session detaches its threads and the kernel will restart the call: then
// PTRACE_INTERRUPT ended the call early, and the thread is detached here.
std::optional<syscall_outcome> traced_thread::exit_of(call_in_progress& call, sys::syscall_info const& at)
{
    if (tracee::makes_descriptor(call.interface(), call.number()))
        note_descriptor(at);
    unreported_child_ = false;
    confined_ = confined_ || (call.kind() == tracee::call_kind::confines && !at.is_error);
    syscall_outcome outcome{at.value, at.is_error};
    if (session_->leaving() && restarts(outcome)) {
        go_on();
        return std::nullopt;
    }
    if (auto const cleared = call.take_cleared_flags())
        (void)memory{thread_}.write(cleared->first, cleared->second);   // fails if the memory was unmapped, which does not matter
    if (auto const done = store(call, call.settle(outcome)); !done)
        report(done.error(), "set the result of a system call");
    return outcome;
}

void traced_thread::finish(call_in_progress& call, syscall_outcome outcome)
{
    if (!call.recorded || !session_->options().exits)
        return;
    syscall_exited done{call.recorded, outcome, std::chrono::steady_clock::now() - call.entered,
                        system_time_ - call.system_time, {}, call.tampered()};
    live_reader memory{thread_, session_->files};
    decode::decode_exit(memory, session_->capture_of(*call.recorded), *call.recorded, done);
    if (session_->wants(done))
        publish(std::move(done));
}

// Signals.

call_coroutine traced_thread::trace_signal(siginfo_t info)
{
    publish(signal_received{info, sender_of(info), ip()});
    signo sent{info.si_signo};
    auto const& all = session_->options().interceptors;
    if (!session_->leaving() && std::ranges::any_of(all, [&](auto const& each) { return each->wants(info); })) {
        open_interception const stop{intercept()};
        stop.of->at.also = nullptr;
        auto question = ask_about_signal(interceptors(), stop.of, info);
        auto const decided = co_await unless_dead(std::move(question));
        if (!decided) {
            at_.reset();
            co_return;
        }
        if (auto const* other = std::get_if<deliver>(&*decided))
            sent = other->signal;
        else if (!std::holds_alternative<proceed>(*decided))
            sent = signo::none;
        if (std::holds_alternative<kill_target>(*decided))
            (void)session_->kill();
    }
    go_on(sent);
}

} // namespace cotrace::engine
