// SPDX-License-Identifier: BSL-1.0
// Requests of several file systems: ioctl_iflags(2), linux/fiemap.h, linux/fs.h.
#include "uapi/common.hpp"
#include "uapi/constants/stat.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure extent{{
    {"fe_logical", uint64},
    {"fe_physical", uint64},
    {"fe_length", uint64},
    {"fe_reserved64", as::array<uint64, exactly(2)>, shown::never},
    {"fe_flags", flags<names::fiemap_extent_flags>},
    {"fe_reserved", as::array<uint32, exactly(3)>, shown::never},
}};
constexpr structure extents_wanted{{
    {"fm_start", uint64},
    {"fm_length", uint64},
    {"fm_flags", flags<names::fiemap_flags>},
    {"fm_mapped_extents", uint32, shown::never},
    {"fm_extent_count", uint32},
    {"fm_reserved", uint32, shown::never},
}};
constexpr structure extents_found{{
    {"fm_start", uint64, shown::never},
    {"fm_length", uint64, shown::never},
    {"fm_flags", flags<names::fiemap_flags>},
    {"fm_mapped_extents", uint32},
    {"fm_extent_count", uint32, shown::never},
    {"fm_reserved", uint32, shown::never},
    {"fm_extents", as::array<extent, member(3)>, shown::verbose},
}};
constexpr auto const& attributes = flags<names::inode_flags>;

constexpr choice_case file_requests[] = {
    {0x40046602, in<attributes>},   // FS_IOC32_SETFLAGS
    {0x40086602, in<attributes>},   // FS_IOC_SETFLAGS
    {0x80046601, out<attributes>},   // FS_IOC32_GETFLAGS
    {0x80086601, out<attributes>},   // FS_IOC_GETFLAGS
    {0xc020660b, replaced<extents_wanted, extents_found>},   // FS_IOC_FIEMAP
};

constexpr structure trim_range{{
    {"start", hex64},
    {"len", uint64},
    {"minlen", uint64},
}};
constexpr structure attributes_got{{
    {"fsx_xflags", flags<names::extended_inode_flags>},
    {"fsx_extsize", uint32},
    {"fsx_nextents", uint32},
    {"fsx_projid", hex32},
    {"fsx_cowextsize", uint32},
    {"fsx_pad", bytes<exactly(8)>, shown::never},
}};
constexpr structure attributes_set{{
    {"fsx_xflags", flags<names::extended_inode_flags>},
    {"fsx_extsize", uint32},
    {"fsx_nextents", uint32, shown::never},
    {"fsx_projid", hex32},
    {"fsx_cowextsize", uint32},
    {"fsx_pad", bytes<exactly(8)>, shown::never},
}};

constexpr choice_case extended_requests[] = {
    {0x401c5820, in<attributes_set>},   // FS_IOC_FSSETXATTR
    {0x8004587d, in<one_of<names::file_system_shutdowns>>},   // FS_IOC_SHUTDOWN
    {0x801c581f, out<attributes_got>},   // FS_IOC_FSGETXATTR
    {0xc0045877, nothing},   // FIFREEZE
    {0xc0045878, nothing},   // FITHAW
    {0xc0185879, in<trim_range>},   // FITRIM
};

constexpr structure file_system_id{{
    {"len", uint8},
    {"uuid", hex_bytes<up_to(member(0), 16)>},
}};

constexpr structure file_system_path{{{"len", uint8}, {"name", characters_in<128>}}};
constexpr structure block_metadata{{
    {"lbmd_flags", flags<names::block_integrity_flags>},
    {"lbmd_interval", uint16},
    {"lbmd_size", uint8},
    {"lbmd_opaque_size", uint8},
    {"lbmd_opaque_offset", uint8},
    {"lbmd_pi_size", uint8},
    {"lbmd_pi_offset", uint8},
    {"lbmd_guard_tag_type", one_of<names::block_integrity_checksums, width::u8>},
    {"lbmd_app_tag_size", uint8},
    {"lbmd_ref_tag_size", uint8},
    {"lbmd_storage_tag_size", uint8},
}};
constexpr choice_case identity_requests[] = {
    {0x80111500, out<file_system_id>},   // FS_IOC_GETFSUUID
    {0x80811501, out<file_system_path>},   // FS_IOC_GETFSSYSFSPATH
    {0xc0101502, out<block_metadata>},   // FS_IOC_GETLBMD_CAP
};

} // namespace

constinit type const file_ioctl = chosen<argument(1), file_requests, long_hex>;
constinit type const extended_file_ioctl = chosen<argument(1), extended_requests, long_hex>;
constinit type const file_system_ioctl = chosen<argument(1), identity_requests, long_hex>;

} // namespace cotrace::uapi
