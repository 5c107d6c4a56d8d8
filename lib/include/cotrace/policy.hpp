// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/interceptors.hpp>

#include <cerrno>
#include <functional>
#include <string>

namespace cotrace::intercept {

/// What a policy says about an access. `deny`: the call fails and does not run. `kill`: all processes of the session are
/// killed, and the call does not run.
enum class decision : std::uint8_t { allow, deny, kill };

/// A path that a call got as an argument.
struct path_access {
    tid thread{};
    /// The path, made absolute with the working directory, or with the folder that the call's descriptor refers to. It is
    /// not normalized: it may contain "..", and the names of symbolic links. It stays relative if that
    /// folder cannot be read from /proc. For a thread with another root directory (chroot(2)), an absolute path begins at
    /// that directory.
    std::string path;
    bool writes = false;   ///< the call opens the file for writing, or is one that changes files, folders or mounts
};

/// An address that a call got as an argument, to connect, to bind or to send to.
struct address_access {
    tid thread{};
    value address;              ///< the structure sockaddr; its parts have the names of its members, such as "sin_port"
    syscall_call const& call;   ///< connect(2), bind(2), sendto(2), sendmsg(2) or sendmmsg(2)
};

/// What decides about the accesses of a session's subjects. The functions may await any operation; only the thread that
/// made the call waits.
struct access_policy {
    std::function<task<decision>(path_access const&)> path{};         ///< empty: all paths are allowed
    std::function<task<decision>(address_access const&)> address{};   ///< empty: all addresses are allowed
    int error = EACCES;                                               ///< the errno of calls that are denied
};

/// Asks `rules` about each path argument of the calls in the class %file, and about each address argument of connect(2),
/// bind(2), sendto(2), sendmsg(2) and sendmmsg(2), at the entry of the call. If a call has several, `rules` are asked about
/// them in order, until one is not allowed. `rules` are not asked about null pointers, about the text of a symbolic link
/// that is made, and about a descriptor without a path, such as that of a pipe.
///
/// A call with a path or an address that cannot be read fails with EFAULT, as it would without a policy, or with
/// ENAMETOOLONG. A sendmmsg(2) with more messages than `capture_options::string_limit`, by default 32, fails with
/// `access_policy::error`, unless `capture_options::verbose` is true.
///
/// If a function of `rules` throws, the session records a `trace_failed`, and the call is allowed.
/// `session_options::filter` must select the calls, for example filter{"%file,%network"}. `decode` and `follow` of
/// `capture_options` must be true.
///
/// A policy is no security boundary against a hostile subject; see the description of this namespace.
interceptor_ptr policy(access_policy rules);

}   // namespace cotrace::intercept
