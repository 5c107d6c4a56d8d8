// SPDX-License-Identifier: BSL-1.0
// Data of variable length that follow the structures of btrfs, see linux/btrfs.h.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/compose.hpp"
#include "uapi/constants/device.hpp"

#include <algorithm>
#include <cerrno>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;

constexpr uapi::name_table key_types = uapi::renamed(uapi::names::btrfs_key_types);
constexpr uapi::name_table tree_ids = uapi::renamed(uapi::names::btrfs_tree_ids);
constexpr uapi::type key_type = {.shape = uapi::shape::enumeration, .style = uapi::style::unsigned_decimal, .names = &key_types};
constexpr uapi::type tree_id = {
    .shape = uapi::shape::enumeration, .width = uapi::width::u64, .style = uapi::style::unsigned_decimal, .names = &tree_ids};

constexpr uapi::structure item{{
    {"transid", as::uint64},
    {"objectid", tree_id},
    {"offset", as::uint64},
    {"type", key_type},
    {"len", as::uint32},
}};
constexpr std::uint64_t item_size = item.size[0];
static_assert(item_size == 32);
constexpr uapi::type items = {.shape = uapi::shape::array, .of = &item, .length = uapi::exactly(1)};

// The size of struct btrfs_ioctl_search_key, and the offset of the field `nr_items` in this structure.
constexpr std::uint64_t key_size = 104, found_at = 64;
constexpr std::uint64_t fixed_buffer = 4096 - key_size;

// The fields of struct btrfs_data_container that precede its array of values.
struct container {
    std::uint32_t bytes_left, bytes_missing, elem_cnt, elem_missed;
};

}   // namespace

bool unless_usual(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t number = 0;
    if (!made.read_value(at, number))
        return false;
    if (number != self.length.value || made.options().verbose)
        made.add(*self.of, name, number);
    return true;
}

bool search_items(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint32_t found = 0;
    std::uint64_t room = fixed_buffer, from = 0;
    if (!made.read_value(at - self.count + found_at, found) || (self.count != key_size && !made.read_value(at - 8, room)))
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &items, .name = name, .number = found});
    for (std::uint32_t i = 0; i < found; ++i) {
        if (at + from < at || from + item_size > room || i > made.options().string_limit) {
            tree.node(place).state = value_state::cut;
            break;
        }
        std::array<std::byte, item_size> raw;
        if (made.read(at + from, raw) != raw.size()) {
            tree.node(place).state = value_state::unreadable;
            tree.node(place).number = at + from;
            break;
        }
        made.add_part_of(item, {}, raw, at + from);
        from += item_size + load(std::span{raw}.last(4));
    }
    tree.close(place);
    return true;
}

bool search_size(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    if (!made.add_at(*self.of, name, at))
        return false;
    if (!made.outcome() || made.outcome()->error() != EOVERFLOW) {
        tree.cancel(place);
        tree.open({.as = self.of, .name = name});   // the text output leaves out a value at exit that has no parts
    }
    return true;
}

bool container_inodes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    container head{};
    if (!made.read_value(at - sizeof head, head))
        return false;
    auto& tree = made.into();
    auto const size = self.of->of->size_in(made.model());
    auto const really = head.elem_cnt / 3;
    auto const place = tree.open({.as = self.of, .name = name, .number = really});
    std::uint64_t i = 0;
    while (i < really && i < 4096 && made.add_at(*self.of->of, {}, at + i * size))
        ++i;
    if (i < really) {
        tree.node(place).state = value_state::unreadable;
        tree.node(place).number = at + i * size;
    }
    tree.close(place);
    return true;
}

bool container_paths(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type paths = {.shape = uapi::shape::array, .of = &as::path, .length = uapi::exactly(1)};
    container head{};
    if (!made.read_value(at - sizeof head, head))
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &paths, .name = name, .number = head.elem_cnt});
    std::uint64_t i = 0, offset = 0;
    for (; i < head.elem_cnt && i < 4096 && made.read_value(at + 8 * i, offset); ++i)
        made.add(as::path, {}, at + offset);
    if (i < head.elem_cnt) {
        tree.node(place).state = value_state::unreadable;
        tree.node(place).number = at + 8 * i;
    }
    tree.close(place);
    return true;
}

bool found_spaces(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::uint64_t, 2> slots_and_total{};
    if (!made.read_value(at - sizeof slots_and_total, slots_and_total))
        return false;
    if (slots_and_total[0] == 0 && slots_and_total[1] != 0)
        return true;
    if (!made.options().verbose)
        made.add_plain(as::nothing, {}, 0);
    else if (!made.add_at(*self.of, name, at, made.here()))
        made.add_plain(as::address, name, at);
    return true;
}

}   // namespace cotrace::decode
