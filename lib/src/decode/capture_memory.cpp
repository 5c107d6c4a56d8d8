// SPDX-License-Identifier: BSL-1.0
// Reads the memory of the traced thread, within the limits of the options and with few system calls.
#include "decode/capture.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace cotrace::decode {
namespace {

using uapi::shape;
using uapi::source;
using uapi::type;

}   // namespace

std::size_t capture::read(std::uint64_t at, std::span<std::byte> into) noexcept
{
    auto const got = find_or_read(at, into);
    memory_.used(at, into.first(got));
    return got;
}

// Like `read`, but does not call `reader::used`. The caller has to call `reader::used` for the bytes that it uses.
std::size_t capture::find_or_read(std::uint64_t at, std::span<std::byte> into) noexcept
{
    auto const in = [&](window const& had) {
        bool const there = at >= had.at && at - had.at < had.bytes.size() && into.size() <= had.bytes.size() - (at - had.at);
        if (there && !into.empty())
            std::memcpy(into.data(), had.bytes.data() + (at - had.at), into.size());
        return there;
    };
    if (in(kept_))
        return into.size();
    for (std::size_t i = 0; i < window_count_; ++i)
        if (in(windows_[i]))
            return into.size();
    if (into.empty() || at + into.size() < at)
        return 0;
    // The targets of several pointers in memory, such as the elements of an argv, are often close to each other.
    if (depth_ > 1 && memory_.reads_blocks() && read_around(at, into))
        return into.size();
    return read_plainly(at, into);
}

std::size_t capture::read_plainly(std::uint64_t at, std::span<std::byte> into) noexcept
{
    if (!may_read(into.size()))
        return 0;
    --left_.reads;
    left_.bytes -= into.size();
    return std::min(memory_.read(remote_address{at}, into), into.size());
}

// Copies the bytes from a block of memory, which is read if necessary. If this is not possible, returns false.
bool capture::read_around(std::uint64_t at, std::span<std::byte> into) noexcept
{
    for (auto const& had : std::span{blocks_}.first(std::min(block_count_, blocks_.size())))
        if (at >= had.at && at - had.at < had.length && into.size() <= had.length - (at - had.at)) {
            std::memcpy(into.data(), had.bytes.data() + (at - had.at), into.size());
            return true;
        }
    auto& next = blocks_[block_count_ % blocks_.size()];
    constexpr std::uint64_t size = sizeof next.bytes;
    auto const start = at & ~(size - 1);
    if (at - start + into.size() > size || left_.bytes < size)
        return false;
    ++block_count_;
    next.at = start;
    next.length = read_plainly(start, next.bytes);
    if (next.length < at - start + into.size())
        return false;
    std::memcpy(into.data(), next.bytes.data() + (at - start), into.size());
    return true;
}

// The number of bytes that `fetch` reads from a target of type `as`; 0 if the target has more than `string_chunk` bytes or
// another shape.
std::size_t capture::first_read(type const& as) noexcept
{
    std::uint64_t wanted = 0;
    switch (as.shape) {
    case shape::characters: return string_chunk;
    case shape::structure: wanted = as.size_in(model_); break;
    case shape::bytes:
        // count() would subtract a length with `within_return` from the transferred bytes, which must happen only once, during
        // decoding.
        wanted = as.length.within_return ? 0 : std::min<std::uint64_t>(count(as.length), options_.string_limit + 1);
        break;
    case shape::array: {
        auto const each = as.of->size_in(model_);
        auto const many = as.length.from == source::none ? list_chunk : count(as.length);
        wanted = std::min<std::uint64_t>(many, options_.string_limit) * each;
        break;
    }
    default: break;
    }
    return wanted <= string_chunk ? wanted : 0;
}

void capture::fetch(std::span<uapi::parameter const> parameters) noexcept
{
    std::array<piece, 6> pieces;
    std::size_t used = 0, bytes = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto const& as = settle(*parameters[i].as);
        auto const to = arguments_[i];
        bool const wanted = outcome_ ? as.way != uapi::direction::in && as.way != uapi::direction::remaining
                                     : as.way == uapi::direction::in || as.way == uapi::direction::inout
                                           || as.way == uapi::direction::changed || as.way == uapi::direction::reported;
        bool const only_counted = !as.text.counted.empty() && !options_.verbose;
        if (as.shape != shape::pointer || !wanted || only_counted || to == 0)
            continue;
        auto size = first_read(settle(*as.of));
        if (as.of->shape == shape::characters)
            size = std::min(size, to_end_of(page, to));   // few strings continue on the next page
        if (size == 0 || size > left_.bytes - bytes)
            continue;
        bytes += size;
        pieces[used] = {remote_address{to}, std::span{fetched_}.subspan(used * string_chunk, size)};
        ++used;
    }
    // Reading only one piece in advance saves no system call.
    if (used < 2 || left_.reads == 0)
        return;
    --left_.reads;
    left_.bytes -= bytes;
    memory_.gather(std::span{pieces}.first(used));
    for (std::size_t i = 0; i < used; ++i)
        if (pieces[i].got != 0)
            windows_[window_count_++] = {raw(pieces[i].from),
                                         pieces[i].into.first(std::min(pieces[i].got, pieces[i].into.size()))};
}

}   // namespace cotrace::decode
