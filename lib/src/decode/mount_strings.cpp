// SPDX-License-Identifier: BSL-1.0
// The strings of statmount(2), which follow struct statmount in the buffer that the call fills.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"

#include <algorithm>
#include <optional>

namespace cotrace::decode {
namespace {

constexpr std::uint64_t mount_strings_at = 512;   // sizeof(struct statmount)

std::uint64_t number_here(capture& made, std::uint64_t offset)
{
    auto const& raw = made.here().raw;
    made.show(made.here().at + offset, 4);
    return offset + 4 <= raw.size() ? load(raw.subspan(offset, 4)) : 0;
}

// The address of a string after struct statmount; empty if the string begins beyond the size that the structure reports.
std::optional<std::uint64_t> mount_string_place(capture& made, std::uint64_t offset, std::uint64_t start)
{
    // The kernel wrote not more than the size of the buffer that the traced thread passed.
    auto const whole = std::min(number_here(made, 0), made.here().passed), place = number_here(made, offset);
    if (place >= whole - std::min(whole, mount_strings_at))
        return std::nullopt;
    return start + mount_strings_at + place;
}

}   // namespace

bool mount_string(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    auto const offset = at - made.here().at;
    auto const place = mount_string_place(made, offset, made.here().at);
    if (!place || !made.add_at(uapi::as::path_characters, name, *place))
        made.add(uapi::as::hex32, name, number_here(made, offset));
    return true;
}

bool mount_strings(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type strings = {
        .shape = uapi::shape::array, .of = &uapi::as::path_characters, .length = uapi::exactly(1)};
    auto const offset = at - made.here().at;
    auto const many = number_here(made, offset - 4);
    auto place = mount_string_place(made, offset, made.here().at);
    if (!place) {
        made.add(uapi::as::hex32, name, number_here(made, offset));
        return true;
    }
    auto const shown = made.elements_shown(many);
    auto& tree = made.into();
    auto const list = tree.open({.as = &strings, .name = name, .number = many});
    std::uint64_t done = 0;
    for (; done < shown; ++done) {
        auto const each = static_cast<std::uint32_t>(tree.nodes().size());
        if (!made.add_at(uapi::as::path_characters, {}, *place))
            break;
        *place += tree.node(each).number + 1;
    }
    tree.node(list).state = done < shown ? value_state::unreadable : done < many ? value_state::cut : value_state::complete;
    if (done < shown)
        tree.node(list).number = *place;
    tree.close(list);
    return true;
}

}   // namespace cotrace::decode
