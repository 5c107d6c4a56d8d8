// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "descriptor.hpp"

#include <cotrace/result.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <string>

namespace cotrace::app {

/// A file, pipe or terminal that text is written to in large pieces.
///
/// The event loop must not stand still while a pipe's reader or a terminal's ^S
/// holds us up, for it also serves signals. But O_NONBLOCK belongs to the open
/// file, not to the descriptor: setting it on our standard error, as Asio's
/// streams do, would set it on the subject's too. So we ask poll(2), write no
/// more than a pipe that has room takes, and otherwise await an epoll set of our
/// own with that one descriptor in it.
class output {
public:
    output(asio::any_io_executor executor, descriptor to, std::string name);

    /// Text to write. The caller appends to it, and `flush` writes it.
    std::string& pending() noexcept { return pending_; }

    /// How much is not written yet.
    std::size_t unwritten() const noexcept { return pending_.size() + current_.size() - written_; }

    std::string const& name() const noexcept { return name_; }

    /// A file on a disk: writing to it makes nobody wait, so it can be put off and done at one go.
    bool is_regular() const noexcept { return regular_; }

    /// Writes all that is pending. May be called again before it ended.
    task<error_code> flush();

    /// The same at once, even if that blocks.
    error_code flush_now() noexcept;

    /// With false, `flush` writes only what the reader of a pipe or terminal takes at once, and leaves the rest
    /// for later. A `flush` that waits for the reader ends.
    void wait_for_reader(bool does);

    /// Nothing more is written. What is pending is thrown away, and so is what is added later.
    void give_up() noexcept;
    bool is_given_up() const noexcept { return given_up_; }

    /// Closes the file, so that the reader of a pipe sees its end.
    void close() noexcept { to_ = descriptor{}; }

private:
    bool take_next() noexcept;
    error_code write_some() noexcept;
    task<error_code> write_pending();
    task<error_code> wait_until_writable();

    std::string pending_;
    std::string current_;                        ///< what is being written
    std::size_t written_ = 0;                     ///< … and how much of it was
    std::string name_;
    descriptor  to_;
    bool        regular_ = false;
    bool        busy_ = false;
    bool        waits_for_reader_ = true;
    bool        given_up_ = false;
    asio::steady_timer flush_ended_;               ///< cancelled when a flush ended
    asio::posix::stream_descriptor has_room_;  ///< an epoll set, readable when `to_` is writable
};

} // namespace cotrace::app
