// SPDX-License-Identifier: BSL-1.0
#include "render/text/dump.hpp"

#include "render/numbers.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace cotrace::render {
namespace {

// The number of hexadecimal digits of the offsets in a dump of `size` bytes: five, or more if the last offset needs more.
std::size_t offset_digits(std::uint64_t size) noexcept
{
    constexpr std::uint64_t five_digits = 1 << 20;
    std::size_t digits = 5;
    for (auto rest = size > five_digits ? (size - 1) / five_digits : 0; rest != 0; rest /= 16)
        ++digits;
    return digits;
}

void put_dump_line(std::string& to, std::string_view bytes, std::uint64_t offset, std::size_t digits)
{
    constexpr std::string_view hex = "0123456789abcdef";
    to += " | ";
    put_padded(to, offset, digits, 16);
    to += "  ";
    for (std::size_t i = 0; i < 16; ++i) {
        auto const c = i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
        to += i < bytes.size() ? hex[c >> 4] : ' ';
        to += i < bytes.size() ? hex[c & 15] : ' ';
        to += i % 8 == 7 ? "  " : " ";
    }
    for (std::size_t i = 0; i < 16; ++i)
        to += i >= bytes.size() ? ' ' : bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '.';
    to += " |\n";
}

// Writes the content of a buffer as strace does: strace reads pieces of 64 KiB, and shows no byte of an unreadable piece.
void put_buffer(std::string& to, value const& buffer, tid owner)
{
    constexpr std::uint64_t piece = 1 << 16;
    auto const data = buffer.target();
    if (!data)
        return;
    auto const size = data->number();
    auto const had = data->text();
    auto const shown = data->state() == value_state::unreadable ? had.size() / piece * piece : had.size();
    auto const digits = offset_digits(size);
    for (std::uint64_t at = 0; at < shown; at += 16)
        put_dump_line(to, had.substr(at, 16), at, digits);
    if (data->state() == value_state::cut) {
        to += " | <";
        put_number(to, size - shown);
        to += " more bytes, beyond the limit for dumps>\n";
        return;
    }
    if (shown == 0 || shown == size)
        return;
    auto const missing = std::min(size - shown, piece);
    to += " | <Cannot fetch " + std::to_string(missing) + (missing == 1 ? " byte" : " bytes") + " from pid "
          + std::to_string(raw(owner)) + " @0x";
    put_number(to, buffer.number() + shown, 16);
    to += ">\n";
}

}   // namespace

void put_dump(std::string& to, value const& data, tid owner)
{
    if (data.shape() == uapi::shape::pointer)
        return put_buffer(to, data, owner);
    std::size_t i = 0;
    for (auto const each : data.parts()) {
        if (each.shape() == uapi::shape::pointer) {
            auto const bytes = each.target();
            to += " * " + std::to_string(bytes ? bytes->number() : 0) + " bytes in buffer " + std::to_string(i) + "\n";
        } else
            to += " = " + std::to_string(each.number()) + " buffers in vector " + std::to_string(i) + "\n";
        put_dump(to, each, owner);
        ++i;
    }
}

}   // namespace cotrace::render
