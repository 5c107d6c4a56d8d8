// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/unique_fd.hpp>

#include <cotrace/result.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <string>

namespace cotrace::app {

/// Opens a file for writing. A new file gets the mode `mode`.
result<detail::unique_fd> open_file(std::string const& path, bool append, mode_t mode = 0666);

/// A file, pipe or terminal that collected text is written to.
///
/// A slow reader must not block the event loop. O_NONBLOCK is not set, because COMMAND may share the open file description.
/// Instead, poll(2) is asked before each write.
class output {
public:
    output(asio::any_io_executor executor, detail::unique_fd to, std::string name);

    /// Text to write. The caller appends to it, and `flush` writes it.
    std::string& pending() noexcept { return pending_; }

    /// The number of bytes that are not written yet.
    std::size_t unwritten() const noexcept { return pending_.size() + current_.size() - written_; }

    std::string const& name() const noexcept { return name_; }

    /// Whether this is a regular file or a block device: no reader waits for the text.
    bool is_regular() const noexcept { return regular_; }

    /// Writes the pending text, and waits for the reader of a pipe or terminal. May be called again before an earlier call has
    /// ended.
    task<error_code> flush();

    /// Writes all pending text before it returns, even if that blocks.
    error_code flush_now() noexcept;

    /// With `false`, `flush` writes only what the pipe or terminal has room for. `false` also ends the wait of a `flush` in
    /// progress.
    void wait_for_reader(bool wanted);

    /// From now on, writes nothing: discards the pending text, and text that is added later.
    void give_up() noexcept;
    bool is_given_up() const noexcept { return given_up_; }

    /// Closes the file, so that the reader of a pipe sees its end.
    void close() noexcept { to_ = detail::unique_fd{}; }

private:
    bool take_next() noexcept;
    error_code write_some() noexcept;
    task<error_code> write_pending();
    task<error_code> wait_until_writable();

    std::string pending_;
    std::string current_;       ///< the text that is being written
    std::size_t written_ = 0;   ///< the number of bytes of `current_` that are written
    std::string name_;
    detail::unique_fd to_;
    bool regular_ = false;
    bool busy_ = false;
    bool waits_for_reader_ = true;
    bool given_up_ = false;
    asio::steady_timer flush_ended_;   ///< never expires; cancelled when a `flush` ends, so that a waiting `flush` goes on
    asio::posix::stream_descriptor has_room_;   ///< an epoll set, readable when `to_` is writable; opened by the first wait
};

}   // namespace cotrace::app
