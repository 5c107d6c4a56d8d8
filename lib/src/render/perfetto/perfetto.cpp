// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/perfetto.hpp>

#include "render/perfetto/annotation_writer.hpp"
#include "render/perfetto/flows.hpp"
#include "render/perfetto/packet_writer.hpp"
#include "render/perfetto/tracks.hpp"
#include "render/text/event_text.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <csignal>
#include <utility>
#include <vector>

namespace cotrace::render::perfetto {

namespace {

using protozero::pbf_writer;

/// The name of the event that shows a new thread on the parent's track, if no slice of a call shows the creation.
std::string_view call_of(origin how) noexcept
{
    constexpr std::string_view kinds[] = {"launch", "attach", "fork", "vfork", "clone"};
    return kinds[static_cast<std::size_t>(how)];
}

/// The name of a thread after an execve(2): the file name of the program, up to 15 bytes ("comm" in proc(5)).
std::string_view name_of_program(syscall_call const& exec) noexcept
{
    auto const path = exec.argument("pathname");
    auto const text = path ? path->text() : std::string_view{};
    return text.substr(text.rfind('/') + 1).substr(0, 15);
}

}   // namespace

/// Keeps the calls in progress, and writes the events of the trace.
class timeline {
public:
    explicit timeline(perfetto_options options)
        : options_{std::move(options)}
        , packets_{options_.clock}
        , tracks_{packets_}
    {
    }

    void handle(record const& seen, bool shown, std::string& to)
    {
        packets_.begin(seen.at, to);
        last_ = std::max(last_, seen.at);
        seen_ = &seen;
        shown_ = shown;
        to_ = &to;
        std::visit(*this, seen.what);
    }
    void finish(std::string& to);

    // One function for each kind of record.
    void operator()(thread_started const& what);
    void operator()(syscall_entered const& what);
    void operator()(syscall_exited const& what);
    void operator()(signal_received const& what);
    void operator()(group_stopped const& what);
    void operator()(image_replaced const& what);
    void operator()(superseded const& what);
    void operator()(thread_exited const& what);
    void operator()(detached const& what);
    void operator()(records_lost const& what);
    void operator()(trace_failed const& what);
    void operator()(ring_submitted const& what);
    void operator()(ring_completed const& what);

private:
    struct point {
        std::uint64_t track = 0;
        timestamp at{};
    };

    annotation_writer annotations(pbf_writer& message, uapi::arch interface = uapi::native)
    {
        return {packets_, message, options_.values, uapi::model_of(interface)};
    }
    template <class Annotate>
    void instant(point where, std::string_view name, std::string_view category, Annotate&& annotate,
                 std::initializer_list<std::uint64_t> flows = {})
    {
        packets_.put({event_type::instant, where.at, where.track, name, category, {flows.begin(), flows.size()}}, *to_,
                     [&](pbf_writer& message) {
                         auto made = annotations(message);
                         annotate(made);
                     });
    }
    traced_thread& own_thread(std::string_view name = {}) { return tracks_.of(*seen_, name, *to_); }
    point here(traced_thread const& own) const { return {own.track, std::max(seen_->at, own.last)}; }
    point own_track();
    std::uint64_t remember_sent(syscall_call const& call, pid process);
    void count(timestamp at, bool begins);
    void write_call(traced_thread& own, call_in_progress const& from, timestamp end, syscall_exited const* done);
    void end_call(traced_thread& own, timestamp end, syscall_exited const* done, bool shown);
    void leave_call(traced_thread& own, timestamp end);

    perfetto_options options_;
    packet_writer packets_;
    tracks tracks_;
    sent_signals sent_;
    std::uint64_t counter_ = 0;       ///< the track of the counter "calls in progress"; 0: not described yet
    std::uint64_t own_track_ = 0;     ///< the track of events that belong to no thread; 0: not described yet
    std::uint64_t in_progress_ = 0;   ///< number of calls in progress
    timestamp last_{};                ///< the latest time of the records so far

    record const* seen_ = nullptr;   ///< the record that `handle` was called with
    bool shown_ = false;
    std::string* to_ = nullptr;
};

void timeline::count(timestamp at, bool begins)
{
    if (counter_ == 0) {
        counter_ = packets_.new_id();
        packets_.describe_counter(at, counter_, "calls in progress", *to_);
    }
    in_progress_ = begins ? in_progress_ + 1 : in_progress_ - 1;
    packets_.put_counter(at, counter_, in_progress_, *to_);
}

/// The place for an event about the tracer: the track of the record's thread or, if the record has no thread, the track
/// "cotrace".
timeline::point timeline::own_track()
{
    if (seen_->thread != tid{})
        return here(own_thread());
    if (own_track_ == 0) {
        own_track_ = packets_.new_id();
        packets_.describe(seen_->at, own_track_, "cotrace", *to_);
    }
    return {own_track_, seen_->at};
}

/// If the call sends a signal, begins a flow and returns its number. Otherwise returns 0.
std::uint64_t timeline::remember_sent(syscall_call const& call, pid process)
{
    auto sent = signal_sent_by(call, process);
    if (!sent)
        return 0;
    sent->flow = packets_.new_id();
    sent_.add(*sent);
    return sent->flow;
}

/// Writes the slice of a call. `done` is null if the exit of the call was not recorded.
void timeline::write_call(traced_thread& own, call_in_progress const& from, timestamp end, syscall_exited const* done)
{
    auto const& call = *from.call;
    end = std::max(end, from.since);
    if (from.track == own.track)
        own.last = end;
    auto const name = call.what != nullptr ? std::string{} : call.name();
    packets_.put({event_type::slice_begin, from.since, from.track, name.empty() ? call.what->name : std::string_view{name},
                  "syscall", from.flows},
                 *to_, [&](pbf_writer& message) {
                     auto made = annotations(message, call.arch);
                     made.arguments(call, done);
                     if (done != nullptr)
                         made.result(*done);
                     else
                         made.holds("unfinished");
                     made.stack(done != nullptr && done->stack ? done->stack.get() : from.stack.get());
                 });
    if (done != nullptr && done->outcome.failed) {
        auto const error = done->outcome.error();
        auto const known = uapi::errno_name(error);
        instant({from.track, end}, known.empty() ? "error " + std::to_string(error) : std::string{known}, "error",
                [&](annotation_writer& made) { made.text("text", uapi::errno_text(error)); });
    }
    packets_.put({.type = event_type::slice_end, .at = end, .track = from.track}, *to_);
}

void timeline::end_call(traced_thread& own, timestamp end, syscall_exited const* done, bool shown)
{
    auto const ended = std::move(*own.call);
    own.call.reset();
    if (ended.counted)
        count(end, false);
    if (shown)
        return write_call(own, ended, end, done);
    for (auto const& each : ended.starts)   // the flow must begin at an event before the child's start
        instant({ended.track, ended.since}, call_of(each.how), "process", [](annotation_writer&) {}, {each.flow});
}

/// Ends the thread's call, if any, without a result: the call does not return, or its exit was not recorded.
void timeline::leave_call(traced_thread& own, timestamp end)
{
    if (own.call)
        end_call(own, end, nullptr, own.call->shown && options_.unfinished);
}

void timeline::operator()(thread_started const& what)
{
    constexpr std::string_view kinds[] = {"launched", "attached", "started by fork", "started by vfork", "started by clone"};
    tracks_.forget(seen_->thread);
    auto const* const maker = what.parent != tid{} ? tracks_.find(what.parent) : nullptr;
    auto& own = own_thread(what.command.empty() && !seen_->comm && maker != nullptr ? std::string{maker->name} : what.command);
    auto* const parent = what.parent != tid{} ? tracks_.find(what.parent) : nullptr;
    std::uint64_t const flow = parent != nullptr && shown_ ? packets_.new_id() : 0;
    if (flow != 0 && parent->call) {
        parent->call->flows.push_back(flow);
        parent->call->starts.push_back({flow, what.how});
    } else if (flow != 0) {
        instant({parent->track, std::max(seen_->at, parent->last)}, call_of(what.how), "process", [](annotation_writer&) {},
                {flow});
    }
    if (!shown_)
        return;
    instant(here(own), kinds[static_cast<std::size_t>(what.how)], "process",
            [&](annotation_writer& made) {
                if (what.parent != tid{})
                    made.number("parent", raw(what.parent));
                if (seen_->session && !seen_->session->label.empty())
                    made.text("session", seen_->session->label);
            },
            {flow});
}

void timeline::operator()(syscall_entered const& what)
{
    if (!what.call)
        return;
    if (options_.entries_only)
        tracks_.limit_memory();
    auto& own = own_thread();
    if (options_.entries_only) {
        if (!shown_)
            return;
        auto const flow = remember_sent(*what.call, own.process);
        auto const& call = *what.call;
        return instant(here(own), call.what != nullptr ? std::string{call.what->name} : call.name(), "syscall",
                       [&](annotation_writer& made) { made.arguments(call, nullptr); }, {flow});
    }
    leave_call(own, seen_->at);   // ends the previous call, if the record of its exit was lost
    own.call =
        call_in_progress{.call = what.call, .stack = what.stack, .since = here(own).at, .track = own.track, .shown = shown_};
    if (auto const flow = remember_sent(*what.call, own.process); flow != 0)
        own.call->flows.push_back(flow);
    count(seen_->at, true);
}

void timeline::operator()(syscall_exited const& what)
{
    auto& own = own_thread();
    if (own.call && what.call && (own.call->call->number != what.call->number || own.call->call->arch != what.call->arch))
        // Two records were lost: the exit of `own.call`, and the entry of `what.call`.
        leave_call(own, seen_->at - what.took);
    if (!own.call && what.call) {
        own.call = call_in_progress{
            .call = what.call, .since = std::max(seen_->at - what.took, own.last), .track = own.track, .counted = false};
        if (auto const flow = remember_sent(*what.call, own.process); flow != 0)
            own.call->flows.push_back(flow);
    }
    if (own.call)
        end_call(own, seen_->at, &what, shown_);
}

void timeline::operator()(signal_received const& what)
{
    auto& own = own_thread();
    if (!shown_)
        return;
    auto const number = what.info.si_signo;
    auto const known = uapi::signal_name(number);
    instant(here(own), known.empty() ? "signal " + std::to_string(number) : std::string{known}, "signal",
            [&](annotation_writer& made) { made.signal(what); }, {sent_.flow_to(seen_->thread, own.process, what)});
}

void timeline::operator()(group_stopped const& what)
{
    auto& own = own_thread();
    if (shown_)
        instant(here(own), "stopped by " + std::string{uapi::signal_name(raw(what.signal))}, "signal", [](annotation_writer&) {});
}

void timeline::operator()(ring_submitted const& what)
{
    auto& own = own_thread();
    if (shown_ && what.operation)
        instant(here(own), "submit " + what.operation->name(), "io_uring",
                [&](annotation_writer& made) { made.text("operation", ring_text(what, {})); });
}

void timeline::operator()(ring_completed const& what)
{
    auto& own = own_thread();
    if (shown_)
        instant(here(own), "complete " + std::string{what.name()}, "io_uring",
                [&](annotation_writer& made) { made.text("completion", ring_text(what, {})); });
}

void timeline::operator()(image_replaced const& what)
{
    if (what.former != tid{})
        tracks_.rename(what.former, seen_->thread);
    auto const* const own = tracks_.find(seen_->thread);
    bool const is_named = !what.command.empty() || seen_->comm != nullptr;
    own_thread(!is_named && own != nullptr && own->call ? name_of_program(*own->call->call) : what.command);
}

// A thread group leader ends, because another thread of its process called execve(2).
void timeline::operator()(superseded const& what)
{
    auto& own = own_thread();
    leave_call(own, seen_->at);
    if (shown_)
        instant(here(own), "superseded by execve", "process", [&](annotation_writer& made) {
            if (what.by != tid{})
                made.number("by", raw(what.by));
        });
    if (what.by != tid{})
        tracks_.rename(what.by, seen_->thread);
}

void timeline::operator()(thread_exited const& what)
{
    auto& own = own_thread();
    leave_call(own, seen_->at);
    std::uint64_t const cause = what.known && what.killed ? sent_.flow_to_end(own.process, what.status) : 0;
    std::uint64_t flow = 0;
    if (seen_->thread == leader(own.process)) {   // the whole process has ended, so its parent gets a SIGCHLD
        flow = packets_.new_id();
        sent_.add({raw(own.process), SIGCHLD, 0, flow});
    }
    auto const name = !what.known   ? std::string{"ended"}
                      : what.killed ? "killed by " + std::string{uapi::signal_name(what.status)}
                                    : std::string{"exited"};
    if (shown_)
        instant(here(own), name, "process",
                [&](annotation_writer& made) {
                    if (what.known && !what.killed)
                        made.number("status", what.status);
                    if (what.dumped)
                        made.holds("core_dumped");
                },
                {cause, flow});
    tracks_.forget(seen_->thread);
}

void timeline::operator()(detached const&)
{
    auto& own = own_thread();
    leave_call(own, seen_->at);
    if (shown_)
        instant(here(own), "detached", "process", [](annotation_writer&) {});
    tracks_.forget(seen_->thread);
}

void timeline::operator()(records_lost const& what)
{
    instant(own_track(), "records lost", "cotrace",
            [&](annotation_writer& made) { made.number("count", static_cast<std::int64_t>(what.count)); });
}

void timeline::operator()(trace_failed const& what)
{
    instant(own_track(), "trace failed", "cotrace", [&](annotation_writer& made) { made.text("error", what.what.message()); });
}

void timeline::finish(std::string& to)
{
    to_ = &to;
    std::vector<std::int32_t> in_order;
    for (auto const& [id, own] : tracks_.all())
        if (own.call)
            in_order.push_back(id);
    std::ranges::sort(in_order);
    for (auto const id : in_order)
        leave_call(*tracks_.find(tid{id}), last_);
}

}   // namespace cotrace::render::perfetto

namespace cotrace::render {

perfetto_trace::perfetto_trace(perfetto_options options)
    : timeline_{std::make_unique<perfetto::timeline>(std::move(options))}
{
}

perfetto_trace::~perfetto_trace() = default;
perfetto_trace::perfetto_trace(perfetto_trace&&) noexcept = default;
perfetto_trace& perfetto_trace::operator=(perfetto_trace&&) noexcept = default;

void perfetto_trace::append(record const& seen, std::string& to) { timeline_->handle(seen, true, to); }
void perfetto_trace::leave_out(record const& seen, std::string& to) { timeline_->handle(seen, false, to); }
void perfetto_trace::finish(std::string& to) { timeline_->finish(to); }
bool perfetto_trace::is_available() noexcept { return true; }

}   // namespace cotrace::render
