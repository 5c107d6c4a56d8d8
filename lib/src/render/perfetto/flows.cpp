// SPDX-License-Identifier: BSL-1.0
#include "render/perfetto/flows.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <csignal>
#include <string_view>

namespace cotrace::render::perfetto {

namespace {

/// A call that sends a signal, and the indices of its arguments that are the signal and the receiver.
struct sending_call {
    std::string_view name;
    std::size_t signal = 1;
    std::size_t receiver = 0;
    bool by_id = true;   ///< whether the receiver is a process id or thread id, and not a pidfd
};

constexpr sending_call sending_calls[] = {
    {"kill"}, {"pidfd_send_signal", 1, 0, false}, {"rt_sigqueueinfo"}, {"rt_tgsigqueueinfo", 2, 1}, {"tgkill", 2, 1}, {"tkill"},
};

/// Whether `si_pid` names a sender: the process that sent the signal or, for a SIGCHLD, the child that ended. See sigaction(2).
bool has_sender(siginfo_t const& info) noexcept
{
    if (info.si_signo == SIGCHLD && info.si_code > 0)
        return info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
    return info.si_code == SI_USER || info.si_code == SI_TKILL || info.si_code == SI_QUEUE;
}

}   // namespace

std::optional<sent_signal> signal_sent_by(syscall_call const& call, pid process) noexcept
{
    if (call.what == nullptr)
        return std::nullopt;
    auto const* const known = std::ranges::find(sending_calls, call.what->name, &sending_call::name);
    if (known == std::end(sending_calls))
        return std::nullopt;
    auto const to = static_cast<std::int32_t>(call.args[known->receiver]);
    auto const signal = static_cast<int>(call.args[known->signal]);
    if (signal == 0)   // the call only checks whether the receiver exists
        return std::nullopt;
    return sent_signal{raw(process), signal, known->by_id && to > 0 ? to : 0, 0};
}

std::uint64_t sent_signals::flow_to(tid thread, pid process, signal_received const& received) const noexcept
{
    if (!has_sender(received.info))
        return 0;
    auto const sender = received.sender.outside != 0 ? received.sender.outside : received.info.si_pid;
    // The flow of the last signal with this sender and number, in case the receiver is not known, for example after
    // pidfd_send_signal(2).
    std::uint64_t likely = 0;
    for (std::size_t i = 1; i <= std::min(next_, last_.size()); ++i) {
        auto const& each = last_[(next_ - i) % last_.size()];
        if (each.sender != sender || each.signal != received.info.si_signo)
            continue;
        if (each.receiver == raw(thread) || each.receiver == raw(process))
            return each.flow;
        if (likely == 0)
            likely = each.flow;
    }
    return likely;
}

std::uint64_t sent_signals::flow_to_end(pid process, int fatal) const noexcept
{
    for (std::size_t i = 1; i <= std::min(next_, last_.size()); ++i) {
        auto const& each = last_[(next_ - i) % last_.size()];
        if (each.receiver == raw(process) && each.signal == fatal)
            return each.flow;
    }
    return 0;
}

}   // namespace cotrace::render::perfetto
