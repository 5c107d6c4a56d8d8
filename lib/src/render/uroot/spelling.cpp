// SPDX-License-Identifier: BSL-1.0
#include "render/uroot/spelling.hpp"

#include "render/numbers.hpp"

#include <cctype>
#include <ctime>

namespace cotrace::render::uroot {

void hex(std::string& to, std::uint64_t number)
{
    to += "0x";
    put_number(to, number, 16);
}

void escape(std::string& to, std::string_view text, bool quoted)
{
    auto const sequence = [&](std::size_t at) -> std::size_t {
        auto const c = static_cast<unsigned char>(text[at]);
        std::size_t const length = c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc2 && c < 0xe0 ? 2 : 0;
        if (length == 0 || at + length > text.size())
            return 0;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80)
                return 0;
        return length;
    };
    constexpr std::string_view letters = "abtnvfr";   // the escapes of characters 7 to 13
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (quoted && (c == '"' || c == '\\')) {
            to += '\\';
            to += static_cast<char>(c);
        } else if (c >= 7 && c <= 13) {
            to += '\\';
            to += letters[c - 7u];
        } else if (c >= ' ' && c < 0x7f)
            to += static_cast<char>(c);
        else if (auto const length = sequence(i); length != 0) {
            to += text.substr(i, length);
            i += length - 1;
        } else {
            to += "\\x";
            put_padded(to, c, 2, 16);
        }
    }
}

void quote(std::string& to, std::string_view text)
{
    to += '"';
    escape(to, text, true);
    to += '"';
}

void duration(std::string& to, std::int64_t nanoseconds)
{
    auto const decimal = [&](std::int64_t number, std::int64_t unit, std::size_t digits) {
        put_signed(to, number / unit);
        std::string rest;
        put_padded(rest, static_cast<std::uint64_t>(number % unit), digits);
        rest.erase(rest.find_last_not_of('0') + 1);
        to += rest.empty() ? "" : "." + rest;
    };
    if (nanoseconds <= 0) {
        to += "0s";
    } else if (nanoseconds < 1000) {
        put_signed(to, nanoseconds);
        to += "ns";
    } else if (nanoseconds < 1'000'000) {
        decimal(nanoseconds, 1000, 3);
        to += "µs";
    } else if (nanoseconds < 1'000'000'000) {
        decimal(nanoseconds, 1'000'000, 6);
        to += "ms";
    } else {
        auto const minutes = nanoseconds / 60'000'000'000;
        if (minutes >= 60) {
            put_signed(to, minutes / 60);
            to += 'h';
        }
        if (minutes != 0) {
            put_signed(to, minutes % 60);
            to += 'm';
        }
        decimal(nanoseconds % 60'000'000'000, 1'000'000'000, 9);
        to += 's';
    }
}

void put_names(std::string& to, std::uint64_t rest, std::span<uapi::named_value const> names, bool some)
{
    for (auto const& each : names)
        if ((rest & each.value) == each.value) {
            to += some ? "|" : "";
            to += each.name;
            some = true;
            rest &= ~each.value;
        }
    if (rest != 0 || !some) {
        to += some ? "|" : "";
        hex(to, rest);
    }
}

void put_one_of(std::string& to, std::uint64_t number, std::span<std::string_view const> names)
{
    if (number < names.size() && !names[number].empty())
        to += names[number];
    else
        hex(to, number);
}

void file_mode(std::string& to, std::uint64_t mode)
{
    constexpr std::string_view bits = "rwxrwxrwx";
    to += '-';
    for (std::size_t i = 0; i < bits.size(); ++i)
        to += mode >> (8 - i) & 1 ? bits[i] : '-';
}

void local_time(std::string& to, value const& stat, std::string_view name)
{
    auto const seconds = stat.find(name);
    auto const fraction = stat.find(std::string{name} + "_nsec");
    if (!seconds)
        return;
    std::time_t const at = seconds->integer();
    std::tm broken{};
    localtime_r(&at, &broken);
    char text[64];
    to.append(text, std::strftime(text, sizeof text, "%F %T", &broken));
    if (fraction && fraction->number() != 0) {
        std::string digits;
        put_padded(digits, fraction->number(), 9);
        digits.erase(digits.find_last_not_of('0') + 1);
        to += '.';
        to += digits;
    }
    to.append(text, std::strftime(text, sizeof text, " %z %Z", &broken));
}

}   // namespace cotrace::render::uroot
