// SPDX-License-Identifier: BSL-1.0
#pragma once

// Parses command lines for tests.

#include "parse.hpp"

#include "support/catch.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace cotrace::app::test {

using words = std::vector<std::string>;

inline result<options, std::string> parsed(std::initializer_list<std::string> words)
{
    std::vector<std::string> all{"cotrace"};
    all.insert(all.end(), words);
    return parse(all);
}

/// The options of a command line that must be accepted.
inline options good(std::initializer_list<std::string> words)
{
    auto result = parsed(words);
    if (!result)
        FAIL(result.error());
    return std::move(result).value();
}

/// The error of a command line that must be rejected. Checks that the error is one line.
inline std::string bad(std::initializer_list<std::string> words)
{
    auto result = parsed(words);
    REQUIRE_FALSE(result);
    CHECK(result.error().find('\n') == std::string::npos);
    return result.error();
}

}   // namespace cotrace::app::test
