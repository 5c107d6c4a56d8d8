// SPDX-License-Identifier: BSL-1.0
#include <cotrace/interceptors.hpp>

#include "support/catch.hpp"

#include <vector>

namespace occasions_tests {

using cotrace::intercept::occasions;

namespace {

std::vector<std::uint64_t> of_ten(occasions const& when)
{
    std::vector<std::uint64_t> found;
    for (std::uint64_t number = 1; number <= 10; ++number)
        if (when.include(number))
            found.push_back(number);
    return found;
}

using numbers = std::vector<std::uint64_t>;

std::size_t of_many(occasions const& when)
{
    std::size_t found = 0;
    for (std::uint64_t number = 1; number <= 10000; ++number)
        found += when.include(number);
    return found;
}

}   // namespace

TEST_CASE("occasions select calls by their numbers, of which the first is 1")
{
    CHECK(of_ten({}).size() == 10);
    CHECK(of_ten(occasions::nth(3)) == numbers{3});
    CHECK(of_ten(occasions::nth(11)).empty());
    CHECK(of_ten(occasions::every(4)) == numbers{4, 8});
    CHECK(of_ten(occasions::every(4, 1)) == numbers{1, 5, 9});
    CHECK(of_ten(occasions::every(1, 8)) == numbers{8, 9, 10});
    CHECK(of_ten(occasions::between(3, 5)) == numbers{3, 4, 5});
    CHECK(of_ten(occasions::between(2, 8, 3)) == numbers{2, 5, 8});
    CHECK(of_ten(occasions::between(2, 7, 3)) == numbers{2, 5});
}

TEST_CASE("the number of random occasions follows their probability, and equal seeds give equal occasions")
{
    CHECK(of_many(occasions::at_random(0, 1)) == 0);
    CHECK(of_many(occasions::at_random(1, 1)) == 10000);
    auto const tenth = of_many(occasions::at_random(0.1, 42));
    CHECK(tenth > 800);
    CHECK(tenth < 1200);
    CHECK(of_ten(occasions::at_random(0.5, 7)) == of_ten(occasions::at_random(0.5, 7)));
    CHECK(of_ten(occasions::at_random(0.5, 7)) != of_ten(occasions::at_random(0.5, 8)));
}

}   // namespace occasions_tests
