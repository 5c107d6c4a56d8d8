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

/// The keys of a call, without duplicates, each with its printable text for the table. `seen` is the record with `what`, or null.
/// `leader` is the name of the thread group leader, or null.
std::vector<std::pair<std::string, std::string>> summary_keys(summary_key by, record const* seen, std::string const* leader,
                                                              syscall_exited const& what);

/// The text of the id of a process or thread, with its name if `name` is not null.
std::string id_with_name(std::int32_t id, std::string const* name);

/// Calls `see` for the paths that arguments point to, and for the known paths of file descriptors. A relative path is joined to
/// the path of the file descriptor in the argument before it. `see` may get a path several times.
void for_each_path(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Calls `see` with each socket address that the call passes or gets, and with the known remote address of each socket. Examples
/// are "127.0.0.1:80", "[::1]:80" and "@NAME", an abstract Unix socket. `see` may get an address several times.
void for_each_peer(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Appends `text` with the escapes that strace uses in strings, but without quotes.
void put_printable(std::string& to, std::string_view text);

}   // namespace cotrace::render
