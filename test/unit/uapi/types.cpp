// SPDX-License-Identifier: BSL-1.0
#include <cotrace/uapi/as.hpp>

#include "support/catch.hpp"
#include "uapi/words.hpp"

namespace types_tests {

using namespace cotrace::uapi;

namespace {

constexpr choice_case no_cases[] = {{0, as::uint8}};
constexpr auto const& chosen = as::chosen32<exactly(0), no_cases, as::uint64>;
constexpr type sized_choice = {.shape = shape::choice, .width = width::u32, .size = {12, 8, 8}, .align = {8, 4, 4}};
constexpr structure pair{{{"small", as::uint8}, {"large", as::uint64}}};

bool lies(type const& each, data_model m, unsigned size, unsigned align)
{
    return each.size_in(m) == size && each.align_in(m) == align;
}

}   // namespace

TEST_CASE("the size and the alignment of a type follow from its shape")
{
    using enum data_model;
    CHECK(lies(as::integer, lp64, 4, 4));
    CHECK(lies(as::uint64, ilp32, 8, 4));
    CHECK(lies(as::address, lp64, 8, 8));
    CHECK(lies(as::address, x32, 4, 4));
    CHECK(lies(as::long_signed, x32, 8, 8));
    CHECK(lies(as::port, lp64, 2, 2));
    CHECK(lies(as::inet4, lp64, 4, 4));
    CHECK(lies(as::inet6, lp64, 16, 1));
    CHECK(lies(as::uuid, lp64, 16, 1));
    CHECK(lies(as::ax25_address, lp64, 7, 1));
    CHECK(lies(as::hardware_address<6>, lp64, 6, 1));
    CHECK(lies(as::characters_in<16>, lp64, 16, 1));
    CHECK(lies(as::signal_set8, lp64, 8, 8));
    CHECK(lies(as::signal_set8, ilp32, 8, 4));
    CHECK(lies(as::signal_info, lp64, 128, 4));
    CHECK(lies(as::array<as::uint64, exactly(3)>, ilp32, 24, 4));
    CHECK(lies(pair, lp64, 16, 8));
    CHECK(lies(pair, ilp32, 12, 4));
    CHECK(lies(as::in<as::uint8>, x32, 4, 4));
}

TEST_CASE("a type that is chosen during decoding has its explicit size, or without one the size of its width")
{
    using enum data_model;
    CHECK(lies(chosen, lp64, 4, 4));
    CHECK(lies(sized_choice, lp64, 12, 8));
    CHECK(lies(sized_choice, ilp32, 8, 4));
}

TEST_CASE("each shape has its own row in the table of traits")
{
    for (unsigned each = 0; each <= static_cast<unsigned>(shape::nothing); ++each)
        CHECK(traits_of(static_cast<shape>(each)).shape == static_cast<shape>(each));
    CHECK(traits_of(static_cast<shape>(255)).shape == shape::nothing);
    CHECK(traits_of(shape::dirfd).refers == reference::descriptor);
    CHECK(traits_of(shape::process_group).refers == reference::process);
    CHECK(traits_of(shape::named_bits).holds == holding::number);
    CHECK_FALSE(traits_of(shape::named_bits).alone);
    CHECK(traits_of(shape::pointer).alone);
    CHECK(traits_of(shape::bytes).text);
}

}   // namespace types_tests
