// SPDX-License-Identifier: BSL-1.0
// Tests of plan_for(), which plans what memory of a call the BPF programs read, and when.
#include "engine/observe/capture_plan.hpp"
#include "support/catch.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <span>
#include <string_view>

namespace capture_plan_tests {

using namespace cotrace;
using namespace cotrace::engine::observe;

namespace {

struct planned {
    call_plan plan;

    planned(std::string_view call, uapi::arch interface = uapi::arch::x86_64, capture_options const& options = {})
        : plan{plan_for(interface, uapi::find(interface, call), options)}
    {
    }
    planned_read const& read(unsigned index) const
    {
        REQUIRE(index < plan.count);
        return plan.reads[index];
    }
    std::span<planned_read const> all() const { return {plan.reads, plan.count}; }
};

}   // namespace

TEST_CASE("the plan of a call without pointers has no reads")
{
    planned const of{"getppid"};
    CHECK(of.plan.count == 0);
    CHECK(of.plan.reads_at_entry == 0);
    CHECK(of.plan.reads_at_exit == 0);
}

TEST_CASE("the plan of an unknown call, and of a call that is not decoded, has no reads")
{
    CHECK(plan_for(uapi::arch::x86_64, nullptr, {}).count == 0);
    CHECK(planned("openat", uapi::arch::x86_64, {.decode = false}).plan.count == 0);
}

TEST_CASE("a path is read as a string at the entry, up to its greatest length")
{
    planned const of{"openat"};
    REQUIRE(of.plan.count == 1);
    CHECK(of.read(0).kind == read_string);
    CHECK(of.read(0).when == at_entry);
    CHECK(of.read(0).argument == 1);
    CHECK(of.read(0).most == 4097);
    CHECK(of.plan.reads_at_entry != 0);
    CHECK(of.plan.reads_at_exit == 0);
}

TEST_CASE("the length of a buffer comes from an argument, and is limited by the string limit")
{
    planned const of{"write"};
    REQUIRE(of.plan.count == 1);
    CHECK(of.read(0).when == at_entry);
    CHECK(of.read(0).argument == 1);
    CHECK(of.read(0).length_from == length_argument);
    CHECK(of.read(0).length_index == 2);
    CHECK(of.read(0).most == 33);   // this is one byte more than is shown, as in strace
    CHECK(planned("write", uapi::arch::x86_64, {.string_limit = 100}).read(0).most == 101);
    capture_options dumping;
    dumping.read_from.all_but = true;   // this asks for dumps, which show all bytes
    CHECK(planned("write", uapi::arch::x86_64, dumping).read(0).most == longest_read - 1);
}

TEST_CASE("the plan of an array reads one element more than the decoder shows")
{
    CHECK(planned("setgroups").read(0).most == 33 * 4);
    CHECK(planned("setgroups", uapi::arch::x86_64, {.verbose = true}).read(0).most == longest_read - 1);
}

TEST_CASE("a buffer that a call fills is read at its exit, with the length that the call returned")
{
    planned const of{"read"};
    REQUIRE(of.plan.count == 1);
    CHECK(of.read(0).when == at_success);
    CHECK(of.read(0).length_from == length_returned);
    CHECK(of.plan.reads_at_entry == 0);
    CHECK(of.plan.reads_at_exit != 0);
}

TEST_CASE("a structure is read with its size in the data model of the interface")
{
    CHECK(planned("fstat").read(0).most == 144);
    CHECK(planned("nanosleep").read(0).most == 16);
    CHECK(planned("nanosleep", uapi::arch::i386).read(0).most == 8);
    CHECK(planned("nanosleep").read(1).when == at_failure);   // this is the read of the remaining time
}

TEST_CASE("the strings of a vector are read through the pointers in the vector")
{
    planned const of{"execve"};
    auto const& argv = of.read(1);
    CHECK(argv.kind == read_list);
    CHECK(argv.element == 8);
    REQUIRE(argv.children == 1);
    auto const& string = of.read(argv.first_child);
    CHECK(string.parent == 2);
    CHECK(string.kind == read_string);
    CHECK(string.offset == 0);
    CHECK(string.most == 34);   // this is one character more than is shown, and a null byte
    CHECK(planned("execve", uapi::arch::i386).read(1).element == 4);
}

TEST_CASE("the buffers of an iovec are read through the elements, with the lengths in the elements")
{
    planned const of{"writev"};
    auto const& vector = of.read(0);
    CHECK(vector.length_from == length_argument);
    CHECK(vector.unit == 16);
    CHECK(vector.element == 16);
    REQUIRE(vector.children == 1);
    auto const& buffer = of.read(vector.first_child);
    CHECK(buffer.parent == 1);
    CHECK(buffer.offset == 0);
    CHECK(buffer.length_from == length_field);
    CHECK(buffer.length_offset == 8);
    CHECK(buffer.length_width == 8);
}

TEST_CASE("the address, the buffers and the control messages of a message are read through its header")
{
    planned const of{"sendmsg"};
    auto const& header = of.read(0);
    CHECK(header.most == 56);
    REQUIRE(header.children == 3);
    auto const& name = of.read(header.first_child);
    CHECK(name.offset == 0);
    CHECK(name.length_from == length_field);
    CHECK(name.length_offset == 8);
    CHECK(name.length_width == 4);
    auto const& vector = of.read(header.first_child + 1u);
    CHECK(vector.offset == 16);
    CHECK(vector.length_offset == 24);
    CHECK(vector.children == 1);
    auto const& control = of.read(header.first_child + 2u);
    CHECK(control.offset == 32);
    CHECK(control.length_offset == 40);
}

TEST_CASE("the address that accept fills is read with the length that its third argument points to")
{
    planned const of{"accept"};
    bool found = false;
    for (auto const& each : of.all())
        if (each.length_from == length_pointee) {
            found = true;
            CHECK(each.argument == 1);
            CHECK(each.length_index == 2);
            CHECK(each.when == at_success);
        }
    CHECK(found);
}

TEST_CASE("if another argument selects the type of an argument, as many bytes as the largest type has are read at entry and exit")
{
    planned const of{"ioctl"};
    REQUIRE(of.plan.count == 1);
    CHECK(of.read(0).argument == 2);
    CHECK((of.read(0).when & at_entry) != 0);
    CHECK((of.read(0).when & at_success) != 0);
}

TEST_CASE("a target that has another type after the call is read with that type at the exit")
{
    planned const of{"clone3"};
    CHECK(of.read(0).when == at_entry);
    CHECK(of.read(1).when == at_success);
    CHECK(of.read(1).children == 2);   // two more reads: of what the fields pidfd and parent_tid point to
}

TEST_CASE("the plan says which data of sockets may be netlink messages")
{
    CHECK(planned("sendto").read(0).in_netlink != 0);
    CHECK(planned("write").read(0).in_netlink == 0);
    planned const message{"sendmsg"};
    bool found = false;
    for (auto const& each : message.all())
        found = found || (each.in_netlink != 0 && each.length_from == length_field);
    CHECK(found);
}

TEST_CASE("if paths of descriptors are wanted, open files are captured: those of arguments at entry, that of a result at exit")
{
    capture_options with_paths;
    with_paths.descriptors.path = true;
    planned const opening{"openat", uapi::arch::x86_64, with_paths};
    REQUIRE(opening.plan.count == 3);
    CHECK(opening.read(1).kind == read_file);
    CHECK(opening.read(1).argument == 0);
    CHECK(opening.read(1).when == at_entry);
    CHECK(opening.read(2).kind == read_file);
    CHECK(opening.read(2).when == at_success);
    CHECK(opening.read(2).length_from == length_returned);
    planned const duplicating{"fcntl", uapi::arch::x86_64, with_paths};
    CHECK(std::ranges::count(duplicating.all(), length_returned, &planned_read::length_from) == 1);
    CHECK(planned("close", uapi::arch::x86_64, with_paths).plan.count == 1);
    CHECK(planned("close").plan.count == 0);
}

TEST_CASE("memory that is planned for the entry can be read at the exit if the call does not change the memory")
{
    CHECK(planned("openat").plan.can_wait != 0);
    CHECK(planned("newfstatat").plan.can_wait != 0);
    CHECK(planned("execve").plan.can_wait == 0);
    CHECK(planned("getsockname").plan.can_wait == 0);
    CHECK(planned("poll").plan.can_wait == 0);
}

TEST_CASE("the plan of each call has no more reads, no longer reads and no more children than the BPF programs allow")
{
    for (auto const interface : {uapi::arch::x86_64, uapi::arch::i386, uapi::arch::x32})
        for (std::uint64_t number = 0; number < other_slot; ++number) {
            auto const whole = number + (interface == uapi::arch::x32 ? 0x40000000 : 0);
            auto const* what = uapi::find(interface, whole);
            if (what == nullptr)
                continue;
            CAPTURE(what->name);
            auto const plan = plan_for(interface, what, {.verbose = true, .string_limit = capture_options::unlimited});
            CHECK(plan.count <= plan_reads);
            for (auto const& each : std::span{plan.reads, plan.count}) {
                CHECK(each.most < longest_read);
                CHECK((each.argument < 6 || each.argument == stack_pointer));
                CHECK(each.parent <= plan.count);
                CHECK(each.first_child + each.children <= plan.count);
                CHECK(each.children <= most_children);
            }
        }
}

}   // namespace capture_plan_tests
