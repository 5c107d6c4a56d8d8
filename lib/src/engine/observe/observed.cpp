// SPDX-License-Identifier: BSL-1.0
// How an observation begins, reads its events and ends.
#include "engine/observe/observed.hpp"

#include "engine/engine.hpp"
#include "engine/observe/capture_plan.hpp"
#include "engine/rings/ring_events.hpp"
#include "engine/session/session_state.hpp"
#include "sys/procfs.hpp"
#include "uapi/numbers.hpp"

#include <algorithm>
#include <cerrno>
#include <unordered_set>
#include <utility>

#include <fcntl.h>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// The time between two reads of the ring buffer while events arrive.
constexpr auto reading_interval = 1ms;

/// After more than this many reads in a row without an event, the executor waits. The next event then costs a wake-up.
constexpr int reads_to_sleep = 10;
constexpr int reads_to_sleep_if_few = 1;

/// If fewer events than this have arrived since the last wait for an event, `reads_to_sleep_if_few` is used.
constexpr int many_events = 100;

}   // namespace

template <class Then>
auto observed::when_active(Then then)
{
    return [self = weak_from_this(), then](error_code ec) {
        if (auto const alive = self.lock(); !ec && alive && alive->is_active())
            then(*alive);
    };
}

observed::observed(engine& owner, std::shared_ptr<session_state> session, std::unique_ptr<observe::programs> loaded,
                   sys::unique_fd events)
    : owner_{&owner}
    , session_{std::move(session)}
    , programs_{std::move(loaded)}
    , root_{owner.executor()}
    , events_{owner.executor(), events.release()}
    , next_read_{owner.executor()}
{
    make_plans();
    session_->joined(*this);
    if (session_->options().filter.wants_ring_operations() && !programs_->sees_submissions())
        session_->publish(tid{}, pid{}, trace_failed{no_submissions()});
}

bool observed::is_active() const noexcept { return owner_ != nullptr && !owner_->is_copy(); }

failure observed::refusal(session_options const& options)
{
    auto const refused = [](char const* what) { return failure{errc::not_by_observation, what, {}, {}}; };
    if (!options.interceptors.empty())
        return refused("change calls or signals");
    if (options.capture.stacks.any())
        return refused("capture call stacks");
    if (options.when_full == overflow::block && !options.into)
        return refused("use overflow::block");
    if (options.detach_at_exec)
        return refused("detach at execve");
    return {};
}

observe::program_settings observed::settings_for(session_options const& options)
{
    observe::program_settings made;
    made.buffer = options.buffer_size;
    made.launch_number = uapi::number_of(uapi::arch::x86_64, "execve").value_or(0);
    made.follows = options.follow;
    made.most_generations = options.most_generations.value_or(made.most_generations);
    made.announces = options.entries;
    made.rings = options.filter.wants_ring_operations();
    made.whole_processes = options.follow;
    if (auto const success = options.matching ? options.matching->required_success() : std::nullopt) {
        made.announces = false;
        made.leaves_out = *success ? observe::at_failure : observe::at_success;
    }
    return made;
}

void observed::make_plans()
{
    auto capture = session_->options().capture;
    capture.verbose = capture.verbose || session_->options().in_full;
    capture.descriptors.path = capture.descriptors.path || !session_->options().accesses.paths.empty();
    observe::make_plans(programs_->slots(), programs_->plans(), capture);
    filter_changed();
}

void observed::filter_changed()
{
    observe::select_calls(programs_->slots(), session_->options().filter, session_->options().accesses);
}

// How an observation begins.

result<void, failure> observed::begin_launch(pid root, root_descriptors process)
{
    root_.assign(root, std::move(process));
    if (auto const done = programs_->observe(root_.process().get(), observe::thread_launching); !done)
        return failure{done.error(), "observe", leader(root), {}};
    threads_[leader(root)].process = root;
    session_->publish(leader(root), root, thread_started{origin::launched, {}, {}});
    root_.await_end([self = weak_from_this()] {
        auto const alive = self.lock();
        return !alive || !alive->is_active() || alive->reap_root();
    });
    read_soon();
    return outcome::success();
}

// A process may make threads while its threads are listed, so the list is read until it has no new thread.
result<void, failure> observed::begin_attach(pid process)
{
    std::unordered_set<tid> tried;
    bool any = false;
    for (bool more = true; std::exchange(more, false);) {
        auto const all =
            session_->options().follow ? sys::list_threads(process) : result<std::vector<tid>>{std::vector{leader(process)}};
        if (!all)
            return failure{all.error(), "list the threads of", leader(process), {}};
        for (tid const each : all.value()) {
            if (!tried.insert(each).second)
                continue;
            more = true;
            auto const thread = each == leader(process) ? sys::pidfd::of(process) : sys::pidfd::of(each);
            auto const done = thread ? programs_->observe(thread.get(), observe::thread_observed)
                                     : error_code{errno, boost::system::system_category()};
            bool const known = !done && done.error() == boost::system::errc::file_exists;
            if (!done && !known && done.error() != boost::system::errc::no_such_process)
                return failure{done.error(), "observe", each, {}};
            any = any || done || known;
            if (done && threads_.try_emplace(each, observed_thread{.process = process}).second)
                session_->publish(each, process, thread_started{origin::attached, {}, {}});
        }
    }
    if (!any)
        return failure{{ESRCH, boost::system::system_category()}, "attach", leader(process), {}};
    if (session_->root == pid{})
        session_->root = process;
    owner_->wake();   // so that the engine flushes the records of the threads
    read_soon();
    return outcome::success();
}

bool observed::saw_execve()
{
    take_events();
    return executed_;
}

// How the events of the BPF programs are read.

void observed::read_soon()
{
    idle_reads_ = 0;
    read_events();
}

void observed::read_events()
{
    if (!is_active() || !programs_ || awaits_room_)
        return;
    bool const any = take_events();
    if (!programs_ || awaits_room_)   // the session has ended, or the handler of `await_room` will read on
        return;
    idle_reads_ = any ? 0 : idle_reads_ + 1;
    int const enough = events_since_wait_ < many_events ? reads_to_sleep_if_few : reads_to_sleep;
    if (idle_reads_ > enough)
        return wait_for_event();
    // A BPF program that read `asleep` before this call may still write an event without waking the tracer. So the
    // buffer is read once more.
    if (idle_reads_ == enough)
        programs_->expect_wakeup();
    next_read_.expires_after(reading_interval);
    next_read_.async_wait(when_active([](observed& self) { self.read_events(); }));
}

void observed::wait_for_event()
{
    events_since_wait_ = 0;
    events_.async_wait(asio::posix::descriptor_base::wait_read, when_active([](observed& self) { self.read_soon(); }));
}

// Handles the events in the buffer while the channel has room. Returns whether any event was taken.
bool observed::take_events()
{
    if (!programs_ || awaits_room_ || std::exchange(handles_events_, true))
        return false;
    auto const now = clock_now(session_->options().clock).time_since_epoch();
    clock_offset_ = now - clock_now(record_clock::monotonic).time_since_epoch();
    bool full = !session_->has_room();
    bool const any = !full && programs_->consume([&](std::span<std::byte const> event) {
        on_event(event);
        events_since_wait_ = std::min(events_since_wait_ + 1, many_events);
        full = !session_->has_room();
        return !full && !interrupt_due_;
    });
    handles_events_ = false;
    note_losses();
    if (any)
        owner_->wake();
    if (std::exchange(interrupt_due_, false))
        interrupt();
    else if (full)
        await_room();
    else {
        if (!any && lost_ != 0 && root_.is_reaped())
            drop_vanished();
        end_if_over();
    }
    return any;
}

void observed::await_room()
{
    if (std::exchange(awaits_room_, true))
        return;
    session_->await_room([self = weak_from_this()](error_code) {
        auto const alive = self.lock();
        if (!alive || !alive->is_active())
            return;
        alive->awaits_room_ = false;
        alive->read_soon();
    });
}

void observed::note_losses()
{
    auto const now = programs_->lost();
    if (now == lost_)
        return;
    session_->counts.lost += now - lost_;
    session_->publish(leader(session_->root), session_->root, records_lost{now - std::exchange(lost_, now)});
    owner_->wake();
}

// How an observation ends.

void observed::interrupt()
{
    interrupt_due_ = handles_events_;   // a condition of the host may detach the session while an event is handled
    if (interrupt_due_)
        return;
    take_events();
    if (!programs_)
        return;
    for (auto const& [id, thread] : threads_)
        session_->publish(id, thread.process, detached{});
    if (!root_.is_reaped() && session_->options().reap_detached)
        owner_->reap_later(root_.thread());
    leave();
}

void observed::kill()
{
    std::unordered_set<pid> killed;
    for (auto const& [id, thread] : threads_)
        if (killed.insert(thread.process).second && sys::is_thread_of(thread.process, id))
            sys::pidfd::of(thread.process).kill();
    root_.kill();
}

void observed::give_up()
{
    session_->publish(root_.thread(), root_.id(), trace_failed{{errc::not_stopped, "kill", root_.thread(), {}}});
    leave();
}

bool observed::reap_root()
{
    if (root_.is_reaped())
        return true;
    // After the reap, `drop_vanished` may publish the end of a thread. The waiting events of the thread must come before.
    take_events();
    if (owner_ == nullptr)
        return true;
    auto const how = root_.reap();
    if (!how)
        return false;
    if (programs_ && !awaits_room_)
        end_thread(root_.thread(), *how, 0);   // does nothing unless the event of the end was lost
    read_soon();
    return true;
}

/// Publishes the ends of threads that no longer exist, if the events of these ends may have been lost.
void observed::drop_vanished()
{
    std::vector<tid> gone;
    for (auto const& [id, thread] : threads_)
        if (!sys::is_thread_of(thread.process, id))
            gone.push_back(id);
    for (tid const each : gone)
        end_thread(each, {0, false, false, false}, 0);
}

void observed::end_if_over()
{
    if (!threads_.empty() || !root_.is_reaped() || grows_ || owner_ == nullptr)
        return;
    leave();
}

void observed::leave()
{
    auto const keeps_itself = shared_from_this();
    programs_.reset();
    events_.close();
    next_read_.cancel();
    if (auto* const owner = std::exchange(owner_, nullptr)) {
        owner->drop(*this);
        session_->left(*this);
        owner->wake();
    }
}

void observed::collect_all()
{
    if (!is_active())
        return;
    if (!reap_root())
        take_events();
}

void observed::engine_gone()
{
    owner_ = nullptr;
    programs_.reset();
    events_.close();
    root_.close();
    next_read_.cancel();
}

void observed::rest()
{
    events_.cancel();
    root_.rest();
    next_read_.cancel();
}

}   // namespace cotrace::engine
