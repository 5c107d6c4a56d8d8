// SPDX-License-Identifier: BSL-1.0
// Writes pointers, arrays, structures and sets as JSON.
#include "render/json/json_value_writer.hpp"

#include "render/json/json_object.hpp"
#include "render/numbers.hpp"

#include <cotrace/uapi/signals.hpp>

#include <utility>

namespace cotrace::render {
namespace {

using uapi::shape;

}   // namespace

void json_value_writer::pointer(value const& shown)
{
    auto const target = shown.target();
    if (!target)
        return put_json_address(to_, shown.number());
    // If the target of a pointer is a number or an address, the target is written as an array of one element. Without
    // the array, the target could not be told from the address that is written if the target is not known.
    bool const alone = uapi::traits_of(target->shape()).alone;
    to_ += alone ? "[" : "";
    write(*target);
    to_ += alone ? "]" : "";
}

void json_value_writer::array(value const& shown)
{
    bool const whole = shown.state() == value_state::complete;
    auto const list = [&] {
        to_ += '[';
        bool first = true;
        for (auto const each : shown.parts()) {
            if (!std::exchange(first, false))
                to_ += ',';
            write(each);
        }
        to_ += ']';
    };
    if (whole)
        return list();
    json_object partly{to_};
    partly.member("elements");
    list();
    if (shown.state() == value_state::unreadable)
        put_json_address(partly.member("unreadable"), shown.number());
    else if (shown.number() != ~std::uint64_t{0})   // the length of a null-terminated list is not known
        put_json_unsigned(partly.member("length"), shown.number());
    partly.close();
}

void json_value_writer::structure(value const& shown)
{
    // Some fields are in a structure twice, because strace shows them twice; an example is `response_len` of struct
    // sg_io_v4. A JSON object should have each name only once, so the second field is left out.
    auto const is_repeated = [&](std::string_view name, std::size_t place) {
        for (auto const earlier : shown.parts()) {
            if (place-- == 0)
                break;
            if (earlier.name() == name)
                return true;
        }
        return false;
    };
    json_object fields{to_};
    std::size_t place = 0;
    for (auto const each : shown.parts()) {
        if (is_repeated(each.name(), place++) || each.shape() == shape::nothing)
            continue;
        fields.member(each.name());
        write(each);
    }
    if (shown.state() == value_state::cut)
        put_json_boolean(fields.member("..."), true);
    fields.close();
}

void json_value_writer::signal_set(value const& shown)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (unsigned i = 0; i < raw.size() * 8 && i < uapi::last_signal; ++i) {
        if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!std::exchange(first, false))
            to_ += ',';
        put_json_string(to_, uapi::signal_name(static_cast<int>(i + 1)));
    }
    to_ += ']';
}

void json_value_writer::bit_set(value const& shown, std::size_t bits)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (std::size_t i = 0; i < bits && i / 8 < raw.size(); ++i) {
        if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!std::exchange(first, false))
            to_ += ',';
        put_number(to_, i);
    }
    to_ += ']';
}

void json_value_writer::bit_names(value const& shown)
{
    auto const raw = shown.bytes();
    to_ += '[';
    bool first = true;
    for (std::uint64_t i = 0; i < shown.number() && i / 8 < raw.size(); ++i) {
        if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (!std::exchange(first, false))
            to_ += ',';
        auto const* row = shown.type().names->find(i);
        put_json_constant(to_, static_cast<std::int64_t>(i), row ? row->name : std::string_view{});
    }
    to_ += ']';
}

}   // namespace cotrace::render
