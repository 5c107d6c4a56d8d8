// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/latency.hpp>

#include <vector>

namespace latency_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using distribution = render::latency_histogram::distribution;
using test::traced_call;

namespace {

syscall_exited done(char const* name, std::chrono::nanoseconds took)
{
    test::byte_memory memory;
    traced_call call{name};
    call.enter(memory).leave(memory, 0);
    call.exit.took = took;
    return call.exit;
}

}   // namespace

TEST_CASE("a distribution without calls has only times of 0")
{
    distribution const none;
    CHECK(none.calls() == 0);
    CHECK(none.percentile(0.5) == 0ns);
    CHECK(none.shortest() == 0ns);
    CHECK(none.longest() == 0ns);
}

TEST_CASE("a percentile is a time that the given share of the calls did not exceed, and is at most 1/32 too large")
{
    for (std::int64_t const scale : std::initializer_list<std::int64_t>{1, 7, 1000, 123'456, 50'000'000, 30'000'000'000}) {
        distribution times;
        for (int i = 1; i <= 1000; ++i)
            times.add(std::chrono::nanoseconds{i * scale});
        for (double const share : {0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 1.0}) {
            auto const exact = static_cast<double>(scale) * share * 1000;
            auto const found = static_cast<double>(times.percentile(share).count());
            INFO(scale << ' ' << share);
            CHECK(found >= exact - 1);
            CHECK(found <= exact * (1 + 1.0 / 32));
        }
        CHECK(times.shortest() == std::chrono::nanoseconds{scale});
        CHECK(times.longest() == std::chrono::nanoseconds{1000 * scale});
        CHECK(times.percentile(1.0) == times.longest());
        CHECK(times.calls() == 1000);
        CHECK(times.total() == std::chrono::nanoseconds{500'500 * scale});
    }
}

TEST_CASE("a negative time and the greatest possible time are counted, too")
{
    distribution times;
    times.add(-1ns);
    times.add(std::chrono::nanoseconds::max());
    CHECK(times.calls() == 2);
    CHECK(times.percentile(1.0) == std::chrono::nanoseconds::max());
}

TEST_CASE("the buckets of a distribution have all calls, in the order of their times")
{
    distribution times;
    for (int const each : {5, 1000, 1000, 70})
        times.add(std::chrono::nanoseconds{each});
    auto const buckets = times.buckets();
    REQUIRE(buckets.size() == 3);
    CHECK(buckets[0].most == 5ns);
    CHECK(buckets[1].most >= 70ns);
    CHECK(buckets[2].most >= 1000ns);
    CHECK(buckets[2].calls == 2);
}

TEST_CASE("the table of a histogram has the call with the greatest total time first")
{
    render::latency_histogram all;
    all.count(done("close", 3us));
    all.count(done("close", 5us));
    all.count(done("read", 2ms));
    all.count(done("poll", 0ns));   // not counted, because 0 ns means that the duration is unknown
    std::string text;
    all.append(text);
    CHECK(text
          == "    calls     total    median      90 %      99 %   longest call\n"
             "        1   2000 us   2000 us   2000 us   2000 us   2000 us read\n"
             "        2   8000 ns   3007 ns   5000 ns   5000 ns   5000 ns close\n");
}

}   // namespace latency_tests
