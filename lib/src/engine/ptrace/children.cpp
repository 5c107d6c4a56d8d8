// SPDX-License-Identifier: BSL-1.0
//
// The threads and processes that a traced thread makes: clone flags, and children that no ptrace event reports.
#include "engine/ptrace/traced_thread_awaiters.hpp"
#include "sys/process.hpp"
#include "sys/procfs.hpp"
#include "tracee/registers.hpp"

#include <unistd.h>

namespace cotrace::engine {

namespace {

// The flags of <linux/sched.h> are repeated here, because that header cannot be included together with <sched.h>.
constexpr std::uint64_t clone_ptrace = 0x00002000;
constexpr std::uint64_t clone_vfork = 0x00004000;
constexpr std::uint64_t clone_parent = 0x00008000;
constexpr std::uint64_t clone_thread = 0x00010000;
constexpr std::uint64_t clone_untraced = 0x00800000;

}   // namespace

// Removes a flag of clone(2) or clone3(2) that would make the child fail or hang. The arguments are restored when the
// call returns.
//
// If a seccomp program filters calls, the flag is CLONE_UNTRACED: an untraced child would inherit the program, and
// reported calls would fail with ENOSYS.
//
// Otherwise, if the child is not followed, the flag is CLONE_PTRACE: the kernel would attach the child to the tracer
// without an event.
traced_thread::clone_consequence traced_thread::adjust_clone_flags(tracee::stopped const& at, call_in_progress& call)
{
    using enum clone_consequence;
    if (call.kind() != tracee::call_kind::makes_thread || session_->is_detaching())
        return none;
    auto const regs = tracee::registers::of(at, call.interface());
    if (!regs)
        return none;
    auto const args = regs.value().arguments();
    auto const number = regs.value().number();
    auto const flags = clone_flags(call.interface(), number, args[0]);
    if (!flags)
        return none;
    bool const follows = follows_child(*flags);
    bool const is_ours = !follows && session_->launched() && (*flags & (clone_parent | clone_thread)) == clone_parent;
    auto const refused = session_->filters_in_kernel() ? clone_untraced : follows ? 0 : clone_ptrace;
    auto const otherwise = is_ours ? unfollowed_child : none;
    if ((*flags & refused) == 0)
        return otherwise;
    bool const is_clone3 = tracee::traits_of(call.interface(), number).is_clone3;
    remote_address const place{args[0]};
    auto const done =
        is_clone3 ? memory{thread_}.write(place, *flags & ~refused) : store(at, call, call.clear_clone_flags(args, refused));
    if (done && is_clone3)
        call.note_cleared_flags(place, *flags);
    if (done)
        return otherwise;
    if (refused == clone_ptrace && (*flags & clone_vfork) == 0)
        return unfollowed_child;   // `note_unfollowed_child` detaches the child
    report(done.error(), "change the flags of a clone");
    return refused == clone_ptrace ? endless_wait : otherwise;
}

// Looks at a child that the session does not follow. Detaches a child that CLONE_PTRACE attached; reaps a child of the
// tracer's process (CLONE_PARENT).
void traced_thread::note_unfollowed_child(syscall_outcome got)
{
    if (got.failed || got.value <= 0)
        return;
    auto const id = static_cast<std::int32_t>(got.value);
    owner_->detach_unfollowed(*session_, tid{sys::id_from(thread_, id)});
    auto const outside = sys::id_outside(thread_, id, sys::id_kind::group);
    pid const child{outside != 0 ? outside : id};
    if (auto const about = sys::status_of(leader(child));
        about && about->group == child && about->parent == pid{::getpid()} && about->tracer != tid{::gettid()})
        owner_->reap_later(leader(child));
}

// Returns 0 for fork(2) and vfork(2), and nothing if the flags cannot be read.
std::optional<std::uint64_t> traced_thread::clone_flags(uapi::arch interface, std::uint64_t number,
                                                        std::uint64_t first_argument) const
{
    auto const& traits = tracee::traits_of(interface, number);
    if (traits.is_clone3) {
        auto const flags = memory{thread_}.read<std::uint64_t>(remote_address{first_argument});
        return flags ? std::optional{flags.value()} : std::nullopt;
    }
    return traits.is_clone ? first_argument : 0;
}

// Whether it is certain at the entry of the call that the new child will be traced from its start.
bool traced_thread::makes_traced_child(call_in_progress const& call) const
{
    if (session_->is_detaching() || is_intercepted(call))
        return false;
    auto const flags = clone_flags(call.interface(), call.number(), call.args()[0]);
    return flags && follows_child(*flags);
}

// Whether the session follows a child made with these clone(2) flags, which are 0 for fork(2) and vfork(2).
bool traced_thread::follows_child(std::uint64_t clone_flags) const
{
    auto const& options = session_->options();
    bool const is_near =
        (clone_flags & clone_thread) != 0 || !options.most_generations || generation_ < *options.most_generations;
    return options.follow && is_near && (clone_flags & clone_untraced) == 0;
}

// How children that no ptrace event reports are found.

// At the PTRACE_EVENT_EXIT stop of a killed thread, the registers hold the result of the thread's last call.
std::int64_t traced_thread::last_result(tracee::stopped const& at_exit) const
{
    auto const regs = registers_at(at_exit);
    return regs ? regs->returned() : 0;
}

// Takes children that the kernel attached to this tracer without an event, for example by a clone(2) with CLONE_PTRACE
// that began before the attach (kernel_clone(), Linux 6.18).
//
// `sys::children_of_thread` does not list a child made with CLONE_PARENT. Such a child is found only by the result of
// the last call.
void traced_thread::find_unreported_children(tracee::stopped const& at, tracee::stop const& first)
{
    auto const* reported = std::get_if<tracee::new_child>(&first);
    auto made = sys::children_of_thread(thread_);
    if (auto const regs = registers_at(at);
        regs && regs->returned() > 0
        && tracee::traits_of(regs->interface(), regs->number()).kind == tracee::call_kind::makes_thread)
        made.push_back(pid{sys::id_from(thread_, static_cast<std::int32_t>(regs->returned()))});
    for (pid const each : made)
        if (reported == nullptr || leader(each) != reported->child)
            owner_->take_unreported(session_, leader(each), this);
    if (!std::holds_alternative<tracee::exiting>(first))
        owner_->id_changes_of(thread_).has_unreported_child = false;
}

std::optional<tracee::registers> traced_thread::registers_at(tracee::stopped const& at) const
{
    auto const info = sys::current_syscall(thread_);   // in some sandboxes, the request fails with EIO
    auto const interface = info ? info.value().interface : std::optional<uapi::arch> {
        uapi::native
    };
    if (!interface)
        return std::nullopt;
    auto const regs = tracee::registers::of(at, *interface);
    return regs ? std::optional{regs.value()} : std::nullopt;
}

}   // namespace cotrace::engine
