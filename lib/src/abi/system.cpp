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

constexpr syscall_descriptor rows[] = {
    {"uname", {{"buf", out<utsname_type>}}},
    {"sysinfo", {{"info", out<sysinfo_type>}}},
    {"getrandom", {{"buf", out<hex_bytes<returned()>>}, {"buflen", size}, {"flags", flags<random_flags>}}},
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
