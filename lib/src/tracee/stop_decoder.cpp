// SPDX-License-Identifier: BSL-1.0
#include "tracee/stop_decoder.hpp"

namespace cotrace::tracee {

namespace {

constexpr int syscall_stop = SIGTRAP | 0x80;   // the code of a syscall-stop, with PTRACE_O_TRACESYSGOOD

constexpr int event_of(int code) noexcept { return code >> 8; }

// Only these four signals stop a process: see ptrace(2), "Group-stop".
constexpr bool stops_a_group(int sig) noexcept { return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU; }

std::optional<stop> event(int number, std::uint64_t message) noexcept
{
    switch (number) {
    case sys::event::fork: return new_child{sys::call_that_made::fork, tid{static_cast<std::int32_t>(message)}};
    case sys::event::vfork: return new_child{sys::call_that_made::vfork, tid{static_cast<std::int32_t>(message)}};
    case sys::event::clone: return new_child{sys::call_that_made::clone, tid{static_cast<std::int32_t>(message)}};
    case sys::event::exec: return exec{tid{static_cast<std::int32_t>(message)}};
    case sys::event::exit: return exiting{static_cast<int>(message)};
    default: return other_event{number};
    }
}

}   // namespace

question asks(int code) noexcept
{
    if (code == syscall_stop)
        return question::syscall_info;
    switch (event_of(code)) {
    case 0: return question::signal_info;
    case sys::event::stop: return question::nothing;
    case sys::event::seccomp: return question::syscall_info;
    default: return question::event_message;
    }
}

bool is_call(int code) noexcept { return code == syscall_stop; }

bool is_exec(int code) noexcept { return event_of(code) == sys::event::exec; }
bool is_exiting(int code) noexcept { return event_of(code) == sys::event::exit; }

std::optional<stop> decode(int code, answer const& given) noexcept
{
    switch (asks(code)) {
    case question::nothing: {
        int const sig = code & 0xff;
        if (stops_a_group(sig))
            return group_stop{signo{sig}};
        return trap{};
    }
    case question::signal_info:
        if (auto const* info = std::get_if<siginfo_t>(&given))
            return signal_delivery{*info};
        return std::nullopt;
    case question::event_message:
        if (auto const* message = std::get_if<std::uint64_t>(&given))
            return event(event_of(code), *message);
        return std::nullopt;
    case question::syscall_info: break;
    }
    auto const* info = std::get_if<sys::syscall_info>(&given);
    return info != nullptr ? decode(*info) : std::nullopt;
}

std::optional<stop> decode(sys::syscall_info const& info) noexcept
{
    using position = sys::syscall_info::position;
    switch (info.at) {
    case position::entry: return syscall_entry{info};
    case position::seccomp: return reported_call{info};
    case position::exit: return syscall_exit{info};
    case position::none: break;
    }
    return std::nullopt;
}

int code_from(siginfo_t const& info) noexcept
{
    // At a signal-delivery-stop, si_code says why the signal was sent. At other stops, si_code is the code of the wait status
    // (ptrace_do_notify()).
    int const code = info.si_code;
    if (info.si_signo == SIGTRAP && code == syscall_stop)
        return code;
    bool const is_event = event_of(code) > 0 && (code & 0xff) == info.si_signo;
    if (is_event && (event_of(code) == sys::event::stop || (info.si_signo == SIGTRAP && event_of(code) < 8)))
        return code;
    return info.si_signo;
}

}   // namespace cotrace::tracee
