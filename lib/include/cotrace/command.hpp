// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace cotrace {

/// A program to launch, with its arguments, environment and credentials. The child starts
/// with the caller's signal dispositions, as after a plain fork(2), and with `signal_mask`.
struct command {
    /// After the fork, `to` of the child is a duplicate of descriptor `from` of this process. A `from` of -1 closes `to`.
    struct redirect {
        int to   = -1;
        int from = -1;
    };

    /// `{"ls", "-l"}`. Not an initializer_list: GCC 12 cannot keep one in a coroutine's frame.
    template <std::convertible_to<std::string>... Arguments>
        requires(sizeof...(Arguments) > 0)
    command(Arguments&&... arguments)
    {
        argv.reserve(sizeof...(arguments));
        (argv.emplace_back(std::forward<Arguments>(arguments)), ...);
    }

    explicit command(std::vector<std::string> arguments) : argv{std::move(arguments)} {}

    std::vector<std::string> argv;              ///< must not be empty
    std::string executable;                     ///< the file to run; empty: `argv[0]`, looked up on PATH unless it has a slash
    std::optional<std::vector<std::string>> environment;   ///< "NAME=value"; absent: the environment of this process
    std::string directory;                      ///< working directory; empty: that of this process
    std::vector<redirect> redirects;            ///< carried out in order, before execve(2)
    std::optional<uid_t> user;                  ///< needs the privilege to change the user id
    std::optional<gid_t> group;
    std::vector<gid_t> groups;                  ///< supplementary groups; only used with `user`
    std::optional<sigset_t> signal_mask;        ///< absent: the calling thread's mask from before the tracer blocked SIGCHLD
    bool new_process_group = false;             ///< setpgid(0, 0) in the child
};

} // namespace cotrace
