// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/interceptor.hpp>
#include <cotrace/record.hpp>

#include "engine/host_operation.hpp"
#include "engine/interception.hpp"
#include "engine/root_process.hpp"
#include "engine/session/untraced_tree.hpp"
#include "sys/notify.hpp"
#include "sys/process.hpp"
#include "sys/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace cotrace::engine {

class engine;
class session_state;

/// A launched tree of processes that is traced by seccomp notifications.
///
/// Before the tracer receives a notification, a signal can interrupt the call. So the tracer receives each notification
/// at once, even if the answer must wait.
///
/// This object stays in the engine until no process has the seccomp program any longer and the root process was reaped.
class notified final : public untraced_tree, public std::enable_shared_from_this<notified> {
public:
    notified(engine& owner, std::shared_ptr<session_state> session, pid root, root_descriptors process);

    /// Joins the session, publishes the start of the root process, and begins to wait for the end of that process.
    void begin();
    /// `listener` reports the calls. A read of `socket` returns 0 when the child has executed its program or died.
    void listen(sys::unique_fd listener, int socket);

    // Overrides of `untraced_tree`, which the engine calls.

    /// Receives the reported calls, and answers calls that need not wait. Returns false if there was nothing to do.
    bool collect() override;
    /// Makes the executor wait for the next call. When the call comes, the engine is woken.
    void sleep() override;
    /// Whether a notification of an execve(2) has arrived.
    bool saw_execve() override { return !before_exec_; }
    session_state const& session() const noexcept override { return *session_; }
    bool needs_tracer() const noexcept override { return true; }
    /// Called while the engine is destroyed. Receives and answers calls, and reaps the root process if it has ended.
    void collect_all() override;
    void engine_gone() override;
    /// Ends all waits of this object without closing a descriptor. To be called in a child that the host has forked.
    void rest() override;

    // Overrides of `subject`, which the session calls.

    std::shared_ptr<subject> shared() override { return shared_from_this(); }
    std::size_t threads() const noexcept override { return 0; }
    /// Never called. The processes cannot be detached, because a process keeps its seccomp program.
    void interrupt() override {}
    /// Kills the processes that can be found now. Any other process is killed at its next call that the seccomp program
    /// reports.
    void kill() override;
    bool cannot_stop() const override { return false; }
    /// Removes the tree from its session. Called if the processes were killed and have not ended in time.
    void give_up() override;

private:
    /// A call that interceptors are asked about.
    struct question {
        sys::notification notification;
        std::shared_ptr<interception> stop;
        std::shared_ptr<host_operation_of<verdict>> answer;
    };

    bool is_active() const noexcept;
    /// Returns a completion handler that calls `then` with this tree, unless the tree was destroyed or is not active.
    template <class Then>
    auto when_active(Then then)
    {
        return [self = weak_from_this(), then](error_code) {
            if (auto const alive = self.lock(); alive && alive->is_active())
                then(*alive);
        };
    }
    bool take_calls();
    void on_notification(sys::notification const& notification);
    bool is_wanted(sys::notification const& notification) const;
    void on_wanted(sys::notification const& notification);
    bool may_end_session() const;
    void let_run(sys::notification const& notification);
    void note_answer(sys::notification const& notification);

    void ask(sys::notification const& notification, std::shared_ptr<syscall_call const> call);
    void answered(std::uint64_t id);
    void carry_out(sys::notification const& notification, verdict const& decided);
    void carry_out(side_effects const& also, sys::notification const& notification);
    void report(tid thread, error_code code, std::string operation);
    std::shared_ptr<std::string const> comm_of(tid thread) const;
    /// Returns the thread group of a thread, or `pid{}` if the thread group cannot be found.
    pid process_of(tid thread);

    void await_room();
    bool answer_awaiting_room();
    void check_waiting();
    void drop_given_up();
    static void give_up(question& of);
    void drop_all();

    void note_orphans(tid thread);
    void kill_descendants();
    result<void> send(signo sig, sys::receiver to, sys::notification const& notification);

    bool reap_root();
    void end_if_over();

    engine* owner_;
    std::shared_ptr<session_state> session_;
    root_process root_;
    asio::posix::stream_descriptor listener_;
    asio::steady_timer check_timer_;
    std::deque<sys::notification> awaiting_room_;   ///< calls that are answered when there is room in the record queue
    std::unordered_map<std::uint64_t, question> asked_;
    std::unordered_map<tid, pid> processes_;   ///< key: thread; value: its process; checked at each use by `process_of`
    std::vector<sys::pidfd> orphans_;          ///< processes of the tree whose parents called exit_group(2): see `note_orphans`
    std::size_t orphans_to_check_ = 64;        ///< when `orphans_` has this size, ended processes are removed from it
    int socket_ = -1;                          ///< socket to the child; valid while the session is launching
    bool before_exec_ = true;                  ///< no notification of an execve(2) has arrived yet
    bool asleep_ = false;                      ///< the executor waits for the next call
    int idle_rounds_ = 0;                      ///< number of successive rounds of the engine without a call
    bool awaits_room_ = false;
    bool checking_ = false;
};

}   // namespace cotrace::engine
