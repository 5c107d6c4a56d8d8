// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/record.hpp>
#include <cotrace/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cotrace {

/// Says how the trace in a trace file was recorded. A file has one head, at its beginning.
struct trace_file_head {
    std::string program;                  ///< the program that wrote the file, with its version: "cotrace 0.1.0"
    std::vector<std::string> command{};   ///< the command line of the program that wrote the file
    std::string host{};                   ///< the name of the machine, see uname(2)
    std::string kernel{};                 ///< the release of the kernel, see uname(2)
    std::string machine{};                ///< the processor, see uname(2)
    record_clock clock{};                 ///< the clock of the records' times
    timestamp begin{};                    ///< when the recording began, on CLOCK_REALTIME
    timestamp begin_of_clock{};           ///< the instant `begin`, as a time of `clock`
    bool follow = false;                  ///< `session_options::follow`
    bool system_times = false;            ///< `session_options::system_times`
    /// What was captured. Of these options, a file contains only `string_limit`, `verbose`, `descriptors`, `processes`,
    /// `thread_names`, `contexts`, `namespaces`, `virtual_cpus`, `redact`, and whether `stacks` asks for any stack.
    capture_options capture{};

    /// Makes the head for a recording that begins now: fills `host`, `kernel`, `machine` and the times.
    static trace_file_head now(std::string program, record_clock clock = record_clock::realtime);
};

/// Writes records as a trace file: a stream of records that is compressed in frames, with an index before each frame.
/// lib/doc/trace-file.md describes the format. The records must come from sessions with `capture_options::keep_inputs`;
/// without it, a reader of the file finds no memory behind pointers.
///
/// The writer makes bytes, and the caller writes them to a file. The memory of the writer is bounded by the size of a
/// frame (`frame_size`) and of the largest record.
///
/// Thread rule: one thread at a time.
class trace_file_writer {
public:
    /// A frame ends when it has at least this many bytes, before the compression.
    static constexpr std::size_t frame_size = std::size_t{1} << 20;

    explicit trace_file_writer(trace_file_head const& head);
    ~trace_file_writer();
    trace_file_writer(trace_file_writer&&) noexcept;
    trace_file_writer& operator=(trace_file_writer&&) noexcept;

    /// Returns whether the library can write and read trace files, that is, whether it was built with libzstd and
    /// protozero. If not, the functions of this class append nothing.
    static bool is_available() noexcept;

    /// Appends the beginning of the file to `to`: the head. Call this function once, before the other functions.
    void begin(std::string& to);

    /// Adds a record to the present frame. If the frame is then full, ends the frame, and appends it to `to`.
    void append(record const& seen, std::string& to);

    /// Ends the present frame, and appends it to `to`. Does nothing if the frame has no records. A program calls this from
    /// time to time, so that a file has all but the latest records if the program is killed.
    void end_frame(std::string& to);

    /// Ends the present frame, and appends the mark of the end of the file. A file without this mark is reported as
    /// incomplete by `trace_file_reader`.
    void finish(std::string& to);

    /// The number of records in the present frame.
    std::size_t records_in_frame() const noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// Reads a trace file, and makes records from it. The calls are decoded while they are read, with the options of
/// `decode_with`. So one file can be shown with short and with long strings, and with and without the paths of file
/// descriptors.
///
///     auto opened = trace_file_reader::open("trace");
///     if (!opened)
///         return opened.error();
///     render::text_renderer text;
///     std::string lines;
///     record seen;
///     for (auto& file = opened.value(); file.next(seen);)
///         text.append(seen, lines);
///
/// Errors of `open` and `error`: `errc::not_a_trace_file`, `errc::newer_trace_file`, `errc::damaged_trace_file`,
/// `errc::cut_trace_file`, `errc::no_trace_files`, and the errno of an open(2) or read(2) that failed. The records before
/// the damage or the cut are read.
///
/// Thread rule: one thread at a time.
class trace_file_reader {
public:
    static result<trace_file_reader> open(std::string const& path);
    ~trace_file_reader();
    trace_file_reader(trace_file_reader&&) noexcept;
    trace_file_reader& operator=(trace_file_reader&&) noexcept;

    trace_file_head const& head() const noexcept;

    /// Sets the options with which calls are decoded. If the options ask for more than was captured, everything that
    /// was captured is decoded. By default, calls are decoded with the options of the recording
    /// (`trace_file_head::capture`). `in_full` and `flat` have the meaning that they have in `session_options`.
    void decode_with(capture_options const& wanted, std::optional<filter> in_full = {}, std::optional<filter> flat = {});

    /// Reads only records with a time from `from` on and before `to`. Frames that end before `from`, or begin at `to` or later,
    /// are skipped.
    void only_between(timestamp from, timestamp to);

    /// Only reads records of these processes, and records that belong to no process. Frames that contain none of these
    /// records are skipped. An empty list stands for all processes.
    void only_of(std::vector<pid> processes);

    /// Leaves out calls and operations of io_urings that access none of these files or file descriptors, as
    /// `session_options::accesses` does. Also leaves out `ring_completed` records, which name no file, unless
    /// `wanted` selects all calls. All other records are still read.
    void only_accesses(access_filter wanted);

    /// Reads the next record into `into`. At the end of the file, and if `error` is set, returns false and leaves
    /// `into` unchanged.
    bool next(record& into);

    /// Why `next` returned false before the end of the file. No error at the end of a complete file.
    error_code error() const noexcept;

private:
    struct state;
    explicit trace_file_reader(std::unique_ptr<state> made) noexcept;

    std::unique_ptr<state> state_;
};

}   // namespace cotrace
