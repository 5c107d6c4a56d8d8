// SPDX-License-Identifier: BSL-1.0
// Tests of can_trace(), mostly in a child process that denies itself some system calls.
#include "support/catch.hpp"
#include "support/denied_calls.hpp"
#include "support/guests.hpp"
#include "support/needs_root.hpp"

#include <cotrace/testing.hpp>

#include <atomic>
#include <cstdio>
#include <cstring>

#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>

namespace can_trace_tests {

using namespace cotrace;
using namespace cotrace::test;

namespace {

/// The reason that can_trace() gives in a child process that calls `before` first; empty if can_trace() is true.
template <class Before>
std::string why_not_after(Before before)
{
    capture const said;
    auto const status = in_a_process([&] {
        before();
        auto const can = testing::can_trace();
        auto const& why = can.why_not();
        must(::write(said.fd(), why.data(), why.size()));
        return static_cast<bool>(can) == why.empty() && children().empty() ? 0 : 1;
    });
    CHECK(status == 0);
    return said.text();
}

std::string why_not_without(std::vector<denied_call> const& calls)
{
    return why_not_after([&] { deny(calls); });
}

bool contains(std::string const& text, std::string_view part)
{
    INFO(text);
    return text.find(part) != text.npos;
}

std::atomic<int> signals_seen{0};

}   // namespace

TEST_CASE("can_trace() is true on this machine, and leaves no process and no descriptor behind", "[can_trace]")
{
    auto const had = children();
    auto const open = open_descriptors();
    auto const can = testing::can_trace();
    CHECK(can);
    CHECK(can.why_not() == "");
    CHECK(children() == had);
    CHECK(open_descriptors() == open);
}

TEST_CASE("can_trace() says that a seccomp profile denies ptrace(2)", "[can_trace]")
{
    for (int const error : {EPERM, ENOSYS, EACCES}) {
        auto const why = why_not_without({{"ptrace", error}});
        CHECK(contains(why, "ptrace(2) is not allowed here"));
        CHECK(contains(why, std::strerror(error)));
        CHECK(contains(why, "seccomp profile"));
        CHECK(why.find('\n') == why.npos);
    }
}

TEST_CASE("can_trace() is false where a seccomp profile kills a process that uses ptrace(2)", "[can_trace]")
{
    CHECK(contains(why_not_without({{"ptrace", 0}}), "kills"));
}

TEST_CASE("can_trace() is false where the kernel has no PTRACE_GET_SYSCALL_INFO", "[can_trace]")
{
    auto const why = why_not_without({{"ptrace", EIO, PTRACE_GET_SYSCALL_INFO}});
    CHECK(contains(why, "PTRACE_GET_SYSCALL_INFO"));
    CHECK(contains(why, "Linux 5.3"));
}

TEST_CASE("can_trace() is true if memory can be read with process_vm_readv(2) or through /proc/PID/mem", "[can_trace]")
{
    CHECK(why_not_without({{"process_vm_readv"}}) == "");
    CHECK(contains(why_not_without({{"process_vm_readv"}, {"pread64"}}), "memory"));
}

TEST_CASE("can_trace() needs neither io_uring nor pidfds nor seccomp(2)", "[can_trace]")
{
    CHECK(why_not_without({{"io_uring_setup"}, {"pidfd_open"}, {"seccomp"}}) == "");
}

TEST_CASE("can_trace() is false where no process can be made", "[can_trace]")
{
    CHECK(contains(why_not_without({{"clone", EAGAIN}}), "cannot fork a child"));
}

TEST_CASE("can_trace() is false in a traced process, and the reason names the tracer", "[can_trace]")
{
    auto const seen = testing::trace([] {
        auto const can = testing::can_trace();
        std::printf("%s", can.why_not().c_str());
    });
    CHECK(contains(seen.output, "process " + std::to_string(::getpid()) + " traces this process already"));
}

TEST_CASE("can_trace() is false without /proc", "[can_trace]")
{
    if (lacks_root("to unmount /proc"))
        return;
    auto const status = in_a_process([] {
        must(::unshare(CLONE_NEWNS));
        must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
        must(::mount("none", "/proc", "tmpfs", 0, nullptr));
        return testing::can_trace().why_not().starts_with("/proc is not mounted") ? 0 : 1;
    });
    CHECK(status == 0);
}

TEST_CASE("can_trace() causes no SIGCHLD, and a wait for any child does not report the child of can_trace()", "[can_trace]")
{
    auto const status = in_a_process([] {
        struct sigaction counting {};
        counting.sa_handler = [](int) { ++signals_seen; };
        must(::sigaction(SIGCHLD, &counting, nullptr));
        auto const own = must(::fork());
        if (own == 0)
            ::_exit(7);
        siginfo_t end{};
        while (::waitid(P_PID, static_cast<id_t>(own), &end, WEXITED | WNOWAIT) != 0) {
        }
        int const before = signals_seen;
        if (!testing::can_trace() || signals_seen != before)
            return 1;
        int status = 0;
        return ::waitpid(-1, &status, 0) == own && WEXITSTATUS(status) == 7 && ::waitpid(-1, &status, 0) == -1 ? 0 : 2;
    });
    CHECK(status == 0);
}

}   // namespace can_trace_tests
