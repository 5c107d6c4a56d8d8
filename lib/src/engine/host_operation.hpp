// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace cotrace::engine {

/// Why the wait for a host operation ended before the operation did.
enum class given_up : std::uint8_t {
    thread_died,   ///< the traced thread died, so nothing needs the result
    cut_short,     ///< the tracing ends, so the engine goes on as if the operation had returned a default result
};

/// Host code, such as an interceptor, that the engine waits for while a thread is stopped. The host code and the engine share
/// ownership, because either may end first.
class host_operation {
public:
    host_operation() = default;
    host_operation(host_operation const&) = delete;
    host_operation& operator=(host_operation const&) = delete;

    /// Cancels the operation and ignores its completion.
    void give_up(given_up why)
    {
        given_up_ = why;
        done_ = nullptr;
        cancel();
    }

    /// Cancels the operation. The waiting part of the engine still gets the result of the operation.
    void cancel() { cancel_.emit(asio::cancellation_type::terminal); }

protected:
    ~host_operation() = default;

    std::function<void()> done_;
    std::optional<given_up> given_up_;
    std::exception_ptr broken_{};
    asio::cancellation_signal cancel_;
};

template <class T>
class host_operation_of final : public host_operation, public std::enable_shared_from_this<host_operation_of<T>> {
public:
    /// Starts `work`. `done` is called when `work` completes, perhaps before `start` returns. After `give_up`, `done`
    /// is not called.
    void start(asio::any_io_executor const& executor, task<T> work, std::function<void()> done)
    {
        done_ = std::move(done);
        auto finished = [self = this->shared_from_this()](std::exception_ptr) {
            if (auto const done = std::exchange(self->done_, nullptr))
                done();
        };
        auto running = run(this->shared_from_this(), std::move(work));
        asio::co_spawn(executor, std::move(running), asio::bind_cancellation_slot(cancel_.slot(), std::move(finished)));
    }

    /// Returns the result, or throws the exception of the operation. After `give_up`, returns nothing if the thread died,
    /// otherwise a default result.
    std::optional<T> take()
    {
        if (given_up_ == given_up::thread_died)
            return std::nullopt;
        if (given_up_ == given_up::cut_short)
            return T{};
        if (broken_)
            std::rethrow_exception(broken_);
        return std::move(got_);
    }

private:
    // In Boost 1.81, `co_spawn` awaits once more after a coroutine that never suspended. If the operation was cancelled, that
    // await would throw out of io_context::run().
    static task<void> run(std::shared_ptr<host_operation_of> self, task<T> work)
    {
        try {
            self->got_ = co_await std::move(work);
        } catch (...) {
            self->broken_ = std::current_exception();
        }
        co_await asio::this_coro::throw_if_cancelled(false);
    }

    T got_{};
};

}   // namespace cotrace::engine
