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
    /// What was captured. A file stores only these options: `string_limit`, `verbose`, `descriptors`, `processes`,
    /// `thread_names`, `contexts`, `namespaces`, `virtual_cpus`, `redact`, and whether `stacks` asks for any stack.
    capture_options capture{};

    /// Makes the head for a recording that begins now. Sets `program`, `clock`, `host`, `kernel`, `machine` and the
    /// times.
    static trace_file_head now(std::string program, record_clock clock = record_clock::realtime);
};

/// Makes a trace file from records. lib/doc/trace-file.md describes the format. The caller writes the bytes to a file.
///
/// The records must come from sessions with `capture_options::keep_inputs`. Without this option, the file lacks the
/// memory that the calls use.
///
/// Thread rule: one thread at a time.
class trace_file_writer {
public:
    /// A frame ends when it has at least this many bytes, counted before the compression.
    static constexpr std::size_t frame_size = std::size_t{1} << 20;

    explicit trace_file_writer(trace_file_head const& head);
    ~trace_file_writer();
    trace_file_writer(trace_file_writer&&) noexcept;
    trace_file_writer& operator=(trace_file_writer&&) noexcept;

    /// Whether the library was built with libzstd and protozero. If not, the functions of this class append nothing.
    static bool is_available() noexcept;

    /// Appends the beginning of the file to `to`. Call this function once, before the other functions.
    void begin(std::string& to);

    /// Adds a record to the present frame. If the frame is full, ends the frame and appends it to `to`.
    void append(record const& seen, std::string& to);

    /// Ends the present frame, and appends it to `to`, unless the frame has no records. If the program is killed, the
    /// records of the present frame are lost.
    void end_frame(std::string& to);

    /// Ends the present frame, and appends the mark of the end of the file. A file without the mark is incomplete
    /// (`errc::cut_trace_file`).
    void finish(std::string& to);

    /// The number of records in the present frame.
    std::size_t records_in_frame() const noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// Reads a trace file, and makes records from it. The calls are decoded when they are read, with the options of
/// `decode_with`.
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
/// `errc::cut_trace_file`, `errc::no_trace_files`, and the errors of open(2) and read(2). The records before a damaged
/// or missing part are read.
///
/// Thread rule: one thread at a time.
class trace_file_reader {
public:
    static result<trace_file_reader> open(std::string const& path);
    ~trace_file_reader();
    trace_file_reader(trace_file_reader&&) noexcept;
    trace_file_reader& operator=(trace_file_reader&&) noexcept;

    trace_file_head const& head() const noexcept;

    /// Sets the options with which calls are decoded. The default is `trace_file_head::capture`. Only captured data can
    /// be decoded, even if the options ask for more. `in_full` and `flat` have the meaning that they have in
    /// `session_options`.
    void decode_with(capture_options const& wanted, std::optional<filter> in_full = {}, std::optional<filter> flat = {});

    /// Reads only records with a time from `from` on and before `to`.
    void only_between(timestamp from, timestamp to);

    /// Reads only records of these processes, and records that belong to no process. An empty list stands for all
    /// processes.
    void only_of(std::vector<pid> processes);

    /// Reads only calls and operations of io_urings that `wanted` selects, as `session_options::accesses` does. Also
    /// leaves out `ring_completed` records, unless `wanted` selects all calls. All other records are read.
    void only_accesses(access_filter wanted);

    /// Reads the next record into `into`. At the end of the file, and if `error` is set, returns false and leaves
    /// `into` unchanged.
    bool next(record& into);

    /// Why `next` returned false before the end of the file. Not set at the end of a complete file.
    error_code error() const noexcept;

private:
    struct state;
    explicit trace_file_reader(std::unique_ptr<state> made) noexcept;

    std::unique_ptr<state> state_;
};

}   // namespace cotrace
