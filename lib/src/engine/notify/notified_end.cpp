// SPDX-License-Identifier: BSL-1.0
// How the processes that a session traces by notifications are killed, and how the session ends.
#include "engine/notify/notified.hpp"

#include "engine/engine.hpp"
#include "engine/session/session_state.hpp"
#include "sys/procfs.hpp"
#include "sys/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <unordered_set>
#include <utility>

namespace cotrace::engine {

// How the processes of the tree are killed.

// To be called before `thread` ends its process. Opens pidfds of the children of the process. After the end of the process,
// nothing shows that the children belong to the tree.
void notified::note_orphans(tid thread)
{
    for (pid const each : sys::children_of(thread))
        if (auto process = sys::pidfd::of(each))
            orphans_.push_back(std::move(process));
    if (orphans_.size() < orphans_to_check_)
        return;
    std::erase_if(orphans_, [](auto const& each) { return each.has_ended(); });
    orphans_to_check_ = std::max<std::size_t>(64, 2 * orphans_.size());
}

void notified::kill()
{
    if (auto const why = sys::procfs_error(); why)
        report(root_.thread(), why, "find the descendants of");
    kill_descendants();
    for (auto const& each : awaiting_room_)
        (void)send(signo{SIGKILL}, sys::receiver::process, each);
    for (auto const& [id, each] : asked_)
        (void)send(signo{SIGKILL}, sys::receiver::process, each.notification);
    drop_all();
    owner_->wake();
}

/// Sends a signal if the call still waits for its answer. While the call waits, the thread id is not reused.
result<void> notified::send(signo sig, sys::receiver to, sys::notification const& notification)
{
    auto const sent = sys::send_signal(notification.thread, sig, to,
                                       [&] { return sys::is_waiting(listener_.native_handle(), notification.id); });
    if (!sent)
        return sent.error();
    session_->note_addressing(sent.value());
    return outcome::success();
}

// The kernel does not list the processes with a seccomp program, so the descendants of the known processes are killed.
void notified::kill_descendants()
{
    std::vector<sys::pidfd> found;
    std::unordered_set<pid> known;
    if (!root_.is_reaped())
        known.insert(root_.id());
    for (auto const& each : orphans_)
        if (auto const id = sys::id_of(each))
            known.insert(*id);
    for (bool more = true; std::exchange(more, false);)
        for (pid const each : sys::all_processes()) {
            if (known.contains(each))
                continue;
            auto process = sys::pidfd::of(each);
            auto const about = sys::status_of(leader(each));
            if (!process || !about || !known.contains(about->parent))
                continue;
            known.insert(each);
            found.push_back(std::move(process));
            more = true;
        }
    root_.kill();
    for (auto const& each : orphans_)
        each.kill();
    for (auto const& each : found)
        each.kill();
}

// How the tree leaves its session and the engine.

void notified::give_up()
{
    report(root_.thread(), errc::not_stopped, "kill");
    session_->left(*this);
}

bool notified::reap_root()
{
    if (root_.is_reaped())
        return true;
    auto const how = root_.reap();
    if (!how)
        return false;
    session_->note_end(root_.thread(), *how);
    session_->publish(root_.thread(), root_.id(), thread_exited{*how}, comm_of(root_.thread()));
    owner_->wake();
    end_if_over();
    return true;
}

void notified::end_if_over()
{
    if (!root_.is_reaped() || listener_.is_open() || owner_ == nullptr)
        return;
    auto const keeps_itself = shared_from_this();
    std::exchange(owner_, nullptr)->drop(*this);   // handlers that run later check `owner_`
    session_->left(*this);
}

void notified::collect_all()
{
    answer_awaiting_room();
    take_calls();
    if (owner_ != nullptr)
        reap_root();
}

void notified::engine_gone()
{
    drop_all();
    owner_ = nullptr;
    listener_.close();
    root_.close();
    check_timer_.cancel();
}

void notified::rest()
{
    listener_.cancel();
    root_.rest();
    check_timer_.cancel();
}

}   // namespace cotrace::engine
