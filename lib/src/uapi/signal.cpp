// SPDX-License-Identifier: BSL-1.0
// System calls for signals.
#include "uapi/common.hpp"
#include "uapi/constants/notify.hpp"
#include "uapi/constants/process.hpp"
#include "uapi/custom.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr enum_table handlers{"", {
    {0, "SIG_DFL"},
    {1, "SIG_IGN"},
    {0xffffffffffffffff, "SIG_ERR"},
}};

// struct sigaction as the kernel defines it. x32 programs use the structure of i386.
constexpr structure action_type{{
    {"sa_handler", one_of<handlers, width::word>, shown::always, 0},
    {"sa_flags", flags<names::sigaction_flags, width::word>, shown::always, 2},
    {"sa_restorer", as::address, shown::always, 3, {2, true, 0x4000000, 0x4000000}},
    {"sa_mask", signal_set8, shown::always, 1},
    {"", as::array<uint8, exactly(56)>, shown::never, 4},   // strace reads 64 bytes for sa_mask, which has 8 bytes
}};
static_assert(action_type.size[0] == 88 && action_type.size[1] == 76);

constexpr structure stack_type{{
    {"ss_sp", address},
    {"ss_flags", flags<names::sigaltstack_flags>},
    {"ss_size", size},
}};

template <unsigned Size>
constexpr auto const& mask_in = in<as::signal_set<argument(Size)>>;
template <unsigned Size>
constexpr auto const& mask_out = out<as::signal_set<argument(Size)>>;

constexpr syscall_descriptor rows[] = {
    {"rt_sigaction", {{"signum", signal}, {"act", in<action_type>}, {"oldact", out<action_type>}, {"sigsetsize", size}}},
    {"rt_sigprocmask", {{"how", one_of<names::sigprocmask_hows>}, {"set", mask_in<3>}, {"oldset", mask_out<3>}, {"sigsetsize", size}}},
    {"rt_sigreturn", {{"frame", as::custom<decode::signal_frame>, 0}}},
    {"sigreturn", {{"frame", as::custom<decode::signal_frame>, 0}}},
    {"rt_sigpending", {{"set", out<as::signal_set<argument(1), 1>>}, {"sigsetsize", size}}},
    {"rt_sigsuspend", {{"mask", mask_in<1>}, {"sigsetsize", size}}},
    {"rt_sigtimedwait", {{"set", mask_in<3>}, {"info", out<signal_info>}, {"timeout", in<timespec_type>}, {"sigsetsize", size}}, signal},
    {"rt_sigtimedwait_time64", {{"set", mask_in<3>}, {"info", out<signal_info>}, {"timeout", in<timespec64_type>}, {"sigsetsize", size}}, signal},
    {"rt_sigqueueinfo", {{"tgid", process_id}, {"sig", signal}, {"info", in<signal_info>}}},
    {"rt_tgsigqueueinfo", {{"tgid", process_id}, {"tid", process_id}, {"sig", signal}, {"info", in<signal_info>}}},
    {"pidfd_send_signal", {{"pidfd", fd}, {"sig", signal}, {"info", in<signal_info>}, {"flags", flags<names::pidfd_signal_flags>}}},
    {"sigaltstack", {{"ss", in<stack_type>}, {"old_ss", out<stack_type>}}},
    {"kill", {{"pid", process_id}, {"sig", signal}}},
    {"tkill", {{"tid", process_id}, {"sig", signal}}},
    {"tgkill", {{"tgid", process_id}, {"tid", process_id}, {"sig", signal}}},
    {"pause", {}},
    {"signalfd", {{"fd", fd}, {"mask", mask_in<2>}, {"sizemask", size}}, fd},
    {"signalfd4", {{"fd", fd}, {"mask", mask_in<2>}, {"sizemask", size}, {"flags", flags<names::signalfd_flags>}}, fd},
    {"restart_syscall", {}},
};

} // namespace

std::span<syscall_descriptor const> signal_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
