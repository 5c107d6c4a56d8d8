// SPDX-License-Identifier: BSL-1.0
//
// Tests that assert on system calls, with Catch2 and the testing kit. Where tracing is not allowed, the program exits with status
// 77: build systems treat this status as a skipped test.
//
//     catch2_tests
#if __has_include(<catch2/catch_session.hpp>)   // Catch2 3
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

#include <cotrace/testing.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <sys/stat.h>

using namespace cotrace;
using namespace cotrace::testing;
using namespace std::chrono_literals;

namespace {

/// A new folder for the files of a test.
struct scratch {
    std::string path = std::filesystem::temp_directory_path() / "catch2_tests-XXXXXX";
    scratch() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~scratch() { std::filesystem::remove_all(path); }
};

}   // namespace

TEST_CASE("sort reads its input before it writes over it")
{
    scratch const folder;
    auto const file = folder.path + "/fruit";
    std::ofstream{file} << "pear\napple\n";
    auto const seen = trace(command{"sort", "-o", file, file});
    CHECK(seen.end.status == 0);
    seen.expect(
        ordered(call("openat").path(file).succeeds(), call("read").returns(11), call("write").argument("buf", "apple\npear\n")),
        never(call("%network")), exactly(1, exits(0)));
}

TEST_CASE("a reader of a FIFO waits for a writer")
{
    scratch const folder;
    auto const fifo = folder.path + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    within(30s, [&]() -> task<void> {
        command const reading{"cat", fifo}, writing{"sh", "-c", "echo text > " + fifo};
        auto reader = co_await launch(reading);
        co_await reader.next(entered(call("openat").path(fifo)));
        auto writer = co_await launch(writing);   // `reader` and `writer` run on one event loop
        co_await reader.next(call("openat").path(fifo).succeeds());
        auto const written = co_await writer.finish();
        auto const read = co_await reader.finish();
        CHECK(read.output == "text\n");
        written.expect(at_least(1, call("openat,open").path(fifo).succeeds()));
    });
}

int main(int count, char** words)
{
    if (auto const can = can_trace(); !can) {
        std::cerr << "skipped: " << can.why_not() << '\n';
        return 77;
    }
    return Catch::Session().run(count, words);
}
