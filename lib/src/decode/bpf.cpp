// SPDX-License-Identifier: BSL-1.0
// The attributes of bpf(2).
#include "uapi/custom.hpp"

#include "decode/growing.hpp"
#include "uapi/common.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cotrace::decode {

bool bpf_attributes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::structure named{{{"", uapi::as::nothing}}};
    auto const passed = made.argument(2) & 0xffffffff;
    std::array<std::byte, longest_growth> buffer{};
    if (passed == 0 || passed > buffer.size() || made.read(at, std::span{buffer}.first(passed)) != passed)
        return false;
    auto const known = std::min<std::uint64_t>(passed, self.count);
    std::array<std::byte, uapi::largest_structure> fields{};
    std::copy_n(buffer.begin(), known, fields.begin());
    auto const shown = with_started_fields(made, *self.of, fields, std::max<std::uint64_t>(known, self.length.value));
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    if (!self.custom.name.empty())
        tree.open({.as = &named, .name = name, .number = at});
    made.add_part_of(*self.of, self.custom.name.empty() ? name : self.custom.name, shown, at, false, passed);
    // Programs often pass a whole union bpf_attr. Bytes that the operation does not use may be contents, which redaction hides.
    auto const rest = std::span{buffer}.first(made.redacts() ? known : passed).subspan(known);
    if (std::any_of(rest.begin(), rest.end(), [](auto each) { return each != std::byte{}; })) {
        if (made.options().verbose) {
            auto const here = static_cast<std::uint32_t>(tree.nodes().size());
            made.add_text(surplus, "extra_data", rest);
            tree.node(here).number = passed;
        } else
            tree.node(place).state = value_state::cut;
    }
    tree.close(place);
    return true;
}

namespace {

// The size of the fields that all kinds of BPF links have. The arguments of BPF_LINK_CREATE begin with these fields.
constexpr std::uint64_t link_head = 16;

}   // namespace

bool bpf_choice(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    // 0 if the traced thread did not pass the field that selects the type.
    std::uint32_t by = 0;
    auto const passed = made.argument(2) & 0xffffffff;
    if (passed >= self.length.value + sizeof by)
        made.read_value(at + self.length.value, by);
    // If only the fields were passed that all kinds of BPF links have, the default type `self.of` is used.
    auto const& chosen = passed > link_head ? find_case(self, by & self.length.mask) : *self.of;
    return chosen.custom.decode(made, chosen, name, at);
}

bool relative_program(capture& made, uapi::type const& self, std::string_view, std::uint64_t at)
{
    constexpr std::uint32_t by_id = 0x20;   // BPF_F_ID
    std::uint32_t flags = 0, number = 0;
    auto const passed = made.argument(2) & 0xffffffff;   // number of passed bytes; fields after these bytes count as 0
    if (passed >= self.length.value + sizeof flags)
        made.read_value(made.argument(1) + self.length.value, flags);
    if (passed >= at - made.argument(1) + sizeof number)
        made.read_value(at, number);
    bool const has_id = (flags & by_id) != 0;
    made.add(has_id ? uapi::as::uint32 : uapi::as::fd, has_id ? "relative_id" : "relative_fd", number);
    return true;
}

bool bpf_count(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    constexpr std::uint64_t count_at = 32;
    std::uint32_t count = 0;
    auto const before = made.call().argument("attr");
    auto const part = before ? before->find("batch") : std::nullopt;
    auto const was = part ? part->find("count") : std::nullopt;
    if (was && made.read_value(at + count_at, count) && count != was->number())
        return made.add_at(*self.of, name, at);
    // The text output shows no change if the value at exit has no parts.
    made.into().open({.as = self.of, .name = name, .number = at});
    return true;
}

}   // namespace cotrace::decode
