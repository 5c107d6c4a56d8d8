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
    /// The clock of the records' times (`session_options::clock`). The trace names the clock, so that Perfetto can
    /// combine the trace with traces of other sources.
    record_clock clock = record_clock::realtime;
    /// Set this to true for sessions that record no exits of calls. Each call is an instant event at its entry.
    bool entries_only = false;
    bool unfinished = true;   ///< write the calls that do not return, from their entry to the end of their thread
    text_options values{};    ///< how values other than numbers, strings, structures and arrays are written
};

/// Renders records as a trace that Perfetto (https://ui.perfetto.dev) opens: a sequence of messages of the type
/// `TracePacket`, in the binary format of Protocol Buffers. The trace has
///
/// - a track for each thread, under its process, with their names;
/// - a slice for each call, from its entry to its exit;
/// - the arguments of the call, its result ("return") and its error ("error"), as debug annotations of the slice;
/// - an instant event for the error of each failed call, and for most records that are not about calls;
/// - a flow (an arrow) from a call that makes a thread or process to the start of that thread;
/// - a flow from a call that sends a signal to the delivery of the signal, or to the end of the killed process;
/// - a flow from the end of a child process to the delivery of the SIGCHLD about this end;
/// - a counter of the calls that are in progress, if the entries of calls are recorded.
///
/// Numbers are annotations of the type integer, strings are strings, and structures and arrays are nested annotations.
/// Memory addresses, and numbers that the text renderer shows in hexadecimal, are pointers. All other values are
/// written as `append_text` writes them.
///
/// The packets of several threads are not in the order of their times; Perfetto sorts them. The memory of the renderer
/// grows with the number of threads that exist at the same time.
///
/// The renderer must get all records of its sessions, in the order in which a channel gives them. A thread without a
/// recorded name (`record::comm`) gets the name of the program that it executed. Otherwise the thread gets the name of
/// the thread that created it.
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

    /// Takes a record that is not to be shown. A call is not shown if the record of its exit is passed to this
    /// function. A call that does not return is not shown if the record of its entry is passed to this function.
    /// `records_lost` and `trace_failed` are shown nevertheless.
    ///
    /// This function may append packets, for example the description of a track or the value of the counter.
    void leave_out(record const& seen, std::string& to);

    /// Appends the calls that are still in progress, up to the time of the last record. Appends nothing if
    /// `perfetto_options::unfinished` is false.
    void finish(std::string& to);

    /// Returns whether the library was built with protozero. Without it, the renderer appends nothing.
    static bool is_available() noexcept;

private:
    std::unique_ptr<perfetto::timeline> timeline_;
};

}   // namespace cotrace::render
