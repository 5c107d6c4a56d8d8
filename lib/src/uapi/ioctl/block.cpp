// SPDX-License-Identifier: BSL-1.0
// Block devices: linux/fs.h, linux/blkpg.h, linux/blktrace_api.h; disks: linux/hdreg.h, linux/loop.h and linux/nbd.h.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/disk.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr auto const& range = in<as::array<uint64, exactly(2)>>;

constexpr structure partition{{
    {"start", int64},
    {"length", int64},
    {"pno", integer},
    {"devname", characters_in<64>},
    {"volname", characters_in<64>},
}};
constexpr structure partition_request{{
    {"op", one_of<names::block_partition_operations>},
    {"flags", integer},
    {"datalen", integer},
    {"data", in<partition>},
}};

constexpr structure trace_setup{{
    {"name", characters_in<32>, shown::never},
    {"act_mask", uint16},
    {"buf_size", uint32},
    {"buf_nr", uint32},
    {"start_lba", uint64},
    {"end_lba", uint64},
    {"pid", process_id},
}};
constexpr structure trace_made{{
    {"name", characters_in<32>, shown::always, 1},
    {"act_mask", uint16},
    {"buf_size", uint32},
    {"buf_nr", uint32},
    {"start_lba", uint64},
    {"end_lba", uint64},
    {"pid", process_id},
}};

constexpr choice_case block_requests[] = {
    {0x125d, in<integer>},   // BLKROSET
    {0x125e, out<integer>},   // BLKROGET
    {0x125f, nothing},   // BLKRRPART
    {0x1260, out<size>},   // BLKGETSIZE
    {0x1261, nothing},   // BLKFLSBUF
    {0x1262, long_unsigned},   // BLKRASET
    {0x1263, out<ssize>},   // BLKRAGET
    {0x1264, long_unsigned},   // BLKFRASET
    {0x1265, out<ssize>},   // BLKFRAGET
    {0x1267, out<uint16>},   // BLKSECTGET
    {0x1268, out<integer>},   // BLKSSZGET
    {0x1269, in<partition_request>},   // BLKPG
    {0x1274, nothing},   // BLKTRACESTART
    {0x1275, nothing},   // BLKTRACESTOP
    {0x1276, nothing},   // BLKTRACETEARDOWN
    {0x1277, range},   // BLKDISCARD
    {0x1278, out<uint32>},   // BLKIOMIN
    {0x1279, out<uint32>},   // BLKIOOPT
    {0x127a, out<integer>},   // BLKALIGNOFF
    {0x127b, out<uint32>},   // BLKPBSZGET
    {0x127c, out<uint32>},   // BLKDISCARDZEROES
    {0x127d, range},   // BLKSECDISCARD
    {0x127e, out<uint16>},   // BLKROTATIONAL
    {0x127f, range},   // BLKZEROOUT
    {0x40041271, in<integer>},   // BLKBSZSET of i386 and x32
    {0x40081271, in<integer>},   // BLKBSZSET
    {0x80041270, out<integer>},   // BLKBSZGET of i386 and x32
    {0x80041272, out<uint64>},   // BLKGETSIZE64 of i386 and x32
    {0x80041284, out<uint32>},   // BLKGETZONESZ
    {0x80041285, out<uint32>},   // BLKGETNRZONES
    {0x80081270, out<integer>},   // BLKBSZGET
    {0x80081280, out<uint64>},   // BLKGETDISKSEQ
    {0x80081272, out<uint64>},   // BLKGETSIZE64
    {0xc0401273, completed<trace_setup, trace_made>},   // BLKTRACESETUP of i386
    {0xc0481273, completed<trace_setup, trace_made>},   // BLKTRACESETUP
};

constexpr structure geometry{{
    {"heads", uint8},
    {"sectors", uint8},
    {"cylinders", uint16},
    {"start", size},
}};
constexpr structure drive_command{{
    {"command", one_of<names::drive_commands, width::u8>},
    {"sector_number", uint8},
    {"feature", uint8},
    {"sector_count", uint8},
}};
constexpr structure drive_answer{{
    {"status", hex8},
    {"error", uint8},
    {"nsector", uint8},
    {"sector_count", uint8, shown::never},
    {"buf", hex_bytes<times(member(3), 512)>, shown::always, 0, {3, false, 0xff, 0}},
}};
constexpr auto const& drive_numbers = in<as::array<hex32, exactly(3)>>;
constexpr auto const& nice_flags = flags<names::drive_nice_flags, width::klong>;
constexpr auto const& bus_state = one_of<names::drive_bus_states, width::klong>;

constexpr choice_case disk_requests[] = {
    {0x0301, out<geometry>},   // HDIO_GETGEO
    {0x0302, out<long_unsigned>},   // HDIO_GET_UNMASKINTR
    {0x0304, out<long_unsigned>},   // HDIO_GET_MULTCOUNT
    {0x0307, out<bytes<exactly(142)>>},   // HDIO_OBSOLETE_IDENTITY
    {0x0308, out<long_unsigned>},   // HDIO_GET_KEEPSETTINGS
    {0x0309, out<long_unsigned>},   // HDIO_GET_32BIT
    {0x030a, out<long_unsigned>},   // HDIO_GET_NOWERR
    {0x030b, out<long_unsigned>},   // HDIO_GET_DMA
    {0x030c, out<nice_flags>},   // HDIO_GET_NICE
    {0x030d, out<bytes<exactly(512)>>},   // HDIO_GET_IDENTITY
    {0x030e, out<long_unsigned>},   // HDIO_GET_WCACHE
    {0x030f, out<long_unsigned>},   // HDIO_GET_ACOUSTIC
    {0x0310, out<long_unsigned>},   // HDIO_GET_ADDRESS
    {0x031a, out<bus_state>},   // HDIO_GET_BUSSTATE
    {0x031c, drive_numbers},   // HDIO_DRIVE_RESET
    {0x031f, replaced<drive_command, drive_answer>},   // HDIO_DRIVE_CMD
    {0x0321, long_unsigned},   // HDIO_SET_MULTCOUNT
    {0x0322, long_unsigned},   // HDIO_SET_UNMASKINTR
    {0x0323, long_unsigned},   // HDIO_SET_KEEPSETTINGS
    {0x0324, long_unsigned},   // HDIO_SET_32BIT
    {0x0325, long_unsigned},   // HDIO_SET_NOWERR
    {0x0326, long_unsigned},   // HDIO_SET_DMA
    {0x0327, long_unsigned},   // HDIO_SET_PIO_MODE
    {0x0328, drive_numbers},   // HDIO_SCAN_HWIF
    {0x0329, nice_flags},   // HDIO_SET_NICE
    {0x032a, long_unsigned},   // HDIO_UNREGISTER_HWIF
    {0x032b, long_unsigned},   // HDIO_SET_WCACHE
    {0x032c, long_unsigned},   // HDIO_SET_ACOUSTIC
    {0x032d, bus_state},   // HDIO_SET_BUSSTATE
    {0x032f, long_unsigned},   // HDIO_SET_ADDRESS
};

// The only disk requests that are decoded in i386 programs.
constexpr choice_case short_disk_requests[] = {
    {0x0301, out<geometry>},   // HDIO_GETGEO
    {0x031f, replaced<drive_command, drive_answer>},   // HDIO_DRIVE_CMD
};

// Device numbers of type __kernel_old_dev_t, which have 16 bits in i386 and x32 programs.
constexpr type old_device = simple(shape::device, width::old_dev);
constexpr condition encrypted{5, false, 0xffffffff, 0}, encrypted64{6, false, 0xffffffff, 0};

constexpr structure loop_info{{
    {"lo_number", integer},
    {"lo_device", old_device, shown::verbose},
    {"lo_inode", size, shown::verbose},
    {"lo_rdevice", old_device, shown::verbose},
    {"lo_offset", hex32},
    {"lo_encrypt_type", one_of<names::loop_encryptions>, shown::verbose_or, 0, encrypted},
    {"lo_encrypt_key_size", uint32, shown::verbose_or, 0, encrypted},
    {"lo_flags", flags<names::loop_flags>},
    {"lo_name", characters_in<64>},
    {"lo_encrypt_key", bytes<up_to(member(6), 32)>, shown::verbose_or, 0, encrypted},
    {"lo_init", as::array<word_hex, exactly(2)>, shown::verbose},
    {"reserved", as::array<hex8, exactly(4)>, shown::verbose},
}};
constexpr structure loop_info64{{
    {"lo_device", device64, shown::verbose},
    {"lo_inode", uint64, shown::verbose},
    {"lo_rdevice", device64, shown::verbose},
    {"lo_offset", hex64},
    {"lo_sizelimit", uint64, shown::verbose},
    {"lo_number", uint32},
    {"lo_encrypt_type", one_of<names::loop_encryptions>, shown::verbose_or, 0, encrypted64},
    {"lo_encrypt_key_size", uint32, shown::verbose_or, 0, encrypted64},
    {"lo_flags", flags<names::loop_flags>},
    {"lo_file_name", characters_in<64>},
    {"lo_crypt_name", characters_in<64>, shown::verbose_or, 0, encrypted64},
    {"lo_encrypt_key", bytes<up_to(member(7), 32)>, shown::verbose_or, 0, encrypted64},
    {"lo_init", as::array<hex64, exactly(2)>, shown::verbose},
}};
constexpr structure loop_configuration{{
    {"fd", fd},
    {"block_size", uint32},
    {"info", loop_info64},
    {"__reserved", as::array<hex64, exactly(8)>, shown::nonzero},
}};

constexpr choice_case loop_requests[] = {
    {0x4c00, fd},   // LOOP_SET_FD
    {0x4c01, nothing},   // LOOP_CLR_FD
    {0x4c02, in<loop_info>},   // LOOP_SET_STATUS
    {0x4c03, out<loop_info>},   // LOOP_GET_STATUS
    {0x4c04, in<loop_info64>},   // LOOP_SET_STATUS64
    {0x4c05, out<loop_info64>},   // LOOP_GET_STATUS64
    {0x4c06, fd},   // LOOP_CHANGE_FD
    {0x4c07, nothing},   // LOOP_SET_CAPACITY
    {0x4c08, long_unsigned},   // LOOP_SET_DIRECT_IO
    {0x4c09, long_unsigned},   // LOOP_SET_BLOCK_SIZE
    {0x4c0a, in<loop_configuration>},   // LOOP_CONFIGURE
    {0x4c80, integer},   // LOOP_CTL_ADD
    {0x4c81, integer},   // LOOP_CTL_REMOVE
    {0x4c82, nothing},   // LOOP_CTL_GET_FREE
};

constexpr choice_case network_disk_requests[] = {
    {0xab00, fd},   // NBD_SET_SOCK
    {0xab01, long_unsigned},   // NBD_SET_BLKSIZE
    {0xab02, long_unsigned},   // NBD_SET_SIZE
    {0xab03, nothing},   // NBD_DO_IT
    {0xab04, nothing},   // NBD_CLEAR_SOCK
    {0xab05, nothing},   // NBD_CLEAR_QUE
    {0xab06, nothing},   // NBD_PRINT_DEBUG
    {0xab07, long_unsigned},   // NBD_SET_SIZE_BLOCKS
    {0xab08, nothing},   // NBD_DISCONNECT
    {0xab09, long_unsigned},   // NBD_SET_TIMEOUT
    {0xab0a, flags<names::nbd_flags>},   // NBD_SET_FLAGS
};

} // namespace

constinit type const block_ioctl = chosen<argument(1), block_requests, long_hex>;
constinit type const disk_ioctl = chosen<argument(1), disk_requests, long_hex>;
constinit type const disk_ioctl_i386 = chosen<argument(1), short_disk_requests, long_hex>;
constinit type const loop_ioctl = chosen<argument(1), loop_requests, long_hex>;
constinit type const network_disk_ioctl = chosen<argument(1), network_disk_requests, long_hex>;

} // namespace cotrace::uapi
