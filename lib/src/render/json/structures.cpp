// SPDX-License-Identifier: BSL-1.0
// Writes pointers, arrays, structures, sets, file descriptors and process ids as JSON.
#include "render/json/json_value_writer.hpp"

#include <cotrace/uapi/signals.hpp>

namespace cotrace::render {
namespace {

using uapi::shape;

/// Calls `see(i)` for each bit that is set in the first `bits` bits of `raw`.
template <class See>
void for_each_bit(std::span<std::byte const> raw, std::uint64_t bits, See see)
{
    for (std::uint64_t i = 0; i < bits && i / 8 < raw.size(); ++i)
        if (std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1)
            see(i);
}

}   // namespace

// Writes a file descriptor or a process id, with the details that `capture_options` asked for.
void json_value_writer::details(value const& shown)
{
    constexpr std::int32_t at_fdcwd = -100;
    auto const id = static_cast<std::int32_t>(shown.number());
    constant(id, shown.shape() == shape::dirfd && id == at_fdcwd ? "AT_FDCWD" : "");
    if (shown.parts().empty())
        return;
    out_.key("details");
    out_.begin_object();
    for (auto const each : shown.parts()) {
        out_.key(each.name());
        if (each.name() == "deleted")
            out_.put(true);
        else
            write(each);
    }
    out_.end_object();
}

void json_value_writer::pointer(value const& shown)
{
    auto const target = shown.target();
    if (!target)
        return out_.hex_member("address", shown.number());
    // A target that is a number or an address becomes an array. Otherwise an address as target would look like the pointer's own
    // address.
    if (!uapi::traits_of(target->shape()).alone)
        return members(*target);
    out_.key("elements");
    out_.begin_array();
    write(*target);
    out_.end_array();
}

void json_value_writer::array(value const& shown)
{
    out_.key("elements");
    out_.begin_array();
    for (auto const each : shown.parts())
        write(each);
    out_.end_array();
    if (shown.state() == value_state::complete)
        return;
    if (shown.state() == value_state::unreadable)
        out_.hex_member("unreadable", shown.number());
    else if (shown.number() != ~std::uint64_t{0})   // ~0 stands for a length that is not known
        out_.member("length", shown.number());
    out_.member("cut", true);
}

void json_value_writer::structure(value const& shown)
{
    // Some structures have a field twice, because strace shows the field twice. A JSON object should have each name only once.
    auto const is_repeated = [&](std::string_view name, std::size_t place) {
        for (auto const earlier : shown.parts()) {
            if (place-- == 0)
                break;
            if (earlier.name() == name)
                return true;
        }
        return false;
    };
    out_.key("fields");
    out_.begin_object();
    std::size_t place = 0;
    for (auto const each : shown.parts()) {
        if (is_repeated(each.name(), place++) || each.shape() == shape::nothing)
            continue;
        out_.key(each.name());
        write(each);
    }
    out_.end_object();
    if (shown.state() == value_state::cut)
        out_.member("cut", true);
}

void json_value_writer::signal_set(value const& shown)
{
    out_.key("names");
    out_.begin_array();
    for_each_bit(shown.bytes(), uapi::last_signal,
                 [&](std::uint64_t i) { out_.put(uapi::signal_name(static_cast<int>(i + 1))); });
    out_.end_array();
}

void json_value_writer::bit_set(value const& shown, std::size_t bits)
{
    out_.key("elements");
    out_.begin_array();
    for_each_bit(shown.bytes(), bits, [&](std::uint64_t i) { out_.put_constant(static_cast<std::int64_t>(i), {}); });
    out_.end_array();
}

void json_value_writer::bit_names(value const& shown)
{
    out_.key("elements");
    out_.begin_array();
    for_each_bit(shown.bytes(), shown.number(), [&](std::uint64_t i) {
        auto const* row = shown.type().names->find(i);
        out_.put_constant(static_cast<std::int64_t>(i), row ? row->name : std::string_view{});
    });
    out_.end_array();
}

}   // namespace cotrace::render
