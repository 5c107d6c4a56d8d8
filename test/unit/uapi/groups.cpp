// SPDX-License-Identifier: BSL-1.0
#include "uapi/groups.hpp"
#include "uapi/numbers.hpp"

#include "support/catch.hpp"

#include <string>

namespace groups_tests {

using namespace cotrace::uapi;

TEST_CASE("groups_of() returns all groups that a system call belongs to")
{
    CHECK(groups_of("openat") == (group::file | group::descriptor));
    CHECK(groups_of("execve") == (group::file | group::process));
    CHECK(groups_of("kill") == (group::signal | group::process));
    CHECK(groups_of("shmat") == (group::ipc | group::memory));
    CHECK(groups_of("getuid") == (group::creds | group::pure));
    CHECK(groups_of("newfstatat") == (group::file | group::descriptor | group::fstat | group::stat_like));
    CHECK(groups_of("clock_gettime") == group::clock);
    CHECK(groups_of("file_getattr") == (group::file | group::descriptor));
    CHECK(groups_of("send") == group::network);
    CHECK(groups_of("io_uring_enter") == (group::signal | group::descriptor | group::io_uring));
    CHECK(groups_of("io_uring_register") == (group::descriptor | group::memory | group::io_uring));
    CHECK(groups_of("io_uring_setup") == (group::descriptor | group::io_uring));
}

TEST_CASE("groups_of() returns no group for a call that belongs to no group, and for an unknown name")
{
    CHECK(groups_of("nanosleep") == group::none);
    CHECK(groups_of("nosuchcall") == group::none);
    CHECK(groups_of("") == group::none);
}

TEST_CASE("ioctl#64, the name of the 64-bit ioctl(2), which x32 rejects, is in the groups of ioctl")
{
    CHECK(groups_of("ioctl#64") == groups_of("ioctl"));
}

TEST_CASE("a call in %stat or %statfs is also in %%stat or %%statfs, and a call in %pure has no arguments")
{
    for (auto const interface : all_interfaces) {
        for (auto const& row : syscalls(interface)) {
            auto const in = groups_of(row.name);
            INFO(row.name);
            CHECK((((in & (group::stat | group::lstat | group::fstat)) == group::none) || includes(in, group::stat_like)));
            CHECK((((in & (group::statfs | group::fstatfs)) == group::none) || includes(in, group::statfs_like)));
            CHECK((!includes(in, group::pure) || row.arity == 0));
        }
    }
}

TEST_CASE("groups are spelled as strace spells them, and %io_uring is a group of its own")
{
    CHECK(group_spelled("%io_uring") == group::io_uring);
    CHECK_FALSE(group_spelled("io_uring"));
    CHECK(group_spelled("%file") == group::file);
    CHECK(group_spelled("%net") == group::network);
    CHECK(group_spelled("%%stat") == group::stat_like);
    CHECK(group_spelled("%stat") == group::stat);
    CHECK(group_spelled("desc") == group::descriptor);
    CHECK(group_spelled("all") == group::none);
    CHECK_FALSE(group_spelled("net"));
    CHECK_FALSE(group_spelled("creds"));
    CHECK_FALSE(group_spelled("stat"));
    CHECK_FALSE(group_spelled("%files"));
}

}   // namespace groups_tests
