// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cotrace {

/// The processes of one or more sessions, with the parent and the children of each process. Records must be added in
/// the order in which they were received. The records of `tracing::notification` do not suffice.
///
/// For command lines, `session_options::filter` must select execve(2) and execveat(2); the records of their exits are
/// enough. `capture_options::string_limit`, by default 32, limits both the bytes of an argument and the number of
/// arguments. An argument or a command line that was cut ends with "...". `capture_options::whole_commands` raises the
/// limit to 4096.
class process_tree {
public:
    /// A process of the tree.
    struct process {
        pid id{};
        std::optional<std::size_t> parent{};   ///< index in `all` of the parent process; empty: not known
        std::vector<std::size_t> children{};   ///< indices in `all`, in the order in which the processes began
        /// The arguments of the last successful execve(2) or execveat(2). Before the first one, the arguments of the
        /// parent when the process began. Empty if no record shows the arguments.
        std::vector<std::string> command{};
        timestamp began{};   ///< the time of the first record of the process
        /// When the thread group leader ended or was detached; `timestamp{}` if neither has happened.
        timestamp ended{};
        std::optional<thread_exited> end{};   ///< how the process ended; empty: it runs, or was detached
    };

    /// Updates the tree with one record.
    void add(record const& seen);

    /// All processes, in the order in which they began. Several processes may have the same id, because the kernel
    /// reuses ids.
    std::vector<process> const& all() const noexcept { return all_; }
    /// The index in `all` of the process that has this id now, or had it last; empty if there is none.
    std::optional<std::size_t> find(pid id) const noexcept;

    /// One line for each process, indented below its parent: `4711 make -j4, exited with 0`. Arguments with spaces or
    /// special characters, and empty arguments, are shown in double quotes, with escapes as in C.
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
