// SPDX-License-Identifier: BSL-1.0
// The device mapper: linux/dm-ioctl.h. The request decides which fields of struct dm_ioctl are used, and which data follow.
#include "uapi/common.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr type devices = {.shape = shape::custom, .custom = {.decode = decode::mapped_devices}};
// A buffer with struct dm_ioctl and data. After a failed request, the buffer is shown only if certain fields changed
// (`decode::mapped_devices`).
constexpr type buffer = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &devices,
                          .after = &devices, .failed = &devices};

// The argument of all requests. A null pointer is shown as the number 0, not as NULL.
constexpr choice_case no_buffer[] = {{0, long_hex}};
constexpr auto const& request = chosen<argument(2), no_buffer, buffer>;

constexpr choice_case requests[] = {
    {0xc138fd00, request},   // DM_VERSION
    {0xc138fd01, request},   // DM_REMOVE_ALL
    {0xc138fd02, request},   // DM_LIST_DEVICES
    {0xc138fd03, request},   // DM_DEV_CREATE
    {0xc138fd04, request},   // DM_DEV_REMOVE
    {0xc138fd05, request},   // DM_DEV_RENAME
    {0xc138fd06, request},   // DM_DEV_SUSPEND
    {0xc138fd07, request},   // DM_DEV_STATUS
    {0xc138fd08, request},   // DM_DEV_WAIT
    {0xc138fd09, request},   // DM_TABLE_LOAD
    {0xc138fd0a, request},   // DM_TABLE_CLEAR
    {0xc138fd0b, request},   // DM_TABLE_DEPS
    {0xc138fd0c, request},   // DM_TABLE_STATUS
    {0xc138fd0d, request},   // DM_LIST_VERSIONS
    {0xc138fd0e, request},   // DM_TARGET_MSG
    {0xc138fd0f, request},   // DM_DEV_SET_GEOMETRY
    {0xc138fd10, request},   // DM_DEV_ARM_POLL
};

} // namespace

constinit type const device_mapper_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
