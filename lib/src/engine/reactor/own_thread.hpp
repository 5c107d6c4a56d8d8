// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/post.hpp>

#include "sys/fork.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace cotrace::engine {

namespace asio = boost::asio;

/// The thread that an engine belongs to: the first thread that runs code of the
/// engine. The kernel takes ptrace requests from that thread alone.
///
/// All code of an engine runs in turns, of which there is one at a time. A turn on
/// another thread first ends the engine's work.
class own_thread {
public:
    /// The engine.
    class user {
    public:
        /// The calling thread is the one that the engine belongs to.
        virtual void on_first_turn() = 0;
        /// The calling thread is another one. Called in each turn of such a thread.
        virtual void on_wrong_thread() = 0;

    protected:
        ~user() = default;
    };

    /// A time in which the calling thread may use the engine, which is kept alive
    /// meanwhile. Turns of one thread may be nested.
    class turn {
    public:
        explicit turn(own_thread& of);
        /// Lets the turn go on until the lock is released. The engine is not kept alive any longer.
        std::unique_lock<std::recursive_mutex> take_lock() && { return std::move(lock_); }

    private:
        std::shared_ptr<user> keeps_user_;   // released after the lock
        std::unique_lock<std::recursive_mutex> lock_;
    };

    /// To be called once, before the first turn.
    void begin(std::weak_ptr<user> engine) { user_ = std::move(engine); }

    /// Whether the engine belongs to the calling thread.
    bool is_here() const noexcept { return is_same(std::this_thread::get_id()); }
    bool is_same(own_thread const& other) const noexcept { return is_same(other.owner_.load(std::memory_order_relaxed)); }

private:
    bool is_same(std::thread::id thread) const noexcept { return owner_.load(std::memory_order_relaxed) == thread; }

    sys::made_here made_here_;
    std::atomic<std::thread::id> owner_{};   ///< none before the first turn
    std::recursive_mutex guard_;
    std::weak_ptr<user> user_;
};

/// Posts `work` to `host`, to be run as a turn of `of`. Cheaper than a `turn_executor` for
/// work that is posted once per stop, because Asio wraps the function only once.
template <class Function>
void post_turn(asio::any_io_executor const& host, std::shared_ptr<own_thread> of, Function work)
{
    asio::post(host, [of = std::move(of), work = std::move(work)] {
        own_thread::turn const here{*of};
        work();
    });
}

/// The host's executor, where each function that runs on it is a turn of an engine.
class turn_executor {
public:
    turn_executor(asio::any_io_executor host, std::shared_ptr<own_thread> of) noexcept
        : host_{std::move(host)}, of_{std::move(of)}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        host_.execute([of = of_, work = std::forward<Function>(function)]() mutable {
            own_thread::turn const here{*of};
            std::move(work)();
        });
    }

    template <class Property>
        requires asio::can_query<asio::any_io_executor const&, Property>::value
    decltype(auto) query(Property const& wanted) const
    {
        return asio::query(host_, wanted);
    }
    template <class Property>
        requires asio::can_require<asio::any_io_executor const&, Property>::value
    turn_executor require(Property const& wanted) const
    {
        return {asio::require(host_, wanted), of_};
    }
    template <class Property>
        requires asio::can_prefer<asio::any_io_executor const&, Property>::value
    turn_executor prefer(Property const& wanted) const
    {
        return {asio::prefer(host_, wanted), of_};
    }

    friend bool operator==(turn_executor const& one, turn_executor const& other) noexcept
    {
        return one.of_ == other.of_ && one.host_ == other.host_;
    }

private:
    asio::any_io_executor host_;
    std::shared_ptr<own_thread> of_;
};

} // namespace cotrace::engine
