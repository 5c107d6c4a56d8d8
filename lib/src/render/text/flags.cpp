// SPDX-License-Identifier: BSL-1.0
// Writes names of constants, names of flags, and numbers that are packed from several values.
#include "render/text/value_writer.hpp"

#include "uapi/requests.hpp"

#include <span>

namespace cotrace::render {
namespace {

using uapi::shape;

}   // namespace

void value_writer::named(uapi::type const& as, std::uint64_t number)
{
    auto const* row = name_of(as, number);
    if (row && as.text.number_too) {
        plain(as, number);
        return options_.names != constants::raw || as.text.always_remarked ? remark(row->name) : void();
    }
    if (row)
        return constant(row->name, [&] { plain(as, number); });
    plain(as, number);
    if ((options_.names != constants::raw || as.text.always_remarked) && as.names && !as.names->unknown.empty())
        remark(as.names->unknown);
}

void value_writer::request(uapi::type const& as, std::uint32_t number)
{
    static constexpr uapi::name_table none{};
    auto const& names = as.names ? *as.names : none;
    if (options_.names == constants::abbreviated) {
        to_ += uapi::request_text(names, number, true);
        return;
    }
    put_hex(to_, number);
    if (options_.names == constants::verbose)
        remark(uapi::request_text(names, number, false));
}

// Appends the names of the flags in `rest`, and clears these flags. Returns whether a name was appended.
bool value_writer::set_names(uapi::name_table const& names, std::uint64_t& rest)
{
    bool any = false;
    take_names(names, rest, [&](std::string_view name) {
        if (any)
            to_ += '|';
        to_ += name;
        any = true;
    });
    return any;
}

void value_writer::flags(uapi::type const& as, std::uint64_t number)
{
    auto const& names = *as.names;
    auto const* none = number == 0 ? names.find(0) : nullptr;
    if (none && none->name.empty())
        return;
    if (options_.names == constants::raw)
        return put_hex(to_, number);
    if (none && none->mask == 0)
        return constant(none->name, [&] { to_ += '0'; });
    auto const put_names = [&] {
        auto rest = number;
        bool const any = set_names(names, rest);
        if (any && rest != 0) {
            to_ += '|';
            put_hex(to_, rest);
        }
        return any;
    };
    bool const both = options_.names == constants::verbose || as.text.number_too;
    auto const start = to_.size();
    if (both) {
        put_hex(to_, number);
        to_ += " /* ";
    }
    if (put_names()) {
        to_ += both ? " */" : "";
        return;
    }
    to_.resize(start);
    put_hex(to_, number);
    if (number != 0 && !names.unknown.empty())
        remark(names.unknown);
}

// Writes the slices (ranges of bits) of a packed number that are not 0 or are marked `always`, or else the last slice.
void value_writer::slices(uapi::type const& as, std::uint64_t whole)
{
    auto const all = std::span{as.slices, as.count};
    bool const called = !as.text.macro.empty();
    if (called) {
        to_ += as.text.macro;
        to_ += '(';
    }
    bool first = true;
    for (auto const& each : all) {
        auto const bits = (whole & each.mask) >> each.shift;
        bool const alone = first && &each == &all.back();
        if (bits == 0 && !each.always && !alone)
            continue;
        // As in strace, a slice marked `after_names` has no separator if the first slice is not 0 and none of its flags has a
        // name.
        bool const glued = each.after_names && options_.names != constants::raw && (whole & all[0].mask) != 0
                           && !any_name(*all[0].as, whole & all[0].mask);
        if (!first && !glued)
            to_ += called ? ", " : as.text.sum ? "+" : "|";
        first = false;
        // With -X raw, an empty set of flags is left out if the table has a name for the empty set.
        bool const empty_set =
            bits == 0 && options_.names == constants::raw && each.as->shape == shape::flags && each.as->names->find(0);
        if (!empty_set)
            number(*each.as, bits);
        if (!each.suffix.empty()) {
            to_ += "<<";
            bool const is_number = each.suffix[0] >= '0' && each.suffix[0] <= '9';
            auto const shift = [&] {
                each.as->style == uapi::style::hex ? put_hex(to_, each.shift) : put_number(to_, each.shift);
            };
            is_number ? void(to_ += each.suffix) : constant(each.suffix, shift);
        }
    }
    to_ += called ? ")" : "";
}

bool value_writer::any_name(uapi::type const& as, std::uint64_t number)
{
    bool any = false;
    take_names(*as.names, number, [&](std::string_view) { any = true; });
    return any;
}

// Writes either the slices alone, or the whole number followed by the slices in a comment. With -X raw, the comment is left out.
void value_writer::packed(uapi::type const& as, std::uint64_t whole)
{
    if (as.text.annotated == uapi::annotation::each || options_.names == constants::abbreviated)
        return slices(as, whole);
    plain(as, whole);
    if (options_.names == constants::raw)
        return;
    to_ += " /* ";
    as.text.annotated == uapi::annotation::nested ? slices(as, whole) : packed_names(as, whole);
    to_ += " */";
}

void value_writer::packed_names(uapi::type const& as, std::uint64_t whole)
{
    auto short_names = options_;
    short_names.names = constants::abbreviated;
    value_writer{short_names, model_, to_}.slices(as, whole);
}

}   // namespace cotrace::render
