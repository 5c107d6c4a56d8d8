// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/captured_reader.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>

namespace cotrace::engine::observe {

namespace {

/// The string at the beginning of `bytes`, without its null byte.
std::string_view first_string(std::span<std::byte const> bytes) noexcept
{
    auto const* const text = reinterpret_cast<char const*>(bytes.data());
    return {text, ::strnlen(text, bytes.size())};
}

/// Makes a path of these names. They are in reverse order: the name of the file comes first.
std::string path_of(std::span<std::byte const> names)
{
    std::string path;
    while (!names.empty()) {
        auto const name = first_string(names);
        path.insert(0, name).insert(0, 1, '/');
        names = names.subspan(std::min(name.size() + 1, names.size()));
    }
    return path.empty() ? "/" : path;
}

}   // namespace

/// Calls `visit` with the header and the bytes of each segment.
template <class Visit>
void captured_memory::for_each(Visit visit) const noexcept
{
    for (auto rest = segments_; rest.size() >= sizeof(segment);) {
        segment header;
        std::memcpy(&header, rest.data(), sizeof header);
        rest = rest.subspan(sizeof header);
        visit(header, rest.first(std::min<std::size_t>(header.length, rest.size())));
        rest = rest.subspan(std::min<std::size_t>((std::size_t{header.length} + 7) & ~std::size_t{7}, rest.size()));
    }
}

captured_memory::found captured_memory::at(std::uint64_t address) const noexcept
{
    found best;
    for_each([&](segment const& header, std::span<std::byte const> bytes) {
        if (header.kind == segment_file || header.kind == segment_netlink || address < header.at
            || address - header.at >= bytes.size())
            return;
        auto const part = bytes.subspan(address - header.at);
        if (part.size() > best.bytes.size())
            best = {part, header.kind == segment_string};
    });
    return best;
}

std::optional<captured_memory::found_file> captured_memory::file(std::int32_t descriptor) const noexcept
{
    std::optional<found_file> found;
    for_each([&](segment const& header, std::span<std::byte const> bytes) {
        if (header.kind != segment_file || static_cast<std::int32_t>(header.at) != descriptor
            || bytes.size() < sizeof(file_segment))
            return;
        found.emplace();
        std::memcpy(&found->about, bytes.data(), sizeof found->about);
        found->names = bytes.subspan(sizeof found->about);
    });
    return found;
}

bool set_path(captured_memory::found_file const& seen, open_file& file)
{
    auto const& is = seen.about;
    auto const with_inode = [&](char const* kind) { return kind + ("[" + std::to_string(is.inode)) + "]"; };
    if (is.has_path != 0) {
        file.path = path_of(seen.names);
        file.deleted = is.is_unlinked != 0 && file.path != "/";
        return true;
    }
    auto const name = first_string(seen.names);
    if (S_ISSOCK(is.mode))
        file.path = with_inode("socket:");
    else if (S_ISFIFO(is.mode))
        file.path = with_inode("pipe:");
    else if (name.starts_with('['))
        file.path = std::string{"anon_inode:"}.append(name);
    else
        return false;
    return true;
}

std::optional<int> captured_memory::netlink_protocol(std::int32_t descriptor) const noexcept
{
    std::optional<int> found;
    for_each([&](segment const& header, std::span<std::byte const> bytes) {
        int protocol = 0;
        if (header.kind != segment_netlink || static_cast<std::int32_t>(header.at) != descriptor
            || bytes.size() < sizeof protocol)
            return;
        std::memcpy(&protocol, bytes.data(), sizeof protocol);
        found = protocol;
    });
    return found;
}

std::size_t captured_reader::read(remote_address from, std::span<std::byte> into) noexcept
{
    auto const had = captured_.at(raw(from));
    auto const bytes = had.bytes.first(std::min(had.bytes.size(), into.size()));
    if (bytes.size() == into.size() || had.ended) {
        std::copy(bytes.begin(), bytes.end(), into.begin());
        return bytes.size();
    }
    auto const late = live_reader::read(from, into);
    has_read_late_ = has_read_late_ || late > bytes.size();
    std::copy(bytes.begin(), bytes.end(), into.begin());
    return std::max(late, bytes.size());
}

// `gather` only reads ahead. Memory that was not captured is read when the decoder calls `read`.
void captured_reader::gather(std::span<decode::piece> pieces) noexcept
{
    for (auto& each : pieces) {
        auto const had = captured_.at(raw(each.from));
        each.got = std::min(had.bytes.size(), each.into.size());
        std::copy_n(had.bytes.begin(), each.got, each.into.begin());
    }
}

// Details that a path does not tell, such as the addresses of a socket, are looked up after the call.
bool captured_reader::describe(decode::descriptor_owner which, int fd, descriptor_details const& wanted,
                               open_file& found) noexcept
{
    auto const had = which.is == decode::descriptor_owner::kind::thread ? captured_.file(fd) : std::nullopt;
    if (had && had->about.exists == 0)
        return false;
    open_file captured;
    if (!had || !set_path(*had, captured)) {
        has_read_late_ = true;
        return live_reader::describe(which, fd, wanted, found);
    }
    bool const is_path_all = wanted == descriptor_details{.path = true};
    if (!is_path_all && live_reader::describe(which, fd, wanted, found) && found.path == captured.path)
        return true;
    found = std::move(captured);
    return wanted.path;
}

}   // namespace cotrace::engine::observe
