// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/uroot.hpp>

#include "render/numbers.hpp"
#include "render/uroot/arguments.hpp"
#include "render/uroot/spelling.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <iterator>

namespace cotrace::render {

capture_options const uroot_capture{.verbose = true, .string_limit = 1024};

namespace {

using namespace uroot;

// The descriptions of signals in u-root's format, by signal number.
constexpr std::string_view signal_descriptions[] = {
    "",
    "hangup",
    "interrupt",
    "quit",
    "illegal instruction",
    "trace/breakpoint trap",
    "aborted",
    "bus error",
    "floating point exception",
    "killed",
    "user defined signal 1",
    "segmentation fault",
    "user defined signal 2",
    "broken pipe",
    "alarm clock",
    "terminated",
    "stack fault",
    "child exited",
    "continued",
    "stopped",
    "stopped",
    "stopped - tty input",
    "stopped - tty output",
    "urgent I/O condition",
    "CPU time limit exceeded",
    "file size limit exceeded",
    "virtual timer expired",
    "profiling timer expired",
    "window changed",
    "I/O possible",
    "power failure",
    "bad system call",
};

void put_call(std::string& to, syscall_call const& call, syscall_exited const* exited)
{
    if (call.what)
        to += call.what->name;
    else
        put_number(to, call.number);   // an unknown call is shown as its number
    to += '(';
    put_arguments(to, call, exited);
    to += ')';
}

void put_outcome(std::string& to, syscall_exited const& exited)
{
    to += " = ";
    if (!exited.outcome.failed)
        hex(to, static_cast<std::uint64_t>(exited.outcome.value));
    else {
        auto const number = exited.outcome.error();
        auto const* known = uapi::find_errno(number);
        if (known && number >= 512)
            to += known->name;
        else if (known)
            for (char const c : known->text)
                to += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else {
            to += "errno ";
            put_signed(to, number);
        }
        to += " (";
        hex(to, static_cast<std::uint64_t>(number));
        to += ')';
    }
    to += " (";
    duration(to, exited.took.count());
    to += ')';
}

void put_signal_description(std::string& to, int number)
{
    auto const name = uapi::signal_name(number);
    if (name.empty()) {
        to += "signal ";
        put_signed(to, number);
    } else {
        to += name;
        if (static_cast<std::size_t>(number) < std::size(signal_descriptions)) {
            to += " (";
            to += signal_descriptions[number];
            to += ')';
        }
    }
    to += " (";
    put_signed(to, number);
    to += ')';
}

void put_thread(std::string& to, tid thread, std::string_view text)
{
    to += "PID ";
    put_signed(to, raw(thread));
    to += text;
}

void put_call_line(std::string& to, tid thread, char which)
{
    to += "[pid ";
    put_signed(to, raw(thread));
    to += "] ";
    to += which;
    to += ' ';
}

}   // namespace

void append_uroot(record const& seen, std::string& to)
{
    if (auto const* entered = std::get_if<syscall_entered>(&seen.what); entered && entered->call) {
        put_call_line(to, seen.thread, 'E');
        put_call(to, *entered->call, nullptr);
    } else if (auto const* exited = std::get_if<syscall_exited>(&seen.what); exited && exited->call) {
        put_call_line(to, seen.thread, 'X');
        put_call(to, *exited->call, exited);
        put_outcome(to, *exited);
    } else if (auto const* started = std::get_if<thread_started>(&seen.what)) {
        if (started->parent == tid{})
            return;
        put_thread(to, started->parent, " spawned new child ");
        put_signed(to, raw(seen.thread));
    } else if (auto const* signal = std::get_if<signal_received>(&seen.what)) {
        put_thread(to, seen.thread, " got signal ");
        put_signal_description(to, signal->info.si_signo);
    } else if (auto const* stop = std::get_if<group_stopped>(&seen.what)) {
        put_thread(to, seen.thread, " got signal ");
        put_signal_description(to, raw(stop->signal));
    } else if (auto const* end = std::get_if<thread_exited>(&seen.what)) {
        put_thread(to, seen.thread, end->killed ? " exited from signal " : " exited from exit status ");
        if (end->killed)
            put_signal_description(to, end->status);
        else {
            put_signed(to, end->status);
            to += " (code = ";
            put_signed(to, end->status);
            to += ')';
        }
    } else
        return;
    to += '\n';
}

}   // namespace cotrace::render
