// SPDX-License-Identifier: BSL-1.0
#include "stack/modules.hpp"

#include <cotrace/memory.hpp>

#include "sys/procfs.hpp"

#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <ranges>
#include <span>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>

namespace cotrace::stack {

namespace {

constexpr std::uint64_t page_mask = ~std::uint64_t{4095};

/// Skips blanks, and returns the text up to the next blank. Removes both from `rest`.
std::string_view take_word(std::string_view& rest)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    auto const word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

std::uint64_t number_of(std::string_view text, int base)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    return number;
}

/// Whether two texts name the same device. /proc/PID/mountinfo has decimal numbers, "0:42", and /proc/PID/maps has
/// hexadecimal numbers, "00:2a".
bool is_same_device(std::string_view decimal, std::string_view hexadecimal)
{
    auto const one = decimal.find(':'), other = hexadecimal.find(':');
    return one != decimal.npos && other != hexadecimal.npos
           && number_of(decimal.substr(0, one), 10) == number_of(hexadecimal.substr(0, other), 16)
           && number_of(decimal.substr(one + 1), 10) == number_of(hexadecimal.substr(other + 1), 16);
}

}   // namespace

std::shared_ptr<mapped_file const> mapped_file::of_file(sys::unique_fd file, std::string path)
{
    std::shared_ptr<mapped_file> made{new mapped_file};
    made->file_ = std::move(file);
    made->path_ = std::move(path);
    return made->read_segments() ? made : nullptr;
}

std::shared_ptr<mapped_file const> mapped_file::of_image(std::string image, std::string path)
{
    std::shared_ptr<mapped_file> made{new mapped_file};
    made->image_ = std::move(image);
    made->path_ = std::move(path);
    return made->read_segments() ? made : nullptr;
}

Elf* mapped_file::open() const noexcept
{
    static bool const is_initialized = ::elf_version(EV_CURRENT) != EV_NONE;
    if (!is_initialized)
        return nullptr;
    return file_ ? ::elf_begin(file_.get(), ELF_C_READ, nullptr) : ::elf_memory(image_.data(), image_.size());
}

bool mapped_file::read_segments() noexcept
{
    std::unique_ptr<Elf, int (*)(Elf*)> const elf{open(), ::elf_end};
    std::size_t count = 0;
    GElf_Ehdr header{};
    if (!elf || ::elf_kind(elf.get()) != ELF_K_ELF || ::gelf_getehdr(elf.get(), &header) == nullptr
        || ::elf_getphdrnum(elf.get(), &count) != 0)
        return false;
    is_relocatable_ = header.e_type == ET_DYN;
    bool found = false;
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr segment{};
        if (::gelf_getphdr(elf.get(), static_cast<int>(i), &segment) == nullptr || segment.p_type != PT_LOAD)
            continue;
        if (!std::exchange(found, true))
            begin_ = segment.p_vaddr & page_mask;
        end_ = segment.p_vaddr + segment.p_memsz;
    }
    return found;
}

module const* module_list::find(std::uint64_t address) const noexcept
{
    auto const after = std::ranges::upper_bound(modules_, address, {}, &module::begin);
    if (after == modules_.begin() || address >= std::prev(after)->end)
        return nullptr;
    return &*std::prev(after);
}

bool module_list::knows(std::uint64_t address) const noexcept
{
    return find(address) != nullptr
           || std::ranges::any_of(nameless_, [&](auto const& range) { return range.first <= address && address < range.second; });
}

/// One line of /proc/PID/maps.
struct file_cache::mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool is_executable = false;
    std::string device;
    std::uint64_t inode = 0;
    std::string path;   ///< path of the file, or a text such as "[heap]"; empty if the line has neither

    bool is_of_file() const noexcept { return inode != 0 && path.starts_with('/'); }
    bool is_same_file(mapping const& other) const noexcept
    {
        return inode == other.inode && device == other.device && path == other.path;
    }
};

/// Mappings of one file, with no mapping of another file between them in /proc/PID/maps.
struct file_cache::file_range {
    mapping first;
    std::uint64_t end = 0;   ///< end of the last mapping
    bool has_code = false;
};

std::optional<file_cache::mapping> file_cache::parse(std::string_view line)
{
    mapping found;
    auto const range = take_word(line);
    auto const dash = range.find('-');
    if (dash == range.npos)
        return std::nullopt;
    found.begin = number_of(range.substr(0, dash), 16);
    found.end = number_of(range.substr(dash + 1), 16);
    found.is_executable = take_word(line).find('x') != std::string_view::npos;
    take_word(line);   // skips the offset in the file
    found.device = take_word(line);
    found.inode = number_of(take_word(line), 10);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    found.path = line;
    return found;
}

std::shared_ptr<module_list const> file_cache::modules_of(tid thread, pid process)
{
    std::erase_if(files_, [](auto const& each) { return each.second.expired(); });
    std::vector<file_range> found;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> nameless;
    std::vector<module> modules;
    auto const text = sys::file_of(sys::path_of(raw(thread), "maps"));
    for (auto const part : std::views::split(std::string_view{text}, '\n')) {
        auto const next = parse(std::string_view{part.begin(), part.end()});
        if (!next)
            continue;
        if (next->path == "[vdso]") {
            if (auto file = read_vdso(thread, *next))
                modules.push_back({next->begin, next->end, "[vdso: " + std::to_string(raw(process)) + "]", std::move(file)});
        } else if (!next->is_of_file()) {
            if (next->is_executable)
                nameless.emplace_back(next->begin, next->end);
        } else if (!found.empty() && found.back().first.is_same_file(*next)) {
            found.back().end = next->end;
            found.back().has_code |= next->is_executable;
        } else {
            found.push_back({*next, next->end, next->is_executable});
        }
    }
    for (auto const& each : found) {
        if (!each.has_code)
            continue;
        if (auto file = open(thread, each.first))
            modules.push_back({each.first.begin, each.end, each.first.path, std::move(file)});
        else
            nameless.emplace_back(each.first.begin, each.end);
    }
    std::ranges::sort(modules, {}, &module::begin);
    return std::make_shared<module_list>(std::move(modules), std::move(nameless));
}

// Opens the file of a mapping, or returns null. The link in /proc/PID/map_files also leads to a deleted file, but needs a
// capability, see proc_pid_map_files(5).
std::shared_ptr<mapped_file const> file_cache::open(tid thread, mapping const& first)
{
    auto& known = files_[{first.device + ' ' + first.path, first.inode}];
    if (auto file = known.lock())
        return file;
    if (may_wait_for_tracee(thread, first.device))
        return nullptr;
    char range[40];   // the name of the link; has no leading zeros, unlike the range in /proc/PID/maps
    std::snprintf(range, sizeof range, "%" PRIx64 "-%" PRIx64, first.begin, first.end);
    sys::unique_fd opened{::open(sys::path_of(raw(thread), std::string{"map_files/"} + range).c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened) {
        auto const path = sys::path_of(raw(thread), "root") + first.path;
        opened = sys::unique_fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
        struct ::stat about {};
        if (!opened || ::fstat(opened.get(), &about) != 0 || about.st_ino != first.inode || !S_ISREG(about.st_mode))
            return nullptr;
    }
    auto file = mapped_file::of_file(std::move(opened), first.path);
    known = file;
    return file;
}

/// Whether a process serves the files of the device (FUSE), see proc_pid_mountinfo(5). If that process is traced, reading a file
/// may wait for the tracer.
bool file_cache::may_wait_for_tracee(tid thread, std::string const& device)
{
    auto const [known, is_new] = served_.try_emplace(device, false);
    if (!is_new)
        return known->second;
    auto const text = sys::file_of(sys::path_of(raw(thread), "mountinfo"));
    for (auto const part : std::views::split(std::string_view{text}, '\n')) {
        std::string_view const line{part.begin(), part.end()};
        auto rest = line;
        take_word(rest);   // skips the mount id
        take_word(rest);   // skips the id of the parent mount
        auto const numbers = take_word(rest);
        auto const type = line.find(" - ");
        if (type != line.npos && is_same_device(numbers, device) && line.substr(type + 3).starts_with("fuse"))
            known->second = true;
    }
    return known->second;
}

std::shared_ptr<mapped_file const> file_cache::read_vdso(tid thread, mapping const& at)
{
    std::string image(at.end - at.begin, '\0');
    auto const bytes = std::as_writable_bytes(std::span{image});
    if (!memory{thread}.read(remote_address{at.begin}, bytes))
        return nullptr;
    auto& known = vdsos_[image];
    if (!known)
        known = mapped_file::of_image(std::move(image), "[vdso]");
    return known;
}

}   // namespace cotrace::stack
