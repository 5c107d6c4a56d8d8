// SPDX-License-Identifier: BSL-1.0
// Clocks and watchdogs: rtc(4), linux/ptp_clock.h, linux/watchdog.h.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/spelling.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure broken_down_time{{
    {"tm_sec", integer},
    {"tm_min", integer},
    {"tm_hour", integer},
    {"tm_mday", integer},
    {"tm_mon", integer},
    {"tm_year", integer},
    {"tm_wday", integer, shown::verbose},
    {"tm_yday", integer, shown::verbose},
    {"tm_isdst", integer, shown::verbose},
}};
constexpr structure alarm{{{"enabled", uint8}, {"pending", uint8}, {"time", broken_down_time}}};
constexpr structure phase_lock{{
    {"pll_ctrl", integer},
    {"pll_value", integer},
    {"pll_max", integer},
    {"pll_min", integer},
    {"pll_posmult", integer},
    {"pll_negmult", integer},
    {"pll_clock", ssize},
}};

// struct rtc_param. The field `param` decides the type of the value (`uvalue` or `svalue`).
constexpr auto const& kind = one_of<names::rtc_parameters, width::u64>;
constexpr auto const& features = flags<names::rtc_features, width::u64>;
constexpr auto const& backup_mode = one_of<names::rtc_backup_modes, width::u64>;
constexpr structure given_features{{{"param", kind}, {"uvalue", features}, {"index", uint32}, {"__pad", hex32, shown::nonzero}}};
constexpr structure given_correction{{{"param", kind}, {"svalue", int64}, {"index", uint32}, {"__pad", hex32, shown::nonzero}}};
constexpr structure given_mode{{{"param", kind}, {"uvalue", backup_mode}, {"index", uint32}, {"__pad", hex32, shown::nonzero}}};
constexpr structure given_other{{{"param", kind}, {"uvalue", hex64}, {"index", uint32}, {"__pad", hex32, shown::nonzero}}};
constexpr structure asked{{{"param", kind}, {"uvalue", hex64, shown::never}, {"index", uint32}, {"__pad", hex32, shown::nonzero}}};
constexpr structure got_features{{{"param", kind, shown::never}, {"uvalue", features}, {"index", uint32, shown::never}, {"__pad", hex32, shown::nonzero}}};
constexpr structure got_correction{{{"param", kind, shown::never}, {"svalue", int64}, {"index", uint32, shown::never}, {"__pad", hex32, shown::nonzero}}};
constexpr structure got_mode{{{"param", kind, shown::never}, {"uvalue", backup_mode}, {"index", uint32, shown::never}, {"__pad", hex32, shown::nonzero}}};
constexpr structure got_other{{{"param", kind, shown::never}, {"uvalue", hex64}, {"index", uint32, shown::never}, {"__pad", hex32, shown::nonzero}}};
constexpr choice_case given_kinds[] = {{0, given_features}, {1, given_correction}, {2, given_mode}};
constexpr choice_case got_kinds[] = {{0, got_features}, {1, got_correction}, {2, got_mode}};
constexpr auto const& parameter_given = chosen_by_start<given_kinds, given_other, 24>;
constexpr auto const& parameter_got = chosen_by_start<got_kinds, got_other, 24>;
// The argument of RTC_PARAM_GET. If the call failed, the text output shows struct rtc_param at entry, and the address.
constexpr type parameter_wanted = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &asked,
                                   .after = &parameter_got, .failed = &nothing};

constexpr choice_case clock_requests[] = {
    {0x7001, nothing},   // RTC_AIE_ON
    {0x7002, nothing},   // RTC_AIE_OFF
    {0x7003, nothing},   // RTC_UIE_ON
    {0x7004, nothing},   // RTC_UIE_OFF
    {0x7005, nothing},   // RTC_PIE_ON
    {0x7006, nothing},   // RTC_PIE_OFF
    {0x700f, nothing},   // RTC_WIE_ON
    {0x7010, nothing},   // RTC_WIE_OFF
    {0x7014, nothing},   // RTC_VL_CLR
    {0x4004700c, long_unsigned},   // RTC_IRQP_SET of i386 and x32
    {0x4004700e, long_unsigned},   // RTC_EPOCH_SET of i386 and x32
    {0x4008700c, long_unsigned},   // RTC_IRQP_SET
    {0x4008700e, long_unsigned},   // RTC_EPOCH_SET
    {0x40187013, parameter_wanted},   // RTC_PARAM_GET
    {0x40187014, in<parameter_given>},   // RTC_PARAM_SET
    {0x401c7012, in<phase_lock>},   // RTC_PLL_SET of i386 and x32
    {0x40207012, in<phase_lock>},   // RTC_PLL_SET
    {0x40247007, in<broken_down_time>},   // RTC_ALM_SET
    {0x4024700a, in<broken_down_time>},   // RTC_SET_TIME
    {0x4028700f, in<alarm>},   // RTC_WKALM_SET
    {0x8004700b, out<size>},   // RTC_IRQP_READ of i386 and x32
    {0x8004700d, out<size>},   // RTC_EPOCH_READ of i386 and x32
    {0x80047013, out<flags<names::rtc_voltage_flags>>},   // RTC_VL_READ
    {0x8008700b, out<size>},   // RTC_IRQP_READ
    {0x8008700d, out<size>},   // RTC_EPOCH_READ
    {0x801c7011, out<phase_lock>},   // RTC_PLL_GET of i386 and x32
    {0x80207011, out<phase_lock>},   // RTC_PLL_GET
    {0x80247008, out<broken_down_time>},   // RTC_ALM_READ
    {0x80247009, out<broken_down_time>},   // RTC_RD_TIME
    {0x80287010, out<alarm>},   // RTC_WKALM_RD
};

// The types of struct ptp_clock_time: `moment` for a point in time, `span` for a duration.
constexpr structure span{{{"sec", int64}, {"nsec", uint32}, {"reserved", hex32, shown::nonzero}}};
constexpr structure moment{{{"sec", int64}, {"nsec", uint32}, {"reserved", hex32, shown::nonzero}}, {}, layout::natural, 9};
void spell_phase(std::string& to, type const&, std::uint64_t number, spelling how)
{
    spell_duration<1'000'000'000, 9>(to, static_cast<std::int32_t>(number), how != spelling::number);
}
constexpr auto const& phase = spelled<spell_phase, width::u32, style::unsigned_decimal>;
template <std::uint64_t N> constexpr type reserved = {.shape = shape::array, .of = &hex32, .length = exactly(N)};

constexpr structure capabilities{{
    {"max_adj", integer},
    {"n_alarm", integer},
    {"n_ext_ts", integer},
    {"n_per_out", integer},
    {"pps", integer},
    {"n_pins", integer},
    {"cross_timestamping", integer},
    {"adjust_phase", integer},
    {"max_phase_adj", phase},
    {"rsv", reserved<11>, shown::nonzero},
}};
constexpr structure timestamps{{
    {"index", uint32},
    {"flags", flags<names::ptp_timestamp_flags>},
    {"rsv", reserved<2>, shown::never},
}};
constexpr structure timestamps2{{
    {"index", uint32},
    {"flags", flags<names::ptp_timestamp_flags>},
    {"rsv", reserved<2>, shown::nonzero},
}};
// struct ptp_perout_request. The flags say whether the first field is a phase or a start, and whether the last field is a
// pulse width (`on`).
constexpr auto const& output_flags = flags<names::ptp_output_flags>;
constexpr structure output_started{{
    {"start", moment}, {"period", span}, {"index", uint32}, {"flags", output_flags}, {"rsv", reserved<4>, shown::never},
}};
constexpr structure output_started2{{
    {"start", moment}, {"period", span}, {"index", uint32}, {"flags", output_flags}, {"rsv", reserved<4>, shown::nonzero},
}};
constexpr structure output_started_wide{{
    {"start", moment}, {"period", span}, {"index", uint32}, {"flags", output_flags}, {"on", span},
}};
constexpr structure output_shifted{{
    {"phase", span}, {"period", span}, {"index", uint32}, {"flags", output_flags}, {"rsv", reserved<4>, shown::never},
}};
constexpr structure output_shifted2{{
    {"phase", span}, {"period", span}, {"index", uint32}, {"flags", output_flags}, {"rsv", reserved<4>, shown::nonzero},
}};
constexpr structure output_shifted_wide{{
    {"phase", span}, {"period", span}, {"index", uint32}, {"flags", output_flags}, {"on", span},
}};
constexpr amount output_kind = pointee(2, 36, 6);   // PTP_PEROUT_DUTY_CYCLE and PTP_PEROUT_PHASE in the field `flags`
constexpr choice_case outputs[] = {
    {2, in<output_started_wide>},
    {4, in<output_shifted>},
    {6, in<output_shifted_wide>},
};
constexpr choice_case outputs2[] = {
    {2, in<output_started_wide>},
    {4, in<output_shifted2>},
    {6, in<output_shifted_wide>},
};
constexpr auto const& output = chosen<output_kind, outputs, in<output_started>>;
constexpr auto const& output2 = chosen<output_kind, outputs2, in<output_started2>>;

constexpr structure offsets_wanted{{
    {"n_samples", uint32},
    {"rsv", reserved<3>, shown::nonzero},
    {"ts", bytes<exactly(816)>, shown::never},
}};
constexpr structure offsets_got{{
    {"n_samples", uint32},
    {"rsv", reserved<3>, shown::nonzero},
    {"ts", as::array<moment, up_to(plus(times(member(0), 2), 1), 51)>},
}};
constexpr structure precise_offset{{
    {"device", moment},
    {"sys_realtime", moment},
    {"sys_monoraw", span},
    {"rsv", reserved<4>, shown::nonzero},
}};
constexpr auto const& three_moments = as::array<moment, exactly(3)>;
constexpr structure extended_wanted{{
    {"n_samples", uint32},
    {"clockid", clock},
    {"rsv", reserved<2>, shown::nonzero},
    {"ts", bytes<exactly(1200)>, shown::never},
}};
constexpr structure extended_got{{
    {"n_samples", uint32},
    {"clockid", clock},
    {"rsv", reserved<2>, shown::nonzero},
    {"ts", as::array<three_moments, up_to(member(0), 25)>},
}};

constexpr auto const& function = one_of<names::ptp_pin_functions>;
constexpr structure pin_asked{{
    {"name", characters_in<64>, shown::never}, {"index", uint32}, {"func", function, shown::never}, {"chan", uint32, shown::never},
    {"rsv", reserved<5>, shown::never},
}};
constexpr structure pin_asked2{{
    {"name", characters_in<64>, shown::never}, {"index", uint32}, {"func", function, shown::never}, {"chan", uint32, shown::never},
    {"rsv", reserved<5>, shown::nonzero},
}};
constexpr structure pin_got{{
    {"name", characters_in<64>, shown::always, 1}, {"index", uint32}, {"func", function, shown::always, 2},
    {"chan", uint32, shown::always, 3}, {"rsv", reserved<5>, shown::never, 4},
}};
constexpr structure pin_got2{{
    {"name", characters_in<64>, shown::always, 2}, {"index", uint32}, {"func", function, shown::always, 3},
    {"chan", uint32, shown::always, 4}, {"rsv", reserved<5>, shown::nonzero, 1},
}};
constexpr structure pin_set{{
    {"name", characters_in<64>, shown::never}, {"index", uint32}, {"func", function}, {"chan", uint32},
    {"rsv", reserved<5>, shown::never},
}};
constexpr structure pin_set2{{
    {"name", characters_in<64>, shown::never}, {"index", uint32}, {"func", function}, {"chan", uint32},
    {"rsv", reserved<5>, shown::nonzero},
}};

constexpr choice_case precision_requests[] = {
    {0x40043d04, long_hex},   // PTP_ENABLE_PPS
    {0x40043d0d, long_hex},   // PTP_ENABLE_PPS2
    {0x40103d02, in<timestamps>},   // PTP_EXTTS_REQUEST
    {0x40103d0b, in<timestamps2>},   // PTP_EXTTS_REQUEST2
    {0x40383d03, output},   // PTP_PEROUT_REQUEST
    {0x40383d0c, output2},   // PTP_PEROUT_REQUEST2
    {0x40603d07, in<pin_set>},   // PTP_PIN_SETFUNC
    {0x40603d10, in<pin_set2>},   // PTP_PIN_SETFUNC2
    {0x43403d05, completed<offsets_wanted, offsets_got>},   // PTP_SYS_OFFSET
    {0x43403d0e, completed<offsets_wanted, offsets_got>},   // PTP_SYS_OFFSET2
    {0x80503d01, out<capabilities>},   // PTP_CLOCK_GETCAPS
    {0x80503d0a, out<capabilities>},   // PTP_CLOCK_GETCAPS2
    {0xc0403d08, out<precise_offset>},   // PTP_SYS_OFFSET_PRECISE
    {0xc0403d11, out<precise_offset>},   // PTP_SYS_OFFSET_PRECISE2
    {0xc0403d15, out<precise_offset>},   // PTP_SYS_OFFSET_PRECISE_CYCLES
    {0xc0603d06, completed<pin_asked, pin_got>},   // PTP_PIN_GETFUNC
    {0xc0603d0f, completed<pin_asked2, pin_got2>},   // PTP_PIN_GETFUNC2
    {0xc4c03d09, completed<extended_wanted, extended_got>},   // PTP_SYS_OFFSET_EXTENDED
    {0xc4c03d12, completed<extended_wanted, extended_got>},   // PTP_SYS_OFFSET_EXTENDED2
    {0xc4c03d16, completed<extended_wanted, extended_got>},   // PTP_SYS_OFFSET_EXTENDED_CYCLES
};

constexpr structure watchdog{{
    {"options", flags<names::watchdog_options>},
    {"firmware_version", hex32, shown::verbose},
    {"identity", characters_in<32>, shown::verbose},
}};
constexpr choice_case watchdog_requests[] = {
    {0x80045701, out<integer>},   // WDIOC_GETSTATUS
    {0x80045702, out<integer>},   // WDIOC_GETBOOTSTATUS
    {0x80045703, out<integer>},   // WDIOC_GETTEMP
    {0x80045704, in<flags<names::watchdog_settings>>},   // WDIOC_SETOPTIONS
    {0x80045705, nothing},   // WDIOC_KEEPALIVE
    {0x80045707, out<integer>},   // WDIOC_GETTIMEOUT
    {0x80045709, out<integer>},   // WDIOC_GETPRETIMEOUT
    {0x8004570a, out<integer>},   // WDIOC_GETTIMELEFT
    {0x80285700, out<watchdog>},   // WDIOC_GETSUPPORT
    {0xc0045706, in<integer>},   // WDIOC_SETTIMEOUT
    {0xc0045708, in<integer>},   // WDIOC_SETPRETIMEOUT
};

} // namespace

constinit type const clock_ioctl = chosen<argument(1), clock_requests, long_hex>;
constinit type const precision_clock_ioctl = chosen<argument(1), precision_requests, long_hex>;
constinit type const watchdog_ioctl = chosen<argument(1), watchdog_requests, long_hex>;

} // namespace cotrace::uapi
