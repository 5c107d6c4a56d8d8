// SPDX-License-Identifier: BSL-1.0
// The contexts of Linux security modules.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/compose.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/words.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace cotrace::decode {
namespace {

constexpr auto module_ids = uapi::renamed(uapi::names::lsm_ids);

constexpr uapi::type context_bytes = uapi::as::hex_bytes<uapi::exactly(0)>;

constexpr uapi::structure context{{
    {"id", uapi::as::one_of<module_ids, uapi::width::u64>},
    {"flags", uapi::as::hex64},
    {"len", uapi::as::uint64},
    {"ctx_len", uapi::as::uint64},
}};
constexpr std::uint64_t context_head = 32;

// Adds a struct lsm_ctx of at most `left` bytes. Returns its field `len`, or nothing if its fixed fields could not be read.
std::optional<std::uint64_t> add_context(capture& made, std::string_view name, std::uint64_t at, std::uint64_t left)
{
    std::array<std::uint64_t, 4> head{};
    if (left < context_head || !made.read_value(at, head))
        return std::nullopt;
    auto& tree = made.into();
    auto const place = tree.open({.as = &context, .name = name, .number = at});
    for (std::size_t i = 0; i < head.size(); ++i)
        made.add(*context.fields[i].as, context.fields[i].name, head[i]);
    auto const inside = std::min(left, head[2]);
    auto const length = std::min(head[3], inside - std::min(inside, context_head));
    std::array<std::byte, 256> buffer;
    auto const shown = std::min<std::uint64_t>({length, buffer.size() - 1, made.most_of_buffer()});
    auto const raw = std::span{buffer}.first(shown < length ? shown + 1 : shown);
    if (!raw.empty() && made.read(at + context_head, raw) == raw.size()) {
        made.show(at + context_head, shown);
        auto const bytes = static_cast<std::uint32_t>(tree.nodes().size());
        made.add_text(context_bytes, "ctx", raw.first(shown));
        tree.node(bytes).state = shown < length ? value_state::cut : value_state::complete;
    } else if (length != 0)
        made.add_plain(uapi::as::address, "ctx", at + context_head);
    tree.close(place);
    return head[2];
}

}   // namespace

bool module_context(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    return add_context(made, name, at, made.count_here(self.length) & 0xffffffff).has_value();
}

bool module_contexts(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type contexts = {.shape = uapi::shape::array, .of = &context, .length = uapi::exactly(1)};
    auto left = made.count_here(self.length) & 0xffffffff;
    auto& tree = made.into();
    auto const list = tree.open({.as = &contexts, .name = name});
    std::uint64_t found = 0;
    while (found < made.options().string_limit) {
        auto const length = add_context(made, {}, at, left);
        found += length ? 1 : 0;
        if (!length || *length < context_head || *length >= left)
            break;
        at += *length;
        left -= *length;
    }
    tree.node(list).number = found;
    tree.close(list);
    if (found != 0)
        return true;
    tree.cancel(list);
    return false;
}

}   // namespace cotrace::decode
