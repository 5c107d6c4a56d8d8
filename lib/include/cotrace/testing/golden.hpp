// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>
#include <cotrace/testing/run.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::testing {

/// Selects what a golden trace shows. A golden trace is a text file with the expected events of a run. The options
/// should leave out everything that differs between runs or machines.
struct golden_options {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    golden_options() = default;

    cotrace::filter calls{};   ///< selects the calls that are shown; events that are not calls are shown regardless
    /// Hides the events that fit one of these patterns, for example `call("openat").path("/etc/ld.so.cache")`.
    std::vector<pattern> without{};
    bool signals = true;   ///< shows lines about signals, and about stops that signals caused
    bool exits = true;     ///< shows lines about the ends of threads

    /// In each line, text that matches `expression`, an extended regular expression (regex(7)), is replaced by `name`
    /// and a number. For each name, the different texts are numbered from 1: `{"/tmp/[A-Za-z0-9.]+", "scratch"}`
    /// replaces "/tmp/x.Yz12" by "scratch1".
    struct renaming {
        std::string expression;
        std::string name;
    };
    std::vector<renaming> renamed{};
};

/// Returns a run as text that should be equal for two executions that make the same calls. Each call is one line. The
/// text is that of strace, with these changes:
/// - Ids of processes and threads are `pid1`, `pid2` … in the order of their first appearance. Descriptors above 2 are
///   `fd1`, `fd2` …, and addresses are `addr1`, `addr2` …, numbered in the same way.
/// - Times that the kernel reported are 0. Lines have no time of day and no durations.
/// - The lines of each thread are together, under a headline such as `== pid2, fork by pid1`. The children of a thread
///   follow the thread, in the order in which the thread created them. A run of one thread has no headline.
///
/// The type of an argument decides whether a number is an id, a descriptor, an address or a time. In addition, a 64-bit
/// number from 2^32 to below 2^47 that is shown in hexadecimal is taken for an address. All other numbers stay as they
/// are.
///
/// Use the options to leave out or rename what this function does not recognize, for example random data and sizes of
/// files. Leave out signals that arrive sometimes earlier and sometimes later, such as SIGCHLD.
///
/// Throws `std::invalid_argument` for an invalid regular expression.
std::string golden_text(run const& seen, golden_options const& options = {});

/// Throws `test_failed` with a unified diff unless the content of the file is `golden_text(seen, options)`. A missing
/// file is a failure. A relative path starts at the working directory.
///
/// If the environment variable COTRACE_UPDATE_GOLDEN is set, and is neither empty nor 0, a missing or different file is
/// written instead. In this case, `test_failed` is thrown only if the file cannot be written.
void expect_golden(run const& seen, std::filesystem::path const& file, golden_options const& options = {},
                   std::source_location at = std::source_location::current());

/// Returns the differences between two texts, as `diff -u` shows them, but without the header lines that name the
/// files. Empty if the texts are equal.
std::string unified_diff(std::string_view before, std::string_view after);

}   // namespace cotrace::testing
