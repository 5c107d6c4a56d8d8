// SPDX-License-Identifier: BSL-1.0
#include "decode/inputs.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace cotrace::decode {

namespace {

using question = inputs::question;

inputs::answer about_file(question asked, descriptor_owner which, int fd)
{
    return {.asked = asked, .kind = static_cast<std::uint8_t>(which.is), .owner = which.id, .id = fd};
}

inputs::answer about_process(process_key key)
{
    return {.asked = question::process, .kind = static_cast<std::uint8_t>(key.is_group | key.is_ours << 1), .id = key.id};
}

inputs::answer about_number(question asked, std::int64_t number) { return {.asked = asked, .id = number}; }

inputs::answer about_text(question asked, std::int32_t owner, std::string_view text)
{
    return {.asked = asked, .owner = owner, .text = std::string{text}};
}

/// Removes the details that `wanted` does not ask for. Returns whether a detail is left.
bool reduce(open_file& file, descriptor_details const& wanted)
{
    struct asks_for {
        descriptor_details const& wanted;

        bool operator()(std::monostate) const { return true; }
        bool operator()(open_file::device const&) const { return wanted.device; }
        bool operator()(open_file::socket const&) const { return wanted.socket; }
        bool operator()(open_file::counter const&) const { return wanted.counter; }
        bool operator()(open_file::process const&) const { return wanted.process; }
        bool operator()(open_file::signals const&) const { return wanted.signals; }
    };
    if (!wanted.path)
        file.path.clear();
    if (!std::visit(asks_for{wanted}, file.about))
        file.about = {};
    return !file.path.empty() || file.about.index() != 0;
}

}   // namespace

bool recording_reader::has(std::uint64_t at, std::size_t size) const noexcept
{
    // Decoders often read memory again soon. Only the most recent of many pieces are compared.
    constexpr std::size_t recent = 8;
    auto const& all = into_.pieces;
    return std::any_of(
        all.rbegin(), all.rbegin() + static_cast<std::ptrdiff_t>(std::min(recent, all.size())),
        [&](auto const& each) { return at >= each.at && at - each.at <= each.length && size <= each.length - (at - each.at); });
}

void recording_reader::used(std::uint64_t at, std::span<std::byte const> bytes)
{
    if (bytes.empty() || has(at, bytes.size()))
        return;
    auto const begin = static_cast<std::uint32_t>(into_.bytes.size());
    auto const length = static_cast<std::uint32_t>(bytes.size());
    into_.bytes.insert(into_.bytes.end(), bytes.begin(), bytes.end());
    if (!into_.pieces.empty() && into_.pieces.back().at + into_.pieces.back().length == at)
        into_.pieces.back().length += length;
    else
        into_.pieces.push_back({at, begin, length});
}

void recording_reader::shown(std::uint64_t at, std::uint64_t size)
{
    if (size == 0)
        return;
    auto const last = at + std::min(size - 1, ~at);
    if (!shown_.empty() && shown_.back().last + 1 == at)   // the fields of a structure often follow each other
        shown_.back().last = last;
    else
        shown_.push_back({at, last});
}

void recording_reader::hide_rest()
{
    std::sort(shown_.begin(), shown_.end(), [](auto const& left, auto const& right) { return left.first < right.first; });
    std::vector<range> apart;
    for (auto const& each : shown_)
        if (!apart.empty() && each.first <= apart.back().last)
            apart.back().last = std::max(apart.back().last, each.last);
        else
            apart.push_back(each);
    for (auto const& each : into_.pieces) {
        auto hidden = into_.bytes.begin() + each.begin;   // the next byte that may have to be hidden
        auto const begin = hidden, end = hidden + each.length;
        auto next = std::partition_point(apart.begin(), apart.end(), [&](auto const& part) { return part.last < each.at; });
        for (; next != apart.end() && (next->first < each.at || next->first - each.at < each.length); ++next) {
            auto const from = begin + static_cast<std::ptrdiff_t>(next->first - std::min(next->first, each.at));
            std::fill(hidden, std::max(hidden, from), std::byte{});
            hidden = begin + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(next->last - each.at + 1, each.length));
        }
        std::fill(hidden, end, std::byte{});
    }
}

void recording_reader::keep(inputs::answer asked, decltype(inputs::answer::found) found)
{
    asked.found = std::move(found);
    into_.answers.push_back(std::make_shared<inputs::answer const>(std::move(asked)));
}

/// Stores `asked` with the result `found`. Returns the result.
template <class Found>
Found recording_reader::kept(inputs::answer asked, Found found)
{
    using stored = std::conditional_t<std::is_same_v<Found, std::string_view>, std::string, Found>;
    keep(std::move(asked), stored{found});
    return found;
}

bool recording_reader::describe(descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept
{
    bool const is_found = from_.describe(which, fd, wanted, found);
    if (is_found)
        keep(about_file(question::file, which, fd), found);
    return is_found;
}

bool recording_reader::describe(process_key key, process_details const& wanted, process_name& found) noexcept
{
    bool const is_found = from_.describe(key, wanted, found);
    if (is_found)
        keep(about_process(key), found);
    return is_found;
}

std::string recording_reader::context_of(descriptor_owner which, int fd) noexcept
{
    return kept(about_file(question::descriptor_context, which, fd), from_.context_of(which, fd));
}

std::string recording_reader::context_of(int directory, std::string_view path) noexcept
{
    return kept(about_text(question::path_context, directory, path), from_.context_of(directory, path));
}

std::string recording_reader::namespace_of(std::int32_t id, char const* link) noexcept
{
    return kept(about_text(question::namespace_link, id, link), from_.namespace_of(id, link));
}

std::uint64_t recording_reader::mapping_of(int fd) noexcept
{
    return kept(about_number(question::mapping, fd), from_.mapping_of(fd));
}

std::optional<int> recording_reader::netlink_protocol(int fd) noexcept
{
    auto const found = from_.netlink_protocol(fd);
    if (found)
        keep(about_number(question::netlink_protocol, fd), static_cast<std::uint64_t>(static_cast<std::int64_t>(*found)));
    return found;
}

std::string_view recording_reader::interface_name(std::uint32_t index) noexcept
{
    return kept(about_number(question::interface_name, index), from_.interface_name(index));
}

std::string_view recording_reader::generic_family(std::uint16_t number) noexcept
{
    return kept(about_number(question::generic_family, number), from_.generic_family(number));
}

replaying_reader::replaying_reader(inputs const& from)
    : from_{from}
    , sorted_{from.pieces}
{
    std::stable_sort(sorted_.begin(), sorted_.end(), [](auto const& left, auto const& right) { return left.at < right.at; });
    for (auto const& each : sorted_)
        longest_ = std::max<std::uint64_t>(longest_, each.length);
}

std::size_t replaying_reader::read(remote_address from, std::span<std::byte> into) noexcept
{
    std::size_t done = 0;
    while (done != into.size()) {
        auto const at = raw(from) + done;
        auto after = std::upper_bound(sorted_.begin(), sorted_.end(), at,
                                      [](std::uint64_t address, auto const& piece) { return address < piece.at; });
        // Pieces may overlap, so the piece that contains `at` need not be the last piece that begins at or before `at`.
        while (after != sorted_.begin() && at - std::prev(after)->at >= std::prev(after)->length
               && at - std::prev(after)->at < longest_)
            --after;
        if (after == sorted_.begin())
            return done;
        auto const& found = *std::prev(after);
        auto const skipped = at - found.at;
        if (skipped >= found.length)
            return done;
        auto const many = std::min<std::size_t>(into.size() - done, found.length - skipped);
        std::memcpy(into.data() + done, from_.bytes_of(found).data() + skipped, many);
        done += many;
    }
    return done;
}

template <class Found>
Found const* replaying_reader::find(inputs::answer const& asked) const noexcept
{
    for (auto const& each : from_.answers)
        if (each->is_about(asked))
            return std::get_if<Found>(&each->found);
    return nullptr;
}

bool replaying_reader::describe(descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept
{
    auto const* const known = find<open_file>(about_file(question::file, which, fd));
    if (!known)
        return false;
    found = *known;
    return reduce(found, wanted);
}

bool replaying_reader::describe(process_key key, process_details const& wanted, process_name& found) noexcept
{
    auto const* const known = find<process_name>(about_process(key));
    if (!known)
        return false;
    found = {wanted.command ? known->command : std::string{}, wanted.outside ? known->outside : 0};
    return !found.command.empty() || found.outside != 0;
}

std::string_view replaying_reader::text(inputs::answer const& asked) const noexcept
{
    auto const* const known = find<std::string>(asked);
    return known ? std::string_view{*known} : std::string_view{};
}

std::string replaying_reader::context_of(descriptor_owner which, int fd) noexcept
{
    return std::string{text(about_file(question::descriptor_context, which, fd))};
}

std::string replaying_reader::context_of(int directory, std::string_view path) noexcept
{
    return std::string{text(about_text(question::path_context, directory, path))};
}

std::string replaying_reader::namespace_of(std::int32_t id, char const* link) noexcept
{
    return std::string{text(about_text(question::namespace_link, id, link))};
}

std::uint64_t replaying_reader::mapping_of(int fd) noexcept
{
    auto const* const known = find<std::uint64_t>(about_number(question::mapping, fd));
    return known ? *known : 0;
}

std::optional<int> replaying_reader::netlink_protocol(int fd) noexcept
{
    auto const* const known = find<std::uint64_t>(about_number(question::netlink_protocol, fd));
    return known ? std::optional{static_cast<int>(*known)} : std::nullopt;
}

std::string_view replaying_reader::interface_name(std::uint32_t index) noexcept
{
    return text(about_number(question::interface_name, index));
}

std::string_view replaying_reader::generic_family(std::uint16_t number) noexcept
{
    return text(about_number(question::generic_family, number));
}

}   // namespace cotrace::decode
