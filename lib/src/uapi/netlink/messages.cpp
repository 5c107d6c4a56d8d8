// SPDX-License-Identifier: BSL-1.0
#include "uapi/netlink/messages.hpp"

#include "uapi/constants/generic.hpp"
#include "uapi/netlink/diag.hpp"
#include "uapi/netlink/other.hpp"
#include "uapi/netlink/route.hpp"
#include "uapi/words.hpp"

#include <algorithm>

namespace cotrace::uapi::netlink {

constinit structure<5> const header{{
    {"nlmsg_len", as::uint32},
    {"nlmsg_type", as::one_of<names::netlink_types, width::u16>},
    {"nlmsg_flags", as::flags<names::netlink_flags, width::u16>},
    {"nlmsg_seq", as::uint32},
    {"nlmsg_pid", as::process_id},
}};

namespace {

constexpr auto const& common_types = as::one_of<names::netlink_types, width::u16>;
constexpr name_table generic_families{nullptr, 0, false, "GENERIC_FAMILY_???"};
constexpr type generic_family_type = {.shape = shape::known_name, .width = width::u16, .style = style::hex, .names = &generic_families};

// The type of a netfilter message: a subsystem in the high byte, and the subsystem's message type in the low byte.
template <auto const& Low>
constexpr type netfilter_type = {.shape = shape::two_bytes, .width = width::u16, .style = style::hex, .names = &names::netfilter_subsystems,
                                 .of = &as::one_of<Low, width::u8>};
constexpr type plain_netfilter_type = {.shape = shape::two_bytes, .width = width::u16, .style = style::hex, .names = &names::netfilter_subsystems, .of = &as::hex8};
constexpr type const* netfilter_types[] = {
    &plain_netfilter_type,   // strace has no names for the message types of NFNL_SUBSYS_NONE
    &netfilter_type<names::netfilter_conntrack_types>,
    &netfilter_type<names::netfilter_expect_types>,
    &netfilter_type<names::netfilter_queue_types>,
    &netfilter_type<names::netfilter_log_types>,
    &netfilter_type<names::netfilter_osf_types>,
    &netfilter_type<names::netfilter_set_commands>,
    &netfilter_type<names::netfilter_accounting_types>,
    &netfilter_type<names::netfilter_timeout_types>,
    &netfilter_type<names::netfilter_helper_types>,
    &netfilter_type<names::netfilter_tables_types>,
    &netfilter_type<names::netfilter_compat_types>,
    &netfilter_type<names::netfilter_hook_types>,
};

template <auto const& Own>
constexpr joined_table<names::netlink_flags, Own> all_flags{"NLM_F_???"};
template <auto const& Own>
constexpr auto const& flags_with = as::flags<all_flags<Own>, width::u16>;
constexpr type const& common_flags = as::flags<names::netlink_flags, width::u16>;
constexpr type const& new_flags = flags_with<names::netlink_new_flags>;
constexpr type const& get_flags = flags_with<names::netlink_get_flags>;
constexpr type const& delete_flags = flags_with<names::netlink_delete_flags>;

enum class message_kind : std::uint8_t { other, adds, gets, deletes };

type const& flags_for(message_kind what) noexcept
{
    switch (what) {
    case message_kind::adds: return new_flags;
    case message_kind::gets: return get_flags;
    case message_kind::deletes: return delete_flags;
    default: return common_flags;
    }
}

message_kind route_kind(std::uint16_t number) noexcept
{
    // RTM_DELACTION. Its messages may have NLM_F_ROOT, which otherwise is a flag of messages that get objects.
    constexpr std::uint16_t delete_action = 49;
    if (number == delete_action)
        return message_kind::gets;
    constexpr message_kind kinds[] = {message_kind::adds, message_kind::deletes, message_kind::gets, message_kind::other};
    return kinds[number & 3];
}

// What a message does: `kinds[at]` is 'n' if it adds, 'd' if it deletes, 'g' if it gets an object. `at` is the message type,
// counted from the first type of the protocol.
message_kind by_letter(std::string_view kinds, std::size_t at) noexcept
{
    if (at >= kinds.size())
        return message_kind::other;
    return kinds[at] == 'n' ? message_kind::adds
        : kinds[at] == 'g' ? message_kind::gets
        : kinds[at] == 'd' ? message_kind::deletes : message_kind::other;
}

message_kind netfilter_kind(std::uint16_t number) noexcept
{
    constexpr std::string_view kinds[] = {
        "",
        "ngdggggg",      // NFNL_SUBSYS_CTNETLINK
        "ngdg",          // NFNL_SUBSYS_CTNETLINK_EXP
        "", "", "", "",
        "nggd",          // NFNL_SUBSYS_ACCT
        "ngd",           // NFNL_SUBSYS_CTNETLINK_TIMEOUT
        "ngd",           // NFNL_SUBSYS_CTHELPER
        "ngdngdngdngdngdng.ngdgngdgdddddddg",   // NFNL_SUBSYS_NFTABLES
        "g",             // NFNL_SUBSYS_NFT_COMPAT
    };
    auto const subsystem = static_cast<std::size_t>(number >> 8);
    return subsystem < std::size(kinds) ? by_letter(kinds[subsystem], number & 0xff) : message_kind::other;
}

message_kind xfrm_kind(std::uint16_t number) noexcept
{
    return by_letter("ndgndg........ng..ngng", static_cast<std::size_t>(number) - first_of_protocol);
}

message_kind crypto_kind(std::uint16_t number) noexcept
{
    return by_letter("nd.gd", static_cast<std::size_t>(number) - first_of_protocol);
}

constexpr message_form link_form{&link_header, &link}, address_form{&address_header, &interface_address},
    route_form_{&route_header, &route}, rule_form{&rule_header, &rule}, neighbour_form{&neighbour_header, &neighbour},
    table_form{&table_header, &neighbour_table}, traffic_form{&traffic_header, &traffic}, action_form{&action_header, &actions},
    label_form{&label_header, &address_label}, data_center_form{&data_center_header, &data_center},
    configuration_form{&configuration_header, &configuration}, multicast_form{&multicast_header, &multicast},
    namespace_form{&general_header, &namespace_id}, statistics_form{&statistics_header, &statistics},
    report_form{&report_header, nullptr}, inet_report_form{&report_header, &inet_report}, inet6_report_form{&report_header, &inet6_report},
    hop_form{&hop_header, &next_hop};

// The forms of NETLINK_ROUTE messages, one for each group of four types (add, delete, get, set). Null if the form is not
// known.
constexpr message_form const* route_forms[] = {
    &link_form, &address_form, &route_form_, &neighbour_form, &rule_form, &traffic_form, &traffic_form, &traffic_form, &action_form,
    nullptr, &address_form, &address_form, &table_form, nullptr, &label_form, &data_center_form, &configuration_form,
    &multicast_form, &namespace_form, &statistics_form, &report_form, &traffic_form, &hop_form,
};

constexpr message_form inet_request_form{&inet_request, &inet_request_attributes},
    old_inet_request_form{&old_inet_request, &inet_request_attributes}, inet_answer_form{&inet_answer, &inet_answer_attributes},
    unix_request_form{&unix_request}, unix_answer_form{&unix_answer, &unix_answer_attributes},
    netlink_request_form{&netlink_request}, netlink_answer_form{&netlink_answer, &netlink_answer_attributes},
    packet_request_form{&packet_request}, packet_answer_form{&packet_answer, &packet_answer_attributes},
    smc_request_form{&smc_request}, smc_answer_form{&smc_answer, &smc_answer_attributes};

} // namespace

type const& kind_of(int protocol, std::uint16_t number) noexcept
{
    if (number < first_of_protocol)
        return common_types;
    switch (protocol) {
    case route_protocol: return as::one_of<names::route_types, width::u16>;
    case sock_diag_protocol: return as::one_of<names::sock_diag_types, width::u16>;
    case xfrm_protocol: return as::one_of<names::xfrm_types, width::u16>;
    case selinux_protocol: return as::one_of<names::selinux_types, width::u16>;
    case audit_protocol: return as::one_of<names::audit_types, width::u16>;
    case netfilter_protocol:
        if (names::netfilter_batch_types.find(number))
            return as::one_of<names::netfilter_batch_types, width::u16>;
        return number >> 8 < static_cast<int>(std::size(netfilter_types)) ? *netfilter_types[number >> 8] : plain_netfilter_type;
    case generic_protocol: return generic_family_type;
    case crypto_protocol: return as::one_of<names::crypto_types, width::u16>;
    default: return common_types;
    }
}

type const& flags_of(int protocol, std::uint16_t number) noexcept
{
    if (number < first_of_protocol)
        return number == error_message ? flags_with<names::netlink_ack_flags> : common_flags;
    switch (protocol) {
    case route_protocol: return flags_for(route_kind(number));
    case sock_diag_protocol:
    case generic_protocol: return get_flags;
    case xfrm_protocol: return flags_for(xfrm_kind(number));
    case netfilter_protocol: return flags_for(netfilter_kind(number));
    case crypto_protocol: return flags_for(crypto_kind(number));
    default: return common_flags;
    }
}

message_form const* route_form(std::uint16_t number, std::uint8_t family) noexcept
{
    constexpr std::uint16_t get_neighbour = 30;
    constexpr std::uint8_t  bridge_family_number = 7;
    if (number == get_neighbour && family == bridge_family_number)
        return &link_form;
    if (!names::route_types.find(number))
        return nullptr;
    auto const which = static_cast<std::size_t>(number - first_of_protocol) / 4;
    auto const* form = which < std::size(route_forms) ? route_forms[which] : nullptr;
    if (form == &report_form)
        return family == reports[0].family ? &inet_report_form : family == reports[1].family ? &inet6_report_form : form;
    return form;
}

message_form const* sock_diag_form(std::uint16_t number, std::uint8_t family, bool is_request) noexcept
{
    constexpr std::uint16_t old_tcp = 18, old_dccp = 19;
    switch (family) {
    case 1: return is_request ? &unix_request_form : &unix_answer_form;
    case 2:
    case 10:
        if (is_request)
            return number == old_tcp || number == old_dccp ? &old_inet_request_form : &inet_request_form;
        return &inet_answer_form;
    case 16: return is_request ? &netlink_request_form : &netlink_answer_form;
    case 17: return is_request ? &packet_request_form : &packet_answer_form;
    case 43: return is_request ? &smc_request_form : &smc_answer_form;
    default: return nullptr;
    }
}

type const* generic_commands(std::string_view family) noexcept
{
    struct row { std::string_view family; type const* commands; };
    static constexpr row rows[] = {
        {"nl80211", &as::one_of<names::nl80211_commands>},
        {"devlink", &as::one_of<names::devlink_commands>},
        {"ethtool", &as::one_of<names::ethtool_messages>},
        {"netdev", &as::one_of<names::netdev_commands>},
        {"mptcp_pm", &as::one_of<names::mptcp_path_commands>},
        {"SEG6", &as::one_of<names::segment_routing_commands>},
        {"IOAM6", &as::one_of<names::ioam6_commands>},
        {"TASKSTATS", &as::one_of<names::task_statistics_commands>},
        {"tcp_metrics", &as::one_of<names::tcp_metrics_commands>},
        {"thermal", &as::one_of<names::thermal_commands>},
    };
    if (family.empty())
        return nullptr;
    auto const* found = std::ranges::find(rows, family, &row::family);
    return found != std::end(rows) ? found->commands : &as::one_of<names::generic_commands>;
}

} // namespace cotrace::uapi::netlink
