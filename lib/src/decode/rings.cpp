// SPDX-License-Identifier: BSL-1.0
// Arguments of io_uring_register(2). See linux/io_uring.h.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/common.hpp"
#include "uapi/constants/io_uring.hpp"
#include "uapi/words.hpp"

#include <algorithm>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;

bool add_list(capture& made, uapi::type const& of, std::string_view name, std::uint64_t at, std::uint64_t many, bool cut)
{
    static constexpr uapi::type list_type = as::list<as::address>;
    auto const size = of.size_in(made.model());
    auto const shown = std::min<std::uint64_t>(many, made.options().verbose ? 256 : made.options().string_limit);
    auto& tree = made.into();
    auto const place = tree.open({.as = &list_type, .name = name, .number = many});
    std::uint64_t done = 0;
    while (done < shown && made.add_at(of, {}, at + done * size))
        ++done;
    if (done < many || cut)
        tree.node(place).state = value_state::cut;
    tree.close(place);
    return done == shown;
}

}   // namespace

bool ring_probe(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    constexpr std::uint64_t head = 16, each = 8, most = 256;
    std::array<std::byte, head + each * most> buffer;
    auto const room_for = made.argument(3);
    if (room_for > most)
        return false;
    auto const raw = std::span{buffer}.first(head + each * room_for);
    if (made.read_shown(at, raw) != raw.size())
        return false;
    // At entry, the kernel requires a structure of zeros. Such a structure is shown as its address.
    bool const blank = std::all_of(raw.begin(), raw.end(), [](auto b) { return b == std::byte{}; });
    if (!made.outcome() && blank)
        return false;
    auto const reported = std::to_integer<std::uint64_t>(raw[1]);
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    made.add_part_of(*self.of, name, raw.first(head), at);
    auto const many = made.outcome() ? std::min(reported, room_for) : room_for;
    add_list(made, *self.after, "ops", at + head, many, made.outcome() && room_for < reported);
    tree.close(place);
    return true;
}

bool ring_restriction(capture& made, uapi::type const& self, std::string_view, std::uint64_t at)
{
    std::uint16_t which = 0;
    std::uint8_t what = 0;
    if (!made.read_value(at - sizeof which, which) || !made.read_value(at, what))
        return false;
    if (which >= self.count) {
        static constexpr uapi::type unknown = {.width = uapi::width::u8, .style = uapi::style::hex, .text = {.surplus = true}};
        made.add(unknown, "op", what);
        return true;
    }
    made.add(*self.fields[which].as, self.fields[which].name, what);
    return true;
}

bool ring_submission(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint8_t operation = 0;
    if (!made.read_value(at, operation))
        return false;
    return made.add_at(find_case(self, operation), name, at);
}

bool ring_query(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::structure header{{
        {"query_data", uapi::address64},
        {"query_op", as::one_of<uapi::names::io_uring_query_operations>},
        {"size", as::uint32},
        {"result", as::integer},
        {"__resv", as::array<as::hex32, uapi::exactly(3)>, uapi::shown::nonzero},
        {"next_entry", as::address},
    }};
    struct header_bytes {
        std::uint64_t next_entry, data;
        std::uint32_t operation, size;
        std::int32_t result;
        std::uint32_t reserved[3];
    };
    static_assert(sizeof(header_bytes) == 40);
    header_bytes raw{};
    if (!made.read_value(at, raw))
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &header, .name = name, .number = at});
    made.add(uapi::address64, "query_data", raw.data);
    made.add(*header.fields[1].as, "query_op", raw.operation);
    made.add(as::uint32, "size", raw.size);
    made.add(as::integer, "result", static_cast<std::uint32_t>(raw.result));
    if (std::any_of(std::begin(raw.reserved), std::end(raw.reserved), [](auto each) { return each != 0; }))
        made.add_at(*header.fields[4].as, "__resv", at + offsetof(header_bytes, reserved));
    if (raw.data != 0 && raw.size != 0 && (raw.operation != 0 || !made.add_at(*self.of, "query_data", raw.data)))
        made.add_plain(as::address, "query_data", raw.data);
    // The list of headers may be a cycle. The limit for nested values then ends the decoding.
    if (raw.next_entry == 0 || !made.add_at(self, "next_entry", raw.next_entry))
        made.add_plain(as::address, "next_entry", raw.next_entry);
    tree.close(place);
    return true;
}

}   // namespace cotrace::decode
