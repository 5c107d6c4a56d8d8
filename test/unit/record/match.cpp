// SPDX-License-Identifier: BSL-1.0
#include <cotrace/match.hpp>

#include "support/catch.hpp"

#include <cerrno>

namespace match_tests {

using namespace cotrace;

TEST_CASE("a matcher tells whether its conditions on the outcome require success or failure")
{
    CHECK(call("openat").required_success() == std::nullopt);
    CHECK(call("openat").path("/etc/passwd").required_success() == std::nullopt);
    CHECK(call("openat").succeeds().required_success() == true);
    CHECK(call("openat").returns(3).required_success() == true);
    CHECK(call("openat").fails().required_success() == false);
    CHECK(call("openat").fails(ENOENT).path("/etc/passwd").required_success() == false);
}

}   // namespace match_tests
