// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render {

/// What every line says in its "schema". It changes when a reader of the lines
/// so far would misunderstand the new ones, not when members are added.
inline constexpr int json_schema = 1;

struct json_options {
    bool entries = false;   ///< a line for a call's entry too, which is all there is of calls that never come back
};

/// Appends a record as one JSON object (RFC 8259) on a line of its own, with a
/// line break behind it. It is valid UTF-8 whatever the subject did.
/// `record.schema.json`, which is installed in the data folder, describes the
/// lines. Records of entries add nothing unless `options` want them.
///
/// A value is written by its type:
/// - a number is a number, or where JavaScript would round it, beyond
///   2^53 - 1 either way, a string of its decimal digits; BigInt() takes both;
/// - times and durations are strings of nanoseconds, always;
/// - an address is "0x7f…", a null pointer null. A pointer that was followed is
///   what it points to, a lone number in an array of one; one that was not, or
///   whose target could not be read, is its address;
/// - a constant is {"value", "name"}; flags are {"value", "names"}, with bits
///   that have no name in "rest"; an fd is {"fd"}, with the name of AT_FDCWD;
/// - strings and buffers are {"text", "length"} if they are UTF-8, else
///   {"base64", "length"}. "length" counts bytes, as many as there really are,
///   and is missing where nobody knows; "cut" says that there are more than these;
/// - a structure is an object of its fields, with "..." if there are more of
///   them; an array is an array, or {"elements", "length"} if some are missing,
///   with "unreadable" where its memory ended.
void append_json(record const& seen, json_options const& options, std::string& to);

/// A value as JSON, for those who look at calls themselves; no line break.
void append_json(value const& shown, abi::arch interface, std::string& to);

} // namespace cotrace::render
