// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/sweep_report.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::testing {

/// The form of file names with a random part: "data-aB3x.txt" and "data-Zk9f.txt" have the form "data-", four characters,
/// ".txt".
class random_name {
public:
    random_name(std::string_view one, std::string_view other);
    bool fits(std::string_view name) const noexcept;

private:
    std::string before_, after_;   ///< the text before and after the random part
    std::size_t length_;           ///< the length of the whole name; 0: any length
};

/// What differs between two runs without faults, and is therefore not compared in other runs.
class unstable_parts {
public:
    unstable_parts() = default;
    unstable_parts(fault_run const& once, fault_run const& again);

    /// The names of files, or "standard output".
    std::vector<std::string> const& names() const noexcept { return names_; }
    /// Removes the unstable parts from a run, and new files with names of the form of names that differed.
    void remove_from(fault_run& run) const;

private:
    std::vector<std::string> names_;
    std::vector<random_name> random_;
    std::set<std::string> in_both_;   ///< the names of the files that both runs left
};

}   // namespace cotrace::testing
