// SPDX-License-Identifier: BSL-1.0
#include "render/text/call_writer.hpp"

#include "record/returned_type.hpp"
#include "render/text/argument_label.hpp"
#include "render/text/value_writer.hpp"

#include "uapi/for_each_register.hpp"
#include "uapi/words.hpp"
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace cotrace::render {
namespace {

// The number of registers that the call uses. A 64-bit argument of a 32-bit program uses two registers.
unsigned registers_of(syscall_call const& call) noexcept
{
    if (!call.what)
        return static_cast<unsigned>(call.args.size());
    // rt_sigreturn(2) has no arguments: the signal mask that the text shows is on the stack.
    if (call.what->name == "rt_sigreturn")
        return 0;
    unsigned most = 0;
    uapi::for_each_register(
        std::span{call.what->arguments}.first(call.what->arity()), uapi::model_of(call.arch),
        [&](uapi::parameter const&, unsigned first, unsigned count) { most = std::max(most, first + count); });
    return std::min(most, static_cast<unsigned>(call.args.size()));
}

}   // namespace

void put_outcome(std::string& to, syscall_outcome const& outcome)
{
    if (!outcome.failed) {
        to += "= ";
        return put_signed(to, outcome.value);
    }
    int const number = outcome.error();
    auto const name = uapi::errno_name(number);
    to += number >= 512 && number < 518 ? "= ? " : "= -1 ";
    if (name.empty()) {
        to += "(errno ";
        put_signed(to, number);
        to += ')';
        return;
    }
    to.append(name).append(" (").append(uapi::errno_text(number)).append(")");
}

void call_writer::name()
{
    if (call_.what)
        to_ += call_.what->name;
    else
        to_ += call_.name();
}

std::size_t call_writer::at_entry(std::string_view resumes)
{
    name();
    to_ += '(';
    if (is_raw())
        return all_raw();
    if (call_.what && call_.what->name == "restart_syscall") {
        to_ += "<... resuming interrupted ";
        to_ += resumes;
        to_ += " ...>";
    }
    if (call_.values.empty())
        return 0;
    std::size_t shown = 0;
    for (auto const each : call_.values.all()) {
        separate(shown);
        if (each.state() == value_state::later)
            break;
        label(each);
        argument(each, {});
        ++shown;
    }
    return shown;
}

void call_writer::at_exit(syscall_exited const& exited, std::size_t shown)
{
    if (is_raw())
        return;
    if (call_.values.empty())
        return raw_arguments();
    auto now = exited.values.all().begin();
    auto const end = exited.values.all().end();
    std::size_t i = 0;
    for (auto const each : call_.values.all()) {
        auto settled = each;
        if (each.state() == value_state::later && now != end) {
            settled = *now;
            ++now;
        }
        if (i < shown) {
            ++i;
            continue;
        }
        if (i > shown || i == 0)
            separate(i);
        ++i;
        label(each);
        argument(each, settled);
    }
}

void call_writer::argument(value const& given, std::optional<value> settled)
{
    if (given.type().text.only_named != uapi::named_request::no)
        return only_named(given, given.state() == value_state::later ? settled : std::nullopt);
    if (!settled)
        return write(given, {});
    // The value at entry is written (`stale`) if the target was read only at entry, for example because the call failed. `hidden`
    // means that the type says what is shown then.
    auto const way = given.type().way;
    auto const* failed = given.type().failed;
    bool const hidden = failed && (failed->shape == uapi::shape::nothing || way == uapi::direction::changed);
    bool const unread = settled->state() == value_state::unreadable && !given.parts().empty();
    bool const stale = (unread && way != uapi::direction::out && !hidden) || way == uapi::direction::reported;
    write(stale ? given : *settled, stale ? std::nullopt : std::optional{given});
}

void call_writer::separate(std::size_t i)
{
    if (i != 0)
        to_ += ", ";
}

void call_writer::write(value const& shown, std::optional<value> before)
{
    value_writer{options_, uapi::model_of(call_.arch), to_}.write(shown, before);
}

// Writes the argument of an ioctl(2) request of which strace knows only the name: the bytes at entry and at exit, or the address.
void call_writer::only_named(value const& given, std::optional<value> returned)
{
    auto const size = call_.args[1] >> 16 & 0x3fff;   // _IOC_SIZE
    auto const bytes = [&](value const& each) {
        value_writer{options_, uapi::model_of(call_.arch), to_}.quote(each.text(), true);
        to_ += each.own_bytes().size() < size ? "..." : "";
    };
    bool const had = !given.own_bytes().empty();
    bool const got = returned && !returned->own_bytes().empty();
    if (had)
        bytes(given);
    if (got) {
        to_ += had ? " => " : "";
        bytes(*returned);
    }
    if (!had && !got)
        put_hex(to_, call_.args[2]);
}

void call_writer::label(value const& shown)
{
    // Values are in the order of the arguments, but some arguments have no value. The search begins at the last argument found.
    while (call_.what && parameter_ < 5 && call_.what->arguments[parameter_].name != shown.name())
        ++parameter_;
    if (call_.what && (options_.labels || call_.what->arguments[parameter_].labelled)) {
        to_ += options_.labels ? argument_label(call_, shown.name()) : shown.name();
        to_ += '=';
    }
}

// Writes all registers that the call can use, including those that this call ignores because of its other arguments.
std::size_t call_writer::all_raw()
{
    auto const count = registers_of(call_);
    for (unsigned i = 0; i < count; ++i) {
        separate(i);
        put_hex(to_, call_.args[i]);
    }
    return call_.values.all().size();
}

// Writes all six argument registers of a call with an unknown number. Writes nothing for any other call.
void call_writer::raw_arguments()
{
    if (call_.what)
        return;
    for (std::size_t i = 0; i < call_.args.size(); ++i) {
        separate(i);
        if (options_.labels) {
            to_ += "arg";
            put_number(to_, i + 1);
            to_ += '=';
        }
        put_hex(to_, call_.args[i]);
    }
}

void call_writer::raw_result(syscall_outcome const& outcome)
{
    if (!outcome.failed) {
        to_ += "= ";
        put_hex(to_, static_cast<std::uint64_t>(outcome.value));
        return;
    }
    auto const number = outcome.error();
    to_ += "= -1 ";
    if (auto const name = uapi::errno_name(number); !name.empty()) {
        to_ += name;
        to_ += " (";
        to_ += number < 512 ? std::string{uapi::errno_text(number)} : "Unknown error " + std::to_string(number);
        to_ += ')';
    } else
        to_ += "(errno " + std::to_string(number) + ")";
}

void call_writer::result(syscall_exited const& exited)
{
    auto const& outcome = exited.outcome;
    if (is_raw())
        return raw_result(outcome);
    if (outcome.failed)
        return put_outcome(to_, outcome);
    auto const& as = returned_type(call_);
    if (as.shape == uapi::shape::nothing) {
        to_ += "= ?";
        return;
    }
    to_ += "= ";
    if (!call_.what)
        return put_hex(to_, static_cast<std::uint64_t>(outcome.value));
    auto const with = call_.what->returns.with;
    value_writer writer{options_, uapi::model_of(call_.arch), to_};
    if (with == uapi::note::if_readable) {
        auto const buffer = exited.values.find("buf");
        return writer.write_returned(buffer && buffer->target() && !buffer->parts().empty() ? as : uapi::as::long_signed,
                                     outcome.value);
    }
    if (auto const described = exited.values.find("return"))
        writer.write(*described);
    else
        writer.write_returned(as, outcome.value);
    reported(exited.values);
    note(with, exited);
    explanations(exited.values);
}

// Appends a note that explains the return value, for example " (Timeout)".
void call_writer::note(uapi::note what, syscall_exited const& exited)
{
    auto const one = [&](std::string_view before, std::string_view name) {
        if (auto const found = exited.values.find(name)) {
            to_ += before;
            value_writer{options_, uapi::model_of(call_.arch), to_}.write(*found);
            to_ += ')';
        }
    };
    if (what == uapi::note::none)
        return;
    if (what == uapi::note::segment)
        return one(" (entry_number=", "entry_number");
    if (exited.outcome.value == 0)
        to_ += " (Timeout)";
    else if (what == uapi::note::polled)
        ready(exited.values);
    else if (what == uapi::note::selected)
        selected(exited.values, static_cast<std::size_t>(exited.outcome.value));
    else if (what == uapi::note::timed)
        one(" (left ", "left");
}

// Appends the namespaces that the call made or entered, " (net:[4026531840])", and the exit reason of KVM_RUN, " (KVM_EXIT_IO)".
void call_writer::explanations(value_tree const& values)
{
    if (auto const entered = values.find("namespaces")) {
        std::string_view before = " (";
        for (auto const each : entered->parts()) {
            to_ += std::exchange(before, ", ");
            to_ += each.text();
        }
        to_ += ')';
    }
    if (auto const reason = values.find("exit_reason")) {
        auto const* const known = name_of(reason->type(), reason->number());
        to_ += " (";
        to_ += known != nullptr ? known->name : std::string_view{"KVM_EXIT_???"};
        to_ += ')';
    }
}

// Appends the values at exit of those arguments that are `direction::reported`, for example " ({index=0, count=2})".
void call_writer::reported(value_tree const& values)
{
    for (auto const each : values.all())
        if (auto const made = each.type().way == uapi::direction::reported && call_.values.find(each.name())->target()
                                  ? each.target()
                                  : std::nullopt) {
            to_ += " (";
            value_writer{options_, uapi::model_of(call_.arch), to_}.write(*made);
            to_ += ')';
        }
}

// Appends the elements of poll(2) that report an event, and the remaining time of ppoll(2): " ([{fd=3, revents=POLLIN}], left
// {tv_sec=1, tv_nsec=0})".
void call_writer::ready(value_tree const& values)
{
    std::string note;
    value_writer writer{options_, uapi::model_of(call_.arch), note};
    auto const list = values.find("ready");
    if (list && !list->parts().empty()) {
        for (auto const each : list->parts()) {
            note += note.empty() ? "[" : ", ";
            if (each.shape() == uapi::shape::address) {   // the array could be read only up to this address
                writer.write(each);
                continue;
            }
            note += "{fd=";
            writer.write(*each.find("fd"));
            note += ", revents=";
            writer.write(*each.find("revents"));
            note += '}';
        }
        note += list->state() == value_state::cut ? ", ...]" : "]";
    }
    if (auto const left = values.find("left")) {
        note += note.empty() ? "left " : ", left ";
        writer.write(*left);
    }
    if (!note.empty())
        ((to_ += " (") += note) += ')';
}

// Appends the file descriptors that select(2) reports as ready, and the remaining time: " (in [3], left {tv_sec=4, tv_nsec=99})".
void call_writer::selected(value_tree const& values, std::size_t count)
{
    bool first = true;
    value_writer writer{options_, uapi::model_of(call_.arch), to_};
    to_ += " (";
    for (auto const* name : {"in", "out", "except", "left"}) {
        auto const set = values.find(name);
        if (!set)
            continue;
        auto const before = to_.size();
        to_ += first ? "" : ", ";
        to_ += name;
        to_ += ' ';
        if (set->shape() == uapi::shape::fd_set) {
            auto const shown = writer.put_fds(*set, count);
            count -= shown;
            if (shown == 0) {
                to_.resize(before);   // a set without ready file descriptors is left out
                continue;
            }
        } else
            writer.write(*set);
        first = false;
    }
    to_ += ')';
}

}   // namespace cotrace::render
