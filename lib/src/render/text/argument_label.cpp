// SPDX-License-Identifier: BSL-1.0
#include "render/text/argument_label.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <limits>

// The rows of tables are aligned by hand.
// clang-format off

namespace cotrace::render {
namespace {

/// An argument of a call, with its name in records (`parameter`) and its name in the text format with -N (`label`).
struct renamed_argument {
    std::string_view call;
    std::string_view parameter;
    std::string_view label;
};

/// The rows are sorted by `call`. The row of a call also applies to its variants, such as `setgid32`, `fcntl64` and
/// `clock_nanosleep_time64`.
constexpr renamed_argument renamed_arguments[] = {
    {"acct", "filename", "path"},
    {"arch_prctl", "code", "op"},
    {"clock_adjtime", "clk_id", "clockid"},
    {"clock_getres", "res", "tp"},
    {"clock_nanosleep", "t", "request"},
    {"fcntl", "cmd", "op"},
    {"flock", "operation", "op"},
    {"fsconfig", "fs_fd", "fd"},
    {"fsmount", "fs_fd", "fd"},
    {"getresgid", "egid", "euid"},
    {"getresgid", "rgid", "ruid"},
    {"getresgid", "sgid", "suid"},
    {"getxattr", "path", "pathname"},
    {"io_pgetevents", "usig", "sig"},
    {"ioctl", "request", "op"},
    {"kill", "sig", "signum"},
    {"lgetxattr", "path", "pathname"},
    {"listxattr", "path", "pathname"},
    {"llistxattr", "path", "pathname"},
    {"lremovexattr", "path", "pathname"},
    {"lsetxattr", "path", "pathname"},
    {"map_shadow_stack", "size", "len"},
    {"mlock", "len", "length"},
    {"mlock2", "len", "length"},
    {"move_mount", "from_dirfd", "from_dfd"},
    {"move_mount", "to_dirfd", "to_dfd"},
    {"mprotect", "len", "length"},
    {"mq_open", "oflag", "flags"},
    {"mq_unlink", "name", "path"},
    {"mseal", "len", "length"},
    {"msgctl", "cmd", "op"},
    {"munlock", "len", "length"},
    {"nanosleep", "duration", "req"},
    {"pidfd_send_signal", "sig", "signum"},
    {"pivot_root", "new_root", "oldpath"},
    {"pivot_root", "put_old", "newpath"},
    {"pkey_mprotect", "len", "length"},
    {"prctl", "option", "op"},
    {"process_madvise", "vlen", "n"},
    {"pselect6", "sigmask", "sig"},
    {"reboot", "cmd", "op"},
    {"reboot", "magic1", "magic"},
    {"removexattr", "path", "pathname"},
    {"rmdir", "pathname", "path"},
    {"rt_sigqueueinfo", "sig", "signum"},
    {"rt_sigsuspend", "mask", "set"},
    {"rt_tgsigqueueinfo", "sig", "signum"},
    {"semctl", "cmd", "op"},
    {"set_robust_list", "head", "addr"},
    {"set_robust_list", "len", "length"},
    {"setfsgid", "fsgid", "fsuid"},
    {"setgid", "gid", "uid"},
    {"setregid", "egid", "euid"},
    {"setregid", "rgid", "ruid"},
    {"setresgid", "egid", "euid"},
    {"setresgid", "rgid", "ruid"},
    {"setresgid", "sgid", "suid"},
    {"setxattr", "path", "pathname"},
    {"shmctl", "cmd", "op"},
    {"symlink", "linkpath", "newpath"},
    {"symlink", "target", "oldpath"},
    {"syslog", "buf", "bufp"},
    {"tgkill", "sig", "signum"},
    {"times", "buf", "buf=buf"},   // strace writes the name twice
    {"tkill", "sig", "signum"},
    {"unlink", "pathname", "path"},
    {"uselib", "library", "path"},
    {"utimes", "filename", "pathname"},
    {"wait4", "rusage", "usage"},
    {"wait4", "wstatus", "status"},
    {"waitid", "infop", "siginfo"},
    {"waitid", "rusage", "usage"},
};
static_assert(std::ranges::is_sorted(renamed_arguments, {}, &renamed_argument::call));

/// The names of the second to fifth arguments if the first argument is `operation`. An empty name stands for the name in records.
struct operation_labels {
    std::uint64_t operation = 0;
    std::array<std::string_view, 4> labels{};
    std::uint64_t second_from = 0;   ///< the row applies only if the second argument is from `second_from` to `second_to`
    std::uint64_t second_to = std::numeric_limits<std::uint64_t>::max();
};

// Operations are written as numbers, because older headers lack the newest names: see uapi/constants/names.hpp.
constexpr operation_labels prctl_labels[] = {
    {1, {"sig"}},   // PR_SET_PDEATHSIG
    {2, {"sig"}},   // PR_GET_PDEATHSIG
    {4, {"dumpable"}},   // PR_SET_DUMPABLE
    {5, {"flags"}},   // PR_GET_UNALIGN
    {6, {"flags"}},   // PR_SET_UNALIGN
    {8, {"state"}},   // PR_SET_KEEPCAPS
    {9, {"fpemu"}},   // PR_GET_FPEMU
    {10, {"fpemu"}},   // PR_SET_FPEMU
    {11, {"mode"}},   // PR_GET_FPEXC
    {12, {"mode"}},   // PR_SET_FPEXC
    {14, {"mode"}},   // PR_SET_TIMING
    {15, {"name"}},   // PR_SET_NAME
    {16, {"name"}},   // PR_GET_NAME
    {19, {"endianness"}},   // PR_GET_ENDIAN
    {20, {"endianness"}},   // PR_SET_ENDIAN
    {22, {"mode", "filter"}, 2, 2},   // PR_SET_SECCOMP, SECCOMP_MODE_FILTER
    {22, {"mode"}},
    {23, {"cap"}},   // PR_CAPBSET_READ
    {24, {"cap"}},   // PR_CAPBSET_DROP
    {25, {"flag"}},   // PR_GET_TSC
    {26, {"flag"}},   // PR_SET_TSC
    {28, {"flags"}},   // PR_SET_SECUREBITS
    {29, {"slack"}},   // PR_SET_TIMERSLACK
    {33, {"operation", "policy"}, 1, 1},   // PR_MCE_KILL, PR_MCE_KILL_SET
    {33, {"operation"}},
    {35, {"operation"}},   // PR_SET_MM
    {36, {"set"}},   // PR_SET_CHILD_SUBREAPER
    {37, {"isset"}},   // PR_GET_CHILD_SUBREAPER
    {38, {"set"}},   // PR_SET_NO_NEW_PRIVS
    {40, {"addr"}},   // PR_GET_TID_ADDRESS
    {41, {"flag"}},   // PR_SET_THP_DISABLE
    {45, {"mode"}},   // PR_SET_FP_MODE
    {47, {"operation", "caps"}, 1, 3},   // PR_CAP_AMBIENT with the operation IS_SET, RAISE or LOWER
    {47, {"operation"}},
    {50, {"value"}},   // PR_SVE_SET_VL
    {52, {"misfeature"}},   // PR_GET_SPECULATION_CTRL
    {53, {"misfeature", "value"}},   // PR_SET_SPECULATION_CTRL
    {54, {"keys"}},   // PR_PAC_RESET_KEYS
    {55, {"mode"}},   // PR_SET_TAGGED_ADDR_CTRL
    {57, {"state"}},   // PR_SET_IO_FLUSHER
    {59, {"operation", "off", "size", "switch"}},   // PR_SET_SYSCALL_USER_DISPATCH
    {60, {"bitmask_affected", "bitmask_set"}},   // PR_PAC_SET_ENABLED_KEYS
    {62, {"operation", "pid", "pid_type", "cookie"}, 0, 0},   // PR_SCHED_CORE, PR_SCHED_CORE_GET
    {62, {"operation", "pid", "pid_type"}},
    {63, {"arg"}},   // PR_SME_SET_VL
    {65, {"mask"}},   // PR_SET_MDWE
    {69, {"arg"}},   // PR_RISCV_V_SET_CONTROL
    {71, {"ctx", "scope"}},   // PR_RISCV_SET_ICACHE_FLUSH_CTX
    {72, {"which"}},   // PR_PPC_GET_DEXCR
    {73, {"which", "ctrl"}},   // PR_PPC_SET_DEXCR
    {0x53564d41, {"attr", "addr", "size", "name"}, 0, 0},   // PR_SET_VMA, PR_SET_VMA_ANON_NAME
    {0x53564d41, {"attr"}},
    {0x59616d61, {"pid"}},   // PR_SET_PTRACER
};

constexpr operation_labels keyctl_labels[] = {
    {0, {"key", "create"}},   // KEYCTL_GET_KEYRING_ID
    {1, {"name"}},   // KEYCTL_JOIN_SESSION_KEYRING
    {2, {"key", "payload", "plen"}},   // KEYCTL_UPDATE
    {3, {"key"}},   // KEYCTL_REVOKE
    {4, {"key", "uid", "gid"}},   // KEYCTL_CHOWN
    {5, {"key", "perms"}},   // KEYCTL_SETPERM
    {6, {"key", "buffer", "buflen"}},   // KEYCTL_DESCRIBE
    {7, {"key"}},   // KEYCTL_CLEAR
    {8, {"key", "keyring"}},   // KEYCTL_LINK
    {9, {"key", "keyring"}},   // KEYCTL_UNLINK
    {10, {"keyring", "type", "description", "dest_keyring"}},   // KEYCTL_SEARCH
    {11, {"key", "buffer", "buflen"}},   // KEYCTL_READ
    {12, {"key", "payload", "plen", "keyring"}},   // KEYCTL_INSTANTIATE
    {13, {"key", "timeout", "keyring"}},   // KEYCTL_NEGATE
    {14, {"reqkey_defl"}},   // KEYCTL_SET_REQKEY_KEYRING
    {15, {"key", "timeout"}},   // KEYCTL_SET_TIMEOUT
    {16, {"key"}},   // KEYCTL_ASSUME_AUTHORITY
    {17, {"key", "buffer", "buflen"}},   // KEYCTL_GET_SECURITY
    {19, {"key", "timeout", "error", "keyring"}},   // KEYCTL_REJECT
    {20, {"key", "payload", "plen", "keyring"}},   // KEYCTL_INSTANTIATE_IOV
    {21, {"key"}},   // KEYCTL_INVALIDATE
    {22, {"uid", "keyring"}},   // KEYCTL_GET_PERSISTENT
    {23, {"dh_params", "buffer", "buflen", "kdf_params"}},   // KEYCTL_DH_COMPUTE
    {24, {"key", "reserved", "params", "info"}},   // KEYCTL_PKEY_QUERY
    {25, {"params", "info", "in", "out"}},   // KEYCTL_PKEY_ENCRYPT
    {26, {"params", "info", "in", "out"}},   // KEYCTL_PKEY_DECRYPT
    {27, {"params", "info", "in", "out"}},   // KEYCTL_PKEY_SIGN
    {28, {"params", "info", "in", "in2"}},   // KEYCTL_PKEY_VERIFY
    {29, {"keyring", "type", "restriction"}},   // KEYCTL_RESTRICT_KEYRING
    {30, {"key", "from_keyring", "to_keyring", "flags"}},   // KEYCTL_MOVE
    {31, {"buffer", "buflen"}},   // KEYCTL_CAPABILITIES
};


/// The name of the argument of an ioctl(2) request. Without a row in `request_labels`, the name is `argp`.
struct request_label {
    std::uint32_t    request = 0;
    std::string_view label;
};

constexpr request_label request_labels[] = {
    {0x302, "unmaskintr"},   // HDIO_GET_UNMASKINTR
    {0x304, "multcount"},   // HDIO_GET_MULTCOUNT
    {0x307, "identity"},   // HDIO_OBSOLETE_IDENTITY
    {0x308, "keep_settings"},   // HDIO_GET_KEEPSETTINGS
    {0x309, "arg"},   // HDIO_GET_32BIT
    {0x30a, "arg"},   // HDIO_GET_NOWERR
    {0x30b, "arg"},   // HDIO_GET_DMA
    {0x30c, "arg"},   // HDIO_GET_NICE
    {0x30d, "identity"},   // HDIO_GET_IDENTITY
    {0x30e, "arg"},   // HDIO_GET_WCACHE
    {0x30f, "arg"},   // HDIO_GET_ACOUSTIC
    {0x310, "arg"},   // HDIO_GET_ADDRESS
    {0x31a, "arg"},   // HDIO_GET_BUSSTATE
    {0x31c, "arg"},   // HDIO_DRIVE_RESET
    {0x321, "multcount"},   // HDIO_SET_MULTCOUNT
    {0x322, "unmaskintr"},   // HDIO_SET_UNMASKINTR
    {0x323, "keep_settings"},   // HDIO_SET_KEEPSETTINGS
    {0x324, "arg"},   // HDIO_SET_32BIT
    {0x325, "arg"},   // HDIO_SET_NOWERR
    {0x326, "arg"},   // HDIO_SET_DMA
    {0x327, "arg"},   // HDIO_SET_PIO_MODE
    {0x328, "arg"},   // HDIO_SCAN_HWIF
    {0x329, "arg"},   // HDIO_SET_NICE
    {0x32a, "arg"},   // HDIO_UNREGISTER_HWIF
    {0x32b, "arg"},   // HDIO_SET_WCACHE
    {0x32c, "arg"},   // HDIO_SET_ACOUSTIC
    {0x32d, "arg"},   // HDIO_SET_BUSSTATE
    {0x32f, "arg"},   // HDIO_SET_ADDRESS
    {0x5409, "arg"},   // TCSBRK
    {0x540a, "arg"},   // TCXONC
    {0x540b, "arg"},   // TCFLSH
    {0x540e, "arg"},   // TIOCSCTTY
    {0x5420, "mode"},   // TIOCPKT
    {0x5425, "arg"},   // TCSBRKP
    {0xb704, "uid"},   // NS_GET_OWNER_UID
    {0x40045431, "lock"},   // TIOCSPTLCK
    {0x40046602, "attr"},   // FS_IOC32_SETFLAGS
    {0x40049409, "src_fd"},   // FICLONE
    {0x40086602, "attr"},   // FS_IOC_SETFLAGS
    {0x401c5820, "arg"},   // FS_IOC_FSSETXATTR
    {0x4020940d, "arg"},   // FICLONERANGE
    {0x41009432, "label"},   // FS_IOC_SETFSLABEL
    {0x80046601, "attr"},   // FS_IOC32_GETFLAGS
    {0x80086601, "attr"},   // FS_IOC_GETFLAGS
    {0x80111500, "arg"},   // FS_IOC_GETFSUUID
    {0x801c581f, "arg"},   // FS_IOC_FSGETXATTR
    {0x8044b401, "info"},   // GPIO_GET_CHIPINFO_IOCTL
    {0x80811501, "arg"},   // FS_IOC_GETFSSYSFSPATH
    {0x81009431, "label"},   // FS_IOC_GETFSLABEL
    {0xc004b40c, "offset"},   // GPIO_GET_LINEINFO_UNWATCH_IOCTL
    {0xc0101502, "arg"},   // FS_IOC_GETLBMD_CAP
    {0xc010b40e, "values"},   // GPIO_V2_LINE_GET_VALUES_IOCTL
    {0xc010b40f, "values"},   // GPIO_V2_LINE_SET_VALUES_IOCTL
    {0xc0189436, "arg"},   // FIDEDUPERANGE
    {0xc030b404, "request"},   // GPIO_GET_LINEEVENT_IOCTL
    {0xc040b408, "values"},   // GPIOHANDLE_GET_LINE_VALUES_IOCTL
    {0xc040b409, "values"},   // GPIOHANDLE_SET_LINE_VALUES_IOCTL
    {0xc048b402, "info"},   // GPIO_GET_LINEINFO_IOCTL
    {0xc048b40b, "info"},   // GPIO_GET_LINEINFO_WATCH_IOCTL
    {0xc054b40a, "config"},   // GPIOHANDLE_SET_CONFIG_IOCTL
    {0xc100b405, "info"},   // GPIO_V2_GET_LINEINFO_IOCTL
    {0xc100b406, "info"},   // GPIO_V2_GET_LINEINFO_WATCH_IOCTL
    {0xc110b40d, "config"},   // GPIO_V2_LINE_SET_CONFIG_IOCTL
    {0xc16cb403, "request"},   // GPIO_GET_LINEHANDLE_IOCTL
    {0xc250b407, "request"},   // GPIO_V2_GET_LINE_IOCTL
};
static_assert(std::ranges::is_sorted(request_labels, {}, &request_label::request));

std::string_view without_width(std::string_view call) noexcept
{
    for (std::string_view const suffix : {"_time64", "64", "32"})
        if (call.ends_with(suffix))
            return call.substr(0, call.size() - suffix.size());
    return call;
}

std::string_view renamed(std::string_view call, std::string_view parameter) noexcept
{
    auto const [first, last] = std::ranges::equal_range(renamed_arguments, call, {}, &renamed_argument::call);
    auto const found = std::find_if(first, last, [&](auto const& row) { return row.parameter == parameter; });
    return found != last ? found->label : std::string_view{};
}

template <std::size_t N>
std::string_view of_operation(operation_labels const (&rows)[N], syscall_call const& call, std::string_view parameter) noexcept
{
    constexpr std::array<std::string_view, 4> names{"arg2", "arg3", "arg4", "arg5"};
    auto const at = static_cast<std::size_t>(std::ranges::find(names, parameter) - names.begin());
    auto const operation = call.args[0] & 0xffffffff;
    if (at == names.size())
        return {};
    for (auto const& row : rows)
        if (row.operation == operation && call.args[1] >= row.second_from && call.args[1] <= row.second_to)
            return row.labels[at];
    return {};
}

std::string_view of_keyctl(syscall_call const& call, std::string_view parameter)
{
    auto const label = of_operation(keyctl_labels, call, parameter);
    // strace calls a buffer for a result "out" only if it could read the structure at `arg2`, and otherwise "in2".
    auto const parameters = label == "out" ? call.argument("arg2") : std::nullopt;
    return parameters && !parameters->target() ? "in2" : label;
}

std::string_view of_request(syscall_call const& call, std::string_view parameter) noexcept
{
    if (parameter != "argp")
        return {};
    auto const request = static_cast<std::uint32_t>(call.args[1]);
    auto const* row = std::ranges::lower_bound(request_labels, request, {}, &request_label::request);
    return row != std::end(request_labels) && row->request == request ? row->label : std::string_view{};
}

// The label of an argument whose label depends on the values of other arguments; empty for any other argument.
std::string_view dependent(std::string_view name, syscall_call const& call, std::string_view parameter)
{
    if (name == "prctl")
        return of_operation(prctl_labels, call, parameter);
    if (name == "keyctl")
        return of_keyctl(call, parameter);
    if (name == "ioctl")
        return of_request(call, parameter);
    if (name == "futex" && parameter == "timeout") {
        constexpr std::uint64_t operation = 0x7f;
        // FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP and FUTEX_CMP_REQUEUE_PI take a number in place of the timeout.
        std::uint64_t const counting[] = {3, 4, 5, 12};
        return std::ranges::count(counting, call.args[1] & operation) != 0 ? "val2" : std::string_view{};
    }
    constexpr std::uint64_t extended = 8, registered = 0x40;   // IORING_ENTER_EXT_ARG, IORING_ENTER_EXT_ARG_REG
    if (name == "io_uring_enter" && ((call.args[3] & extended) != 0) == ((call.args[3] & registered) != 0))
        return parameter == "arg" ? "sigset" : parameter == "argsz" ? "sigsetsize" : std::string_view{};
    // For PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_GETFPREGS and PTRACE_SETFPREGS, strace shows `data` under the name
    // "addr".
    if (name == "ptrace" && parameter == "data" && call.args[0] >= 12 && call.args[0] <= 15)
        return "addr";
    return {};
}

} // namespace

std::string_view argument_label(syscall_call const& call, std::string_view parameter)
{
    if (!call.what)
        return parameter;
    auto const name = without_width(call.what->name);
    auto label = dependent(name, call, parameter);
    if (label.empty())
        label = renamed(name, parameter);
    return label.empty() ? parameter : label;
}

} // namespace cotrace::render
