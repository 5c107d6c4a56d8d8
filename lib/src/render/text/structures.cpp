// SPDX-License-Identifier: BSL-1.0
// Writes pointers, arrays and structures.
#include "render/text/value_writer.hpp"

#include <cotrace/uapi/structure.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace cotrace::render {
namespace {

using uapi::shape;
using uapi::style;

// Whether a value is a number 0, a null pointer, bytes that are all 0, or a structure or array of such values.
bool is_zero(value const& shown) noexcept
{
    auto const holds = uapi::traits_of(shown.shape()).holds;
    if (holds == uapi::holding::number)
        // The parts of a number are not tested: they describe the file that descriptor 0 refers to.
        return shown.number() == 0;
    for (auto const each : shown.bytes())
        if (each != std::byte{})
            return false;
    for (auto const each : shown.parts())
        if (!is_zero(each))
            return false;
    return holds != uapi::holding::pointer || shown.number() == 0;
}

// Whether all fields that are marked `shown::together` are 0.
bool all_together_zero(value const& shown) noexcept
{
    auto const& as = shown.type();
    for (auto const& field : std::span{as.fields, as.count})
        if (field.when == uapi::shown::together)
            if (auto const each = shown.find(field.name); each && each->number() != 0)
                return false;
    return true;
}

bool is_hidden(uapi::shown when, value const& each, value const& whole, std::optional<value> const& before) noexcept
{
    switch (when) {
    case uapi::shown::exit: return true;
    case uapi::shown::nonzero: return is_zero(each);
    case uapi::shown::together: return all_together_zero(whole);
    case uapi::shown::filled_in: {
        auto const was = before ? before->find(each.name()) : std::nullopt;
        return was && was->number() != 0;
    }
    default: return false;
    }
}

}   // namespace

// Writes NULL. If only the number of elements of a list is shown, adds the number 0 in a comment: "/* 0 vars */".
void value_writer::null_pointer(value const& shown)
{
    auto const target = shown.target();
    auto const counted = shown.type().text.counted;
    to_ += "NULL";
    if (target && target->parts().empty() && !counted.empty() && target->state() != value_state::complete)
        remark("0 " + std::string{counted});
}

// Writes the address of a list, and in a comment the number of elements. "unterminated" means that the end was not found.
void value_writer::element_count(value const& shown, value const& target)
{
    auto const counted = shown.type().text.counted;
    put_hex(to_, shown.number());
    to_ += " /* ";
    put_number(to_, target.number());
    to_ += ' ';
    to_ += target.number() == 1 && counted == "vars" ? "var" : counted;
    to_ += target.state() == value_state::cut ? " */" : ", unterminated */";
}

void value_writer::pointer(value const& shown, std::optional<value> before)
{
    if (shown.number() == 0)
        return null_pointer(shown);
    auto const& as = shown.type();
    auto const target = shown.target();
    auto const earlier = before && before->shape() == shape::pointer ? before->target() : std::nullopt;
    bool const replaces = as.way == uapi::direction::changed && as.failed;
    // If `replaces` is true, strace does not show the array at exit after an empty or partly unreadable array at entry.
    bool const part =
        earlier && earlier->shape() == shape::array && (earlier->parts().empty() || earlier->state() == value_state::unreadable);
    if (part && replaces)
        return write(*earlier);
    if (!target) {
        if (earlier && replaces) {
            write(*earlier);
            to_ += " => ";
        }
        put_hex(to_, shown.number());
        return;
    }
    if (!as.text.counted.empty() && target->state() != value_state::complete && target->parts().empty())
        return element_count(shown, *target);
    if (before && target->shape() == shape::structure && target->parts().empty())
        return earlier ? write(*earlier) : put_hex(to_, shown.number());   // the structure has no field to show at exit
    pointed_to(shown, *target, earlier);
}

void value_writer::pointed_to(value const& pointer, value const& target, std::optional<value> earlier)
{
    auto const& as = pointer.type();
    bool const brackets = uapi::traits_of(target.shape()).alone && !as.text.bare;
    bool const differs =
        as.way == uapi::direction::changed && earlier && (as.text.always_changed || as.after || !(*earlier == target));
    // If true, the brackets enclose only the value at exit.
    bool const apart = differs && !uapi::traits_of(earlier->shape()).alone;
    if (brackets && !apart)
        to_ += '[';
    if (differs) {
        write(*earlier);
        to_ += " => ";
    }
    if (brackets && apart)
        to_ += '[';
    auto const outer = std::exchange(completing_, as.way == uapi::direction::inout && as.after && earlier);
    write(target, earlier);
    completing_ = outer;
    if (target.shape() == shape::time)   // the date is that of the zero-extended number
        moment(static_cast<std::int64_t>(target.number()), 0, 9);
    if (brackets)
        to_ += ']';
    if (as.text.located) {
        std::string address;
        put_hex(address, pointer.number());
        remark(address);
    }
}

// Writes the bytes after the known fields of a structure, or "???" for unreadable bytes. Newer kernels have longer structures.
void value_writer::more_bytes(value const& shown, std::uint64_t known)
{
    if (shown.state() == value_state::unreadable) {
        to_ += "???";
        return;
    }
    to_ += "/* bytes ";
    put_number(to_, known);
    to_ += "..";
    put_number(to_, known + shown.number() - 1);
    to_ += " */ ";
    text(shown);
}

void value_writer::extra_data(value const& shown)
{
    to_ += "extra_data=";
    text(shown);
    std::string range{"bytes "};
    put_number(range, shown.number() - shown.bytes().size());
    range += "..";
    put_number(range, shown.number() - 1);
    remark(range);
}

void value_writer::array(value const& shown, std::optional<value> before)
{
    to_ += '[';
    bool first = true;
    std::uint64_t index = 0;
    auto const all_before = before && before->shape() == shape::array ? before->parts() : shown.parts();
    auto earlier = all_before.begin();
    for (auto const each : shown.parts()) {
        if (!first)
            to_ += ", ";
        first = false;
        if (shown.type().names) {
            to_ += '[';
            named({.width = uapi::width::u32, .style = style::unsigned_decimal, .names = shown.type().names}, index++);
            to_ += "]=";
        }
        bool const was = before && earlier != all_before.end();
        write(each, was ? std::optional{*earlier} : std::nullopt);
        if (was)
            ++earlier;
    }
    if (shown.state() != value_state::complete)
        to_ += first ? "..." : ", ...";
    if (shown.state() == value_state::unreadable) {
        to_ += " /* ";
        put_hex(to_, shown.number());
        to_ += " */";
    }
    to_ += ']';
}

// If the nanoseconds of a time are UTIME_NOW or UTIME_OMIT, writes this name, the fields, or both, as -X says. Otherwise returns
// false.
bool value_writer::special_time(value const& shown)
{
    auto const nanoseconds = shown.find("tv_nsec");
    if (!nanoseconds || nanoseconds->number() >> 1 != 0x1fffffff)
        return false;
    constant(nanoseconds->number() & 1 ? "UTIME_NOW" : "UTIME_OMIT", [&] { fields(shown, {}); });
    return true;
}

void value_writer::structure(value const& shown, std::optional<value> before)
{
    auto const digits = shown.type().text.date_digits;
    if (digits != 0 && special_time(shown))
        return;
    if (shown.state() == value_state::unreadable) {
        to_ += "???";
        return;
    }
    fields(shown, before);
    if (digits != 0 && shown.parts().size() >= 2)
        moment((*shown.parts().begin()).integer(model_), (*++shown.parts().begin()).number(), digits);
}

void value_writer::fields(value const& shown, std::optional<value> before)
{
    auto const& macro = shown.type().text.macro;
    to_ += macro;
    to_ += macro.empty() ? '{' : '(';
    bool first = true;
    auto const separate = [&] { to_ += std::exchange(first, false) ? "" : ", "; };
    uapi::field const* part = shown.type().fields;
    auto const* end = part + shown.type().count;
    for (auto const each : shown.parts()) {
        // Values are in the order of the fields, but hidden fields have no value. The search begins at the last field found.
        auto const* const known = std::find_if(part, end, [&](auto const& row) { return row.name == each.name(); });
        part = known != end ? known : part;
        auto const when = known != end ? known->when : uapi::shown::always;
        if (is_hidden(when, each, shown, before))
            continue;
        if (each.type().text.surplus && each.shape() == shape::integer) {
            surplus_number(each);
            continue;
        }
        separate();
        field(each, when, shown, before);
    }
    if (shown.state() == value_state::cut) {
        separate();
        to_ += "...";
    }
    to_ += macro.empty() ? '}' : ')';
}

void value_writer::surplus_number(value const& shown)
{
    std::string note{shown.name()};
    note += ": ";
    put_hex(note, shown.number());
    remark(note);
}

void value_writer::field(value const& each, uapi::shown when, value const& whole, std::optional<value> const& before)
{
    // The type of the bytes after the known fields is marked `surplus`. strace writes such bytes of bpf(2) in a special form.
    if (each.type().text.surplus)
        return each.name() == "extra_data" ? extra_data(each) : more_bytes(each, whole.type().size_in(model_));
    if (each.shape() == shape::nothing) {
        to_ += "...";
        return;
    }
    if (each.shape() == shape::inet6)
        return inet6(each, each.name());
    auto const label = [&] {
        to_ += each.name();
        to_ += '=';
    };
    if (whole.type().text.macro.empty() && !each.name().empty() && when != uapi::shown::unnamed)
        label();
    auto const earlier = before ? before->find(each.name()) : std::nullopt;
    bool const restated = when == uapi::shown::restated;
    if (earlier && (when == uapi::shown::replaced || ((when == uapi::shown::changed || restated) && !(*earlier == each)))) {
        write(*earlier);
        to_ += " => ";
        if (restated)
            label();
    }
    bool const stays = completing_ && earlier && &earlier->type() == &each.type()
                       && (when == uapi::shown::always || when == uapi::shown::verbose);
    stays ? write(*earlier) : write(each, earlier);
    if (each.shape() == shape::time) {
        auto const fraction = whole.find(std::string{each.name()} + "_nsec");
        moment(each.integer(model_), fraction ? fraction->number() : 0, 9);
    }
}

}   // namespace cotrace::render
