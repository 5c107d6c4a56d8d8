// SPDX-License-Identifier: BSL-1.0
// Calls about clocks, timers and sleep.
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr enum_table itimers{"ITIMER_???", {
    {0, "ITIMER_REAL"},
    {1, "ITIMER_VIRTUAL"},
    {2, "ITIMER_PROF"},
}};

constexpr flag_table timer_flags{"TIMER_???", {
    {1, "TIMER_ABSTIME"},
}};

constexpr flag_table timerfd_flags{"TFD_???", {
    {1, "TFD_TIMER_ABSTIME"},
    {2, "TFD_TIMER_CANCEL_ON_SET"},
    {02000000, "TFD_CLOEXEC"},
    {04000, "TFD_NONBLOCK"},
}};

constexpr enum_table notifications{"SIGEV_???", {
    {0, "SIGEV_SIGNAL"},
    {1, "SIGEV_NONE"},
    {2, "SIGEV_THREAD"},
    {4, "SIGEV_THREAD_ID"},
}};

constexpr structure event_value{{{"sival_int", integer}, {"sival_ptr", address}}, {}, layout::overlaid};
constexpr structure event_type{{
    {"sigev_value", event_value},
    {"sigev_signo", signal},
    {"sigev_notify", one_of<notifications>},
    {"sigev_notify_thread_id", process_id, shown::always, 0, {2, true, 0xffffffff, 4}},
}};

constexpr structure timezone_type{{{"tz_minuteswest", integer}, {"tz_dsttime", integer}}};
constexpr structure tms_type{{
    {"tms_utime", long_signed},
    {"tms_stime", long_signed},
    {"tms_cutime", long_signed},
    {"tms_cstime", long_signed},
}};

constexpr syscall_descriptor rows[] = {
    {"nanosleep", {{"duration", in<timespec_type>}, {"rem", remaining<timespec_type>}}},
    {"clock_nanosleep", {{"clockid", clock}, {"flags", flags<timer_flags>}, {"t", in<timespec_type>}, {"remain", remaining<timespec_type>}}},
    {"clock_nanosleep_time64", {{"clockid", clock}, {"flags", flags<timer_flags>}, {"t", in<timespec64_type>}, {"remain", remaining<timespec64_type>}}},
    {"clock_gettime", {{"clockid", clock}, {"tp", out<timespec_type>}}},
    {"clock_gettime64", {{"clockid", clock}, {"tp", out<timespec64_type>}}},
    {"clock_settime", {{"clockid", clock}, {"tp", in<timespec_type>}}},
    {"clock_settime64", {{"clockid", clock}, {"tp", in<timespec64_type>}}},
    {"clock_getres", {{"clockid", clock}, {"res", out<timespec_type>}}},
    {"clock_getres_time64", {{"clockid", clock}, {"res", out<timespec64_type>}}},
    {"gettimeofday", {{"tv", out<timeval_type>}, {"tz", out<timezone_type>}}},
    {"settimeofday", {{"tv", in<timeval_type>}, {"tz", in<timezone_type>}}},
    {"time", {{"tloc", out<long_signed>}}},
    {"times", {{"buf", out<tms_type>}}},
    {"alarm", {{"seconds", uint32}}},
    {"getitimer", {{"which", one_of<itimers>}, {"curr_value", out<itimerval_type>}}},
    {"setitimer", {{"which", one_of<itimers>}, {"new_value", in<itimerval_type>}, {"old_value", out<itimerval_type>}}},
    {"timer_create", {{"clockid", clock}, {"sevp", in<event_type>}, {"timerid", out<integer>}}},
    {"timer_settime", {{"timerid", integer}, {"flags", flags<timer_flags>}, {"new_value", in<itimerspec_type>}, {"old_value", out<itimerspec_type>}}},
    {"timer_settime64", {{"timerid", integer}, {"flags", flags<timer_flags>}, {"new_value", in<itimerspec64_type>}, {"old_value", out<itimerspec64_type>}}},
    {"timer_gettime", {{"timerid", integer}, {"curr_value", out<itimerspec_type>}}},
    {"timer_gettime64", {{"timerid", integer}, {"curr_value", out<itimerspec64_type>}}},
    {"timer_getoverrun", {{"timerid", integer}}},
    {"timer_delete", {{"timerid", integer}}},
    {"timerfd_create", {{"clockid", clock}, {"flags", flags<timerfd_flags>}}, fd},
    {"timerfd_settime", {{"fd", fd}, {"flags", flags<timerfd_flags>}, {"new_value", in<itimerspec_type>}, {"old_value", out<itimerspec_type>}}},
    {"timerfd_settime64", {{"fd", fd}, {"flags", flags<timerfd_flags>}, {"new_value", in<itimerspec64_type>}, {"old_value", out<itimerspec64_type>}}},
    {"timerfd_gettime", {{"fd", fd}, {"curr_value", out<itimerspec_type>}}},
    {"timerfd_gettime64", {{"fd", fd}, {"curr_value", out<itimerspec64_type>}}},
};

} // namespace

std::span<syscall_descriptor const> time_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
