// SPDX-License-Identifier: BSL-1.0
#include <cotrace/session.hpp>

#include <boost/asio/dispatch.hpp>

#include <memory>

namespace cotrace::detail {

std::shared_ptr<asio::cancellation_signal> signal_on(asio::any_io_executor const& executor, asio::cancellation_slot from)
{
    auto made = std::make_shared<asio::cancellation_signal>();
    if (from.is_connected())
        from.assign(
            [made, executor](asio::cancellation_type type) { asio::dispatch(executor, [made, type] { made->emit(type); }); });
    return made;
}

}   // namespace cotrace::detail
