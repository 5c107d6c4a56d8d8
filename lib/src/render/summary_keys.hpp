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

/// The keys of a call, without duplicates. `first` of each pair is the key. `second` is the text that names the key in the
/// table, with escapes for characters that cannot be printed. `seen` is the record that contains `what`, or null if there is
/// no record. `leader` is the name of the thread group leader, or null if it is not known.
std::vector<std::pair<std::string, std::string>> summary_keys(summary_key by, record const* seen, std::string const* leader,
                                                              syscall_exited const& what);

/// The text of the id of a process or thread, with its name if `name` is not null.
std::string id_with_name(std::int32_t id, std::string const* name);

/// Calls `see` for the paths that arguments of the call point to, and for the known paths of the file descriptors that the call
/// takes or returns. A file descriptor that is the argument before a path is only used to complete the path: if the path is
/// relative and the path of the file descriptor is known, `see` gets both, joined to one path. `see` may get a path several
/// times.
void for_each_path(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Calls `see` with the text of each socket address that the call passes or gets. Also calls `see` with the remote address of
/// each socket that the call uses, if this address was captured. A text is "127.0.0.1:80", "[::1]:80", or the path of a Unix
/// socket, in which "@" begins an abstract name. `see` may get an address several times.
void for_each_peer(syscall_exited const& what, std::function<void(std::string_view)> const& see);

/// Appends `text` with the escapes that strace uses in strings, but without quotes.
void put_printable(std::string& to, std::string_view text);

}   // namespace cotrace::render
