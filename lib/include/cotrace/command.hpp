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

/// A program to launch, with its arguments, environment and credentials. In the comments below, "this process" is the
/// process of the tracer. "The child" is the process that executes the program. Signals that this process ignores are
/// ignored by the program, too. All other signals have their default action.
struct command {
    /// Says what the file descriptor `to` of the child refers to.
    ///
    /// If `path` is not empty, the child opens this file as `to`: for reading if `to` is 0, and otherwise for writing.
    /// A file that is opened for writing is created or truncated. The child opens the file with the user and group ids
    /// of this process. A relative path begins at the working directory of this process. If `path` is a FIFO, the
    /// launch waits until another process opens the other end.
    ///
    /// If `path` is empty, `to` becomes a duplicate of the file descriptor `from` of this process. `from` must stay
    /// open until the launch has completed. If `from` is -1, `to` is closed.
    struct redirect {
        int to = -1;
        int from = -1;
        std::string path{};
    };

    /// Makes a command from its arguments: `{"ls", "-l"}`. The constructor is a template, because GCC 12 cannot keep an
    /// initializer_list in a coroutine's frame.
    template <std::convertible_to<std::string>... Arguments>
    requires(sizeof...(Arguments) > 0) command(Arguments&&... arguments)
    {
        argv.reserve(sizeof...(arguments));
        (argv.emplace_back(std::forward<Arguments>(arguments)), ...);
    }

    explicit command(std::vector<std::string> arguments)
        : argv{std::move(arguments)}
    {
    }

    std::vector<std::string> argv;   ///< the arguments, beginning with the name of the program; not empty
    /// The file to run; empty: `argv[0]`. A name without a slash is looked up on the PATH of this process.
    std::string executable;
    std::optional<std::vector<std::string>> environment;   ///< elements: "NAME=value"; absent: the environment of this process
    std::string directory;                                 ///< working directory; empty: the working directory of this process
    std::vector<redirect> redirects;                       ///< carried out in the order of the vector, before execve(2)
    /// The user id of the child; absent: the user id of this process. A launch with `user` needs CAP_SETGID for
    /// `groups`, and CAP_SETUID for another user id.
    std::optional<uid_t> user;
    std::optional<gid_t> group;   ///< group id of the child; absent: the group id of this process
    std::vector<gid_t> groups;    ///< supplementary groups of the child; only used if `user` is set
    /// The signal mask of the program; absent: the mask of the tracer's thread, without SIGCHLD if only the tracer has
    /// blocked it.
    std::optional<sigset_t> signal_mask;
    /// If true, the child calls setpgid(0, 0). Otherwise, Ctrl-C at a terminal sends SIGINT to the child and to this
    /// process.
    bool new_process_group = false;
    /// If true, the program inherits only the descriptors 0 to 2 and the `to` of each redirect (close_range(2), Linux
    /// 5.11). If false, the program also inherits all other descriptors of this process that lack FD_CLOEXEC.
    bool close_other_descriptors = false;
};

}   // namespace cotrace
