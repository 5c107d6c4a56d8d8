// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/spawn.hpp>

#include <tuple>
#include <utility>

namespace cotrace {

namespace engine {
/// The executor on which the code of the engine `of` runs.
asio::any_io_executor executor_of(std::shared_ptr<engine> const& of);
task<std::tuple<error_code, session>> launch(std::shared_ptr<engine> by, command what, session_options options);
task<std::tuple<error_code, session>> attach(std::shared_ptr<engine> by, target_list targets, session_options options);
task<std::tuple<error_code>> close(std::shared_ptr<engine> which);
}   // namespace engine

template <asio::completion_token_for<void(error_code, session)> Token>
auto tracer::async_launch(command what, session_options options, Token&& token)
{
    return detail::run_as_operation(engine::executor_of(engine_), get_executor(),
                                    engine::launch(engine_, std::move(what), std::move(options)), std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, session)> Token>
auto tracer::async_launch(command what, Token&& token)
{
    return async_launch(std::move(what), session_options{}, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, session)> Token>
auto tracer::async_attach(target_list which, session_options options, Token&& token)
{
    return detail::run_as_operation(engine::executor_of(engine_), get_executor(),
                                    engine::attach(engine_, std::move(which), std::move(options)), std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code, session)> Token>
auto tracer::async_attach(target_list which, Token&& token)
{
    return async_attach(std::move(which), session_options{}, std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code)> Token>
auto tracer::async_close(Token&& token)
{
    return detail::run_as_operation(engine::executor_of(engine_), get_executor(), engine::close(engine_),
                                    std::forward<Token>(token));
}

}   // namespace cotrace
