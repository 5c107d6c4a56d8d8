// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/rows.hpp>
#include <cotrace/stack.hpp>

#include <cerrno>

namespace rows_tests {

using namespace cotrace;
using test::byte_memory;
using test::traced_call;

namespace {

record of(int thread, event what)
{
    record made{tid{thread}, timestamp{std::chrono::nanoseconds{2'000'000}}, std::move(what), pid{5}};
    made.comm = std::make_shared<std::string const>("cat");
    return made;
}

syscall_entered entry(traced_call const& call) { return {call.call}; }

traced_call opened(std::string const& path, std::int64_t result)
{
    byte_memory memory;
    memory.put(0x1000, path + std::string(1, '\0'));
    traced_call open{"openat", {0xffffff9c, 0x1000, 0}};
    open.enter(memory).leave(memory, result);
    open.exit.took = std::chrono::nanoseconds{4200};
    return open;
}

std::string rows_of(std::vector<record> const& seen, render::row_options options = {})
{
    render::row_writer writer{std::move(options)};
    std::string text;
    for (auto const& each : seen)
        writer.append(each, text);
    writer.finish(text);
    return text;
}

constexpr std::string_view header = "start_ns,duration_ns,host,pid,tid,comm,syscall,args,path,fd,error,return,class,stack\r\n";

}   // namespace

TEST_CASE("a row of JSON has all columns in a fixed order")
{
    CHECK(rows_of({of(7, opened("/etc/passwd", 3).exit)}, {.host = "a"})
          == R"({"start_ns":1995800,"duration_ns":4200,"host":"a","pid":5,"tid":7,"comm":"cat","syscall":"openat",)"
             R"("args":"AT_FDCWD, \"/etc/passwd\", O_RDONLY","path":"/etc/passwd","fd":3,"error":"","return":3,)"
             R"("class":"file,desc","stack":""})"
             "\n");
    CHECK(rows_of({of(7, opened("x", -ENOENT).exit)}).find(R"("path":"x","fd":null,"error":"ENOENT","return":-1,)")
          != std::string::npos);
}

TEST_CASE("a row of CSV has quotes only around fields that need them")
{
    render::row_options const options{.form = render::row_form::csv, .host = "a,\"b\"\n"};
    CHECK(
        rows_of({of(7, opened("x", -ENOENT).exit)}, options)
        == std::string{header}
               + "1995800,4200,\"a,\"\"b\"\"\n\",5,7,cat,openat,\"AT_FDCWD, \"\"x\"\", O_RDONLY\",x,,ENOENT,-1,\"file,desc\",\r\n");
    CHECK(rows_of({}, options) == header);
}

TEST_CASE("bytes of a path that are not UTF-8 are replaced in rows")
{
    for (auto const form : {render::row_form::ndjson, render::row_form::csv})
        CHECK(rows_of({of(7, opened("a\xff", 3).exit)}, {.form = form}).find("a\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("a call that does not return has a row without a result at the end of its thread")
{
    traced_call exit{"exit_group", {3}}, read{"read", {4, 0x1000, 9}};
    byte_memory memory;
    exit.enter(memory);
    read.enter(memory);
    auto const row = rows_of({of(7, entry(exit)), of(7, thread_exited{3})});
    CHECK(row.starts_with(R"({"start_ns":2000000,"duration_ns":0,)"));
    CHECK(row.find(R"("syscall":"exit_group","args":"3","path":"","fd":null,"error":"","return":null,"class":"process",)")
          != std::string::npos);
    for (auto const& end : {event{detached{}}, event{thread_exited{9, true}}, event{superseded{}}})
        CHECK(rows_of({of(7, entry(read)), of(7, end)}).find(R"("args":"4, ...","path":"","fd":4,)") != std::string::npos);
    CHECK(rows_of({of(7, entry(read))}).find(R"("tid":7,)") != std::string::npos);   // `finish` writes this row
}

TEST_CASE("a call that has returned has no second row at the end of its thread")
{
    auto const open = opened("x", 3);
    auto const text = rows_of({of(7, entry(open)), of(7, open.exit), of(7, thread_exited{}), of(7, detached{})});
    CHECK(std::ranges::count(text, '\n') == 1);
}

TEST_CASE("an execve has one row, also if the thread that calls it gets the id of the leader")
{
    traced_call exec{"execve", {0, 0, 0}};
    byte_memory memory;
    exec.enter(memory);
    auto const text = rows_of({of(8, entry(exec)), of(7, superseded{tid{8}}), of(7, thread_exited{})});
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.find(R"("syscall":"execve")") != std::string::npos);
}

TEST_CASE("only calls that have the wanted outcome and fulfil the condition have rows")
{
    auto const good = opened("x", 3), bad = opened("y", -ENOENT);
    render::row_options options;
    options.text.statuses = {call_status::failed};
    std::vector<record> const all{of(7, entry(good)), of(7, good.exit), of(7, entry(bad)), of(7, bad.exit),
                                  of(7, thread_exited{})};
    auto text = rows_of(all, options);
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.find("ENOENT") != std::string::npos);
    options = {};
    options.text.where = predicate{"path == \"x\""};
    text = rows_of(all, options);
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.find(R"("path":"x")") != std::string::npos);
    CHECK(text.find("\"return\":3") != std::string::npos);
}

TEST_CASE("with entries only, each entry is a row")
{
    traced_call read{"read", {4, 0x1000, 9}};
    byte_memory memory;
    read.enter(memory);
    render::row_options options;
    options.text.entries_only = true;
    auto const text = rows_of({of(7, entry(read))}, options);
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.find(R"("args":"4, ...")") != std::string::npos);
}

}   // namespace rows_tests
