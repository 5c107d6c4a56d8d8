// SPDX-License-Identifier: BSL-1.0
// Tests the fixture for GoogleTest that lib/doc/testing.md shows.
#include <cotrace/testing.hpp>

#include <gtest/gtest.h>

#include "gtest_fixture.inc"

TEST_F(Traced, AFunctionIsTraced)
{
    auto const seen = cotrace::testing::trace([] { ::getppid(); });
    seen.expect(cotrace::testing::exactly(1, cotrace::call("getppid")));
}

TEST_F(Traced, AnExpectationThatFailsIsAnExceptionWithItsLine)
{
    auto const seen = cotrace::testing::trace([] { ::getppid(); });
    auto const line = std::to_string(__LINE__ + 2);
    try {
        seen.expect(cotrace::testing::never(cotrace::call("getppid")));
        FAIL();
    } catch (cotrace::testing::test_failed const& failure) {
        EXPECT_NE(std::string{failure.what()}.find("gtest_fixture.cpp:" + line), std::string::npos) << failure.what();
    }
}
