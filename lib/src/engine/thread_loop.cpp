// SPDX-License-Identifier: BSL-1.0
#include "engine/thread_loop.hpp"

#include "abi/sender.hpp"
#include "decode/decode.hpp"
#include "engine/counters.hpp"
#include "engine/engine.hpp"
#include "engine/live_reader.hpp"
#include "engine/session_state.hpp"
#include "sys/procfs.hpp"
#include "sys/seccomp.hpp"
#include "sys/spawn.hpp"
#include "tracee/call_kinds.hpp"
#include "tracee/registers.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::engine {

namespace {

constexpr origin origin_of(sys::call_that_made how) noexcept
{
    switch (how) {
    case sys::call_that_made::fork: return origin::fork;
    case sys::call_that_made::vfork: return origin::vfork;
    case sys::call_that_made::clone: break;
    }
    return origin::clone;
}

/// ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND and ERESTART_RESTARTBLOCK, which only a tracer sees.
constexpr bool restarts(syscall_outcome got) noexcept
{
    int const error = got.error();
    return error == 512 || error == 513 || error == 514 || error == 516;
}

thread_exited end_of(sys::wait_status const& status, std::optional<int> announced)
{
    using kind = sys::wait_status::kind;
    switch (status.what) {
    case kind::exited: return {status.code, false, false, true};
    case kind::killed: return {status.code, true, false, true};
    case kind::dumped: return {status.code, true, true, true};
    case kind::stopped:
    case kind::vanished: break;
    }
    if (!announced)
        return {0, false, false, false};
    if (WIFSIGNALED(*announced))
        return {WTERMSIG(*announced), true, WCOREDUMP(*announced) != 0, true};
    return {WEXITSTATUS(*announced), false, false, true};
}

// <linux/sched.h> and <sched.h> cannot both be included.
constexpr std::uint64_t clone_ptrace   = 0x00002000;   // CLONE_PTRACE
constexpr std::uint64_t clone_parent   = 0x00008000;   // CLONE_PARENT
constexpr std::uint64_t clone_thread   = 0x00010000;   // CLONE_THREAD
constexpr std::uint64_t clone_untraced = 0x00800000;   // CLONE_UNTRACED

/// Number of stops for which a thread is not placed after it read a file of proc(5): it may read more of them.
constexpr int stops_after_proc = 64;

// A placed thread's mask would outlive us.
bool is_placed(session_options const& options, bool launched) noexcept
{
    return !options.outlive_tracer && (options.placing == cpu_placement::always || (options.placing == cpu_placement::automatic && launched));
}

} // namespace

thread_loop::thread_loop(engine& owner, std::shared_ptr<session_state> session, tid thread, pid process)
    : owner_{&owner}, session_{std::move(session)}, thread_{thread}, process_{process}
    , placed_{is_placed(session_->options(), session_->launched())}
{
}

void thread_loop::inherit(thread_loop const& from) noexcept
{
    confined_ = from.confined_;
    if (placed_)
        owner_->places.inherit(seat_, thread_, from.seat_);
}

void thread_loop::begin(origin how, tid parent)
{
    silent_ = how == origin::launched;
    unmet_  = how == origin::attached;
    if (unmet_)   // it may be in the middle of one
        kind_ = tracee::call_kind::makes_thread;
    if (unmet_)
        session_->awaits_first_stop();
    if (silent_ && placed_)
        owner_->places.expect_stops(seat_);
    counted_ = &session_->counts.begin_thread(thread_);
    session_->joined(*this);
    session_->publish(thread_, thread_started{how, parent, command()});
    if (session_->killing())
        kill();
}

void thread_loop::on_status(sys::wait_status const& status)
{
    if (gone_)
        return;
    if (busy_ && work_ == job::room) {
        queued_.push_back(status);
        return;
    }
    if (busy_) {   // only death moves a stopped thread on
        stop_asking();
        if (work_ == job::exit)
            finish_call(outcome_);
        at_.reset();
        signal_.reset();
    }
    if (status.is_stop())
        counted_->stop(owner_->collected_at());
    if (session_->has_room())
        return answer(status);
    parked_ = status;
    start(job::room);
}

void thread_loop::answer(sys::wait_status const& status)
{
    bool const is_first = std::exchange(unmet_, false);
    if (is_first)
        session_->met();
    if (!status.is_stop())
        return on_end(status);
    if (placed_)
        owner_->places.stopped(seat_, owner_->collected_at());
    ++session_->counts.stops;
    system_now_ = status.system_time;
    at_.emplace(tracee::stopped_by_wait(thread_));
    auto const why = look(status);
    if (!why)
        return has_moved();
    if (is_first) {
        auto const* made = std::get_if<tracee::new_child>(&*why);
        find_unreported_children(made == nullptr ? tid{} : made->child);
    }
    std::visit([this](auto const& each) { on(each); }, *why);
}

// A thread may be attached in the middle of a clone(2) with CLONE_PTRACE, or call it before its first stop. The kernel
// then makes this tracer the child's, and reports the child only if the session follows and the call began after the
// attach (kernel_clone() and ptrace_init_task(), Linux 6.18). A child that is a sibling (CLONE_PARENT) is found only if
// the call was the last one.
void thread_loop::find_unreported_children(tid reported)
{
    auto made = sys::children_of_thread(thread_);
    if (auto const info = sys::current_syscall(thread_); info && info.value().interface) {
        auto const regs = tracee::registers::of(*at_, *info.value().interface);
        if (regs && tracee::kind_of(*info.value().interface, regs.value().number()) == tracee::call_kind::makes_thread
            && regs.value().returned() > 0)
            made.push_back(pid{sys::id_from(thread_, static_cast<std::int32_t>(regs.value().returned()))});
    }
    for (pid const each : made)
        if (leader(each) != reported)
            owner_->take_unreported(session_, leader(each), this);
}

std::optional<tracee::stop> thread_loop::look(sys::wait_status const& status)
{
    using tracee::question;
    int const code = status.code;
    switch (tracee::asks(code)) {
    case question::syscall_info:
        if (status.call)
            return tracee::decode(code, *status.call);
        if (auto const info = sys::current_syscall(thread_))
            return tracee::decode(code, info.value());
        return std::nullopt;
    case question::signal_info:
        if (auto const info = sys::signal_info(thread_))
            return tracee::decode(code, info.value());
        return std::nullopt;
    case question::event_message:
        // The PTRACE_EVENT_EXIT that it may be at has another message.
        if (auto const message = sys::event_message(thread_); message && is_at(code))
            return tracee::decode(code, message.value());
        kind_ = tracee::call_kind::makes_thread;   // a child that nobody told of is looked for at the end
        return std::nullopt;
    case question::nothing: break;
    }
    return tracee::decode(code, {});
}

// Whether that is the event for which the thread is stopped now: "si_code contains (event << 8) | SIGTRAP", ptrace(2).
bool thread_loop::is_at(int event) const
{
    auto const now = sys::signal_info(thread_);
    return now && now.value().si_code == event;
}

// System calls.

void thread_loop::on(tracee::syscall_entry const& why) { on_call(why.info); }

void thread_loop::on(tracee::reported_call const& why)
{
    if (why.info.report == sys::our_report) {
        if (in_call_)   // it stopped at the entry, too
            return go_on();
        return on_call(why.info);
    }
    // The subject's own filter asks for a tracer, which it does not have as far as
    // it knows: "the system call fails with the error ENOSYS", seccomp(2).
    confined_ = true;
    if (auto const done = refuse_call(why.info); !done)
        report(done.error(), "let a system call fail");
    if (in_call_)
        return go_on();
    on_call(why.info);
}

result<void> thread_loop::refuse_call(sys::syscall_info const& info)
{
    BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(*at_, info.interface.value_or(abi::arch::x86_64)));
    regs.skip_call();
    regs.set_return(-ENOSYS);
    return regs.store(*at_);
}

void thread_loop::on_call(sys::syscall_info const& info)
{
    if (!info.interface)   // a call of no interface that we know
        return go_on();
    interface_ = *info.interface;
    kind_ = tracee::kind_of(interface_, info.number, info.args[0]);
    // What a launched child does before its execve is ours, not the subject's.
    silent_ = silent_ && kind_ != tracee::call_kind::replaces_image;
    if (silent_)
        return go_on();
    in_call_ = true;
    if (kind_ == tracee::call_kind::replaces_image && thread_ != leader(process_))
        owner_->expect_exec(process_);
    begin_call(interface_, info.number, info.args, info.ip, info.sp);
    hide_placement(info);
    if (call_ && session_->queues_entries())
        session_->publish(thread_, syscall_entered{call_});
    if (intercepted_call())
        return start(job::entry);
    adjust_clone_flags();
    go_on();
}

void thread_loop::begin_call(abi::arch interface, std::uint64_t number, std::array<std::uint64_t, 6> const& args,
                             std::uint64_t ip, std::uint64_t sp)
{
    call_.reset();
    also_     = {};
    tampered_ = {};
    if (!session_->options().filter.wants(interface, number))
        return;
    call_    = session_->capture(thread_, interface, number, args, ip, sp);
    entered_ = std::chrono::steady_clock::now();
    system_entered_ = system_now_;
}

// Before a call that would see where we put the thread, or hand it down.
void thread_loop::hide_placement(sys::syscall_info const& info)
{
    makes_descriptor_ = tracee::makes_descriptor(interface_, info.number);
    if (kind_ == tracee::call_kind::makes_thread) {
        if (!makes_traced(info))
            owner_->places.give_back(seat_);
        return owner_->places.lend(seat_);
    }
    bool const reads = reads_proc(info);
    if (reads)
        owner_->places.give_back(seat_, stops_after_proc);
    if (!reads && kind_ != tracee::call_kind::about_cpus)
        return;
    owner_->places.give_all_back();
    if (!std::exchange(suspends_placement_, true))
        owner_->places.suspend();
}

// Whether who is made by the call is traced from birth, for all that is known before it.
bool thread_loop::makes_traced(sys::syscall_info const& info) const
{
    if (!session_->options().follow || session_->leaving() || intercepted_call())
        return false;
    auto const flags = clone_flags(info.number, info.args[0]);
    return flags && (*flags & clone_untraced) == 0;
}

// Whether the call may read a file of proc(5): /proc/TID/status has the affinity of a thread, the caller or another.
bool thread_loop::reads_proc(sys::syscall_info const& info)
{
    auto const fd = tracee::read_descriptor(interface_, info.number);
    return fd && (placed_ || owner_->places.any_taken())
        && owner_->places.may_be_of_proc(seat_, thread_, static_cast<int>(info.args[*fd]));
}

// After a call that may have made a descriptor. Where the kernel filters, reads from it may not stop, so that a thread
// that opened a file of proc(5) has its own CPUs from then on.
void thread_loop::note_descriptor(syscall_outcome got)
{
    owner_->places.descriptor_made();
    if (placed_ && session_->filters_in_kernel() && !got.failed
        && sys::may_be_of_proc(thread_, static_cast<int>(got.value)))
        owner_->places.give_back(seat_, stops_after_proc);
}

void thread_loop::end_suspension()
{
    if (std::exchange(suspends_placement_, false) && owner_ != nullptr)
        owner_->places.go_on();
}

void thread_loop::on(tracee::syscall_exit const& why)
{
    end_suspension();
    if (std::exchange(makes_descriptor_, false))
        note_descriptor({why.info.value, why.info.is_error});
    if (silent_ || (!in_call_ && !begin_call_at_exit(why.info)))
        return go_on();
    in_call_ = false;
    confined_ = confined_ || (kind_ == tracee::call_kind::confines && !why.info.is_error);
    kind_    = tracee::call_kind::ordinary;
    syscall_outcome got{why.info.value, why.info.is_error};
    if (std::exchange(makes_own_child_, false))
        note_own_child(got);
    if (forced_ || own_args_ || own_clone_flags_) {
        if (forced_)
            got = syscall_outcome::from(*forced_);
        if (auto const done = settle(got); !done)
            report(done.error(), "set the result of a system call");
    }
    if (session_->leaving() && restarts(got))   // the PTRACE_INTERRUPT of our detach; the call goes on
        return go_on();
    if (intercepted_call()) {
        outcome_ = got;
        return start(job::exit);
    }
    finish_call(got);
    go_on();
}

// Attached inside a call, or a restart of one that we did not see: the exit
// comes first. The registers still hold what the call was.
bool thread_loop::begin_call_at_exit(sys::syscall_info const& info)
{
    if (!info.interface)
        return false;
    auto const regs = tracee::registers::of(*at_, *info.interface);
    if (!regs)
        return false;
    auto const number = regs.value().number();
    interface_ = tracee::interface_of(*info.interface, number);
    owner_->places.descriptor_made();   // by any call, for all that is known
    begin_call(interface_, number, regs.value().arguments(), info.ip, info.sp);
    return true;
}

// A child made with CLONE_UNTRACED would inherit the seccomp program but have no
// tracer, so that its reported calls would fail with ENOSYS: it has to be traced.
//
// A child made with CLONE_PTRACE would get our thread as its tracer without an event,
// unless the session follows it, and would stay stopped. The flag has no effect on
// a program that is not traced.
//
// The flag is removed from the arguments that the kernel sees, whether the subject or
// an interceptor set it. The parent finds its own again when the call returns.
void thread_loop::adjust_clone_flags()
{
    if (kind_ != tracee::call_kind::makes_thread || session_->leaving())
        return;
    auto regs = tracee::registers::of(*at_, interface_);
    if (!regs)
        return;
    auto       args   = regs.value().arguments();
    auto const number = regs.value().number();
    auto const flags  = clone_flags(number, args[0]);
    if (!flags)
        return;
    bool const follows = session_->options().follow && (*flags & clone_untraced) == 0;
    makes_own_child_   = !follows && session_->launched() && (*flags & (clone_parent | clone_thread)) == clone_parent;
    auto const refused = session_->filters_in_kernel() ? clone_untraced : follows ? 0 : clone_ptrace;
    if ((*flags & refused) == 0)
        return;
    auto const adjusted = *flags & ~refused;
    if (remote_address const at{args[0]}; tracee::is_clone3(number)) {
        if (memory{thread_}.write(at, adjusted))
            own_clone_flags_ = {at, *flags};
        return;
    }
    if (!own_args_)
        own_args_ = args;
    args[0] = adjusted;
    regs.value().set_arguments(args);
    if (auto const done = regs.value().store(*at_); !done)
        report(done.error(), "change the flags of a clone");
}

// The sibling that a launched program makes with CLONE_PARENT is a child of this
// process, whose host knows nothing of it. So the tracer reaps it, traced or not.
void thread_loop::note_own_child(syscall_outcome got)
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

// Of fork(2), clone(2) or clone3(2); none where they cannot be read.
std::optional<std::uint64_t> thread_loop::clone_flags(std::uint64_t number, std::uint64_t first_argument) const
{
    if (tracee::is_clone3(number)) {
        auto const flags = memory{thread_}.read<std::uint64_t>(remote_address{first_argument});
        return flags ? std::optional{flags.value()} : std::nullopt;
    }
    return tracee::is_clone(interface_, number) ? first_argument : 0;
}

// At exit: what the subject is to find in its registers and memory.
result<void> thread_loop::settle(syscall_outcome outcome)
{
    if (auto const asked = std::exchange(own_clone_flags_, std::nullopt))
        (void)memory{thread_}.write(asked->first, asked->second);   // unmapped meanwhile: nobody misses it
    BOOST_OUTCOME_TRY(auto regs, tracee::registers::of(*at_, interface_));
    if (own_args_)
        regs.set_arguments(*own_args_);
    regs.set_return(outcome.value);
    forced_.reset();
    own_args_.reset();
    return regs.store(*at_);
}

// Whether somebody has to do with the exit of the call that it is in.
bool thread_loop::awaits_exit() const
{
    return kind_ != tracee::call_kind::ordinary || forced_ || own_args_ || own_clone_flags_ || suspends_placement_
        || (call_ && (session_->options().exits || intercepted_call()));
}

void thread_loop::finish_call(syscall_outcome outcome)
{
    if (!call_)
        return;
    if (!session_->options().exits)
        return call_.reset();
    syscall_exited done{call_, outcome, std::chrono::steady_clock::now() - entered_, system_now_ - system_entered_, {},
                        {tampered_.result, tampered_.arguments || also_.poked, also_.delayed}};
    live_reader    memory{thread_, session_->files};
    decode::decode_exit(memory, session_->capture_of(*call_), *call_, done);
    call_.reset();
    if (session_->wants(done))
        session_->publish(thread_, std::move(done));
}

bool thread_loop::intercepted_call() const
{
    return call_ && !session_->leaving() && !session_->killing() && session_->intercepts(*call_);
}

// Everything else.

// Where the stopped thread is.
std::uint64_t thread_loop::ip() const
{
    auto const info = sys::current_syscall(thread_);
    return info ? info.value().ip : 0;
}

void thread_loop::on(tracee::signal_delivery const& why)
{
    signo const sig{why.info.si_signo};
    if (silent_)
        return go_on(sig);
    session_->publish(thread_, signal_received{why.info, sender_of(why.info), ip()});
    auto const& all = session_->options().interceptors;
    if (!session_->leaving() &&
        std::any_of(all.begin(), all.end(), [&](auto const& each) { return each->wants(why.info); })) {
        signal_ = why.info;
        return start(job::signal);
    }
    go_on(sig);
}

std::string thread_loop::command() const
{
    return session_->options().capture.processes.command ? sys::command_of(raw(thread_)) : std::string{};
}

process_name thread_loop::sender_of(siginfo_t const& info) const
{
    process_name found;
    auto const& wanted = session_->options().capture.processes;
    if (auto const id = abi::sender_of(info); wanted.any() && id > 0)
        live_reader{thread_, session_->files}.describe(decode::process_key{id}, wanted, found);
    return found;
}

void thread_loop::on(tracee::group_stop const& why)
{
    session_->publish(thread_, group_stopped{why.signal, ip()});
    if (session_->leaving())
        return go_on();
    note_resume();
    auto const listens = std::move(*at_).listen();
    at_.reset();
    if (!listens)
        report(listens.error(), "PTRACE_LISTEN");
    owner_->watch(thread_);
}

void thread_loop::on(tracee::trap const&) { go_on(); }

void thread_loop::on(tracee::new_child const& why)
{
    kind_ = tracee::call_kind::ordinary;   // the child it might have left behind is known
    // CLONE_VFORK or another exit signal than SIGCHLD say nothing about CLONE_THREAD.
    bool const sibling = why.how != sys::call_that_made::fork && sys::is_thread_of(process_, why.child);
    owner_->take_child(session_, why.child, sibling ? process_ : pid{raw(why.child)}, origin_of(why.how), thread_, this);
    go_on();
}

void thread_loop::on(tracee::exec const& why)
{
    session_->publish(thread_, image_replaced{why.former, command()});
    bool const launched = session_->launching();
    session_->executed();
    if (session_->options().detach_at_exec && !launched)   // no other thread of its process is left
        return let_go(signo::none);
    go_on();
}

void thread_loop::on(tracee::exiting const& why)
{
    exit_status_ = why.status;
    if (kind_ == tracee::call_kind::makes_thread)
        owner_->find_orphans(session_, process_, /*strict=*/true, this);
    go_on();
}

// At its PTRACE_EVENT_EXIT the registers of a killed thread hold the result of its
// last call. That stop is missed only where a thread was killed at the entry of the call.
std::int64_t thread_loop::unreported_child() const
{
    if (!exit_status_ || !at_)
        return 0;
    auto const regs = tracee::registers::of(*at_, interface_);
    return regs ? regs.value().returned() : 0;
}

void thread_loop::on(tracee::other_event const&) { go_on(); }

bool thread_loop::await_leader() noexcept
{
    // Before its first stop it may be in any call.
    missing_ = missing_ || unmet_ || kind_ == tracee::call_kind::replaces_image;
    return missing_;
}

void thread_loop::on_end(sys::wait_status const& status)
{
    if (kind_ == tracee::call_kind::makes_thread)
        owner_->find_orphans(session_, process_, /*strict=*/false, this);
    if (status.what == sys::wait_status::kind::vanished && thread_ == leader(process_) && has_stranger()) {
        session_->publish(thread_, superseded{});
        return leave(leftover_kind::none);
    }
    auto const how = end_of(status, exit_status_);
    session_->note_end(thread_, how);
    session_->publish(thread_, how);
    leave(leftover_kind::none);
}

void thread_loop::end_missing() { on_end({thread_, sys::wait_status::kind::vanished, 0}); }

void thread_loop::take_over(tid leader_id)
{
    thread_  = leader_id;
    missing_ = false;
    owner_->places.rename(seat_, leader_id);
    counted_->rename(leader_id);
}

void thread_loop::be_superseded(tid by)
{
    if (kind_ == tracee::call_kind::makes_thread)
        owner_->find_orphans(session_, process_, /*strict=*/false, this);
    session_->publish(thread_, superseded{by});
    if (busy_)
        stop_asking();
    end_session_part();
}

// Resuming.

std::chrono::steady_clock::time_point thread_loop::note_resume()
{
    auto const now = std::chrono::steady_clock::now();
    session_->counts.stopped += counted_->resume(now);
    return now;
}

// It was killed meanwhile. It may be at its exit event by now: to resume it would be to swallow that.
void thread_loop::has_moved()
{
    at_.reset();
    if (queued_.empty())
        owner_->watch(thread_);
}

void thread_loop::go_on(signo sig)
{
    if (!queued_.empty()) {   // it was killed, and what came since is about another stop than `at_`
        at_.reset();
        return;
    }
    if (session_->leaving())
        return let_go(sig);
    auto const now  = note_resume();
    auto const how  = resume_mode();
    if (placed_)
        owner_->places.resumes(seat_, thread_, /*may_move=*/!in_call_ || kind_ == tracee::call_kind::ordinary, now);
    auto const sent = std::move(*at_).resume(how, sig);
    if (!sent) {
        report(sent.error(), "PTRACE_SYSCALL");
        if (sig != signo::none)   // EIO: no such signal
            (void)sys::resume(thread_, how, signo::none);
    }
    at_.reset();
    owner_->watch(thread_);
}

// A program in the kernel reports the entries that are wanted; it knows of no exits.
sys::resume_mode thread_loop::resume_mode()
{
    if (!session_->filters_in_kernel() || confined_)
        return sys::resume_mode::syscall;
    in_call_ = in_call_ && awaits_exit();
    if (in_call_)
        return sys::resume_mode::syscall;
    call_.reset();
    return sys::resume_mode::cont;
}

void thread_loop::report(error_code code, char const* operation)
{
    session_->publish(thread_, trace_failed{{code, operation, thread_, {}}});
}

void thread_loop::cut_short()
{
    if (!busy_)
        return;
    busy_ = false;
    ++turn_;
    if (auto const status = std::exchange(parked_, std::nullopt))
        answer(*status);
    else if (at_)
        go_on(signal_ ? signo{signal_->si_signo} : signo::none);
    catch_up();
}

} // namespace cotrace::engine
