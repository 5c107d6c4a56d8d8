// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/summary.hpp>

#include <cerrno>

namespace summary_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using render::summary_column;
using test::traced_call;

namespace {

syscall_exited done(char const* name, std::int64_t result, std::chrono::nanoseconds system, std::chrono::nanoseconds took)
{
    test::byte_memory memory;
    traced_call call{name};
    call.enter(memory).leave(memory, result);
    call.exit.system = system;
    call.exit.took = took;
    return call.exit;
}

std::string table(render::summary_options const& options)
{
    render::call_summary counted{options};
    counted.count(done("close", 0, 10us, 1s));
    counted.count(done("close", -EBADF, 20us, 2s));
    counted.count(done("getpid", 7, 90us, 500ms));
    std::string text;
    counted.append(text);
    return text;
}

}   // namespace

TEST_CASE("a summary is a table like strace's, with the call that took the most time first")
{
    CHECK(table({})
          == "% time     seconds  usecs/call     calls    errors syscall\n"
             "------ ----------- ----------- --------- --------- ----------------\n"
             " 75.00    0.000090          90         1           getpid\n"
             " 25.00    0.000030          15         2         1 close\n"
             "------ ----------- ----------- --------- --------- ----------------\n"
             "100.00    0.000120          40         3         1 total\n");
}

TEST_CASE("a summary has the selected columns and order")
{
    using enum summary_column;
    CHECK(table({.columns = {name, shortest, longest, wall_total}, .sorted_by = wall_shortest})
          == "syscall          shortest  longest  wall-total\n"
             "---------------- -------- -------- -----------\n"
             "close            0.000010 0.000020    3.000000\n"
             "getpid           0.000090 0.000090    0.500000\n"
             "---------------- -------- -------- -----------\n"
             "total            0.000010 0.000090    3.500000\n");
    CHECK(table({.columns = {name, calls}, .sorted_by = {}})
              .starts_with("syscall              calls\n"
                           "---------------- ---------\n"
                           "close                    2\n"));
}

TEST_CASE("a summary can have wall-clock time, without the overhead of tracing")
{
    using enum summary_column;
    CHECK(table({.columns = {total, name}, .wall_clock = true, .overhead = 700ms})
          == "    seconds syscall\n"
             "----------- ----------------\n"
             "   1.600000 close\n"
             "   0.000000 getpid\n"
             "----------- ----------------\n"
             "   1.600000 total\n");
}

TEST_CASE("a summary without calls has no table, and each interface has its own table")
{
    render::call_summary counted;
    std::string text;
    counted.append(text);
    CHECK(text.empty());
    auto narrow = done("getpid", 7, 0us, 0us);
    auto call = *narrow.call;
    call.arch = cotrace::uapi::arch::i386;
    narrow.call = std::make_shared<syscall_call>(call);
    counted.count(narrow);
    counted.append(text);
    CHECK(text.starts_with("System call usage summary for 32 bit mode:\n% time"));
    CHECK(text.find("  0.00    0.000000           0         1           getpid\n") != std::string::npos);
}

TEST_CASE("a summary counts each unknown number under the name that the trace has for it")
{
    render::call_summary counted;
    auto strange = done("getpid", -ENOSYS, 0us, 0us);
    auto call = *strange.call;
    call.what = nullptr;
    for (std::uint64_t const number : {0x7000, 0x7001, 0x7000}) {
        call.number = number;
        strange.call = std::make_shared<syscall_call>(call);
        counted.count(strange);
    }
    std::string text;
    counted.append(text);
    CHECK(text.find("         2         2 syscall_0x7000\n") != std::string::npos);
    CHECK(text.find("         1         1 syscall_0x7001\n") != std::string::npos);
    CHECK(text.find("         3         3 total\n") != std::string::npos);
}

TEST_CASE("the columns of a summary have strace's names")
{
    CHECK(render::summary_column_called("time_percent") == summary_column::percent);
    CHECK(render::summary_column_called("syscall-name") == summary_column::name);
    CHECK(render::summary_column_called("max-wall") == summary_column::wall_longest);
    CHECK_FALSE(render::summary_column_called("none"));
    CHECK_FALSE(render::summary_column_called("Time"));
}

}   // namespace summary_tests
