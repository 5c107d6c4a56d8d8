// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>
#include <cotrace/predicate.hpp>
#include <cotrace/record.hpp>
#include <cotrace/render/colors.hpp>

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cotrace::render {

/// Says whether lines begin with the id of their thread.
enum class thread_prefix : std::uint8_t {
    never,
    when_several,   ///< "[pid  4711] ", on lines that are written while more than one thread is traced
    always,         ///< "4711  " on each line, as with strace -f -o
};

/// Says which time a line begins with.
enum class time_prefix : std::uint8_t {
    none,
    time_of_day,   ///< the time of day in local time, as with strace -t
    epoch,         ///< the seconds since 1970, as with strace -ttt
};

/// Says with how many decimals a time is shown: 0, 3, 6 or 9.
enum class precision : std::uint8_t { seconds, millis, micros, nanos };

/// Says which bytes of strings are escaped, and how.
enum class escapes : std::uint8_t {
    unprintable,   ///< unprintable bytes are escaped in octal, as in C
    /// Unprintable bytes are escaped in hexadecimal, as in C and with strace --strings-in-hex=non-ascii-chars.
    unprintable_chars_hex,
    unprintable_hex,   ///< all bytes of a string with an unprintable byte are escaped in hexadecimal, as with strace -x
    all_hex,           ///< all bytes of every string are escaped in hexadecimal, as with strace -xx
};

/// Says whether constants are shown as names (`abbreviated`), as numbers (`raw`), or as both (`verbose`), as with
/// strace -X.
enum class constants : std::uint8_t { abbreviated, raw, verbose };

/// A set of signals. The bit of a signal has the number of the signal; bit 0 is not used.
using signal_set = std::bitset<65>;

/// Options of `text_renderer`. An option such as -T in the description of a member is the option of strace with the
/// same effect.
struct text_options {
    thread_prefix threads = thread_prefix::when_several;
    time_prefix times = time_prefix::none;
    precision times_to = precision::seconds;
    /// Set this to true if the times of the records are times since boot (`session_options::clock`). `time_of_day` and
    /// `epoch` then show the time since boot.
    bool since_boot = false;
    escapes strings = escapes::unprintable;
    constants names = constants::abbreviated;
    unsigned column = 40;   ///< the "=" before a result is in this column, or further to the right after a long call; -a
    /// Show all capability bits of input devices (-v). All other values are shown as completely as they were captured.
    bool verbose = false;
    bool durations = false;   ///< show `syscall_exited::took` of each call; -T
    precision durations_to = precision::micros;
    bool relative = false;   ///< begin each line with the time since the previous line; -r
    precision relative_to = precision::micros;
    bool pointers = false;        ///< show the instruction pointer; -i
    bool numbers = false;         ///< show the number of each call; -n
    bool labels = false;          ///< show the names of arguments; -N
    bool full_contexts = false;   ///< show SELinux contexts in full, not only their types; --secontext=full
    bool sessions = false;        ///< begin each line with the label of the record's session, if it has one: "[1 ls] "
    bool exits = true;            ///< write lines about threads that exit; for threads that a signal kills, see `signals`
    bool rings = true;            ///< write lines about operations of io_urings
    /// Write "[ Process PID=4711 runs in 32 bit mode. ]" where a thread changes its system call interface.
    bool interfaces = true;
    /// Write "+++ superseded by execve in pid 4711 +++" when another thread's execve(2) ends a thread group leader.
    bool supersedings = true;
    /// Write "cotrace: Process 4711 attached" for each new thread, and "cotrace: Process 4711 detached" for each
    /// detached thread.
    bool attached = false;
    /// For sessions that record no exits of calls: write each call on its own line, without a result. "..." replaces
    /// the arguments that are known only at exit.
    bool entries_only = false;
    /// Write the whole line of a call when the call ends, with the time of its entry. A call that does not return is
    /// written when its thread ends.
    bool whole_lines = false;
    /// Set this to true if the text of each thread goes to an output of its own; -ff. Lines of other threads do not cut
    /// an open line.
    bool separate = false;
    signal_set signals = ~signal_set{};   ///< the signals for which deliveries, group-stops and deaths are shown
    status_set statuses{};                ///< only calls that end with one of these statuses are shown; -z
    std::optional<filter> raw{};          ///< the arguments and results of these calls are shown as numbers; -e raw
    /// The colors of lines; empty: no colors; --color. `append_text` and `append_quoted` write no colors.
    std::optional<text_colors> colors{};
    /// Lines of calls, signals, group-stops, ends of threads and io_uring operations are shown only if their record
    /// fulfils this condition. For a call, the record of its exit decides. For a call that does not return, and with
    /// `entries_only`, the record of its entry decides.
    std::optional<predicate> where{};
};

/// Renders records as the text that strace prints. The line of a call stays open from the entry to the exit of the
/// call, so that a call that blocks is visible. If another line has to be written before the exit, `<unfinished ...>`
/// ends the open line. With `text_options::whole_lines`, `where` or `statuses`, the line of a call is written when the
/// call ends.
///
/// The renderer must get all records of its sessions, in the order in which a channel gives them.
class text_renderer {
public:
    explicit text_renderer(text_options options = {});

    /// Appends the text of the record `seen`: lines, a part of a line, or nothing. With `text_options::separate`, `to`
    /// must be the output of the record's thread.
    void append(record const& seen, std::string& to);

    /// Ends the open line of the thread `former`, before its id changes to `now`. Needed with `text_options::separate`:
    /// `to` is the output of `former`. Call this function before `append` gets the `superseded` record or, if there is
    /// none, the `image_replaced` record.
    void leave_line(tid former, tid now, std::string& to);

    /// Ends the line that is still open. With `text_options::whole_lines`, writes the lines of all calls in progress
    /// instead. With `text_options::separate`, considers only the line or the call of `thread`.
    void finish(std::string& to, tid thread = {});

private:
    struct thread_state {
        std::shared_ptr<syscall_call const> call;   ///< the call that the thread is in; null if it is in no call
        std::shared_ptr<call_stack const> stack;    ///< the call stack at the entry of `call`; null if it was not captured
        std::size_t shown = 0;                      ///< number of the call's arguments that were printed at entry
        std::size_t width = 0;                      ///< width of the call's line so far
        bool open = false;                          ///< the call's line was begun and has not ended
        bool fits_at_entry = true;                  ///< the record of the call's entry fulfils `text_options::where`
        std::string held{};                         ///< the text of the call's line, if lines are held back (`holds`)
        uapi::arch interface = uapi::native;        ///< system call interface of the thread's last call
        std::uint64_t number = 0;                   ///< number of the thread's last call
        std::string_view name{};                    ///< name of the last call that is not restart_syscall(2); empty: not known
        std::string_view resumes{};                 ///< name of the call that the last restart_syscall(2) continues
    };

    static void note_call(thread_state& own, syscall_call const& call);
    bool holds() const noexcept { return options_.whole_lines || !options_.statuses.is_all() || options_.where; }
    bool fits(record const& seen) const { return !options_.where || (*options_.where)(seen); }
    bool wants_signal(int number) const noexcept;
    void begin_line(record const& seen, std::string& to, std::uint64_t ip = 0);
    void begin_time(timestamp at, std::string& to);
    void cut_line(tid thread, std::string& to);
    std::string& go_on(record const& seen, thread_state& own, syscall_call const& call, std::string& to);
    void end_call(thread_state& own, bool fits, call_status status, std::string_view last, std::string& to);
    void line(record const& seen, std::string_view text, std::string& to, std::uint64_t ip = 0);

    void put_thread(tid thread, std::string& to) const;
    void note_command(tid thread, std::string_view command);
    void started(record const& seen, thread_started const& what, std::string& to);
    void entered(record const& seen, syscall_entered const& what, std::string& to);
    void called(record const& seen, syscall_call const& call, std::string& to);
    void exited(record const& seen, syscall_exited const& what, std::string& to);
    void leave_call(record const& seen, std::string& to);
    void signalled(record const& seen, signal_received const& what, std::string& to);
    void stopped(record const& seen, group_stopped const& what, std::string& to);
    void replaced(record const& seen, superseded const& what, std::string& to);
    template <class Event>
    void used_ring(record const& seen, Event const& what, std::string& to);
    void changed_interface(record const& seen, thread_state& own, uapi::arch now, std::string& to);
    void ended(record const& seen, thread_exited const& what, std::string& to);
    void let_go(record const& seen, std::string& to);
    void rename(tid former, tid now, std::string& to);
    void write_held(thread_state& own, std::string& to);

    using thread_states = std::unordered_map<std::int32_t, thread_state>;

    text_options options_;
    thread_states states_;
    std::unordered_map<std::int32_t, std::string> commands_;   ///< by thread id: the name (comm) of the thread
    std::size_t threads_ = 0;
    tid open_{};   ///< the thread that the open line is about, if a line is open; not used with `separate`
    timestamp last_{};
};

/// Returns the text of one record, without a line break at the end and without the id of the thread. For a
/// `syscall_entered`, returns only the part of the line that is known at the entry.
std::string text(record const& seen, text_options const& options = {});

/// Appends `text` as strace prints a string: in quotes, with the escapes that `options` selects.
void append_quoted(std::string_view text, text_options const& options, std::string& to);

/// `append_text` appends a value as strace prints it, and `text` returns it. Both are for programs that render single
/// values.
void append_text(value const& shown, uapi::arch interface, text_options const& options, std::string& to);
std::string text(value const& shown, uapi::arch interface = uapi::arch::x86_64, text_options const& options = {});

}   // namespace cotrace::render
