// SPDX-License-Identifier: BSL-1.0
#include "limit_watch.hpp"

#include <chrono>
#include <utility>
#include <variant>

namespace cotrace::app {

namespace {

/// Whether the call ends its thread. Such a call has an entry, but no exit.
bool ends_thread(syscall_entered const& entry)
{
    if (!entry.call)
        return false;
    auto const name = entry.call->name();
    return name == "exit" || name == "exit_group";
}

}   // namespace

limit_watch::limit_watch(asio::any_io_executor executor, options const& wanted, handler reached)
    : wanted_{wanted}
    , on_reached_{std::move(reached)}
    , time_{executor}
    , judges_entries_{wanted.until && (wanted.until->uses("entry") || wanted.until->uses("kind"))}
{
}

void limit_watch::start()
{
    auto const& limit = wanted_.stop_after.time;
    if (limit.most == 0)
        return;
    time_.expires_after(std::chrono::nanoseconds{static_cast<std::int64_t>(limit.most)});
    time_.async_wait([this](error_code stopped) {
        if (!stopped)
            reach(wanted_.stop_after.time);
    });
}

void limit_watch::stop() { time_.cancel(); }

void limit_watch::count(record const& seen, syscall_exited const& done)
{
    auto const& limit = wanted_.stop_after.calls;
    if ((wanted_.call_limit == 0 && limit.most == 0) || !wanted_.selects(seen, done))
        return;
    if (++calls_ == limit.most)
        return reach(limit);
    if (calls_ == wanted_.call_limit)
        reach(is_quiet() ? "" : "System call limit has been reached, detaching tracees");
}

void limit_watch::check_condition(record const& seen)
{
    if (reached_ || !wanted_.until)
        return;
    auto const* const entry = std::get_if<syscall_entered>(&seen.what);
    if (entry != nullptr && !judges_entries_ && !ends_thread(*entry))
        return;
    if ((*wanted_.until)(seen))
        reach(is_quiet() ? "" : "The condition of --until holds, detaching tracees");
}

// The messages about --syscall-limit and --until are a part of the text format, and -q leaves them out.
bool limit_watch::is_quiet() const noexcept { return wanted_.quiet.attach || wanted_.format != output_format::text; }

void limit_watch::note_size(std::uint64_t bytes)
{
    auto const& limit = wanted_.stop_after.bytes;
    if (limit.most != 0 && bytes >= limit.most)
        reach(limit);
}

void limit_watch::reach(stop_limits::limit const& which)
{
    // A line of text on standard error must not be among lines of another format.
    bool const is_quiet = wanted_.asked_for_quiet || (wanted_.format != output_format::text && !wanted_.output.is_file());
    reach(is_quiet ? std::string{} : "the limit " + which.text + " has been reached, detaching");
}

void limit_watch::reach(std::string message)
{
    if (!std::exchange(reached_, true))
        on_reached_(message);
}

}   // namespace cotrace::app
