// SPDX-License-Identifier: BSL-1.0
#include "render/numbers.hpp"

#include <utility>

namespace cotrace::render {
void put_padded(std::string& to, std::uint64_t number, std::size_t digits, int base)
{
    auto const before = to.size();
    put_number(to, number, base);
    auto const had = to.size() - before;
    if (had < digits)
        to.insert(before, digits - had, '0');
}

void put_uuid(std::string& to, std::span<std::byte const> raw)
{
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            to += '-';
        put_padded(to, std::to_integer<unsigned>(raw[i]), 2, 16);
    }
}

void put_hardware_address(std::string& to, std::span<std::byte const> raw)
{
    bool first = true;
    for (auto const each : raw) {
        to += std::exchange(first, false) ? "" : ":";
        put_padded(to, std::to_integer<unsigned>(each), 2, 16);
    }
}

}   // namespace cotrace::render
