// SPDX-License-Identifier: BSL-1.0
// Tests of golden traces, the texts of runs that tests compare with files.
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include "testing/story.hpp"

#include <cotrace/testing/golden.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <unistd.h>

namespace golden_tests {

using namespace cotrace;
using namespace cotrace::testing;
using test::story;

namespace {

std::string numbered(int from, int to)
{
    std::string text;
    for (int i = from; i <= to; ++i)
        text += std::to_string(i) + '\n';
    return text;
}

struct updating {
    updating() { ::setenv("COTRACE_UPDATE_GOLDEN", "1", 1); }
    ~updating() { ::unsetenv("COTRACE_UPDATE_GOLDEN"); }
};

}   // namespace

TEST_CASE("a golden trace replaces ids, descriptors and addresses by names that are numbered in order of appearance", "[testing]")
{
    story made;
    made.starts(4711)
        .opens(4711, "/etc/1810000000", 17)
        .calls(4711, "mmap", {0, 4096, 1, 2, 17, 0}, 0x7f1234567000)
        .calls(4711, "close", {17}, 0)
        .calls(4711, "munmap", {0x7f1234567000, 4096}, 0)
        .opens(4711, "/etc/b", 5)
        .calls(4711, "dup2", {5, 1}, 1)
        .calls(4711, "getpid", {}, 4711)
        .calls(4711, "kill", {4712, SIGTERM}, -ESRCH)
        .enters(4711, "exit_group", {0})
        .exits(4711, 0);
    CHECK(golden_text(made.as_run())
          == "openat(AT_FDCWD, \"/etc/1810000000\", O_RDONLY) = fd1\n"
             "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd1, 0) = addr1\n"
             "close(fd1) = 0\n"
             "munmap(addr1, 4096) = 0\n"
             "openat(AT_FDCWD, \"/etc/b\", O_RDONLY) = fd2\n"
             "dup2(fd2, 1) = 1\n"
             "getpid() = pid1\n"
             "kill(pid2, SIGTERM) = -1 ESRCH (No such process)\n"
             "exit_group(0) = ?\n"
             "+++ exited with 0 +++\n");
}

TEST_CASE("a golden trace shows threads one after the other, children after their parents", "[testing]")
{
    auto const golden_of = [](int first, int second, bool other_order) {
        story made;
        made.starts(first).enters(first, "fork", {}).adds(second, thread_started{origin::fork, tid{first}, {}});
        if (other_order)
            made.calls(second, "close", {4}, 0).leaves(first, second);
        else
            made.leaves(first, second).calls(second, "close", {4}, 0);
        made.exits(second, 0).calls(first, "wait4", {static_cast<std::uint64_t>(second), 0, 0, 0}, second).exits(first, 0);
        return golden_text(made.as_run());
    };
    CHECK(golden_of(100, 101, false)
          == "== pid1, launched\n"
             "fork() = pid2\n"
             "wait4(pid2, NULL, 0, NULL) = pid2\n"
             "+++ exited with 0 +++\n"
             "\n"
             "== pid2, fork by pid1\n"
             "close(fd1) = 0\n"
             "+++ exited with 0 +++\n");
    CHECK(golden_of(7000, 6000, true) == golden_of(100, 101, false));
}

TEST_CASE("a golden trace shows times from the kernel as 0, and times that the program passed as they are", "[testing]")
{
    story made;
    made.memory.put_words(0x2000, 1700000000, 999);
    made.starts(7).calls(7, "clock_gettime", {0, 0x2000}, 0);
    made.memory.put_words(0x2000, 2, 500);
    made.calls(7, "nanosleep", {0x2000, 0}, 0);
    CHECK(golden_text(made.as_run())
          == "clock_gettime(CLOCK_REALTIME, {tv_sec=0, tv_nsec=0}) = 0\n"
             "nanosleep({tv_sec=2, tv_nsec=500}, NULL) = 0\n");
}

TEST_CASE("a golden trace shows the records that its options select", "[testing]")
{
    story made;
    siginfo_t info{};
    info.si_signo = SIGTERM;
    info.si_code = SI_USER;
    info.si_pid = 4712;
    made.starts(7)
        .opens(7, "/etc/a", 3)
        .opens(7, "/etc/ld.so.cache", 3)
        .calls(7, "close", {3}, 0)
        .adds(7, signal_received{info, {}, 0})
        .exits(7, 0);
    auto const seen = made.as_run();
    golden_options opens;
    opens.calls = filter{"openat"};
    opens.without = {call("openat").path("/etc/ld.so.cache")};
    opens.exits = false;
    CHECK(golden_text(seen, opens)
          == "openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = fd1\n"
             "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=pid1, si_uid=0} ---\n");
    golden_options closes;
    closes.calls = filter{"close"};
    closes.signals = false;
    CHECK(golden_text(seen, closes) == "close(fd1) = 0\n+++ exited with 0 +++\n");
}

TEST_CASE("text that matches an expression of golden_options::renamed is replaced by a numbered name", "[testing]")
{
    story made;
    made.starts(7).opens(7, "/tmp/x.1/a", 3).opens(7, "/tmp/y.2/b", 4).opens(7, "/tmp/x.1/c", 5);
    golden_options options;
    options.renamed.push_back({"/tmp/[a-z0-9.]+", "scratch"});
    CHECK(golden_text(made.as_run(), options)
          == "openat(AT_FDCWD, \"scratch1/a\", O_RDONLY) = fd1\n"
             "openat(AT_FDCWD, \"scratch2/b\", O_RDONLY) = fd2\n"
             "openat(AT_FDCWD, \"scratch1/c\", O_RDONLY) = fd3\n");
    options.renamed.push_back({"(", "nothing"});
    CHECK_THROWS_AS(golden_text(made.as_run(), options), std::invalid_argument);
}

TEST_CASE("a golden file is written if COTRACE_UPDATE_GOLDEN is set, and compared otherwise", "[testing]")
{
    test::temporary_folder const here;
    auto const file = here.path() / "deeper" / "kept.txt";
    story made;
    made.starts(7).opens(7, "/etc/a", 3).calls(7, "close", {3}, 0);
    CHECK_THROWS_WITH(expect_golden(made.as_run(), file),
                      Catch::Matchers::EndsWith(file.string()
                                                + " does not exist; this run is:\n"
                                                  "@@ -0,0 +1,2 @@\n"
                                                  "+openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = fd1\n"
                                                  "+close(fd1) = 0\n"
                                                  "run again with COTRACE_UPDATE_GOLDEN=1 to write this run to the file\n"));
    {
        updating now;
        expect_golden(made.as_run(), file);
    }
    CHECK_NOTHROW(expect_golden(made.as_run(), file));
    made.calls(7, "close", {3}, -EBADF);
    CHECK_THROWS_WITH(expect_golden(made.as_run(), file),
                      Catch::Matchers::EndsWith(file.string()
                                                + " differs from this run (- file, + this run):\n"
                                                  "@@ -1,2 +1,3 @@\n"
                                                  " openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = fd1\n"
                                                  " close(fd1) = 0\n"
                                                  "+close(fd1) = -1 EBADF (Bad file descriptor)\n"
                                                  "run again with COTRACE_UPDATE_GOLDEN=1 to write this run to the file\n"));
}

TEST_CASE("differences between two texts are shown as diff -u shows them", "[testing]")
{
    CHECK(unified_diff("", "").empty());
    CHECK(unified_diff("a\nb\n", "a\nb\n").empty());
    CHECK(unified_diff("", "a\n") == "@@ -0,0 +1 @@\n+a\n");
    CHECK(unified_diff("a\n", "") == "@@ -1 +0,0 @@\n-a\n");
    CHECK(unified_diff("a\nb\nc\n", "a\nx\nc\n") == "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    CHECK(unified_diff("a\nb", "a\nb\n") == "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
    auto changed = numbered(1, 20);
    changed.replace(changed.find("5\n"), 2, "five\n");
    changed.replace(changed.find("16\n"), 3, "");
    CHECK(unified_diff(numbered(1, 20), changed)
          == "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
             "@@ -13,7 +13,6 @@\n 13\n 14\n 15\n-16\n 17\n 18\n 19\n");
    // Changes near each other are in one hunk.
    changed = numbered(1, 12);
    changed.replace(changed.find("4\n"), 2, "");
    changed += "13\n";
    changed.replace(changed.find("10\n"), 3, "ten\n");
    CHECK(unified_diff(numbered(1, 12), changed)
          == "@@ -1,12 +1,12 @@\n 1\n 2\n 3\n-4\n 5\n 6\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n+13\n");
}

TEST_CASE("texts that have nothing in common differ in all lines", "[testing]")
{
    auto const text = unified_diff(numbered(1, 3000), numbered(5001, 8000));
    CHECK(text.starts_with("@@ -1,3000 +1,3000 @@\n-1\n-2\n"));
    CHECK(text.ends_with("+7999\n+8000\n"));
}

TEST_CASE("a failed comparison with a golden file names the line of the test", "[testing]")
{
    story made;
    made.starts(7).calls(7, "close", {3}, 0).exits(7, 0);
    unsigned line = 0;
    try {
        line = __LINE__ + 1;
        expect_golden(made.as_run(), "/no/such/file");
    } catch (test_failed const& failed) {
        CHECK(failed.where().line() == line);
        line = 0;
    }
    CHECK(line == 0);
}

}   // namespace golden_tests
