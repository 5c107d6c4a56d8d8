// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "uapi/common.hpp"
#include "uapi/for_each_register.hpp"
#include "uapi/numbers.hpp"
#include "uapi/topics.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>

namespace descriptors_tests {

using namespace cotrace::uapi;

namespace {

template <class Look>
void each_row(Look look)
{
    for (auto const topic : all_topics)
        for (auto const& row : topic())
            look(row);
}

}   // namespace

TEST_CASE("every syscall descriptor has the name of a call that some interface has")
{
    std::set<std::string_view> known;
    for (auto const interface : all_interfaces)
        for (auto const& each : syscalls(interface))
            known.insert(each.name);
    // In all these interfaces, send and recv are no calls of their own. i386 has them as subcalls of socketcall(2).
    for (auto const* name : {"send", "recv"})
        known.insert(name);
    each_row([&](auto const& row) {
        INFO(row.name);
        CHECK(known.count(row.name) == 1);
    });
}

TEST_CASE("an interface has one syscall descriptor for a name, and i386 may have a second one for a legacy call")
{
    std::map<std::pair<std::string_view, arch>, int> seen;
    for (auto const& row : legacy_calls())
        seen[{row.name, arch::i386}] = -1;
    each_row([&](auto const& row) {
        for (auto const interface : all_interfaces)
            if (row.only.has(interface)) {
                INFO(row.name);
                CHECK(++seen[{row.name, interface}] <= 1);
            }
    });
}

TEST_CASE("a syscall descriptor has no more arguments than fit into the registers of the call")
{
    each_row([&](auto const& row) {
        for (auto const interface : all_interfaces) {
            auto const number = number_of(interface, row.name);
            if (!number || !row.only.has(interface))
                continue;
            unsigned most = 0;
            for_each_register(std::span{row.arguments}.first(row.arity()), model_of(interface),
                              [&](parameter const&, unsigned first, unsigned count) { most = std::max(most, first + count); });
            INFO(row.name);
            CHECK(most <= 6);
        }
    });
}

TEST_CASE("the syscall descriptor of each call is found, and a number without a call has no descriptor")
{
    for (auto const interface : all_interfaces)
        for (auto const& each : syscalls(interface)) {
            auto const* found = find(interface, each.name);
            REQUIRE(found);
            CHECK(found->name == each.name);
            CHECK(found->only.has(interface));
        }
    CHECK(find(arch::x86_64, 0x1ff) == nullptr);
    CHECK(find(arch::x86_64, ~std::uint64_t{0}) == nullptr);
    CHECK(find(arch::x32, ~std::uint64_t{0}) == nullptr);
}

TEST_CASE("structures have the layout of C in each data model")
{
    CHECK(timespec_type.size_in(data_model::lp64) == 16);
    CHECK(timespec_type.size_in(data_model::ilp32) == 8);
    CHECK(timespec_type.size_in(data_model::x32) == 16);
    CHECK(iovec_in.size_in(data_model::lp64) == 16);
    CHECK(iovec_in.size_in(data_model::x32) == 8);
    CHECK(rusage_type.size_in(data_model::lp64) == 144);
    CHECK(rusage_type.size_in(data_model::ilp32) == 72);

    static constexpr structure mixed{{{"a", as::uint8}, {"b", as::uint64}, {"c", as::uint16}}};
    CHECK(mixed.fields[1].offset[0] == 8);
    CHECK(mixed.fields[1].offset[1] == 4);   // i386 aligns 64-bit numbers to 4 bytes
    CHECK(mixed.size_in(data_model::lp64) == 24);
    CHECK(mixed.size_in(data_model::ilp32) == 16);
}

TEST_CASE("the fields of a structure are in the order in which they are printed, with their offsets in memory")
{
    static constexpr structure swapped{{{"second", as::uint32, shown::always, 1}, {"first", as::uint32, shown::always, 0}}};
    CHECK(swapped.fields[0].name == "first");
    CHECK(swapped.fields[0].offset[0] == 4);
    CHECK(swapped.fields[1].offset[0] == 0);
}

TEST_CASE("the name of a value is found in a sorted and in an unsorted table")
{
    static constexpr enum_table sorted{"", {{1, "one"}, {5, "five"}, {9, "nine"}}};
    static constexpr enum_table mixed{"", {{9, "nine"}, {1, "one"}, {5, "five"}}};
    CHECK(sorted.sorted);
    CHECK_FALSE(mixed.sorted);
    for (auto const* table : {static_cast<name_table const*>(&sorted), static_cast<name_table const*>(&mixed)}) {
        CHECK(table->find(5)->name == "five");
        CHECK(table->find(1)->name == "one");
        CHECK(table->find(6) == nullptr);
        CHECK(table->find(10) == nullptr);
    }
}

TEST_CASE("all calls of x86_64 have argument types, except obsolete and unimplemented calls")
{
    std::set<std::string_view> const expected{
        "afs_syscall", "create_module", "epoll_ctl_old", "epoll_wait_old", "get_kernel_syms", "getpmsg", "nfsservctl",
        "putpmsg",     "query_module",  "security",      "sysfs",          "tuxcall",         "vserver",
    };
    std::set<std::string_view> untyped;
    for (auto const& known : syscalls(arch::x86_64)) {
        auto const* row = find(arch::x86_64, known.number);
        REQUIRE(row != nullptr);
        if (row->arity() != 0 && row->arguments[0].name == "arg1")
            untyped.insert(known.name);
    }
    CHECK(untyped == expected);
}

}   // namespace descriptors_tests
