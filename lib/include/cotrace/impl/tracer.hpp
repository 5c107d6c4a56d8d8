// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/spawn.hpp>

namespace cotrace {

namespace engine {
/// The executor on which the code of the engine `of` runs.
asio::any_io_executor executor_of(std::shared_ptr<engine> const& of);
task<result<session, failure>> launch(std::shared_ptr<engine> by, command what, session_options options);
task<result<session, failure>> attach(std::shared_ptr<engine> by, std::vector<target> targets, session_options options);
task<error_code> close(std::shared_ptr<engine> which);
}   // namespace engine

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_launch(command what, session_options options, Token&& token)
{
    return detail::run_as_operation(engine::executor_of(engine_), get_executor(),
                                    engine::launch(engine_, std::move(what), std::move(options)), std::forward<Token>(token));
}

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_attach(target_list which, session_options options, Token&& token)
{
    return detail::run_as_operation(engine::executor_of(engine_), get_executor(),
                                    engine::attach(engine_, which.all(), std::move(options)), std::forward<Token>(token));
}

template <asio::completion_token_for<void(error_code)> Token>
auto tracer::async_close(Token&& token)
{
    return detail::run_as_operation(engine::executor_of(engine_), get_executor(), engine::close(engine_),
                                    std::forward<Token>(token));
}

}   // namespace cotrace
