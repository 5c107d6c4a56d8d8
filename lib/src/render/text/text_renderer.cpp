// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/text.hpp>

#include "render/text/call_writer.hpp"
#include "render/text/colour.hpp"
#include "render/text/constants.hpp"
#include "render/text/dump.hpp"
#include "render/text/event_text.hpp"
#include "render/text/stack.hpp"
#include "render/text/time.hpp"
#include "render/text/value_writer.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace cotrace::render {
namespace {

template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;   // clang 16 does not deduce the template arguments of aggregates

std::size_t width_since(std::string const& to, std::size_t start)
{
    auto const added = std::string_view{to}.substr(start);
    auto const line = added.rfind('\n');
    return line == added.npos ? added.size() : added.size() - line - 1;
}

}   // namespace

text_renderer::text_renderer(text_options options)
    : options_{std::move(options)}
{
}

void text_renderer::put_thread(tid thread, std::string& to) const
{
    auto const known = commands_.find(raw(thread));
    value_writer{options_, uapi::data_model::lp64, to}.process(raw(thread),
                                                               known != commands_.end() ? known->second : std::string_view{}, 0);
}

void text_renderer::note_command(tid thread, std::string_view command)
{
    if (!command.empty())
        commands_[raw(thread)] = command;
}

void text_renderer::begin_time(timestamp at, std::string& to)
{
    auto const since_epoch = at.time_since_epoch().count();
    if (options_.times == time_prefix::epoch)
        put_seconds(to, since_epoch, options_.times_to);
    else if (options_.times == time_prefix::time_of_day)
        put_time_of_day(to, since_epoch, options_.times_to, options_.since_boot);
    bool const absolute = options_.times != time_prefix::none;
    to += absolute ? " " : "";
    if (!options_.relative)
        return;
    // If the difference is negative, for example because the wall clock was set back, 0 is shown.
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
    if (options_.sessions && seen.session && !seen.session->label.empty())
        to.append("[").append(seen.session->label).append("] ");
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
    if (seen.context) {
        to += '[';
        value_writer{options_, uapi::data_model::lp64, to}.context(*seen.context);
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
        auto const width = uapi::word_size(own != states_.end() ? own->second.interface : uapi::native) * 2;
        to += '[';
        if (ip != 0)
            put_padded(to, ip, width, 16);
        else
            to.append(width, '?');
        to += "] ";
    }
}

// If the line of a call is open, ends it with "<unfinished ...>", unless lines are held back. Call this before appending other
// text.
void text_renderer::cut_line(tid thread, std::string& to)
{
    auto const found = states_.find(raw(options_.separate ? thread : open_));
    if (found == states_.end() || !found->second.open || holds())
        return;
    painter{options_.colors}.interruption(to, " <unfinished ...>");
    found->second.open = false;
}

void text_renderer::line(record const& seen, std::string_view text, std::string& to, std::uint64_t ip)
{
    cut_line(seen.thread, to);
    begin_line(seen, to, ip);
    auto const start = to.size();
    to += text;
    painter{options_.colors}.event(to, start);
    to += '\n';
}

bool text_renderer::wants_signal(int number) const noexcept
{
    return number < 0 || static_cast<std::size_t>(number) >= options_.signals.size()
           || options_.signals.test(static_cast<std::size_t>(number));
}

// Writes a message if the mode of the thread has changed. As in strace, the message precedes the next call. The 64-bit interfaces
// of all processors are one mode, because the trace may come from another machine.
void text_renderer::changed_interface(record const& seen, thread_state& own, uapi::arch now, std::string& to)
{
    static constexpr std::string_view modes[] = {"64 bit", "32 bit", "x32", "64 bit", "64 bit"};
    auto const former = modes[static_cast<std::size_t>(std::exchange(own.interface, now))];
    auto const mode = modes[static_cast<std::size_t>(now)];
    if (mode == former || !options_.interfaces)
        return;
    line(seen, "[ Process PID=" + std::to_string(raw(seen.thread)) + " runs in " + std::string{mode} + " mode. ]", to);
}

void text_renderer::note_call(thread_state& own, syscall_call const& call)
{
    own.number = call.number;
    auto const name = call.what ? call.what->name : std::string_view{};
    if (name != "restart_syscall")
        own.name = name;
    else if (!call.resumes.empty())
        own.resumes = call.resumes;
    else
        own.resumes = own.name.empty() ? "system call" : own.name;   // the name is empty if no earlier call is known
}

void text_renderer::entered(record const& seen, syscall_entered const& what, std::string& to)
{
    if (!what.call)
        return;
    if (options_.entries_only) {
        if (fits(seen))
            called(seen, *what.call, to);
        return;
    }
    auto& own = states_[raw(seen.thread)];
    changed_interface(seen, own, what.call->arch, to);
    own.call = what.call;
    own.stack = what.stack;
    note_call(own, *what.call);
    own.held.clear();
    cut_line(seen.thread, to);
    auto& into = holds() ? own.held : to;
    auto const start = into.size();
    begin_line(seen, into, what.call->ip);
    auto const name = into.size();
    own.shown = call_writer{options_, *what.call, into}.at_entry(own.resumes);
    own.width = into.size() - start;
    painter{options_.colors}.beginning(into, name);
    own.open = true;
    own.fits_at_entry = fits(seen);
    open_ = seen.thread;
}

// Writes the line of a call, for a session that records only entries. The thread's state is removed, because its end may not be
// recorded.
void text_renderer::called(record const& seen, syscall_call const& call, std::string& to)
{
    auto& own = states_[raw(seen.thread)];
    own.interface = call.arch;
    note_call(own, call);
    begin_line(seen, to, call.ip);
    auto const name = to.size();
    call_writer writer{options_, call, to};
    auto const shown = writer.at_entry("system call");
    painter{options_.colors}.beginning(to, name);
    auto const rest = to.size();
    if (call.values.empty())
        writer.at_exit({}, shown);
    else if (shown < call.values.all().size())
        to += "...";
    to += ')';
    painter{options_.colors}.end(to, {.arguments = rest, .result = to.size(), .remarks = to.size()});
    to += '\n';
    states_.erase(raw(seen.thread));
}

// Returns the string for the rest of a call's line. Begins a line if another line was written meanwhile, or the entry was not
// recorded.
std::string& text_renderer::go_on(record const& seen, thread_state& own, syscall_call const& call, std::string& to)
{
    auto& into = holds() ? own.held : to;
    if (own.open)
        return into;
    cut_line(seen.thread, to);
    auto const start = into.size();
    begin_line(seen, into, call.ip);
    auto const name = into.size();
    if (own.call) {
        into += "<... ";
        call_writer{options_, call, into}.name();
        into += " resumed>";
    } else   // no entry was recorded; the tracer may have attached during the call
        own.shown = call_writer{options_, call, into}.at_entry(own.resumes);
    own.width = into.size() - start;
    painter{options_.colors}.beginning(into, name);
    return into;
}

// Ends the line of a call, with the text `last` unless it is empty. A line that was held back is written if the options select
// it.
void text_renderer::end_call(thread_state& own, bool fits, call_status status, std::string_view last, std::string& to)
{
    auto& into = holds() ? own.held : to;
    if (!last.empty())
        painter{options_.colors}.interruption(into, last);
    if (holds() && fits && options_.statuses.has(status))
        to += own.held;
    own.held.clear();
    own.open = false;
    own.call.reset();
}

void text_renderer::exited(record const& seen, syscall_exited const& what, std::string& to)
{
    auto& own = states_[raw(seen.thread)];
    auto const* const call = what.call ? what.call.get() : own.call.get();
    if (call == nullptr)
        return;
    if (!own.call) {
        changed_interface(seen, own, call->arch, to);
        note_call(own, *call);
    }
    auto& into = go_on(seen, own, *call, to);
    auto const start = into.size();
    call_writer writer{options_, *call, into};
    writer.at_exit(what, own.shown);
    into += ") ";
    auto const width = own.width + width_since(into, start);
    into.append(width < options_.column ? options_.column - width : 0, ' ');
    auto const result = into.size();
    writer.result(what);
    auto const remarks = into.size();
    put_tampering(into, what.tampered);
    if (options_.durations) {
        into += " <";
        put_seconds(into, what.took.count(), options_.durations_to);
        into += '>';
    }
    painter{options_.colors}.end(into, {start, result, remarks, what.outcome.failed});
    into += '\n';
    if (auto const dump = what.values.find("dump"))
        put_dump(into, *dump, seen.thread);
    if (what.stack)
        put_stack(into, *what.stack);
    end_call(own, fits(seen), status_of(what.outcome), {}, to);
}

// Ends the line of a call that did not return, such as exit_group(2) or the call of a killed thread.
void text_renderer::leave_call(record const& seen, std::string& to)
{
    auto const found = states_.find(raw(seen.thread));
    if (found == states_.end() || !found->second.call)
        return;
    auto& own = found->second;
    auto const call = own.call;
    auto const stack = own.stack;
    auto& into = go_on(seen, own, *call, to);
    auto const start = into.size();
    if (own.shown < call->values.all().size())
        into += " <unfinished ...>";
    into += ") ";
    auto const width = own.width + width_since(into, start);
    into.append(width < options_.column ? options_.column - width : 0, ' ');
    auto const result = into.size();
    into += "= ?";
    painter{options_.colors}.end(into, {.arguments = start, .result = result, .remarks = into.size()});
    into += '\n';
    if (stack)
        put_stack(into, *stack);
    end_call(own, own.fits_at_entry, call_status::unfinished, {}, to);
}

void text_renderer::ended(record const& seen, thread_exited const& what, std::string& to)
{
    leave_call(seen, to);
    bool const killed = what.known && what.killed;
    if (fits(seen) && (killed ? wants_signal(what.status) : options_.exits)) {
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
            end_call(own, own.fits_at_entry, call_status::detached, " <detached ...>", to);
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
    // With `whole_lines`, the line of the call is written at its exit, under the new id.
    if (found == states_.end() || !found->second.open || options_.whole_lines)
        return;
    auto& own = found->second;
    auto call = own.call;
    end_call(own, own.fits_at_entry, call_status::detached, " <pid changed to " + std::to_string(raw(now)) + " ...>", to);
    own.call = std::move(call);   // the exit of the call is recorded under the new id
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

// clang-format would indent the functions of `overloaded` by 19 columns.
// clang-format off
void text_renderer::append(record const& seen, std::string& to)
{
    if (seen.comm)
        note_command(seen.thread, *seen.comm);
    std::visit(overloaded{
        [&](thread_started const& what) { started(seen, what, to); },
        [&](syscall_entered const& what) { entered(seen, what, to); },
        [&](syscall_exited const& what) {
            if (!commands_.empty())
                note_command(seen.thread, new_name(what));
            exited(seen, what, to);
        },
        [&](signal_received const& what) { signalled(seen, what, to); },
        [&](group_stopped const& what) { stopped(seen, what, to); },
        // If a thread that is not the thread group leader calls execve(2), the thread gets the id of the leader.
        [&](image_replaced const& what) {
            note_command(seen.thread, what.command);
            if (what.former != tid{})
                rename(what.former, seen.thread, to);
        },
        [&](superseded const& what) { replaced(seen, what, to); },
        [&](thread_exited const& what) {
            ended(seen, what, to);
            commands_.erase(raw(seen.thread));
        },
        [&](detached const&) {
            let_go(seen, to);
            commands_.erase(raw(seen.thread));
        },
        [&](records_lost const& what) { line(seen, "+++ " + std::to_string(what.count) + " records lost +++", to); },
        [&](trace_failed const& what) { line(seen, "+++ trace failed: " + what.what.message() + " +++", to); },
        [&](ring_submitted const& what) { used_ring(seen, what, to); },
        [&](ring_completed const& what) { used_ring(seen, what, to); },
    }, seen.what);
}
// clang-format on

void text_renderer::started(record const& seen, thread_started const& what, std::string& to)
{
    note_command(seen.thread, what.command);
    ++threads_;
    auto const parent = states_.find(raw(what.parent));
    auto const interface = parent != states_.end() ? parent->second.interface : uapi::native;
    states_[raw(seen.thread)].interface = interface;
    if (options_.attached) {
        cut_line(seen.thread, to);
        to += "cotrace: Process " + std::to_string(raw(seen.thread)) + " attached\n";
    }
}

void text_renderer::signalled(record const& seen, signal_received const& what, std::string& to)
{
    if (!wants_signal(what.info.si_signo) || !fits(seen))
        return;
    line(seen, signal_text(what, options_), to, what.ip);
    if (what.stack)
        put_stack(to, *what.stack);
}

void text_renderer::stopped(record const& seen, group_stopped const& what, std::string& to)
{
    if (!wants_signal(raw(what.signal)) || !fits(seen))
        return;
    std::string text{"--- stopped by "};
    put_signal(text, raw(what.signal));
    text += " ---";
    line(seen, text, to, what.ip);
}

template <class Event>
void text_renderer::used_ring(record const& seen, Event const& what, std::string& to)
{
    if (options_.rings && fits(seen))
        line(seen, ring_text(what, options_), to);
}

void text_renderer::replaced(record const& seen, superseded const& what, std::string& to)
{
    leave_call(seen, to);
    if (what.by != tid{})
        rename(what.by, seen.thread, to);
    auto const by = what.by != tid{} ? "pid " + std::to_string(raw(what.by)) : "an untraced thread";
    if (options_.supersedings && fits(seen))
        line(seen, "+++ superseded by execve in " + by + " +++", to);
}

// Writes the line of the thread's call, if any, as unfinished: the end of the call will not be recorded.
void text_renderer::write_held(thread_state& own, std::string& to)
{
    if (own.open)
        end_call(own, own.fits_at_entry, call_status::unfinished, " <unfinished ...>", to);
}

void text_renderer::finish(std::string& to, tid thread)
{
    if (!options_.whole_lines)
        return cut_line(thread, to);
    std::vector<std::int32_t> in_order;
    for (auto const& [id, own] : states_)
        if (!options_.separate || id == raw(thread))
            in_order.push_back(id);
    std::ranges::sort(in_order);
    for (auto const id : in_order)
        write_held(states_[id], to);
}

}   // namespace cotrace::render
