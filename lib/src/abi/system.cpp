// SPDX-License-Identifier: BSL-1.0
// Calls about the machine.
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr auto const& name65 = characters_in<65>;
constexpr structure utsname_type{{
    {"sysname", name65},
    {"nodename", name65},
    {"release", name65, shown::verbose},
    {"version", name65, shown::verbose},
    {"machine", name65, shown::verbose},
    {"domainname", name65, shown::verbose},
}};

constexpr structure sysinfo_type{{
    {"uptime", long_unsigned},
    {"loads", as::array<long_unsigned, exactly(3)>},
    {"totalram", long_unsigned},
    {"freeram", long_unsigned},
    {"sharedram", long_unsigned},
    {"bufferram", long_unsigned},
    {"totalswap", long_unsigned},
    {"freeswap", long_unsigned},
    {"procs", uint16},
    {"", uint16, shown::never},
    {"totalhigh", long_unsigned},
    {"freehigh", long_unsigned},
    {"mem_unit", uint32},
}};

constexpr flag_table random_flags{"GRND_???", {
    {1, "GRND_NONBLOCK"},
    {2, "GRND_RANDOM"},
    {4, "GRND_INSECURE"},
}};

constexpr enum_table seccomp_operations{"SECCOMP_SET_MODE_???", {
    {0, "SECCOMP_SET_MODE_STRICT"},
    {1, "SECCOMP_SET_MODE_FILTER"},
    {2, "SECCOMP_GET_ACTION_AVAIL"},
    {3, "SECCOMP_GET_NOTIF_SIZES"},
}};

constexpr flag_table uring_enter_flags{"IORING_ENTER_???", {
    {0x1, "IORING_ENTER_GETEVENTS"},
    {0x2, "IORING_ENTER_SQ_WAKEUP"},
    {0x4, "IORING_ENTER_SQ_WAIT"},
    {0x8, "IORING_ENTER_EXT_ARG"},
    {0x10, "IORING_ENTER_REGISTERED_RING"},
    {0x20, "IORING_ENTER_ABS_TIMER"},
    {0x40, "IORING_ENTER_EXT_ARG_REG"},
    {0x80, "IORING_ENTER_NO_IOWAIT"},
}};

constexpr syscall_descriptor rows[] = {
    {"uname", {{"buf", out<utsname_type>}}},
    {"sysinfo", {{"info", out<sysinfo_type>}}},
    {"getrandom", {{"buf", out<hex_bytes<returned()>>}, {"buflen", size}, {"flags", flags<random_flags>}}},
    {"init_module", {{"module_image", address}, {"len", size}, {"param_values", string}}},
    {"finit_module", {{"fd", fd}, {"param_values", string}, {"flags", hex32}}},
    {"delete_module", {{"name", string}, {"flags", hex32}}},
    {"add_key", {{"type", string}, {"description", string}, {"payload", in_bytes<argument(3)>}, {"plen", size}, {"keyring", integer}}},
    {"request_key", {{"type", string}, {"description", string}, {"callout_info", string}, {"dest_keyring", integer}}},
    {"seccomp", {{"operation", one_of<seccomp_operations>}, {"flags", hex32}, {"args", address}}},
    {"io_uring_setup", {{"entries", uint32}, {"p", address}}, fd},
    {"io_uring_enter", {{"fd", fd}, {"to_submit", uint32}, {"min_complete", uint32}, {"flags", flags<uring_enter_flags>}, {"argp", address}, {"argsz", size}}},
    {"landlock_restrict_self", {{"ruleset_fd", fd}, {"flags", hex32}}},
    {"process_mrelease", {{"pidfd", fd}, {"flags", hex32}}},
    {"sync", {}},
    {"sethostname", {{"name", in_bytes<argument(1)>}, {"len", size}}},
    {"setdomainname", {{"name", in_bytes<argument(1)>}, {"len", size}}},
    {"vhangup", {}},
    {"iopl", {{"level", integer}}},
    {"ioperm", {{"from", long_hex}, {"num", long_hex}, {"turn_on", integer}}},
};

} // namespace

std::span<syscall_descriptor const> system_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
