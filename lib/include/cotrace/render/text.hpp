// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

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
    seconds,        ///< time of day, -t
    micros,         ///< the same with microseconds, -tt
    unix_micros,    ///< seconds and microseconds since 1970, -ttt
};

/// How bytes of strings are escaped.
enum class escapes : std::uint8_t {
    unprintable,    ///< as in C, in octal
    unprintable_hex,///< all of a string in hexadecimal if it has an unprintable byte, -x
    all_hex,        ///< every string in hexadecimal, -xx
};

/// Constants as names, as numbers, or as both, -X.
enum class constants : std::uint8_t { abbreviated, raw, verbose };

struct text_options {
    thread_prefix threads = thread_prefix::when_several;
    time_prefix   times   = time_prefix::none;
    escapes       strings = escapes::unprintable;
    constants     names   = constants::abbreviated;
    unsigned      column  = 40;      ///< the column that "=" stands in, at least; -a
    bool verbose      = false;       ///< structures in full; capture must have been `verbose` too; -v
    bool durations    = false;       ///< time spent in calls, -T
    bool relative     = false;       ///< time since the line before, -r
    bool pointers     = false;       ///< instruction pointer, -i
    bool numbers      = false;       ///< number of the call, -n
    bool signals      = true;        ///< lines about signals and stops
    bool exits        = true;        ///< lines about the end of threads
    bool attached     = false;       ///< "cotrace: Process 4711 attached" for each new thread, "… detached" for each that is let go
};

/// Records as strace's text. It keeps a call's line open until its exit, so
/// that a call that blocks shows what is known of it, and cuts the line with
/// `<unfinished ...>` when another thread's record comes between.
///
/// It must see all records of its sessions, in their order.
class text_renderer {
public:
    explicit text_renderer(text_options options = {}) : options_{options} {}

    /// Appends what `seen` adds to the output, which may be less than a line, or nothing.
    void append(record const& seen, std::string& to);

    /// Ends a line that is still open.
    void finish(std::string& to);

private:
    struct pending {
        std::shared_ptr<syscall_call const> call;   ///< null: the thread is in none
        std::size_t shown = 0;                      ///< arguments that were printed at entry
    };
    using calls = std::unordered_map<std::int32_t, pending>;

    calls::iterator in_call(tid thread);

    void begin_line(record const& seen, std::string& to);
    void put_thread(tid thread, std::string& to) const;
    void note_command(record const& seen);
    void entered(record const& seen, syscall_entered const& what, std::string& to);
    void exited(record const& seen, syscall_exited const& what, std::string& to);
    void ended(record const& seen, thread_exited const& what, std::string& to);
    void interrupt_open_line(std::string& to);
    void leave_call(record const& seen, std::string_view result, std::string& to);
    void line(record const& seen, std::string_view text, std::string& to);

    text_options options_;
    calls        calls_;             ///< by thread
    std::unordered_map<std::int32_t, std::string> commands_;   ///< names of threads, where records have them
    std::size_t  threads_ = 0;
    tid          open_{};            ///< whose line is open
    std::size_t  open_width_ = 0;    ///< how wide that line is so far
    bool         is_open_ = false;
    timestamp    last_{};
};

/// One record as one line, without a line break and without a thread's id.
std::string text(record const& seen, text_options const& options = {});

/// A string as strace prints it, with quotes around it.
void append_quoted(std::string_view text, text_options const& options, std::string& to);

/// A value as strace prints it, for those who look at calls themselves.
void append_text(value const& shown, abi::arch interface, text_options const& options, std::string& to);
std::string text(value const& shown, abi::arch interface = abi::arch::x86_64, text_options const& options = {});

} // namespace cotrace::render
