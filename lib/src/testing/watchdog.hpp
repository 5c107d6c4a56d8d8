// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/session.hpp>

#include "sys/anonymous_file.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace cotrace::testing {

/// A run that writes more bytes than this to one stream is killed, because it is probably in an endless loop.
inline constexpr std::uint64_t most_output = 64 << 20;

/// The standard streams of a run.
struct streams {
    sys::unique_fd in;
    sys::anonymous_file out, err;

    static result<streams> make()
    {
        BOOST_OUTCOME_TRY(auto in, sys::open_dev_null());
        BOOST_OUTCOME_TRY(auto out, sys::anonymous_file::make());
        BOOST_OUTCOME_TRY(auto err, sys::anonymous_file::make());
        return streams{std::move(in), std::move(out), std::move(err)};
    }
    bool overflow() const noexcept { return out.size() > most_output || err.size() > most_output; }
};

/// Cancels a launch after a time-out: a launch with the path of a FIFO waits until another process opens the FIFO.
class launch_limit {
public:
    launch_limit(asio::any_io_executor const& executor, std::chrono::nanoseconds time_out)
        : timer_{executor, time_out}
    {
        timer_.async_wait([signal = signal_](error_code cancelled) {
            if (!cancelled)
                signal->emit(asio::cancellation_type::terminal);
        });
    }

    asio::cancellation_slot slot() noexcept { return signal_->slot(); }
    void cancel() { signal_->emit(asio::cancellation_type::terminal); }
    bool has_passed() const { return timer_.expiry() <= std::chrono::steady_clock::now(); }

private:
    asio::steady_timer timer_;
    std::shared_ptr<asio::cancellation_signal> signal_ = std::make_shared<asio::cancellation_signal>();
};

/// Kills a run after a time-out, or after too much output.
class watchdog : public std::enable_shared_from_this<watchdog> {
public:
    watchdog(asio::any_io_executor const& executor, session& target, streams const& of, std::chrono::nanoseconds time_out)
        : timer_{executor}
        , target_{&target}
        , streams_{&of}
        , deadline_{std::chrono::steady_clock::now() + time_out}
    {
    }

    void look()
    {
        auto const now = std::chrono::steady_clock::now();
        if (now >= deadline_ || streams_->overflow()) {
            fired_ = true;
            (void)target_->kill();   // fails with session_ended if the run has already ended
            return;
        }
        timer_.expires_at(std::min(deadline_, now + std::chrono::milliseconds{50}));
        timer_.async_wait([self = shared_from_this()](error_code cancelled) {
            if (!cancelled && self->target_ != nullptr)
                self->look();
        });
    }
    /// Returns whether the run took too long or wrote too much. After `stop`, the watchdog does not use the session.
    bool stop()
    {
        target_ = nullptr;
        timer_.cancel();
        return fired_;
    }

private:
    asio::steady_timer timer_;
    session* target_;
    streams const* streams_;
    std::chrono::steady_clock::time_point deadline_;
    bool fired_ = false;
};

class watchdog_guard {
public:
    explicit watchdog_guard(std::shared_ptr<watchdog> what)
        : watchdog_{std::move(what)}
    {
        watchdog_->look();
    }
    watchdog_guard(watchdog_guard const&) = delete;
    watchdog_guard& operator=(watchdog_guard const&) = delete;
    ~watchdog_guard() { watchdog_->stop(); }
    bool stop() { return watchdog_->stop(); }

private:
    std::shared_ptr<watchdog> watchdog_;
};

}   // namespace cotrace::testing
