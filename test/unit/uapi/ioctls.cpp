// SPDX-License-Identifier: BSL-1.0
#include "uapi/constants/ioctls.hpp"

#include "support/catch.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <linux/fs.h>
#include <linux/kvm.h>
#include <linux/loop.h>
#include <linux/random.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

namespace ioctls_tests {

using namespace cotrace::uapi;

namespace {

std::vector<std::string> names(arch interface, unsigned long request)
{
    request_names const found{interface, static_cast<std::uint32_t>(request)};
    return {found.begin(), found.end()};
}

using strings = std::vector<std::string>;

}   // namespace

TEST_CASE("an ioctl request has its name")
{
    CHECK(names(arch::x86_64, TCGETS) == strings{"TCGETS"});
    CHECK(names(arch::x86_64, FIONREAD) == strings{"FIONREAD"});
    CHECK(names(arch::x86_64, TIOCGWINSZ) == strings{"TIOCGWINSZ"});
    CHECK(names(arch::x86_64, SIOCGIFCONF) == strings{"SIOCGIFCONF"});
    CHECK(names(arch::x86_64, LOOP_SET_FD) == strings{"LOOP_SET_FD"});
    CHECK(names(arch::x86_64, KVM_RUN) == strings{"KVM_RUN"});
    CHECK(names(arch::x86_64, RNDADDENTROPY) == strings{"RNDADDENTROPY"});
    CHECK(names(arch::x86_64, SECCOMP_IOCTL_NOTIF_RECV) == strings{"SECCOMP_IOCTL_NOTIF_RECV"});
    CHECK(names(arch::x86_64, UFFDIO_API) == strings{"UFFDIO_API"});
    CHECK(names(arch::aarch64, FICLONE) == strings{"BTRFS_IOC_CLONE", "FICLONE"});
    CHECK(names(arch::x86_64, 0xff02) == strings{"PIDFD_GET_IPC_NAMESPACE"});   // this request exists since Linux 6.11
}

TEST_CASE("the number of an ioctl request whose argument contains a long differs between interfaces")
{
    CHECK(names(arch::x86_64, 0x80081272) == strings{"BLKGETSIZE64"});
    CHECK(names(arch::i386, 0x80041272) == strings{"BLKGETSIZE64"});
    CHECK(names(arch::x86_64, 0x80041272).empty());
}

TEST_CASE("an ioctl number that several drivers use has all their names")
{
    CHECK(names(arch::x86_64, TCSETS) == strings{"SNDCTL_TMR_START", "TCSETS"});
}

TEST_CASE("an unknown ioctl number has no name")
{
    CHECK(names(arch::x86_64, 0xdeadbeef).empty());
    CHECK(names(arch::x86_64, 0).empty());
}

TEST_CASE("the list of ioctl requests has each pair of a number and a name once")
{
    std::set<std::pair<std::uint32_t, std::string_view>> seen;
    for (auto const& row : ioctl_names()) {
        INFO(row.name);
        CHECK(seen.emplace(row.request, row.name).second);
        CHECK((row.models >= 1 && row.models <= 7));
    }
    CHECK(seen.size() > 3000);
}

}   // namespace ioctls_tests
