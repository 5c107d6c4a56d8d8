// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>
#include <cotrace/testing/run.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::testing {

/// What a golden trace shows, and what it leaves out because it differs from
/// run to run, or from machine to machine.
struct golden_options {
    cotrace::filter calls{};              ///< only these calls, by default all; other events are not concerned
    std::vector<pattern> without{};       ///< nothing that fits one of these: `call("openat").path("/etc/ld.so.cache")`
    bool signals = true;                  ///< lines about signals and stops by them
    bool exits   = true;                  ///< lines about the ends of threads

    /// What is found in a line by `expression`, an extended regular one (regex(7)),
    /// is renamed to `name` and a number, the same for the same text: with
    /// `{"/tmp/[A-Za-z0-9.]+", "scratch"}` all of "/tmp/x.Yz12" becomes "scratch1".
    struct renaming {
        std::string expression;
        std::string name;
    };
    std::vector<renaming> renamed{};
};

/// A run as text that does not change from one execution to the next: a line for
/// each call, as strace shows it, with
/// - ids of processes and threads as `pid1`, `pid2` … in the order in which they
///   first appear in this text, and descriptors above 2 and addresses in the
///   same way as `fd1`, `addr1`;
/// - times that the kernel told as 0, and no time of day, nor how long anything took;
/// - the lines of each thread by themselves, under a headline such as
///   `== pid2, fork by pid1`: the order between threads is left to chance. A
///   thread's children follow it, in the order in which it made them. Of a single
///   thread there is no headline.
///
/// A number is taken for what its argument's type says it is. So descriptors in
/// the sets of select(2) stay as they are, and so do addresses, ids and times in
/// a program's own data. Random data (getrandom(2)), sizes of foreign files, and
/// signals that come when another process does something (SIGCHLD of a child that
/// may end before or after the call that waits for it) have to be left out or
/// renamed.
///
/// Throws `std::invalid_argument` for an expression that is none.
std::string golden_text(run const& seen, golden_options const& options = {});

/// Throws `test_failed` with a unified diff unless the file holds
/// `golden_text(seen, options)`.
///
/// With COTRACE_UPDATE_GOLDEN in the environment, and not empty nor 0, it writes
/// the file instead, with the folders that it needs, if it is not the same
/// already. A file that is missing is a failure otherwise. A relative name
/// starts at the working directory.
void expect_golden(run const& seen, std::filesystem::path const& file, golden_options const& options = {});

/// The lines in which two texts differ, as `diff -u` shows them, with three lines
/// around each; empty if they do not. There are no headers with file names.
std::string unified_diff(std::string_view before, std::string_view after);

} // namespace cotrace::testing
