// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/sweep_report.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cotrace::testing {

/// The folder that a sweep's runs have their folders in. Removed at its end, with all that is in it.
class sweep_folder {
public:
    sweep_folder();
    sweep_folder(sweep_folder const&) = delete;
    sweep_folder& operator=(sweep_folder const&) = delete;
    ~sweep_folder();

    /// The folder of a run; all have paths of one length.
    std::filesystem::path of_run(std::size_t number) const;
    std::filesystem::path const& path() const noexcept { return path_; }
    void keep() noexcept { kept_ = true; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

/// Makes the folders of a run, empty, and says in it where they are.
void make_folders(std::filesystem::path const& of_run, fault_run& run);
void remove_folders(std::filesystem::path const& of_run) noexcept;

/// The files of a run as they are now, but for those whose names are like one of `ignored`, as glob(7) has it.
folder_state files_of(fault_run const& run, std::vector<std::string> const& ignored);

} // namespace cotrace::testing
