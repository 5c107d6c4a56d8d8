// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "testing/journal.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Parts of the messages of failed expectations: lines of text, each with its line break.
namespace cotrace::testing::messages {

inline constexpr std::string_view indent = "    ";

/// The first few happenings of `places`, one per line, and the number of the others.
std::string listed(journal const& in, std::vector<std::size_t> const& places);

/// The happenings of `places` that are most similar to `what`, in order, each with the
/// conditions that it does not fulfil. If none is similar, the last few. `where` is appended
/// to the headline.
std::string nearest(journal const& in, std::vector<std::size_t> const& places, pattern const& what,
                    std::string_view where = {});

/// The last few happenings of `places`, and their number.
std::string last_of(journal const& in, std::vector<std::size_t> const& places, std::string_view where = {});

/// Notes about what is missing in the records: lost records, and failures of the tracer.
std::string gaps(journal const& in);

} // namespace cotrace::testing::messages
