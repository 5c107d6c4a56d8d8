// SPDX-License-Identifier: BSL-1.0
#include "sys/image.hpp"

#include <cotrace/memory.hpp>

#include "sys/procfs.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <sstream>
#include <string>

#include <elf.h>

namespace cotrace::sys {

namespace {

// The number of bytes below the initial stack pointer to search for a return address into `_start`. With a link register, the
// called function stores the address in its own frame.
constexpr std::size_t first_frames = 512;
// The largest distance in bytes from the beginning of `_start` to the return address of the call that `_start` makes.
constexpr std::uint64_t start_length = 64;

std::string text_of(tid thread, char const* name) { return file_of(path_of(raw(thread), name)); }

std::uint64_t word_at(char const* from, unsigned word)
{
    std::uint64_t value = 0;
    // A word of 4 bytes fills the low bytes of `value`, because all supported architectures are little-endian.
    std::memcpy(&value, from, word);
    return value;
}

void read_auxiliary(std::string const& vector, unsigned word, program_image& into)
{
    for (std::size_t at = 0; at + 2 * word <= vector.size(); at += 2 * word) {
        auto const value = word_at(vector.data() + at + word, word);
        switch (word_at(vector.data() + at, word)) {
        case AT_ENTRY: into.entry = value; break;
        case AT_BASE: into.has_loader = value != 0; break;
        default: break;
        }
    }
}

void read_maps(std::string const& maps, program_image& into)
{
    std::istringstream lines{maps};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::uint64_t begin = 0, end = 0;
        char dash = 0;
        if (words >> std::hex >> begin >> dash >> end && begin <= into.entry && into.entry < end) {
            into.text_begin = begin;
            into.text_end = end;
            return;
        }
    }
}

// Reads field 28 ("startstack") of /proc/TID/stat. Counts from the end of field 2, the command's name, which may contain any
// character.
void read_stack(std::string const& stat, program_image& into)
{
    auto const name_end = stat.rfind(')');
    if (name_end == stat.npos)
        return;
    std::istringstream fields{stat.substr(name_end + 1)};
    std::string skipped;
    for (int field = 3; field < 28; ++field)
        fields >> skipped;
    fields >> into.stack;
}

}   // namespace

std::optional<program_image> image_of(tid thread, unsigned word)
{
    program_image image;
    read_auxiliary(text_of(thread, "auxv"), word, image);
    if (image.entry == 0)
        return std::nullopt;
    read_maps(text_of(thread, "maps"), image);
    read_stack(text_of(thread, "stat"), image);
    return image;
}

bool has_left_loader(program_image const& image, tid thread, std::uint64_t ip, unsigned word)
{
    if (!image.has_loader || (image.text_begin <= ip && ip < image.text_end))
        return true;
    std::array<std::byte, first_frames> frames;
    if (image.stack < first_frames || !memory{thread}.read(remote_address{image.stack - first_frames}, frames))
        return false;
    for (std::size_t at = 0; at < frames.size(); at += word) {
        auto const value = word_at(reinterpret_cast<char const*>(frames.data()) + at, word);
        if (image.entry < value && value <= image.entry + start_length)
            return true;
    }
    return false;
}

}   // namespace cotrace::sys
