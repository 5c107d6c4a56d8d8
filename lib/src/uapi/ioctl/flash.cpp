// SPDX-License-Identifier: BSL-1.0
// Flash memory: mtd/mtd-abi.h and mtd/ubi-user.h.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure region{{{"start", hex32}, {"length", hex32}}};
constexpr structure region64{{{"start", hex64}, {"length", hex64}}};
constexpr structure spare_bytes{{{"start", hex32}, {"length", hex32}, {"ptr", address}}};
constexpr structure spare_bytes64{{{"start", hex64}, {"pad", uint32, shown::never}, {"length", hex32}, {"usr_ptr", address64}}};
constexpr structure one_time_region{{{"start", hex32}, {"length", hex32}, {"locked", uint32}}};
constexpr structure write_request{{
    {"start", hex64},
    {"len", hex64},
    {"ooblen", hex64},
    {"usr_data", address64},
    {"usr_oob", address64},
    {"mode", one_of<names::mtd_modes, width::u8>},
    {"padding", bytes<exactly(7)>, shown::never},
}};
constexpr structure flash{{
    {"type", one_of<names::mtd_types, width::u8>},
    {"flags", flags<names::mtd_flags>},
    {"size", hex32},
    {"erasesize", hex32},
    {"writesize", hex32},
    {"oobsize", hex32},
    {"padding", hex64},
}};
constexpr structure old_layout{{
    {"useecc", one_of<names::mtd_ecc_modes>},
    {"eccbytes", hex32},
    {"oobfree", as::array<as::array<hex32, exactly(2)>, exactly(8)>},
    {"eccpos", as::array<hex32, exactly(32)>},
}};
constexpr structure free_bytes{{{"offset", hex32}, {"length", hex32}}};
constexpr structure layout_used{{
    {"eccbytes", hex32},
    {"eccpos", as::array<hex32, exactly(64)>},
    {"oobavail", hex32},
    {"oobfree", as::array<free_bytes, exactly(8)>},
}};
constexpr structure corrections{{{"corrected", hex32}, {"failed", hex32}, {"badblocks", hex32}, {"bbtblocks", hex32}}};
constexpr structure region_asked{{
    {"offset", uint32, shown::never, 1}, {"erasesize", uint32, shown::never, 2}, {"numblocks", uint32, shown::never, 3}, {"regionindex", hex32},
}};
constexpr structure region_told{{
    {"offset", hex32, shown::always, 1}, {"erasesize", hex32, shown::always, 2}, {"numblocks", hex32, shown::always, 3}, {"regionindex", hex32},
}};

constexpr choice_case flash_requests[] = {
    {0x4d13, one_of<names::mtd_file_modes, width::klong>},   // MTDFILEMODE
    {0x40044d0e, out<uint32>},   // OTPGETREGIONCOUNT
    {0x40084d02, in<region>},   // MEMERASE
    {0x40084d05, in<region>},   // MEMLOCK
    {0x40084d06, in<region>},   // MEMUNLOCK
    {0x40084d0b, in<uint64>},   // MEMGETBADBLOCK
    {0x40084d0c, in<uint64>},   // MEMSETBADBLOCK
    {0x400c4d0f, out<one_time_region>},   // OTPGETREGIONINFO
    {0x40104d14, in<region64>},   // MEMERASE64
    {0x80044d07, out<integer>},   // MEMGETREGIONCOUNT
    {0x80044d0d, in<one_of<names::mtd_otp_modes>>},   // OTPSELECT
    {0x80084d17, in<region>},   // MEMISLOCKED
    {0x800c4d10, in<one_time_region>},   // OTPLOCK
    {0x80104d12, out<corrections>},   // ECCGETSTATS
    {0x80204d01, out<flash>},   // MEMGETINFO
    {0x80c84d0a, out<old_layout>},   // MEMGETOOBSEL
    {0x81484d11, out<layout_used>},   // ECCGETLAYOUT
    {0xc00c4d03, in<spare_bytes>},   // MEMWRITEOOB of i386 and x32
    {0xc00c4d04, in<spare_bytes>},   // MEMREADOOB of i386 and x32
    {0xc0104d03, in<spare_bytes>},   // MEMWRITEOOB
    {0xc0104d04, in<spare_bytes>},   // MEMREADOOB
    {0xc0104d08, completed<region_asked, region_told>},   // MEMGETREGIONINFO
    {0xc0184d15, in<spare_bytes64>},   // MEMWRITEOOB64
    {0xc0184d16, in<spare_bytes64>},   // MEMREADOOB64
    {0xc0304d18, in<write_request>},   // MEMWRITE
};

// The name of a volume. The field with index `Length` is the length of the name without the null byte.
template <unsigned Length>
constexpr type volume_name = {.shape = shape::characters, .length = up_to(plus(not_negative(member(Length)), 1), 128)};

// The arguments of UBI requests. The kernel writes the number of a new volume or device to the first field.
constexpr structure volume_made{{
    {"vol_id", integer},
    {"alignment", integer},
    {"bytes", int64},
    {"vol_type", one_of<names::ubi_volume_types, width::u8>},
    {"flags", flags<names::ubi_volume_flags, width::u8>},
    {"name_len", int16},
    {"padding2", bytes<exactly(4)>, shown::never},
    {"name", volume_name<5>},
}, {}, layout::packed};
constexpr structure volume_resized{{{"bytes", int64}, {"vol_id", integer}}, {}, layout::packed};
constexpr structure volume_renamed{{
    {"vol_id", integer},
    {"name_len", int16},
    {"padding2", bytes<exactly(2)>, shown::never},
    {"name", volume_name<1>},
}, {}, layout::packed};
constexpr structure volumes_renamed{{
    {"count", integer},
    {"padding1", bytes<exactly(12)>, shown::never},
    {"ents", as::array<volume_renamed, not_negative(member(0))>},
}, {}, layout::packed};
constexpr auto const& data_type = one_of<names::ubi_data_types, width::u8>;
constexpr structure block_changed{{{"lnum", integer}, {"bytes", integer}, {"dtype", data_type}, {"padding", bytes<exactly(7)>, shown::never}}, {}, layout::packed};
constexpr structure block_mapped{{{"lnum", integer}, {"dtype", data_type}, {"padding", bytes<exactly(3)>, shown::never}}, {}, layout::packed};
constexpr structure device_attached{{
    {"ubi_num", integer},
    {"mtd_num", integer},
    {"vid_hdr_offset", integer},
    {"max_beb_per1024", int16},
    {"disable_fm", int8},
    {"need_resv_pool", int8},
    {"padding", bytes<exactly(8)>, shown::never},
}};
constexpr structure property_set{{
    {"property", one_of<names::ubi_properties, width::u8>},
    {"padding", bytes<exactly(7)>, shown::never},
    {"value", hex64},
}, {}, layout::packed};

constexpr choice_case volume_requests[] = {
    {0x4f08, nothing},   // UBI_IOCVOLRMBLK
    {0x40044f01, in<integer>},   // UBI_IOCEBER
    {0x40044f02, in<block_changed>},   // UBI_IOCEBCH
    {0x40044f04, in<integer>},   // UBI_IOCEBUNMAP
    {0x40046f01, in<integer>},   // UBI_IOCRMVOL
    {0x40046f04, in<integer>},   // UBI_IOCRPEB
    {0x40046f05, in<integer>},   // UBI_IOCSPEB
    {0x40046f41, in<integer>},   // UBI_IOCDET
    {0x40084f00, in<int64>},   // UBI_IOCVOLUP
    {0x40084f03, in<block_mapped>},   // UBI_IOCEBMAP
    {0x400c6f02, in<volume_resized>},   // UBI_IOCRSVOL
    {0x40104f06, in<property_set>},   // UBI_IOCSETVOLPROP
    {0x40186f40, replaced<device_attached, integer>},   // UBI_IOCATT
    {0x40804f07, nothing},   // UBI_IOCVOLCRBLK
    {0x40986f00, replaced<volume_made, integer>},   // UBI_IOCMKVOL
    {0x51106f03, in<volumes_renamed>},   // UBI_IOCRNVOL
    {0x80044f05, in<integer>},   // UBI_IOCEBISMAP
};

} // namespace

constinit type const flash_ioctl = chosen<argument(1), flash_requests, long_hex>;
constinit type const flash_volume_ioctl = chosen<argument(1), volume_requests, long_hex>;

} // namespace cotrace::uapi
