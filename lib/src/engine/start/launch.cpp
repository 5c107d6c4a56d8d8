// SPDX-License-Identifier: BSL-1.0
//
// How `engine::launch` starts a command. With ptrace, the tracer seizes the child between fork and execve, while the
// child waits on a socket:
//
//   child: sets up, sends "ready", waits for the byte, execve
//   tracer: seizes, receives "ready", PTRACE_INTERRUPT, sends the byte
//
// From the stop after PTRACE_INTERRUPT on, calls are traced. The child installs a seccomp program after the byte, when
// it has a tracer.
//
// With seccomp notifications, the child installs the program, sends its listener to the tracer, and calls execve. No
// thread is seized.
//
// With observation (start/observe.cpp), no thread is seized. The child waits on the socket until the BPF programs
// observe it.
#include "engine/engine.hpp"
#include "engine/session/kernel_program.hpp"

#include "sys/errno.hpp"
#include "sys/kernel.hpp"
#include "sys/notify.hpp"
#include "sys/ptrace.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>

#include <cerrno>

#include <sys/socket.h>

namespace cotrace::engine {

namespace {

failure failed_in_child(sys::child_message const& message, std::string const& file)
{
    std::string operation{message.operation};
    if (operation == "execve")
        operation += " " + file;
    return {{message.error, boost::system::system_category()}, std::move(operation), {}, {}};
}

/// Whether a seccomp program may filter the calls in the kernel. Without a tracer, reported calls would fail with
/// ENOSYS, so every process must stay traced.
bool kernel_can_filter(session_options const& options)
{
    bool const stays_traced = options.follow && !options.most_generations && !options.detach_at_exec && !options.outlive_tracer
                              && options.at_end.value_or(ending::kill) == ending::kill;
    return options.in_kernel == kernel_filter::automatic && !options.filter.wants_all() && stays_traced;
}

/// Returns an error if a session with these options cannot use seccomp notifications.
error_code refusal(session_options const& options)
{
    // The engine needs SECCOMP_USER_NOTIF_FLAG_CONTINUE (Linux 5.5), and POLLHUP of the listener when no process has
    // the program (Linux 5.9).
    if (!sys::kernel_is_at_least(5, 9))
        return errc::kernel_too_old;
    if (options.outlive_tracer || options.at_end.value_or(ending::kill) != ending::kill)
        return errc::filtered;
    if (!options.follow || options.most_generations || options.detach_at_exec || options.system_times
        || (options.matching && options.matching->has_outcome_condition()))
        return errc::not_by_notification;
    return {};
}

/// Adds an entry to a list. The destructor removes the entry.
template <class T>
struct listed {
    listed(std::vector<T>& in, T what)
        : list{in}
        , entry{what}
    {
        list.push_back(entry);
    }
    listed(listed const&) = delete;
    listed& operator=(listed const&) = delete;
    ~listed() { std::erase(list, entry); }

    std::vector<T>& list;
    T entry;
};

}   // namespace

task<result<session, failure>> engine::launch(command what, session_options options)
{
    if (auto const why = start_refusal(); why)
        co_return failure{why, "launch", {}, {}};
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    if (auto const why = unfit(options); why)
        co_return failure{why, "launch", {}, {}};
    if (options.matching && options.filter.wants_all())
        options.filter = options.matching->calls();
    if (options.how == tracing::notification)
        co_return co_await launch_notified(std::move(what), std::move(options));
    if (options.how == tracing::observation)
        co_return co_await launch_observed(std::move(what), std::move(options));

    bool const filtered = kernel_can_filter(options);
    sys::seccomp_program program;
    if (filtered) {
        auto made = kernel_program(options.filter, {.mappings = options.capture.stacks.any()});
        if (!made)
            co_return failure{made.error(), "make a seccomp program", {}, {}};
        program = std::move(made).value();
    }
    auto spawned = sys::spawn(what, waits_->host_mask(), {program, {}});
    if (!spawned)
        co_return spawned.error();
    auto& child = spawned.value();
    tid const first = leader(child.child);
    auto const wish = sys::options_for({options.follow, !options.outlive_tracer, filtered});
    if (auto const seized = sys::seize(first, wish); !seized) {
        failure why{seized.error(), "PTRACE_SEIZE", first, {}};
        // If the child could not set itself up, it has sent a message, and may have ended before it was seized.
        if (auto const heard = sys::receive_from_child(child.socket.get());
            heard && heard.value() && heard.value()->message.what == sys::child_message::kind::failed)
            why = failed_in_child(heard.value()->message, child.file);
        sys::kill_and_reap(child.child);
        co_return why;
    }
    auto const state = open(std::move(options), ending::kill, /*launched=*/true);
    state->root = child.child;
    state->filter_in_kernel(filtered);
    adopt(state, first, child.child, origin::launched, {});
    wake();
    co_return co_await launched(state, std::move(child), nullptr);
}

task<result<session, failure>> engine::launch_notified(command what, session_options options)
{
    if (auto const why = refusal(options); why)
        co_return failure{why, "launch", {}, {}};
    auto made = kernel_program(options.filter, {.ends = true});
    if (!made)
        co_return failure{made.error(), "make a seccomp program", {}, {}};
    auto const pass = sys::new_token();
    auto const program = sys::notifying(std::move(made).value(), pass);
    auto spawned = sys::spawn(what, waits_->host_mask(), {program, pass});
    if (!spawned)
        co_return spawned.error();
    auto& child = spawned.value();
    auto process = root_descriptors::of(child.child);
    if (!process) {
        failure const why{process.error(), "pidfd_open", leader(child.child), {}};
        sys::kill_and_reap(child.child);
        co_return why;
    }
    auto const state = open(std::move(options), ending::kill, /*launched=*/true);
    state->root = child.child;
    state->filter_in_kernel(true);
    auto const tree = std::make_shared<notified>(*this, state, child.child, std::move(process).value());
    trees_.push_back(tree);
    tree->begin();
    co_return co_await launched(state, std::move(child), tree);
}

task<result<session, failure>> engine::launched(std::shared_ptr<session_state> state, sys::spawned child,
                                                std::shared_ptr<untraced_tree> tree)
{
    session made{state};   // the destructor of `made` kills the child if this coroutine is destroyed while it waits
    auto const seen = co_await see_exec(*state, child, tree.get());
    auto const refused = start_refusal();   // `refused` is an error if the tracer ended during the wait
    if (seen && !refused) {
        state->complete();
        co_return made;
    }
    failure const why = refused ? failure{refused, "launch " + child.file, {}, {}} : seen.error();
    if (is_copy() || lost_)
        co_return why;
    state->abandon();
    end_detached_child(*state);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    while (!state->ended())
        co_await state->changed.async_wait(use_tuple);
    co_return why;
}

task<result<void, failure>> engine::see_exec(session_state& state, sys::spawned& child, untraced_tree* tree)
{
    auto const first = leader(child.child);
    asio::posix::stream_descriptor socket{executor_, child.socket.release()};
    listed const entry{launches_, &socket};
    for (;;) {
        auto const [ec] = co_await socket.async_wait(asio::posix::descriptor_base::wait_read, use_tuple);
        // The launch fails if the tracer was closed or destroyed, or if this is the engine's copy in a forked child.
        if (auto const why = start_refusal(); why)
            co_return failure{why, "launch " + child.file, {}, {}};
        if (ec)
            co_return failure{ec, "launch " + child.file, {}, {}};
        auto heard = sys::receive_from_child(socket.native_handle());
        if (!heard)   // the socket is not readable: the event was that of an earlier file with the same descriptor
            continue;
        auto said = std::move(heard).value();
        if (!said)
            break;
        using kind = sys::child_message::kind;
        if (said->message.what == kind::failed)
            co_return failed_in_child(said->message, child.file);
        if (said->message.what == kind::listening) {
            if (!said->listener)   // the message had no listener, because no file descriptor was free
                co_return failure{{EMFILE, boost::system::system_category()}, "receive the listener of", first, {}};
            static_cast<notified&>(*tree).listen(std::move(said->listener), socket.native_handle());
            wake();
            continue;
        }
        if (said->message.what == kind::unfiltered)
            state.filter_in_kernel(false);
        if (tree == nullptr)
            (void)sys::interrupt(first);   // ESRCH: the child was killed, and the socket will be at end of file
        (void)!::send(socket.native_handle(), "", 1, MSG_NOSIGNAL);
    }
    // The socket is at end of file: the execve(2) has closed the child's end, or the child has ended.
    if (tree != nullptr && tree->saw_execve())
        state.executed();
    while (state.launching() && !state.ended()) {
        auto const [ec] = co_await state.changed.async_wait(use_tuple);
        if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
            co_return failure{ec, "launch " + child.file, {}, {}};
    }
    if (state.launching())
        co_return failure{errc::tracee_died, "execve " + child.file, first, {}};
    co_return outcome::success();
}

}   // namespace cotrace::engine
