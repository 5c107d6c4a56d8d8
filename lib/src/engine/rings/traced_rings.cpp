// SPDX-License-Identifier: BSL-1.0
#include "engine/rings/traced_rings.hpp"

#include "engine/engine.hpp"
#include "engine/rings/ring_events.hpp"
#include "engine/session/session_state.hpp"
#include "record/clock.hpp"
#include "sys/errno.hpp"
#include "sys/process.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include <fcntl.h>

namespace cotrace::engine {

namespace {

constexpr char const* purpose = "show completions of io_urings";

}   // namespace

traced_rings::traced_rings(engine& owner, session_state& of)
    : owner_{&owner}
    , session_{&of}
    , events_{owner.executor()}
{
}

std::shared_ptr<traced_rings> traced_rings::start(engine& owner, session_state& of)
{
    auto made = std::make_shared<traced_rings>(owner, of);
    made->load();
    return made;
}

void traced_rings::load()
{
    observe::program_settings settings;
    settings.buffer = session_->options().buffer_size;
    settings.calls = false;
    settings.rings = settings.only_polled = settings.wakes_always = true;
    settings.whole_processes = session_->options().follow;
    auto loaded = observe::programs::load(settings);
    if (!loaded) {
        auto why = std::move(loaded).error();
        why.operation = std::string{purpose} + ": " + why.operation;
        session_->publish(tid{}, pid{}, trace_failed{std::move(why)});
        return;
    }
    int const descriptor = ::fcntl(loaded.value()->descriptor(), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) {
        session_->publish(tid{}, pid{}, trace_failed{{sys::last_error(), purpose, {}, {}}});
        return;
    }
    events_.assign(descriptor);
    programs_ = std::move(loaded).value();
    if (!programs_->sees_submissions())
        session_->publish(tid{}, pid{}, trace_failed{no_submissions()});
    await_events();
}

// How the events of the BPF programs are read.

void traced_rings::await_events()
{
    events_.async_wait(asio::posix::descriptor_base::wait_read, [self = weak_from_this()](error_code ec) {
        auto const alive = self.lock();
        if (ec || !alive || alive->owner_ == nullptr || alive->owner_->is_copy())
            return;
        alive->read_events(/*needs_room=*/true);
        if (!alive->awaits_room_ && alive->owner_ != nullptr)
            alive->await_events();
    });
}

void traced_rings::await_room()
{
    awaits_room_ = true;
    session_->await_room([self = weak_from_this()](error_code) {
        auto const alive = self.lock();
        if (!alive || alive->owner_ == nullptr || alive->owner_->is_copy())
            return;
        alive->awaits_room_ = false;
        alive->read_events(/*needs_room=*/true);
        if (!alive->awaits_room_ && alive->owner_ != nullptr)
            alive->await_events();
    });
}

void traced_rings::read_events(bool needs_room)
{
    if (!programs_ || awaits_room_ || std::exchange(is_reading_, true))
        return;
    auto const keeps_itself = shared_from_this();   // a condition of the host may end the session while an event is published
    take_events(needs_room);
    is_reading_ = false;
    if (std::exchange(stop_due_, false))
        stop();
}

void traced_rings::take_events(bool needs_room)
{
    auto const now = clock_now(session_->options().clock).time_since_epoch();
    auto const offset = now - clock_now(record_clock::monotonic).time_since_epoch();
    bool full = needs_room && !session_->has_room();
    bool const any = !full && programs_->consume([&](std::span<std::byte const> event) {
        on_event(event, offset);
        full = needs_room && !session_->has_room();
        return !full;
    });
    if (auto const lost = programs_->lost(); lost != lost_) {
        session_->counts.lost += lost - lost_;
        session_->publish(leader(session_->root), session_->root, records_lost{lost - std::exchange(lost_, lost)});
    }
    if (any)
        owner_->wake();
    if (full && !stop_due_)
        await_room();
}

void traced_rings::on_event(std::span<std::byte const> event, std::chrono::nanoseconds clock_offset)
{
    auto const head = observe::read_as<observe::event_header>(event);
    auto what = record_of(event, session_->files, session_->options());
    if (what)
        session_->publish_at(timestamp{std::chrono::nanoseconds{head.time} + clock_offset},
                             tid{static_cast<std::int32_t>(head.thread)}, pid{static_cast<std::int32_t>(head.process)},
                             std::move(*what));
}

// How the observation of a process begins and ends.

void traced_rings::publish_events_before(record const& next)
{
    if (is_reading_)   // `take_events` publishes `next`
        return;
    read_events(/*needs_room=*/true);
    if (session_ == nullptr || next.thread != leader(next.process))
        return;
    bool const is_over = std::holds_alternative<thread_exited>(next.what) || std::holds_alternative<detached>(next.what);
    if (is_over || std::holds_alternative<image_replaced>(next.what))
        queues.forget(next.process);
    if (is_over)
        forget_process(next.process);
    else if (std::holds_alternative<thread_started>(next.what) || std::holds_alternative<image_replaced>(next.what))
        observe_process(next.process);
}

// The programs look at the thread group leader, which is a different task after the execve(2) of another thread.
void traced_rings::observe_process(pid process)
{
    if (!programs_)
        return;
    auto const identity = sys::pidfd::of(process);
    auto const done = identity ? programs_->observe(identity.get(), observe::thread_observed) : sys::last_error();
    auto const is_known_or_gone = [](int error) { return error == EEXIST || error == ESRCH; };
    if (!done && !is_known_or_gone(done.error().value()) && is_new_failure(process, done.error()))
        session_->publish(leader(process), process, trace_failed{{done.error(), purpose, leader(process), {}}});
}

void traced_rings::forget_process(pid process)
{
    if (auto const identity = programs_ ? sys::pidfd::of(process) : sys::pidfd{})
        programs_->forget(identity.get());
}

void traced_rings::stop()
{
    if (is_reading_) {
        stop_due_ = true;
        return;
    }
    auto const keeps_itself = shared_from_this();
    awaits_room_ = false;
    read_events(/*needs_room=*/false);
    owner_ = nullptr;
    session_ = nullptr;
    programs_.reset();
    error_code ignored;
    events_.close(ignored);
}

}   // namespace cotrace::engine
