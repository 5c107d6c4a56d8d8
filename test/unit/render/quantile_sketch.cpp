// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include <cotrace/render/latency.hpp>
#include <cotrace/render/quantile_sketch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace quantile_sketch_tests {

using namespace cotrace::render;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// Checks that each quantile of the sketch is at least the exact quantile of `times`, and at most 1/32 larger.
void check_against_exact(quantile_sketch const& sketch, std::vector<std::int64_t> times)
{
    std::ranges::sort(times);
    for (double const share : {0.0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        auto const rank = std::max(std::ceil(share * static_cast<double>(times.size())), 1.0);
        auto const exact = times[static_cast<std::size_t>(rank) - 1];
        auto const found = sketch.percentile(share).count();
        INFO(share << ' ' << exact << ' ' << found);
        CHECK(found >= exact);
        CHECK(found - exact <= exact / 32);
    }
}

/// Times of one kind: 0 has a long tail, 1 has two groups far from each other, 2 is below 100 ns, 3 is constant.
std::vector<std::int64_t> times_of_kind(int kind, std::mt19937_64& random)
{
    std::vector<std::int64_t> times;
    std::lognormal_distribution<double> tail{std::log(2000.0), 2.5};
    std::uniform_int_distribution<std::int64_t> below_100{0, 99};
    for (int i = 0; i < 20'000; ++i)
        times.push_back(kind == 0   ? static_cast<std::int64_t>(tail(random))
                        : kind == 1 ? (i % 10 == 0 ? 5'000'000'000 : 900) + below_100(random)
                        : kind == 2 ? below_100(random)
                                    : 123'456);
    return times;
}

}   // namespace

TEST_CASE("the quantiles of a sketch differ from the exact quantiles by at most 1/32")
{
    std::mt19937_64 random{1};
    for (int kind = 0; kind < 4; ++kind) {
        INFO("kind " << kind);
        auto const times = times_of_kind(kind, random);
        quantile_sketch sketch;
        for (auto const each : times)
            sketch.add(nanoseconds{each});
        check_against_exact(sketch, times);
    }
}

TEST_CASE("a sketch that other sketches were merged into has the quantiles of all their times")
{
    std::mt19937_64 random{2};
    std::vector<std::int64_t> all;
    quantile_sketch merged;
    for (int kind = 0; kind < 3; ++kind) {
        auto const times = times_of_kind(kind, random);
        quantile_sketch one;
        for (auto const each : times)
            one.add(nanoseconds{each});
        merged.merge(one);
        all.insert(all.end(), times.begin(), times.end());
    }
    check_against_exact(merged, all);
    CHECK(merged.calls() == all.size());
    CHECK(merged.longest().count() == std::ranges::max(all));
    CHECK(merged.shortest().count() == std::ranges::min(all));

    quantile_sketch none;
    merged.merge(none);
    none.merge(merged);
    CHECK(none.calls() == all.size());
    CHECK(none.total() == merged.total());
}

TEST_CASE("a histogram has one line for each power of two, and each line with a call has a visible bar")
{
    quantile_sketch times;
    for (int i = 0; i < 1000; ++i)
        times.add(1500ns);
    times.add(1ns);
    times.add(7000ns);
    std::string text;
    append_bars("read", times, text);
    CHECK(text.starts_with("read: 1002 calls, median 1503 ns, 95 % 1503 ns, 99 % 1503 ns, longest 7000 ns\n"
                           "    0 ns .. 2 ns             1 #\n"
                           "    2 ns .. 4 ns             0\n"));
    CHECK(text.find("\n  1.0 us .. 2.0 us        1000 " + std::string(44, '#') + "\n") != text.npos);
    CHECK(text.ends_with("\n  4.1 us .. 8.2 us           1 #\n"));

    text.clear();
    append_bars("read", {}, text);
    CHECK(text == "read: 0 calls, median 0 ns, 95 % 0 ns, 99 % 0 ns, longest 0 ns\n");
}

}   // namespace quantile_sketch_tests
