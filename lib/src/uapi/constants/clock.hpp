// SPDX-License-Identifier: BSL-1.0
// Names of constants for clocks, timers and adjtimex(2), from linux/time.h and linux/timex.h. The tables contain the names up
// to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table clocks{"CLOCK_???", {
    {0, "CLOCK_REALTIME"},
    {1, "CLOCK_MONOTONIC"},
    {2, "CLOCK_PROCESS_CPUTIME_ID"},
    {3, "CLOCK_THREAD_CPUTIME_ID"},
    {4, "CLOCK_MONOTONIC_RAW"},
    {5, "CLOCK_REALTIME_COARSE"},
    {6, "CLOCK_MONOTONIC_COARSE"},
    {7, "CLOCK_BOOTTIME"},
    {8, "CLOCK_REALTIME_ALARM"},
    {9, "CLOCK_BOOTTIME_ALARM"},
    {10, "CLOCK_SGI_CYCLE"},
    {11, "CLOCK_TAI"},
}};

inline constexpr flag_table cpu_clock_flags{"", {
    {0x4, "CPUCLOCK_PERTHREAD_MASK"},
}};

inline constexpr enum_table cpu_clock_types{"CPUCLOCK_???", {
    {0, "CPUCLOCK_PROF"},
    {1, "CPUCLOCK_VIRT"},
    {2, "CPUCLOCK_SCHED"},
}};

inline constexpr flag_table clock_flags{"TIMER_???", {
    {0x1, "TIMER_ABSTIME"},
}};

inline constexpr enum_table interval_timers{"ITIMER_???", {
    {0, "ITIMER_REAL"},
    {1, "ITIMER_VIRTUAL"},
    {2, "ITIMER_PROF"},
}};

inline constexpr flag_table adjtimex_modes{"ADJ_???", {
    {0xa001, "ADJ_OFFSET_SS_READ"},
    {0x8001, "ADJ_OFFSET_SINGLESHOT"},
    {0x1, "ADJ_OFFSET"},
    {0x2, "ADJ_FREQUENCY"},
    {0x4, "ADJ_MAXERROR"},
    {0x8, "ADJ_ESTERROR"},
    {0x10, "ADJ_STATUS"},
    {0x20, "ADJ_TIMECONST"},
    {0x80, "ADJ_TAI"},
    {0x100, "ADJ_SETOFFSET"},
    {0x1000, "ADJ_MICRO"},
    {0x2000, "ADJ_NANO"},
    {0x4000, "ADJ_TICK"},
}};

inline constexpr flag_table adjtimex_status{"STA_???", {
    {0x1, "STA_PLL"},
    {0x2, "STA_PPSFREQ"},
    {0x4, "STA_PPSTIME"},
    {0x8, "STA_FLL"},
    {0x10, "STA_INS"},
    {0x20, "STA_DEL"},
    {0x40, "STA_UNSYNC"},
    {0x80, "STA_FREQHOLD"},
    {0x100, "STA_PPSSIGNAL"},
    {0x200, "STA_PPSJITTER"},
    {0x400, "STA_PPSWANDER"},
    {0x800, "STA_PPSERROR"},
    {0x1000, "STA_CLOCKERR"},
    {0x2000, "STA_NANO"},
    {0x4000, "STA_MODE"},
    {0x8000, "STA_CLK"},
}};

inline constexpr enum_table adjtimex_states{"TIME_???", {
    {0, "TIME_OK"},
    {1, "TIME_INS"},
    {2, "TIME_DEL"},
    {3, "TIME_OOP"},
    {4, "TIME_WAIT"},
    {5, "TIME_ERROR"},
}};

} // namespace cotrace::uapi::names
