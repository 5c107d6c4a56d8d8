// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render {

/// The value of the member "schema" in every line. The number changes when the format changes
/// in a way that a program written for the former format would misunderstand. New members of
/// an object do not change the number.
inline constexpr int json_schema = 1;

/// Options of `append_json`: what the lines contain.
struct json_options {
    /// Write a line for the entry of each call, in addition to the line for its exit. A call that never returns has
    /// only a line for its entry.
    bool entries = false;
};

/// Appends a record as one JSON object (RFC 8259) on a line of its own, followed by a
/// line break. The line is always valid UTF-8. The installed file
/// `share/cotrace/record.schema.json` describes the lines. Nothing is appended for the record
/// of a call's entry unless `json_options::entries` is true.
///
/// Every line has "event", "thread" and "time" (`record::at`), and "session" if the record's session has a label.
/// If a record has a `record::comm`, its line has the member "comm".
///
/// In the following list, names in braces such as {"value", "name"} stand for a JSON object
/// with these members. The type of a value decides how the value is written:
/// - A number is written as a JSON number. If JavaScript would round the number (below
///   -(2^53 - 1) or above 2^53 - 1), a string with its decimal digits is written instead.
///   JavaScript's BigInt() accepts both.
/// - A time or a duration is always written as a string, with the decimal digits of its
///   nanoseconds.
/// - An address is written as a string: "0x7f…". A null pointer is written as null.
/// - A pointer that was followed is written as its target. If the target is a single
///   number, an array with this number as its only element is written. A pointer that was
///   not followed, or whose target could not be read, is written as an address.
/// - A constant is written as {"value", "name"}. Flags are written as {"value", "names"},
///   and the bits that have no name are in the additional member "rest".
/// - A file descriptor is written as {"fd"}. AT_FDCWD has its name as an additional member.
/// - A string or a buffer is written as {"text", "length"} if it is UTF-8, otherwise as
///   {"base64", "length"}. "length" is the number of bytes that the string or buffer really
///   has; this member is missing if the number is not known. The additional member "cut"
///   says that not all bytes were captured.
/// - A structure is written as an object with its fields. The additional member "..." says
///   that the structure has more fields.
/// - An array is written as a JSON array. If elements are missing, {"elements", "length"} is
///   written instead. If elements are missing because memory could not be read,
///   {"elements", "unreadable"} is written instead, with the address where reading failed.
void append_json(record const& seen, json_options const& options, std::string& to);

/// Appends a value as JSON, without a line break, for programs that render single values.
void append_json(value const& shown, uapi::arch interface, std::string& to);

}   // namespace cotrace::render
