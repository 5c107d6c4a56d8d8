// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/recycled.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>

#include <type_traits>
#include <utility>

namespace cotrace {

namespace detail {

template <class Handler, class Executor, bool Batch>
class receive_operation_for final : public receive_operation {
    using tracked_executor =
        std::decay_t<decltype(asio::prefer(std::declval<Executor const&>(), asio::execution::outstanding_work.tracked))>;

public:
    receive_operation_for(Handler handler, Executor const& executor, std::vector<record>* into, std::uint64_t id)
        : receive_operation{into, id}
        , handler_{std::move(handler)}
        , executor_{asio::prefer(executor, asio::execution::outstanding_work.tracked)}
        , service_{asio::use_service<receiver_service>(
              static_cast<asio::execution_context&>(asio::query(executor, asio::execution::context)))}
    {
    }

    void post() override { asio::post(executor_, completion{owner{this}}); }

    void enter(std::weak_ptr<channel_state> channel) override
    {
        if (!std::exchange(entered_, true))
            service_.enter(id_, std::move(channel));
    }

    void destroy() noexcept override
    {
        this->~receive_operation_for();
        recycling<receive_operation_for>{}.deallocate(this, 1);
    }

private:
    struct deleter {
        void operator()(receive_operation_for* gone) const noexcept { discard(*gone); }
    };
    using owner = std::unique_ptr<receive_operation_for, deleter>;

    struct completion {
        owner operation;

        // Frees the operation's memory before the handler runs, so that an operation that the handler starts can use
        // this memory.
        void operator()()
        {
            auto done = std::move(operation);
            if (!done->finish())
                return (void)done.release();   // the operation waits again, and the channel owns it
            if (done->entered_)
                done->service_.leave(done->id_);
            if (auto slot = asio::get_associated_cancellation_slot(done->handler_); slot.is_connected())
                slot.clear();
            auto handler = std::move(done->handler_);
            auto const error = done->error_;
            auto got = [&] {
                if constexpr (Batch)
                    return done->count_;
                else
                    return std::move(done->received_);
            }();
            done.reset();
            std::move(handler)(error, std::move(got));
        }
    };

    Handler handler_;
    tracked_executor executor_;
    receiver_service& service_;
    bool entered_ = false;
};

template <bool Batch>
struct initiate_receive {
    std::shared_ptr<channel_state> channel;
    asio::any_io_executor otherwise;   ///< the executor of a handler without an associated executor
    std::vector<record>* into = nullptr;

    template <class Handler>
    void operator()(Handler&& given) const
    {
        using handler_type = std::decay_t<Handler>;
        auto const executor = asio::get_associated_executor(given, otherwise);
        using operation_type = receive_operation_for<handler_type, std::decay_t<decltype(executor)>, Batch>;

        auto slot = asio::get_associated_cancellation_slot(given);
        auto const id = next_operation_id();
        auto* const memory = recycling<operation_type>{}.allocate(1);
        auto* const operation =
            ::new (static_cast<void*>(memory)) operation_type{std::forward<Handler>(given), executor, into, id};
        if (slot.is_connected())
            slot.assign([channel = std::weak_ptr{channel}, id](asio::cancellation_type) { cancel_receive(channel, id); });
        start_receive(channel, *operation);
    }
};

/// Like `record_channel::async_receive`, but a handler without an associated executor is called on `otherwise`.
template <class Token>
auto async_receive_on(asio::any_io_executor otherwise, record_channel const& from, Token&& token)
{
    return asio::async_initiate<Token, void(error_code, std::optional<record>)>(
        initiate_receive<false>{state_of(from), std::move(otherwise)}, token);
}

/// Like `record_channel::async_read`, but a handler without an associated executor is called on `otherwise`.
template <class Token>
auto async_read_on(asio::any_io_executor otherwise, record_channel const& from, std::vector<record>& into, Token&& token)
{
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        initiate_receive<true>{state_of(from), std::move(otherwise), &into}, token);
}

}   // namespace detail

template <asio::completion_token_for<void(error_code, std::optional<record>)> Token>
auto record_channel::async_receive(Token&& token)
{
    return detail::async_receive_on(get_executor(), *this, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, std::size_t)> Token>
auto record_channel::async_read(std::vector<record>& into, Token&& token)
{
    return detail::async_read_on(get_executor(), *this, into, std::forward<Token>(token));
}

}   // namespace cotrace
