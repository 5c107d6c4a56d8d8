// SPDX-License-Identifier: BSL-1.0
// Writes numbers that have a notation of their own, such as modes, devices and wait statuses.
#include "render/text/value_writer.hpp"

#include "uapi/constants/trace.hpp"
#include "uapi/spelling.hpp"

#include "uapi/words.hpp"
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace cotrace::render {
namespace {

namespace names = uapi::names;
using uapi::shape;
using uapi::style;

constexpr auto const& event_type = uapi::as::one_of<names::ptrace_events>;

}   // namespace

std::int64_t value_writer::sign_extended(uapi::type const& as, std::uint64_t number) const noexcept
{
    auto const shift = 64 - 8 * uapi::size_of(as.width, model_);
    return static_cast<std::int64_t>(number << shift) >> shift;
}

void value_writer::plain(uapi::type const& as, std::uint64_t number)
{
    switch (as.style) {
    case style::decimal: return put_signed(to_, sign_extended(as, number));
    case style::unsigned_decimal: return put_number(to_, number);
    case style::hex: return put_hex(to_, number * as.unit);
    case style::octal:
        if (number != 0)
            to_ += '0';
        return put_number(to_, number, 8);
    }
}

void value_writer::address(std::uint64_t number)
{
    if (number == 0)
        to_ += "NULL";
    else
        put_hex(to_, number);
}

void value_writer::clock_ticks(uapi::type const& as, std::uint64_t number)
{
    auto const ticks = static_cast<std::uint64_t>(sign_extended(as, number));
    put_number(to_, ticks);
    if (ticks == 0 || options_.names == constants::raw)
        return;
    std::string seconds;
    put_ticks(seconds, ticks);
    remark(seconds);
}

void value_writer::directory(std::int32_t number)
{
    constant(number == AT_FDCWD ? "AT_FDCWD" : "", [&] { put_signed(to_, number); });
}

void value_writer::user(uapi::type const& as, std::uint64_t number)
{
    if (number == (as.width == uapi::width::u16 ? 0xffff : 0xffffffff))
        to_ += "-1";
    else
        put_number(to_, number);
}

// Writes a number in hexadecimal with leading zeros, in two characters for each byte, including "0x". The attribute
// NETLINK_DIAG_GROUPS has two more characters.
void value_writer::padded_hex(uapi::type const& as, std::uint64_t number)
{
    auto const digits = std::size_t{2} * uapi::size_of(as.width, model_) + (as.text.hex ? 2 : 0);
    to_ += number != 0 ? "0x" : "";
    put_padded(to_, number, digits - (number != 0 ? 2 : 0), 16);
}

void value_writer::two_bytes(uapi::type const& as, std::uint64_t number)
{
    named(as, number >> 8 & 0xff);
    to_ += "<<8|";
    this->number(*as.of, number & 0xff);
}

void value_writer::spelled(uapi::type const& as, std::uint64_t number)
{
    bool const always = as.style == uapi::style::decimal;
    as.custom.spell(to_, as, number,
                    always || options_.names == constants::abbreviated ? uapi::spelling::name
                    : options_.names == constants::raw                 ? uapi::spelling::number
                                                                       : uapi::spelling::both);
}

void value_writer::known_name(value const& shown)
{
    auto const name = shown.text();
    if (!name.empty() && options_.names == constants::abbreviated) {
        to_ += name;
        return;
    }
    put_hex(to_, shown.number());
    if (options_.names != constants::raw)
        remark(name.empty() && shown.type().names ? shown.type().names->unknown : name);
}

void value_writer::permissions(std::uint64_t bits)
{
    // The format is printf's %#03o: at least three digits, including the prefix "0".
    auto const before = to_.size();
    if (bits != 0)
        to_ += '0';
    put_number(to_, bits, 8);
    auto const had = to_.size() - before;
    if (had < 3)
        to_.insert(before, 3 - had, '0');
}

void value_writer::file_mode(std::uint64_t bits)
{
    std::string name;
    auto const type = file_type_name(bits);
    // A mode without a known file type is shown as a number if it has bits that are not permissions.
    if (type.empty() && (bits & ~std::uint64_t{07777}) != 0)
        return permissions(bits);
    auto rest = bits;
    if (!type.empty()) {
        name += type;
        name += '|';
        rest &= ~std::uint64_t{S_IFMT};
    }
    constexpr std::pair<unsigned, std::string_view> marks[] = {
        {S_ISUID, "S_ISUID|"}, {S_ISGID, "S_ISGID|"}, {S_ISVTX, "S_ISVTX|"}};
    for (auto const& [bit, mark] : marks)
        if (rest & bit) {
            name += mark;
            rest &= ~std::uint64_t{bit};
        }
    value_writer{options_, model_, name}.permissions(rest);
    constant(name, [&] { permissions(bits); });
}

void value_writer::device(std::uint64_t number)
{
    std::string made{"makedev("};
    put_hex(made, device_major(number));
    made += ", ";
    put_hex(made, device_minor(number));
    made += ')';
    constant(made, [&] { put_hex(to_, number); });
}

// Writes a signal by its name. In a type wider than an int, a number that does not fit into an int is written as a number.
void value_writer::signal(uapi::type const& as, std::uint64_t number)
{
    if (number >> 31 != 0 && as.width != uapi::width::u32)
        put_number(to_, number);
    else
        put_signal(to_, static_cast<std::int32_t>(number), options_.names);
}

// Writes an errno, or the return value of a kernel function: a negated errno, such as -EFAULT, or a number that is not negative.
void value_writer::error(uapi::type const& as, std::uint64_t number)
{
    bool const result = as.shape != shape::error;
    auto const whole =
        uapi::size_of(as.width, model_) == 8 ? static_cast<std::int64_t>(number) : static_cast<std::int32_t>(number);
    auto const name =
        result && whole >= 0 ? std::string_view{} : uapi::errno_name(static_cast<std::int32_t>(result ? -whole : whole));
    auto const put = [&] { result ? put_signed(to_, whole) : put_number(to_, number); };
    constant(name.empty() ? std::string{} : (result ? "-" : "") + std::string{name}, put);
}

void value_writer::offset(uapi::type const& as, std::uint64_t number)
{
    auto const put = [&] { number != 0 ? put_hex(to_, number) : void(to_ += "NULL"); };
    auto const all = as.names->all();
    auto const* row = all.data();
    for (auto const& each : all)
        if (each.value <= number)
            row = &each;
    // The last row of the table is the end of the structure. An offset after the end is shown as a number.
    if (row == &all.back() && row->value != number)
        return put();
    std::string name{row->name};
    if (number != row->value)
        name += '+' + std::to_string(number - row->value);
    constant(name, put);
}

// Writes the number of a system call. By default, strace writes only the name of an x86-64 call of a 64-bit program.
void value_writer::call_number(uapi::type const& as, std::uint64_t number)
{
    auto const interface = as.interface;
    auto const* known = uapi::find(interface, number);
    auto const put = [&] { put_number(to_, number); };
    if (!known)
        return put();
    if (interface == uapi::arch::x86_64 && model_ == uapi::data_model::lp64)
        return constant("__NR_" + std::string{known->name}, put);
    put();
    if (options_.names != constants::raw)
        remark(known->name);
}

void value_writer::clock(std::int32_t id)
{
    auto const name = clock_name(id);
    constant(name, [&] { put_hex(to_, static_cast<std::uint32_t>(id)); });
    if (name.empty() && options_.names != constants::raw)
        remark("CLOCK_???");
}

// Writes a resource limit. Most limits are sizes of memory, so 8192, for example, is shown as "8*1024".
void value_writer::limit(uapi::type const& as, std::uint64_t number)
{
    bool const wide = uapi::size_of(as.width, model_) == 8;
    std::string spelled;
    if (number == (wide ? ~std::uint64_t{0} : 0xffffffff))
        spelled = wide ? "RLIM64_INFINITY" : "RLIM_INFINITY";
    else if (number > 1024 && number % 1024 == 0)
        spelled = std::to_string(number / 1024) + "*1024";
    constant(spelled, [&] { put_number(to_, number); });
}

// Writes the operation of FUTEX_WAKE_OP, see futex(2).
void value_writer::wake_operation(std::uint32_t packed)
{
    // If the number has no name, and with -X raw, a comment such as "/* FUTEX_OP_??? */" follows the number, as in strace.
    auto const word = [&](std::string_view prefix, std::span<std::string_view const> names, std::uint32_t which,
                          std::string_view shift) {
        auto const name = which < names.size() ? names[which] : std::string_view{};
        constant(name, [&] { put_hex(to_, which); });
        to_ += shift;
        if (name.empty() || options_.names == constants::raw)
            remark(std::string{prefix} + "???");
        to_ += '|';
    };
    if (packed >> 31) {
        constant("FUTEX_OP_OPARG_SHIFT", [&] { to_ += "0x8"; });
        to_ += "<<28|";
    }
    word("FUTEX_OP_", futex_operations, packed >> 28 & 7, "<<28");
    put_hex(to_, packed >> 12 & 0xfff);
    to_ += "<<12|";
    word("FUTEX_OP_CMP_", futex_comparisons, packed >> 24 & 15, "<<24");
    put_hex(to_, packed & 0xfff);
}

// Writes a wait status, see wait(2), with the ptrace(2) event in its upper 16 bits and the bits without a meaning.
void value_writer::wait_status(std::uint32_t status)
{
    auto const number = static_cast<int>(status);
    std::uint32_t shown_bits = 0;
    if (WIFSTOPPED(number)) {
        auto const sig = WSTOPSIG(number);
        to_ += "{WIFSTOPPED(s) && WSTOPSIG(s) == ";
        put_signal(to_, sig & 0x7f);
        to_ += sig & 0x80 ? " | 0x80}" : "}";
        shown_bits = 0xffff;
    } else if (WIFSIGNALED(number)) {
        to_ += "{WIFSIGNALED(s) && WTERMSIG(s) == ";
        put_signal(to_, WTERMSIG(number));
        to_ += WCOREDUMP(number) ? " && WCOREDUMP(s)}" : "}";
        shown_bits = 0xff;
    } else if (WIFEXITED(number)) {
        to_ += "{WIFEXITED(s) && WEXITSTATUS(s) == ";
        put_signed(to_, WEXITSTATUS(number));
        to_ += '}';
        shown_bits = 0xff00;
    } else if (WIFCONTINUED(number)) {
        to_ += "{WIFCONTINUED(s)}";
        shown_bits = 0xffff;
    } else
        return put_hex(to_, status);
    auto const rest = status & ~shown_bits;
    if (auto const event = rest >> 16) {
        to_ += '|';
        named(event_type, event);
        to_ += "<<16";
    }
    if ((rest & 0xffff) != 0) {
        to_ += '|';
        put_hex(to_, rest & 0xffff);
    }
}

}   // namespace cotrace::render
