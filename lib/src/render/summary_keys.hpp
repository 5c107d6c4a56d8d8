// SPDX-License-Identifier: BSL-1.0
#pragma once

// The keys of the rows of a summary: what a call has to do with.

#include <cotrace/record.hpp>
#include <cotrace/render/summary.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::render {

/// The keys of a call, without duplicates. `first` of each pair is the key, and `second` the text that names the key in
/// the table, without characters that cannot be printed. `seen` is the record of the exit, or null if only the exit is
/// known.
std::vector<std::pair<std::string, std::string>> summary_keys(summary_key by, record const* seen, syscall_exited const& what);

/// Calls `see` for each path of the call: those that arguments point to, and those of file descriptors. If the path of the
/// folder is known that a relative path begins at, because an argument is a file descriptor of the folder, the two
/// are joined, and the folder is not passed by itself. A path may occur several times.
void for_each_path(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Calls `see` with the text of each address of another end of a socket: "127.0.0.1:80", "[::1]:80", or the path of a Unix
/// socket, in which "@" begins an abstract name. An address may occur several times.
void for_each_peer(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Appends `text` with the escapes that strace uses in strings, but without quotes.
void put_printable(std::string& to, std::string_view text);

}   // namespace cotrace::render
