// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>

#include <memory>
#include <string>

namespace cotrace::render {

namespace perfetto {
class timeline;
}

/// Options of `perfetto_trace`.
struct perfetto_options {
    /// The clock of the records' times: `session_options::clock`. The trace names this clock. So Perfetto can show the trace
    /// together with traces that Perfetto recorded, which have the times of CLOCK_BOOTTIME.
    record_clock clock = record_clock::realtime;
    /// Set this to true for sessions that record no exits of calls. Each call is then an instant event at the time of
    /// its entry.
    bool entries_only = false;
    bool unfinished = true;   ///< write the calls that do not return, from their entry to the end of their thread
    text_options values{};    ///< how values other than numbers, strings, structures and arrays are written
};

/// Renders records as a trace that Perfetto (https://ui.perfetto.dev) opens: a sequence of messages of the type
/// `TracePacket`, in the binary format of Protocol Buffers. The trace has
///
/// - a track for each thread, under its process, with their names;
/// - a slice for each call, from its entry to its exit, with the arguments and the result as debug annotations; the member
///   "return" is the result, and "error" the error of a call that failed;
/// - an instant event for most records that are not about calls, such as signals, operations of io_urings, and starts and
///   ends of threads, and for the error of each call that failed;
/// - flows, which are arrows between events: from the call that makes a thread or process to the start of that thread,
///   from the call that sends a signal to the delivery of the signal or to the end of the process that the signal kills,
///   and from the end of a child process to the delivery of the SIGCHLD about this end;
/// - a counter of the calls that are in progress: those of which the renderer got the entry, and not yet the exit.
///
/// Numbers are annotations of the type integer, strings are strings, and structures and arrays are nested annotations.
/// Memory addresses, and numbers that the text renderer shows in hexadecimal, are pointers, because Perfetto shows pointers
/// in hexadecimal. All other values are written as `append_text` writes them.
///
/// The slice of a call is written when the call ends, because the choice between `append` and `leave_out` for the call's exit
/// decides whether the call is shown. So the packets of one thread are in the order of their times, but the packets of several
/// threads are not; Perfetto sorts them. The number of threads that exist at the same time bounds the memory of the renderer.
///
/// The renderer must get all records of its sessions, in the order in which a channel gives them. If the records have
/// no names of threads (`record::comm`), a thread gets the name of the program that it executed, or else the name of
/// the thread that created it. If the entries of calls are not recorded, there is no counter.
///
/// Thread rule: one thread at a time.
class perfetto_trace {
public:
    explicit perfetto_trace(perfetto_options options = {});
    ~perfetto_trace();
    perfetto_trace(perfetto_trace&&) noexcept;
    perfetto_trace& operator=(perfetto_trace&&) noexcept;

    /// Appends the packets for the record `seen`. The slice of a call is appended at the end of the call.
    void append(record const& seen, std::string& to);

    /// Takes a record that is not shown, for example the exit of a call that a filter left out. A call is not shown if the
    /// record of its exit is passed to this function. A call that does not return is not shown if the record of its entry is
    /// passed to this function. `records_lost` and `trace_failed` are shown nevertheless.
    ///
    /// This function may still append the description of a track, the value of the counter, the event at which a flow begins,
    /// and the slice of a shown call that ends with the record.
    void leave_out(record const& seen, std::string& to);

    /// Appends the calls that are still in progress, up to the time of the last record, if `perfetto_options::unfinished` is
    /// true.
    void finish(std::string& to);

    /// Returns whether the library was built with protozero. Without it, the renderer appends nothing.
    static bool is_available() noexcept;

private:
    std::unique_ptr<perfetto::timeline> timeline_;
};

}   // namespace cotrace::render
