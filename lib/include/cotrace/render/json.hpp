// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render {

/// The value of "schema" in every line. It changes when a reader of the former lines
/// would misunderstand the new lines. New members do not change it.
inline constexpr int json_schema = 1;

struct json_options {
    bool entries = false;   ///< write a line for a call's entry too, which is the only line of a call that never returns
};

/// Appends a record as one JSON object (RFC 8259) on a line of its own, followed by a
/// line break. The line is always valid UTF-8. `record.schema.json`, which is installed
/// in the data folder, describes the lines. Records of entries add nothing unless
/// `options` ask for them.
///
/// The type of a value decides how the value is written:
/// - a number is a number. If JavaScript would round the number (below -(2^53 - 1) or
///   above 2^53 - 1), it is a string of its decimal digits; BigInt() takes both;
/// - times and durations are always strings of nanoseconds;
/// - an address is "0x7f…", a null pointer null. A pointer that was followed is written
///   as its target; a target that is a single number is an array with one element. A
///   pointer that was not followed, or whose target could not be read, is its address;
/// - a constant is {"value", "name"}; flags are {"value", "names"}, with the bits
///   that have no name in "rest"; a descriptor is {"fd"}, and AT_FDCWD also has its name;
/// - strings and buffers are {"text", "length"} if they are UTF-8, otherwise
///   {"base64", "length"}. "length" is the real number of bytes, and is missing if it
///   is not known; "cut" says that not all bytes were captured;
/// - a structure is an object of its fields, with "..." if there are more fields; an
///   array is an array, or {"elements", "length"} if elements are missing, with
///   "unreadable" if its memory could not be read to the end.
void append_json(record const& seen, json_options const& options, std::string& to);

/// A value as JSON, for programs that render single values; without a line break.
void append_json(value const& shown, abi::arch interface, std::string& to);

} // namespace cotrace::render
