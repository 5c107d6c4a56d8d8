// SPDX-License-Identifier: BSL-1.0
#include "sys/anonymous_file.hpp"

#include "sys/errno.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cotrace::sys {

result<anonymous_file> anonymous_file::make(std::string_view content) noexcept
{
    unique_fd file{::memfd_create("cotrace", MFD_CLOEXEC)};
    if (!file)
        return last_error();
    // pwrite(2) leaves the file offset at 0, where the child starts to read.
    for (std::size_t had = 0; had < content.size();) {
        auto const put = ::pwrite(file.get(), content.data() + had, content.size() - had, static_cast<off_t>(had));
        if (put < 0)
            return last_error();
        had += static_cast<std::size_t>(put);
    }
    return anonymous_file{std::move(file)};
}

result<unique_fd> open_dev_null() noexcept
{
    unique_fd file{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    if (!file)
        return last_error();
    return file;
}

std::uint64_t anonymous_file::size() const noexcept
{
    struct stat about {};
    return ::fstat(file_.get(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

std::string anonymous_file::text(std::size_t limit) const
{
    std::string all(static_cast<std::size_t>(std::min<std::uint64_t>(size(), limit)), '\0');
    std::size_t had = 0;
    while (had < all.size()) {
        auto const got = ::pread(file_.get(), all.data() + had, all.size() - had, static_cast<off_t>(had));
        if (got <= 0)
            break;
        had += static_cast<std::size_t>(got);
    }
    all.resize(had);
    return all;
}

}   // namespace cotrace::sys
