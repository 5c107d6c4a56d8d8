// SPDX-License-Identifier: BSL-1.0
#include "render/text/event_text.hpp"

#include "render/numbers.hpp"
#include "render/text/call_writer.hpp"
#include "render/text/siginfo.hpp"
#include "render/text/value_writer.hpp"
#include "uapi/ring_operations.hpp"
#include "uapi/sender.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <optional>

namespace cotrace::render {

namespace {

// The text that is shown for the sender of a signal. Empty if the record contains only the sender's process id.
std::string sender_text(signal_received const& what, text_options const& options)
{
    std::string text;
    if (!what.sender.command.empty() || what.sender.outside != 0)
        value_writer{options, uapi::data_model::lp64, text}.process(uapi::sender_of(what.info), what.sender.command,
                                                                    what.sender.outside);
    return text;
}

void put(std::string& to, uapi::type const& as, std::uint64_t number, text_options const& options, uapi::data_model model)
{
    value_tree one;
    one.close(one.open({.as = &as, .number = number}));
    value_writer{options, model, to}.write(*one.all().begin());
}

}   // namespace

void put_tampering(std::string& to, tampering const& what)
{
    if (what.arguments)
        to += what.result ? " (INJECTED: args, retval)" : " (INJECTED: args)";
    else if (what.result)
        to += " (INJECTED)";
    if (what.delayed)
        to += " (DELAYED)";
}

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
    return text.substr(0, text.find('\n'));   // a name ends at a line break, as a name from /proc does
}

std::string siginfo_text(signal_received const& what, text_options const& options)
{
    std::string text;
    put_siginfo(text, what.info, sender_text(what, options), options.names);
    return text;
}

std::string signal_text(signal_received const& what, text_options const& options)
{
    std::string text{"--- "};
    put_signal(text, what.info.si_signo);
    text += ' ';
    text += siginfo_text(what, options);
    text += " ---";
    return text;
}

std::string ring_text(ring_submitted const& what, text_options const& options)
{
    std::string text{"io_uring: "};
    if (!what.operation)
        return text;
    auto const model = uapi::model_of(what.operation->arch);
    std::optional<text_options> decoded;
    if (options.raw) {   // `raw` selects calls by number, but the number of an operation is not a call number
        decoded = options;
        decoded->raw.reset();
    }
    call_writer{decoded ? *decoded : options, *what.operation, text}.at_entry();
    text += ')';
    for (auto const& each : uapi::options_of(what.entry)) {
        text.append(" ").append(each.name).append("=");
        put(text, *each.as, each.number, options, model);
    }
    return text;
}

std::string ring_text(ring_completed const& what, text_options const& options)
{
    constexpr std::uint32_t flag_bits = 0xffff, buffer_shift = 16, has_buffer = 1;   // IORING_CQE_F_BUFFER
    std::string text{"io_uring: "};
    text.append(what.name()).append(" user_data=");
    put_hex(text, what.user_data);
    text += ' ';
    put_outcome(text, what.outcome);
    if ((what.flags & flag_bits) != 0) {
        text += " flags=";
        put(text, uapi::completion_flags(), what.flags & flag_bits, options, uapi::data_model::lp64);
    }
    if ((what.flags & has_buffer) != 0) {
        text += " buffer=";
        put_number(text, what.flags >> buffer_shift);
    }
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

std::string text(record const& seen, text_options const& options)
{
    auto alone = options;
    alone.threads = thread_prefix::never;
    alone.whole_lines = false;
    alone.interfaces = false;   // a single record has no earlier interface to compare with
    text_renderer renderer{alone};
    std::string line;
    renderer.append(seen, line);
    while (!line.empty() && line.back() == '\n')
        line.pop_back();
    return line;
}

}   // namespace cotrace::render
