// SPDX-License-Identifier: BSL-1.0
//
// The threads and processes that the tracees make: those that a ptrace event reports, and those that no event reports.
#include "engine/engine.hpp"

#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"

#include <optional>
#include <utility>

#include <unistd.h>

namespace cotrace::engine {

void engine::take_child(std::shared_ptr<session_state> const& state, tid thread, pid process, origin how, tid parent,
                        traced_thread const* maker)
{
    auto const most = state->options().most_generations;
    auto const generation = most ? generation_of(*state, process, maker) : 0;
    if (state->options().follow && generation <= most.value_or(generation))
        return adopt(state, thread, process, how, parent, maker, generation);
    if (raw(thread) > 0 && !threads_.contains(thread))
        detach_at_first_stop(*state, thread);
}

void engine::detach_at_first_stop(session_state const& session, tid thread)
{
    auto const about = sys::status_of(thread);
    bool const is_own = about && about->parent == pid{::getpid()};
    leftovers_.insert_or_assign(thread, is_own && session.launched() ? leftover_kind::unwanted_child : leftover_kind::unwanted);
    waits_->watch(thread);
    if (is_own && !session.launched())
        waits_->leave_end(thread);   // in a session that has attached, the host reaps its own children
}

void engine::detach_unfollowed(session_state const& session, tid child)
{
    if (is_known_here(child))
        return;
    if (auto const about = sys::status_of(child); about && about->tracer == tid{::gettid()})
        detach_at_first_stop(session, child);
}

/// The generation of a new tracee in `process`. `maker` is the thread that made the new tracee, or null if unknown.
unsigned engine::generation_of(session_state const& session, pid process, traced_thread const* maker) const
{
    auto const traced_in = [&](pid group) -> traced_thread const* {
        for (auto const& [id, each] : threads_)
            if (each->process() == group && &std::as_const(*each).session() == &session)
                return each.get();
        return nullptr;
    };
    if (auto const* const same = traced_in(process))
        return same->generation();
    if (auto const about = maker == nullptr ? sys::status_of(leader(process)) : std::nullopt)
        maker = traced_in(about->parent);
    return maker == nullptr ? 0 : maker->generation() + (maker->process() == process ? 0 : 1);
}

void engine::find_unreported_threads(std::shared_ptr<session_state> const& state, pid process, bool strict,
                                     traced_thread const* maker, tracee::stopped const* at_exit)
{
    if (!sys::sees_processes()) {
        if (maker != nullptr && at_exit != nullptr)
            find_unlisted(state, *maker, *at_exit);
        return;
    }
    auto const look_at = [&](tid thread) {
        auto const about = strict ? sys::status_of(thread) : std::nullopt;
        if (!strict || (about && (about->group == process || about->parent == process)))
            take_unreported(state, thread, maker);
    };
    for (tid const thread : sys::threads_of(process))
        look_at(thread);
    for (pid const each : sys::all_processes())
        look_at(leader(each));
}

void engine::take_unreported(std::shared_ptr<session_state> const& state, tid thread, traced_thread const* maker)
{
    if (is_known_here(thread))
        return;
    auto const about = sys::status_of(thread);
    if (!about || about->tracer != tid{::gettid()})
        return;
    // The engine has handled the end of this zombie. The host, its parent, has not reaped the zombie yet.
    if (about->state == 'Z' && about->parent == pid{::getpid()})
        return;
    take_child(state, thread, about->group, leader(about->group) == thread ? origin::fork : origin::clone, tid{}, maker);
}

void engine::find_unlisted(std::shared_ptr<session_state> const& state, traced_thread const& maker,
                           tracee::stopped const& at_exit)
{
    auto const made = maker.last_result(at_exit);
    if (made <= 0)
        return;
    tid const child{sys::id_from(maker.id(), static_cast<std::int32_t>(made))};
    if (is_known_here(child) || !sys::interrupt(child)) {   // ESRCH: the calling thread does not trace the child
        state->publish(maker.id(), maker.process(), trace_failed{{errc::no_procfs, "find a child of", maker.id(), {}}});
        return;
    }
    bool const sibling = sys::is_thread_of(maker.process(), child);
    take_child(state, child, sibling ? maker.process() : pid{raw(child)}, sibling ? origin::clone : origin::fork, tid{}, &maker);
    wake();
}

}   // namespace cotrace::engine
