// SPDX-License-Identifier: BSL-1.0
// Writes return values.
#include "render/text/value_writer.hpp"

#include <cotrace/uapi/signals.hpp>

namespace cotrace::render {
namespace {

using uapi::shape;
using uapi::style;

}   // namespace

// Writes the number in the base of its type, and then its meaning, if any, in parentheses.
void value_writer::write_returned(uapi::type const& as, std::int64_t number)
{
    auto const raw = static_cast<std::uint64_t>(number);
    auto const put = [&] {
        if (as.style == style::hex || as.style == style::octal)
            plain(as, raw);
        else if (as.style == style::unsigned_decimal)
            put_number(to_, raw);
        else
            put_signed(to_, number);
    };
    auto const means = [&](auto write) {
        to_ += " (";
        auto const before = to_.size();
        write();
        to_.size() == before ? to_.resize(before - 2) : void(to_ += ')');
    };
    switch (as.shape) {
    case shape::address: return put_hex(to_, raw);
    case shape::flags: return returned_flags(as, raw);
    case shape::enumeration:
        put();
        if (auto const* row = as.names->find(raw))
            means([&] { to_ += row->name; });
        return;
    case shape::signal: put_signed(to_, number); return means([&] { to_ += uapi::signal_name(static_cast<int>(number)); });
    case shape::time: put_number(to_, raw); return means([&] { number != 0 && put_time(to_, number); });
    case shape::packed:
        put();
        if (as.text.annotated == uapi::annotation::each)
            return means([&] { slices(as, raw); });
        if (options_.names != constants::raw && (as.slices[0].always || (raw & as.slices[0].mask) != 0))
            means([&] { as.text.annotated == uapi::annotation::nested ? slices(as, raw) : packed_names(as, raw); });
        return;
    case shape::integer: return put();
    case shape::permissions: return permissions(raw);
    default: return put_signed(to_, number);
    }
}

// Writes flags as a number, with their names in parentheses: "0x8002 (flags O_RDWR|O_LARGEFILE)". With -X raw, the parentheses
// stay only if the type has a prefix such as "flags ".
void value_writer::returned_flags(uapi::type const& as, std::uint64_t number)
{
    put_hex(to_, number);
    auto const* none = number == 0 ? as.names->find(0) : nullptr;
    if ((number == 0 && !none) || (as.text.prefix.empty() && options_.names == constants::raw))
        return;
    to_ += " (";
    to_ += as.text.prefix;
    auto asked = options_;
    if (as.text.prefix.empty() || as.text.annotated == uapi::annotation::whole)
        asked.names = constants::abbreviated;
    auto const before = to_.size();
    value_writer{asked, model_, to_}.flags(as, number);
    // If none of the flags has a name, the parentheses are left out, unless the type has a prefix.
    if (as.text.prefix.empty() && to_.compare(before, 2, "0x") == 0)
        return to_.resize(before - 2);
    to_ += ')';
}

}   // namespace cotrace::render
