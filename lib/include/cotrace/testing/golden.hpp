// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>
#include <cotrace/testing/run.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::testing {

/// What a golden trace shows. It should leave out what differs between runs, or between
/// machines.
struct golden_options {
    cotrace::filter calls{};              ///< only these calls, by default all; has no effect on other events
    std::vector<pattern> without{};       ///< leave out events that fit one of these: `call("openat").path("/etc/ld.so.cache")`
    bool signals = true;                  ///< lines about signals and stops by them
    bool exits   = true;                  ///< lines about the ends of threads

    /// Text that `expression`, an extended regular expression (regex(7)), matches in a line is
    /// replaced by `name` and a number. Equal texts get equal numbers: `{"/tmp/[A-Za-z0-9.]+",
    /// "scratch"}` replaces "/tmp/x.Yz12" by "scratch1".
    struct renaming {
        std::string expression;
        std::string name;
    };
    std::vector<renaming> renamed{};
};

/// A run as text that does not change from one execution to the next. Each call is one
/// line, as strace shows it, with these changes:
/// - ids of processes and threads are `pid1`, `pid2` … in the order in which they
///   first appear in the text; descriptors above 2 are `fd1` …, and addresses are
///   `addr1` …, in the same manner;
/// - times that the kernel reported are 0; lines have no time of day and no durations;
/// - the lines of each thread are together, under a headline such as
///   `== pid2, fork by pid1`, because the order between threads may differ. The
///   children of a thread follow it, in the order in which it created them. A run of
///   one thread has no headline.
///
/// The type of an argument decides what a number means. So descriptors in the sets of
/// select(2), and addresses, ids and times in a program's own data, stay as they are.
/// Some things must be left out or renamed: random data (getrandom(2)), sizes of files
/// that others change, and signals whose time depends on another process (the SIGCHLD
/// of a child that may end before or after the call that waits for it).
///
/// Throws `std::invalid_argument` for an invalid regular expression.
std::string golden_text(run const& seen, golden_options const& options = {});

/// Throws `test_failed` with a unified diff unless the content of the file is
/// `golden_text(seen, options)`. A missing file is a failure.
///
/// If the environment variable COTRACE_UPDATE_GOLDEN is set, and is neither empty nor 0,
/// the function writes the file instead, unless its content is already equal, and
/// creates missing folders. A relative path starts at the working directory.
void expect_golden(run const& seen, std::filesystem::path const& file, golden_options const& options = {});

/// The differences between two texts, as `diff -u` shows them, with three lines of context;
/// empty if the texts are equal. There are no headers with file names.
std::string unified_diff(std::string_view before, std::string_view after);

} // namespace cotrace::testing
