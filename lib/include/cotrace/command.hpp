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

/// What to launch, and as whom. The child starts with the caller's signal
/// dispositions and with the mask given here, as after a plain fork(2).
struct command {
    /// After the fork, descriptor `to` of the child is our `from`; -1 closes it.
    struct redirect {
        int to   = -1;
        int from = -1;
    };

    /// `{"ls", "-l"}`. Not an initializer_list: GCC 12 cannot keep one in a coroutine's frame.
    template <std::convertible_to<std::string>... Words>
        requires(sizeof...(Words) > 0)
    command(Words&&... words)
    {
        argv.reserve(sizeof...(words));
        (argv.emplace_back(std::forward<Words>(words)), ...);
    }

    explicit command(std::vector<std::string> words) : argv{std::move(words)} {}

    std::vector<std::string> argv;              ///< must not be empty
    std::string executable;                     ///< the file to run; empty: `argv[0]`, looked up on PATH unless it has a slash
    std::optional<std::vector<std::string>> environment;   ///< "NAME=value"; absent: ours
    std::string directory;                      ///< working directory; empty: ours
    std::vector<redirect> redirects;            ///< carried out in order, before exec
    std::optional<uid_t> user;                  ///< needs the privilege
    std::optional<gid_t> group;
    std::vector<gid_t> groups;                  ///< with `user`, the supplementary groups
    std::optional<sigset_t> signal_mask;        ///< absent: the calling thread's, as it was before the tracer blocked SIGCHLD
    bool new_process_group = false;             ///< setpgid(0, 0) in the child
};

} // namespace cotrace
