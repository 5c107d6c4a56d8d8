// SPDX-License-Identifier: BSL-1.0
#include "engine/notify/notified.hpp"

#include "engine/engine.hpp"
#include "engine/session/session_state.hpp"
#include "sys/debug_log.hpp"
#include "sys/procfs.hpp"
#include "sys/spawn.hpp"
#include "sys/wait.hpp"
#include "tracee/call_kinds.hpp"
#include "tracee/stop_text.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

/// At most this many calls are received in a row before the engine handles its other threads and trees.
constexpr int most_at_once = 64;

/// After this many rounds without a call, the executor waits for the listener. Before that, each round polls the
/// listener.
constexpr int rounds_to_sleep = 4;

/// The time between two checks of waiting calls: the kernel does not report that a waiting thread was killed.
constexpr auto check_interval = 50ms;

}   // namespace

notified::notified(engine& owner, std::shared_ptr<session_state> session, pid root, root_descriptors process)
    : owner_{&owner}
    , session_{std::move(session)}
    , root_{owner.executor()}
    , listener_{owner.executor()}
    , check_timer_{owner.executor()}
{
    root_.assign(root, std::move(process));
}

void notified::begin()
{
    session_->joined(*this);
    session_->publish(root_.thread(), root_.id(), thread_started{origin::launched, {}, {}}, comm_of(root_.thread()));
    root_.await_end([self = weak_from_this()] {
        auto const alive = self.lock();
        return !alive || !alive->is_active() || alive->reap_root();
    });
}

void notified::listen(sys::unique_fd listener, int socket)
{
    socket_ = socket;
    sys::wake_on_same_cpu(listener.get());
    listener_.assign(listener.release());
}

bool notified::is_active() const noexcept { return owner_ != nullptr && !owner_->is_copy(); }

// How notified calls are received and answered.

bool notified::collect()
{
    bool any = answer_awaiting_room();
    if (asleep_)
        return any;
    any = take_calls() || any;
    idle_rounds_ = any ? 0 : idle_rounds_ + 1;
    if (idle_rounds_ >= rounds_to_sleep)
        sleep();
    return any;
}

bool notified::take_calls()
{
    bool any = false;
    for (int taken = 0; taken < most_at_once && listener_.is_open(); ++taken) {
        auto const now = sys::look_at(listener_.native_handle());
        if (now.readable) {
            any = true;
            if (auto const notification = sys::receive(listener_.native_handle()))
                on_notification(notification.value());
            continue;
        }
        if (now.over) {
            drop_all();
            listener_.close();
            end_if_over();
        }
        break;
    }
    return any;
}

void notified::sleep()
{
    if (!listener_.is_open() || std::exchange(asleep_, true))
        return;
    listener_.async_wait(asio::posix::descriptor_base::wait_read, when_active([](notified& self) {
                             self.asleep_ = false;
                             self.idle_rounds_ = 0;
                             self.owner_->wake();
                         }));
}

void notified::on_notification(sys::notification const& notification)
{
    ++session_->counts.stops;
    if (raw(notification.thread) <= 0)   // the thread has no id in this pid namespace, so no record can name the thread
        return let_run(notification);
    if (session_->is_killing()) {
        (void)send(signo{SIGKILL}, sys::receiver::process, notification);
        return;
    }
    if (notification.interface) {
        using enum tracee::call_kind;
        auto const& traits = tracee::traits_of(*notification.interface, notification.number);
        before_exec_ = before_exec_ && traits.kind != replaces_image;
        if (traits.ends_process)
            note_orphans(notification.thread);
    }
    if (sys::has_debug_log())
        sys::log(notification.thread, "notification", tracee::text_of(notification));
    // The calls that a launched child makes before its execve(2) belong to the launch, and are not recorded.
    if (before_exec_ || !is_wanted(notification))
        return let_run(notification);
    // The coroutine of the launch may read `socket_` late: a fast program makes thousands of calls before. So `socket_`
    // is checked here.
    if (session_->launching() && sys::is_at_end(socket_))
        session_->executed();
    if (session_->has_room())
        return on_wanted(notification);
    awaiting_room_.push_back(notification);
    await_room();
    check_waiting();
}

bool notified::is_wanted(sys::notification const& notification) const
{
    return notification.interface && session_->options().filter.wants(*notification.interface, notification.number);
}

void notified::on_wanted(sys::notification const& notification)
{
    int const listener = listener_.native_handle();
    auto const process = process_of(notification.thread);   // found before the answer, while the thread still exists
    auto call = session_->capture(notification.thread, process, *notification.interface, notification.number, notification.args,
                                  notification.ip, /*sp=*/0);
    if (!call)
        return let_run(notification);
    bool const asks = session_->intercepts(*call);
    // Whether the record is published before the call runs: the call may change the thread's name or security context.
    auto const& wanted = session_->options().capture;
    bool const holds = asks || may_end_session() || wanted.names_threads() || wanted.contexts;
    // If the call still waits now, the thread id was not reused, so `capture` read the right memory:
    // seccomp_unotify(2).
    if (holds ? !sys::is_waiting(listener, notification.id) : !sys::let_run(listener, notification.id))
        return;
    if (!holds)
        note_answer(notification);
    if (session_->queues_entries() && session_->wants(notification.thread, process, *call))
        session_->publish(notification.thread, process, syscall_entered{call}, comm_of(notification.thread));
    if (session_->is_killing())   // the record was the last one that the limits allow, or host code killed the session
        (void)send(signo{SIGKILL}, sys::receiver::process, notification);
    else if (asks)
        ask(notification, std::move(call));
    else if (holds)
        let_run(notification);
}

/// Whether `stop_after` may end the session at the next record. A call with the last allowed record must not run.
bool notified::may_end_session() const
{
    auto const& most = session_->options().stop_after;
    return most.records != 0 || most.bytes != 0 || most.when != nullptr;
}

void notified::let_run(sys::notification const& notification)
{
    if (sys::let_run(listener_.native_handle(), notification.id))
        note_answer(notification);
}

void notified::note_answer(sys::notification const& notification)
{
    auto const took = std::chrono::steady_clock::now() - notification.taken;
    session_->counts.stopped += static_cast<std::uint64_t>(std::chrono::nanoseconds{took}.count());
}

// How calls wait for room in the record queue or for interceptors, and how verdicts are carried out.

void notified::await_room()
{
    if (std::exchange(awaits_room_, true))
        return;
    session_->await_room(when_active([](notified& self) {
        self.awaits_room_ = false;
        self.owner_->wake();
    }));
}

bool notified::answer_awaiting_room()
{
    bool any = false;
    while (!awaiting_room_.empty() && session_->has_room()) {
        any = true;
        auto const notification = awaiting_room_.front();
        awaiting_room_.pop_front();
        on_wanted(notification);
    }
    if (!awaiting_room_.empty())
        await_room();
    return any;
}

void notified::ask(sys::notification const& notification, std::shared_ptr<syscall_call const> call)
{
    auto const stop = std::make_shared<interception>(notification.thread,
                                                     memory{notification.thread, listener_.native_handle(), notification.id},
                                                     session_reference{session_});
    stop->failed = [this, thread = notification.thread](std::string why) {   // this function is called only while the call waits
        own_thread::turn const here{*session_->thread()};
        if (!session_->is_ending())
            report(thread, errc::interceptor_failed, std::move(why));
    };
    auto const answer = std::make_shared<host_operation_of<verdict>>();
    asked_.emplace(notification.id, question{notification, stop, answer});
    owner_->host_runs();   // the interceptors may begin during `start`
    std::shared_ptr<interceptor_list const> all{session_, &session_->options().interceptors};
    answer->start(session_->host(), ask_about_entry(std::move(all), stop, std::move(call)),
                  [self = shared_from_this(), id = notification.id] {
                      own_thread::turn const here{*self->session_->thread()};
                      self->answered(id);
                  });
    check_waiting();
}

void notified::answered(std::uint64_t id)
{
    auto const node = asked_.extract(id);
    if (!is_active() || node.empty())
        return;
    auto& of = node.mapped();
    of.stop->over = true;
    auto const decided = of.answer->take();
    carry_out(of.stop->also, of.notification);
    carry_out(of.notification, *decided);
    owner_->wake();
}

void notified::carry_out(side_effects const& also, sys::notification const& notification)
{
    if (also.failed && !session_->is_ending())   // the end of the session cancels what interceptors await
        report(notification.thread, also.failed, operation_of(also));
    if (also.signal == signo::none)
        return;
    auto const sent = send(also.signal, sys::receiver::thread, notification);
    if (!sent && sent.error() != boost::system::errc::no_such_process)
        report(notification.thread, sent.error(), "send a signal");
}

void notified::carry_out(sys::notification const& notification, verdict const& decided)
{
    int const listener = listener_.native_handle();
    auto done = [&]() -> result<void> {
        if (auto const* failing = std::get_if<fail_with>(&decided))
            return sys::answer(listener, notification.id, -std::int64_t{failing->error});
        if (auto const* other = std::get_if<return_value>(&decided))
            return sys::answer(listener, notification.id, other->value);
        if (std::holds_alternative<proceed>(decided))
            return sys::let_run(listener, notification.id);
        if (std::holds_alternative<kill_target>(decided))
            return session_->kill();
        // A seccomp notification allows neither another call nor other arguments. The call fails, because it must not
        // run unchanged.
        (void)sys::answer(listener, notification.id, -ENOSYS);
        return errc::not_by_notification;
    }();
    if (done)
        note_answer(notification);
    else if (!std::holds_alternative<proceed>(decided))
        report(notification.thread, done.error() == errc::not_by_notification ? done.error() : error_code{errc::tracee_died},
               "change a system call");
}

void notified::report(tid thread, error_code code, std::string operation)
{
    session_->publish(thread, process_of(thread), trace_failed{{code, std::move(operation), thread, {}}}, comm_of(thread));
}

// Returns the thread's name, or null if records contain no names. Names are not cached, because a thread may end
// without a notification.
std::shared_ptr<std::string const> notified::comm_of(tid thread) const
{
    if (!session_->options().capture.names_threads())
        return nullptr;
    return std::make_shared<std::string const>(sys::command_of(raw(thread)));
}

pid notified::process_of(tid thread)
{
    constexpr std::size_t most = 4096;
    auto const at = processes_.find(thread);
    if (at != processes_.end() && sys::is_thread_of(at->second, thread))
        return at->second;
    auto const about = sys::status_of(thread);
    if (!about && at != processes_.end())   // the thread has ended
        return at->second;
    if (processes_.size() >= most)
        processes_.clear();
    pid const found = about ? about->group : sys::is_thread_of(pid{raw(thread)}, thread) ? pid{raw(thread)} : pid{};
    processes_.insert_or_assign(thread, found);
    return found;
}

void notified::check_waiting()
{
    if (std::exchange(checking_, true))
        return;
    check_timer_.expires_after(check_interval);
    check_timer_.async_wait(when_active([](notified& self) {
        self.checking_ = false;
        self.drop_given_up();
        if (!self.awaiting_room_.empty() || !self.asked_.empty())
            self.check_waiting();
    }));
}

void notified::drop_given_up()
{
    auto const given_up = [&](sys::notification const& notification) {
        return !listener_.is_open() || !sys::is_waiting(listener_.native_handle(), notification.id);
    };
    std::erase_if(awaiting_room_, given_up);
    std::vector<question> lost;
    std::erase_if(asked_, [&](auto const& each) {
        bool const gone = given_up(each.second.notification);
        if (gone)
            lost.push_back(each.second);
        return gone;
    });
    for (auto& each : lost)
        give_up(each);
}

void notified::give_up(question& of)
{
    of.stop->over = true;
    of.answer->give_up(given_up::thread_died);
}

void notified::drop_all()
{
    awaiting_room_.clear();
    for (auto& [id, each] : std::exchange(asked_, {}))
        give_up(each);
}

}   // namespace cotrace::engine
