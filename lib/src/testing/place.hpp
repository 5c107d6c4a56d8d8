// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/sweep_report.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cotrace::testing {

/// The folder of a sweep, with a folder for each run. The destructor removes the folder, unless `keep` was called.
class sweep_folder {
public:
    sweep_folder();
    sweep_folder(sweep_folder const&) = delete;
    sweep_folder& operator=(sweep_folder const&) = delete;
    ~sweep_folder();

    /// The path of the folder of a run. All these paths have the same length.
    std::filesystem::path of_run(std::size_t number) const;
    std::filesystem::path const& path() const noexcept { return path_; }
    void keep() noexcept { kept_ = true; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

/// Makes the empty folders of a run, and stores their paths in `run`.
void make_folders(std::filesystem::path const& of_run, fault_run& run);
void remove_folders(std::filesystem::path const& of_run) noexcept;

/// The current state of a run's files, without the files that match one of the patterns `ignored` (glob(7)).
folder_state files_of(fault_run const& run, std::vector<std::string> const& ignored);

}   // namespace cotrace::testing
