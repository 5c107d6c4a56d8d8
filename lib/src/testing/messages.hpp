// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "testing/journal.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What failures say of the records: lines of text, each with its line break.
namespace cotrace::testing::messages {

inline constexpr std::string_view indent = "    ";

/// Happenings as lines, the first few of them, and how many more there were.
std::string listed(journal const& in, std::vector<std::size_t> const& places);

/// What came nearest to `what` among `places`, in order, each with the conditions
/// that it did not fulfil. Where nothing is like it, the last few. `where` ends the headline.
std::string nearest(journal const& in, std::vector<std::size_t> const& places, pattern const& what,
                    std::string_view where = {});

/// The last few of `places`, and how many there are.
std::string last_of(journal const& in, std::vector<std::size_t> const& places, std::string_view where = {});

/// What makes the records less than the whole truth: losses, and failures of the tracer.
std::string gaps(journal const& in);

} // namespace cotrace::testing::messages
