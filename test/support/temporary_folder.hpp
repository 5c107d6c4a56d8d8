// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace cotrace::test {

/// A new temporary folder. The destructor removes it.
class temporary_folder {
public:
    temporary_folder()
    {
        std::string name = std::filesystem::temp_directory_path() / "cotrace-test-XXXXXX";   // mkdtemp(3) sets XXXXXX
        if (!::mkdtemp(name.data()))
            throw std::system_error{errno, std::generic_category()};
        path_ = name;
    }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path const& path() const noexcept { return path_; }
    std::string file(char const* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}   // namespace cotrace::test
