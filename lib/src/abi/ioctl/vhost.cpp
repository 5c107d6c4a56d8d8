// SPDX-License-Identifier: BSL-1.0
// The kernel's side of virtio devices: linux/vhost.h.
#include "abi/common.hpp"
#include "abi/ioctl/families.hpp"
#include "abi/ioctl/parts.hpp"

namespace cotrace::abi {
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
    {0x4001af72, undecoded_if_zero<in<hex8>>},                              // VHOST_VDPA_SET_STATUS
    {0x4004af07, undecoded_if_zero<in<fd>>},                                // VHOST_SET_LOG_FD
    {0x4004af42, undecoded_if_zero<out<integer>>},                          // VHOST_SCSI_GET_ABI_VERSION
    {0x4004af43, undecoded_if_zero<in<uint32>>},                            // VHOST_SCSI_SET_EVENTS_MISSED
    {0x4004af44, undecoded_if_zero<out<uint32>>},                           // VHOST_SCSI_GET_EVENTS_MISSED
    {0x4004af61, undecoded_if_zero<in<integer>>},                           // VHOST_VSOCK_SET_RUNNING
    {0x4004af77, undecoded_if_zero<in<fd>>},                                // VHOST_VDPA_SET_CONFIG_CALL
    {0x4008af00, undecoded_if_zero<in<hex64>>},                             // VHOST_SET_FEATURES
    {0x4008af03, undecoded_if_zero<in<memory_table>>},                      // VHOST_SET_MEM_TABLE
    {0x4008af04, undecoded_if_zero<in<hex64>>},                             // VHOST_SET_LOG_BASE
    {0x4008af10, undecoded_if_zero<in<ring_state>>},                        // VHOST_SET_VRING_NUM
    {0x4008af12, undecoded_if_zero<in<ring_state>>},                        // VHOST_SET_VRING_BASE
    {0x4008af13, undecoded_if_zero<in<ring_state>>},                        // VHOST_SET_VRING_ENDIAN
    {0x4008af14, undecoded_if_zero<completed<ring_asked, ring_state>>},     // VHOST_GET_VRING_ENDIAN
    {0x4008af20, undecoded_if_zero<in<ring_file>>},                         // VHOST_SET_VRING_KICK
    {0x4008af21, undecoded_if_zero<in<ring_file>>},                         // VHOST_SET_VRING_CALL
    {0x4008af22, undecoded_if_zero<in<ring_file>>},                         // VHOST_SET_VRING_ERR
    {0x4008af23, undecoded_if_zero<in<ring_state>>},                        // VHOST_SET_VRING_BUSYLOOP_TIMEOUT
    {0x4008af24, undecoded_if_zero<completed<ring_asked, ring_state>>},     // VHOST_GET_VRING_BUSYLOOP_TIMEOUT
    {0x4008af25, undecoded_if_zero<in<hex64>>},                             // VHOST_SET_BACKEND_FEATURES
    {0x4008af30, undecoded_if_zero<in<ring_file>>},                         // VHOST_NET_SET_BACKEND
    {0x4008af60, undecoded_if_zero<in<uint64>>},                            // VHOST_VSOCK_SET_GUEST_CID
    {0x4008af75, undecoded_if_zero<in<ring_state>>},                        // VHOST_VDPA_SET_VRING_ENABLE
    {0x4008af7c, undecoded_if_zero<in<ring_state>>},                        // VHOST_VDPA_SET_GROUP_ASID
    {0x4028af11, undecoded_if_zero<in<ring_address>>},                      // VHOST_SET_VRING_ADDR
    {0x8001af71, undecoded_if_zero<out<hex8>>},                             // VHOST_VDPA_GET_STATUS
    {0x8002af76, undecoded_if_zero<out<uint16>>},                           // VHOST_VDPA_GET_VRING_NUM
    {0x8004af70, undecoded_if_zero<out<uint32>>},                           // VHOST_VDPA_GET_DEVICE_ID
    {0x8004af79, undecoded_if_zero<out<uint32>>},                           // VHOST_VDPA_GET_CONFIG_SIZE
    {0x8004af7a, undecoded_if_zero<out<uint32>>},                           // VHOST_VDPA_GET_AS_NUM
    {0x8004af80, undecoded_if_zero<out<uint32>>},                           // VHOST_VDPA_GET_VQS_COUNT
    {0x8004af81, undecoded_if_zero<out<uint32>>},                           // VHOST_VDPA_GET_GROUP_NUM
    {0x8008af00, undecoded_if_zero<out<hex64>>},                            // VHOST_GET_FEATURES
    {0x8008af26, undecoded_if_zero<out<hex64>>},                            // VHOST_GET_BACKEND_FEATURES
    {0x8010af78, undecoded_if_zero<out<address_range>>},                    // VHOST_VDPA_GET_IOVA_RANGE
    {0xc008af12, undecoded_if_zero<completed<ring_asked, ring_state>>},     // VHOST_GET_VRING_BASE
    {0xc008af7b, undecoded_if_zero<completed<ring_asked, ring_state>>},     // VHOST_VDPA_GET_VRING_GROUP
};

} // namespace

constinit type const vhost_ioctl = chosen<argument(1), requests, unknown_argument>;

} // namespace cotrace::abi
