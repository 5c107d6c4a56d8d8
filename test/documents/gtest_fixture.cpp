// SPDX-License-Identifier: BSL-1.0
// The fixture for GoogleTest of lib/doc/testing.md.
#include <cotrace/testing.hpp>

#include <gtest/gtest.h>

#include "gtest_fixture.inc"

TEST_F(Traced, AFunctionIsTraced)
{
    using namespace cotrace;
    auto const seen = testing::trace([] { ::getppid(); });
    seen.expect(testing::exactly(1, call("getppid")));
}

TEST_F(Traced, AnExpectationThatFailsIsAnExceptionWithItsLine)
{
    using namespace cotrace;
    auto const seen = testing::trace([] { ::getppid(); });
    auto const line = std::to_string(__LINE__ + 2);
    try {
        seen.expect(testing::never(call("getppid")));
        FAIL();
    } catch (testing::test_failed const& failure) {
        EXPECT_NE(std::string{failure.what()}.find("gtest_fixture.cpp:" + line), std::string::npos) << failure.what();
    }
}
