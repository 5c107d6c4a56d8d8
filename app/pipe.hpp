// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "last_error.hpp"
#include <cotrace/detail/unique_fd.hpp>

#include <cotrace/result.hpp>

#include <fcntl.h>
#include <unistd.h>

namespace cotrace::app {

struct pipe_ends {
    detail::unique_fd read;
    detail::unique_fd write;
};

/// Makes a pipe with FD_CLOEXEC.
inline result<pipe_ends> make_pipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return last_error();
    return pipe_ends{detail::unique_fd{ends[0]}, detail::unique_fd{ends[1]}};
}

}   // namespace cotrace::app
