// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/summary.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

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

namespace {

record by_thread(record made, int thread, int process, char const* comm)
{
    made.thread = tid{thread};
    made.process = pid{process};
    made.comm = std::make_shared<std::string const>(comm);
    return made;
}

/// The record of an openat(2) of `path`.
record opened(std::string const& path, std::int64_t result, std::chrono::nanoseconds took = 1ms)
{
    test::byte_memory memory;
    memory.put(0x1000, path + '\0');
    traced_call call{"openat", {static_cast<std::uint64_t>(-100), 0x1000}};
    call.enter(memory).leave(memory, result);
    call.exit.took = took;
    return call.exited();
}

record renamed(std::string const& from, std::string const& to)
{
    test::byte_memory memory;
    memory.put(0x1000, from + '\0');
    memory.put(0x2000, to + '\0');
    traced_call call{"rename", {0x1000, 0x2000}};
    call.enter(memory).leave(memory, 0);
    call.exit.took = 1ms;
    return call.exited();
}

std::string keyed_table(render::summary_options options, std::vector<record> const& records)
{
    using enum summary_column;
    options.columns = {wall_total, calls, errors, name};
    options.wall_clock = true;
    render::call_summary counted{options};
    for (auto const& each : records)
        counted.count(each);
    std::string text;
    counted.append(text);
    return text;
}

/// The rows of a table without its heading and its sums.
std::string rows_of(std::string const& table)
{
    auto const begin = table.find("-\n") + 2;
    return table.substr(begin, table.find("\n-", begin) + 1 - begin);
}

}   // namespace

TEST_CASE("a summary can have columns with quantiles, and its rows can be sorted by a quantile")
{
    using enum summary_column;
    render::call_summary counted{{.columns = {p50, p95, wall_p99, calls, name}, .sorted_by = p95}};
    for (int i = 1; i <= 100; ++i)
        counted.count(done("close", 0, std::chrono::microseconds{i}, 1ms));
    counted.count(done("getpid", 0, 1s, 2s));
    std::string text;
    counted.append(text);
    CHECK(text
          == "     p50      p95 wall-p99     calls syscall\n"
             "-------- -------- -------- --------- ----------------\n"
             "1.000000 1.000000 2.000000         1 getpid\n"
             "0.000050 0.000096 0.001000       100 close\n"
             "-------- -------- -------- --------- ----------------\n"
             "0.000051 0.000096 0.001016       101 total\n");
    CHECK(render::summary_column_called("max") == longest);
    CHECK(render::summary_column_called("wall_p50") == wall_p50);
}

TEST_CASE("a summary by path counts a call for each of its paths, and once in the row `total`")
{
    CHECK(keyed_table({.by = render::summary_key::path}, {opened("/a\x1b[31m\xff", 3), opened("/b", -ENOENT), renamed("/b", "/c"),
                                                          renamed("/c", "/c"), record{tid{7}, {}, done("getpid", 7, 0us, 5ms)}})
          == " wall-total     calls    errors path\n"
             "----------- --------- --------- ----------------\n"
             "   0.005000         1           (none)\n"
             "   0.002000         2         1 /b\n"
             "   0.002000         2           /c\n"
             "   0.001000         1           /a\\33[31m\\377\n"
             "----------- --------- --------- ----------------\n"
             "   0.009000         5         1 total\n");
}

TEST_CASE("a summary can have a row for each error, thread or process")
{
    std::vector<record> const records{by_thread(opened("/a", -ENOENT), 12, 11, "one"),
                                      by_thread(opened("/a", -EACCES), 12, 11, "two"), by_thread(opened("/a", 3), 11, 11, "one")};
    auto const rows = [&](render::summary_key by) {
        return rows_of(keyed_table({.sorted_by = std::nullopt, .by = by}, records));
    };
    CHECK(rows(render::summary_key::error)
          == "   0.001000         1         1 EACCES\n"
             "   0.001000         1         1 ENOENT\n"
             "   0.001000         1           (none)\n");
    CHECK(rows(render::summary_key::thread)
          == "   0.001000         1           11 one\n"
             "   0.002000         2         2 12 two\n");
    CHECK(rows(render::summary_key::process) == "   0.003000         3         2 11 one\n");
}

TEST_CASE("a row of a process in a summary has the last name of the thread group leader")
{
    auto const row_of = [&](std::vector<record> const& records) {
        return rows_of(keyed_table({.by = render::summary_key::process}, records));
    };
    auto const by_leader = by_thread(opened("/a", 3), 11, 11, "leader"), by_worker = by_thread(opened("/a", 3), 12, 11, "worker");
    CHECK(row_of({by_leader, by_worker}) == "   0.002000         2           11 leader\n");
    CHECK(row_of({by_worker, by_leader, by_worker}) == "   0.003000         3           11 leader\n");
    CHECK(row_of({by_leader, by_thread(opened("/a", 3), 11, 11, "later")}) == "   0.002000         2           11 later\n");
    // The leader makes no call that is counted.
    auto const start = by_thread({{}, {}, thread_started{}}, 11, 11, "leader");
    CHECK(row_of({start, by_worker}) == "   0.001000         1           11 leader\n");
    auto const end = by_thread({{}, {}, thread_exited{}}, 11, 11, "last");
    CHECK(row_of({start, by_worker, end}) == "   0.001000         1           11 last\n");
    // The name of another thread stands for the name of a leader that no record has.
    CHECK(row_of({by_worker}) == "   0.001000         1           11 worker\n");
}

TEST_CASE("a summary has a row for each file descriptor and for each address of a peer")
{
    test::byte_memory memory;
    memory.put(0x1000, std::string("\x02\0\x00\x50\x7f\0\0\x01\0\0\0\0\0\0\0\0", 16));
    traced_call call{"connect", {3, 0x1000, 16}};
    call.enter(memory).leave(memory, 0);
    call.exit.took = 1ms;
    CHECK(rows_of(keyed_table({.by = render::summary_key::address}, {call.exited()}))
          == "   0.001000         1           127.0.0.1:80\n");
    CHECK(rows_of(keyed_table({.sorted_by = std::nullopt, .by = render::summary_key::fd}, {call.exited(), opened("/a", 5)}))
          == "   0.001000         1           3\n"
             "   0.001000         1           5\n");
}

TEST_CASE("a summary keeps a limited number of rows, and adds the smallest rows to the row `(others)`")
{
    std::vector<record> records;
    for (int i = 0; i < 1000; ++i)
        records.push_back(opened("/" + std::to_string(i), 3, i == 7 ? 1s : 1ms));
    auto const text = keyed_table({.by = render::summary_key::path, .most_rows = 10}, records);
    CHECK(text.find("   1.000000         1           /7\n") != text.npos);
    CHECK(text.ends_with("   1.999000      1000           total\n"));
    CHECK(std::ranges::count(text, '\n') <= 4 + 20);
    CHECK(text.find(" (others)\n") != text.npos);
}

}   // namespace summary_tests
