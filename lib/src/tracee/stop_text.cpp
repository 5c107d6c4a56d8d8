// SPDX-License-Identifier: BSL-1.0
#include "tracee/stop_text.hpp"

#include "uapi/numbers.hpp"
#include <cotrace/uapi/signals.hpp>

#include <array>
#include <charconv>

namespace cotrace::tracee {

namespace {

std::string signal_text(int number)
{
    auto const name = uapi::signal_name(number);
    return name.empty() ? "signal " + std::to_string(number) : std::string{name};
}

/// The name of a PTRACE_EVENT_* number.
std::string event_text(int number)
{
    static constexpr std::array names{"", "FORK", "VFORK", "CLONE", "EXEC", "VFORK_DONE", "EXIT", "SECCOMP"};
    if (number == sys::event::stop)
        return "PTRACE_EVENT_STOP";
    if (number > 0 && static_cast<std::size_t>(number) < names.size())
        return std::string{"PTRACE_EVENT_"} + names[static_cast<std::size_t>(number)];
    return "event " + std::to_string(number);
}

std::string call_text(std::optional<uapi::arch> interface, std::uint64_t number)
{
    if (!interface)
        return "a call of an unknown interface";
    auto const name = uapi::name_of(*interface, number);
    if (!name.empty())
        return std::string{name};
    std::array<char, 16> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return "call 0x" + std::string{digits.data(), end};
}

struct stop_text {
    std::string operator()(syscall_entry const& at) const { return "entry of " + call_text(at.info.interface, at.info.number); }
    std::string operator()(reported_call const& at) const
    {
        return "seccomp program reports " + call_text(at.info.interface, at.info.number) + " with "
               + std::to_string(at.info.report);
    }
    std::string operator()(syscall_exit const& at) const { return "exit of a call, result " + std::to_string(at.info.value); }
    std::string operator()(signal_delivery const& at) const
    {
        return "delivery of " + signal_text(at.info.si_signo) + ", si_code " + std::to_string(at.info.si_code);
    }
    std::string operator()(group_stop const& at) const { return "group-stop by " + signal_text(raw(at.signal)); }
    std::string operator()(trap const&) const { return "interrupted, first stop, or end of a group-stop"; }
    std::string operator()(new_child const& at) const
    {
        static constexpr std::array names{"fork", "vfork", "clone"};
        return "new child " + std::to_string(raw(at.child)) + " by " + names[static_cast<std::size_t>(at.how)];
    }
    std::string operator()(exec const& at) const
    {
        return "execve by the thread with the former id " + std::to_string(raw(at.former));
    }
    std::string operator()(exiting const& at) const { return "about to end with the wait status " + std::to_string(at.status); }
    std::string operator()(other_event const& at) const { return event_text(at.number); }
};

}   // namespace

std::string text_of(sys::wait_status const& status)
{
    using kind = sys::wait_status::kind;
    switch (status.what) {
    case kind::exited: return "exited with " + std::to_string(status.code);
    case kind::killed: return "killed by " + signal_text(status.code);
    case kind::dumped: return "killed by " + signal_text(status.code) + ", core dumped";
    case kind::vanished: return "none: there is no such thread, or other code took the status";
    case kind::stopped: break;
    }
    std::string const how = status.call ? ", seen without a wait" : "";
    if (is_call(status.code))
        return "stopped at a call" + how;
    int const event = status.code >> 8;
    return "stopped by " + (event != 0 ? event_text(event) + ", " : std::string{}) + signal_text(status.code & 0xff) + how;
}

std::string text_of(sys::notification const& call) { return "entry of " + call_text(call.interface, call.number); }

std::string text_of(std::optional<stop> const& why)
{
    return why ? std::visit(stop_text{}, *why) : "the thread has left this stop, because it was killed";
}

}   // namespace cotrace::tracee
