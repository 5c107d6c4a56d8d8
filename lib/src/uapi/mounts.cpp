// SPDX-License-Identifier: BSL-1.0
// System calls for mounts, swap space and quotas.
#include "uapi/common.hpp"
#include "uapi/constants/mount.hpp"
#include "uapi/constants/stat.hpp"
#include "uapi/growing.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// The flags of swapon(2) include the priority of the swap space.
constexpr slice swap_flags[] = {
    {flags<names::swap_flags>, ~std::uint64_t{0x7fff}},
    {uint32, 0x7fff, true, "priority"},
};

// The kernel uses the arguments `filesystemtype` and `data` of mount(2) only with some flags.
constexpr field_and_flags<names::mount_magic, 0xffff0000, names::mount_flags> mount_flags{"MS_???"};
// `remount` is MS_REMOUNT. `of_old_mount` are MS_BIND, MS_MOVE and the flags that change the propagation.
constexpr std::uint64_t remount = 0x20, of_old_mount = 0x1e3000;
constexpr choice_case new_mount[] = {{0, string}};
constexpr auto const& type_or_data_plain = chosen<argument(3, of_old_mount), new_mount, address>;
// If the upper half of the flags is the old magic number MS_MGC_VAL, only the lower half contains flags.
constexpr auto const& type_or_data_magic = chosen<argument(3, of_old_mount & 0xffff), new_mount, address>;
constexpr choice_case with_magic[] = {{0xc0ed0000, type_or_data_magic}};
constexpr auto const& type_or_data = chosen<argument(3, 0xffff0000), with_magic, type_or_data_plain>;
constexpr choice_case type_of_new[] = {{0, type_or_data}};
constexpr choice_case data_of_new[] = {{0, type_or_data}};
constexpr auto const& file_system_type = chosen<argument(3, remount), type_of_new, address>;
constexpr auto const& mount_data = chosen<argument(3, remount), data_of_new, string>;

// The types of the argument `key` of fsconfig(2). The command, such as FSCONFIG_SET_FLAG, selects the type.
constexpr choice_case fsconfig_keys[] = {{0, string}, {1, string}, {2, string}, {3, string}, {4, string}, {5, string}};
// The argument `value` for the command FSCONFIG_SET_BINARY. Its length is an int; if the length is negative, no bytes
// are read.
constexpr type binary_bytes = {.shape = shape::bytes, .length = argument(4), .count = 0x7fffffff, .text = {.hex = true}};
constexpr auto const& binary_value = in<binary_bytes>;
constexpr choice_case fsconfig_values[] = {{1, string}, {2, binary_value}, {3, path}, {4, path}};
constexpr choice_case fsconfig_extras[] = {{3, dirfd}, {4, dirfd}, {5, fd}};

// The field `userns_fd` of struct mount_attr: a file descriptor if `attr_set` contains MOUNT_ATTR_IDMAP and the value fits in
// 32 bits, otherwise a number.
constexpr choice_case small_number[] = {{0, fd}};
constexpr auto const& descriptor_number = chosen64<member(3, 0xffffffff00000000), small_number, uint64>;
constexpr choice_case namespace_fd[] = {{0x100000, descriptor_number}};
constexpr auto const& user_namespace = chosen64<member(0, 0x100000), namespace_fd, uint64>;
constexpr structure mount_attributes{{
    {"attr_set", flags<names::mount_attributes, width::u64>},
    {"attr_clr", flags<names::mount_attributes, width::u64>},
    {"propagation", one_of<names::mount_propagations, width::u64>},
    {"userns_fd", user_namespace},
}};
constexpr auto const& attributes_in = in<growing<mount_attributes, argument(4), 32>>;

constexpr auto mount_ids = renamed(names::listmount_ids);
constexpr structure statmount_request{{
    {"size", uint32},
    {"mnt_ns_fd", fd},
    {"mnt_id", hex64},
    {"param", flags<names::statmount_masks, width::u64>},
    {"mnt_ns_id", hex64},
}};
constexpr structure listmount_request{{
    {"size", uint32},
    {"mnt_ns_fd", fd},
    {"mnt_id", one_of<mount_ids, width::u64>},
    {"param", hex64},
    {"mnt_ns_id", hex64},
}};

// `string_at` is the offset of a string after struct statmount, `strings_at` is the offset of the first of several strings.
constexpr type string_at = {.shape = shape::custom, .width = width::u32, .size = {4, 4, 4}, .align = {4, 4, 4},
                            .custom = {.decode = decode::mount_string}};
constexpr type strings_at = {.shape = shape::custom, .width = width::u32, .size = {4, 4, 4}, .align = {4, 4, 4},
                             .custom = {.decode = decode::mount_strings}};
constexpr condition in_mask(std::uint32_t what) { return {2, true, what, what}; }
constexpr structure mount_status{{
    {"size", uint32},
    {"mnt_opts", string_at, shown::always, 1, in_mask(0x80)},
    {"mask", flags<names::statmount_masks, width::u64>, shown::always, 2},
    {"sb_dev_major", uint32, shown::always, 3, in_mask(1)},
    {"sb_dev_minor", uint32, shown::always, 4, in_mask(1)},
    {"sb_magic", one_of<names::file_system_magics, width::u64>, shown::always, 5, in_mask(1)},
    {"sb_flags", flags<names::super_block_flags>, shown::always, 6, in_mask(1)},
    {"fs_type", string_at, shown::always, 7, in_mask(0x20)},
    {"mnt_id", hex64, shown::always, 8, in_mask(2)},
    {"mnt_parent_id", hex64, shown::always, 9, in_mask(2)},
    {"mnt_id_old", hex32, shown::always, 10, in_mask(2)},
    {"mnt_parent_id_old", hex32, shown::always, 11, in_mask(2)},
    {"mnt_attr", flags<names::mount_attributes, width::u64>, shown::always, 12, in_mask(2)},
    {"mnt_propagation", flags<names::mount_propagations, width::u64>, shown::always, 13, in_mask(2)},
    {"mnt_peer_group", hex64, shown::always, 14, in_mask(2)},
    {"mnt_master", hex64, shown::always, 15, in_mask(2)},
    {"propagate_from", hex64, shown::always, 16, in_mask(4)},
    {"mnt_root", string_at, shown::always, 17, in_mask(8)},
    {"mnt_point", string_at, shown::always, 18, in_mask(0x10)},
    {"mnt_ns_id", hex64, shown::always, 19, in_mask(0x40)},
    {"fs_subtype", string_at, shown::always, 20, in_mask(0x100)},
    {"sb_source", string_at, shown::always, 21, in_mask(0x200)},
    {"opt_num", uint32, shown::always, 22, in_mask(0x400)},
    {"opt_array", strings_at, shown::always, 23, in_mask(0x400)},
    {"opt_sec_num", uint32, shown::always, 24, in_mask(0x800)},
    {"opt_sec_array", strings_at, shown::always, 25, in_mask(0x800)},
    {"supported_mask", flags<names::statmount_masks, width::u64>, shown::always, 26, in_mask(0x1000)},
    {"mnt_uidmap_num", uint32, shown::always, 27, in_mask(0x2000)},
    {"mnt_uidmap", strings_at, shown::always, 28, in_mask(0x2000)},
    {"mnt_gidmap_num", uint32, shown::always, 29, in_mask(0x4000)},
    {"mnt_gidmap", strings_at, shown::always, 30, in_mask(0x4000)},
    {"", as::array<uint64, exactly(43)>, shown::never, 31},
}};
static_assert(mount_status.size[0] == 512 && mount_status.fields[17].offset[0] == 104 && mount_status.fields[21].offset[1] == 124);

// The first argument of quotactl(2), shown as QCMD(command, type of quota).
constexpr slice quota_command[] = {
    {one_of<names::quota_commands>, 0xffffff00, true, {}, 8},
    {one_of<names::quota_types>, 0xff, true},
};
constexpr std::string_view qcmd{"QCMD"};
constexpr auto const& quota_operation = made_by<quota_command, qcmd>;
constexpr auto quota_formats = renamed(names::quota_formats, "QFMT_???");
constexpr auto xfs_quota_types = renamed(names::xfs_quota_types, "FS_???_QUOTA");

constexpr structure quota_limits{{
    {"dqb_bhardlimit", uint64},
    {"dqb_bsoftlimit", uint64},
    {"dqb_curspace", uint64},
    {"dqb_ihardlimit", uint64},
    {"dqb_isoftlimit", uint64},
    {"dqb_curinodes", uint64},
    {"dqb_btime", uint64, shown::verbose},
    {"dqb_itime", uint64, shown::verbose},
    {"dqb_valid", flags<names::quota_valid_fields>, shown::verbose},
}, {}, layout::packed};
constexpr structure next_quota_limits{{
    {"dqb_bhardlimit", uint64},
    {"dqb_bsoftlimit", uint64},
    {"dqb_curspace", uint64},
    {"dqb_ihardlimit", uint64},
    {"dqb_isoftlimit", uint64},
    {"dqb_curinodes", uint64},
    {"dqb_btime", uint64, shown::verbose},
    {"dqb_itime", uint64, shown::verbose},
    {"dqb_valid", flags<names::quota_valid_fields>, shown::verbose},
    {"dqb_id", uint32},
}};
constexpr structure quota_info{{
    {"dqi_bgrace", uint64},
    {"dqi_igrace", uint64},
    {"dqi_flags", flags<names::quota_info_flags>},
    {"dqi_valid", flags<names::quota_info_fields>},
}};
constexpr structure disk_quota{{
    {"d_version", int8},
    {"d_flags", flags<xfs_quota_types, width::u8>},
    {"d_fieldmask", hex16},
    {"d_id", uint32},
    {"d_blk_hardlimit", uint64},
    {"d_blk_softlimit", uint64},
    {"d_ino_hardlimit", uint64},
    {"d_ino_softlimit", uint64},
    {"d_bcount", uint64},
    {"d_icount", uint64},
    {"d_itimer", integer, shown::verbose},
    {"d_btimer", integer, shown::verbose},
    {"d_iwarns", uint16, shown::verbose},
    {"d_bwarns", uint16, shown::verbose},
    {"", uint32, shown::never},
    {"d_rtb_hardlimit", uint64, shown::verbose},
    {"d_rtb_softlimit", uint64, shown::verbose},
    {"d_rtbcount", uint64, shown::verbose},
    {"d_rtbtimer", integer, shown::verbose},
    {"d_rtbwarns", uint16, shown::verbose},
    {"", as::array<uint8, exactly(10)>, shown::never},
}};
static_assert(disk_quota.size[0] == 112);
constexpr structure quota_file{{{"qfs_ino", uint64}, {"qfs_nblks", uint64}, {"qfs_nextents", uint32}}};
constexpr structure quota_state{{
    {"qs_version", int8},
    {"qs_flags", flags<names::xfs_quota_flags, width::u16>, shown::verbose},
    {"", uint8, shown::never},
    {"qs_uquota", quota_file, shown::verbose},
    {"qs_gquota", quota_file, shown::verbose},
    {"qs_incoredqs", uint32, shown::verbose},
    {"qs_btimelimit", integer, shown::verbose},
    {"qs_itimelimit", integer, shown::verbose},
    {"qs_rtbtimelimit", integer, shown::verbose},
    {"qs_bwarnlimit", uint16, shown::verbose},
    {"qs_iwarnlimit", uint16, shown::verbose},
}};
constexpr structure quota_file_v{{{"qfs_ino", uint64}, {"qfs_nblks", uint64}, {"qfs_nextents", uint32}, {"", uint32, shown::never}}};
constexpr structure quota_state_v{{
    {"qs_version", int8},
    {"", uint8, shown::never, 20},
    {"qs_flags", flags<names::xfs_quota_flags, width::u16>, shown::verbose, 1},
    {"qs_incoredqs", uint32, shown::verbose, 2},
    {"qs_uquota", quota_file_v, shown::verbose, 3},
    {"qs_gquota", quota_file_v, shown::verbose, 4},
    {"qs_pquota", quota_file_v, shown::verbose, 5},
    {"qs_btimelimit", integer, shown::verbose, 6},
    {"qs_itimelimit", integer, shown::verbose, 7},
    {"qs_rtbtimelimit", integer, shown::verbose, 8},
    {"qs_bwarnlimit", uint16, shown::verbose, 9},
    {"qs_iwarnlimit", uint16, shown::verbose, 10},
}};

constexpr std::uint64_t command(std::uint64_t number) { return number << 8 & 0xffffffff; }
// The argument `id` of quotactl(2), for the commands that do not use the argument as an id.
constexpr choice_case quota_ids[] = {
    {command(0x800001), nothing}, {command(0x800003), nothing}, {command(0x5807), nothing},
    {command(0x800002), one_of<quota_formats>},
    {command(0x800004), nothing}, {command(0x800005), nothing}, {command(0x800006), nothing},
    {command(0x5801), nothing}, {command(0x5802), nothing}, {command(0x5805), nothing}, {command(0x5806), nothing},
    {command(0x5808), nothing},
};
constexpr choice_case quota_data[] = {
    {command(0x800001), nothing}, {command(0x800003), nothing}, {command(0x5807), nothing},
    {command(0x800002), path},
    {command(0x800004), out<one_of<quota_formats>>},
    {command(0x800005), out<quota_info>},
    {command(0x800006), in<quota_info>},
    {command(0x800007), out<quota_limits>},
    {command(0x800008), in<quota_limits>},
    {command(0x800009), out<next_quota_limits>},
    {command(0x5801), in<flags<names::xfs_quota_flags>>},
    {command(0x5802), in<flags<names::xfs_quota_flags>>},
    {command(0x5803), out<disk_quota>},
    {command(0x5804), in<disk_quota>},
    {command(0x5805), out<quota_state>},
    {command(0x5806), in<flags<xfs_quota_types>>},
    {command(0x5808), out<quota_state_v>},
    {command(0x5809), out<disk_quota>},
};
template <unsigned Command>
constexpr auto const& quota_id = chosen<argument(Command, 0xffffff00), quota_ids, user_id>;
template <unsigned Command>
constexpr auto const& quota_of = chosen<argument(Command, 0xffffff00), quota_data, address>;

constexpr auto const& handle_in = in<as::custom<decode::file_handle>>;
constexpr auto const& handle = as::custom<decode::file_handle>;
// The mount id is shown only if the first 8 bytes of the file handle can be read.
constexpr type mount_id = {.shape = shape::custom, .width = width::klong, .of = &integer, .length = argument(2), .count = 8,
                           .custom = {.decode = decode::if_readable}};
constexpr type handle_changed = inout_or<handle, handle>;

constexpr syscall_descriptor rows[] = {
    {"mount", {{"source", path}, {"target", path}, {"filesystemtype", file_system_type}, {"mountflags", flags<mount_flags, width::klong>}, {"data", mount_data}}},
    {"umount2", {{"target", path}, {"flags", flags<names::umount_flags>}}},
    {"umount", {{"target", path}}},
    {"pivot_root", {{"new_root", path}, {"put_old", path}}},
    {"open_tree", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::open_tree_flags>}}, fd},
    {"open_tree_attr", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::open_tree_flags>}, {"attr", attributes_in}, {"size", size}}, fd},
    {"move_mount", {{"from_dirfd", dirfd}, {"from_pathname", path}, {"to_dirfd", dirfd}, {"to_pathname", path}, {"flags", flags<names::move_mount_flags>}}},
    {"mount_setattr", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::mount_setattr_flags>}, {"attr", attributes_in}, {"size", size}}},
    {"fsopen", {{"fsname", string}, {"flags", flags<names::fsopen_flags>}}, fd},
    {"fsconfig", {{"fs_fd", fd}, {"cmd", one_of<names::fsconfig_commands>}, {"key", chosen<argument(1), fsconfig_keys>}, {"value", chosen<argument(1), fsconfig_values>}, {"aux", chosen<argument(1), fsconfig_extras, integer>}}},
    {"fsmount", {{"fs_fd", fd}, {"flags", flags<names::fsmount_flags>}, {"attr_flags", flags<names::new_mount_attributes>}}, fd},
    {"fspick", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::fspick_flags>}}, fd},
    {"statmount", {{"req", in<sized<statmount_request, 0, 24, growth::after_size, false>>}, {"buf", out<zero_padded<mount_status, argument(2), 4>>}, {"bufsize", size}, {"flags", flags<names::statmount_flags>}}},
    {"listmount", {{"req", in<sized<listmount_request, 0, 24, growth::after_size, false>>}, {"mnt_ids", out<as::array<hex64, returned()>>}, {"nr_mnt_ids", size}, {"flags", flags<names::listmount_flags>}}},
    {"swapon", {{"path", path}, {"swapflags", packed<swap_flags>}}},
    {"swapoff", {{"path", path}}},
    {"quotactl", {{"op", quota_operation}, {"special", path}, {"id", quota_id<0>}, {"addr", quota_of<0>}}},
    {"quotactl_fd", {{"fd", fd}, {"op", quota_operation}, {"id", quota_id<1>}, {"addr", quota_of<1>}}},
    {"open_by_handle_at", {{"mount_fd", fd}, {"handle", handle_in}, {"flags", flags<open_flags>}}, fd},
    {"name_to_handle_at", {{"dirfd", dirfd}, {"pathname", path}, {"handle", handle_changed}, {"mount_id", out<mount_id>}, {"flags", flags<names::name_to_handle_flags>}}},
};

} // namespace

std::span<syscall_descriptor const> mount_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
