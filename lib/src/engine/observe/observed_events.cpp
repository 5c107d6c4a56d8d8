// SPDX-License-Identifier: BSL-1.0
// How the events of an observation become records.
#include "engine/observe/observed.hpp"

#include "decode/decode.hpp"
#include "engine/end_of.hpp"
#include "engine/engine.hpp"
#include "engine/observe/capture_plan.hpp"
#include "engine/observe/captured_reader.hpp"
#include "engine/rings/ring_events.hpp"
#include "engine/session/session_state.hpp"

#include <cstring>
#include <utility>

namespace cotrace::engine {

using observe::read_as;

timestamp observed::time_of(std::uint64_t monotonic) const noexcept
{
    return timestamp{std::chrono::nanoseconds{monotonic} + clock_offset_};
}

template <class Event>
void observed::publish(observe::event_header const& head, std::uint64_t at, Event&& what)
{
    session_->publish_at(time_of(at), tid{static_cast<std::int32_t>(head.thread)}, pid{static_cast<std::int32_t>(head.process)},
                         std::forward<Event>(what));
}

void observed::on_event(std::span<std::byte const> event)
{
    ++session_->counts.stops;
    switch (read_as<observe::event_header>(event).kind) {
    case observe::event_entered:
    case observe::event_exited:
    case observe::event_called:
    case observe::event_called_late:
    case observe::event_exited_only:
        on_call(read_as<observe::call_event>(event), event.subspan(std::min(sizeof(observe::call_event), event.size())));
        break;
    case observe::event_forked: on_fork(read_as<observe::fork_event>(event)); break;
    case observe::event_executed: on_exec(read_as<observe::exec_event>(event)); break;
    case observe::event_ended: on_end(read_as<observe::end_event>(event)); break;
    case observe::event_signal: on_signal(read_as<observe::signal_event>(event)); break;
    case observe::event_stopped: on_stop(read_as<observe::stop_event>(event)); break;
    default:
        // The thread of an io_uring event may be a kernel thread, so the thread does not join the session.
        if (auto what = record_of(event, session_->files, session_->options())) {
            auto const head = read_as<observe::event_header>(event);
            publish(head, head.time, std::move(*what));
        }
        break;
    }
}

/// Returns what is known of the thread of an event. A thread that is not in `threads_` yet joins the session.
observed::observed_thread& observed::thread_of(observe::event_header const& head)
{
    tid const thread{static_cast<std::int32_t>(head.thread)};
    auto const [at, is_new] = threads_.try_emplace(thread);
    if (is_new) {
        at->second.process = pid{static_cast<std::int32_t>(head.process)};
        publish(head, head.time, thread_started{origin::attached, {}, {}});
    }
    return at->second;
}

// Events about system calls.

void observed::on_call(observe::call_event const& seen, std::span<std::byte const> segments)
{
    auto& thread = thread_of(seen.head);
    switch (seen.head.kind) {
    case observe::event_entered: return on_entry(seen, segments, thread, /*publishes=*/true);
    case observe::event_exited:
        if (!thread.unfinished || thread.number != seen.number)   // the event of the entry was lost
            on_entry(seen, {}, thread, /*publishes=*/true);
        return on_exit(seen, segments, thread, /*timed=*/true);
    case observe::event_called:
    case observe::event_called_late:
        on_entry(seen, seen.head.kind == observe::event_called_late ? segments : std::span<std::byte const>{}, thread,
                 /*publishes=*/true);
        return on_exit(seen, segments, thread, /*timed=*/true);
    default: on_entry(seen, segments, thread, /*publishes=*/false); return on_exit(seen, segments, thread, /*timed=*/false);
    }
}

void observed::on_entry(observe::call_event const& seen, std::span<std::byte const> segments, observed_thread& thread,
                        bool publishes)
{
    tid const id{static_cast<std::int32_t>(seen.head.thread)};
    std::array<std::uint64_t, 6> args{};
    std::copy(std::begin(seen.args), std::end(seen.args), args.begin());
    observe::captured_reader memory{id, session_->files, observe::captured_memory{segments}};
    auto call = session_->capture(memory, id, thread.process, observe::interface_at(seen.head.interface), seen.number, args,
                                  seen.ip, seen.sp);
    if (call)
        call->read_late = memory.has_read_late() || seen.head.kind == observe::event_called_late;
    thread.call = std::move(call);
    thread.number = seen.number;
    thread.unfinished = true;
    if (publishes && thread.call && session_->queues_entries() && session_->wants(id, thread.process, *thread.call))
        publish(seen.head, seen.entered, syscall_entered{thread.call});
}

void observed::on_exit(observe::call_event const& seen, std::span<std::byte const> segments, observed_thread& thread, bool timed)
{
    thread.unfinished = false;
    auto const call = std::exchange(thread.call, nullptr);
    if (!call || !session_->options().exits)
        return;
    tid const id{static_cast<std::int32_t>(seen.head.thread)};
    auto const took = std::chrono::nanoseconds{timed ? seen.head.time - seen.entered : 0};
    // The CPU time of a call is not measured. The time from entry to exit takes its place.
    auto const system = session_->options().system_times ? took : std::chrono::nanoseconds{};
    syscall_exited done{call, syscall_outcome::from(seen.result), took, system, {}};
    observe::captured_reader memory{id, session_->files, observe::captured_memory{segments}};
    engine::direct_call const scope{owner_};
    decode::decode_exit(memory, session_->capture_of(*call), *call, done);
    done.read_late = memory.has_read_late();
    if (session_->wants(id, thread.process, done))
        publish(seen.head, seen.head.time, std::move(done));
}

// Events about the beginnings, execs and ends of threads.

void observed::on_fork(observe::fork_event const& seen)
{
    auto const& maker = thread_of(seen.head);
    tid const child{static_cast<std::int32_t>(seen.child)};
    pid const process{static_cast<std::int32_t>(seen.child_process)};
    auto how = origin::clone;
    if (process != maker.process)
        how = (seen.flags & CLONE_VFORK) != 0 ? origin::vfork : (seen.flags & CSIGNAL) == SIGCHLD ? origin::fork : origin::clone;
    threads_[child] = {.process = process};
    session_->publish_at(time_of(seen.head.time), child, process,
                         thread_started{how, tid{static_cast<std::int32_t>(seen.head.thread)}, {}});
    if (session_->is_killing())
        sys::pidfd::of(process).kill();
}

void observed::on_exec(observe::exec_event const& seen)
{
    tid const id{static_cast<std::int32_t>(seen.head.thread)};
    tid const former{static_cast<std::int32_t>(seen.former)};
    if (former != id) {   // the thread has got the id of the thread group leader
        auto moved = threads_.extract(former);
        publish(seen.head, seen.head.time, superseded{former});
        threads_.erase(id);
        if (!moved.empty()) {
            moved.key() = id;
            threads_.insert(std::move(moved));
        }
    }
    thread_of(seen.head);
    if (id == root_.thread() && !std::exchange(executed_, true))
        session_->executed();
    image_replaced what{former != id ? former : tid{}, {}};
    if (session_->options().capture.names_threads())   // the process may have ended, so /proc may not have the name any more
        what.command.assign(seen.command, ::strnlen(seen.command, sizeof seen.command));
    publish(seen.head, seen.head.time, std::move(what));
}

// The end of a thread group leader is published when the whole process has ended.
void observed::on_end(observe::end_event const& seen)
{
    tid const id{static_cast<std::int32_t>(seen.head.thread)};
    auto& thread = thread_of(seen.head);
    auto const process = thread.process;
    thread.has_ended = true;
    thread.how = end_of(static_cast<int>(seen.status));
    bool const is_leader = id == leader(process);
    if (!is_leader)
        end_thread(id, end_of(static_cast<int>(seen.status)), seen.head.time);
    if (seen.is_last == 0)
        return;
    auto const first = threads_.find(leader(process));
    if (first != threads_.end() && first->second.has_ended)
        end_thread(leader(process), seen.is_group != 0 ? end_of(static_cast<int>(seen.status)) : first->second.how,
                   seen.head.time);
}

/// Publishes the end of a thread, unless the end was published before. `at` is 0 if the time is not known.
void observed::end_thread(tid thread, thread_exited const& how, std::uint64_t at)
{
    auto const ended = threads_.extract(thread);
    if (ended.empty())
        return;
    session_->note_end(thread, how);
    auto const time = at != 0 ? time_of(at) : clock_now(session_->options().clock);
    session_->publish_at(time, thread, ended.mapped().process, thread_exited{how});
}

// Events about signals and group-stops.

void observed::on_signal(observe::signal_event const& seen)
{
    thread_of(seen.head);
    siginfo_t info{};
    std::memcpy(&info, seen.info, sizeof seen.info);
    publish(seen.head, seen.head.time, signal_received{info, {}, seen.ip, {}});
}

void observed::on_stop(observe::stop_event const& seen)
{
    thread_of(seen.head);
    publish(seen.head, seen.head.time, group_stopped{signo{static_cast<int>(seen.signal)}, 0});
}

}   // namespace cotrace::engine
