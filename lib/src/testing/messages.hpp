// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "testing/journal.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Functions that make parts of the message of a failed expectation. A part is lines of text, each with its line break.
namespace cotrace::testing::messages {

inline constexpr std::string_view indent = "    ";

/// The first few of the happenings with the indices `places`, one per line. If there are more, the last line says how many more.
std::string listed(journal const& in, std::vector<std::size_t> const& places);

/// Lists a few of the happenings with the indices `places`: those that are most similar to `what`, in the order in which they
/// happened. A line after each happening has the conditions of `what` that the happening does not fulfil. Empty if no happening
/// is similar. The first line is "nearest", followed by `where`.
std::string similar(journal const& in, std::vector<std::size_t> const& places, pattern const& what, std::string_view where = {});

/// Like `similar`, but if no happening is similar, the result is that of `last_of`.
std::string nearest(journal const& in, std::vector<std::size_t> const& places, pattern const& what, std::string_view where = {});

/// The last few of the happenings with the indices `places`. Leaves out entries of calls, and happenings that have no line. If
/// there are more, the first line says how many there are in all. `where` is appended to the first line.
std::string last_of(journal const& in, std::vector<std::size_t> const& places, std::string_view where = {});

/// The last few happenings of the whole session, and the calls that its threads are in, one per line. Messages about a
/// wait that took too long contain these lists. `where` is appended to the first line of each list.
std::string recent(journal const& in, std::string_view where = {});

/// Notes about what is missing in the records: lost records, and failures of the tracer.
std::string gaps(journal const& in);

}   // namespace cotrace::testing::messages
