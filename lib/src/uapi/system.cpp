// SPDX-License-Identifier: BSL-1.0
// System calls for the machine as a whole: the host name, the kernel log, kernel modules, reboot(2).
#include "uapi/common.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/constants/system.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
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

constexpr auto const& machine_name = in<as::bytes_upto<argument(1), 64>>;   // not read if longer than __NEW_UTS_LEN

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

// A constant of which strace shows both the number and the name, even with -X raw.
template <auto const& Table>
constexpr type always_remarked = {.shape = shape::enumeration, .style = style::decimal, .names = &Table,
                                  .text = {.number_too = true, .always_remarked = true}};
constexpr choice_case log_buffers[] = {
    {0, nothing}, {1, nothing}, {2, out_bytes}, {3, out_bytes}, {4, out_bytes}, {5, nothing}, {6, nothing},
    {7, nothing}, {9, nothing}, {10, nothing},
};
constexpr choice_case log_lengths[] = {
    {0, nothing}, {1, nothing}, {5, nothing}, {6, nothing}, {7, nothing}, {8, always_remarked<names::log_levels>},
    {9, nothing}, {10, nothing},
};

constexpr choice_case reboot_arguments[] = {{0xa1b2c3d4, string}};

constexpr slice kexec_flags[] = {
    {one_of<names::kexec_arches, width::klong>, 0xffff0000, true},
    {flags<names::kexec_flags, width::klong>, ~std::uint64_t{0xffff0000}},
};
constexpr structure kexec_segment{{{"buf", address}, {"bufsz", size}, {"mem", address}, {"memsz", size}}};

constexpr structure sysctl_request{{
    {"name", address},
    {"nlen", integer},
    {"oldval", address},
    {"oldlenp", address},
    {"newval", address},
    {"newlen", size},
    {"", as::array<long_unsigned, exactly(4)>, shown::never},
}};

constexpr syscall_descriptor rows[] = {
    {"_sysctl", {{"args", in<sysctl_request>}}},
    {"uname", {{"buf", out<utsname_type>}}},
    {"sysinfo", {{"info", out<sysinfo_type>}}},
    {"getrandom", {{"buf", out<hex_bytes<returned()>>}, {"buflen", size}, {"flags", flags<names::getrandom_flags>}}},
    {"init_module", {{"module_image", address}, {"len", size}, {"param_values", string}}},
    {"finit_module", {{"fd", fd}, {"param_values", string}, {"flags", flags<names::module_init_flags>}}},
    {"delete_module", {{"name", string}, {"flags", flags<names::module_delete_flags>}}},
    {"kexec_load", {{"entry", address}, {"nr_segments", size}, {"segments", in<as::array_upto<kexec_segment, argument(1), 16>>}, {"flags", packed<kexec_flags, width::klong>}}},
    {"kexec_file_load", {{"kernel_fd", fd}, {"initrd_fd", fd}, {"cmdline_len", size}, {"cmdline", in_bytes<argument(2)>}, {"flags", flags<names::kexec_file_flags, width::klong>}}},
    {"syslog", {{"type", always_remarked<names::syslog_actions>}, {"buf", chosen<argument(0), log_buffers>}, {"len", chosen<argument(0), log_lengths, integer>}}},
    {"reboot", {{"magic1", one_of<names::reboot_magics1>}, {"magic2", one_of<names::reboot_magics2>}, {"cmd", one_of<names::reboot_commands>}, {"arg", chosen<argument(2), reboot_arguments, nothing>}}},
    {"ustat", {{"dev", device}, {"ubuf", address}}},
    {"lookup_dcookie", {{"cookie", pair_unsigned}, {"buffer", out_bytes}, {"len", size}}},
    {"sync", {}},
    {"sethostname", {{"name", machine_name}, {"len", uint32}}},
    {"setdomainname", {{"name", machine_name}, {"len", uint32}}},
    {"vhangup", {}},
    {"iopl", {{"level", integer}}},
    {"ioperm", {{"from", long_hex}, {"num", long_hex}, {"turn_on", integer}}},
};

} // namespace

std::span<syscall_descriptor const> system_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
