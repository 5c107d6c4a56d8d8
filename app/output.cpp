// SPDX-License-Identifier: BSL-1.0
#include "output.hpp"

#include "last_error.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

bool is_on_disk(int fd) noexcept
{
    struct stat about {};
    return ::fstat(fd, &about) == 0 && (S_ISREG(about.st_mode) || S_ISBLK(about.st_mode));
}

bool is_writable(int fd) noexcept
{
    pollfd asked{fd, POLLOUT, 0};
    return ::poll(&asked, 1, 0) != 0;   // also true after an error of poll(2), so that write(2) reports the error
}

}   // namespace

result<detail::unique_fd> open_file(std::string const& path, bool append, mode_t mode)
{
    detail::unique_fd opened{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), mode)};
    if (!opened)
        return last_error();
    return opened;
}

output::output(asio::any_io_executor executor, detail::unique_fd to, std::string name)
    : name_{std::move(name)}
    , to_{std::move(to)}
    , regular_{is_on_disk(to_.get())}
    , flush_ended_{executor, asio::steady_timer::time_point::max()}
    , has_room_{executor}
{
}

task<error_code> output::flush()
{
    while (busy_)
        co_await flush_ended_.async_wait(use_tuple);
    busy_ = true;
    auto const error = co_await write_pending();
    busy_ = false;
    flush_ended_.cancel();
    co_return error;
}

task<error_code> output::write_pending()
{
    while (take_next()) {
        if (!is_writable(to_.get())) {
            if (!waits_for_reader_)
                break;
            auto const error = co_await wait_until_writable();
            if (error && error != asio::error::operation_aborted)   // `wait_for_reader` cancels the wait
                co_return error;
            continue;
        }
        if (auto const error = write_some())
            co_return error;
    }
    co_return error_code{};
}

error_code output::flush_now() noexcept
{
    while (take_next()) {
        pollfd asked{to_.get(), POLLOUT, 0};
        ::poll(&asked, 1, -1);
        if (auto const error = write_some())
            return error;
    }
    return {};
}

void output::wait_for_reader(bool wanted)
{
    waits_for_reader_ = wanted;
    if (!wanted && has_room_.is_open())
        has_room_.cancel();
}

void output::give_up() noexcept
{
    given_up_ = true;
    take_next();
}

/// Puts the text to write next into `current_`; returns false if there is none. Callers may append to `pending_` while `flush` is
/// suspended.
bool output::take_next() noexcept
{
    if (given_up_) {
        pending_.clear();
        current_.clear();
        written_ = 0;
        return false;
    }
    if (written_ == current_.size()) {
        current_.clear();
        written_ = 0;
        std::swap(current_, pending_);
    }
    return !current_.empty();
}

/// Writes a piece of `current_`. EAGAIN is no error: another process may have made the open file description non-blocking.
error_code output::write_some() noexcept
{
    // If poll(2) reports a pipe as writable, the pipe has room for PIPE_BUF bytes; see pipe(7).
    auto const piece = std::min<std::size_t>(current_.size() - written_, regular_ ? SSIZE_MAX : PIPE_BUF);
    auto const sent = ::write(to_.get(), current_.data() + written_, piece);
    if (sent < 0 && errno != EINTR && errno != EAGAIN)
        return last_error();
    written_ += sent < 0 ? 0 : static_cast<std::size_t>(sent);
    return {};
}

task<error_code> output::wait_until_writable()
{
    if (!has_room_.is_open()) {
        detail::unique_fd set{::epoll_create1(EPOLL_CLOEXEC)};
        epoll_event wanted{};
        wanted.events = EPOLLOUT;
        if (!set || ::epoll_ctl(set.get(), EPOLL_CTL_ADD, to_.get(), &wanted) != 0)
            co_return last_error();
        has_room_.assign(set.release());
    }
    auto [error] = co_await has_room_.async_wait(asio::posix::stream_descriptor::wait_read, use_tuple);
    co_return error;
}

}   // namespace cotrace::app
