// SPDX-License-Identifier: BSL-1.0
// Calls that make, replace, await and end processes and threads, and what belongs to one.
#include "abi/capabilities.hpp"
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

#define COTRACE_CLONE_ROWS                                                                                   \
    {0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"},              \
        {0x1000, "CLONE_PIDFD"}, {0x2000, "CLONE_PTRACE"}, {0x4000, "CLONE_VFORK"},                          \
        {0x8000, "CLONE_PARENT"}, {0x10000, "CLONE_THREAD"}, {0x20000, "CLONE_NEWNS"},                       \
        {0x40000, "CLONE_SYSVSEM"}, {0x80000, "CLONE_SETTLS"}, {0x100000, "CLONE_PARENT_SETTID"},            \
        {0x200000, "CLONE_CHILD_CLEARTID"}, {0x400000, "CLONE_DETACHED"}, {0x800000, "CLONE_UNTRACED"},      \
        {0x1000000, "CLONE_CHILD_SETTID"}, {0x2000000, "CLONE_NEWCGROUP"}, {0x4000000, "CLONE_NEWUTS"},      \
        {0x8000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"}, {0x20000000, "CLONE_NEWPID"},            \
        {0x40000000, "CLONE_NEWNET"}, {0x80000000, "CLONE_IO"}

constexpr flag_table clone_flags{"CLONE_???", {COTRACE_CLONE_ROWS}};
constexpr flag_table clone3_flags{"CLONE_???", {
    COTRACE_CLONE_ROWS,
    {0x100000000, "CLONE_CLEAR_SIGHAND"},
    {0x200000000, "CLONE_INTO_CGROUP"},
    {0x80, "CLONE_NEWTIME"},
}};
#undef COTRACE_CLONE_ROWS

constexpr flag_table unshare_flags{"CLONE_???", {
    {0x80, "CLONE_NEWTIME"},
    {0x100, "CLONE_VM"},
    {0x200, "CLONE_FS"},
    {0x400, "CLONE_FILES"},
    {0x800, "CLONE_SIGHAND"},
    {0x10000, "CLONE_THREAD"},
    {0x20000, "CLONE_NEWNS"},
    {0x40000, "CLONE_SYSVSEM"},
    {0x2000000, "CLONE_NEWCGROUP"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
}};

constexpr flag_table setns_flags{"CLONE_???", {
    {0, "0", 0},
    {0x80, "CLONE_NEWTIME"},
    {0x20000, "CLONE_NEWNS"},
    {0x2000000, "CLONE_NEWCGROUP"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
}};

constexpr flag_table wait4_options{"W???", {
    {0x1, "WNOHANG"},
    {0x4, "WEXITED"},
    {0x2, "WSTOPPED"},
    {0x8, "WCONTINUED"},
    {0x1000000, "WNOWAIT"},
    {0x80000000, "__WCLONE"},
    {0x40000000, "__WALL"},
    {0x20000000, "__WNOTHREAD"},
}};

constexpr enum_table wait_kinds{"P_???", {
    {0, "P_ALL"},
    {1, "P_PID"},
    {2, "P_PGID"},
    {3, "P_PIDFD"},
}};

constexpr enum_table resources{"RLIMIT_???", {
    {0, "RLIMIT_CPU"},
    {1, "RLIMIT_FSIZE"},
    {2, "RLIMIT_DATA"},
    {3, "RLIMIT_STACK"},
    {4, "RLIMIT_CORE"},
    {5, "RLIMIT_RSS"},
    {6, "RLIMIT_NPROC"},
    {7, "RLIMIT_NOFILE"},
    {8, "RLIMIT_MEMLOCK"},
    {9, "RLIMIT_AS"},
    {10, "RLIMIT_LOCKS"},
    {11, "RLIMIT_SIGPENDING"},
    {12, "RLIMIT_MSGQUEUE"},
    {13, "RLIMIT_NICE"},
    {14, "RLIMIT_RTPRIO"},
    {15, "RLIMIT_RTTIME"},
}};

constexpr enum_table rusage_kinds{"RUSAGE_???", {
    {0, "RUSAGE_SELF"},
    {1, "RUSAGE_THREAD"},
    {0xfffffffe, "RUSAGE_BOTH"},
    {0xffffffff, "RUSAGE_CHILDREN"},
}};

constexpr enum_table arch_prctl_codes{"ARCH_???", {
    {0x1001, "ARCH_SET_GS"},
    {0x1002, "ARCH_SET_FS"},
    {0x1003, "ARCH_GET_FS"},
    {0x1004, "ARCH_GET_GS"},
    {0x1011, "ARCH_GET_CPUID"},
    {0x1012, "ARCH_SET_CPUID"},
    {0x1021, "ARCH_GET_XCOMP_SUPP"},
    {0x1022, "ARCH_GET_XCOMP_PERM"},
    {0x1023, "ARCH_REQ_XCOMP_PERM"},
    {0x1024, "ARCH_GET_XCOMP_GUEST_PERM"},
    {0x1025, "ARCH_REQ_XCOMP_GUEST_PERM"},
    {0x2001, "ARCH_MAP_VDSO_X32"},
    {0x2002, "ARCH_MAP_VDSO_32"},
    {0x2003, "ARCH_MAP_VDSO_64"},
    {0x5001, "ARCH_SHSTK_ENABLE"},
    {0x5002, "ARCH_SHSTK_DISABLE"},
    {0x5003, "ARCH_SHSTK_LOCK"},
    {0x5004, "ARCH_SHSTK_UNLOCK"},
    {0x5005, "ARCH_SHSTK_STATUS"},
}};
constexpr choice_case arch_prctl_arguments[] = {
    {0x1001, address},
    {0x1002, address},
    {0x1003, out<address>},
    {0x1004, out<address>},
    {0x1011, nothing},
};

constexpr flag_table rseq_flags{"RSEQ_FLAG_???", {
    {1, "RSEQ_FLAG_UNREGISTER"},
}};

constexpr flag_table execveat_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x10000, "AT_EXECVE_CHECK"},
}};

constexpr flag_table pidfd_flags{"PIDFD_???", {
    {04000, "PIDFD_NONBLOCK"},
    {0200, "PIDFD_THREAD"},
}};

constexpr enum_table kcmp_types{"KCMP_???", {
    {0, "KCMP_FILE"},
    {1, "KCMP_VM"},
    {2, "KCMP_FILES"},
    {3, "KCMP_FS"},
    {4, "KCMP_SIGHAND"},
    {5, "KCMP_IO"},
    {6, "KCMP_SYSVSEM"},
    {7, "KCMP_EPOLL_TFD"},
}};

constexpr enum_table schedulers{"SCHED_???", {
    {0, "SCHED_OTHER"},
    {1, "SCHED_FIFO"},
    {2, "SCHED_RR"},
    {3, "SCHED_BATCH"},
    {4, "SCHED_ISO"},
    {5, "SCHED_IDLE"},
    {6, "SCHED_DEADLINE"},
    {7, "SCHED_EXT"},
}};

constexpr flag_table scheduler_policies{"SCHED_???", {
    {0, "SCHED_OTHER", 0xff},
    {1, "SCHED_FIFO", 0xff},
    {2, "SCHED_RR", 0xff},
    {3, "SCHED_BATCH", 0xff},
    {4, "SCHED_ISO", 0xff},
    {5, "SCHED_IDLE", 0xff},
    {6, "SCHED_DEADLINE", 0xff},
    {7, "SCHED_EXT", 0xff},
    {0x40000000, "SCHED_RESET_ON_FORK"},
}};

constexpr enum_table priority_kinds{"PRIO_???", {
    {0, "PRIO_PROCESS"},
    {1, "PRIO_PGRP"},
    {2, "PRIO_USER"},
}};

constexpr flag_table personalities{"PER_???", {
    {0, "PER_LINUX", 0xff},
    {8, "PER_LINUX32", 0xff},
    {3, "PER_SVR4", 0xff},
    {6, "PER_BSD", 0xff},
    {0x0020000, "UNAME26"},
    {0x0040000, "ADDR_NO_RANDOMIZE"},
    {0x0080000, "FDPIC_FUNCPTRS"},
    {0x0100000, "MMAP_PAGE_ZERO"},
    {0x0200000, "ADDR_COMPAT_LAYOUT"},
    {0x0400000, "READ_IMPLIES_EXEC"},
    {0x0800000, "ADDR_LIMIT_32BIT"},
    {0x1000000, "SHORT_INODE"},
    {0x2000000, "WHOLE_SECONDS"},
    {0x4000000, "STICKY_TIMEOUTS"},
    {0x8000000, "ADDR_LIMIT_3GB"},
}};
constexpr choice_case personality_query[] = {{0xffffffff, hex32}};

constexpr enum_table ptrace_requests{"PTRACE_???", {
    {0, "PTRACE_TRACEME"},
    {1, "PTRACE_PEEKTEXT"},
    {2, "PTRACE_PEEKDATA"},
    {3, "PTRACE_PEEKUSER"},
    {4, "PTRACE_POKETEXT"},
    {5, "PTRACE_POKEDATA"},
    {6, "PTRACE_POKEUSER"},
    {7, "PTRACE_CONT"},
    {8, "PTRACE_KILL"},
    {9, "PTRACE_SINGLESTEP"},
    {12, "PTRACE_GETREGS"},
    {13, "PTRACE_SETREGS"},
    {14, "PTRACE_GETFPREGS"},
    {15, "PTRACE_SETFPREGS"},
    {16, "PTRACE_ATTACH"},
    {17, "PTRACE_DETACH"},
    {18, "PTRACE_GETFPXREGS"},
    {19, "PTRACE_SETFPXREGS"},
    {21, "PTRACE_OLDSETOPTIONS"},
    {24, "PTRACE_SYSCALL"},
    {25, "PTRACE_GET_THREAD_AREA"},
    {26, "PTRACE_SET_THREAD_AREA"},
    {30, "PTRACE_ARCH_PRCTL"},
    {31, "PTRACE_SYSEMU"},
    {32, "PTRACE_SYSEMU_SINGLESTEP"},
    {33, "PTRACE_SINGLEBLOCK"},
    {0x4200, "PTRACE_SETOPTIONS"},
    {0x4201, "PTRACE_GETEVENTMSG"},
    {0x4202, "PTRACE_GETSIGINFO"},
    {0x4203, "PTRACE_SETSIGINFO"},
    {0x4204, "PTRACE_GETREGSET"},
    {0x4205, "PTRACE_SETREGSET"},
    {0x4206, "PTRACE_SEIZE"},
    {0x4207, "PTRACE_INTERRUPT"},
    {0x4208, "PTRACE_LISTEN"},
    {0x4209, "PTRACE_PEEKSIGINFO"},
    {0x420a, "PTRACE_GETSIGMASK"},
    {0x420b, "PTRACE_SETSIGMASK"},
    {0x420c, "PTRACE_SECCOMP_GET_FILTER"},
    {0x420d, "PTRACE_SECCOMP_GET_METADATA"},
    {0x420e, "PTRACE_GET_SYSCALL_INFO"},
    {0x420f, "PTRACE_GET_RSEQ_CONFIGURATION"},
    {0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG"},
    {0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG"},
    {0x4212, "PTRACE_SET_SYSCALL_INFO"},
}};

constexpr enum_table prctl_options{"PR_???", {
    {1, "PR_SET_PDEATHSIG"},
    {2, "PR_GET_PDEATHSIG"},
    {3, "PR_GET_DUMPABLE"},
    {4, "PR_SET_DUMPABLE"},
    {5, "PR_GET_UNALIGN"},
    {6, "PR_SET_UNALIGN"},
    {7, "PR_GET_KEEPCAPS"},
    {8, "PR_SET_KEEPCAPS"},
    {9, "PR_GET_FPEMU"},
    {10, "PR_SET_FPEMU"},
    {11, "PR_GET_FPEXC"},
    {12, "PR_SET_FPEXC"},
    {13, "PR_GET_TIMING"},
    {14, "PR_SET_TIMING"},
    {15, "PR_SET_NAME"},
    {16, "PR_GET_NAME"},
    {19, "PR_GET_ENDIAN"},
    {20, "PR_SET_ENDIAN"},
    {21, "PR_GET_SECCOMP"},
    {22, "PR_SET_SECCOMP"},
    {23, "PR_CAPBSET_READ"},
    {24, "PR_CAPBSET_DROP"},
    {25, "PR_GET_TSC"},
    {26, "PR_SET_TSC"},
    {27, "PR_GET_SECUREBITS"},
    {28, "PR_SET_SECUREBITS"},
    {29, "PR_SET_TIMERSLACK"},
    {30, "PR_GET_TIMERSLACK"},
    {31, "PR_TASK_PERF_EVENTS_DISABLE"},
    {32, "PR_TASK_PERF_EVENTS_ENABLE"},
    {33, "PR_MCE_KILL"},
    {34, "PR_MCE_KILL_GET"},
    {35, "PR_SET_MM"},
    {36, "PR_SET_CHILD_SUBREAPER"},
    {37, "PR_GET_CHILD_SUBREAPER"},
    {38, "PR_SET_NO_NEW_PRIVS"},
    {39, "PR_GET_NO_NEW_PRIVS"},
    {40, "PR_GET_TID_ADDRESS"},
    {41, "PR_SET_THP_DISABLE"},
    {42, "PR_GET_THP_DISABLE"},
    {47, "PR_CAP_AMBIENT"},
    {52, "PR_GET_SPECULATION_CTRL"},
    {53, "PR_SET_SPECULATION_CTRL"},
    {57, "PR_SET_IO_FLUSHER"},
    {58, "PR_GET_IO_FLUSHER"},
    {59, "PR_SET_SYSCALL_USER_DISPATCH"},
    {62, "PR_SCHED_CORE"},
    {65, "PR_SET_MDWE"},
    {66, "PR_GET_MDWE"},
    {0x53564d41, "PR_SET_VMA"},
    {0x59616d61, "PR_SET_PTRACER"},
}};

constexpr type task_name = {.shape = shape::characters, .length = exactly(16)};
constexpr choice_case prctl_second[] = {
    {1, signal},
    {2, out<signal>},
    {3, nothing},
    {4, integer},
    {7, nothing},
    {8, integer},
    {15, in<task_name>},
    {16, out<task_name>},
    {21, nothing},
    {23, one_of<capabilities, width::klong>},
    {24, one_of<capabilities, width::klong>},
    {25, out<integer>},
    {27, nothing},
    {29, long_signed},
    {30, nothing},
    {36, long_signed},
    {37, out<integer>},
    {40, out<address>},
};
// The options that take nothing more after the second argument.
#define COTRACE_SHORT(n) {n, nothing}
constexpr choice_case prctl_rest[] = {
    COTRACE_SHORT(1), COTRACE_SHORT(2), COTRACE_SHORT(3), COTRACE_SHORT(4), COTRACE_SHORT(7), COTRACE_SHORT(8),
    COTRACE_SHORT(15), COTRACE_SHORT(16), COTRACE_SHORT(21), COTRACE_SHORT(23), COTRACE_SHORT(24), COTRACE_SHORT(25), COTRACE_SHORT(27),
    COTRACE_SHORT(29), COTRACE_SHORT(30), COTRACE_SHORT(36), COTRACE_SHORT(37), COTRACE_SHORT(40),
};
#undef COTRACE_SHORT
constexpr auto const& prctl_argument = chosen<argument(0), prctl_second, long_hex>;
constexpr auto const& prctl_more = chosen<argument(0), prctl_rest, long_hex>;

constexpr type limit = {.shape = shape::resource_limit, .width = width::klong};
constexpr type limit64 = {.shape = shape::resource_limit, .width = width::u64};
constexpr structure rlimit_type{{{"rlim_cur", limit}, {"rlim_max", limit}}};
constexpr structure rlimit64_type{{{"rlim_cur", limit64}, {"rlim_max", limit64}}};

constexpr type signal64  = {.shape = shape::signal, .width = width::u64};
constexpr type address64 = {.shape = shape::address, .width = width::u64};
constexpr condition with_flag(std::uint32_t bits) { return {0, false, bits, 0}; }
constexpr structure clone_args{{
    {"flags", flags<clone3_flags, width::u64>},
    {"pidfd", address64, shown::always, 0, with_flag(0x1000)},
    {"child_tid", address64, shown::always, 0, with_flag(0x1200000)},
    {"parent_tid", address64, shown::always, 0, with_flag(0x100000)},
    {"exit_signal", signal64},
    {"stack", address64},
    {"stack_size", hex64},
    {"tls", address64, shown::always, 0, with_flag(0x80000)},
    {"set_tid", address64, shown::nonzero},
    {"set_tid_size", uint64, shown::nonzero},
    {"cgroup", uint64, shown::nonzero},
}, argument(1)};
// What the parent has of it afterwards.
constexpr type made_id = {.shape = shape::pointer, .width = width::u64, .of = &process_id};
constexpr type made_fd = {.shape = shape::pointer, .width = width::u64, .of = &fd};
constexpr structure clone_results{{
    {"flags", uint64, shown::never},
    {"pidfd", made_fd, shown::always, 0, with_flag(0x1000)},
    {"child_tid", address64, shown::never},
    {"parent_tid", made_id, shown::always, 0, with_flag(0x100000)},
}};
constexpr type clone_args_pointer = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &clone_args, .after = &clone_results};

// What clone(2) takes beside stack and flags depends on the flags.
constexpr choice_case no_parent_tid[] = {{0, nothing}};
template <std::uint64_t Bits, auto const& Type>
constexpr auto const& if_flags = chosen<argument(1, Bits), no_parent_tid, Type>;

constexpr auto const& clone_flags_type = flags_and_signal<clone_flags>;
constexpr arch_set tls_last{arch::x86_64, arch::x32};
constexpr arch_set tls_third{arch::i386, arch::aarch64, arch::riscv64};

constexpr syscall_descriptor rows[] = {
    {"execve", {{"pathname", path}, {"argv", strings}, {"envp", in_counted<as::list<string>>}}},
    {"execveat", {{"dirfd", dirfd}, {"pathname", path}, {"argv", strings}, {"envp", in_counted<as::list<string>>}, {"flags", flags<execveat_flags>}}},
    {"exit", {{"status", integer}}, nothing},
    {"exit_group", {{"status", integer}}, nothing},
    {"fork", {}},
    {"vfork", {}},
    {"clone", {parameter::label("child_stack", address, 1), parameter::label("flags", clone_flags_type, 0),
               parameter::label("parent_tid", if_flags<0x101000, out<as::array<process_id, exactly(1)>>>, 2),
               parameter::label("tls", if_flags<0x80000, long_hex>, 4),
               parameter::label("child_tidptr", if_flags<0x1200000, address>, 3)}, {}, tls_last},
    {"clone", {parameter::label("child_stack", address, 1), parameter::label("flags", clone_flags_type, 0),
               parameter::label("parent_tid", if_flags<0x101000, out<as::array<process_id, exactly(1)>>>, 2),
               parameter::label("tls", if_flags<0x80000, long_hex>, 3),
               parameter::label("child_tidptr", if_flags<0x1200000, address>, 4)}, {}, tls_third},
    {"clone3", {{"cl_args", clone_args_pointer}, {"size", size}}},
    {"wait4", {{"pid", process_id}, {"wstatus", out_if_returned<wait_status>}, {"options", flags<wait4_options>}, {"rusage", out_if_returned<rusage_type>}}},
    {"waitpid", {{"pid", process_id}, {"wstatus", out_if_returned<wait_status>}, {"options", flags<wait4_options>}}},
    {"waitid", {{"idtype", one_of<wait_kinds>}, {"id", process_id}, {"infop", out<signal_info>}, {"options", flags<wait4_options>}, {"rusage", out<rusage_type>}}},
    {"unshare", {{"flags", flags<unshare_flags, width::klong>}}},
    {"setns", {{"fd", fd}, {"nstype", flags<setns_flags>}}},
    {"set_tid_address", {{"tidptr", address}}},
    {"set_robust_list", {{"head", address}, {"len", size}}},
    {"get_robust_list", {{"pid", process_id}, {"head_ptr", out<address>}, {"len_ptr", out<size>}}},
    {"rseq", {{"rseq", address}, {"rseq_len", hex32}, {"flags", flags<rseq_flags>}, {"sig", hex32}}},
    {"arch_prctl", {{"code", one_of<arch_prctl_codes>}, {"addr", chosen<argument(0), arch_prctl_arguments, long_hex>}}},
    {"prctl", {{"option", one_of<prctl_options>}, {"arg2", prctl_argument}, {"arg3", prctl_more}, {"arg4", prctl_more}, {"arg5", prctl_more}}},
    {"getrlimit", {{"resource", one_of<resources>}, {"rlim", out<rlimit_type>}}},
    {"ugetrlimit", {{"resource", one_of<resources>}, {"rlim", out<rlimit_type>}}},
    {"setrlimit", {{"resource", one_of<resources>}, {"rlim", in<rlimit_type>}}},
    {"prlimit64", {{"pid", process_id}, {"resource", one_of<resources>}, {"new_limit", in<rlimit64_type>}, {"old_limit", out<rlimit64_type>}}},
    {"getrusage", {{"who", one_of<rusage_kinds>}, {"usage", out<rusage_type>}}},
    {"getpriority", {{"which", one_of<priority_kinds>}, {"who", integer}}},
    {"setpriority", {{"which", one_of<priority_kinds>}, {"who", integer}, {"prio", integer}}},
    {"nice", {{"inc", integer}}},
    {"personality", {{"persona", chosen<argument(0), personality_query, flags<personalities>>}}, flags<personalities>},
    {"ptrace", {{"op", one_of<ptrace_requests>}, {"pid", process_id}, {"addr", address}, {"data", address}}},
    {"sched_yield", {}},
    {"sched_setscheduler", {{"pid", process_id}, {"policy", flags<scheduler_policies>}, {"param", in<as::array<integer, exactly(1)>>}}},
    {"sched_getscheduler", {{"pid", process_id}}, one_of<schedulers>},
    {"sched_setparam", {{"pid", process_id}, {"param", in<as::array<integer, exactly(1)>>}}},
    {"sched_getparam", {{"pid", process_id}, {"param", out<as::array<integer, exactly(1)>>}}},
    {"sched_get_priority_max", {{"policy", one_of<schedulers>}}},
    {"sched_get_priority_min", {{"policy", one_of<schedulers>}}},
    {"sched_rr_get_interval", {{"pid", process_id}, {"tp", out<timespec_type>}}},
    {"sched_getaffinity", {{"pid", process_id}, {"cpusetsize", size}, {"mask", out<as::cpu_set<returned()>>}}},
    {"sched_setaffinity", {{"pid", process_id}, {"cpusetsize", size}, {"mask", in<as::cpu_set<argument(1)>>}}},
    {"getcpu", {{"cpu", out<uint32>}, {"node", out<uint32>}, {"tcache", address}}},
    {"pidfd_open", {{"pid", process_id}, {"flags", flags<pidfd_flags>}}, fd},
    {"pidfd_getfd", {{"pidfd", fd}, {"targetfd", fd}, {"flags", hex32}}, fd},
    {"kcmp", {{"pid1", process_id}, {"pid2", process_id}, {"type", one_of<kcmp_types>}, {"idx1", size}, {"idx2", size}}},
    {"getpid", {}},
    {"getppid", {}},
    {"gettid", {}},
    {"getpgrp", {}},
    {"setsid", {}},
    {"getpgid", {{"pid", process_id}}},
    {"setpgid", {{"pid", process_id}, {"pgid", process_id}}},
    {"getsid", {{"pid", process_id}}},
    {"process_vm_readv", {{"pid", process_id}, {"local_iov", out<as::array<iovec_out, argument(2)>>}, {"liovcnt", size}, {"remote_iov", in<as::array<iovec_plain, argument(4)>>}, {"riovcnt", size}, {"flags", long_unsigned}}},
    {"process_vm_writev", {{"pid", process_id}, {"local_iov", in<as::array<iovec_in, argument(2)>>}, {"liovcnt", size}, {"remote_iov", in<as::array<iovec_plain, argument(4)>>}, {"riovcnt", size}, {"flags", long_unsigned}}},
};

} // namespace

std::span<syscall_descriptor const> process_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
