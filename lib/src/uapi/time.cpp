// SPDX-License-Identifier: BSL-1.0
// System calls for clocks, timers and sleep.
#include "uapi/common.hpp"
#include "uapi/constants/clock.hpp"
#include "uapi/constants/notify.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure timezone_type{{{"tz_minuteswest", integer}, {"tz_dsttime", integer}}};
constexpr structure tms_type{{
    {"tms_utime", clock_ticks},
    {"tms_stime", clock_ticks},
    {"tms_cutime", clock_ticks},
    {"tms_cstime", clock_ticks},
}};

// The argument `remain` of clock_nanosleep(2), shown as an address with flags: with TIMER_ABSTIME, the kernel writes no
// remaining time.
constexpr choice_case relative_sleep[] = {{0, remaining<timespec_type>}};
constexpr choice_case relative_sleep64[] = {{0, remaining<timespec64_type>}};

// struct timex. In clock_adjtime64(2), the fields of type `long` have 64 bits, and need padding (`Gap`) on i386.
constexpr auto const& no_gap = as::array<uint32, exactly(0)>;
template <auto const& Long, auto const& Time, auto const& Gap = no_gap>
constexpr structure timex_of{{
    {"modes", flags<names::adjtimex_modes>},
    {"", Gap, shown::never},
    {"offset", Long},
    {"freq", Long},
    {"maxerror", Long},
    {"esterror", Long},
    {"status", flags<names::adjtimex_status>},
    {"", Gap, shown::never},
    {"constant", Long},
    {"precision", Long},
    {"tolerance", Long},
    {"time", Time},
    {"tick", Long},
    {"ppsfreq", Long},
    {"jitter", Long},
    {"shift", integer},
    {"", Gap, shown::never},
    {"stabil", Long},
    {"jitcnt", Long},
    {"calcnt", Long},
    {"errcnt", Long},
    {"stbcnt", Long},
    {"tai", integer},
    {"", as::array<uint32, exactly(11)>, shown::never},
}};
static_assert(timex_of<long_signed, timeval_type>.size[0] == 208);
constexpr structure timeval64_unsigned{{{"tv_sec", int64}, {"tv_usec", uint64}}};
constexpr auto const& timex = timex_of<long_signed, timeval_type>;
constexpr auto const& timex64 = timex_of<int64, timeval64_unsigned, uint32>;
static_assert(timex.fields[3].offset[0] == 16 && timex.fields[3].offset[1] == 8 && timex64.fields[3].offset[1] == 16);
constexpr returned_value clock_state{one_of_decimal<names::adjtimex_states>, note::if_readable};

constexpr syscall_descriptor rows[] = {
    {"adjtimex", {{"buf", out<timex>}}, clock_state},
    {"clock_adjtime", {{"clk_id", clock}, {"buf", out<timex>}}, clock_state},
    {"clock_adjtime64", {{"clk_id", clock}, {"buf", out<timex64>}}, clock_state},
    {"nanosleep", {{"duration", in<timespec_type>}, {"rem", remaining<timespec_type>}}},
    {"clock_nanosleep", {{"clockid", clock}, {"flags", flags<names::clock_flags>}, {"t", in<timespec_type>}, {"remain", chosen<argument(1), relative_sleep>}}},
    {"clock_nanosleep_time64", {{"clockid", clock}, {"flags", flags<names::clock_flags>}, {"t", in<timespec64_type>}, {"remain", chosen<argument(1), relative_sleep64>}}},
    {"clock_gettime", {{"clockid", clock}, {"tp", out<timespec_type>}}},
    {"clock_gettime64", {{"clockid", clock}, {"tp", out<timespec64_type>}}},
    {"clock_settime", {{"clockid", clock}, {"tp", in<timespec_type>}}},
    {"clock_settime64", {{"clockid", clock}, {"tp", in<timespec64_type>}}},
    {"clock_getres", {{"clockid", clock}, {"res", out<timespec_type>}}},
    {"clock_getres_time64", {{"clockid", clock}, {"res", out<timespec64_type>}}},
    {"gettimeofday", {{"tv", out<timeval_type>}, {"tz", out<timezone_type>}}},
    {"settimeofday", {{"tv", in<timeval_type>}, {"tz", in<timezone_type>}}},
    {"time", {{"tloc", out<as::time>}}, as::time},
    {"times", {{"buf", out<tms_type>}}},
    {"alarm", {{"seconds", uint32}}},
    {"getitimer", {{"which", one_of<names::interval_timers>}, {"curr_value", out<itimerval_type>}}},
    {"setitimer", {{"which", one_of<names::interval_timers>}, {"new_value", in<itimerval_type>}, {"old_value", out<itimerval_type>}}},
    {"timer_create", {{"clockid", clock}, {"sevp", in<event_type>}, {"timerid", out<integer>}}},
    {"timer_settime", {{"timerid", integer}, {"flags", flags<names::clock_flags>}, {"new_value", in<itimerspec_type>}, {"old_value", out<itimerspec_type>}}},
    {"timer_settime64", {{"timerid", integer}, {"flags", flags<names::clock_flags>}, {"new_value", in<itimerspec64_type>}, {"old_value", out<itimerspec64_type>}}},
    {"timer_gettime", {{"timerid", integer}, {"curr_value", out<itimerspec_type>}}},
    {"timer_gettime64", {{"timerid", integer}, {"curr_value", out<itimerspec64_type>}}},
    {"timer_getoverrun", {{"timerid", integer}}},
    {"timer_delete", {{"timerid", integer}}},
    {"timerfd_create", {{"clockid", clock}, {"flags", flags<names::timerfd_flags>}}, fd},
    {"timerfd_settime", {{"fd", fd}, {"flags", flags<names::timerfd_flags>}, {"new_value", in<itimerspec_type>}, {"old_value", out<itimerspec_type>}}},
    {"timerfd_settime64", {{"fd", fd}, {"flags", flags<names::timerfd_flags>}, {"new_value", in<itimerspec64_type>}, {"old_value", out<itimerspec64_type>}}},
    {"timerfd_gettime", {{"fd", fd}, {"curr_value", out<itimerspec_type>}}},
    {"timerfd_gettime64", {{"fd", fd}, {"curr_value", out<itimerspec64_type>}}},
};

} // namespace

std::span<syscall_descriptor const> time_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
