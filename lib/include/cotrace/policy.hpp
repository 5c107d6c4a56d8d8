// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/interceptors.hpp>

#include <cerrno>
#include <functional>
#include <string>

namespace cotrace::intercept {

/// What a policy decides about an access. With `deny`, the call does not run and fails with `access_policy::error`.
/// With `kill`, the call does not run, and all processes of the session are killed.
enum class decision : std::uint8_t { allow, deny, kill };

/// A path that a call got as an argument. The object is valid until the task returned by `access_policy::path`
/// completes.
struct path_access {
    tid thread{};
    /// The path. A relative path is made absolute: it is appended to the path of its starting directory, which is read
    /// from /proc. The starting directory is the one that the call's directory file descriptor refers to, or otherwise
    /// the working directory of the thread. If the path of the starting directory cannot be read, `path` stays relative.
    /// `path` is not normalized: it may contain "..", and the names of symbolic links. If the thread passed an absolute
    /// path, `path` begins at the root directory of the thread; see chroot(2).
    std::string path;
    /// True if the call opens a file for writing, may create or truncate a file, or changes files, folders or mounts.
    bool writes = false;
    syscall_call const& call;
};

/// A socket address that a call got as an argument: the address to connect to, to bind to or to send to. The object is
/// valid until the task returned by `access_policy::address` completes.
struct address_access {
    tid thread{};
    value address;              ///< the structure sockaddr; its parts have the names of its members, such as "sin_port"
    syscall_call const& call;   ///< the call: connect(2), bind(2), sendto(2), sendmsg(2) or sendmmsg(2)
};

/// Functions that decide which paths and addresses the subjects of a session may access. The functions may await any
/// operation. Only the thread that made the call waits for the decision.
struct access_policy {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    access_policy() = default;

    std::function<task<decision>(path_access const&)> path{};         ///< decides about a path; empty: all are allowed
    std::function<task<decision>(address_access const&)> address{};   ///< decides about an address; empty: all are allowed
    int error = EACCES;                                               ///< the errno of calls that are denied
};

/// Makes an interceptor that enforces `rules`. At the entry of a call, the interceptor asks `rules`
///
/// - about each path argument of a call in the class %file;
/// - about each address argument of connect(2), bind(2), sendto(2), sendmsg(2) and sendmmsg(2).
///
/// If a call has several paths or addresses, `rules` are asked about them in order, until a decision is not
/// `decision::allow`. `rules` are not asked about null pointers, empty paths (a call with AT_EMPTY_PATH uses its file
/// descriptor instead), addresses of fewer than two bytes, and the target of a new symbolic link.
///
/// Calls with invalid arguments fail with the same errors as without a policy: with EFAULT if a path or an address
/// cannot be read, and with ENAMETOOLONG if a path is too long. An openat2(2) whose `how` cannot be read fails with
/// EFAULT, or with EINVAL if its `size` is too small.
///
/// Only the first `capture_options::string_limit` messages of a sendmmsg(2) are captured, by default 32. A sendmmsg(2)
/// with more messages fails with `access_policy::error`. If `capture_options::verbose` is true, this limit does not apply,
/// but the call fails if `capture_options::most_reads` is too low for its messages.
///
/// If a function of `rules` throws, the call fails with `access_policy::error`, and the session records a
/// `trace_failed` whose `failure::operation` is the text of the exception.
///
/// `session_options::filter` must select the calls that `rules` decide about, for example filter{"%file,%network"}.
/// `capture_options::decode` must be true; otherwise the calls fail with EFAULT. `capture_options::follow` must be
/// true, too; otherwise openat2(2) and calls with an address fail with EFAULT, because no structures are captured.
///
/// A policy is no security boundary against a hostile subject; cotrace/interceptors.hpp says why.
interceptor_ptr policy(access_policy rules);

}   // namespace cotrace::intercept
