// SPDX-License-Identifier: BSL-1.0
// Names of constants of sigaction(2) and siginfo_t, from asm-generic/signal.h and asm-generic/siginfo.h. The tables contain
// the names up to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table sigaction_flags{"SA_???", {
    {0x4000000, "SA_RESTORER"},
    {0x8000000, "SA_ONSTACK"},
    {0x10000000, "SA_RESTART"},
    {0x20000000, "SA_INTERRUPT"},
    {0x40000000, "SA_NODEFER"},
    {0x80000000, "SA_RESETHAND"},
    {0x4, "SA_SIGINFO"},
    {0x1, "SA_NOCLDSTOP"},
    {0x2, "SA_NOCLDWAIT"},
}};

inline constexpr enum_table sigprocmask_hows{"SIG_???", {
    {0, "SIG_BLOCK"},
    {1, "SIG_UNBLOCK"},
    {2, "SIG_SETMASK"},
}};

inline constexpr flag_table sigaltstack_flags{"SS_???", {
    {0x1, "SS_ONSTACK"},
    {0x2, "SS_DISABLE"},
    {0x80000000, "SS_AUTODISARM"},
}};

inline constexpr enum_table sigevent_notifications{"SIGEV_???", {
    {0, "SIGEV_SIGNAL"},
    {1, "SIGEV_NONE"},
    {2, "SIGEV_THREAD"},
    {4, "SIGEV_THREAD_ID"},
}};

inline constexpr enum_table signal_codes{"", {
    {0, "SI_USER"},
    {128, "SI_KERNEL"},
    {0xffffffc4, "SI_ASYNCNL"},
    {0xfffffff9, "SI_DETHREAD"},
    {0xfffffffa, "SI_TKILL"},
    {0xfffffffb, "SI_SIGIO"},
    {0xfffffffc, "SI_ASYNCIO"},
    {0xfffffffd, "SI_MESGQ"},
    {0xfffffffe, "SI_TIMER"},
    {0xffffffff, "SI_QUEUE"},
}};

inline constexpr enum_table sigill_codes{"ILL_???", {
    {1, "ILL_ILLOPC"},
    {2, "ILL_ILLOPN"},
    {3, "ILL_ILLADR"},
    {4, "ILL_ILLTRP"},
    {5, "ILL_PRVOPC"},
    {6, "ILL_PRVREG"},
    {7, "ILL_COPROC"},
    {8, "ILL_BADSTK"},
    {9, "ILL_BADIADDR"},
}};

inline constexpr enum_table sigfpe_codes{"FPE_???", {
    {1, "FPE_INTDIV"},
    {2, "FPE_INTOVF"},
    {3, "FPE_FLTDIV"},
    {4, "FPE_FLTOVF"},
    {5, "FPE_FLTUND"},
    {6, "FPE_FLTRES"},
    {7, "FPE_FLTINV"},
    {8, "FPE_FLTSUB"},
    {14, "FPE_FLTUNK"},
    {15, "FPE_CONDTRAP"},
}};

inline constexpr enum_table sigsegv_codes{"SEGV_???", {
    {1, "SEGV_MAPERR"},
    {2, "SEGV_ACCERR"},
    {3, "SEGV_BNDERR"},
    {4, "SEGV_PKUERR"},
    {5, "SEGV_ACCADI"},
    {6, "SEGV_ADIDERR"},
    {7, "SEGV_ADIPERR"},
    {8, "SEGV_MTEAERR"},
    {9, "SEGV_MTESERR"},
    {10, "SEGV_CPERR"},
}};

inline constexpr enum_table sigbus_codes{"BUS_???", {
    {1, "BUS_ADRALN"},
    {2, "BUS_ADRERR"},
    {3, "BUS_OBJERR"},
    {4, "BUS_MCEERR_AR"},
    {5, "BUS_MCEERR_AO"},
}};

inline constexpr enum_table sigtrap_codes{"TRAP_???", {
    {1, "TRAP_BRKPT"},
    {2, "TRAP_TRACE"},
    {3, "TRAP_BRANCH"},
    {4, "TRAP_HWBKPT"},
    {5, "TRAP_UNK"},
    {6, "TRAP_PERF"},
}};

inline constexpr enum_table sigchld_codes{"CLD_???", {
    {1, "CLD_EXITED"},
    {2, "CLD_KILLED"},
    {3, "CLD_DUMPED"},
    {4, "CLD_TRAPPED"},
    {5, "CLD_STOPPED"},
    {6, "CLD_CONTINUED"},
}};

inline constexpr enum_table sigpoll_codes{"POLL_???", {
    {1, "POLL_IN"},
    {2, "POLL_OUT"},
    {3, "POLL_MSG"},
    {4, "POLL_ERR"},
    {5, "POLL_PRI"},
    {6, "POLL_HUP"},
}};

inline constexpr enum_table sigsys_codes{"SYS_???", {
    {1, "SYS_SECCOMP"},
    {2, "SYS_USER_DISPATCH"},
}};

} // namespace cotrace::uapi::names
