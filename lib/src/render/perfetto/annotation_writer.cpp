// SPDX-License-Identifier: BSL-1.0
#include "render/perfetto/annotation_writer.hpp"

#include "record/returned_type.hpp"
#include "render/siginfo.hpp"
#include "render/text/event_text.hpp"
#include "render/text/value_writer.hpp"
#include "render/utf8.hpp"

#include <cotrace/stack.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <optional>

#include <arpa/inet.h>

namespace cotrace::render::perfetto {

namespace {

using protozero::pbf_writer;
using uapi::shape;
using uapi::style;

/// Adds the fields of a siginfo_t as annotations. See `siginfo_parts`.
class siginfo_annotations {
public:
    explicit siginfo_annotations(annotation_writer& to) noexcept
        : to_{to}
    {
    }

    void number(std::string_view name, std::int64_t number) { to_.number(name, number); }
    void user(std::string_view name, std::uint32_t id) { number(name, id == ~std::uint32_t{0} ? -1 : std::int64_t{id}); }
    void ticks(std::string_view name, std::int64_t ticks) { number(name, ticks); }
    void hex(std::string_view name, std::uint64_t number) { to_.number(name, static_cast<std::int64_t>(number)); }
    void signal(std::string_view name, int number) { to_.text(name, uapi::signal_name(number)); }
    void address(std::string_view name, void const* at) { to_.address(name, reinterpret_cast<std::uintptr_t>(at)); }
    void call(std::string_view name, std::optional<uapi::arch> interface, std::uint32_t number)
    {
        auto const* const known = interface ? uapi::find(*interface, number) : nullptr;
        known != nullptr ? to_.text(name, known->name) : to_.number(name, number);
    }
    void architecture(std::string_view name, unsigned number)
    {
        auto const known = audit_arch_name(number);
        known.empty() ? to_.number(name, number) : to_.text(name, known);
    }

private:
    annotation_writer& to_;
};

/// Whether one of the first `place` fields has this name. Some structures have a field twice, because the text format shows the
/// field twice.
bool is_repeated(value const& structure, std::string_view name, std::uint32_t place) noexcept
{
    for (auto const earlier : structure.parts()) {
        if (place-- == 0)
            return false;
        if (earlier.name() == name)
            return true;
    }
    return false;
}

constexpr std::string_view cut = "...";   // stands for the part of a value that was not captured

}   // namespace

void annotation_writer::number(std::string_view name, std::int64_t number)
{
    auto made = packets_.annotation(event_, track_event::debug_annotations, name);
    made.add_int64(debug_annotation::int_value, number);
}

void annotation_writer::address(std::string_view name, std::uint64_t at)
{
    auto made = packets_.annotation(event_, track_event::debug_annotations, name);
    made.add_uint64(debug_annotation::pointer_value, at);
}

void annotation_writer::text(std::string_view name, std::string_view text)
{
    auto made = packets_.annotation(event_, track_event::debug_annotations, name);
    put_text(made, debug_annotation::string_value, text);
}

void annotation_writer::holds(std::string_view name)
{
    auto made = packets_.annotation(event_, track_event::debug_annotations, name);
    made.add_bool(debug_annotation::bool_value, true);
}

// `syscall_exited::values` contains first the values of arguments, in the order of the arguments, then "return", and then values
// such as "dump".
void annotation_writer::arguments(syscall_call const& call, syscall_exited const* done)
{
    if (call.values.empty())
        return registers(call);
    static value_tree const none;
    auto const& exit = done != nullptr ? done->values : none;
    auto now = exit.all().begin();
    auto const end = exit.all().end();
    for (auto const each : call.values.all()) {
        bool const settled = each.state() == value_state::later && now != end && (*now).name() == each.name();
        auto const late = settled ? *now : each;
        if (settled)
            ++now;
        write(late.parts().empty() && !each.parts().empty() ? each : late);
    }
    for (; now != end; ++now)
        if ((*now).name() != "return")
            write(*now);
}

void annotation_writer::registers(syscall_call const& call)
{
    if (call.what != nullptr && call.what->arity() == 0)
        return;
    auto made = packets_.annotation(event_, track_event::debug_annotations, "registers");
    for (auto const each : call.args) {
        pbf_writer element{made, debug_annotation::array_values};
        element.add_uint64(debug_annotation::pointer_value, each);
    }
}

void annotation_writer::result(syscall_exited const& done)
{
    if (done.outcome.failed) {
        auto const error = done.outcome.error();
        auto const name = uapi::errno_name(error);
        name.empty() ? number("error", error) : text("error", name);
    } else {
        returned(done);
    }
    if (done.tampered.any()) {
        std::string text;
        put_tampering(text, done.tampered);
        this->text("tampered", std::string_view{text}.substr(1));
    }
    if (done.read_late || (done.call && done.call->read_late))
        holds("late");
}

void annotation_writer::returned(syscall_exited const& done)
{
    if (auto const described = done.values.find("return"))
        return write(*described);
    if (!done.call)
        return number("return", done.outcome.value);
    auto const& as = returned_type(*done.call);
    switch (as.shape) {
    case shape::nothing: return;
    case shape::integer:
        if (as.style == style::hex)
            return address("return", static_cast<std::uint64_t>(done.outcome.value));
        [[fallthrough]];
    case shape::fd:
    case shape::process_id:
    case shape::process_group:
    case shape::user_id: return number("return", done.outcome.value);
    case shape::address: return address("return", static_cast<std::uint64_t>(done.outcome.value));
    default: break;
    }
    std::string made;
    value_writer{options_, model_, made}.write_returned(as, done.outcome.value);
    text("return", made);
}

void annotation_writer::signal(signal_received const& what)
{
    auto const code = signal_code_name(what.info.si_signo, what.info.si_code);
    code.empty() ? number("si_code", what.info.si_code) : text("si_code", code);
    siginfo_annotations members{*this};
    siginfo_parts{what.info, members}.visit();
    if (!what.sender.command.empty())
        text("sender", what.sender.command);
    if (what.sender.outside != 0)
        number("sender_outside", what.sender.outside);
    stack(what.stack.get());
}

void annotation_writer::stack(call_stack const* shown)
{
    if (shown == nullptr)
        return;
    auto made = packets_.annotation(event_, track_event::debug_annotations, "stack");
    auto const line = [&](std::string_view text) {
        pbf_writer element{made, debug_annotation::array_values};
        put_text(element, debug_annotation::string_value, text);
    };
    for (auto const& each : shown->frames()) {
        std::string text{each.function.empty() ? std::string_view{"?"} : std::string_view{each.function}};
        if (!each.source.empty())
            text += " " + each.source + ":" + std::to_string(each.line);
        else if (!each.file.empty())
            text += " (" + each.file + ")";
        line(text);
    }
    for (auto const address : shown->frames().empty() ? shown->addresses() : std::span<std::uint64_t const>{}) {
        std::string text;
        put_hex(text, address);
        line(text);
    }
    if (!shown->error().empty())
        line(shown->error());
}

void annotation_writer::write(value const& shown)
{
    if (shown.shape() == shape::nothing)
        return;
    auto made = packets_.annotation(event_, track_event::debug_annotations, shown.name());
    write(made, shown);
}

void annotation_writer::write(pbf_writer& into, value const& shown)
{
    switch (shown.shape()) {
    case shape::pointer: {
        auto const target = shown.target();
        if (!target)
            return into.add_uint64(debug_annotation::pointer_value, shown.number());
        // For some arrays, such as the environment of execve(2), only the number of elements is captured, unless
        // `capture_options::verbose` is set.
        bool const counted = !shown.type().text.counted.empty() && target->parts().empty();
        return counted ? spelled(into, shown) : write(into, *target);
    }
    case shape::characters:
    case shape::bytes: return bytes(into, shown);
    case shape::array: return elements(into, shown);
    case shape::structure: return fields(into, shown);
    case shape::dirfd:
    case shape::fd:
    case shape::process_id:
    case shape::process_group:
        if (!shown.parts().empty() || (shown.shape() == shape::dirfd && !shown.constant().empty()))
            return spelled(into, shown);
        return into.add_int64(debug_annotation::int_value, static_cast<std::int32_t>(shown.number()));
    case shape::integer:
    case shape::time:
        switch (shown.type().style) {
        case style::decimal: return into.add_int64(debug_annotation::int_value, shown.integer(model_));
        case style::unsigned_decimal: return into.add_uint64(debug_annotation::uint_value, shown.number());
        case style::hex: return into.add_uint64(debug_annotation::pointer_value, shown.number() * shown.type().unit);
        case style::octal: return spelled(into, shown);
        }
        return;
    case shape::port: return into.add_uint64(debug_annotation::uint_value, ntohs(static_cast<std::uint16_t>(shown.number())));
    case shape::inet4:
    case shape::inet6: return internet_address(into, shown);
    case shape::address: return into.add_uint64(debug_annotation::pointer_value, shown.number());
    default: return spelled(into, shown);
    }
}

// A string that was cut ends with "...". If the captured bytes end within a UTF-8 character, this character is left out.
void annotation_writer::bytes(pbf_writer& into, value const& shown)
{
    auto text = shown.text();
    if (shown.state() == value_state::complete)
        return put_text(into, debug_annotation::string_value, text);
    if (auto const valid = utf8_length(text); text.size() - valid <= 3)
        text = text.substr(0, valid);
    put_text(into, debug_annotation::string_value, std::string{text} + std::string{cut});
}

void annotation_writer::internet_address(pbf_writer& into, value const& shown)
{
    auto const number = static_cast<std::uint32_t>(shown.number());
    bool const is_v4 = shown.shape() == shape::inet4;
    if (!is_v4 && shown.bytes().size() != sizeof(in6_addr))
        return spelled(into, shown);
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(is_v4 ? AF_INET : AF_INET6, is_v4 ? static_cast<void const*>(&number) : shown.bytes().data(), text, sizeof text);
    into.add_string(debug_annotation::string_value, text);
}

void annotation_writer::spelled(pbf_writer& into, value const& shown)
{
    std::string text;
    value_writer{options_, model_, text}.write(shown);
    put_text(into, debug_annotation::string_value, text);
}

void annotation_writer::elements(pbf_writer& into, value const& shown)
{
    bool empty = true;
    for (auto const each : shown.parts()) {
        pbf_writer element{into, debug_annotation::array_values};
        write(element, each);
        empty = false;
    }
    if (shown.state() != value_state::complete) {
        pbf_writer element{into, debug_annotation::array_values};
        put_text(element, debug_annotation::string_value, cut);
    } else if (empty) {
        put_text(into, debug_annotation::string_value, "[]");   // the format has no empty array
    }
}

void annotation_writer::fields(pbf_writer& into, value const& shown)
{
    bool empty = true;
    std::uint32_t place = 0;
    for (auto const each : shown.parts()) {
        if (is_repeated(shown, each.name(), place++) || each.shape() == shape::nothing)
            continue;
        auto member = packets_.annotation(into, debug_annotation::dict_entries, each.name());
        write(member, each);
        empty = false;
    }
    if (empty)
        return put_text(into, debug_annotation::string_value, "{}");   // the format has no empty dictionary
    if (shown.state() != value_state::complete) {
        auto member = packets_.annotation(into, debug_annotation::dict_entries, cut);
        member.add_bool(debug_annotation::bool_value, true);
    }
}

}   // namespace cotrace::render::perfetto
