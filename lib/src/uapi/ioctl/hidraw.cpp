// SPDX-License-Identifier: BSL-1.0
// Raw access to HID devices: linux/hidraw.h. Some requests of hiddev (linux/hiddev.h) have this letter (_IOC_TYPE), too.
#include "uapi/common.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure description_asked{{{"size", uint32}}};
constexpr structure description{{{"size", uint32}, {"value", array<hex8, member(0)>}}};
constexpr structure identity{{{"bustype", hex32}, {"vendor", hex16}, {"product", hex16}}};

constexpr auto const& report = inout<bytes<request_size()>>;
// Requests with a buffer of any size, by the direction (_IOC_DIR) and the number (_IOC_NR) in the request number.
constexpr choice_case sized_requests[] = {
    {0x80000004, bytes_only<out_bytes>},   // HIDIOCGRAWNAME
    {0x80000005, bytes_only<out_bytes>},   // HIDIOCGRAWPHYS
    {0x80000008, bytes_only<out_bytes>},   // HIDIOCGRAWUNIQ
    {0xc0000006, bytes_only<report>},      // HIDIOCSFEATURE
    {0xc0000007, bytes_only<out_bytes>},   // HIDIOCGFEATURE
};
constexpr auto const& sized_request = chosen<argument(1, 0xc00000ff), sized_requests, unknown_argument>;

constexpr choice_case requests[] = {
    {0x80044801, bytes_only<out<integer>>},                                       // HIDIOCGRDESCSIZE, and HIDIOCGVERSION of hiddev
    {0x80084803, bytes_only<out<identity>>},                                      // HIDIOCGRAWINFO
    {0x81044804, unknown_argument},                                    // HIDIOCGSTRING of hiddev
    {0x90044802, bytes_only<completed<description_asked, description>>},          // HIDIOCGRDESC
    {0xc00c4809, unknown_argument},                                    // HIDIOCGREPORTINFO of hiddev
    {0xc038480a, unknown_argument},                                    // HIDIOCGFIELDINFO of hiddev
    {0xc018480b, unknown_argument},                                    // HIDIOCGUSAGE of hiddev
};

} // namespace

constinit type const hidraw_ioctl = chosen<argument(1), requests, sized_request>;

} // namespace cotrace::uapi
