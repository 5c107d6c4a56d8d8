// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render {

/// The value of the member "schema" in every line. The number changes when the format changes incompatibly. New members
/// of an object do not change the number.
inline constexpr int json_schema = 2;

/// Options of `append_json`: what the lines contain.
struct json_options {
    /// Write a line for the entry of each call, too. A call that never returns has only a line for its entry.
    bool entries = false;
};

/// Appends a record as one JSON object (RFC 8259), followed by a line break. The line is always valid UTF-8. The
/// installed file `share/cotrace/record.schema.json` describes the lines. For the record of a call's entry, nothing is
/// appended unless `json_options::entries` is true.
///
/// Every line has these members:
/// - "schema", the number `json_schema`;
/// - "event", the kind of the record;
/// - "pid" and "tid", the process and the thread;
/// - "comm", the name of the thread (`record::comm`), or "" if the record has no name;
/// - "start", the time at which the event began, in nanoseconds;
/// - "duration", in nanoseconds: `syscall_exited::took` for the exit of a call, and 0 for all other records.
///
/// A line also has "session" if the record's session has a label.
///
/// A value of a call is always an object, and each member has the same type in all lines:
/// - "text" (a string): the value as strace prints it. Only whole arguments, return values and the siginfo of a signal
///   have this member.
/// - "value" (an integer): a number, a constant, flags, a file descriptor, a process id, a mode, a device number.
/// - "name" (a string): the name of a constant. "names" (an array of strings): the names of flags or of the signals in
///   a set. "rest" (an integer): the flags that have no name. "octal" (a string): a mode.
/// - "string" (a string): the characters of a string or buffer, an IP or hardware address, or a UUID. If the bytes are
///   not UTF-8, "base64" replaces "string". "length" (an integer): the full number of bytes, if known. "abstract": true
///   for the name of a Unix socket that is not a path.
/// - "fields" (an object): the fields of a structure, or the parts of a number, such as "major" and "minor" of a device
///   number. Each is a value.
/// - "elements" (an array): the elements of an array, or the numbers in a set. Each is a value. "unreadable" (a
///   string): the address at which reading an element failed. If elements were left out for another reason, "length" is
///   the full number of elements, if known.
/// - "cut": true if not all bytes, fields or elements were captured. Text that was cut ends with a whole character.
/// - "address" (a string): an address, such as "0x7f…". A pointer has this member if it was not followed or its target
///   could not be read. Otherwise, the target is written in place of the pointer. A target that is a single number or
///   address is written as "elements" with one element.
/// - "details" (an object): what `capture_options` asked for about a file descriptor or a process. Each member is a
///   value, except "deleted": true.
///
/// The member "return" is a value, and always has "text" and "value". If the call failed, "value" is -1, and the line
/// has the member "error". "error" is an object with the members "value" (errno), "name" and "text".
///
/// Integers are JSON numbers, from -2^63 to 2^64 - 1. JavaScript's JSON.parse() rounds numbers above 2^53. A reviver
/// function can read the exact number from `context.source`.
void append_json(record const& seen, json_options const& options, std::string& to);

/// Appends a value as JSON, without a line break, for programs that render single values.
void append_json(value const& shown, uapi::arch interface, std::string& to);

}   // namespace cotrace::render
