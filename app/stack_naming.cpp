// SPDX-License-Identifier: BSL-1.0
#include "stack_naming.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <variant>

namespace cotrace::app {

namespace {

std::shared_ptr<call_stack const> stack_of(record const& seen)
{
    if (auto const* const done = std::get_if<syscall_exited>(&seen.what))
        return done->stack;
    if (auto const* const entered = std::get_if<syscall_entered>(&seen.what))
        return entered->stack;
    auto const* const signal = std::get_if<signal_received>(&seen.what);
    return signal != nullptr ? signal->stack : nullptr;
}

}   // namespace

stack_naming::stack_naming(bool sources)
    : names_{sources ? symbolizer::detail::source : symbolizer::detail::function}
{
}

task<void> stack_naming::resolve(std::vector<record> const& batch)
{
    if (std::ranges::any_of(batch, [](auto const& each) { return stack_of(each) != nullptr; }))
        co_await asio::co_spawn(thread_, resolve_here(names_, batch), asio::use_awaitable);
}

task<void> stack_naming::resolve_here(symbolizer& names, std::vector<record> const& batch)
{
    for (auto const& each : batch)
        names.resolve(stack_of(each));
    co_return;
}

}   // namespace cotrace::app
