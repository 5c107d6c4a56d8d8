// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/traced_thread.hpp"

#include "engine/end_of.hpp"
#include "engine/ptrace/traced_thread_awaiters.hpp"
#include "engine/session/counters.hpp"
#include "engine/session/live_reader.hpp"
#include "sys/process.hpp"
#include "sys/procfs.hpp"
#include "tracee/registers.hpp"
#include "uapi/sender.hpp"

#include <algorithm>
#include <new>
#include <utility>

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

// Whether the engine may bind threads to a CPU. With `outlive_tracer`, threads would keep the changed mask if the
// tracer died.
bool is_placed(session_options const& options, bool launched) noexcept
{
    return !options.outlive_tracer
           && (options.placing == cpu_placement::always || (options.placing == cpu_placement::automatic && launched));
}

/// What the kernel says about a stop at the entry or the exit of a call; null at other stops.
sys::syscall_info const* call_info_of(tracee::stop const& why)
{
    if (auto const* entry = std::get_if<tracee::syscall_entry>(&why))
        return &entry->info;
    if (auto const* reported = std::get_if<tracee::reported_call>(&why))
        return &reported->info;
    auto const* exit = std::get_if<tracee::syscall_exit>(&why);
    return exit != nullptr ? &exit->info : nullptr;
}

/// The outcome of the call, if the stop is at the exit of the call. Returns nothing at the entry.
std::optional<syscall_outcome> exit_outcome(sys::syscall_info const& info)
{
    if (info.at != sys::syscall_info::position::exit)
        return std::nullopt;
    return syscall_outcome{info.value, info.is_error};
}

/// Whether the stop is at the entry of a call of this kind.
bool is_call_of(tracee::stop const& why, tracee::call_kind kind)
{
    auto const* at = call_info_of(why);
    return at != nullptr && at->at != sys::syscall_info::position::exit
           && at->interface && tracee::kind_of(tracee::traits_of(*at->interface, at->number), at->args[0]) == kind;
}

}   // namespace

traced_thread::traced_thread(engine& owner, std::shared_ptr<session_state> session, tid thread, pid process, unsigned generation)
    : owner_{&owner}
    , session_{std::move(session)}
    , thread_{thread}
    , process_{process}
    , generation_{generation}
    , may_be_bound_{is_placed(session_->options(), session_->launched())}
{
}

void traced_thread::inherit(traced_thread const& from) noexcept
{
    has_own_filter_ = from.has_own_filter_;
    if (may_be_bound_)
        owner_->places.inherit(assigned_cpu_, thread_, from.assigned_cpu_);
}

void traced_thread::begin(origin how, tid parent)
{
    if (how == origin::attached)   // the thread may be in a call that makes a child
        owner_->id_changes_of(thread_).has_unreported_child = true;
    if (how == origin::launched && may_be_bound_)
        owner_->places.expect_stops(assigned_cpu_);
    counted_ = &session_->counts.begin_thread(thread_);
    session_->joined(*this);
    publish(thread_started{how, parent, command()});
    if (session_->is_killing())
        kill();
    life_ = live(how);
    suspended_ = life_.first();
    resume();
}

// The coroutine that handles the wait statuses of a thread.

/// Exists from the attach of a thread to its first stop. The thread may be in an execve(2) meanwhile.
class traced_thread::before_first_stop {
public:
    explicit before_first_stop(traced_thread& self) noexcept
        : stop_{*self.session_}
        , exec_{self}
    {
    }

private:
    session_state::pending_first_stop stop_;
    execve_scope exec_;
};

thread_coroutine traced_thread::live(origin how)
{
    progress so_far;
    so_far.before_exec = how == origin::launched;
    std::optional<before_first_stop> first;
    if (how == origin::attached)
        first.emplace(*this);
    while (is_traced()) {
        co_await next_status();
        bool const is_first = first.has_value();
        first.reset();
        if (auto const part = on_next_status(is_first, so_far))
            co_await part;
    }
}

// The caller must await the result. This separate function keeps a status and a stop out of the coroutine frame of
// `live`.
call_coroutine traced_thread::on_next_status(bool is_first, progress& so_far)
{
    sys::wait_status place;
    auto const& status = take_status(place);
    if (!status.is_stop()) {
        on_end(status, so_far);
        return {};
    }
    auto const why = decode_stop(status);
    if (!why) {
        on_outdated_status();
        return {};
    }
    auto at = tracee::stopped_by_wait(thread_);
    if (is_first)
        find_unreported_children(at, *why);
    so_far.before_exec = so_far.before_exec && !is_call_of(*why, tracee::call_kind::replaces_image);
    if (so_far.before_exec) {
        answer(std::move(at), *why, so_far);
    } else if (auto const* info = call_info_of(*why)) {
        if (auto call = call_at(at, *info, so_far))
            return trace_call(std::move(at), std::move(*call), exit_outcome(*info), so_far);
        if (!info->interface && !std::exchange(so_far.has_unknown_interface, true))
            report(errc::unknown_interface, "PTRACE_GET_SYSCALL_INFO");
        resume_or_detach(std::move(at));
    } else if (auto const* signal = std::get_if<tracee::signal_delivery>(&*why)) {
        return trace_signal(std::move(at), signal->info);
    } else {
        answer(std::move(at), *why, so_far);
    }
    return {};
}

// Handles a stop about which no interceptor is asked.
void traced_thread::answer(tracee::stopped at, tracee::stop const& why, progress& so_far)
{
    if (auto const* signal = std::get_if<tracee::signal_delivery>(&why))
        return resume_or_detach(std::move(at), signo{signal->info.si_signo});
    if (auto const* stop = std::get_if<tracee::group_stop>(&why))
        return on_group_stop(std::move(at), *stop);
    if (auto const* made = std::get_if<tracee::new_child>(&why))
        on_new_child(*made);
    else if (auto const* exiting = std::get_if<tracee::exiting>(&why))
        on_exiting(at, *exiting, so_far);
    else if (auto const* replaced = std::get_if<tracee::exec>(&why); replaced != nullptr && !on_exec(*replaced))
        return detach_at_stop(std::move(at), signo::none);
    // The other kinds of stops need only a resume: calls before a launch's execve(2), traps, and unrequested events.
    resume_or_detach(std::move(at));
}

// Waiting for wait statuses, for room in the record queue and for host code.

// Resumes the coroutine with the status, or puts the status into `inbox_`. The caller keeps this object alive, because
// the coroutine may end the tracing.
void traced_thread::on_status(sys::wait_status const& status)
{
    if (!is_traced())
        return;
    if (status.is_stop()) {
        counted_->stop(owner_->collected_at());
        ++session_->counts.stops;
        if (may_be_bound_)
            owner_->places.stopped(assigned_cpu_, owner_->collected_at());
    }
    if (awaits_host_) {
        inbox_.push_back(status);
        return end_host_wait(given_up::thread_died);
    }
    if (suspended_ && inbox_.empty() && session_->has_room()) {
        arriving_ = &status;
        resume();
    } else {
        inbox_.push_back(status);
    }
    drain_inbox();
}

void traced_thread::drain_inbox()
{
    while (is_traced() && suspended_ && !awaits_host_ && !inbox_.empty()) {
        if (!session_->has_room())
            return await_room();
        resume();
    }
}

void traced_thread::await_room()
{
    session_->await_room([self = weak_from_this()](error_code) {
        if (auto const alive = self.lock())
            alive->on_room();
    });
}

void traced_thread::on_room()
{
    if (owner_ == nullptr || owner_->is_copy())
        return;
    auto* const owner = owner_;
    drain_inbox();
    owner->wake();
}

void traced_thread::resume()
{
    std::exchange(suspended_, {}).resume();
    if (life_.done() && is_traced())
        fail(life_.broken());
}

// Returns the new status, or moves the first status of `inbox_` to `place` and returns `place`.
sys::wait_status const& traced_thread::take_status(sys::wait_status& place)
{
    if (arriving_ != nullptr)
        return *std::exchange(arriving_, nullptr);
    place = inbox_.front();
    inbox_.erase(inbox_.begin());
    if (inbox_.empty())
        inbox_.shrink_to_fit();
    return place;
}

void traced_thread::requeue_status(sys::wait_status const& status) { inbox_.insert(inbox_.begin(), status); }

void traced_thread::host_done()
{
    if (owner_ == nullptr || owner_->is_copy())
        return;
    auto* const owner = owner_;
    awaits_host_.reset();
    resume();
    drain_inbox();
    owner->wake();
}

void traced_thread::end_host_wait(given_up why)
{
    auto const keeps_itself = shared_from_this();
    auto* const owner = owner_;
    std::exchange(awaits_host_, nullptr)->give_up(why);
    resume();
    drain_inbox();
    owner->wake();
}

// Detaches the thread, because an exception, usually std::bad_alloc, has left the coroutine.
void traced_thread::fail(std::exception_ptr const& why)
{
    failure reason{errc::interceptor_failed, {}, thread_, {}};
    try {
        std::rethrow_exception(why);
    } catch (std::bad_alloc const&) {
        reason.code = make_error_code(boost::system::errc::not_enough_memory);
        reason.operation = "trace";
    } catch (...) {
        reason.operation = exception_text();
    }
    publish(trace_failed{std::move(reason)});
    (void)sys::detach(thread_, signo::none);
    leave(leftover_kind::none);
}

// Handling of stops, and of the end of the thread.

std::uint64_t traced_thread::ip() const
{
    auto const info = sys::current_syscall(thread_);
    return info ? info.value().ip : 0;
}

std::string traced_thread::command() const
{
    return session_->options().capture.processes.command ? sys::command_of(raw(thread_)) : std::string{};
}

process_name traced_thread::sender_of(siginfo_t const& info) const
{
    process_name found;
    auto const& wanted = session_->options().capture.processes;
    if (auto const id = uapi::sender_of(info); wanted.any() && id > 0)
        live_reader{thread_, session_->files}.describe(decode::process_key{id}, wanted, found);
    return found;
}

void traced_thread::on_group_stop(tracee::stopped at, tracee::group_stop const& why)
{
    publish(group_stopped{why.signal, ip()});
    if (session_->is_detaching())
        return resume_or_detach(std::move(at));
    session_->counts.stopped += counted_->resume(std::chrono::steady_clock::now());
    auto const listens = std::move(at).listen();
    if (!listens)
        report(listens.error(), "PTRACE_LISTEN");
    owner_->watch(thread_);
}

void traced_thread::on_new_child(tracee::new_child const& why)
{
    owner_->id_changes_of(thread_).has_unreported_child = false;
    // The event does not show whether the child is a thread: CLONE_THREAD has no influence on the kind of the event
    // (kernel_clone(), Linux 6.18).
    bool const sibling = sys::is_thread_of(process_, why.child);
    owner_->take_child(session_, why.child, sibling ? process_ : pid{raw(why.child)}, origin_of(why.how), thread_, this);
}

bool traced_thread::on_exec(tracee::exec const& why)
{
    if (session_->stacks)
        session_->stacks->forget(process_);
    publish(image_replaced{why.former, command()});
    bool const launched = session_->launching();
    session_->executed();
    // A process has only one thread after its execve(2), so to detach this thread is to detach the process.
    return launched || !session_->options().detach_at_exec;
}

void traced_thread::on_exiting(tracee::stopped const& at, tracee::exiting const& why, progress& so_far)
{
    so_far.announced_end = why.status;
    if (owner_->id_changes_of(thread_).has_unreported_child)
        owner_->find_unreported_threads(session_, process_, /*strict=*/true, this, &at);
}

void traced_thread::on_end(sys::wait_status const& status, progress const& so_far)
{
    if (owner_->id_changes_of(thread_).has_unreported_child)
        owner_->find_unreported_threads(session_, process_, /*strict=*/false, this);
    if (status.what == sys::wait_status::kind::vanished && thread_ == leader(process_) && is_id_reused()) {
        publish(superseded{});
        return leave(leftover_kind::none);
    }
    auto how = end_of(status);
    if (!how.known && so_far.announced_end)
        how = end_of(*so_far.announced_end);
    session_->note_end(thread_, how);
    publish(how);
    leave(leftover_kind::none);
}

void traced_thread::take_over(tid leader_id)
{
    thread_ = leader_id;
    // A status `vanished` in the inbox is about the former id of the thread. The thread itself has not ended.
    std::erase_if(inbox_, [](auto const& each) { return each.what == sys::wait_status::kind::vanished; });
    owner_->places.rename(assigned_cpu_, leader_id);
    counted_->rename(leader_id);
}

void traced_thread::be_superseded(tid by, id_changes changes)
{
    if (changes.has_unreported_child)
        owner_->find_unreported_threads(session_, process_, /*strict=*/false, this);
    publish(superseded{by});
    if (awaits_host_)
        std::exchange(awaits_host_, nullptr)->give_up(given_up::thread_died);
    inbox_.clear();
    suspended_ = {};
    end_session_part();
    life_ = {};
}

// If `call` added a seccomp filter, notes that the thread, or the whole process, has its own filter.
void traced_thread::note_own_filter(call_in_progress const& call, syscall_outcome const& outcome)
{
    if (call.kind() != tracee::call_kind::adds_filter || outcome.failed)
        return;
    set_own_filter();
    if (tracee::filters_all_threads(call.traits(), call.args()[0], call.args()[1]))
        owner_->set_own_filter(process_);
}

// How the thread is resumed or detached after a stop.

void traced_thread::resume_or_detach(tracee::stopped at, signo sig)
{
    bool const filtered = session_->filters_in_kernel() && !has_own_filter_;
    resume_or_detach(std::move(at), filtered ? sys::resume_mode::cont : sys::resume_mode::syscall, sig, /*may_move=*/true);
}

void traced_thread::resume_or_detach(tracee::stopped at, sys::resume_mode how, signo sig, bool may_move)
{
    if (!inbox_.empty())   // the thread was killed, and the status in the inbox is later than that of the stop `at`
        return;
    if (session_->is_detaching())
        return detach_at_stop(std::move(at), sig);
    auto const now = std::chrono::steady_clock::now();
    session_->counts.stopped += counted_->resume(now);
    if (may_be_bound_)
        owner_->places.resumes(assigned_cpu_, thread_, may_move, now);
    auto const sent = std::move(at).resume(how, sig);
    if (!sent) {
        report(sent.error(), how == sys::resume_mode::syscall ? "PTRACE_SYSCALL" : "PTRACE_CONT");
        if (sig != signo::none)   // perhaps the error was EIO, because there is no signal with the number `sig`
            (void)sys::resume(thread_, how, signo::none);
    }
    owner_->watch(thread_);
}

void traced_thread::report(error_code code, std::string operation)
{
    publish(trace_failed{{code, std::move(operation), thread_, {}}});
}

}   // namespace cotrace::engine
