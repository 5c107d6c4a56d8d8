// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>
#include <cotrace/record.hpp>

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cotrace::render {

/// Whether lines begin with the thread's id.
enum class thread_prefix : std::uint8_t {
    never,
    when_several,   ///< "[pid 4711] ", while more than one thread is traced
    always,         ///< "4711  ", as strace does with -f -o
};

/// The time that a line begins with.
enum class time_prefix : std::uint8_t {
    none,
    time_of_day,    ///< in local time, -t
    epoch,          ///< seconds since 1970, -ttt
};

/// The number of decimals of a time.
enum class precision : std::uint8_t { seconds, millis, micros, nanos };

/// How bytes of strings are escaped.
enum class escapes : std::uint8_t {
    unprintable,    ///< unprintable bytes as in C, in octal
    unprintable_chars_hex,   ///< unprintable bytes as in C, in hexadecimal, --strings-in-hex=non-ascii-chars
    unprintable_hex,///< a string with an unprintable byte all in hexadecimal, -x
    all_hex,        ///< every string in hexadecimal, -xx
};

/// Constants as names, as numbers, or as both, -X.
enum class constants : std::uint8_t { abbreviated, raw, verbose };

/// A set of signals, by number; bit 0 is not used.
using signal_set = std::bitset<65>;

struct text_options {
    thread_prefix threads = thread_prefix::when_several;
    time_prefix   times   = time_prefix::none;
    precision     times_to = precision::seconds;
    escapes       strings = escapes::unprintable;
    constants     names   = constants::abbreviated;
    unsigned      column  = 40;      ///< the least column of the "=" before a result; -a
    bool verbose      = false;       ///< all capability bits of input devices, -v; other values are as complete as they were captured
    bool durations    = false;       ///< time spent in calls, -T
    precision durations_to = precision::micros;
    bool relative     = false;       ///< time since the line before, -r
    precision relative_to = precision::micros;
    bool pointers     = false;       ///< instruction pointer, -i
    bool numbers      = false;       ///< number of the call, -n
    bool labels       = false;       ///< names of arguments, -N
    bool exits        = true;        ///< lines about the ends of threads; ends by a signal belong to `signals`
    bool interfaces   = true;        ///< "[ Process PID=4711 runs in 32 bit mode. ]" where a process changes its system call interface
    bool supersedings = true;        ///< "+++ superseded by execve in pid 4711 +++"
    bool attached     = false;       ///< "cotrace: Process 4711 attached" for each new thread, "… detached" for each detached thread
    /// For records without exits: each call has a line of its own, without a result. "..." replaces arguments that are known only at exit.
    bool entries_only = false;
    bool separate     = false;       ///< each thread has an output of its own, so that its open line is not cut by other threads; -ff
    signal_set signals = ~signal_set{};   ///< signals whose delivery, stops and deaths have lines
    status_set statuses{};           ///< calls that end with another status are left out; -z
    std::optional<filter> raw{};     ///< calls whose arguments and result are shown as numbers, -e raw
};

/// Renders records as strace's text. The line of a call stays open until the call's
/// exit, so that a call that blocks is already visible. If a record of another thread
/// comes first, the open line is cut with `<unfinished ...>`. If `statuses` does not
/// contain all statuses, a call's line is held back until the call's status is known.
///
/// The renderer must get all records of its sessions, in their order.
class text_renderer {
public:
    explicit text_renderer(text_options options = {}) : options_{std::move(options)} {}

    /// Appends the text that `seen` adds to the output: lines, a part of a line, or nothing.
    /// With `text_options::separate`, `to` must be the output of the record's thread.
    void append(record const& seen, std::string& to);

    /// Ends the open line of thread `former`, which goes on with the id `now`. If `former` has an
    /// output of its own, call this with that output before the `superseded` record is appended.
    void leave_line(tid former, tid now, std::string& to);

    /// Ends the line that is still open; with `text_options::separate`, the open line of `thread`.
    void finish(std::string& to, tid thread = {});

private:
    struct thread_state {
        std::shared_ptr<syscall_call const> call;   ///< null: the thread is in no call
        std::size_t   shown = 0;         ///< number of arguments that were printed at entry
        std::size_t   width = 0;         ///< width of the call's line so far
        bool          open = false;      ///< the call's line has not ended
        std::string   held{};            ///< the call's line while the call's status is not known
        abi::arch     interface = abi::native;   ///< interface of the last call
        std::uint64_t number = 0;        ///< number of the last call
        std::string_view name{};         ///< name of the last call, if it has one
        std::string_view resumes{};      ///< name of the call that a restart_syscall(2) continues
    };

    static void note_call(thread_state& own, syscall_call const& call);
    bool holds() const noexcept { return !options_.statuses.is_all(); }
    bool wants_signal(int number) const noexcept;
    void begin_line(record const& seen, std::string& to, std::uint64_t ip = 0);
    void begin_time(timestamp at, std::string& to);
    void cut_line(tid thread, std::string& to);
    std::string& go_on(record const& seen, thread_state& own, syscall_call const& call, std::string& to);
    void end_call(thread_state& own, call_status status, std::string_view last, std::string& to);
    void line(record const& seen, std::string_view text, std::string& to, std::uint64_t ip = 0);

    void put_thread(tid thread, std::string& to) const;
    void note_command(tid thread, std::string_view command);
    void entered(record const& seen, syscall_entered const& what, std::string& to);
    void called(record const& seen, syscall_call const& call, std::string& to);
    void exited(record const& seen, syscall_exited const& what, std::string& to);
    void leave_call(record const& seen, std::string& to);
    void changed_interface(record const& seen, thread_state& own, abi::arch now, std::string& to);
    void ended(record const& seen, thread_exited const& what, std::string& to);
    void let_go(record const& seen, std::string& to);
    void rename(tid former, tid now, std::string& to);

    using thread_states = std::unordered_map<std::int32_t, thread_state>;

    text_options  options_;
    thread_states states_;
    std::unordered_map<std::int32_t, std::string> commands_;   ///< names of threads, where records have them
    std::size_t   threads_ = 0;
    tid           open_{};           ///< the thread whose line is open; not used with `separate`
    timestamp     last_{};
};

/// One record as one line, without a line break and without a thread's id.
std::string text(record const& seen, text_options const& options = {});

/// A string as strace prints it, with quotes around it.
void append_quoted(std::string_view text, text_options const& options, std::string& to);

/// A value as strace prints it, for programs that render single values.
void append_text(value const& shown, abi::arch interface, text_options const& options, std::string& to);
std::string text(value const& shown, abi::arch interface = abi::arch::x86_64, text_options const& options = {});

} // namespace cotrace::render
