// SPDX-License-Identifier: BSL-1.0
//
// Finds out why a traced thread has stopped.
#include "engine/engine.hpp"
#include "engine/ptrace/traced_thread.hpp"
#include "sys/debug_log.hpp"
#include "tracee/stop_text.hpp"

namespace cotrace::engine {

std::optional<tracee::stop> traced_thread::decode_stop(sys::wait_status const& status)
{
    system_time_ = status.system_time;
    auto why = ask_about_stop(status);
    if (sys::has_debug_log())
        sys::log(thread_, "stop", tracee::text_of(why));
    return why;
}

// Asks the kernel what the wait status does not say. Returns nothing if the thread was killed and has left the stop.
std::optional<tracee::stop> traced_thread::ask_about_stop(sys::wait_status const& status)
{
    using tracee::question;
    int const code = status.code;
    switch (tracee::asks(code)) {
    case question::syscall_info:
        if (status.call)
            return tracee::decode(*status.call);
        if (auto const info = sys::current_syscall(thread_))
            return tracee::decode(info.value());
        return std::nullopt;
    case question::signal_info:
        if (auto const info = sys::signal_info(thread_))
            return tracee::decode(code, info.value());
        return std::nullopt;
    case question::event_message:
        // If the thread was killed meanwhile, the event message may be an exit status (PTRACE_EVENT_EXIT).
        if (auto const message = sys::event_message(thread_); message && is_at(code))
            return tracee::decode(code, message.value());
        owner_->id_changes_of(thread_).has_unreported_child = true;
        return std::nullopt;
    case question::nothing: break;
    }
    return tracee::decode(code, {});
}

// Whether the thread is still at this PTRACE_EVENT stop. `event` is the si_code of the stop: ptrace(2), "PTRACE_EVENT
// stops".
bool traced_thread::is_at(int event) const
{
    auto const now = sys::signal_info(thread_);
    return now && now.value().si_code == event;
}

// Called if the thread was killed and left the reported stop. A resume could hit the PTRACE_EVENT_EXIT stop before its
// status is collected.
void traced_thread::on_outdated_status()
{
    if (inbox_.empty())
        owner_->watch(thread_);
}

}   // namespace cotrace::engine
