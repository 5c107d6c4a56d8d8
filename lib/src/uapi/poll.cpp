// SPDX-License-Identifier: BSL-1.0
// System calls that wait for several file descriptors.
#include "uapi/common.hpp"
#include "uapi/constants/notify.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// The file descriptor in struct pollfd. If it is negative, the kernel ignores the entry, and `events` is not shown.
constexpr condition of_a_descriptor{0, true, 0x80000000, 0};
constexpr structure pollfd_type{{
    {"fd", fd},
    {"events", flags<names::poll_events, width::u16>, shown::always, 0, of_a_descriptor},
    {"revents", flags<names::poll_events, width::u16>, shown::exit},
}};

// struct epoll_event. It is a packed structure only on x86.
constexpr structure epoll_event_x86{{{"events", flags<names::epoll_events>}, {"data", hex64}}, {}, layout::packed};
constexpr structure epoll_event{{{"events", flags<names::epoll_events>}, {"data", hex64}}};
static_assert(epoll_event_x86.size[0] == 12 && epoll_event.size[0] == 16);

// The argument `event` of epoll_ctl(2). For EPOLL_CTL_DEL, the argument is shown as an address, because the kernel
// ignores the event.
constexpr choice_case without_event[] = {{2, address}};
constexpr auto const& event_x86_unless_removed = chosen<argument(1), without_event, in<epoll_event_x86>>;
constexpr auto const& event_unless_removed = chosen<argument(1), without_event, in<epoll_event>>;

constexpr auto const& fds = in<as::fd_set<argument(0)>>;
constexpr auto const& pollfds = in<as::array<pollfd_type, argument(1)>>;
constexpr auto const& events_x86 = out<as::array<epoll_event_x86, returned()>>;
constexpr auto const& events = out<as::array<epoll_event, returned()>>;
constexpr auto const& mask4 = in<as::signal_set<argument(4)>>;
// A signal mask and a timeout that strace reads at exit. If the call failed, the text output shows their addresses.
constexpr auto const& mask5 = in_unless_failed<as::signal_set<argument(5)>>;
constexpr auto const& late_timeout = in_unless_failed<timespec64_type>;

constexpr arch_set x86{arch::x86_64, arch::x32, arch::i386};
constexpr arch_set others{arch::aarch64, arch::riscv64};

constexpr returned_value polled{long_signed, note::polled};
constexpr returned_value selected{long_signed, note::selected};

constexpr syscall_descriptor rows[] = {
    {"poll", {{"fds", pollfds}, {"nfds", uint32}, {"timeout", integer}}, polled},
    {"ppoll", {{"fds", pollfds}, {"nfds", uint32}, {"tmo_p", in<timespec_type>}, {"sigmask", mask4}, {"sigsetsize", size}}, polled},
    {"ppoll_time64", {{"fds", pollfds}, {"nfds", uint32}, {"tmo_p", in<timespec64_type>}, {"sigmask", mask4}, {"sigsetsize", size}}, polled},
    {"select", {{"nfds", integer}, {"readfds", fds}, {"writefds", fds}, {"exceptfds", fds}, {"timeout", in<timeval_type>}}, selected},
    {"_newselect", {{"nfds", integer}, {"readfds", fds}, {"writefds", fds}, {"exceptfds", fds}, {"timeout", in<timeval_type>}}, selected},
    {"pselect6", {{"nfds", integer}, {"readfds", fds}, {"writefds", fds}, {"exceptfds", fds}, {"timeout", in<timespec_type>}, {"sigmask", in<sized_signal_set>}}, selected},
    {"pselect6_time64", {{"nfds", integer}, {"readfds", fds}, {"writefds", fds}, {"exceptfds", fds}, {"timeout", in<timespec64_type>}, {"sigmask", in<sized_signal_set>}}, selected},
    {"epoll_create", {{"size", integer}}, fd},
    {"epoll_create1", {{"flags", flags<names::epoll_create_flags>}}, fd},
    {"epoll_ctl", {{"epfd", fd}, {"op", one_of<names::epoll_operations>}, {"fd", fd}, {"event", event_x86_unless_removed}}, {}, x86},
    {"epoll_ctl", {{"epfd", fd}, {"op", one_of<names::epoll_operations>}, {"fd", fd}, {"event", event_unless_removed}}, {}, others},
    {"epoll_wait", {{"epfd", fd}, {"events", events_x86}, {"maxevents", integer}, {"timeout", integer}}, {}, x86},
    {"epoll_pwait", {{"epfd", fd}, {"events", events_x86}, {"maxevents", integer}, {"timeout", integer}, {"sigmask", mask5}, {"sigsetsize", size}}, {}, x86},
    {"epoll_pwait", {{"epfd", fd}, {"events", events}, {"maxevents", integer}, {"timeout", integer}, {"sigmask", mask5}, {"sigsetsize", size}}, {}, others},
    {"epoll_pwait2", {{"epfd", fd}, {"events", events_x86}, {"maxevents", integer}, {"timeout", late_timeout}, {"sigmask", mask5}, {"sigsetsize", size}}, {}, x86},
    {"epoll_pwait2", {{"epfd", fd}, {"events", events}, {"maxevents", integer}, {"timeout", late_timeout}, {"sigmask", mask5}, {"sigsetsize", size}}, {}, others},
};

} // namespace

std::span<syscall_descriptor const> poll_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
