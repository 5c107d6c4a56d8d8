// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/slowest.hpp>

namespace slowest_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using test::traced_call;

namespace {

record closed(std::uint64_t fd, std::chrono::nanoseconds took)
{
    test::byte_memory memory;
    traced_call call{"close", {fd}};
    call.enter(memory).leave(memory, 0);
    call.exit.took = took;
    auto made = call.exited();
    made.at = timestamp{10s};
    return made;
}

}   // namespace

TEST_CASE("the slowest calls are kept with their text, the slowest first, and the earlier call first among equals")
{
    render::slowest_calls slowest{3, {.column = 0}};
    for (std::uint64_t fd = 0; fd < 100; ++fd)
        slowest.count(closed(fd, std::chrono::milliseconds{fd / 2}));   // each time occurs twice
    slowest.count(record{tid{7}, {}, thread_exited{}});
    auto const all = slowest.all();
    REQUIRE(all.size() == 3);
    CHECK(all[0].text == "close(98) = 0");
    CHECK(all[1].text == "close(99) = 0");
    CHECK(all[2].text == "close(96) = 0");
    CHECK(all[0].took == 49ms);
    CHECK(all[0].at == timestamp{10s - 49ms});
    CHECK(all[0].thread == tid{7});

    std::string table;
    slowest.append(table);
    CHECK(table
          == "     seconds   thread slowest calls\n"
             "    0.049000        7 close(98) = 0\n"
             "    0.049000        7 close(99) = 0\n"
             "    0.048000        7 close(96) = 0\n");
}

TEST_CASE("a call with an unknown time is not among the slowest calls")
{
    render::slowest_calls slowest{3};
    slowest.count(closed(1, 0ns));
    CHECK(slowest.all().empty());
}

TEST_CASE("the text of a slow call begins with the time of its entry if the options ask for times")
{
    render::slowest_calls slowest{1, {.times = render::time_prefix::epoch, .times_to = render::precision::millis, .column = 0}};
    slowest.count(closed(3, 250ms));
    CHECK(slowest.all().at(0).text == "9.750 close(3) = 0");
}

}   // namespace slowest_tests
