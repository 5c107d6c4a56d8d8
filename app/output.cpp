// SPDX-License-Identifier: BSL-1.0
#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

bool is_on_disk(int fd) noexcept
{
    struct stat about {};
    return ::fstat(fd, &about) == 0 && (S_ISREG(about.st_mode) || S_ISBLK(about.st_mode));
}

bool is_writable(int fd) noexcept
{
    pollfd asked{fd, POLLOUT, 0};
    return ::poll(&asked, 1, 0) != 0;   // an error is for write(2) to tell
}

} // namespace

output::output(asio::any_io_executor executor, descriptor to, std::string name)
    : name_{std::move(name)}
    , to_{std::move(to)}
    , regular_{is_on_disk(to_.get())}
    , settled_{executor, asio::steady_timer::time_point::max()}
    , has_room_{executor}
{}

task<error_code> output::flush()
{
    while (busy_)
        co_await settled_.async_wait(use_tuple);
    busy_ = true;
    auto const error = co_await write_pending();
    busy_ = false;
    settled_.cancel();
    co_return error;
}

task<error_code> output::write_pending()
{
    while (!pending_.empty()) {
        // Text may be added while this is suspended, so what is written is set aside.
        std::swap(going_, pending_);
        for (gone_ = 0; gone_ < going_.size();) {
            if (!is_writable(to_.get()))
                if (auto const error = co_await room())
                    co_return error;
            std::size_t written = 0;
            if (auto const error = write_some(written))
                co_return error;
            gone_ += written;
        }
        going_.clear();
    }
    co_return error_code{};
}

error_code output::flush_now() noexcept
{
    // What a flush left when it was cut short goes first.
    for (;;) {
        for (; gone_ < going_.size();) {
            pollfd asked{to_.get(), POLLOUT, 0};
            ::poll(&asked, 1, -1);
            std::size_t written = 0;
            if (auto const error = write_some(written))
                return error;
            gone_ += written;
        }
        going_.clear();
        gone_ = 0;
        if (pending_.empty())
            return {};
        std::swap(going_, pending_);
    }
}

/// Writes a piece; a signal, or a description that somebody else made non-blocking, is no error.
error_code output::write_some(std::size_t& written) noexcept
{
    // A pipe that poll(2) calls writable takes PIPE_BUF bytes without blocking; see pipe(7).
    auto const piece = std::min<std::size_t>(going_.size() - gone_, regular_ ? SSIZE_MAX : PIPE_BUF);
    auto const sent = ::write(to_.get(), going_.data() + gone_, piece);
    if (sent < 0 && errno != EINTR && errno != EAGAIN)
        return last_error();
    written = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    return {};
}

/// Waits until `to_` is writable.
task<error_code> output::room()
{
    if (!has_room_.is_open()) {
        descriptor set{::epoll_create1(EPOLL_CLOEXEC)};
        epoll_event wanted{};
        wanted.events = EPOLLOUT;
        if (!set || ::epoll_ctl(set.get(), EPOLL_CTL_ADD, to_.get(), &wanted) != 0)
            co_return last_error();
        has_room_.assign(set.release());
    }
    auto [error] = co_await has_room_.async_wait(asio::posix::stream_descriptor::wait_read, use_tuple);
    co_return error;
}

} // namespace cotrace::app
