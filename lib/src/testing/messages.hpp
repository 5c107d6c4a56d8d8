// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "testing/journal.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Functions that make parts of the message of a failed expectation. Each part consists of complete lines.
namespace cotrace::testing::messages {

inline constexpr std::string_view indent = "    ";

/// The first few of the happenings `places`, one per line. If there are more, the last line says how many.
std::string listed(journal const& in, std::vector<std::size_t> const& places);

/// Lists the few happenings of `places` that are most similar to `what`, each with the conditions that the happening does not
/// fulfil. Empty if no happening is similar.
std::string similar(journal const& in, std::vector<std::size_t> const& places, pattern const& what, std::string_view where = {});

/// Like `similar`, but if no happening is similar, returns the result of `last_of`.
std::string nearest(journal const& in, std::vector<std::size_t> const& places, pattern const& what, std::string_view where = {});

/// The last few of the happenings `places` that have a line, without entries of calls. `where` is appended to the first line.
std::string last_of(journal const& in, std::vector<std::size_t> const& places, std::string_view where = {});

/// The last few happenings of the session, and the calls in progress. `where` is appended to the first line of each list.
std::string recent(journal const& in, std::string_view where = {});

/// Notes about what is missing in the records: lost records, and failures of the tracer.
std::string gaps(journal const& in);

}   // namespace cotrace::testing::messages
