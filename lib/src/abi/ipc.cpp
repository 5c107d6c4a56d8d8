// SPDX-License-Identifier: BSL-1.0
// Futexes and System V IPC.
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

#define COTRACE_OPERATION(number, name)                                                                      \
    {number, "FUTEX_" name, 0xff}, {number | 128, "FUTEX_" name "_PRIVATE", 0xff}
constexpr flag_table futex_operations{"FUTEX_???", {
    COTRACE_OPERATION(0, "WAIT"),
    COTRACE_OPERATION(1, "WAKE"),
    COTRACE_OPERATION(2, "FD"),
    COTRACE_OPERATION(3, "REQUEUE"),
    COTRACE_OPERATION(4, "CMP_REQUEUE"),
    COTRACE_OPERATION(5, "WAKE_OP"),
    COTRACE_OPERATION(6, "LOCK_PI"),
    COTRACE_OPERATION(7, "UNLOCK_PI"),
    COTRACE_OPERATION(8, "TRYLOCK_PI"),
    COTRACE_OPERATION(9, "WAIT_BITSET"),
    COTRACE_OPERATION(10, "WAKE_BITSET"),
    COTRACE_OPERATION(11, "WAIT_REQUEUE_PI"),
    COTRACE_OPERATION(12, "CMP_REQUEUE_PI"),
    COTRACE_OPERATION(13, "LOCK_PI2"),
    {256, "FUTEX_CLOCK_REALTIME"},
}};
#undef COTRACE_OPERATION

constexpr enum_table match_any{"", {
    {0xffffffff, "FUTEX_BITSET_MATCH_ANY"},
}};
constexpr auto const& bitset = one_of<match_any>;

// What the operation makes of the four arguments that follow it.
constexpr choice_case third[] = {
    {6, nothing}, {7, nothing}, {8, nothing}, {13, nothing},
};
template <auto const& Timeout> constexpr choice_case fourth[] = {
    {0, Timeout}, {1, nothing}, {6, Timeout}, {7, nothing}, {8, nothing}, {9, Timeout}, {10, nothing},
    {11, Timeout}, {13, Timeout}, {3, uint32}, {4, uint32}, {5, uint32}, {12, uint32},
};
constexpr choice_case fifth[] = {
    {0, nothing}, {1, nothing}, {6, nothing}, {7, nothing}, {8, nothing}, {9, nothing}, {10, nothing}, {13, nothing},
};
constexpr choice_case sixth[] = {
    {0, nothing}, {1, nothing}, {3, nothing}, {4, uint32}, {5, hex32}, {6, nothing}, {7, nothing}, {8, nothing},
    {9, bitset}, {10, bitset}, {11, nothing}, {12, uint32}, {13, nothing},
};

constexpr amount operation{.from = source::argument, .index = 1, .mask = 127};
constexpr auto const& third_of = chosen<operation, third, uint32>;
template <auto const& Timeout>
constexpr auto const& fourth_of = chosen<operation, fourth<Timeout>, long_hex>;

constexpr auto const& timeout_native = in<timespec_type>;
constexpr auto const& timeout64 = in<timespec64_type>;

constexpr syscall_descriptor rows[] = {
    {"futex", {{"uaddr", address}, {"futex_op", flags<futex_operations>}, {"val", third_of}, {"timeout", fourth_of<timeout_native>}, {"uaddr2", chosen<operation, fifth, address>}, {"val3", chosen<operation, sixth, hex32>}}},
    {"futex_time64", {{"uaddr", address}, {"futex_op", flags<futex_operations>}, {"val", third_of}, {"timeout", fourth_of<timeout64>}, {"uaddr2", chosen<operation, fifth, address>}, {"val3", chosen<operation, sixth, hex32>}}},
    {"shmdt", {{"shmaddr", address}}},
};

} // namespace

std::span<syscall_descriptor const> ipc_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
