// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include "sys/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace cotrace::sys {

// Standard streams for children that nobody talks with.

/// A file in memory without a name (memfd_create(2)), to be given to a child as
/// one of its standard streams: it takes whatever comes, and nobody has to read meanwhile.
class anonymous_file {
public:
    static result<anonymous_file> make() noexcept;

    int fd() const noexcept { return file_.get(); }
    std::uint64_t size() const noexcept;
    /// Its first bytes, `limit` at most.
    std::string text(std::size_t limit) const;

private:
    explicit anonymous_file(unique_fd file) noexcept : file_{std::move(file)} {}
    unique_fd file_;
};

/// /dev/null, to be read.
result<unique_fd> nothing_to_read() noexcept;

} // namespace cotrace::sys
