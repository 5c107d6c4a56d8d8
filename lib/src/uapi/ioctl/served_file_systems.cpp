// SPDX-License-Identifier: BSL-1.0
// File systems that are implemented by a process: linux/auto_fs.h, linux/auto_dev-ioctl.h,
// linux/fuse.h.
#include "uapi/common.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// A path follows struct autofs_dev_ioctl if the field `size` is not 24, the size of the structure without a path.
constexpr condition has_path{2, false, 0xffffffff, 24};
constexpr structure mount_request{{
    {"ver_major", uint32},
    {"ver_minor", uint32},
    {"size", uint32},
    {"ioctlfd", fd},
    {"arg1", uint32},
    {"arg2", uint32},
    {"path", path_characters, shown::always, 0, has_path},
}};
constexpr auto const& mount_control = inout<mount_request>;

constexpr structure expired{{
    {"proto_version", integer},
    {"type", integer},
    {"len", integer},
    {"name", characters_in<256>},
}};
static_assert(expired.size[0] == 0x10c);

constexpr choice_case autofs_requests[] = {
    {0x00009360, bytes_only<long_unsigned>},                  // AUTOFS_IOC_READY
    {0x00009361, bytes_only<long_unsigned>},                  // AUTOFS_IOC_FAIL
    {0x40049366, bytes_only<in<integer>>},                    // AUTOFS_IOC_EXPIRE_MULTI
    {0x80049363, bytes_only<out<integer>>},                   // AUTOFS_IOC_PROTOVER
    {0x80049367, bytes_only<out<integer>>},                   // AUTOFS_IOC_PROTOSUBVER
    {0x80049370, bytes_only<out<integer>>},                   // AUTOFS_IOC_ASKUMOUNT
    {0x810c9365, bytes_only<out<expired>>},                   // AUTOFS_IOC_EXPIRE
    {0xc0049364, bytes_only<changed<uint32>>},                // AUTOFS_IOC_SETTIMEOUT32
    {0xc0089364, bytes_only<changed<uint64>>},                // AUTOFS_IOC_SETTIMEOUT
    {0xc0189371, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_VERSION
    {0xc0189372, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_PROTOVER
    {0xc0189373, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_PROTOSUBVER
    {0xc0189374, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_OPENMOUNT
    {0xc0189375, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_CLOSEMOUNT
    {0xc0189376, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_READY
    {0xc0189377, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_FAIL
    {0xc0189378, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_SETPIPEFD
    {0xc0189379, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_CATATONIC
    {0xc018937a, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_TIMEOUT
    {0xc018937b, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_REQUESTER
    {0xc018937c, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_EXPIRE
    {0xc018937d, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_ASKUMOUNT
    {0xc018937e, bytes_only<mount_control>},                  // AUTOFS_DEV_IOCTL_ISMOUNTPOINT
};

constexpr structure backing_file{{{"fd", fd}, {"flags", hex32}, {"padding", uint64, shown::never}}};
constexpr choice_case fuse_requests[] = {
    {0x4004e502, bytes_only<in<uint32>>},                     // FUSE_DEV_IOC_BACKING_CLOSE
    {0x4010e501, bytes_only<in<backing_file>>},               // FUSE_DEV_IOC_BACKING_OPEN
    {0x8004e500, bytes_only<inout<fd>>},                      // FUSE_DEV_IOC_CLONE
};

} // namespace

constinit type const autofs_ioctl = chosen<argument(1), autofs_requests, unknown_argument>;
constinit type const fuse_ioctl = chosen<argument(1), fuse_requests, unknown_argument>;

} // namespace cotrace::uapi
