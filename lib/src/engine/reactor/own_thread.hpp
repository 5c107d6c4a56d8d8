// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/post.hpp>

#include "sys/fork.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace cotrace::engine {

namespace asio = boost::asio;

/// The thread of an engine's first turn. The kernel accepts ptrace requests for the engine's tracees only from that
/// thread.
///
/// An engine works in turns, one turn at a time. A turn on another thread begins with `user::on_wrong_thread`.
class own_thread {
public:
    /// The interface through which this class calls its engine.
    class user {
    public:
        /// Called at the start of the first turn. From then on, the engine belongs to the thread of that turn.
        virtual void on_first_turn() = 0;
        /// Called at the start of each turn on a thread that the engine does not belong to.
        virtual void on_wrong_thread() = 0;

    protected:
        ~user() = default;
    };

    /// While this object exists, no other thread can begin a turn, and the engine is not destroyed. Turns of one thread
    /// may nest.
    class turn {
    public:
        explicit turn(own_thread& of);
        /// Returns the lock of the turn: the turn lasts until the lock is released. The lock does not keep the engine
        /// alive.
        std::unique_lock<std::recursive_mutex> take_lock() && { return std::move(lock_); }

    private:
        std::shared_ptr<user> keeps_user_;   // declared before `lock_`, so that the engine is released after the lock
        std::unique_lock<std::recursive_mutex> lock_;
    };

    /// To be called once, before the first turn.
    void begin(std::weak_ptr<user> engine) { user_ = std::move(engine); }

    /// Whether the engine belongs to the calling thread.
    bool is_here() const noexcept { return owner() == calling_thread(); }
    bool is_same(own_thread const& other) const noexcept { return owner() == other.owner(); }

private:
    /// A number of the calling thread that no other thread ever has, unlike a std::thread::id, which may be used again.
    static std::uint64_t calling_thread() noexcept;
    std::uint64_t owner() const noexcept { return owner_.load(std::memory_order_relaxed); }

    sys::made_here made_here_;
    std::atomic<std::uint64_t> owner_ = 0;   ///< `calling_thread` of the first turn; 0 before that turn
    std::recursive_mutex guard_;
    std::weak_ptr<user> user_;
};

/// Posts `work` to `host` as a turn of `of`. Unlike with a `turn_executor` in an `any_io_executor`, Asio type-erases
/// the function only once.
template <class Function>
void post_turn(asio::any_io_executor const& host, std::shared_ptr<own_thread> of, Function work)
{
    asio::post(host, [of = std::move(of), work = std::move(work)] {
        own_thread::turn const here{*of};
        work();
    });
}

/// An executor that passes each function to the host's executor, where the function runs as a turn of an engine.
class turn_executor {
public:
    turn_executor(asio::any_io_executor host, std::shared_ptr<own_thread> of) noexcept
        : host_{std::move(host)}
        , of_{std::move(of)}
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
    requires asio::can_query<asio::any_io_executor const&, Property>::value decltype(auto) query(Property const& wanted) const
    {
        return asio::query(host_, wanted);
    }
    template <class Property>
    requires asio::can_require<asio::any_io_executor const&, Property>::value turn_executor require(Property const& wanted)
    const { return {asio::require(host_, wanted), of_}; }
    template <class Property>
    requires asio::can_prefer<asio::any_io_executor const&, Property>::value turn_executor prefer(Property const& wanted)
    const { return {asio::prefer(host_, wanted), of_}; }

    friend bool operator==(turn_executor const& one, turn_executor const& other) noexcept
    {
        return one.of_ == other.of_ && one.host_ == other.host_;
    }

private:
    asio::any_io_executor host_;
    std::shared_ptr<own_thread> of_;
};

}   // namespace cotrace::engine
