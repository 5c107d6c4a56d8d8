// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/named_values.hpp>
#include <cotrace/value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Numbers, text, times and sets of names as Go and u-root write them.
namespace cotrace::render::uroot {

/// Appends a number as "0x2a".
void hex(std::string& to, std::uint64_t number);

/// Appends text with the escapes of Go. UTF-8 is kept. If `quoted` is true, quotation marks and backslashes are escaped, too.
void escape(std::string& to, std::string_view text, bool quoted);

/// Appends escaped text between quotation marks.
void quote(std::string& to, std::string_view text);

/// Appends a duration as Go writes it: 42.931µs, 1.092021ms, 2.5s, 1m3s.
void duration(std::string& to, std::int64_t nanoseconds);

/// Appends the names of the bits in `rest`, and the bits without a name as a number. `some` says whether a separator is needed
/// first.
void put_names(std::string& to, std::uint64_t rest, std::span<uapi::named_value const> names, bool some);

/// Appends the name at the index `number`, or the number if there is no such name.
void put_one_of(std::string& to, std::uint64_t number, std::span<std::string_view const> names);

/// Appends the permissions in a mode_t, such as "-rw-r--r--". Like u-root, leaves out the file type, which Go stores in other
/// bits.
void file_mode(std::string& to, std::uint64_t mode);

/// Appends the time in the field `name` of a struct stat as local time.
void local_time(std::string& to, value const& stat, std::string_view name);

}   // namespace cotrace::render::uroot
