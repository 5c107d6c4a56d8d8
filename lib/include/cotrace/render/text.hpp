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

/// What time stands before a line.
enum class time_prefix : std::uint8_t {
    none,
    time_of_day,    ///< in local time, -t
    unix,           ///< seconds since 1970, -ttt
};

/// How fine a time is printed.
enum class precision : std::uint8_t { seconds, millis, micros, nanos };

/// How bytes of strings are escaped.
enum class escapes : std::uint8_t {
    unprintable,    ///< as in C, in octal
    unprintable_chars_hex,   ///< as in C, in hexadecimal, --strings-in-hex=non-ascii-chars
    unprintable_hex,///< all of a string in hexadecimal if it has an unprintable byte, -x
    all_hex,        ///< every string in hexadecimal, -xx
};

/// Constants as names, as numbers, or as both, -X.
enum class constants : std::uint8_t { abbreviated, raw, verbose };

/// Signals by number; 0 stays unused.
using signal_set = std::bitset<65>;

struct text_options {
    thread_prefix threads = thread_prefix::when_several;
    time_prefix   times   = time_prefix::none;
    precision     times_to = precision::seconds;
    escapes       strings = escapes::unprintable;
    constants     names   = constants::abbreviated;
    unsigned      column  = 40;      ///< the column that "=" stands in, at least; -a
    bool verbose      = false;       ///< all of the bits that an input device can do, -v; other values are as long as they were captured
    bool durations    = false;       ///< time spent in calls, -T
    precision durations_to = precision::micros;
    bool relative     = false;       ///< time since the line before, -r
    precision relative_to = precision::micros;
    bool pointers     = false;       ///< instruction pointer, -i
    bool numbers      = false;       ///< number of the call, -n
    bool labels       = false;       ///< names of arguments, -N
    bool exits        = true;        ///< lines about the end of threads, but for those that a signal killed
    bool interfaces   = true;        ///< "[ Process PID=4711 runs in 32 bit mode. ]" where a process changes it
    bool supersedings = true;        ///< "+++ superseded by execve in pid 4711 +++"
    bool attached     = false;       ///< "cotrace: Process 4711 attached" for each new thread, "… detached" for each that is let go
    bool entries_only = false;       ///< calls have no exits: each has a line of its own, without a result, where "..." stands for what only the exit would tell
    bool separate     = false;       ///< each thread's lines go to a place of their own, so none cuts another's; -ff
    signal_set signals = ~signal_set{};   ///< those that have lines, about their coming, stops by them, and deaths
    status_set statuses{};           ///< calls that come to something else are left out; -z
    std::optional<filter> raw{};     ///< calls whose arguments and result are shown as bare numbers, -e raw
};

/// Records as strace's text. It keeps a call's line open until its exit, so
/// that a call that blocks shows what is known of it, and cuts the line with
/// `<unfinished ...>` when another thread's record comes between. Where only
/// some `statuses` are wanted, a line is held back until the call's is known.
///
/// It must see all records of its sessions, in their order.
class text_renderer {
public:
    explicit text_renderer(text_options options = {}) : options_{std::move(options)} {}

    /// Appends what `seen` adds to the output, which may be less than a line, or
    /// nothing. With `text_options::separate`, `to` is that of the record's thread.
    void append(record const& seen, std::string& to);

    /// Thread `former` is to go on as `now`: to be called with the output of
    /// `former` before `superseded` is appended, where it has one of its own.
    void leave_line(tid former, tid now, std::string& to);

    /// Ends a line that is still open: any, or with `text_options::separate` that of `thread`.
    void finish(std::string& to, tid thread = {});

private:
    struct thread_state {
        std::shared_ptr<syscall_call const> call;   ///< null: the thread is in none
        std::size_t   shown = 0;         ///< arguments that were printed at entry
        std::size_t   width = 0;         ///< of the call's line so far
        bool          open = false;      ///< the call's line is not ended
        std::string   held{};            ///< the call's line while its status is not known
        abi::arch     interface = abi::native;   ///< of its last call
        std::uint64_t number = 0;        ///< of its last call
        std::string_view name{};         ///< of that, if it has one
        std::string_view resumes{};      ///< of the call before, where the last one restarts it
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
    void note_command(record const& seen);
    void entered(record const& seen, syscall_entered const& what, std::string& to);
    void called(record const& seen, syscall_call const& call, std::string& to);
    void exited(record const& seen, syscall_exited const& what, std::string& to);
    void leave_call(record const& seen, std::string& to);
    void changed_interface(record const& seen, abi::arch now, std::string& to);
    void ended(record const& seen, thread_exited const& what, std::string& to);
    void let_go(record const& seen, std::string& to);
    void rename(tid former, tid now, std::string& to);

    using thread_states = std::unordered_map<std::int32_t, thread_state>;

    text_options  options_;
    thread_states states_;
    std::unordered_map<std::int32_t, std::string> commands_;   ///< names of threads, where records have them
    std::size_t   threads_ = 0;
    tid           open_{};           ///< whose line is open, unless they are separate
    timestamp     last_{};
};

/// One record as one line, without a line break and without a thread's id.
std::string text(record const& seen, text_options const& options = {});

/// A string as strace prints it, with quotes around it.
void append_quoted(std::string_view text, text_options const& options, std::string& to);

/// A value as strace prints it, for those who look at calls themselves.
void append_text(value const& shown, abi::arch interface, text_options const& options, std::string& to);
std::string text(value const& shown, abi::arch interface = abi::arch::x86_64, text_options const& options = {});

} // namespace cotrace::render
