// SPDX-License-Identifier: BSL-1.0
// Requests for file descriptors of epoll(7), inotify(7), namespaces(7), perf_event_open(2), pidfd_open(2), seccomp_unotify(2)
// and for some devices.
#include "uapi/common.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/constants/perf.hpp"
#include "uapi/constants/process.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/numbers.hpp"
#include "uapi/perf.hpp"
#include "uapi/spelling.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

namespace cotrace::uapi {
namespace {

using namespace as;

void spell_poll_time(std::string& to, type const&, std::uint64_t number, spelling how)
{
    spell_duration<1'000'000, 6>(to, static_cast<std::int64_t>(number), how != spelling::number);
}
constexpr auto const& poll_time = spelled<spell_poll_time, width::u32, style::unsigned_decimal>;
constexpr structure poll_parameters{{
    {"busy_poll_usecs", poll_time},
    {"busy_poll_budget", uint16},
    {"prefer_busy_poll", hex8},
    {"__pad", hex8, shown::nonzero},
}};
constexpr choice_case poll_requests[] = {
    {0x40088a01, in<poll_parameters>},   // EPIOCSPARAMS
    {0x80088a02, out<poll_parameters>},   // EPIOCGPARAMS
};

// The arguments of the requests of linux/udmabuf.h. These requests make a DMA buffer from the memory of files that
// memfd_create(2) made.
constexpr auto const& shared_buffer_flags = flags<names::udmabuf_flags>;
constexpr structure shared_buffer{{{"memfd", fd}, {"flags", shared_buffer_flags}, {"offset", uint64}, {"size", uint64}}};
constexpr structure shared_buffer_part{{{"memfd", fd}, {"__pad", uint32, shown::never}, {"offset", uint64}, {"size", uint64}}};
constexpr structure shared_buffer_list{{
    {"flags", shared_buffer_flags}, {"count", uint32}, {"list", as::array<shared_buffer_part, member(1)>},
}};
constexpr choice_case shared_buffer_requests[] = {
    {0x40087543, in<shared_buffer_list>},   // UDMABUF_CREATE_LIST
    {0x40187542, in<shared_buffer>},   // UDMABUF_CREATE
};

constexpr choice_case watch_requests[] = {
    {0x40044900, integer},   // INOTIFY_IOC_SETNEXTWD
};

constexpr structure mount_namespace{{{"size", uint32}, {"nr_mounts", uint32}, {"mnt_ns_id", hex64}}};
constexpr choice_case namespace_requests[] = {
    {0xb701, nothing},   // NS_GET_USERNS
    {0xb702, nothing},   // NS_GET_PARENT
    {0xb703, nothing},   // NS_GET_NSTYPE
    {0xb704, out<user_id>},   // NS_GET_OWNER_UID
    {0x8004b706, process_id},   // NS_GET_PID_FROM_PIDNS
    {0x8004b707, process_id},   // NS_GET_TGID_FROM_PIDNS
    {0x8004b708, process_id},   // NS_GET_PID_IN_PIDNS
    {0x8004b709, process_id},   // NS_GET_TGID_IN_PIDNS
    {0x8008b705, out<hex64>},   // NS_GET_MNTNS_ID
    {0x8010b70a, out<mount_namespace>},   // NS_MNT_GET_INFO
    {0x8010b70b, out<mount_namespace>},   // NS_MNT_GET_NEXT
    {0x8010b70c, out<mount_namespace>},   // NS_MNT_GET_PREV
};

// struct pidfd_info. The field `mask` says which fields are valid. The request number contains the size of the structure.
constexpr auto const& info_mask = flags<names::pidfd_information, width::u64>;
constexpr structure process_asked{{{"mask", info_mask}}};
consteval condition in_mask(std::uint32_t flag) { return {0, false, flag, 0}; }
constexpr auto has_credentials = in_mask(2), has_process = in_mask(1);
constexpr structure process_found{{
    {"mask", info_mask, shown::changed},
    {"cgroupid", uint64, shown::always, 0, in_mask(4)},
    {"pid", process_id, shown::always, 0, has_process},
    {"tgid", process_id, shown::always, 0, has_process},
    {"ppid", process_id, shown::always, 0, has_process},
    {"ruid", user_id, shown::always, 0, has_credentials},
    {"rgid", user_id, shown::always, 0, has_credentials},
    {"euid", user_id, shown::always, 0, has_credentials},
    {"egid", user_id, shown::always, 0, has_credentials},
    {"suid", user_id, shown::always, 0, has_credentials},
    {"sgid", user_id, shown::always, 0, has_credentials},
    {"fsuid", user_id, shown::always, 0, has_credentials},
    {"fsgid", user_id, shown::always, 0, has_credentials},
    {"exit_code", wait_status, shown::always, 0, in_mask(8)},
    {"coredump_mask", flags<names::pidfd_coredumps>, shown::always, 0, in_mask(0x10)},
    {"coredump_signal", signal, shown::always, 0, in_mask(0x40)},
    {"coredump_code", uint32, shown::always, 0, in_mask(0x80)},
    {"coredump_pad", uint32, shown::never},
    {"supported_mask", info_mask, shown::always, 0, in_mask(0x20)},
}, request_size()};
constexpr choice_case process_requests[] = {
    {11, completed<process_asked, process_found>},   // PIDFD_GET_INFO, with any size of its argument
};

constexpr auto const& group_flag = flags<names::perf_ioctl_flags>;
constexpr structure programs_asked{{{"ids_len", uint32}}};
constexpr structure programs_refused{{{"ids_len", uint32}}, exactly(8)};
constexpr structure programs_found{{
    {"ids_len", uint32},
    {"prog_cnt", uint32},
    {"ids", as::array<uint32, member(1)>},
}};
constexpr type programs = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &programs_asked,
                           .after = &programs_found, .failed = &programs_refused};
constexpr choice_case event_requests[] = {
    {0x2400, group_flag},   // PERF_EVENT_IOC_ENABLE
    {0x2401, group_flag},   // PERF_EVENT_IOC_DISABLE
    {0x2402, integer},   // PERF_EVENT_IOC_REFRESH
    {0x2403, group_flag},   // PERF_EVENT_IOC_RESET
    {0x2405, fd},   // PERF_EVENT_IOC_SET_OUTPUT
    {0x40042406, string},   // PERF_EVENT_IOC_SET_FILTER of i386 and x32
    {0x40042408, fd},   // PERF_EVENT_IOC_SET_BPF
    {0x40042409, long_unsigned},   // PERF_EVENT_IOC_PAUSE_OUTPUT
    {0x4004240b, perf_attributes_in},   // PERF_EVENT_IOC_MODIFY_ATTRIBUTES of i386 and x32
    {0x40082404, in<uint64>},   // PERF_EVENT_IOC_PERIOD
    {0x40082406, string},   // PERF_EVENT_IOC_SET_FILTER
    {0x4008240b, perf_attributes_in},   // PERF_EVENT_IOC_MODIFY_ATTRIBUTES
    {0x80042407, out<uint64>},   // PERF_EVENT_IOC_ID of i386 and x32
    {0x80082407, out<uint64>},   // PERF_EVENT_IOC_ID
    {0xc004240a, programs},   // PERF_EVENT_IOC_QUERY_BPF of i386 and x32
    {0xc008240a, programs},   // PERF_EVENT_IOC_QUERY_BPF
};

constexpr structure entropy{{
    {"entropy_count", integer},
    {"buf_size", integer},
    {"buf", bytes<member(1)>},
}};
constexpr choice_case random_requests[] = {
    {0x5204, nothing},   // RNDZAPENTCNT
    {0x5206, nothing},   // RNDCLEARPOOL
    {0x5207, nothing},   // RNDRESEEDCRNG
    {0x40045201, in<integer>},   // RNDADDTOENTCNT
    {0x40085203, in<entropy>},   // RNDADDENTROPY
    {0x80045200, out<integer>},   // RNDGETENTCNT
};

// Appends a system call of x86-64 or x32, as `how` says: the number, the name, or both. The number of an x32 call is always
// shown.
void spell_native_call(std::string& to, type const&, std::uint64_t number, spelling how)
{
    auto const* call = number < x32_bit ? find(arch::x86_64, number) : nullptr;
    if (call && how == spelling::name) {
        to.append("__NR_").append(call->name);
        return;
    }
    spell_decimal(to, number);
    call = call || number >= 2 * x32_bit ? call : find(arch::x32, number);
    if (call && how != spelling::number)
        to.append(number < x32_bit ? " /* __NR_" : " /* ").append(call->name).append(" */");
}

void spell_i386_call(std::string& to, type const&, std::uint64_t number, spelling how)
{
    spell_decimal(to, number);
    auto const* call = how != spelling::number ? find(arch::i386, number) : nullptr;
    if (call)
        to.append(" /* ").append(call->name).append(" */");
}

constexpr choice_case call_interfaces[] = {
    {0x40000003, spelled<spell_i386_call>},     // AUDIT_ARCH_I386
    {0xc000003e, spelled<spell_native_call>},   // AUDIT_ARCH_X86_64
};
constexpr type call_number = {.shape = shape::choice, .width = width::u32, .of = &uint32, .length = member(1),
                              .cases = call_interfaces, .count = static_cast<std::uint16_t>(std::size(call_interfaces))};
constexpr structure filtered_call{{
    {"nr", call_number},
    {"arch", one_of<names::audit_arches>},
    {"instruction_pointer", address64},
    {"args", as::array<hex64, exactly(6)>},
}};
constexpr structure notification{{{"id", hex64}, {"pid", process_id}, {"flags", hex32}, {"data", filtered_call}}};
// Appends the field `error` of struct seccomp_notif_resp. Only a negative errno has a name.
void spell_negative_error(std::string& to, type const&, std::uint64_t number, spelling how)
{
    auto const value = static_cast<std::int32_t>(number);
    auto const name = value < 0 ? errno_name(-value) : std::string_view{};
    if (name.empty() || how != spelling::name)
        spell_signed(to, value);
    if (name.empty() || how == spelling::number)
        return;
    to.append(how == spelling::both ? " /* -" : "-").append(name).append(how == spelling::both ? " */" : "");
}
constexpr auto const& negative_error = spelled<spell_negative_error>;

constexpr structure response{{
    {"id", hex64},
    {"val", int64},
    {"error", negative_error},
    {"flags", flags<names::seccomp_notify_flags>},
}};
constexpr structure added_fd{{
    {"id", hex64},
    {"flags", flags<names::seccomp_addfd_flags>},
    {"srcfd", fd},
    {"newfd", integer},
    {"newfd_flags", flags<names::open_flags>},
}};
// struct seccomp_notif at entry. The kernel requires that all bytes are zero, so only a structure with other bytes is shown.
constexpr type nonzero_notification = {.shape = shape::custom, .of = &notification, .size = notification.size, .align = notification.align,
                                       .custom = {.decode = decode::unless_zero}};
constexpr type received = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &nonzero_notification,
                          .after = &notification, .failed = &nothing};
constexpr choice_case filter_requests[] = {
    {0x40082102, in<hex64>},   // SECCOMP_IOCTL_NOTIF_ID_VALID
    {0x40082104, flags<names::seccomp_notify_fd_flags, width::klong>},   // SECCOMP_IOCTL_NOTIF_SET_FLAGS
    {0x40182103, in<added_fd>},   // SECCOMP_IOCTL_NOTIF_ADDFD
    {0x80082102, in<hex64>},   // SECCOMP_IOCTL_NOTIF_ID_VALID of older headers
    {0xc0182101, in<response>},   // SECCOMP_IOCTL_NOTIF_SEND
    {0xc0502100, received},   // SECCOMP_IOCTL_NOTIF_RECV
};

constexpr auto const& remote_mode = one_of<names::lirc_modes>;
constexpr choice_case remote_requests[] = {
    {0x40046911, in<remote_mode>},   // LIRC_SET_SEND_MODE
    {0x40046912, in<remote_mode>},   // LIRC_SET_REC_MODE
    {0x40046913, in<uint32>},   // LIRC_SET_SEND_CARRIER
    {0x40046914, in<uint32>},   // LIRC_SET_REC_CARRIER
    {0x40046915, in<uint32>},   // LIRC_SET_SEND_DUTY_CYCLE
    {0x40046917, in<hex32>},   // LIRC_SET_TRANSMITTER_MASK
    {0x40046918, in<uint32>},   // LIRC_SET_REC_TIMEOUT
    {0x40046919, in<uint32>},   // LIRC_SET_REC_TIMEOUT_REPORTS
    {0x4004691d, in<uint32>},   // LIRC_SET_MEASURE_CARRIER_MODE
    {0x4004691f, in<uint32>},   // LIRC_SET_REC_CARRIER_RANGE
    {0x40046923, in<uint32>},   // LIRC_SET_WIDEBAND_RECEIVER
    {0x80046900, out<flags<names::lirc_features>>},   // LIRC_GET_FEATURES
    {0x80046901, out<remote_mode>},   // LIRC_GET_SEND_MODE
    {0x80046902, out<remote_mode>},   // LIRC_GET_REC_MODE
    {0x80046907, out<uint32>},   // LIRC_GET_REC_RESOLUTION
    {0x80046908, out<uint32>},   // LIRC_GET_MIN_TIMEOUT
    {0x80046909, out<uint32>},   // LIRC_GET_MAX_TIMEOUT
    {0x8004690f, out<uint32>},   // LIRC_GET_LENGTH
    {0x80046924, out<uint32>},   // LIRC_GET_REC_TIMEOUT
};

} // namespace

constinit type const poll_ioctl = chosen<argument(1), poll_requests, long_hex>;
constinit type const shared_buffer_ioctl = chosen<argument(1), shared_buffer_requests, long_hex>;
constinit type const watch_ioctl = chosen<argument(1), watch_requests, long_hex>;
constinit type const namespace_ioctl = chosen<argument(1), namespace_requests, long_hex>;
constinit type const process_ioctl = chosen<argument(1, 0xff), process_requests, long_hex>;
constinit type const event_counter_ioctl = chosen<argument(1), event_requests, long_hex>;
constinit type const random_ioctl = chosen<argument(1), random_requests, long_hex>;
constinit type const filter_ioctl = chosen<argument(1), filter_requests, long_hex>;
constinit type const remote_control_ioctl = chosen<argument(1), remote_requests, long_hex>;

} // namespace cotrace::uapi
