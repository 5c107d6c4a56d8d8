// SPDX-License-Identifier: BSL-1.0
#include "engine/interception.hpp"
#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace interception_tests {

using namespace cotrace;
using engine::interception;
using engine::interceptor_list;

namespace {

/// An interceptor that adds its name to a shared list when it is asked, and returns a given verdict.
class noting final : public interceptor {
public:
    noting(std::string name, std::vector<std::string>& asked, std::function<task<verdict>()> answer)
        : name_{std::move(name)}
        , asked_{asked}
        , answer_{std::move(answer)}
    {
    }

    bool interested = true;

    bool wants(syscall_call const&) const noexcept override { return interested; }
    task<verdict> on_entry(intercepted, syscall_call const&) override
    {
        asked_.push_back(name_);
        co_return co_await answer_();
    }

private:
    std::string name_;
    std::vector<std::string>& asked_;
    std::function<task<verdict>()> answer_;
};

task<verdict> goes_on() { co_return proceed{}; }
task<verdict> fails() { co_return fail_with{13}; }
task<verdict> returns() { co_return return_value{7}; }
task<verdict> throws()
{
    throw std::runtime_error{"out of luck"};
    co_return proceed{};
}
task<verdict> waits_and_fails()
{
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    co_return fail_with{13};
}

/// A list of interceptors, and a stop at which they are asked.
struct asking {
    std::vector<std::string> asked, failures;
    std::shared_ptr<interceptor_list> all = std::make_shared<interceptor_list>();
    std::shared_ptr<interception> stop = std::make_shared<interception>(tid{1}, memory{tid{1}}, session_reference{});

    asking()
    {
        stop->failed = [this](std::string text) { failures.push_back(std::move(text)); };
    }

    noting& add(std::string name, std::function<task<verdict>()> answer)
    {
        auto made = std::make_shared<noting>(std::move(name), asked, std::move(answer));
        all->push_back(made);
        return *made;
    }

    verdict ask()
    {
        asio::io_context context{1};
        std::optional<verdict> said;
        auto const question = [&]() -> task<void> {
            said = co_await engine::ask_about_entry(all, stop, std::make_shared<syscall_call>());
        };
        asio::co_spawn(context, question(), [](std::exception_ptr thrown) {
            if (thrown)
                std::rethrow_exception(thrown);
        });
        context.run();
        return said.value();
    }
};

using names = std::vector<std::string>;

}   // namespace

TEST_CASE("without interceptors, a call proceeds")
{
    asking of;
    CHECK(std::holds_alternative<proceed>(of.ask()));
}

TEST_CASE("interceptors are asked in order, until one returns a verdict other than `proceed`")
{
    asking of;
    of.add("first", goes_on);
    of.add("second", fails);
    of.add("third", returns);
    auto const said = of.ask();
    REQUIRE(std::holds_alternative<fail_with>(said));
    CHECK(std::get<fail_with>(said).error == 13);
    CHECK(of.asked == names{"first", "second"});
}

TEST_CASE("an interceptor that does not want a call is not asked")
{
    asking of;
    of.add("first", fails).interested = false;
    of.add("second", returns);
    auto const said = of.ask();
    REQUIRE(std::holds_alternative<return_value>(said));
    CHECK(of.asked == names{"second"});
}

TEST_CASE("an exception of an interceptor is reported, counts as proceed, and the next interceptor is asked")
{
    asking of;
    of.add("first", throws);
    of.add("second", fails);
    auto const said = of.ask();
    CHECK(std::holds_alternative<fail_with>(said));
    CHECK(of.failures == names{"out of luck"});
    CHECK(of.asked == names{"first", "second"});
}

TEST_CASE("when no thread waits for the verdict any longer, no further interceptor is asked")
{
    asking of;
    of.add("first", [&]() -> task<verdict> {
        of.stop->over = true;
        co_return proceed{};
    });
    of.add("second", fails);
    CHECK(std::holds_alternative<proceed>(of.ask()));
    CHECK(of.asked == names{"first"});
}

TEST_CASE("when no thread waits for the verdict any longer, an exception is not reported")
{
    asking of;
    of.add("first", [&]() -> task<verdict> {
        of.stop->over = true;
        return throws();
    });
    CHECK(std::holds_alternative<proceed>(of.ask()));
    CHECK(of.failures.empty());
}

TEST_CASE("when an interceptor that waited returns `proceed`, the next interceptor is asked")
{
    asking of;
    of.add("first", [&]() -> task<verdict> {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        of.asked.push_back("first again");
        co_return proceed{};
    });
    of.add("second", waits_and_fails);
    CHECK(std::holds_alternative<fail_with>(of.ask()));
    CHECK(of.asked == names{"first", "first again", "second"});
}

}   // namespace interception_tests
