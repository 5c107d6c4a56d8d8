// SPDX-License-Identifier: BSL-1.0
#include "output.hpp"

#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace output_tests {

using namespace cotrace;
using namespace cotrace::app;

namespace {

/// An output into a pipe whose reader reads only when a test calls read().
struct piped_output {
    asio::io_context context{1};
    detail::unique_fd reader;
    std::optional<output> to;

    piped_output()
    {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        reader = detail::unique_fd{ends[0]};
        to.emplace(context.get_executor(), detail::unique_fd{ends[1]}, "pipe");
    }

    /// Starts a flush. The returned object has a value when the flush has ended.
    std::shared_ptr<std::optional<error_code>> flush()
    {
        auto ended = std::make_shared<std::optional<error_code>>();
        asio::co_spawn(context, to->flush(), [ended](std::exception_ptr, error_code how) { *ended = how; });
        turn();
        return ended;
    }

    /// Runs all handlers that are ready.
    void turn()
    {
        context.restart();
        while (context.poll() > 0) {
        }
    }

    std::string read(std::size_t most)
    {
        std::string text(most, '\0');
        auto const got = ::read(reader.get(), text.data(), most);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
};

std::string numbered_lines(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::to_string(i) + "\n";
    return text;
}

}   // namespace

TEST_CASE("a flush waits for the reader of the pipe, and writes the whole text", "[output]")
{
    piped_output pipe;
    auto const text = numbered_lines(30'000);
    pipe.to->pending() = text;
    auto const ended = pipe.flush();
    CHECK(!*ended);
    std::string seen;
    while (seen.size() < text.size()) {
        seen += pipe.read(1 << 16);
        pipe.turn();
    }
    REQUIRE(*ended);
    CHECK(!**ended);
    CHECK(seen == text);
    CHECK(pipe.to->unwritten() == 0);
}

TEST_CASE("a flush that does not wait for the reader of the pipe keeps the text that does not fit into the pipe", "[output]")
{
    piped_output pipe;
    auto const text = numbered_lines(30'000);
    pipe.to->pending() = text;
    auto const first = pipe.flush(), second = pipe.flush();
    CHECK(!*first);
    CHECK(!*second);
    pipe.to->wait_for_reader(false);
    pipe.turn();
    REQUIRE(*first);
    REQUIRE(*second);
    CHECK(!**first);
    CHECK(pipe.to->unwritten() > 0);

    pipe.to->pending() += "more\n";
    CHECK(*pipe.flush());
    auto seen = pipe.read(1 << 16);
    auto const before = pipe.to->unwritten();
    CHECK(*pipe.flush());   // this flush writes as much as fits into the pipe
    CHECK(pipe.to->unwritten() < before);

    pipe.to->wait_for_reader(true);
    auto const last = pipe.flush();
    CHECK(!*last);
    while (seen.size() < text.size() + 5) {
        seen += pipe.read(1 << 16);
        pipe.turn();
    }
    CHECK(*last);
    CHECK(seen == text + "more\n");
}

TEST_CASE("after give_up(), an output discards the text that it has not written", "[output]")
{
    piped_output pipe;
    pipe.to->pending() = numbered_lines(30'000);
    auto const ended = pipe.flush();
    CHECK(!*ended);
    pipe.to->give_up();
    CHECK(pipe.to->unwritten() == 0);
    pipe.read(1 << 16);
    pipe.turn();
    REQUIRE(*ended);
    CHECK(!**ended);
    pipe.to->pending() = "more\n";
    CHECK(*pipe.flush());
    CHECK(!pipe.to->flush_now());
    CHECK(pipe.to->unwritten() == 0);
}

TEST_CASE("an output can be destroyed while a flush waits for the reader of the pipe", "[output]")
{
    piped_output pipe;
    pipe.to->pending() = numbered_lines(30'000);
    CHECK(!*pipe.flush());
    CHECK(!*pipe.flush());
}

}   // namespace output_tests
