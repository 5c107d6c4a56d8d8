// SPDX-License-Identifier: BSL-1.0
#pragma once

// The keys by which a summary groups calls, such as the paths, the file descriptors or the error of a call.

#include <cotrace/record.hpp>
#include <cotrace/render/summary.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::render {

/// The keys of a call, without duplicates, each with its text for the table. `seen` (the record with `what`) and `leader` (the
/// leader's name) may be null.
std::vector<std::pair<std::string, std::string>> summary_keys(summary_key by, record const* seen, std::string const* leader,
                                                              syscall_exited const& what);

/// The text of the id of a process or thread, with its name if `name` is not null.
std::string id_with_name(std::int32_t id, std::string const* name);

/// Calls `see` for the paths in arguments and the known paths of file descriptors, perhaps repeatedly. A relative path is joined
/// to the path of the descriptor before it.
void for_each_path(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Calls `see` with each socket address that the call passes, gets or uses, perhaps repeatedly: "127.0.0.1:80", "[::1]:80" or the
/// path of a Unix socket.
void for_each_peer(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Appends `text` with the escapes that strace uses in strings, but without quotes.
void put_printable(std::string& to, std::string_view text);

}   // namespace cotrace::render
