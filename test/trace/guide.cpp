// SPDX-License-Identifier: BSL-1.0
// Runs the snippets of lib/doc/guide.md. test/tools/extract_snippets.py copies the snippets from the guide.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/process_sets.hpp"
#include "support/ready_guests.hpp"
#include "support/temporary_folder.hpp"

#include <cotrace/cotrace.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

// The snippets declare some variables and parameters that they do not use.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"

namespace guide_tests {

using namespace cotrace::test;
#include "guide_names.inc"

namespace {

/// Puts a failing program named `make` on PATH, and captures what the snippets print to std::cout.
class scene {
public:
    scene()
        : path_{std::getenv("PATH")}
        , printed_to_{std::cout.rdbuf(printed.rdbuf())}
    {
        auto const file = folder_.path() / "make";
        std::ofstream{file} << "#!/bin/sh\ncat /no/such/file 2>/dev/null\nexit 5\n";
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        ::setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
    }
    ~scene()
    {
        std::cout.rdbuf(printed_to_);
        ::setenv("PATH", path_.c_str(), 1);
    }

    std::ostringstream printed;

private:
    temporary_folder folder_;
    std::string path_;
    std::streambuf* printed_to_;
};

task<bool> is_allowed(syscall_call const&) { co_return false; }

void rethrow(std::exception_ptr error)
{
    if (error)
        std::rethrow_exception(error);
}

#include "guide_generic.inc"
#include "guide_trace_into.inc"

/// Receives records until the channel is closed, and prints how many there were.
task<void> show(asio::experimental::channel<void(error_code, record)>& from)
{
    std::size_t count = 0;
    for (bool open = true; open;) {
        auto const [error, seen] = co_await from.async_receive(use_tuple);
        open = !error;
        count += open ? 1 : 0;
    }
    std::cout << count << " records\n";
}

}   // namespace

LIVE_TEST("guide: a launch", "[guide]")
{
    scene here;
#include "guide_launch.inc"
    CHECK(end.status == 5);
    CHECK(here.printed.str().find("execve(") != std::string::npos);
    CHECK(here.printed.str().find("+++ exited with 5 +++\n") != std::string::npos);
}

LIVE_TEST("guide: errors", "[guide]")
{
    scene here;
    tracer by{co_await asio::this_coro::executor};
    // If this statement stood after the snippet, clang would warn of misleading indentation.
    std::string const line = "execve no-such-program: No such file or directory\n";
#include "guide_errors.inc"
    CHECK(here.printed.str() == line + line);
}

LIVE_TEST("guide: what a record holds", "[guide]")
{
    scene here;
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch({"make"});
    while (std::optional<record> seen = co_await target.async_next()) {
#include "guide_record.inc"
    }
    CHECK(here.printed.str().find("/no/such/file: No such file or directory\n") != std::string::npos);
}

LIVE_TEST("guide: consumers of records", "[guide]")
{
    scene here;
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    command const what = quiet(program("exits", "7"));
    auto target = co_await by.async_launch(what);
    auto second = co_await by.async_launch(what);
    auto third = co_await by.async_launch(what);
    asio::local::stream_protocol::socket socket{ex}, far{ex};
    asio::local::connect_pair(socket, far);
#include "guide_consumers.inc"
    CHECK(text.find("exited with 7\n") != std::string::npos);
    CHECK(text.find("execve\n") != std::string::npos);
    CHECK(here.printed.str() == std::to_string(second.stats().records) + " records\n");
    socket.close();
    std::string lines;
    co_await asio::async_read(far, asio::dynamic_buffer(lines), use_tuple);
    CHECK(static_cast<std::uint64_t>(std::ranges::count(lines, '\n')) == third.stats().records);
}

LIVE_TEST("guide: an attach to running processes", "[guide]")
{
    auto first = co_await ready_untraced(program("spins"));
    auto other = co_await ready_untraced(program("spins"));
    pid const server = first.id(), shell = other.id();
    tracer by{co_await asio::this_coro::executor};
#include "guide_attach.inc"
    CHECK(one.root() == server);
    CHECK(tree.root() == shell);
    CHECK(one.detach());
    CHECK(tree.detach());
    co_await drain(one);
    co_await drain(tree);
    CHECK(lives(server));
    CHECK(lives(shell));
}

TEST_CASE("guide: an attach to sets of processes", "[guide]")
{
    for (auto const& hierarchy : hierarchies()) {
        INFO(hierarchy);
        run_for(live_limit, [&]() -> task<void> {
            auto const ex = co_await asio::this_coro::executor;
            renamed const copy{"reads_line"};
            started named{ex, command_of(copy.path.string())}, member{ex, program("reads_line")};
            co_await named.line();
            co_await member.line();
            group const home{hierarchy};
            REQUIRE(home.add(member.id()));
            std::string const name = copy.name, folder = home.path();
            tracer by{ex};
            if (!co_await process_events_work(by))
                co_return;
#include "guide_attach_sets.inc"
            CHECK(web.root() == named.id());
            CHECK(unit.root() == member.id());
            CHECK(web.detach());
            CHECK(unit.detach());
            co_await drain(web);
            co_await drain(unit);
        });
    }
}

LIVE_TEST("guide: one stream of several sessions", "[guide]")
{
    scene here;
    tracer by{co_await asio::this_coro::executor};
    std::vector<command> const commands{quiet({"make", "1"}), quiet({"make", "2"}), quiet({"true"})};
    std::map<std::string, int> ends;
    auto const use = [&](record const& seen) {
        auto const* end = std::get_if<thread_exited>(&seen.what);
        if (end != nullptr && seen.thread == leader(seen.process))
            ends[seen.session->label] += end->status == 5 ? 1 : 10;
    };
#include "guide_shared.inc"
    CHECK(ends["make"] >= 2);
    CHECK(ends["true"] == 10);
}

namespace {

template <traced_target Target>
task<void> check_failures(Target target)
{
    auto const failures = co_await count_failures(target);
    CHECK(failures >= 1);
}

}   // namespace

LIVE_TEST("guide: code for the sessions of a tracer and of a pool", "[guide]")
{
    scene here;
    tracer by{co_await asio::this_coro::executor};
    tracer_pool pool{1};
    session_options const options = session_options{}.with_filter(filter{"openat"});
    auto one = co_await by.async_launch({"make"}, options);
    auto other = co_await pool.async_launch({"make"}, options);
    co_await check_failures(std::move(one));
    co_await check_failures(std::move(other));
}

LIVE_TEST("guide: which calls are recorded", "[guide]")
{
#include "guide_filter.inc"
    tracer by{co_await asio::this_coro::executor};
    command const what = quiet({"cat", "/etc/passwd", "/etc/there-is-no-such-file"});
    auto target = co_await by.async_launch(what, others);
    auto const seen = co_await drain(target);
    CHECK(calls(seen, SYS_openat).empty());   // cat can open /etc/passwd, the only file that `others` selects
    auto all = co_await by.async_launch(what, options);
    auto const files = co_await drain(all);
    CHECK_FALSE(calls(files, SYS_openat).empty());
    CHECK(calls(files, SYS_read).empty());
}

LIVE_TEST("guide: a policy", "[guide]")
{
    session_options options;
#include "guide_policy.inc"
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(
        quiet({"sh", "-c", "exec 2>/dev/null; cat /etc/passwd >/dev/null && echo >/tmp/cotrace-guide || exit 7"}), options);
    co_await drain(target);
    auto const target_end = co_await target.async_wait();
    CHECK(target_end.status == 7);
    CHECK(::access("/tmp/cotrace-guide", F_OK) != 0);
    // The policy allows connections only to UNIX sockets.
    auto connecting = co_await by.async_launch(quiet(program("connects")), options);
    co_await drain(connecting);
    auto const connecting_end = co_await connecting.async_wait();
    CHECK(connecting_end.status == SIGKILL);
}

LIVE_TEST("guide: interceptors", "[guide]")
{
    session_options options;
#include "guide_interceptors.inc"
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("connects")), options);
    auto const seen = calls(co_await drain(target), SYS_connect);
    REQUIRE_FALSE(seen.empty());
    CHECK(seen.front().what.outcome.error() == EACCES);
}

LIVE_TEST("guide: limits, and waiting for the end or for a timer", "[guide]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    session_options options;
    options.stop_after = limits{}.with_records(10);
    auto target = co_await by.async_launch(quiet(program("calls_busily")), options);
    asio::steady_timer timer{ex, 1h};
#include "guide_limits.inc"
    CHECK(either.index() == 0);
    CHECK(options.stop_after.records == 10'000);
}

LIVE_TEST("guide: a pool", "[guide]")
{
    scene here;
    session_options options;
#include "guide_pool.inc"
    std::vector<record> all;
    while (co_await target.async_read(all) != 0) {
    }
    auto const end = co_await target.async_wait();
    CHECK(end.status == 5);
}

}   // namespace guide_tests

#pragma GCC diagnostic pop
