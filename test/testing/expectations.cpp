// SPDX-License-Identifier: BSL-1.0
// Tests of patterns and expectations, with made-up records, and of the messages of failed expectations.
#include "support/catch.hpp"

#include "testing/story.hpp"

#include <cotrace/testing/run.hpp>

#include <cerrno>
#include <csignal>

#include <fcntl.h>

namespace expectations_tests {

using namespace cotrace;
using namespace cotrace::testing;
using test::story;

namespace {

/// The records of a made-up thread, which opens "/etc/a", fails to open "/etc/b", closes a descriptor, and exits.
story short_story()
{
    story made;
    made.starts(7)
        .opens(7, "/etc/a", 3)
        .opens(7, "/etc/b", -ENOENT)
        .calls(7, "close", {3}, 0)
        .enters(7, "exit_group", {0})
        .exits(7, 0);
    return made;
}

template <class... Expectations>
std::string reason(run const& seen, Expectations... those)
{
    try {
        seen.expect(std::move(those)...);
    } catch (test_failed const& failed) {
        return std::string{failed.text()};
    }
    return {};
}

}   // namespace

TEST_CASE("a failed expectation names the line of the test", "[testing]")
{
    auto const seen = short_story().as_run();
    auto const line = std::to_string(__LINE__ + 2);
    try {
        seen.expect(never(call("openat")), exactly(1, call("connect")));
        FAIL("the expectation was met");
    } catch (test_failed const& failed) {
        CHECK(std::to_string(failed.where().line()) == line);
        CHECK(std::string{failed.what()}.starts_with(std::string{__FILE__} + ":" + line + ": " + std::string{failed.text()}));
    }
}

TEST_CASE("run::count() counts each call once, also a call that had not returned when its thread ended", "[testing]")
{
    auto const seen = short_story().as_run();
    CHECK(seen.count(call("openat")) == 2);
    CHECK(seen.count(call("openat").path("/etc/a")) == 1);
    CHECK(seen.count(call("openat").succeeds()) == 1);
    CHECK(seen.count(entered(call("openat"))) == 2);
    CHECK(seen.count(call("exit_group")) == 1);
    CHECK(seen.count(call("exit_group").succeeds()) == 0);
    CHECK(seen.count(pattern{call("openat")}.by(tid{7})) == 2);
    CHECK(seen.count(pattern{call("openat")}.by(tid{8})) == 0);
    CHECK(seen.count(exits(0)) == 1);
    CHECK(seen.count(exits(1)) == 0);
    CHECK(seen.count(killed_by(SIGKILL)) == 0);
    CHECK_THROWS_AS(entered(call("openat").succeeds()), std::invalid_argument);
    CHECK(seen.first(call("close")).has_value());
    CHECK(!seen.first(call("connect")).has_value());
}

TEST_CASE("patterns compare arguments with negative numbers, and with constants and flags by their names", "[testing]")
{
    story made;
    made.starts(7).opens(7, "/etc/a", 3);
    made.calls(7, "openat", {0xffffff9c, 0x1000, O_WRONLY | O_CREAT | O_EXCL, 0600}, 4).exits(7, 0);
    auto const seen = made.as_run();
    CHECK(seen.count(call("openat").argument("dirfd", AT_FDCWD)) == 2);
    CHECK(seen.count(call("openat").argument("dirfd", "AT_FDCWD")) == 2);
    CHECK(seen.count(call("openat").argument("dirfd", -1)) == 0);
    CHECK(seen.count(call("openat").argument("flags", "O_CREAT|O_EXCL")) == 1);
    CHECK(seen.count(call("openat").argument("flags", "O_WRONLY")) == 1);
    CHECK(seen.count(call("openat").argument("flags", "O_RDONLY")) == 1);
    CHECK(reason(seen, never(call("openat").argument("dirfd", AT_FDCWD))).starts_with("expected never: openat dirfd = -100\n"));
}

TEST_CASE("expectations that are met give no message", "[testing]")
{
    auto const seen = short_story().as_run();
    CHECK(reason(seen, ordered(call("openat").path("/etc/a"), call("close"), exits(0)), unordered(call("close"), call("openat")),
                 never(call("connect")), exactly(2, call("openat")), at_least(1, call("openat")), at_most(2, call("openat")))
              .empty());
}

TEST_CASE("the message about a missing call shows the nearest records, and which conditions they miss", "[testing]")
{
    CHECK(reason(short_story().as_run(), exactly(1, call("openat").path("/etc/b").succeeds()))
          == "expected exactly 1 time: openat path \"/etc/b\" succeeds\n"
             "not found\n"
             "nearest:\n"
             "    #1 openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = 3\n"
             "        is not: path \"/etc/b\"\n"
             "    #2 openat(AT_FDCWD, \"/etc/b\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
             "        is not: succeeds\n");
}

TEST_CASE("the message about a missing call shows the last records if no record is similar", "[testing]")
{
    CHECK(reason(short_story().as_run(), at_least(1, call("connect")))
          == "expected at least 1 time: connect\n"
             "not found\n"
             "all records:\n"
             "    #1 openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = 3\n"
             "    #2 openat(AT_FDCWD, \"/etc/b\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
             "    #3 close(3) = 0\n"
             "    #4 exit_group(0) = ?\n"
             "    #5 +++ exited with 0 +++\n");
}

TEST_CASE("the message about unwanted calls shows a few of them", "[testing]")
{
    story made;
    made.starts(7);
    for (int fd = 3; fd < 10; ++fd)
        made.calls(7, "close", {static_cast<std::uint64_t>(fd)}, 0);
    CHECK(reason(made.as_run(), never(call("close")))
          == "expected never: close\n"
             "found 7 times:\n"
             "    #1 close(3) = 0\n"
             "    #2 close(4) = 0\n"
             "    #3 close(5) = 0\n"
             "    #4 close(6) = 0\n"
             "    #5 close(7) = 0\n"
             "    and 2 more\n");
}

TEST_CASE("the message about a wrong order shows the matched patterns, and a record that came too early", "[testing]")
{
    CHECK(reason(short_story().as_run(), ordered(call("close"), call("openat").path("/etc/a"), exits(0)))
          == "expected in this order:\n"
             "    1. close: #3 close(3) = 0\n"
             "    2. openat path \"/etc/a\": missing\n"
             "    3. a thread that exits with 0\n"
             "number 2 was found earlier:\n"
             "    #1 openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = 3\n"
             "all records after that:\n"
             "    #4 exit_group(0) = ?\n"
             "    #5 +++ exited with 0 +++\n");
}

TEST_CASE("each pattern of unordered() needs a record of its own", "[testing]")
{
    auto const seen = short_story().as_run();
    // The pattern without a path must not take the record that the pattern with a path needs.
    CHECK(reason(seen, unordered(call("openat"), call("openat").path("/etc/a"))).empty());
    CHECK(reason(seen, unordered(call("openat").path("/etc/a"), call("openat"))).empty());
    CHECK(reason(seen, unordered(call("close"), call("close").fd(3)))
          == "expected in any order:\n"
             "    1. close: #3 close(3) = 0\n"
             "    2. close fd 3: missing\n"
             "all records:\n"
             "    #1 openat(AT_FDCWD, \"/etc/a\", O_RDONLY) = 3\n"
             "    #2 openat(AT_FDCWD, \"/etc/b\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
             "    #3 close(3) = 0\n"
             "    #4 exit_group(0) = ?\n"
             "    #5 +++ exited with 0 +++\n");
}

TEST_CASE("the message about failed expectations lists all of them, and the number of lost records", "[testing]")
{
    auto made = short_story();
    made.adds(7, records_lost{12});
    CHECK(reason(made.as_run(), never(call("close")), exactly(2, call("openat")), exactly(1, exits(3)))
          == "expected never: close\n"
             "found 1 time:\n"
             "    #3 close(3) = 0\n"
             "\n"
             "expected exactly 1 time: a thread that exits with 3\n"
             "not found\n"
             "nearest:\n"
             "    #5 +++ exited with 0 +++\n"
             "        is not: a thread that exits with 3\n"
             "note: 12 records were lost\n");
}

TEST_CASE("a run can be divided by process and by thread", "[testing]")
{
    story made;
    made.starts(7)
        .enters(7, "clone", {0x10000, 0, 0, 0, 0})   // this call makes a thread (CLONE_THREAD)
        .adds(8, thread_started{origin::clone, tid{7}, {}})
        .leaves(7, 8)
        .enters(7, "clone", {17, 0, 0, 0, 0})   // this call makes a process that sends SIGCHLD at its end
        .adds(9, thread_started{origin::fork, tid{7}, {}})
        .leaves(7, 9)
        .enters(7, "clone", {0, 0, 0, 0, 0})   // this call makes a process that sends no signal at its end
        .adds(10, thread_started{origin::clone, tid{7}, {}})
        .leaves(7, 10)
        .calls(8, "close", {3}, 0)
        .calls(9, "close", {4}, 0)
        .exits(10, 0)
        .exits(9, 0)
        .exits(8, 0)
        .exits(7, 0);
    auto const seen = made.as_run();
    auto const processes = seen.by_process();
    REQUIRE(processes.size() == 3);
    CHECK(processes[0].count(call("close").fd(3)) == 1);
    CHECK(processes[1].count(call("close").fd(4)) == 1);
    CHECK(seen.by_thread().size() == 4);
    CHECK(reason(processes[1], never(call("close")))
          == "expected never of process 9: close\n"
             "found 1 time:\n"
             "    #8 [pid 9] close(4) = 0\n");
}

TEST_CASE("a thread that gets the id of its thread group leader by execve(2) counts as one thread", "[testing]")
{
    story made;
    made.starts(7)
        .adds(8, thread_started{origin::clone, tid{7}, {}})
        .calls(8, "close", {3}, 0)
        .adds(7, superseded{tid{8}})
        .adds(7, image_replaced{tid{8}, {}})
        .calls(7, "close", {4}, 0)
        .exits(7, 0);
    auto const threads = made.as_run().by_thread();
    REQUIRE(threads.size() == 2);
    CHECK(threads[0].count(call("close")) == 0);
    CHECK(threads[1].count(call("close")) == 2);
    CHECK(threads[1].count(exits(0)) == 1);
}

}   // namespace expectations_tests
