// SPDX-License-Identifier: BSL-1.0
// Adds strings, bytes, sets, arrays and structures.
#include "decode/capture.hpp"

#include "decode/signal_info.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace cotrace::decode {
namespace {

using uapi::shape;
using uapi::source;
using uapi::type;

constexpr std::size_t longest_path = 4095;   // PATH_MAX, which is 4096, includes the null byte

// The number of bytes before the first null byte, or of all bytes if there is no null byte.
std::size_t text_length(std::span<std::byte const> text) noexcept
{
    auto const* end = text.empty() ? nullptr : static_cast<std::byte const*>(std::memchr(text.data(), 0, text.size()));
    return end ? static_cast<std::size_t>(end - text.data()) : text.size();
}

}   // namespace

// Adds the characters before the first null byte, up to the limit for strings. Returns false if the mapped memory ends before the
// null byte and the limit.
bool capture::add_characters(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    auto limit = as.unlimited ? longest_path : std::min(most_of_string(), capture_options::unlimited);
    if (as.length.from != source::none)
        limit = std::min<std::size_t>(limit, count(as.length, in));
    if (limit == 0) {
        into_.open({.as = &as, .name = name});
        return true;
    }
    std::uint32_t begin = static_cast<std::uint32_t>(into_.arena().size());
    std::size_t had = 0;
    while (had <= limit) {
        // The string is read in growing pieces. A piece does not cross the end of a page or, if memory is read in blocks, of a
        // block.
        auto const piece = std::max(string_chunk, had);
        bool const in_block = depth_ > 1 && piece < sizeof(block::bytes);
        auto const wanted = std::min({limit + 1 - had, piece, to_end_of(in_block ? sizeof(block::bytes) : page, at + had)});
        auto const here = into_.add_bytes(wanted);
        auto const room = into_.bytes_at(here, wanted);
        bool const is_allowed = may_read(wanted);
        auto const got = find_or_read(at + had, room);
        auto const length = text_length(room.first(got));
        auto const used = std::min(length + 1, got);   // the used bytes include the null byte
        memory_.used(at + had, room.first(used));
        show(at + had, used);
        had += length;
        if (length != got) {
            into_.drop_bytes(into_.arena().size() - begin - had);
            auto const place =
                into_.open({.as = &as, .name = name, .number = had, .begin = begin, .length = static_cast<std::uint32_t>(had)});
            if (&as == &uapi::as::path_characters)
                add_context_of_path(place);
            return true;
        }
        if (got < wanted && !is_allowed) {
            limit = had;
            break;
        }
        if (got < wanted) {
            into_.drop_bytes(into_.arena().size() - begin);
            return false;
        }
    }
    into_.drop_bytes(into_.arena().size() - begin - limit);
    into_.open({.as = &as,
                .name = name,
                .number = had,
                .begin = begin,
                .length = static_cast<std::uint32_t>(limit),
                .state = value_state::cut});
    return true;
}

bool capture::add_bytes(type const& as, std::string_view name, std::uint64_t at, std::size_t wanted, std::uint64_t really)
{
    bool const can_be_cut = as.shape == shape::bytes;
    if (can_be_cut && (wanted > left_.bytes || (wanted == left_.bytes && wanted < really)))
        wanted = left_.bytes - std::min<std::size_t>(left_.bytes, 1);
    // If not all bytes are shown, the first byte that is not shown must be readable, too, as in strace.
    bool cut = can_be_cut && wanted < really;
    auto asked = cut && wanted != 0 ? wanted + 1 : wanted;
    if (asked > left_.bytes)
        return false;
    // Pieces avoid a large allocation if the traced thread passes a large length without a buffer of that size.
    constexpr std::size_t piece = 1 << 20;
    auto const begin = into_.add_bytes(0);
    for (std::size_t done = 0; done < asked;) {
        auto const here = std::min(piece, asked - done);
        bool const is_allowed = may_read(here);
        into_.add_bytes(here);
        if (read(at + done, into_.bytes_at(begin + static_cast<std::uint32_t>(done), here)) == here) {
            done += here;
            continue;
        }
        into_.drop_bytes(here);
        if (!can_be_cut || is_allowed) {
            into_.drop_bytes(done);
            return false;
        }
        wanted = asked = done;
        cut = true;
    }
    into_.drop_bytes(asked - wanted);
    show(at, as.shape == shape::signal_info ? std::min(wanted, signal_info_fields) : wanted);
    into_.open({.as = &as,
                .name = name,
                .number = really,
                .begin = begin,
                .length = static_cast<std::uint32_t>(wanted),
                .state = cut ? value_state::cut : value_state::complete});
    return true;
}

bool capture::add_signal_set(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    // The kernel has 64 signals, so a set has at most 8 bytes.
    auto const size = count(as.length, in);
    auto const least = as.count != 0 ? as.count : uapi::size_of(uapi::width::word, model_);
    return size >= least && size <= 8 && add_bytes(as, name, at, size, size);
}

bool capture::add_signal_info(type const& as, std::string_view name, std::uint64_t at)
{
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    if (!add_bytes(as, name, at, as.size_in(model_), as.size_in(model_)))
        return false;
    if (model_ == uapi::data_model::ilp32)
        widen_signal_info(into_.bytes_at(into_.node(place).begin, into_.node(place).length));
    add_sender(place);
    return true;
}

bool capture::add_fd_set(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    // The kernel ignores bits beyond the size of the process's table of file descriptors. That size is not known here.
    auto const bits = std::min<std::uint64_t>(static_cast<std::uint32_t>(count(as.length, in)), 1 << 16);
    if (bits == 0)
        return false;
    auto const word = uapi::size_of(uapi::width::word, model_);
    auto const size = (bits + 8 * word - 1) / (8 * word) * word;
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    if (!add_bytes(as, name, at, size, bits))
        return false;
    add_members(place);
    return true;
}

// Adds a set of CPUs. At most the first `most` bytes of the set are read.
bool capture::add_cpu_set(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    constexpr std::uint64_t most = 128;   // the size of cpu_set_t: 1,024 CPUs
    auto const really = count(as.length, in);
    auto const size = std::min(really, most);
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    if (!add_bytes(as, name, at, size, really))
        return false;
    into_.node(place).state = really > most ? value_state::cut : value_state::complete;
    return true;
}

bool capture::add_array(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    bool const listed = as.length.from == source::none;
    auto const each = as.of->size_in(model_);
    auto const really = listed ? ~std::uint64_t{0} : count(as.length, in);
    auto const shown = as.folded && !options_.verbose ? 0 : elements_shown(really);
    // An array that would extend beyond the end of the address space is not read.
    bool const fits = listed || really <= ~std::uint64_t{0} / std::max(each, 1u);
    if (each == 0 || !fits || (as.count != 0 && really > as.count) || (!listed && really != 0 && at + really * each <= at))
        return false;

    auto const place = into_.open({.as = &as, .name = name, .number = really});
    std::array<std::byte, uapi::largest_structure> raw;
    auto const per_read =
        std::min<std::uint64_t>(std::max(1u, static_cast<unsigned>(raw.size()) / each), listed ? list_chunk : 256);
    std::uint64_t done = 0;
    auto const end_with = [&](value_state state, std::uint64_t number) {
        into_.node(place).state = state;
        into_.node(place).number = number;
        into_.close(place);
        return true;
    };
    while (done < shown && left_.elements != 0) {
        auto const here = at + done * each;
        auto const many = std::min<std::uint64_t>({per_read, shown - done, left_.elements});
        auto const room = std::span{raw}.first(std::min<std::size_t>(many * each, raw.size()));
        bool const is_allowed = may_read(room.size());
        auto const got = read(here, room) / each;
        left_.elements -= got;
        for (std::uint64_t i = 0; i < got; ++i, ++done) {
            auto const part = std::span<std::byte const>{room}.subspan(i * each, each);
            if (listed && load(part.first(std::min(each, 8u))) == 0)
                return end_with(value_state::complete, done);
            add_in(*as.of, {}, part, here + i * each, in);
        }
        if (got < many && !is_allowed)
            return end_with(value_state::cut, really);
        if (got < many) {
            // Not shown: an array without a readable element, and a partly readable array of a constant number of structures.
            if (done == 0 || (as.length.from == source::constant && as.of->shape == shape::structure)) {
                into_.close(place);
                into_.cancel(place);
                return false;
            }
            return end_with(value_state::unreadable, at + done * each);   // the mapped memory ends inside the array
        }
    }
    if (done == really)
        return end_with(value_state::complete, really);
    // As in strace, the first element that is not shown is read, too. It may be the null element that ends a list.
    auto const next = std::span{raw}.first(each);
    bool const is_allowed = may_read(each);
    if (shown != 0 && read(at + done * each, next) != each)
        return end_with(is_allowed ? value_state::unreadable : value_state::cut, is_allowed ? at + done * each : really);
    if (listed)
        show(at + done * each, each);
    bool const ended = listed && shown != 0 && load(next.first(std::min(each, 8u))) == 0;
    return end_with(ended ? value_state::complete : value_state::cut, ended ? done : really);
}

// Adds only the number of elements of a null-terminated list, such as an environment. Adds nothing if the list is longer than the
// limits allow.
bool capture::add_count(type const& as, std::uint64_t at)
{
    auto const word = uapi::size_of(uapi::width::word, model_);
    std::array<std::byte, 1024> raw;
    std::uint64_t found = 0;
    for (;;) {
        auto const here = at + found * word;
        auto const room = std::span{raw}.first(std::min(raw.size(), to_end_of(page, here)));
        if (!may_read(room.size()))
            return false;
        auto const got = read(here, room) / word;
        for (std::uint64_t i = 0; i < got; ++i, ++found)
            if (load(std::span<std::byte const>{room}.subspan(i * word, word)) == 0) {
                show(at, (found + 1) * word);
                into_.open({.as = &as, .number = found, .state = value_state::cut});
                return true;
            }
        if (got * word < room.size()) {
            show(at, found * word);
            if (found != 0)
                into_.open({.as = &as, .number = found, .state = value_state::unreadable});
            return found != 0;
        }
    }
}

bool capture::add_structure(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    std::uint64_t const whole = as.size_in(model_);
    auto const passed = as.length.from == source::none ? whole : count(as.length, in);
    std::array<std::byte, uapi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, passed));
    if (raw.empty() || read(at, raw) != raw.size())
        return false;
    add_fields(as, name, raw, at, passed > whole);
    return true;
}

void capture::add_fields(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at, bool more,
                         std::uint64_t passed)
{
    auto const place =
        into_.open({.as = &as, .name = name, .number = at, .state = more ? value_state::cut : value_state::complete});
    frame const in{&as, raw, passed != 0 ? passed : raw.size(), at};
    bool gap = false;
    for (auto const& part : std::span{as.fields, as.count}) {
        auto const offset = part.offset[static_cast<unsigned>(model_)];
        auto const size = part.as->size_in(model_);
        if (offset + size > raw.size() || part.when == uapi::shown::never || (part.when == uapi::shown::exit && !outcome_))
            continue;
        bool const all = part.when == uapi::shown::verbose_or && options_.verbose;
        if (!all && !applies(part.only, in))
            continue;
        if (part.when == uapi::shown::verbose && !options_.verbose)
            into_.node(place).state = value_state::cut;
        else if (part.when == uapi::shown::elided && !options_.verbose) {
            if (!std::exchange(gap, true))
                add_plain(uapi::as::nothing, {}, 0);
            continue;
        } else {
            // If the field contains characters, only those bytes of the field that the traced thread passed are added.
            bool const started = part.as->shape == shape::characters && in.passed > offset;
            auto const there = started ? std::min<std::uint64_t>(size, in.passed - offset) : size;
            add_in(*part.as, part.name, raw.subspan(offset, there), at + offset, in);
        }
        gap = false;
    }
    into_.close(place);
}

// As in strace, the last character of a field without a null byte is left out.
bool capture::add_field_characters(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                                   frame const& in)
{
    if (as.length.from == source::field)
        raw = raw.first(std::min<std::size_t>(raw.size(), count(as.length, in)));
    auto const length = text_length(raw);
    bool const ended = length < raw.size();
    show(at, length);
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    add_text(as, name, raw.first(ended || length == 0 ? length : length - 1));
    if (!ended && length != 0)
        into_.node(place).state = value_state::cut;
    return true;
}

// Adds a flexible array, which begins at the end of its structure. Adds only its address if it cannot be read.
bool capture::add_flexible_array(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    if (!add_at(as, name, at, in))
        add_plain(uapi::as::address, name, at);
    return true;
}

bool capture::add_elements(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                           frame const& in)
{
    auto const each = as.of->size_in(model_);
    auto const room = each != 0 ? raw.size() / each : 0;
    auto const really = as.length.from == source::constant ? room : std::min<std::uint64_t>(count(as.length, in), room);
    auto const shown = options_.verbose ? really : std::min<std::uint64_t>(really, options_.string_limit);
    auto const place = into_.open(
        {.as = &as, .name = name, .number = really, .state = shown < really ? value_state::cut : value_state::complete});
    for (std::uint64_t i = 0; i < shown; ++i)
        add_in(*as.of, {}, raw.subspan(i * each, each), at + i * each, in);
    into_.close(place);
    return true;
}

}   // namespace cotrace::decode
