// SPDX-License-Identifier: BSL-1.0
// The program of the section "A whole program" of lib/doc/guide.md. It traces the shell command in the environment variable
// COMMAND.
#include <cotrace/cotrace.hpp>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "guide_names.inc"

namespace {

task<void> watch(tracer& by)
{
    auto target = co_await by.async_launch({"sh", "-c", std::getenv("COMMAND")});
    while (auto const seen = co_await target.async_next())
        if (auto const line = render::text(*seen); !line.empty())
            std::cout << line << std::endl;
}

}   // namespace

#include "guide_main.inc"
