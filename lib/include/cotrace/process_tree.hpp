// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cotrace {

/// The processes of one or more sessions, with the parent and the children of each process. The tree is built from the
/// records that the sessions make. Records must be added in the order in which they were received. The sessions must
/// not use `tracing::notification`, with which the records show neither parents nor successful calls of execve(2). The
/// tree also contains processes to which an attach failed, if the sessions recorded the failure.
///
/// Command lines come from the records of execve(2) and execveat(2), so the filter of the session must select these
/// calls. The records of their exits are enough (`session_options::without_entries`). `capture_options::string_limit`,
/// by default 32, limits both the bytes of an argument and the number of arguments. An argument or a command line that
/// was cut ends with "...". With `capture_options::whole_commands`, only arguments above 4096 bytes, and command lines of more
/// than 4096 arguments, are cut.
class process_tree {
public:
    /// A process of the tree.
    struct process {
        pid id{};
        std::optional<std::size_t> parent{};   ///< index in `all` of the parent process; empty: not known
        std::vector<std::size_t> children{};   ///< indices in `all`, in the order in which the processes began
        /// The arguments of the last successful execve(2) or execveat(2) of the process. If there was none, the
        /// arguments that the parent had when the process began. Empty if no record shows the arguments.
        std::vector<std::string> command{};
        timestamp began{};   ///< the time of the first record of the process
        /// The time at which the thread group leader ended or was detached. `timestamp{}` if neither has happened.
        timestamp ended{};
        std::optional<thread_exited> end{};   ///< how the process ended; empty: it runs, or was detached
    };

    /// Updates the tree with one record.
    void add(record const& seen);

    /// All processes, in the order in which they began. The kernel may reuse the id of a process that has ended, so several
    /// processes may have the same id.
    std::vector<process> const& all() const noexcept { return all_; }
    /// The index in `all` of the process that has this id now, or had it last; empty if there is none.
    std::optional<std::size_t> find(pid id) const noexcept;

    /// One line for each process, each child indented below its parent: `4711 make -j4, exited with 0`. Arguments that are
    /// empty, or have spaces, double quotes, backslashes, control characters or bytes above 127, are shown in double
    /// quotes, with escapes as in C.
    std::string text() const;

private:
    std::size_t process_of(record const& seen);

    std::vector<process> all_;
    std::map<pid, std::size_t> by_id_;     ///< by process id: index in `all_` of the last process with this id
    std::map<tid, std::size_t> threads_;   ///< by thread id: index in `all_` of the thread's process
    /// By thread id: the arguments of the execve(2) or execveat(2) that the thread is in.
    std::map<tid, std::vector<std::string>> executing_;
};

}   // namespace cotrace
