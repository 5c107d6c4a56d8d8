// SPDX-License-Identifier: BSL-1.0
#include "engine/rings/traced_rings.hpp"

#include "engine/engine.hpp"
#include "engine/rings/ring_events.hpp"
#include "engine/session/session_state.hpp"
#include "sys/process.hpp"

#include <cstring>
#include <utility>

#include <fcntl.h>

namespace cotrace::engine {

namespace {

/// Bytes of the ring buffer. The tracer wakes up for each event, so the buffer need not hold many.
constexpr std::size_t buffer_size = std::size_t{1} << 20;

template <class Event>
Event read_as(std::span<std::byte const> event) noexcept
{
    Event made{};
    std::memcpy(&made, event.data(), std::min(sizeof made, event.size()));
    return made;
}

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
    settings.buffer = buffer_size;
    settings.calls = false;
    settings.rings = settings.only_polled = settings.wakes_always = true;
    auto loaded = observe::programs::load(settings);
    if (!loaded) {
        auto why = std::move(loaded).error();
        why.operation.insert(0, "show what completes in io_urings: ");
        session_->publish(tid{}, pid{}, trace_failed{std::move(why)});
        return;
    }
    programs_ = std::move(loaded).value();
    events_.assign(::fcntl(programs_->descriptor(), F_DUPFD_CLOEXEC, 0));
    await_events();
}

void traced_rings::await_events()
{
    events_.async_wait(asio::posix::descriptor_base::wait_read, [self = weak_from_this()](error_code ec) {
        auto const alive = self.lock();
        if (ec || !alive || alive->owner_ == nullptr || alive->owner_->is_copy())
            return;
        alive->read_events();
        alive->await_events();
    });
}

void traced_rings::before(record const& next)
{
    if (reads_)   // `next` is the record of an event
        return;
    read_events();
    bool const is_new = std::holds_alternative<thread_started>(next.what) || std::holds_alternative<image_replaced>(next.what);
    if (is_new && next.thread == leader(next.process))
        observe(next.process);
}

// The programs find the process of a thread by the thread group leader. After an execve(2) of another thread, that thread is
// the leader.
void traced_rings::observe(pid process)
{
    if (!programs_)
        return;
    if (auto const identity = sys::pidfd::of(process))
        (void)programs_->observe(identity.get(), observe::thread_observed);   // fails if the process is observed already or ends
}

void traced_rings::read_events()
{
    if (!programs_ || awaits_room_ || std::exchange(reads_, true))
        return;
    bool full = false;
    bool const any = programs_->consume([&](std::span<std::byte const> event) {
        on_event(event);
        full = !session_->has_room();
        return !full;
    });
    if (auto const now = programs_->lost(); now != lost_)
        session_->publish(tid{}, pid{}, records_lost{now - std::exchange(lost_, now)});
    reads_ = false;
    if (any)
        owner_->wake();
    if (!full)
        return;
    awaits_room_ = true;
    session_->await_room([self = weak_from_this()](error_code) {
        auto const alive = self.lock();
        if (!alive || alive->owner_ == nullptr)
            return;
        alive->awaits_room_ = false;
        alive->read_events();
    });
}

void traced_rings::on_event(std::span<std::byte const> event)
{
    auto const head = read_as<observe::event_header>(event);
    tid const thread{static_cast<std::int32_t>(head.thread)};
    pid const process{static_cast<std::int32_t>(head.process)};
    auto const offset =
        clock_now(session_->options().clock).time_since_epoch() - clock_now(record_clock::monotonic).time_since_epoch();
    timestamp const at{std::chrono::nanoseconds{head.time} + offset};
    if (head.kind == observe::event_completed) {
        if (session_->options().accesses.wants_all())   // a completion names no file
            session_->publish_at(at, thread, process, completion_of(read_as<observe::completion_event>(event)));
    } else if (head.kind == observe::event_submitted) {
        if (auto made = submission_of(read_as<observe::submission_event>(event), session_->files, session_->options()))
            session_->publish_at(at, thread, process, std::move(*made));
    }
}

void traced_rings::stop()
{
    auto const keeps_itself = shared_from_this();
    awaits_room_ = false;
    read_events();
    owner_ = nullptr;
    session_ = nullptr;
    programs_.reset();
    error_code ignored;
    events_.close(ignored);
}

}   // namespace cotrace::engine
