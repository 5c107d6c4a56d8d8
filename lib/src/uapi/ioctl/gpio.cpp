// SPDX-License-Identifier: BSL-1.0
// GPIO lines and counters: linux/gpio.h, linux/counter.h.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr auto const& label = characters_in<32>;
constexpr structure chip{{{"name", label}, {"label", label}, {"lines", uint32}}};

// The arguments of requests of the first version of the GPIO interface.
constexpr auto const& handle_flags = flags<names::gpio_handle_flags>;
constexpr structure line_asked{{
    {"line_offset", uint32}, {"flags", uint32, shown::never}, {"name", label, shown::never}, {"consumer", label, shown::never},
}};
constexpr structure line_told{{
    {"line_offset", uint32, shown::never}, {"flags", flags<names::gpio_line_info_flags>}, {"name", label}, {"consumer", label},
}};
constexpr structure line_unwatched{{{"offset", uint32}}};
constexpr structure lines_wanted{{
    {"lineoffsets", as::array<uint32, up_to(member(0), 64)>, shown::always, 1},
    {"flags", handle_flags, shown::always, 2},
    {"default_values", as::array<uint8, up_to(member(0), 64)>, shown::always, 3},
    {"consumer_label", label, shown::always, 4},
    {"lines", uint32},
    {"fd", fd, shown::never, 5},
}};
constexpr structure lines_taken{{
    {"lineoffsets", bytes<exactly(256)>, shown::never, 1},
    {"flags", uint32, shown::never, 2},
    {"default_values", bytes<exactly(64)>, shown::never, 3},
    {"consumer_label", label, shown::never, 4},
    {"lines", uint32, shown::never, 5},
    {"fd", fd},
}};
constexpr structure events_wanted{{
    {"lineoffset", uint32},
    {"handleflags", handle_flags},
    {"eventflags", flags<names::gpio_event_flags>},
    {"consumer_label", label},
    {"fd", fd, shown::never},
}};
constexpr structure events_taken{{
    {"lineoffset", uint32, shown::never},
    {"handleflags", uint32, shown::never},
    {"eventflags", uint32, shown::never},
    {"consumer_label", label, shown::never},
    {"fd", fd},
}};
constexpr structure line_values{{{"values", as::array<uint8, exactly(64)>}}};
constexpr structure lines_configured{{
    {"flags", handle_flags},
    {"default_values", as::array<uint8, exactly(64)>},
    {"padding", bytes<exactly(16)>, shown::never},
}};

// The arguments of requests of version 2. The id of an attribute selects flags, values or a period. If the padding is not 0,
// the fields are shown as numbers.
constexpr auto const& line_flags = flags<names::gpio_line_flags, width::u64>;
constexpr structure flags_attribute{{{"id", uint64, shown::never}, {"flags", line_flags}}};
constexpr structure values_attribute{{{"id", uint64, shown::never}, {"values", hex64}}};
constexpr structure period_attribute{{{"id", uint64, shown::never}, {"debounce_period_us", uint32}, {"rest", uint32, shown::never}}};
constexpr structure other_attribute{{{"id", uint32}, {"padding", hex32, shown::nonzero}, {"data", hex64}}};
constexpr choice_case attribute_kinds[] = {{1, flags_attribute}, {2, values_attribute}, {3, period_attribute}};
constexpr auto const& attribute = chosen_by_start<attribute_kinds, other_attribute, 16>;
// struct gpio_v2_line_config_attribute: an attribute and the mask of its lines. The text output shows no braces around an
// attribute with a known id.
constexpr structure masked_flags{{{"id", uint64, shown::never}, {"flags", line_flags}, {"mask", hex64}}};
constexpr structure masked_values{{{"id", uint64, shown::never}, {"values", hex64}, {"mask", hex64}}};
constexpr structure masked_period{{{"id", uint64, shown::never}, {"debounce_period_us", uint32}, {"rest", uint32, shown::never}, {"mask", hex64}}};
constexpr structure masked_other{{{"attr", other_attribute}, {"mask", hex64}}};
constexpr choice_case masked_kinds[] = {{1, masked_flags}, {2, masked_values}, {3, masked_period}};
constexpr auto const& masked_attribute = chosen_by_start<masked_kinds, masked_other, 24>;
constexpr condition some_attributes{1, false, 0xffffffff, 0};

constexpr structure configuration{{
    {"flags", line_flags},
    {"num_attrs", uint32},
    {"padding", as::array<hex32, exactly(5)>, shown::nonzero},
    {"attrs", as::array<masked_attribute, up_to(member(1), 10)>, shown::always, 0, some_attributes},
}};
constexpr structure info_asked{{
    {"name", label, shown::never, 1},
    {"consumer", label, shown::never, 2},
    {"offset", uint32},
    {"rest", bytes<exactly(188)>, shown::never, 3},
}};
constexpr condition any_attributes{3, false, 0xffffffff, 0};
constexpr structure info_told{{
    {"name", label},
    {"consumer", label, shown::always, 1},
    {"offset", uint32, shown::never, 6},
    {"num_attrs", uint32, shown::always, 3},
    {"flags", line_flags, shown::always, 2},
    {"attrs", as::array<attribute, up_to(member(3), 10)>, shown::always, 4, any_attributes},
    {"padding", as::array<hex32, exactly(4)>, shown::nonzero, 5},
}};
constexpr structure request_given{{
    {"offsets", as::array<uint32, up_to(member(0), 64)>, shown::always, 1},
    {"consumer", label, shown::always, 2},
    {"config", configuration, shown::always, 3},
    {"num_lines", uint32},
    {"event_buffer_size", uint32, shown::nonzero, 4},
    {"padding", as::array<hex32, exactly(5)>, shown::nonzero, 5},
    {"fd", fd, shown::never, 6},
}};
constexpr structure request_granted{{
    {"rest", bytes<exactly(588)>, shown::never, 1},
    {"fd", fd},
}};
constexpr structure values_asked{{{"bits", hex64, shown::never, 1}, {"mask", hex64}}};
constexpr structure values_got{{{"bits", hex64}, {"mask", hex64, shown::never}}};
constexpr structure values_set{{{"bits", hex64}, {"mask", hex64}}};

constexpr choice_case requests[] = {
    {0x8044b401, out<chip>},   // GPIO_GET_CHIPINFO_IOCTL
    {0xc004b40c, in<line_unwatched>},   // GPIO_GET_LINEINFO_UNWATCH_IOCTL
    {0xc010b40e, replaced<values_asked, values_got>},   // GPIO_V2_LINE_GET_VALUES_IOCTL
    {0xc010b40f, in<values_set>},   // GPIO_V2_LINE_SET_VALUES_IOCTL
    {0xc030b404, replaced<events_wanted, events_taken>},   // GPIO_GET_LINEEVENT_IOCTL
    {0xc040b408, out<line_values>},   // GPIOHANDLE_GET_LINE_VALUES_IOCTL
    {0xc040b409, in<line_values>},   // GPIOHANDLE_SET_LINE_VALUES_IOCTL
    {0xc048b402, replaced<line_asked, line_told>},   // GPIO_GET_LINEINFO_IOCTL
    {0xc048b40b, replaced<line_asked, line_told>},   // GPIO_GET_LINEINFO_WATCH_IOCTL
    {0xc054b40a, in<lines_configured>},   // GPIOHANDLE_SET_CONFIG_IOCTL
    {0xc100b405, replaced<info_asked, info_told>},   // GPIO_V2_GET_LINEINFO_IOCTL
    {0xc100b406, replaced<info_asked, info_told>},   // GPIO_V2_GET_LINEINFO_WATCH_IOCTL
    {0xc110b40d, in<configuration>},   // GPIO_V2_LINE_SET_CONFIG_IOCTL
    {0xc16cb403, replaced<lines_wanted, lines_taken>},   // GPIO_GET_LINEHANDLE_IOCTL
    {0xc250b407, replaced<request_given, request_granted>},   // GPIO_V2_GET_LINE_IOCTL
};

constexpr structure component{{
    {"type", one_of<names::counter_components, width::u8>},
    {"scope", one_of<names::counter_scopes, width::u8>},
    {"parent", uint8},
    {"id", uint8},
}};
constexpr structure watch{{{"component", component}, {"event", one_of<names::counter_events, width::u8>}, {"channel", uint8}}};

constexpr choice_case counter_requests[] = {
    {0x3e01, nothing},   // COUNTER_ENABLE_EVENTS_IOCTL
    {0x3e02, nothing},   // COUNTER_DISABLE_EVENTS_IOCTL
    {0x40063e00, in<watch>},   // COUNTER_ADD_WATCH_IOCTL
};

} // namespace

constinit type const gpio_ioctl = chosen<argument(1), requests, long_hex>;
constinit type const counter_ioctl = chosen<argument(1), counter_requests, long_hex>;

} // namespace cotrace::uapi
