// SPDX-License-Identifier: BSL-1.0
// Tests of options that strace does not have.
#include "unit/app/parsing.hpp"

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

TEST_CASE("-s takes the word unlimited", "[options]")
{
    CHECK(good({"-s", "unlimited", "true"}).capture.string_limit == capture_options::unlimited);
    CHECK(good({"--string-limit=unlimited", "true"}).capture.string_limit == capture_options::unlimited);
    CHECK(bad({"-s", "unlimitd", "true"}) == "invalid -s argument: 'unlimitd'; did you mean 'unlimited'?");
}
