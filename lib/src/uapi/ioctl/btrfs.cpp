// SPDX-License-Identifier: BSL-1.0
// Requests of several file systems, such as ioctl_ficlone(2), and requests of btrfs:
// linux/fs.h, linux/btrfs.h.
#include "uapi/common.hpp"
#include "uapi/constants/btrfs.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/custom.hpp"
#include "uapi/growing.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/spelling.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

template <std::uint64_t N>
constexpr auto const& unused = hex_bytes<exactly(N)>;
template <auto const& Names>
constexpr auto const& flags64 = flags<Names, width::u64>;
// A number that may have a name. The text output adds no comment to a number without a name.
template <auto const& Names, width W = width::u64>
constexpr type number_of = {.shape = shape::enumeration, .width = W, .style = style::unsigned_decimal, .names = &Names};

constexpr enum_table largest{"", {{~std::uint64_t{0}, "UINT64_MAX"}}};
constexpr auto const& amount64 = number_of<largest>;
constexpr name_table key_types = renamed(names::btrfs_key_types);
constexpr name_table tree_ids = renamed(names::btrfs_tree_ids);
constexpr auto const& tree_id = number_of<tree_ids>;
constexpr auto const& key_type = number_of<key_types, width::u32>;
constexpr type fd64 = {.shape = shape::fd, .width = width::u64};

// Arguments of requests for ranges and labels. Other file systems than btrfs have these requests, too.
constexpr structure clone_range{{{"src_fd", fd64}, {"src_offset", uint64}, {"src_length", uint64}, {"dest_offset", uint64}}};
constexpr structure dedupe_request{{
    {"dest_fd", fd64},
    {"dest_offset", uint64},
    {"bytes_deduped", uint64, shown::never},
    {"status", integer, shown::never},
    {"reserved", uint32, shown::never},
}};
constexpr structure dedupe_result{{
    {"dest_fd", fd64, shown::never},
    {"dest_offset", uint64, shown::never},
    {"bytes_deduped", uint64},
    {"status", integer},
    {"reserved", uint32, shown::never},
}};
// An array. Without -v, the text output shows at most two of its elements.
template <auto const& Of>
constexpr type some = {.shape = shape::custom, .unlimited = true, .of = &Of, .length = member(2), .count = 2,
                       .size = {0, 0, 0}, .align = {1, 1, 1}, .custom = {.decode = decode::first_few}};
constexpr structure dedupe_range{{
    {"src_offset", uint64},
    {"src_length", uint64},
    {"dest_count", uint16},
    {"reserved1", uint16, shown::never},
    {"reserved2", uint32, shown::never},
    {"info", some<array<dedupe_request, member(2)>>},
}};
constexpr structure dedupe_results{{
    {"src_offset", uint64, shown::never},
    {"src_length", uint64, shown::never},
    {"dest_count", uint16, shown::never},
    {"reserved1", uint16, shown::never},
    {"reserved2", uint32, shown::never},
    {"info", some<array<dedupe_result, member(2)>>},
}};
// The structure of FIDEDUPERANGE after the call, shown only if the list of results is not empty and can be read.
constexpr type all_dedupe_results = {.shape = shape::custom, .of = &dedupe_results,
                                     .custom = {.decode = decode::whole_list}};
constexpr type label = {.shape = shape::custom, .length = exactly(256), .custom = {.decode = decode::fixed_text}};

// The arguments of requests about subvolumes and devices, which are given by name or by id.
constexpr structure volume{{{"fd", fd64}, {"name", characters_in<4088>}}};

constexpr structure group_limit{{
    {"flags", flags64<names::btrfs_qgroup_limits>},
    {"max_rfer", uint64},
    {"max_excl", uint64},
    {"rsv_rfer", uint64},
    {"rsv_excl", uint64},
}};
constexpr structure group_inherit{{
    {"flags", flags64<names::btrfs_qgroup_inherit_flags>},
    {"num_qgroups", uint64},
    {"num_ref_copies", uint64},
    {"num_excl_copies", uint64},
    {"lim", group_limit},
    {"qgroups", array<uint64, member(1)>, shown::verbose},
}};
constexpr condition inherits{2, true, 4, 4};   // BTRFS_SUBVOL_QGROUP_INHERIT
constexpr condition by_device{2, true, 8, 8}, not_by_device{2, true, 8, 0};   // BTRFS_DEVICE_SPEC_BY_ID
constexpr condition by_id{2, true, 16, 16}, not_by_id{2, true, 16, 0};   // BTRFS_SUBVOL_SPEC_BY_ID
constexpr structure new_volume{{
    {"fd", fd64},
    {"transid", uint64, shown::never},
    {"flags", flags64<names::btrfs_subvolume_flags>},
    {"unused", unused<32>, shown::never},
    {"size", within<uint64, unused<32>>, shown::always, 0, inherits},
    {"qgroup_inherit", within<in<group_inherit>, unused<24>>, shown::always, 0, inherits},
    {"name", characters_in<4040>},
}};
constexpr structure new_volume_made{{
    {"fd", fd64, shown::never},
    {"transid", uint64},
    {"rest", unused<4080>, shown::never},
}};
constexpr structure device_gone{{
    {"fd", fd64},
    {"transid", uint64, shown::never},
    {"flags", flags64<names::btrfs_subvolume_flags>},
    {"unused", unused<32>, shown::never},
    {"name", characters_in<4040>, shown::always, 0, not_by_device},
    {"devid", within<uint64, unused<4040>>, shown::always, 0, by_device},
}};
constexpr structure volume_gone{{
    {"fd", fd64},
    {"transid", uint64, shown::never},
    {"flags", flags64<names::btrfs_subvolume_flags>},
    {"unused", unused<32>, shown::never},
    {"name", characters_in<4040>, shown::always, 0, not_by_id},
    {"subvolid", within<tree_id, unused<4040>>, shown::always, 0, by_id},
}};
static_assert(new_volume.size[0] == 4096 && new_volume.size[1] == 4096);

// The arguments of requests about balancing. A filter selects block groups of one type.
constexpr structure balance_filter{{
    {"profiles", flags64<names::btrfs_block_groups>},
    {"usage", amount64},
    {"devid", device64},
    {"pstart", amount64},
    {"pend", amount64},
    {"vstart", amount64},
    {"vend", amount64},
    {"target", amount64},
    {"flags", flags64<names::btrfs_balance_arguments>},
    {"rest", unused<64>, shown::never},
}, {}, layout::packed};
static_assert(balance_filter.size[0] == 136);
constexpr condition of_data{0, true, 1, 1}, of_metadata{0, true, 4, 4}, of_system{0, true, 2, 2};
template <shown State>
constexpr structure balance_of{{
    {"flags", flags64<names::btrfs_balance_flags>},
    {"state", flags64<names::btrfs_balance_states>, State},
    {"data", balance_filter, shown::always, 0, of_data},
    {"meta", balance_filter, shown::always, 0, of_metadata},
    {"sys", balance_filter, shown::always, 0, of_system},
    {"rest", unused<600>, shown::never},
}};
constexpr auto const& balance = balance_of<shown::never>;
constexpr auto const& balanced = balance_of<shown::always>;
static_assert(balance.size[0] == 1024);

constexpr structure defragmentation{{
    {"start", uint64},
    {"len", amount64},
    {"flags", flags64<names::btrfs_defragment_flags>},
    {"extent_thresh", uint32},
    {"compress_type", one_of<names::btrfs_compressions>},
    {"unused", unused<16>, shown::never},
}};

constexpr structure device_wanted{{{"devid", device64}, {"uuid", uuid, shown::nonzero}, {"rest", unused<4072>, shown::never}}};
constexpr structure device_info{{
    {"devid", device64, shown::never},
    {"uuid", uuid, shown::nonzero},
    {"bytes_used", uint64},
    {"total_bytes", uint64},
    {"unused", unused<3032>, shown::never},
    {"path", characters_in<1024>},
}};
static_assert(device_info.size[0] == 4096 && device_wanted.size[0] == 4096);

// The parts of the argument of BTRFS_IOC_DEV_REPLACE, which replaces a device.

// Writes a progress in thousandths, and the percentage in a comment.
void spell_progress(std::string& to, type const&, std::uint64_t number, spelling)
{
    spell_decimal(to, number);
    if (number > 1000)
        return;
    to += " /* ";
    spell_decimal(to, number / 10);
    to += '.';
    spell_decimal(to, number % 10);
    to += "% */";
}
constexpr structure replacement{{
    {"srcdevid", device64},
    {"cont_reading_from_srcdev_mode", one_of<names::btrfs_replace_reading_modes, width::u64>},
    {"srcdev_name", characters_in<1025>},
    {"tgtdev_name", characters_in<1025>},
}};
constexpr structure replacement_status{{
    {"replace_state", one_of<names::btrfs_replace_states, width::u64>},
    {"progress_1000", spelled<spell_progress, width::u64, style::decimal>},
    {"time_started", time64},
    {"time_stopped", time64},
    {"num_write_errors", uint64},
    {"num_uncorrectable_read_errors", uint64},
}};
constexpr condition starts{0, true, 0xffffffff, 0}, asks{0, true, 0xffffffff, 1};
constexpr structure replace{{
    {"cmd", one_of<names::btrfs_replace_commands, width::u64>},
    {"result", uint64, shown::never},
    {"start", replacement, shown::always, 0, starts},
    {"spare", unused<512>, shown::never},
}};
constexpr structure replaced_so_far{{
    {"cmd", uint64, shown::never},
    {"result", one_of<names::btrfs_replace_results, width::u64>},
    {"start", replacement, shown::never},
    {"status", within<replacement_status, replacement>, shown::always, 0, asks},
    {"spare", unused<512>, shown::never},
}};
static_assert(replace.size[0] == 0xa28 && replace.size[1] == 0xa24);

// The arguments of requests about features of a file system.
constexpr name_table other_features{nullptr, 0, true, "BTRFS_FEATURE_COMPAT_???"};
constexpr structure features{{
    {"compat_flags", flags64<other_features>},
    {"compat_ro_flags", flags64<names::btrfs_readonly_features>},
    {"incompat_flags", flags64<names::btrfs_incompatible_features>},
}};
constexpr type commented(type made, std::string_view text)
{
    made.text.comment = text;
    return made;
}
constexpr type features_had = commented(features, "supported");
constexpr type features_settable = commented(features, "safe to set");
constexpr type features_clearable = commented(features, "safe to clear");
constexpr structure two_features{{{"set", features}, {"which", features}}};
constexpr type wanted_features = {.shape = shape::custom, .of = &two_features, .custom = {.decode = decode::tuple}};
constexpr structure three_features{{{"supported", features_had}, {"safe_set", features_settable}, {"safe_clear", features_clearable}}};
constexpr type supported_features = {.shape = shape::custom, .of = &three_features, .custom = {.decode = decode::tuple}};

constexpr condition has_checksum{8, true, 1, 1}, has_generation{8, true, 2, 2}, has_metadata_id{8, true, 4, 4};
constexpr structure system_info{{
    {"max_id", uint64},
    {"num_devices", uint64},
    {"fsid", uuid},
    {"nodesize", uint32},
    {"sectorsize", uint32},
    {"clone_alignment", uint32},
    {"csum_type", one_of<names::btrfs_checksums, width::u16>, shown::always, 0, has_checksum},
    {"csum_size", uint16, shown::always, 0, has_checksum},
    {"flags", flags64<names::btrfs_info_flags>},
    {"generation", uint64, shown::always, 0, has_generation},
    {"metadata_uuid", uuid, shown::always, 0, has_metadata_id},
    {"reserved", unused<944>, shown::never},
}};
static_assert(system_info.size[0] == 1024);

constexpr structure statistics_wanted{{
    {"devid", device64},
    {"nr_items", uint64},
    {"flags", flags64<names::btrfs_device_statistics_flags>},
    {"rest", unused<1008>, shown::never},
}};
constexpr type statistics_values = {.shape = shape::array, .names = &names::btrfs_device_statistics, .of = &uint64, .length = member(1)};
constexpr type few_statistics = {.shape = shape::custom, .of = &statistics_values, .length = member(1), .count = 5,
                                 .size = {0, 0, 0}, .align = {1, 1, 1}, .custom = {.decode = decode::first_few}};
constexpr structure statistics{{
    {"devid", device64, shown::never},
    {"nr_items", uint64},
    {"flags", flags64<names::btrfs_device_statistics_flags>},
    {"values", few_statistics, shown::unnamed},
    {"rest", unused<1008>, shown::never},
}};
static_assert(statistics.size[0] == 1032);

// The arguments of requests that look up names, paths and inodes.
constexpr structure lookup{{{"treeid", tree_id}, {"objectid", tree_id}, {"name", unused<4080>, shown::never}}};
constexpr structure looked_up{{{"treeid", tree_id, shown::filled_in}, {"objectid", tree_id, shown::never}, {"name", characters_in<4080>}}};
constexpr structure user_lookup{{{"dirid", uint64}, {"treeid", tree_id}, {"rest", unused<4080>, shown::never}}};
constexpr structure user_looked_up{{
    {"dirid", uint64, shown::never},
    {"treeid", tree_id, shown::never},
    {"name", characters_in<256>},
    {"path", characters_in<3824>},
}};
constexpr structure inode_reference{{{"inum", uint64}, {"offset", uint64}, {"root", uint64}}};
constexpr auto const& inode_references = array<inode_reference, exactly(1)>;
constexpr type found_paths = {.shape = shape::custom, .size = {0, 0, 0}, .align = {1, 1, 1},
                              .custom = {.decode = decode::container_paths}};
constexpr type found_inodes = {.shape = shape::custom, .of = &inode_references, .size = {0, 0, 0}, .align = {1, 1, 1},
                               .custom = {.decode = decode::container_inodes}};
template <auto const& Values>
constexpr structure container_of{{
    {"bytes_left", uint32},
    {"bytes_missing", uint32},
    {"elem_cnt", uint32},
    {"elem_missed", uint32},
    {"val", Values, shown::verbose},
}};
constexpr structure paths_wanted{{{"inum", uint64}, {"size", uint64}, {"reserved", unused<32>, shown::never}, {"fspath", address64}}};
constexpr structure paths_got{{
    {"inum", uint64, shown::never},
    {"size", uint64, shown::never},
    {"reserved", unused<32>, shown::never},
    {"fspath", in64<container_of<found_paths>>},
}};
constexpr structure inodes_wanted{{
    {"logical", uint64},
    {"size", uint64},
    {"reserved", array<hex64, exactly(3)>, shown::nonzero},
    {"flags", flags64<names::btrfs_logical_inode_flags>},
    {"inodes", address64},
}};
constexpr structure inodes_got{{
    {"logical", uint64, shown::never},
    {"size", uint64, shown::never},
    {"rest", unused<32>, shown::never},
    {"inodes", in64<container_of<found_inodes>>},
}};

// The arguments of requests about quotas.
constexpr structure group_assignment{{{"assign", uint64}, {"src", uint64}, {"dst", uint64}}};
constexpr structure group_creation{{{"create", uint64}, {"qgroupid", uint64}}};
constexpr structure group_limits{{{"qgroupid", uint64}, {"lim", group_limit}}};
constexpr structure quota_command{{{"cmd", one_of<names::btrfs_quota_commands, width::u64>}, {"status", uint64, shown::never}}};
constexpr structure quota_rescan{{{"flags", uint64}, {"rest", unused<56>, shown::never}}};
constexpr structure quota_rescan_status{{{"flags", uint64}, {"progress", tree_id}, {"reserved", unused<48>, shown::never}}};

// The arguments of requests that send and receive subvolumes.
constexpr structure moment{{{"sec", uint64}, {"nsec", uint32}}, {}, layout::natural, 9};
constexpr structure receive{{
    {"uuid", uuid},
    {"stransid", uint64},
    {"rtransid", uint64, shown::never},
    {"stime", moment},
    {"rtime", moment, shown::never},
    {"flags", uint64},
    {"reserved", unused<128>, shown::never},
}};
constexpr structure received{{
    {"uuid", uuid, shown::never},
    {"stransid", uint64, shown::never},
    {"rtransid", uint64},
    {"stime", moment, shown::never},
    {"rtime", moment},
    {"flags", uint64, shown::never},
    {"reserved", unused<128>, shown::never},
}};
static_assert(receive.size[0] == 200 && receive.size[1] == 192);
constexpr name_table send_flags = renamed(names::btrfs_send_flags, "BTRFS_SEND_FLAG_???");
constexpr auto const& sources = array<tree_id, member(1)>;
constexpr type sources_if_verbose = {.shape = shape::pointer, .width = width::word, .folded = true, .of = &sources};
constexpr structure send{{
    {"send_fd", fd64},
    {"clone_sources_count", uint64},
    {"clone_sources", sources_if_verbose},
    {"parent_root", tree_id},
    {"flags", flags64<send_flags>},
    {"version", uint32, shown::never},
    {"reserved", unused<28>, shown::never},
}};
static_assert(send.size[0] == 72 && send.size[1] == 68);

constexpr structure scrub_progress{{
    {"data_extents_scrubbed", uint64},
    {"tree_extents_scrubbed", uint64},
    {"data_bytes_scrubbed", uint64},
    {"tree_bytes_scrubbed", uint64},
    {"read_errors", uint64},
    {"csum_errors", uint64},
    {"verify_errors", uint64},
    {"no_csum", uint64},
    {"csum_discards", uint64},
    {"super_errors", uint64},
    {"malloc_errors", uint64},
    {"uncorrectable_errors", uint64},
    {"corrected_errors", uint64},
    {"last_physical", uint64},
    {"unverified_errors", uint64},
}};
constexpr structure scrub{{
    {"devid", device64},
    {"start", uint64},
    {"end", amount64},
    {"flags", flags64<names::btrfs_scrub_flags>},
    {"rest", unused<992>, shown::never},
}};
constexpr structure scrub_of{{{"devid", device64}, {"rest", unused<1016>, shown::never}}};
constexpr structure scrubbed{{{"range", unused<32>, shown::never}, {"progress", scrub_progress}, {"rest", unused<872>, shown::never}}};
static_assert(scrubbed.size[0] == 1024 && scrub.size[0] == 1024);

// The arguments of requests that search a tree. Without -v, a bound of the search that is equal to `Usual` is left out.
template <std::uint64_t Usual>
constexpr type bound = {.shape = shape::custom, .of = &tree_id, .length = exactly(Usual), .size = {8, 8, 8}, .align = {8, 4, 8},
                        .custom = {.decode = decode::unless_usual}};
constexpr structure search_key{{
    {"tree_id", tree_id},
    {"min_objectid", bound<256>},
    {"max_objectid", bound<~std::uint64_t{255}>},
    {"min_offset", amount64},
    {"max_offset", amount64},
    {"min_transid", amount64},
    {"max_transid", amount64},
    {"min_type", key_type},
    {"max_type", key_type},
    {"nr_items", uint32},
    {"unused", unused<36>, shown::never},
}};
constexpr structure searched_key{{{"bounds", unused<64>, shown::never}, {"nr_items", uint32}, {"unused", unused<36>, shown::never}}};
static_assert(search_key.size[0] == 104 && searched_key.size[0] == 104);
template <std::uint16_t After>
constexpr type items = {.shape = shape::custom, .count = After, .size = {0, 0, 0}, .align = {1, 1, 1},
                        .custom = {.decode = decode::search_items}};
constexpr structure search{{{"key", search_key}}};
constexpr structure searched{{{"key", searched_key}, {"buf", items<104>, shown::verbose}}};
constexpr structure sized_search{{{"key", search_key}, {"buf_size", uint64}}};
constexpr structure sized_searched{{{"key", searched_key}, {"buf_size", uint64}, {"buf", items<112>, shown::verbose}}};
constexpr structure search_size{{{"key", search_key, shown::never}, {"buf_size", uint64}}};
constexpr type search_too_small = {.shape = shape::custom, .of = &search_size, .custom = {.decode = decode::search_size}};
constexpr type sized_searching = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &sized_search,
                                  .after = &sized_searched, .failed = &search_too_small};

constexpr name_table space_flags = renamed(names::btrfs_block_groups, "BTRFS_SPACE_INFO_???");
constexpr structure space{{{"flags", flags64<space_flags>}, {"total_bytes", uint64}, {"used_bytes", uint64}}};
constexpr auto const& spaces = array<space, member(1)>;
constexpr type spaces_found = {.shape = shape::custom, .of = &spaces, .size = {0, 0, 0}, .align = {1, 1, 1},
                               .custom = {.decode = decode::found_spaces}};
constexpr structure spaces_wanted{{{"space_slots", uint64}, {"total_spaces", uint64, shown::never}}};
constexpr structure spaces_got{{{"space_slots", uint64, shown::never}, {"total_spaces", uint64}, {"spaces", spaces_found}}};

constexpr structure subvolume_info{{
    {"treeid", tree_id},
    {"name", characters_in<256>},
    {"parent_id", tree_id},
    {"dirid", uint64},
    {"generation", uint64, shown::verbose},
    {"flags", hex64},
    {"uuid", uuid, shown::verbose},
    {"parent_uuid", uuid, shown::verbose},
    {"received_uuid", uuid, shown::verbose},
    {"ctransid", uint64, shown::verbose},
    {"otransid", uint64, shown::verbose},
    {"stransid", uint64, shown::verbose},
    {"rtransid", uint64, shown::verbose},
    {"ctime", moment, shown::verbose},
    {"otime", moment, shown::verbose},
    {"stime", moment, shown::verbose},
    {"rtime", moment, shown::verbose},
    {"reserved", unused<64>, shown::never},
}};
static_assert(subvolume_info.size[0] == 0x1f8 && subvolume_info.size[1] == 0x1e8);

// A pointer to the flags of a subvolume. The text output shows the flags without brackets.
constexpr auto const& volume_flags = flags64<names::btrfs_subvolume_flags>;
constexpr type volume_flags_in = {.shape = shape::pointer, .width = width::word, .of = &volume_flags,
                                  .text = {.bare = true}};
constexpr type volume_flags_out = {.shape = shape::pointer, .width = width::word, .way = direction::out, .of = &volume_flags,
                                   .text = {.bare = true}};

constexpr choice_case requests[] = {
    {0x00009406, nothing},                                    // BTRFS_IOC_TRANS_START
    {0x00009407, nothing},                                    // BTRFS_IOC_TRANS_END
    {0x00009408, nothing},                                    // BTRFS_IOC_SYNC
    {0x0000941c, nothing},                                    // BTRFS_IOC_SCRUB_CANCEL
    {0x0000942e, nothing},                                    // BTRFS_IOC_QUOTA_RESCAN_WAIT
    // FICLONE. strace shows its argument, a file descriptor, as a number even with -y.
    {0x40049409, integer},
    {0x40049421, one_of<names::btrfs_balance_commands>},   // BTRFS_IOC_BALANCE_CTL
    {0x40089413, in<uint64>},                                 // BTRFS_IOC_DEFAULT_SUBVOL
    {0x40089416, in<uint64>},                                 // BTRFS_IOC_WAIT_SYNC
    {0x4008941a, volume_flags_in},                            // BTRFS_IOC_SUBVOL_SETFLAGS
    {0x4010942a, in<group_creation>},                         // BTRFS_IOC_QGROUP_CREATE
    {0x40189429, in<group_assignment>},                       // BTRFS_IOC_QGROUP_ASSIGN
    {0x4020940d, in<clone_range>},                            // FICLONERANGE
    {0x40309410, in<defragmentation>},                        // BTRFS_IOC_DEFRAG_RANGE
    {0x40309439, in<wanted_features>},            // BTRFS_IOC_SET_FEATURES
    {0x4040942c, in<quota_rescan>},                           // BTRFS_IOC_QUOTA_RESCAN
    {0x40449426, in<send>},                                   // BTRFS_IOC_SEND of i386
    {0x40489426, in<send>},                                   // BTRFS_IOC_SEND
    {0x41009432, in<label>},                                  // FS_IOC_SETFSLABEL
    {0x50009401, in<volume>},                                 // BTRFS_IOC_SNAP_CREATE
    {0x50009402, nothing},                                    // BTRFS_IOC_DEFRAG
    {0x50009403, in<volume>},                                 // BTRFS_IOC_RESIZE
    {0x50009404, in<volume>},                                 // BTRFS_IOC_SCAN_DEV
    {0x50009405, in<volume>},                                 // BTRFS_IOC_FORGET_DEV
    {0x5000940a, in<volume>},                                 // BTRFS_IOC_ADD_DEV
    {0x5000940b, in<volume>},                                 // BTRFS_IOC_RM_DEV
    {0x5000940c, nothing},                                    // BTRFS_IOC_BALANCE
    {0x5000940e, in<volume>},                                 // BTRFS_IOC_SUBVOL_CREATE
    {0x5000940f, in<volume>},                                 // BTRFS_IOC_SNAP_DESTROY
    {0x50009417, replaced<new_volume, new_volume_made>},      // BTRFS_IOC_SNAP_CREATE_V2
    {0x50009418, replaced<new_volume, new_volume_made>},      // BTRFS_IOC_SUBVOL_CREATE_V2
    {0x5000943a, address_only<in<device_gone>>},                                 // BTRFS_IOC_RM_DEV_V2
    {0x5000943f, address_only<in<volume_gone>>},                                 // BTRFS_IOC_SNAP_DESTROY_V2
    {0x80089418, out<uint64>},                                // BTRFS_IOC_START_SYNC
    {0x80089419, volume_flags_out},                           // BTRFS_IOC_SUBVOL_GETFLAGS
    {0x80189439, out<features>},                              // BTRFS_IOC_GET_FEATURES
    {0x8030942b, out<group_limits>},                          // BTRFS_IOC_QGROUP_LIMIT
    {0x8040942d, out<quota_rescan_status>},                   // BTRFS_IOC_QUOTA_RESCAN_STATUS
    {0x80489439, out<supported_features>},                    // BTRFS_IOC_GET_SUPPORTED_FEATURES
    {0x81009431, out<label>},                                 // FS_IOC_GETFSLABEL
    {0x81e8943c, out<subvolume_info>},                        // BTRFS_IOC_GET_SUBVOL_INFO of i386
    {0x81f8943c, address_only<out<subvolume_info>>},                             // BTRFS_IOC_GET_SUBVOL_INFO
    {0x8400941f, out<system_info>},                           // BTRFS_IOC_FS_INFO
    {0x84009422, out<balanced>},                              // BTRFS_IOC_BALANCE_PROGRESS
    {0x90009427, in<volume>},                                 // BTRFS_IOC_DEVICES_READY
    {0xc0109414, replaced<spaces_wanted, spaces_got>},        // BTRFS_IOC_SPACE_INFO
    {0xc0109428, in<quota_command>},                          // BTRFS_IOC_QUOTA_CTL
    {0xc0189436, replaced<dedupe_range, all_dedupe_results>},     // FIDEDUPERANGE
    {0xc0389423, replaced<paths_wanted, paths_got>},          // BTRFS_IOC_INO_PATHS
    {0xc0389424, replaced<inodes_wanted, inodes_got>},        // BTRFS_IOC_LOGICAL_INO
    {0xc038943b, address_only<replaced<inodes_wanted, inodes_got>>},             // BTRFS_IOC_LOGICAL_INO_V2
    {0xc0709411, sized_searching},                            // BTRFS_IOC_TREE_SEARCH_V2
    {0xc0c09425, replaced<receive, received>},                // BTRFS_IOC_SET_RECEIVED_SUBVOL of i386
    {0xc0c89425, replaced<receive, received>},                // BTRFS_IOC_SET_RECEIVED_SUBVOL
    {0xc400941b, replaced<scrub, scrubbed>},                  // BTRFS_IOC_SCRUB
    {0xc400941d, replaced<scrub_of, scrubbed>},               // BTRFS_IOC_SCRUB_PROGRESS
    {0xc4009420, replaced<balance, balanced>},                // BTRFS_IOC_BALANCE_V2
    {0xc4089434, replaced<statistics_wanted, statistics>},    // BTRFS_IOC_GET_DEV_STATS
    {0xca249435, replaced<replace, replaced_so_far>},         // BTRFS_IOC_DEV_REPLACE of i386
    {0xca289435, replaced<replace, replaced_so_far>},         // BTRFS_IOC_DEV_REPLACE
    {0xd0009411, replaced<search, searched>},                 // BTRFS_IOC_TREE_SEARCH
    {0xd0009412, replaced<lookup, looked_up>},                // BTRFS_IOC_INO_LOOKUP
    {0xd000941e, replaced<device_wanted, device_info>},       // BTRFS_IOC_DEV_INFO
    {0xd000943e, address_only<replaced<user_lookup, user_looked_up>>},           // BTRFS_IOC_INO_LOOKUP_USER
};

} // namespace

constinit type const btrfs_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
