// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/run.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cotrace::testing {

/// The records of one session in order, the happenings that these records stand for, and the thread of each happening.
class journal {
public:
    /// A thread from its start to its end. An execve(2) can change the thread's id.
    struct track {
        tid id{};   ///< the current or last id of the thread
        origin how{};
        std::optional<std::size_t> parent{};   ///< index of the track of the thread that created this thread, if it is known
        std::size_t process = 0;               ///< index of the track of the first thread of the process
    };

    /// If `exits` is false, the record of an entry stands for the call, because the session records no exits: see
    /// `session_options::exits`.
    explicit journal(bool exits = true) noexcept
        : exits_{exits}
    {
    }

    void add(record&& seen);

    std::deque<record> const& records() const noexcept { return records_; }
    std::vector<happening> const& happenings() const noexcept { return happenings_; }
    std::vector<track> const& tracks() const noexcept { return tracks_; }
    std::size_t track_of(std::size_t happening) const noexcept { return track_of_[happening]; }

    /// The indices of all happenings.
    std::vector<std::size_t> places() const;

    /// The line of strace for a happening, without the thread's id. Empty if the happening has no line. For the start of a
    /// thread: "+++ started (fork by 4711) +++".
    static std::string line(happening const& each);

    /// The line of a happening with its number: "#12 close(3) = 0". With several threads: "#12 [pid 4711] close(3) = 0".
    std::string numbered_line(std::size_t happening) const;

    /// The lines of the calls that threads are in, in the order in which the threads began. If the session has several
    /// threads, each line begins with the thread's id.
    std::vector<std::string> calls_in_progress() const;

private:
    std::string thread_prefix(record const& seen) const;
    std::size_t track_for(tid thread);
    void append(record const& seen, happening::kind what, std::size_t track);
    void leave_call(std::size_t track);
    void started(record const& seen, thread_started const& what);
    void follow_execve(record const& seen, image_replaced const& what);
    void add_other(record const& seen);
    bool makes_process(thread_started const& what, std::size_t parent) const;

    bool exits_;
    std::deque<record> records_;   // a deque, so that pointers to its elements stay valid
    std::vector<happening> happenings_;
    std::vector<std::size_t> track_of_;   // for each happening, its track
    std::vector<std::size_t> numbers_;    // for each happening, its number in messages
    std::size_t next_number_ = 1;
    std::vector<track> tracks_;
    std::vector<record const*> inside_;   // for each track, the entry of the call that the thread is in, or null
    std::unordered_map<tid, std::size_t> by_id_;
};

/// The name of an origin, for example "fork".
std::string_view word_of(origin how) noexcept;

/// Lets the code of this folder access the private members of a run.
struct run_access {
    static run of_all(std::shared_ptr<journal const> in);
    static std::vector<run> split(run const& of, bool into_processes);
    static journal const& in(run const& of) noexcept { return *of.in_; }
    static std::vector<std::size_t> const& places(run const& of) noexcept { return of.places_; }
    static std::string const& name(run const& of) noexcept { return of.whose_; }
};

}   // namespace cotrace::testing
