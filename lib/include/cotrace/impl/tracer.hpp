// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/impl/spawn.hpp>

namespace cotrace {

namespace engine {
task<result<session, failure>> launch(std::shared_ptr<engine> by, command what, session_options options);
task<result<session, failure>> attach(std::shared_ptr<engine> by, std::vector<target> targets, session_options options);
} // namespace engine

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_launch(command what, session_options options, Token&& token)
{
    return detail::run_as_operation(get_executor(), engine::launch(engine_, std::move(what), std::move(options)),
                                    std::forward<Token>(token));
}

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_attach(std::vector<target> all, session_options options, Token&& token)
{
    return detail::run_as_operation(get_executor(), engine::attach(engine_, std::move(all), std::move(options)),
                                    std::forward<Token>(token));
}

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_attach(target which, session_options options, Token&& token)
{
    std::vector<target> all;
    all.push_back(std::move(which));
    return async_attach(std::move(all), std::move(options), std::forward<Token>(token));
}

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_attach(pid process, session_options options, Token&& token)
{
    return async_attach(target{targets::process{process}}, std::move(options), std::forward<Token>(token));
}

template <asio::completion_token_for<void(result<session, failure>)> Token>
auto tracer::async_attach(std::vector<pid> processes, session_options options, Token&& token)
{
    std::vector<target> all;
    for (pid const each : processes)
        all.push_back(targets::process{each});
    return async_attach(std::move(all), std::move(options), std::forward<Token>(token));
}

} // namespace cotrace
