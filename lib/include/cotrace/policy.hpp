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
    /// The path. A relative path is appended to its starting directory: the call's directory file descriptor, or the
    /// working directory of the thread. If the starting directory cannot be read from /proc, the path stays relative.
    ///
    /// The path is not normalized, and may contain ".." and symbolic links. If the argument is an absolute path, the
    /// path begins at the root directory of the thread, see chroot(2).
    std::string path;
    /// True if the call opens a file for writing, may create or truncate a file, or changes files, folders or mounts.
    bool writes = false;
    syscall_call const& call;
};

/// A socket address that a call got as an argument, to connect to, to bind to or to send to. The object is valid until
/// the task returned by `access_policy::address` completes.
struct address_access {
    tid thread{};
    value address;              ///< the structure sockaddr; its parts have the names of its members, such as "sin_port"
    syscall_call const& call;   ///< the call: connect(2), bind(2), sendto(2), sendmsg(2) or sendmmsg(2)
};

/// Functions that decide which paths and addresses the subjects of a session may access. The functions may await any
/// operation; only the calling thread of the subject waits.
struct access_policy {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    access_policy() = default;

    std::function<task<decision>(path_access const&)> path{};         ///< decides about a path; empty: all are allowed
    std::function<task<decision>(address_access const&)> address{};   ///< decides about an address; empty: all are allowed
    int error = EACCES;                                               ///< the errno of calls that are denied
};

/// Makes an interceptor that enforces `rules`. At the entry of a call, the interceptor asks `rules` about
///
/// - each path argument of a call in the class %file;
/// - each address argument of connect(2), bind(2), sendto(2), sendmsg(2) and sendmmsg(2).
///
/// `rules` are asked in order, until a decision is not `decision::allow`. `rules` are not asked about null pointers,
/// empty paths, addresses below two bytes, and targets of new symbolic links.
///
/// If a path or an address cannot be read, the call fails with EFAULT. If a path is too long, the call fails with
/// ENAMETOOLONG. An openat2(2) whose `how` cannot be read fails with EFAULT, or with EINVAL if its `size` is too small.
///
/// A sendmmsg(2) fails with `access_policy::error` if not all of its messages were captured. The limit is
/// `capture_options::string_limit`, by default 32 messages, or, with `capture_options::verbose`,
/// `capture_options::most_reads`.
///
/// If a function of `rules` throws, the call fails with `access_policy::error`. The session records a `trace_failed`
/// whose `failure::operation` is the text of the exception.
///
/// `session_options::filter` must select the calls that `rules` decide about, for example filter{"%file,%network"}.
/// `capture_options::decode` and `capture_options::follow` must be true. Without `decode`, calls with a path or an
/// address fail with EFAULT. Without `follow`, openat2(2) and calls with an address fail with EFAULT.
///
/// A policy is no security boundary against a hostile subject; see cotrace/interceptors.hpp.
interceptor_ptr policy(access_policy rules);

}   // namespace cotrace::intercept
