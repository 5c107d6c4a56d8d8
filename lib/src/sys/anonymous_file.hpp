// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include "sys/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::sys {

/// A file in memory (memfd_create(2)) for a standard stream of a child. Unlike with a pipe, no process has to read or write
/// meanwhile.
class anonymous_file {
public:
    /// Makes a file with this content. The file offset is 0.
    static result<anonymous_file> make(std::string_view content = {}) noexcept;

    int fd() const noexcept { return file_.get(); }
    std::uint64_t size() const noexcept;
    /// The first `limit` bytes of the file; the whole content if the file is shorter.
    std::string text(std::size_t limit) const;

private:
    explicit anonymous_file(unique_fd file) noexcept
        : file_{std::move(file)}
    {
    }
    unique_fd file_;
};

/// /dev/null, opened for reading.
result<unique_fd> open_dev_null() noexcept;

}   // namespace cotrace::sys
