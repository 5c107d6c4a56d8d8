// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/text.hpp>

#include "abi/sender.hpp"
#include "render/text/argument_label.hpp"
#include "render/text/value_writer.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/syscalls.hpp>

#include <algorithm>
#include <ctime>
#include <span>
#include <utility>

namespace cotrace::render {
namespace {

template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;   // clang 16 does not deduce it for aggregates

// The number of registers that the call uses. i386 passes a 64-bit argument in two
// registers.
unsigned registers_of(syscall_call const& call) noexcept
{
    if (!call.what)
        return static_cast<unsigned>(call.args.size());
    if (call.what->name == "rt_sigreturn")   // the mask that is shown is on the stack
        return 0;
    bool const pairs = abi::model_of(call.arch) == abi::data_model::ilp32;
    unsigned next = 0, most = 0;
    for (auto const& each : std::span{call.what->arguments}.first(call.what->arity())) {
        auto const first = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
        next = first + (pairs && each.as->register_pair ? 2 : 1);
        most = std::max(most, next);
    }
    return std::min(most, static_cast<unsigned>(call.args.size()));
}

// Writes a call argument by argument. An argument that is known only at exit has its
// value in the tree of the exit, which is in the order of the arguments.
class call_writer {
public:
    call_writer(text_options const& options, syscall_call const& call, std::string& to) noexcept
        : options_{options}, call_{call}, to_{to}
    {
    }

    void name()
    {
        if (call_.what)
            to_ += call_.what->name;
        else
            to_ += call_.name();
    }

    /// Writes the arguments up to the first that is known only at exit, and returns their
    /// number. `resumes` is the call that restart_syscall(2) continues.
    std::size_t at_entry(std::string_view resumes = {})
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
            if (each.type().text.only_named != abi::named_request::no)
                only_named(each, {});
            else
                write(each, {});
            ++shown;
        }
        return shown;
    }

    /// Writes the arguments after the first `shown`.
    void at_exit(syscall_exited const& exited, std::size_t shown)
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
            bool const late = each.state() == value_state::later;
            if (late && now != end) {
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
            if (each.type().text.only_named != abi::named_request::no) {
                only_named(each, late ? std::optional{settled} : std::nullopt);
                continue;
            }
            // After a call that failed, input arguments keep their values of the entry.
            auto const way = each.type().way;
            auto const* failed = each.type().failed;
            bool const hidden = failed && (failed->shape == abi::shape::nothing || way == abi::direction::changed);
            bool const unread = settled.state() == value_state::unreadable && !each.parts().empty();
            bool const stale = (unread && way != abi::direction::out && !hidden) || way == abi::direction::reported;
            write(stale ? each : settled, stale ? std::nullopt : std::optional{each});
        }
    }

    void result(syscall_exited const& exited);

private:
    void separate(std::size_t i)
    {
        if (i != 0)
            to_ += ", ";
    }

    void write(value const& shown, std::optional<value> before)
    {
        label(shown);
        value_writer{options_, abi::model_of(call_.arch), to_}.write(shown, before);
    }

    // Writes the argument of an ioctl(2) request that strace only names: the bytes at entry and at exit, or the address.
    void only_named(value const& given, std::optional<value> returned)
    {
        label(given);
        auto const size = call_.args[1] >> 16 & 0x3fff;   // _IOC_SIZE
        auto const bytes = [&](value const& each) {
            value_writer{options_, abi::model_of(call_.arch), to_}.quote(each.text(), true);
            to_ += each.bytes().size() < size ? "..." : "";
        };
        bool const had = !given.bytes().empty();
        bool const got = returned && !returned->bytes().empty();
        if (had)
            bytes(given);
        if (got) {
            to_ += had ? " => " : "";
            bytes(*returned);
        }
        if (!had && !got)
            put_hex(to_, call_.args[2]);
    }

    void label(value const& shown)
    {
        // An argument that is left out has no value, so the search in the descriptor continues at the last argument.
        while (call_.what && parameter_ < 5 && call_.what->arguments[parameter_].name != shown.name())
            ++parameter_;
        if (call_.what && (options_.labels || call_.what->arguments[parameter_].labelled)) {
            to_ += options_.labels ? argument_label(call_, shown.name()) : shown.name();
            to_ += '=';
        }
    }

    bool is_raw() const noexcept { return options_.raw && options_.raw->wants(call_); }

    // Writes all registers of the call, also those that have no meaning for this operation.
    std::size_t all_raw()
    {
        auto const count = registers_of(call_);
        for (unsigned i = 0; i < count; ++i) {
            separate(i);
            put_hex(to_, call_.args[i]);
        }
        return call_.values.all().size();
    }

    void raw_result(syscall_outcome const& outcome);

    // Writes all six registers for a number without a system call.
    void raw_arguments()
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

    void reported(value_tree const& values);
    void ready(value_tree const& values);
    void selected(value_tree const& values, std::size_t count);

    text_options const& options_;
    syscall_call const& call_;
    std::string&        to_;
    std::size_t         parameter_ = 0;
};

void call_writer::raw_result(syscall_outcome const& outcome)
{
    if (!outcome.failed) {
        to_ += "= ";
        put_hex(to_, static_cast<std::uint64_t>(outcome.value));
        return;
    }
    auto const number = outcome.error();
    to_ += "= -1 ";
    if (auto const name = abi::errno_name(number); !name.empty()) {
        to_ += name;
        to_ += " (";
        to_ += number < 512 ? std::string{abi::errno_text(number)} : "Unknown error " + std::to_string(number);
        to_ += ')';
    } else
        to_ += "(errno " + std::to_string(number) + ")";
}

void call_writer::result(syscall_exited const& exited)
{
    auto const& outcome = exited.outcome;
    if (is_raw())
        return raw_result(outcome);
    auto const* what = call_.what;
    if (outcome.failed) {
        auto const number = outcome.error();
        auto const name = abi::errno_name(number);
        to_ += number >= 512 && number < 518 ? "= ? " : "= -1 ";
        if (name.empty()) {
            to_ += "(errno ";
            put_signed(to_, number);
            to_ += ')';
            return;
        }
        to_ += name;
        to_ += " (";
        to_ += abi::errno_text(number);
        to_ += ')';
        return;
    }
    static constexpr abi::returned_value plain{};
    auto const& returns = what ? what->returns : plain;
    auto const& as = returned_type(call_);
    if (as.shape == abi::shape::nothing) {
        to_ += "= ?";
        return;
    }
    to_ += "= ";
    if (!what)
        return put_hex(to_, static_cast<std::uint64_t>(outcome.value));
    value_writer writer{options_, abi::model_of(call_.arch), to_};
    if (returns.with == abi::note::if_told) {
        auto const buffer = exited.values.find("buf");
        return writer.write_returned(buffer && buffer->target() && !buffer->parts().empty() ? as : abi::as::long_signed, outcome.value);
    }
    if (auto const described = exited.values.find("return"))
        writer.write(*described);
    else
        writer.write_returned(as, outcome.value);
    reported(exited.values);
    switch (returns.with) {
    case abi::note::none: return;
    case abi::note::segment:
        if (auto const number = exited.values.find("entry_number")) {
            to_ += " (entry_number=";
            writer.write(*number);
            to_ += ')';
        }
        return;
    default: break;
    }
    if (outcome.value == 0)
        to_ += " (Timeout)";
    else if (returns.with == abi::note::polled)
        ready(exited.values);
    else if (returns.with == abi::note::selected)
        selected(exited.values, static_cast<std::size_t>(outcome.value));
    else if (auto const left = exited.values.find("left"); left && returns.with == abi::note::timed) {
        to_ += " (left ";
        writer.write(*left);
        to_ += ')';
    }
}

// Appends what the kernel reported in an argument: " ({index=0, count=2})".
void call_writer::reported(value_tree const& values)
{
    for (auto const each : values.all())
        if (auto const made = each.type().way == abi::direction::reported && call_.values.find(each.name())->target() ? each.target() : std::nullopt) {
            to_ += " (";
            value_writer{options_, abi::model_of(call_.arch), to_}.write(*made);
            to_ += ')';
        }
}

// Appends the elements of poll(2)'s array that have an event: " ([{fd=3, revents=POLLIN}], left {tv_sec=1, tv_nsec=0})".
void call_writer::ready(value_tree const& values)
{
    std::string note;
    value_writer writer{options_, abi::model_of(call_.arch), note};
    auto const list = values.find("ready");
    if (list && !list->parts().empty()) {
        for (auto const each : list->parts()) {
            note += note.empty() ? "[" : ", ";
            if (each.shape() == abi::shape::address) {   // the mapped memory ends here
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

// Appends the file descriptors that select(2) reports as ready: " (in [3], left {tv_sec=4, tv_nsec=99})".
void call_writer::selected(value_tree const& values, std::size_t count)
{
    bool first = true;
    value_writer writer{options_, abi::model_of(call_.arch), to_};
    to_ += " (";
    for (auto const* name : {"in", "out", "except", "left"}) {
        auto const set = values.find(name);
        if (!set)
            continue;
        auto const before = to_.size();
        to_ += first ? "" : ", ";
        to_ += name;
        to_ += ' ';
        if (set->shape() == abi::shape::fd_set) {
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

void put_tampering(std::string& to, tampering const& what)
{
    if (what.arguments)
        to += what.result ? " (INJECTED: args, retval)" : " (INJECTED: args)";
    else if (what.result)
        to += " (INJECTED)";
    if (what.delayed)
        to += " (DELAYED)";
}

// The name that prctl(2) gave the thread; empty for any other call.
std::string_view new_name(syscall_exited const& what) noexcept
{
    constexpr std::uint64_t set_name = 15;   // PR_SET_NAME
    constexpr std::size_t longest = 15;      // TASK_COMM_LEN without the null byte
    if (!what.call || !what.call->what || what.call->what->name != "prctl" || what.outcome.failed)
        return {};
    auto const option = what.call->argument("option");
    auto const name = what.call->argument("arg2");
    if (!option || option->number() != set_name || !name || !name->target())
        return {};
    auto const text = name->target()->text().substr(0, longest);
    return text.substr(0, text.find('\n'));   // as for names from /proc
}

// The text for the process that sent a signal; empty if the record has only its id.
std::string sender_text(signal_received const& what, text_options const& options)
{
    std::string text;
    if (!what.sender.command.empty() || what.sender.outside != 0)
        value_writer{options, abi::data_model::lp64, text}.process(abi::sender_of(what.info), what.sender.command, what.sender.outside);
    return text;
}

void put_end(std::string& to, thread_exited const& what)
{
    if (!what.known) {
        to += "+++ exited with unknown status +++";
        return;
    }
    to += what.killed ? "+++ killed by " : "+++ exited with ";
    if (what.killed)
        put_signal(to, what.status);
    else
        put_signed(to, what.status);
    to += what.dumped ? " (core dumped) +++" : " +++";
}

// The number of digits of an offset: enough for the last of `size` bytes, at least five.
std::size_t offset_digits(std::uint64_t size) noexcept
{
    constexpr std::uint64_t five_digits = 1 << 20;
    std::size_t digits = 5;
    for (auto rest = size > five_digits ? (size - 1) / five_digits : 0; rest != 0; rest /= 16)
        ++digits;
    return digits;
}

void put_dump_line(std::string& to, std::string_view bytes, std::uint64_t offset, std::size_t digits)
{
    constexpr std::string_view hex = "0123456789abcdef";
    to += " | ";
    put_padded(to, offset, digits, 16);
    to += "  ";
    for (std::size_t i = 0; i < 16; ++i) {
        auto const c = i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
        to += i < bytes.size() ? hex[c >> 4] : ' ';
        to += i < bytes.size() ? hex[c & 15] : ' ';
        to += i % 8 == 7 ? "  " : " ";
    }
    for (std::size_t i = 0; i < 16; ++i)
        to += i >= bytes.size() ? ' ' : bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '.';
    to += " |\n";
}

// strace reads a buffer in pieces. If a piece could not be read as a whole, none of its bytes are shown.
void put_buffer(std::string& to, value const& buffer, tid owner)
{
    constexpr std::uint64_t piece = 1 << 16;
    auto const data = buffer.target();
    if (!data)
        return;
    auto const size = data->number();
    auto const had = data->text();
    auto const shown = had.size() == size ? size : had.size() / piece * piece;
    auto const digits = offset_digits(size);
    for (std::uint64_t at = 0; at < shown; at += 16)
        put_dump_line(to, had.substr(at, 16), at, digits);
    if (shown == 0 || shown == size)
        return;
    auto const missing = std::min(size - shown, piece);
    to += " | <Cannot fetch " + std::to_string(missing) + (missing == 1 ? " byte" : " bytes") + " from pid "
        + std::to_string(raw(owner)) + " @0x";
    put_number(to, buffer.number() + shown, 16);
    to += ">\n";
}

// Writes the note "dump" of a call: a buffer, an array of buffers, or an array of messages with buffers.
void put_dump(std::string& to, value const& data, tid owner)
{
    if (data.shape() == abi::shape::pointer)
        return put_buffer(to, data, owner);
    std::size_t i = 0;
    for (auto const each : data.parts()) {
        if (each.shape() == abi::shape::pointer) {
            auto const bytes = each.target();
            to += " * " + std::to_string(bytes ? bytes->number() : 0) + " bytes in buffer " + std::to_string(i) + "\n";
        } else
            to += " = " + std::to_string(each.number()) + " buffers in vector " + std::to_string(i) + "\n";
        put_dump(to, each, owner);
        ++i;
    }
}

std::size_t width_since(std::string const& to, std::size_t start)
{
    auto const line = to.rfind('\n');
    return to.size() - (line == std::string::npos || line + 1 < start ? start : line + 1);
}

constexpr std::size_t digits_of(precision how) noexcept
{
    return static_cast<std::size_t>(how) * 3;
}

// Appends a time as "12.345". The seconds have at least `width` characters.
void put_seconds(std::string& to, std::int64_t nanoseconds, precision how, std::size_t width = 0)
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t units[] = {second, 1'000'000, 1'000, 1};
    auto const before = to.size();
    put_signed(to, nanoseconds / second);
    if (auto const had = to.size() - before; had < width)
        to.insert(before, width - had, ' ');
    if (how == precision::seconds)
        return;
    to += '.';
    put_padded(to, static_cast<std::uint64_t>(nanoseconds % second / units[static_cast<unsigned>(how)]), digits_of(how));
}

} // namespace

abi::type const& returned_type(syscall_call const& call) noexcept
{
    auto const* as = call.what ? call.what->returns.as : abi::returned_value{}.as;
    while (as->shape == abi::shape::choice) {
        auto const by = (as->length.from == abi::source::argument ? call.args[as->length.index] : 0) & as->length.mask;
        auto const* next = as->of;
        for (auto const& each : std::span{as->cases, as->count})
            if (each.value == (by & 0xffffffff))
                next = each.as;
        as = next;
    }
    return *as;
}

void text_renderer::put_thread(tid thread, std::string& to) const
{
    auto const known = commands_.find(raw(thread));
    value_writer{options_, abi::data_model::lp64, to}.process(raw(thread), known != commands_.end() ? known->second : std::string_view{}, 0);
}

// Stores the new name of a thread, if the record has one.
void text_renderer::note_command(record const& seen)
{
    auto const store = [&](std::string_view command) {
        if (!command.empty())
            commands_[raw(seen.thread)] = command;
    };
    if (auto const* const started = std::get_if<thread_started>(&seen.what))
        store(started->command);
    else if (auto const* const replaced = std::get_if<image_replaced>(&seen.what))
        store(replaced->command);
    else if (auto const* const returned = std::get_if<syscall_exited>(&seen.what); returned && !commands_.empty())
        store(new_name(*returned));
}

void text_renderer::begin_time(timestamp at, std::string& to)
{
    auto const since_epoch = at.time_since_epoch().count();
    if (options_.times == time_prefix::unix)
        put_seconds(to, since_epoch, options_.times_to);
    else if (options_.times == time_prefix::time_of_day) {
        std::time_t const seconds = since_epoch / 1'000'000'000;
        std::tm broken{};
        localtime_r(&seconds, &broken);
        char text[16];
        to.append(text, std::strftime(text, sizeof text, "%T", &broken));
        if (options_.times_to != precision::seconds) {
            std::string fraction;
            put_seconds(fraction, since_epoch % 1'000'000'000, options_.times_to);
            to += std::string_view{fraction}.substr(1);
        }
    }
    bool const absolute = options_.times != time_prefix::none;
    to += absolute ? " " : "";
    if (!options_.relative)
        return;
    // The wall clock may have been set back, so the difference is at least 0.
    auto const since = last_ == timestamp{} ? 0 : std::max<std::int64_t>((at - last_).count(), 0);
    last_ = at;
    to += absolute ? "(+" : "";
    put_seconds(to, since, options_.relative_to, 6);
    to += absolute ? ") " : " ";
}

void text_renderer::begin_line(record const& seen, std::string& to, std::uint64_t ip)
{
    auto const padded = [&](std::uint64_t number, std::size_t width) {
        auto const before = to.size();
        put_number(to, number);
        if (auto const had = to.size() - before; had < width)
            to.insert(before, width - had, ' ');
    };
    if (options_.threads == thread_prefix::always) {
        auto const before = to.size();
        put_thread(seen.thread, to);
        to.append(to.size() - before < 5 ? 5 - (to.size() - before) : 0, ' ');
        to += ' ';
    } else if (options_.threads == thread_prefix::when_several && threads_ > 1) {
        to += "[pid ";
        auto const digits = std::to_string(raw(seen.thread)).size();
        to.append(digits < 5 ? 5 - digits : 0, ' ');
        put_thread(seen.thread, to);
        to += "] ";
    }
    begin_time(seen.at, to);
    if (!options_.numbers && !options_.pointers)
        return;
    auto const own = states_.find(raw(seen.thread));
    if (options_.numbers) {
        to += '[';
        padded(own != states_.end() ? own->second.number : 0, 4);
        to += "] ";
    }
    if (options_.pointers) {
        auto const width = abi::word_size(own != states_.end() ? own->second.interface : abi::native) * 2;
        to += '[';
        if (ip != 0)
            put_padded(to, ip, width, 16);
        else
            to.append(width, '?');
        to += "] ";
    }
}

// Ends the line of a call that is in progress, because the text that follows does not belong to that call.
void text_renderer::cut_line(tid thread, std::string& to)
{
    auto const found = states_.find(raw(options_.separate ? thread : open_));
    if (found == states_.end() || !found->second.open || holds())
        return;
    to += " <unfinished ...>\n";
    found->second.open = false;
}

void text_renderer::line(record const& seen, std::string_view text, std::string& to, std::uint64_t ip)
{
    cut_line(seen.thread, to);
    begin_line(seen, to, ip);
    to += text;
    to += '\n';
}

bool text_renderer::wants_signal(int number) const noexcept
{
    return number < 0 || static_cast<std::size_t>(number) >= options_.signals.size()
        || options_.signals.test(static_cast<std::size_t>(number));
}

// Writes the message about a changed interface before the first call after the change, as strace does.
void text_renderer::changed_interface(record const& seen, abi::arch now, std::string& to)
{
    static constexpr std::string_view modes[] = {"64 bit", "32 bit", "x32", "64 bit", "64 bit"};
    auto& own = states_[raw(seen.thread)];
    if (std::exchange(own.interface, now) == now || !options_.interfaces)
        return;
    line(seen, "[ Process PID=" + std::to_string(raw(seen.thread)) + " runs in "
                   + std::string{modes[static_cast<std::size_t>(now)]} + " mode. ]", to);
}

void text_renderer::note_call(thread_state& own, syscall_call const& call)
{
    own.number = call.number;
    auto const name = call.what ? call.what->name : std::string_view{};
    if (name != "restart_syscall")
        own.name = name;
    else
        own.resumes = own.name.empty() ? "system call" : own.name;   // the tracer attached during the call, so its name is not known
}

void text_renderer::entered(record const& seen, syscall_entered const& what, std::string& to)
{
    if (!what.call)
        return;
    if (options_.entries_only)
        return called(seen, *what.call, to);
    changed_interface(seen, what.call->arch, to);
    auto& own = states_[raw(seen.thread)];
    own.call = what.call;
    note_call(own, *what.call);
    own.held.clear();
    cut_line(seen.thread, to);
    auto& into = holds() ? own.held : to;
    auto const start = into.size();
    begin_line(seen, into, what.call->ip);
    own.shown = call_writer{options_, *what.call, into}.at_entry(own.resumes);
    own.width = into.size() - start;
    own.open = true;
    open_ = seen.thread;
}

// Writes a call without its exit. No state is kept for the thread, because no record announces its end.
void text_renderer::called(record const& seen, syscall_call const& call, std::string& to)
{
    auto& own = states_[raw(seen.thread)];
    own.interface = call.arch;
    note_call(own, call);
    begin_line(seen, to, call.ip);
    call_writer writer{options_, call, to};
    auto const shown = writer.at_entry("system call");
    if (call.values.empty())
        writer.at_exit({}, shown);
    else if (shown < call.values.all().size())
        to += "...";
    to += ")\n";
    states_.erase(raw(seen.thread));
}

// Returns the string for the rest of a call's line. If other lines were written since, first begins a "resumed" line.
std::string& text_renderer::go_on(record const& seen, thread_state& own, syscall_call const& call, std::string& to)
{
    auto& into = holds() ? own.held : to;
    if (own.open)
        return into;
    cut_line(seen.thread, to);
    auto const start = into.size();
    begin_line(seen, into, call.ip);
    if (own.call) {
        into += "<... ";
        call_writer{options_, call, into}.name();
        into += " resumed>";
    } else
        own.shown = call_writer{options_, call, into}.at_entry(own.resumes);   // attached during the call, or entries are not recorded
    own.width = into.size() - start;
    return into;
}

void text_renderer::end_call(thread_state& own, call_status status, std::string_view last, std::string& to)
{
    auto& into = holds() ? own.held : to;
    into += last;
    if (holds() && options_.statuses.has(status))
        to += own.held;
    own.held.clear();
    own.open = false;
    own.call.reset();
}

void text_renderer::exited(record const& seen, syscall_exited const& what, std::string& to)
{
    auto& own = states_[raw(seen.thread)];
    auto const call = what.call ? what.call : own.call;
    if (!call)
        return;
    if (!own.call) {
        changed_interface(seen, call->arch, to);
        note_call(own, *call);
    }
    auto& into = go_on(seen, own, *call, to);
    auto const start = into.size();
    call_writer writer{options_, *call, into};
    writer.at_exit(what, own.shown);
    into += ") ";
    auto const width = own.width + width_since(into, start);
    into.append(width < options_.column ? options_.column - width : 0, ' ');
    writer.result(what);
    put_tampering(into, what.tampered);
    if (options_.durations) {
        into += " <";
        put_seconds(into, what.took.count(), options_.durations_to);
        into += '>';
    }
    into += '\n';
    if (auto const dump = what.values.find("dump"))
        put_dump(into, *dump, seen.thread);
    end_call(own, status_of(what.outcome), {}, to);
}

// Ends the line of a call that does not return: exit_group(2), or a call in which the thread died.
void text_renderer::leave_call(record const& seen, std::string& to)
{
    auto const found = states_.find(raw(seen.thread));
    if (found == states_.end() || !found->second.call)
        return;
    auto& own = found->second;
    auto const call = own.call;
    auto& into = go_on(seen, own, *call, to);
    auto const start = into.size();
    if (own.shown < call->values.all().size())
        into += " <unfinished ...>";
    into += ") ";
    auto const width = own.width + width_since(into, start);
    into.append(width < options_.column ? options_.column - width : 0, ' ');
    end_call(own, call_status::unfinished, "= ?\n", to);
}

void text_renderer::ended(record const& seen, thread_exited const& what, std::string& to)
{
    leave_call(seen, to);
    // The option `exits` applies to normal exits. The end by a signal is selected as the signal is.
    bool const killed = what.known && what.killed;
    if (killed ? wants_signal(what.status) : options_.exits) {
        std::string text;
        put_end(text, what);
        line(seen, text, to);
    }
    states_.erase(raw(seen.thread));
    threads_ -= threads_ != 0 ? 1 : 0;
}

void text_renderer::let_go(record const& seen, std::string& to)
{
    if (auto const found = states_.find(raw(seen.thread)); found != states_.end()) {
        auto& own = found->second;
        if (own.open)
            end_call(own, call_status::detached, " <detached ...>\n", to);
        states_.erase(found);
    }
    threads_ -= threads_ != 0 ? 1 : 0;
    if (!options_.attached)
        return;
    cut_line(seen.thread, to);
    to += "cotrace: Process " + std::to_string(raw(seen.thread)) + " detached\n";
}

void text_renderer::leave_line(tid former, tid now, std::string& to)
{
    auto const found = states_.find(raw(former));
    if (found == states_.end() || !found->second.open)
        return;
    auto& own = found->second;
    auto call = own.call;
    end_call(own, call_status::detached, " <pid changed to " + std::to_string(raw(now)) + " ...>\n", to);
    own.call = std::move(call);   // the exit of the call follows under the other id
}

void text_renderer::rename(tid former, tid now, std::string& to)
{
    if (former == now)
        return;
    leave_line(former, now, to);
    auto moved = states_.extract(raw(former));
    if (!moved)
        return;
    if (states_.erase(raw(now)) != 0)
        threads_ -= threads_ != 0 ? 1 : 0;
    moved.key() = raw(now);
    states_.insert(std::move(moved));
}

void text_renderer::append(record const& seen, std::string& to)
{
    std::string text;
    note_command(seen);
    std::visit(overloaded{
        [&](thread_started const& what) {
            ++threads_;
            auto const parent = states_.find(raw(what.parent));
            auto const interface = parent != states_.end() ? parent->second.interface : abi::native;
            states_[raw(seen.thread)].interface = interface;
            if (options_.attached) {
                cut_line(seen.thread, to);
                to += "cotrace: Process " + std::to_string(raw(seen.thread)) + " attached\n";
            }
        },
        [&](syscall_entered const& what) { entered(seen, what, to); },
        [&](syscall_exited const& what) { exited(seen, what, to); },
        [&](signal_received const& what) {
            if (!wants_signal(what.info.si_signo))
                return;
            text = "--- ";
            put_signal(text, what.info.si_signo);
            text += ' ';
            put_siginfo(text, what.info, sender_text(what, options_), options_.names);
            text += " ---";
            line(seen, text, to, what.ip);
        },
        [&](group_stopped const& what) {
            if (!wants_signal(raw(what.signal)))
                return;
            text = "--- stopped by ";
            put_signal(text, raw(what.signal));
            text += " ---";
            line(seen, text, to, what.ip);
        },
        // The execve(2) of another thread continues under the id of the thread group leader.
        [&](image_replaced const& what) {
            if (what.former != tid{})
                rename(what.former, seen.thread, to);
        },
        [&](superseded const& what) {
            leave_call(seen, to);
            if (what.by != tid{})
                rename(what.by, seen.thread, to);
            auto const by = what.by != tid{} ? "pid " + std::to_string(raw(what.by)) : "an untraced thread";
            if (options_.supersedings)
                line(seen, "+++ superseded by execve in " + by + " +++", to);
        },
        [&](thread_exited const& what) { ended(seen, what, to); },
        [&](detached const&) { let_go(seen, to); },
        [&](records_lost const& what) { line(seen, "+++ " + std::to_string(what.count) + " records lost +++", to); },
        [&](trace_failed const& what) { line(seen, "+++ trace failed: " + what.what.message() + " +++", to); },
    }, seen.what);
    if (std::holds_alternative<thread_exited>(seen.what) || std::holds_alternative<detached>(seen.what))
        commands_.erase(raw(seen.thread));
}

void text_renderer::finish(std::string& to, tid thread)
{
    cut_line(thread, to);
}

std::string text(record const& seen, text_options const& options)
{
    auto alone = options;
    alone.threads = thread_prefix::never;
    alone.interfaces = false;   // a single record has no earlier interface to compare with
    text_renderer renderer{alone};
    std::string line;
    renderer.append(seen, line);
    if (auto const* entry = std::get_if<syscall_entered>(&seen.what); entry && entry->call)
        return line;
    while (!line.empty() && line.back() == '\n')
        line.pop_back();
    return line;
}

} // namespace cotrace::render
