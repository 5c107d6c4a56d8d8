// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <libelf.h>

namespace cotrace::stack {

/// An ELF file that a traced process has mapped: a file that stays open, or a copy of the vDSO.
class mapped_file {
public:
    /// Both functions return null if the file, or the bytes of a vDSO, are no ELF file with loadable segments.
    static std::shared_ptr<mapped_file const> of_file(sys::unique_fd file, std::string path);
    static std::shared_ptr<mapped_file const> of_image(std::string image, std::string path);

    std::string const& path() const noexcept { return path_; }

    /// Opens a libelf handle, which the caller ends with elf_end(); null on failure. Files are not mapped, because access to a
    /// truncated mapping causes SIGBUS.
    Elf* open() const noexcept;

    /// The range of the loadable segments in the program headers. `begin` is rounded down to a page.
    std::uint64_t begin() const noexcept { return begin_; }
    std::uint64_t end() const noexcept { return end_; }
    /// Whether the kernel may load the file at other addresses than the program headers give (ET_DYN).
    bool is_relocatable() const noexcept { return is_relocatable_; }

private:
    mapped_file() = default;
    bool read_segments() noexcept;

    sys::unique_fd file_;
    mutable std::string image_;   ///< libelf takes a pointer to non-const bytes, and does not change them
    std::string path_;
    std::uint64_t begin_ = 0;
    std::uint64_t end_ = 0;
    bool is_relocatable_ = false;
};

/// A file with code in the address space of a process.
struct module {
    std::uint64_t begin = 0;   ///< the address at which the mappings of the file begin
    std::uint64_t end = 0;
    std::string name;   ///< the path, as in /proc/PID/maps; "[vdso: PID]" for the vDSO
    std::shared_ptr<mapped_file const> file;

    friend bool operator==(module const&, module const&) = default;
};

/// The files with code, and the other executable memory, that a process had mapped when the list was made.
class module_list {
public:
    module_list(std::vector<module> modules, std::vector<std::pair<std::uint64_t, std::uint64_t>> nameless)
        : modules_{std::move(modules)}
        , nameless_{std::move(nameless)}
    {
    }

    std::vector<module> const& all() const noexcept { return modules_; }
    /// The file that the address is in; null if the address is in none of `all()`.
    module const* find(std::uint64_t address) const noexcept;
    /// Whether the address is in one of `all()` or in other executable memory.
    bool knows(std::uint64_t address) const noexcept;

private:
    std::vector<module> modules_;   ///< sorted by address
    /// Ranges (begin and end) of executable memory without a file, and of files with code that `file_cache::open` did not open.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> nameless_;
};

/// Opens the files that processes map. Processes that map the same file share one `mapped_file`.
class file_cache {
public:
    /// Lists the mapped files with code, and the other executable memory, from /proc/TID/maps. Empty if `thread`, a thread of
    /// `process`, is gone.
    std::shared_ptr<module_list const> modules_of(tid thread, pid process);

private:
    struct mapping;
    struct file_range;
    static std::optional<mapping> parse(std::string_view line);
    std::shared_ptr<mapped_file const> open(tid thread, mapping const& first);
    std::shared_ptr<mapped_file const> read_vdso(tid thread, mapping const& at);

    bool may_wait_for_tracee(tid thread, std::string const& device);

    /// First: device and path, separated by a space. Second: inode number.
    using file_key = std::pair<std::string, std::uint64_t>;
    std::map<file_key, std::weak_ptr<mapped_file const>> files_;
    /// Whether a process serves the files of a device (FUSE). The key is the device, such as "08:02".
    std::map<std::string, bool> served_;
    std::map<std::string, std::shared_ptr<mapped_file const>> vdsos_;   ///< the key is the content of the vDSO
};

}   // namespace cotrace::stack
