// SPDX-License-Identifier: BSL-1.0
// Virtio devices that the kernel implements: linux/vhost.h.
#include "uapi/common.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure region{{
    {"guest_phys_addr", hex64},
    {"memory_size", uint64},
    {"userspace_addr", hex64},
    {"flags_padding", uint64, shown::never},
}};
constexpr structure memory_table{{{"nregions", uint32}, {"padding", uint32, shown::never}, {"regions", array<region, member(0)>}}};
constexpr structure ring_state{{{"index", uint32}, {"num", uint32}}};
constexpr structure ring_asked{{{"index", uint32}, {"num", uint32, shown::never}}};
constexpr structure ring_file{{{"index", uint32}, {"fd", fd}}};
constexpr structure ring_address{{
    {"index", uint32},
    {"flags", hex32},
    {"desc_user_addr", hex64},
    {"used_user_addr", hex64},
    {"avail_user_addr", hex64},
    {"log_guest_addr", hex64},
}};
constexpr structure address_range{{{"first", hex64}, {"last", hex64}}};

constexpr choice_case requests[] = {
    {0x4001af72, bytes_only<in<hex8>>},                                     // VHOST_VDPA_SET_STATUS
    {0x4004af07, bytes_only<in<fd>>},                                       // VHOST_SET_LOG_FD
    {0x4004af42, bytes_only<out<integer>>},                                 // VHOST_SCSI_GET_ABI_VERSION
    {0x4004af43, bytes_only<in<uint32>>},                                   // VHOST_SCSI_SET_EVENTS_MISSED
    {0x4004af44, bytes_only<out<uint32>>},                                  // VHOST_SCSI_GET_EVENTS_MISSED
    {0x4004af61, bytes_only<in<integer>>},                                  // VHOST_VSOCK_SET_RUNNING
    {0x4004af77, bytes_only<in<fd>>},                                       // VHOST_VDPA_SET_CONFIG_CALL
    {0x4008af00, bytes_only<in<hex64>>},                                    // VHOST_SET_FEATURES
    {0x4008af03, bytes_only<in<memory_table>>},                             // VHOST_SET_MEM_TABLE
    {0x4008af04, bytes_only<in<hex64>>},                                    // VHOST_SET_LOG_BASE
    {0x4008af10, bytes_only<in<ring_state>>},                               // VHOST_SET_VRING_NUM
    {0x4008af12, bytes_only<in<ring_state>>},                               // VHOST_SET_VRING_BASE
    {0x4008af13, bytes_only<in<ring_state>>},                               // VHOST_SET_VRING_ENDIAN
    {0x4008af14, bytes_only<completed<ring_asked, ring_state>>},            // VHOST_GET_VRING_ENDIAN
    {0x4008af20, bytes_only<in<ring_file>>},                                // VHOST_SET_VRING_KICK
    {0x4008af21, bytes_only<in<ring_file>>},                                // VHOST_SET_VRING_CALL
    {0x4008af22, bytes_only<in<ring_file>>},                                // VHOST_SET_VRING_ERR
    {0x4008af23, bytes_only<in<ring_state>>},                               // VHOST_SET_VRING_BUSYLOOP_TIMEOUT
    {0x4008af24, bytes_only<completed<ring_asked, ring_state>>},            // VHOST_GET_VRING_BUSYLOOP_TIMEOUT
    {0x4008af25, bytes_only<in<hex64>>},                                    // VHOST_SET_BACKEND_FEATURES
    {0x4008af30, bytes_only<in<ring_file>>},                                // VHOST_NET_SET_BACKEND
    {0x4008af60, bytes_only<in<uint64>>},                                   // VHOST_VSOCK_SET_GUEST_CID
    {0x4008af75, bytes_only<in<ring_state>>},                               // VHOST_VDPA_SET_VRING_ENABLE
    {0x4008af7c, bytes_only<in<ring_state>>},                               // VHOST_VDPA_SET_GROUP_ASID
    {0x4028af11, bytes_only<in<ring_address>>},                             // VHOST_SET_VRING_ADDR
    {0x8001af71, bytes_only<out<hex8>>},                                    // VHOST_VDPA_GET_STATUS
    {0x8002af76, bytes_only<out<uint16>>},                                  // VHOST_VDPA_GET_VRING_NUM
    {0x8004af70, bytes_only<out<uint32>>},                                  // VHOST_VDPA_GET_DEVICE_ID
    {0x8004af79, bytes_only<out<uint32>>},                                  // VHOST_VDPA_GET_CONFIG_SIZE
    {0x8004af7a, bytes_only<out<uint32>>},                                  // VHOST_VDPA_GET_AS_NUM
    {0x8004af80, bytes_only<out<uint32>>},                                  // VHOST_VDPA_GET_VQS_COUNT
    {0x8004af81, bytes_only<out<uint32>>},                                  // VHOST_VDPA_GET_GROUP_NUM
    {0x8008af00, bytes_only<out<hex64>>},                                   // VHOST_GET_FEATURES
    {0x8008af26, bytes_only<out<hex64>>},                                   // VHOST_GET_BACKEND_FEATURES
    {0x8010af78, bytes_only<out<address_range>>},                           // VHOST_VDPA_GET_IOVA_RANGE
    {0xc008af12, bytes_only<completed<ring_asked, ring_state>>},            // VHOST_GET_VRING_BASE
    {0xc008af7b, bytes_only<completed<ring_asked, ring_state>>},            // VHOST_VDPA_GET_VRING_GROUP
};

} // namespace

constinit type const vhost_ioctl = chosen<argument(1), requests, unknown_argument>;

} // namespace cotrace::uapi
