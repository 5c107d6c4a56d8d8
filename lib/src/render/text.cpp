// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/text.hpp>

#include "abi/sender.hpp"
#include "render/text_value.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/syscalls.hpp>

#include <ctime>
#include <span>

namespace cotrace::render {
namespace {

template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;   // clang 16 does not deduce it for aggregates

// What is printed of a call, argument by argument. Those that only the exit
// settles have their second value in the exit's tree, in the same order.
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

    /// Arguments up to the first that the entry does not settle; how many these are.
    std::size_t at_entry()
    {
        name();
        to_ += '(';
        if (call_.values.empty())
            return 0;
        std::size_t shown = 0;
        for (auto const each : call_.values.all()) {
            separate(shown);
            if (each.state() == value_state::later)
                break;
            write(each, {});
            ++shown;
        }
        return shown;
    }

    /// The arguments after the first `shown`.
    void at_exit(syscall_exited const& exited, std::size_t shown)
    {
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
            // Of a call that failed, what it was given still stands.
            bool stale = settled.state() == value_state::unreadable && !each.parts().empty()
                && each.type().way != abi::direction::out
                && !(each.type().way == abi::direction::changed && each.type().failed);
            stale = stale || each.type().way == abi::direction::reported;
            write(stale ? each : settled, stale ? std::nullopt : std::optional{each});
            ++i;
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
        // Arguments that are left out have no values, so the two lists run on side by side.
        while (call_.what && parameter_ < 5 && call_.what->arguments[parameter_].name != shown.name())
            ++parameter_;
        if (call_.what && call_.what->arguments[parameter_].labelled) {
            to_ += shown.name();
            to_ += '=';
        }
        value_writer{options_, abi::model_of(call_.arch), to_}.write(shown, before);
    }

    // A number that names no call has six.
    void raw_arguments()
    {
        if (call_.what)
            return;
        for (std::size_t i = 0; i < call_.args.size(); ++i) {
            separate(i);
            put_hex(to_, call_.args[i]);
        }
    }

    void reported(value_tree const& values);
    void ready(value_tree const& values);
    void selected(value_tree const& values);

    text_options const& options_;
    syscall_call const& call_;
    std::string&        to_;
    std::size_t         parameter_ = 0;
};

void call_writer::result(syscall_exited const& exited)
{
    auto const& outcome = exited.outcome;
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
    value_writer writer{options_, abi::model_of(call_.arch), to_};
    if (auto const described = exited.values.find("return"))
        writer.write(*described);
    else
        writer.write_returned(as, outcome.value);
    reported(exited.values);
    if (returns.with == abi::note::none)
        return;
    if (outcome.value == 0)
        to_ += " (Timeout)";
    else if (returns.with == abi::note::polled)
        ready(exited.values);
    else if (returns.with == abi::note::selected)
        selected(exited.values);
}

// " ({index=0, count=2})"
void call_writer::reported(value_tree const& values)
{
    for (auto const each : values.all())
        if (auto const made = each.type().way == abi::direction::reported && call_.values.find(each.name())->target() ? each.target() : std::nullopt) {
            to_ += " (";
            value_writer{options_, abi::model_of(call_.arch), to_}.write(*made);
            to_ += ')';
        }
}

// " ([{fd=3, revents=POLLIN}])": of what poll(2) was given, those with an event.
void call_writer::ready(value_tree const& values)
{
    auto const list = values.find("ready");
    if (!list)
        return;
    to_ += " ([";
    bool first = true;
    value_writer writer{options_, abi::model_of(call_.arch), to_};
    for (auto const each : list->parts()) {
        auto const seen = each.find("revents");
        auto const fd = each.find("fd");
        if (!seen || !fd || seen->number() == 0)
            continue;
        to_ += first ? "{fd=" : ", {fd=";
        first = false;
        writer.write(*fd);
        to_ += ", revents=";
        writer.write(*seen);
        to_ += '}';
    }
    if (list->state() == value_state::cut)
        to_ += first ? "..." : ", ...";
    to_ += ']';
    if (auto const left = values.find("left")) {
        to_ += ", left ";
        writer.write(*left);
    }
    to_ += ')';
}

// " (in [3], left {tv_sec=4, tv_nsec=99})"
void call_writer::selected(value_tree const& values)
{
    bool first = true;
    value_writer writer{options_, abi::model_of(call_.arch), to_};
    for (auto const* name : {"in", "out", "except", "left"}) {
        auto const set = values.find(name);
        if (!set)
            continue;
        auto const before = to_.size();
        to_ += first ? " (" : ", ";
        to_ += name;
        to_ += ' ';
        auto const start = to_.size();
        writer.write(*set);
        if (std::string_view{to_}.substr(start) == "[]")
            to_.resize(before);   // sets that ended up empty are left out
        else
            first = false;
    }
    if (!first)
        to_ += ')';
}

// What prctl(2) called the thread; empty: it was another call.
std::string_view new_name(syscall_exited const& what) noexcept
{
    constexpr std::uint64_t set_name = 15;   // PR_SET_NAME
    constexpr std::size_t longest = 15;      // TASK_COMM_LEN, and a null byte
    if (!what.call || !what.call->what || what.call->what->name != "prctl" || what.outcome.failed)
        return {};
    auto const option = what.call->argument("option");
    auto const name = what.call->argument("arg2");
    if (!option || option->number() != set_name || !name || !name->target())
        return {};
    auto const text = name->target()->text().substr(0, longest);
    return text.substr(0, text.find('\n'));   // as for those that come from /proc
}

// The process that a signal is from, where records say more than its id.
std::string put_sender(signal_received const& what, text_options const& options)
{
    std::string who;
    if (!what.sender.command.empty() || what.sender.outside != 0)
        value_writer{options, abi::data_model::lp64, who}.process(abi::sender_of(what.info), what.sender.command, what.sender.outside);
    return who;
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

std::size_t width_since(std::string const& to, std::size_t start)
{
    auto const line = to.rfind('\n');
    return to.size() - (line == std::string::npos || line + 1 < start ? start : line + 1);
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

// What a thread is called from here on, where records tell.
void text_renderer::note_command(record const& seen)
{
    auto const learn = [&](std::string_view command) {
        if (!command.empty())
            commands_[raw(seen.thread)] = command;
    };
    if (auto const* const started = std::get_if<thread_started>(&seen.what))
        learn(started->command);
    else if (auto const* const replaced = std::get_if<image_replaced>(&seen.what))
        learn(replaced->command);
    else if (auto const* const returned = std::get_if<syscall_exited>(&seen.what); returned && !commands_.empty())
        learn(new_name(*returned));
}

void text_renderer::begin_line(record const& seen, std::string& to)
{
    auto const since_epoch = seen.at.time_since_epoch().count();
    auto const seconds = since_epoch / 1'000'000'000;
    auto const micros = since_epoch / 1000 % 1'000'000;
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
    if (options_.relative) {
        auto const since = last_ == timestamp{} ? 0 : (seen.at - last_).count() / 1000;
        last_ = seen.at;
        auto const before = to.size();
        put_signed(to, since / 1'000'000);
        if (auto const had = to.size() - before; had < 6)
            to.insert(before, 6 - had, ' ');
        to += '.';
        put_padded(to, static_cast<std::uint64_t>(since % 1'000'000), 6);
        to += ' ';
    } else if (options_.times == time_prefix::unix_micros) {
        put_signed(to, seconds);
        to += '.';
        put_padded(to, static_cast<std::uint64_t>(micros), 6);
        to += ' ';
    } else if (options_.times != time_prefix::none) {
        std::time_t const at = seconds;
        std::tm broken{};
        localtime_r(&at, &broken);
        char text[16];
        to.append(text, std::strftime(text, sizeof text, "%T", &broken));
        if (options_.times == time_prefix::micros) {
            to += '.';
            put_padded(to, static_cast<std::uint64_t>(micros), 6);
        }
        to += ' ';
    }
}

// Everything that is not the thread's whose line is open comes on a line of its own.
void text_renderer::interrupt_open_line(std::string& to)
{
    if (!is_open_)
        return;
    to += " <unfinished ...>\n";
    is_open_ = false;
}

void text_renderer::line(record const& seen, std::string_view text, std::string& to)
{
    interrupt_open_line(to);
    begin_line(seen, to);
    to += text;
    to += '\n';
}

// The call the thread is in, or the end.
auto text_renderer::in_call(tid thread) -> calls::iterator
{
    auto const found = calls_.find(raw(thread));
    return found != calls_.end() && found->second.call ? found : calls_.end();
}

void text_renderer::entered(record const& seen, syscall_entered const& what, std::string& to)
{
    if (!what.call)
        return;
    interrupt_open_line(to);
    auto const start = to.size();
    begin_line(seen, to);
    if (options_.numbers) {
        to += '[';
        auto const before = to.size();
        put_number(to, what.call->number);
        if (auto const had = to.size() - before; had < 4)
            to.insert(before, 4 - had, ' ');
        to += "] ";
    }
    if (options_.pointers) {
        to += '[';
        put_padded(to, what.call->ip, abi::word_size(what.call->arch) * 2, 16);
        to += "] ";
    }
    auto& call = calls_[raw(seen.thread)];
    call.call = what.call;
    call.shown = call_writer{options_, *what.call, to}.at_entry();
    is_open_ = true;
    open_ = seen.thread;
    open_width_ = to.size() - start;
}

void text_renderer::exited(record const& seen, syscall_exited const& what, std::string& to)
{
    auto found = in_call(seen.thread);
    auto const* call = what.call ? what.call.get() : found != calls_.end() ? found->second.call.get() : nullptr;
    if (!call)
        return;
    std::size_t width = 0;
    std::size_t shown = found != calls_.end() ? found->second.shown : 0;
    auto start = to.size();
    if (is_open_ && open_ == seen.thread)
        width = open_width_;
    else {
        interrupt_open_line(to);
        start = to.size();
        begin_line(seen, to);
        if (found != calls_.end()) {
            to += "<... ";
            call_writer{options_, *call, to}.name();
            to += " resumed>";
        } else
            shown = call_writer{options_, *call, to}.at_entry();   // attached inside the call, or no entries wanted
    }
    call_writer writer{options_, *call, to};
    writer.at_exit(what, shown);
    to += ") ";
    width += width_since(to, start);
    to.append(width < options_.column ? options_.column - width : 0, ' ');
    writer.result(what);
    if (options_.durations) {
        auto const micros = what.took.count() / 1000;
        to += " <";
        put_signed(to, micros / 1'000'000);
        to += '.';
        put_padded(to, static_cast<std::uint64_t>(micros % 1'000'000), 6);
        to += '>';
    }
    to += '\n';
    is_open_ = false;
    if (found != calls_.end())
        found->second.call.reset();   // the entry stays for the thread's next call
}

// A call that does not come back: exit_group(2), or one that its thread died in.
void text_renderer::leave_call(record const& seen, std::string_view result, std::string& to)
{
    auto const found = in_call(seen.thread);
    if (found == calls_.end())
        return;
    auto const& call = *found->second.call;
    std::size_t width = 0;
    auto start = to.size();
    if (is_open_ && open_ == seen.thread)
        width = open_width_;
    else {
        interrupt_open_line(to);
        start = to.size();
        begin_line(seen, to);
        to += "<... ";
        call_writer{options_, call, to}.name();
        to += " resumed>";
    }
    if (found->second.shown < call.values.all().size())
        to += " <unfinished ...>";
    to += ") ";
    width += width_since(to, start);
    to.append(width < options_.column ? options_.column - width : 0, ' ');
    to += result;
    to += '\n';
    is_open_ = false;
    found->second.call.reset();
}

void text_renderer::ended(record const& seen, thread_exited const& what, std::string& to)
{
    leave_call(seen, "= ?", to);
    calls_.erase(raw(seen.thread));
    if (options_.exits) {
        std::string text;
        put_end(text, what);
        line(seen, text, to);
    }
    threads_ -= threads_ != 0 ? 1 : 0;
}

void text_renderer::append(record const& seen, std::string& to)
{
    std::string text;
    note_command(seen);
    std::visit(overloaded{
        [&](thread_started const&) {
            ++threads_;
            if (options_.attached) {
                interrupt_open_line(to);
                to += "cotrace: Process " + std::to_string(raw(seen.thread)) + " attached\n";
            }
        },
        [&](syscall_entered const& what) { entered(seen, what, to); },
        [&](syscall_exited const& what) { exited(seen, what, to); },
        [&](signal_received const& what) {
            if (!options_.signals)
                return;
            text = "--- ";
            put_signal(text, what.info.si_signo);
            text += ' ';
            put_siginfo(text, what.info, put_sender(what, options_));
            text += " ---";
            line(seen, text, to);
        },
        [&](group_stopped const& what) {
            if (!options_.signals)
                return;
            text = "--- stopped by ";
            put_signal(text, raw(what.signal));
            text += " ---";
            line(seen, text, to);
        },
        [&](image_replaced const& what) {
            // The call that another thread made goes on under the leader's id.
            if (what.former == tid{} || what.former == seen.thread)
                return;
            record former = seen;
            former.thread = what.former;
            line(former, "<pid changed to " + std::to_string(raw(seen.thread)) + " ...>", to);
            if (auto moved = calls_.extract(raw(what.former))) {
                moved.key() = raw(seen.thread);
                calls_.erase(moved.key());
                calls_.insert(std::move(moved));
            }
            threads_ -= threads_ != 0 ? 1 : 0;
        },
        [&](superseded const& what) {
            leave_call(seen, "= ?", to);
            line(seen, "+++ superseded by execve in pid " + std::to_string(raw(what.by)) + " +++", to);
        },
        [&](thread_exited const& what) { ended(seen, what, to); },
        [&](detached const&) {
            if (is_open_ && open_ == seen.thread) {
                to += " <detached ...>\n";
                is_open_ = false;
            }
            calls_.erase(raw(seen.thread));
            interrupt_open_line(to);
            threads_ -= threads_ != 0 ? 1 : 0;
            if (options_.attached)
                to += "cotrace: Process " + std::to_string(raw(seen.thread)) + " detached\n";
        },
        [&](records_lost const& what) { line(seen, "+++ " + std::to_string(what.count) + " records lost +++", to); },
        [&](trace_failed const& what) { line(seen, "+++ trace failed: " + what.what.message() + " +++", to); },
    }, seen.what);
    if (std::holds_alternative<thread_exited>(seen.what) || std::holds_alternative<detached>(seen.what))
        commands_.erase(raw(seen.thread));
}

void text_renderer::finish(std::string& to)
{
    interrupt_open_line(to);
}

std::string text(record const& seen, text_options const& options)
{
    auto alone = options;
    alone.threads = thread_prefix::never;
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
