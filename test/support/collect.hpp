// SPDX-License-Identifier: BSL-1.0
#pragma once

// Functions that launch guests and read the records of their sessions, functions that find records, and interceptors and
// options for sessions.

#include "support/guests.hpp"

#include <cotrace/cotrace.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace cotrace::test {

/// The results of a session, as `trace_of` returns them.
struct trace {
    pid root{};
    std::vector<record> records;
    thread_exited end;
    std::string output;   ///< what the guest wrote to standard output
    statistics stats;
};

/// Reads the remaining records of a session, a pooled session or a channel.
template <class Source>
task<std::vector<record>> drain(Source& from)
{
    std::vector<record> all;
    while (co_await from.async_read(all) != 0) {
    }
    co_return all;
}

template <class Signature>
struct session_of;
template <class Session>
struct session_of<void(std::tuple<error_code, Session>)> {
    using type = Session;
};

/// Waits for a launch or an attach that got the token `use_tuple`. Returns the session, or the reason of the failure.
template <class Operation, class Session = typename session_of<typename asio::completion_signature_of<Operation>::type>::type>
task<result<Session, failure>> result_of(Operation operation)
{
    auto [error, made] = co_await std::move(operation);
    if (error)
        co_return made.why();
    co_return std::move(made);
}

/// Launches a guest with an empty standard input and reads all records of the session.
inline task<trace> trace_of(tracer& by, command what, session_options options = {})
{
    capture const said;
    what.redirects.insert(what.redirects.begin(), {{.to = 0, .from = null_device.get()}, {.to = 1, .from = said.fd()}});
    auto target = co_await by.async_launch(std::move(what), std::move(options));
    trace seen;
    seen.root = target.root();
    seen.records = co_await drain(target);
    seen.end = co_await target.async_wait();
    seen.stats = target.stats();
    seen.output = said.text();
    co_return seen;
}

/// `what` with an empty standard input, and with its standard output discarded.
inline command quiet(command what)
{
    what.redirects.push_back({.to = 0, .from = null_device.get()});
    what.redirects.push_back({.to = 1, .from = null_device.get()});
    return what;
}

/// Launches a guest with an empty standard input, and with its standard output discarded.
inline task<session> launched(tracer& by, command what, session_options options = {})
{
    co_return co_await by.async_launch(quiet(std::move(what)), std::move(options));
}

/// Launches a guest with an empty standard input, and with its standard output discarded.
inline task<pooled_session> launched(tracer_pool& by, command what, session_options options = {})
{
    co_return co_await by.async_launch(quiet(std::move(what)), std::move(options));
}

/// Launches a guest that has the pipes of `talk` as its standard input and output.
inline task<session> launched(tracer& by, command what, conversation& talk, session_options options = {})
{
    what.redirects = talk.redirects();
    auto target = co_await by.async_launch(std::move(what), std::move(options));
    talk.begin();
    co_return target;
}

/// Calls `trace_of` with a new tracer.
inline task<trace> trace_of(command what, session_options options = {})
{
    tracer by{co_await asio::this_coro::executor};
    co_return co_await trace_of(by, std::move(what), std::move(options));
}

/// Traces `what` from its launch to its end, and reads each record with one async_next.
inline task<trace> trace_of(tracer_pool& by, command what, session_options options = {})
{
    capture const said;
    what.redirects.push_back({.to = 1, .from = said.fd()});
    auto target = co_await by.async_launch(std::move(what), std::move(options));
    trace seen;
    seen.root = target.root();
    while (auto next = co_await target.async_next())
        seen.records.push_back(std::move(*next));
    seen.end = co_await target.async_wait();
    seen.stats = target.stats();
    seen.output = said.text();
    co_return seen;
}

/// An event, and the thread that it is about.
template <class Event>
struct seen {
    tid thread{};
    Event what{};
};

/// All events of the type `Event` in `records`, in order.
template <class Event>
std::vector<seen<Event>> all(std::vector<record> const& records)
{
    std::vector<seen<Event>> found;
    for (auto const& each : records)
        if (auto const* what = std::get_if<Event>(&each.what))
            found.push_back({each.thread, *what});
    return found;
}

template <class Event>
std::size_t count(std::vector<record> const& records)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(records, [](record const& each) { return std::holds_alternative<Event>(each.what); }));
}

/// The exits of all calls with the system call number `number`. Does not compare the ABI of the calls.
inline std::vector<seen<syscall_exited>> calls(std::vector<record> const& records, long number)
{
    auto found = all<syscall_exited>(records);
    std::erase_if(found, [&](auto const& each) { return each.what.call->number != static_cast<std::uint64_t>(number); });
    return found;
}

/// The entries of all calls with the system call number `number`. Does not compare the ABI of the calls.
inline std::vector<seen<syscall_entered>> entries(std::vector<record> const& records, long number)
{
    auto found = all<syscall_entered>(records);
    std::erase_if(found, [&](auto const& each) { return each.what.call->number != static_cast<std::uint64_t>(number); });
    return found;
}

/// Reads records until one fulfils `wanted` or the session ends. Returns all records that were read.
template <class Wanted>
task<std::vector<record>> read_until(session& from, Wanted wanted)
{
    std::vector<record> all;
    while (auto next = co_await from.async_next()) {
        all.push_back(std::move(*next));
        if (wanted(all.back()))
            break;
    }
    co_return all;
}

/// The end of the thread `thread`; empty if `records` does not contain this end.
inline std::optional<thread_exited> end_of(std::vector<record> const& records, tid thread)
{
    std::optional<thread_exited> end;
    for (auto const& each : all<thread_exited>(records))
        if (each.thread == thread)
            end = each.what;
    return end;
}

/// The wait status that waitpid(2) would report for this end.
inline int wait_status(thread_exited const& end) noexcept
{
    return end.killed ? end.status | (end.dumped ? 0x80 : 0) : end.status << 8;
}

/// An interceptor with functions for the entry and the exit of the system call `number` and for the signal `signal`. Without a
/// function, the verdict is `proceed`.
class scripted final : public interceptor {
public:
    using entry_answer = std::function<task<verdict>(intercepted, syscall_call const&)>;
    using exit_answer = std::function<task<verdict>(intercepted, syscall_call const&, syscall_outcome)>;
    using signal_answer = std::function<task<signal_verdict>(intercepted, siginfo_t const&)>;

    explicit scripted(long number)
        : number_{number}
    {
    }

    entry_answer entry;
    exit_answer exit;
    int signal = 0;
    signal_answer arrival;

    bool wants(syscall_call const& call) const noexcept override { return call.number == static_cast<std::uint64_t>(number_); }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        // There is no conditional operator here, because GCC 12.2 would await both of its operands.
        if (entry)
            co_return co_await entry(at, call);
        co_return proceed{};
    }
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override
    {
        if (exit)
            co_return co_await exit(at, call, outcome);
        co_return proceed{};
    }
    bool wants(siginfo_t const& info) const noexcept override { return signal != 0 && info.si_signo == signal; }
    task<signal_verdict> on_signal(intercepted at, siginfo_t const& info) override
    {
        if (arrival)
            co_return co_await arrival(at, info);
        co_return proceed{};
    }

private:
    long number_;
};

/// Options of a session that traces `calls`, or all calls if `calls` is null, by the method `how`.
inline session_options traced_by(tracing how, char const* calls = nullptr)
{
    session_options options;
    options.how = how;
    if (calls != nullptr)
        options.filter = filter{calls};
    return options;
}

/// Options with one interceptor.
inline session_options with(std::shared_ptr<interceptor> one)
{
    session_options options;
    options.interceptors.push_back(std::move(one));
    return options;
}

/// An interceptor that returns `answer` at each entry of the system call `number`.
inline std::shared_ptr<scripted> at_entry(long number, verdict answer)
{
    auto made = std::make_shared<scripted>(number);
    made->entry = [answer](intercepted, syscall_call const&) -> task<verdict> { co_return answer; };
    return made;
}

inline std::shared_ptr<scripted> failing_open(std::string path, int error)
{
    auto made = std::make_shared<scripted>(SYS_openat);
    made->entry = [path, error](intercepted at, syscall_call const& call) -> task<verdict> {
        auto const opened = at.subject.read_string(remote_address{call.args[1]});
        if (opened && opened.value() == path)
            co_return fail_with{error};
        co_return proceed{};
    };
    return made;
}

/// An interceptor that returns `answer` at each exit of the system call `number`.
inline std::shared_ptr<scripted> at_exit(long number, verdict answer)
{
    auto made = std::make_shared<scripted>(number);
    made->exit = [answer](intercepted, syscall_call const&, syscall_outcome) -> task<verdict> { co_return answer; };
    return made;
}

/// An interceptor that returns `answer` at each delivery of the signal `signal`.
inline std::shared_ptr<scripted> at_signal(int signal, signal_verdict answer)
{
    auto made = std::make_shared<scripted>(-2);
    made->signal = signal;
    made->arrival = [answer](intercepted, siginfo_t const&) -> task<signal_verdict> { co_return answer; };
    return made;
}

}   // namespace cotrace::test
