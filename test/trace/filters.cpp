// SPDX-License-Identifier: BSL-1.0
// Filters in the kernel: a call that is not selected causes no stop, unless the engine needs the stop. Selected calls are
// recorded as without such a filter.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_32_bit.hpp"
#include "support/needs_root.hpp"
#include "support/ready_guests.hpp"

#include <cotrace/interceptors.hpp>

#include <functional>
#include <optional>

#include <sys/prctl.h>

namespace filters_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

session_options wanting(char const* calls, kernel_filter where = kernel_filter::automatic)
{
    session_options options;
    options.filter = filter{calls};
    options.in_kernel = where;
    return options;
}

/// The guest `what` reads from the pipe `wait` until the other end, `go`, is closed.
struct waiting_guest {
    unique_fd wait, go;

    waiting_guest()
    {
        int ends[2];
        must(::pipe2(ends, O_CLOEXEC));
        wait = unique_fd{ends[0]};
        go = unique_fd{ends[1]};
    }
    command what() const
    {
        auto made = program("calls_then_opens");
        made.redirects = {{.to = 0, .from = wait.get()}, {.to = 1, .from = null_device.get()}};
        return made;
    }
};

std::size_t opens_of_null(std::vector<record> const& records)
{
    auto const opened = calls(records, SYS_openat);
    return static_cast<std::size_t>(std::ranges::count_if(opened, [](auto const& each) {
        auto const path = each.what.call->argument("pathname");
        return path && path->target() && path->target()->text() == "/dev/null";
    }));
}

/// Traces `subject` with and without a filter in the kernel. Checks that the output, the end and the numbers of records are
/// equal.
void compare(command const& subject, char const* wish)
{
    run_for(live_limit, [&]() -> task<void> {
        auto const here = co_await trace_of(subject, wanting(wish, kernel_filter::off));
        auto const there = co_await trace_of(subject, wanting(wish));
        CAPTURE(subject.argv, wish);
        CHECK(here.output == there.output);
        CHECK(count<syscall_entered>(here.records) == count<syscall_entered>(there.records));
        CHECK(count<syscall_exited>(here.records) == count<syscall_exited>(there.records));
        CHECK(count<thread_started>(here.records) == count<thread_started>(there.records));
        CHECK(count<thread_exited>(here.records) == count<thread_exited>(there.records));
        CHECK(there.end.status == here.end.status);
        CHECK(there.end.killed == here.end.killed);
        CHECK(all<trace_failed>(there.records).empty());
    });
}

}   // namespace

LIVE_TEST("calls that the filter does not select cause no stop", "[filters]")
{
    auto const seen = co_await trace_of(program("calls_then_opens"), wanting("openat"));
    CHECK(seen.stats.stops < 500);             // the guest makes 15,000 calls
    CHECK(opens_of_null(seen.records) == 3);   // the first thread, a second thread and a child each open /dev/null once
    CHECK(seen.output == "the child exited 0\n");
}

TEST_CASE("the filter in the kernel does not change the number of records", "[filters]")
{
    // Threads of `racing` programs are ended at arbitrary points, and an interrupted wait4(2) is entered once more. The filters
    // for these programs select only the calls that are the same in each run.
    command const racing[] = {program("threads"), program("thread_execs", guest("hello")), program("stops_child", "19")};
    command const steady[] = {program("forks"), program("vforks"), program("execs", guest("exits"), "8"),
                              program("signals_itself"), program("clones_three")};
    for (auto const* const wish : {"execve,write", "none"})
        for (auto const& subject : racing)
            compare(subject, wish);
    for (auto const* const wish : {"%process", "write", "none", "!write"})
        for (auto const& subject : steady)
            compare(subject, wish);
}

LIVE_TEST("the filter in the kernel works for a 32-bit program, too", "[filters]")
{
    if (lacks_32_bit_guests())
        co_return;
    auto const here = co_await trace_of(program("forks_32"), wanting("openat,wait4", kernel_filter::off));
    auto const there = co_await trace_of(program("forks_32"), wanting("openat,wait4"));
    CHECK(here.output == there.output);
    CHECK(count<syscall_exited>(here.records) == count<syscall_exited>(there.records));
    CHECK(there.stats.stops < here.stats.stops);
}

LIVE_TEST("a call of which only the entry is recorded causes one stop", "[filters]")
{
    auto both = wanting("getppid");
    auto const once = wanting("getppid").without_exits();
    auto const twice = co_await trace_of(program("calls_then_opens"), both);
    auto const single = co_await trace_of(program("calls_then_opens"), once);
    CHECK(count<syscall_entered>(single.records) == count<syscall_entered>(twice.records));
    CHECK(count<syscall_exited>(twice.records) == 15000);
    CHECK(count<syscall_exited>(single.records) == 0);
    CHECK(twice.stats.stops - single.stats.stops == 15000);
}

LIVE_TEST("without a filter in the kernel, a session without exits records only entries", "[filters]")
{
    auto const options = wanting("getppid", kernel_filter::off).without_exits();
    auto const seen = co_await trace_of(program("calls_then_opens"), options);
    CHECK(count<syscall_entered>(seen.records) == 15000);
    CHECK(count<syscall_exited>(seen.records) == 0);
}

LIVE_TEST("interceptors work on calls that the kernel's filter reports", "[filters][intercept]")
{
    auto options = wanting("openat");
    options.interceptors.push_back(failing_open("/etc/passwd", EIO));
    options.exits = false;   // no exit is recorded, but the interceptor's verdict needs the exit stop
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "2"), options);
    CHECK(seen.output == "errno 5\nerrno 5\n");
}

TEST_CASE("a traced program's own seccomp filter works beside the session's filter", "[filters][seccomp]")
{
    struct expectation {
        char const* action;
        char const* output;
        int error;
    };
    auto const each =
        GENERATE(expectation{"errno", "returned -1 errno 18\n", EXDEV}, expectation{"trace", "returned -1 errno 38\n", ENOSYS});
    auto const* const wish = GENERATE("getppid", "openat");
    run_for(live_limit, [each, wish]() -> task<void> {
        auto const seen = co_await trace_of(program("filters_calls", each.action), wanting(wish));
        CHECK(seen.output == each.output);
        auto const asked = calls(seen.records, SYS_getppid);
        if (std::string_view{wish} == "openat") {
            CHECK(asked.empty());
            co_return;
        }
        REQUIRE(asked.size() == 1);
        CHECK(asked[0].what.outcome.error() == each.error);
    });
}

LIVE_TEST("a call is recorded that is denied by a seccomp filter that another thread loaded for all threads",
          "[filters][seccomp]")
{
    auto const seen = co_await trace_of(program("filters_other_thread"), wanting("openat,getppid"));
    CHECK(seen.output == "returned -1 errno 18\n");
    auto const asked = calls(seen.records, SYS_getppid);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].what.outcome.error() == EXDEV);
}

LIVE_TEST("a traced program's own seccomp filter kills it by SIGSYS although the session has a filter, too", "[filters][seccomp]")
{
    auto const seen = co_await trace_of(program("filters_calls", "kill"), wanting("openat"));
    CHECK(seen.end.killed);
    CHECK(seen.end.status == SIGSYS);
}

LIVE_TEST("the calls of a child made with CLONE_UNTRACED do not fail for lack of a tracer", "[filters]")
{
    auto const seen = co_await trace_of(program("clones_untraced_busy"), wanting("openat"));
    CHECK(seen.output == "the child exited 7\nflags unchanged\nthe child exited 7\nflags unchanged\n");
    CHECK(count<thread_started>(seen.records) == 3);
}

LIVE_TEST("detaching from a process that is filtered in the kernel fails with errc::filtered", "[filters][detach]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("calls_busily")), wanting("openat"));
    co_await check_cannot_detach(target);
}

LIVE_TEST("a process is not filtered in the kernel if its session detaches at the end", "[filters][detach]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = wanting("openat");
    options.at_end = ending::detach;
    capture const said;
    auto what = program("calls_busily");
    what.redirects.push_back({.to = 1, .from = said.fd()});
    auto target = co_await by.async_launch(what, options);
    auto const root = target.root();
    auto const stops = target.stats().stops;
    asio::steady_timer pause{co_await asio::this_coro::executor};
    while (target.stats().stops < stops + 100) {   // without a filter in the kernel, getppid(2) causes stops, too
        pause.expires_after(1ms);
        co_await pause.async_wait(asio::use_awaitable);
    }
    CHECK(target.detach());
    (void)co_await drain(target);
    CHECK(::kill(raw(root), SIGUSR1) == 0);
    int status = 0;
    CHECK(::waitpid(raw(root), &status, 0) == raw(root));
    CHECK(status == 0);
    CHECK(said.text() == "ready\nwrong 0\n");
}

TEST_CASE("the calls of a program work after each way of detaching from the program", "[filters][detach]")
{
    struct way {
        char const* name;
        std::function<void(session_options&)> wish = [](session_options&) {};
        std::function<void(std::optional<tracer>&, session&)> let_go = [](auto&, auto&) {};
        bool executes = false;
    };
    auto const lets_go = [](session_options& options) { options.at_end = ending::detach; };
    auto const each = GENERATE_COPY(
        way{.name = "at its exec", .wish = [](session_options& options) { options.detach_at_exec = true; }, .executes = true},
        way{.name = "by detach", .wish = lets_go, .let_go = [](auto&, session& target) { CHECK(target.detach()); }},
        way{.name = "by detach, with outlive_tracer",
            .wish = [](session_options& options) { options.outlive_tracer = true; },
            .let_go = [](auto&, session& target) { CHECK(target.detach()); }},
        way{.name = "at a limit",
            .wish =
                [](session_options& options) {
                    options.at_end = ending::detach;
                    options.stop_after.records = 3;
                }},
        way{.name = "after a time",
            .wish =
                [](session_options& options) {
                    options.at_end = ending::detach;
                    options.stop_after.time = 1ms;
                }},
        way{.name = "by destroying its session", .wish = lets_go, .let_go = [](auto&, session& target) { target = {}; }},
        way{.name = "by the end of its tracer",
            .wish = lets_go,
            .let_go = [](std::optional<tracer>& by, session&) { by.reset(); }},
        way{.name = "not at all: detach fails, and the filter wants no call any more", .let_go = [](auto&, session& target) {
                CHECK_FALSE(target.detach());
                CHECK(target.set_filter(cotrace::filter{"none"}));
            }});
    CAPTURE(each.name);
    run_for(live_limit, [&each]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        std::optional<tracer> by{ex};
        conversation talk{ex};
        auto what = each.executes ? program("execs", guest("calls_then_opens")) : program("calls_then_opens");
        what.redirects = talk.redirects();
        auto options = wanting("openat");
        each.wish(options);
        auto target = co_await by->async_launch(what, options);
        auto const root = target.root();
        talk.begin();
        each.let_go(by, target);
        talk.close_input();
        co_await check_rest(talk, "the child exited 0\n");
        co_await until([&] { return ::waitpid(raw(root), nullptr, WNOHANG) != 0; });
    });
}

LIVE_TEST("a child made with CLONE_UNTRACED can make calls although an interceptor sets the clone's arguments",
          "[filters][intercept]")
{
    auto options = wanting("openat,clone");
    auto same = std::make_shared<scripted>(SYS_clone);
    same->entry = [](intercepted, syscall_call const& call) -> task<verdict> { co_return change_arguments{call.args}; };
    options.interceptors.push_back(same);
    auto const seen = co_await trace_of(program("clones_untraced_busy"), options);
    CHECK(seen.output == "the child exited 7\nflags unchanged\nthe child exited 7\nflags unchanged\n");
    CHECK(count<thread_started>(seen.records) == 3);
}

LIVE_TEST("with `follow = false` a session has no filter in the kernel", "[filters]")
{
    auto options = wanting("openat");
    options.follow = false;
    auto const seen = co_await trace_of(program("calls_then_opens"), options);
    CHECK(seen.output == "the child exited 0\n");   // the child's openat(2) did not fail
    CHECK(seen.stats.stops > 10000);
}

LIVE_TEST("the filter of a running session can be narrowed, but widened only to calls that the kernel's filter reports",
          "[filters]")
{
    tracer by{co_await asio::this_coro::executor};
    waiting_guest guest;
    auto target = co_await by.async_launch(guest.what(), wanting("openat,close"));
    CHECK(target.set_filter(filter{"close"}));
    auto const refused = target.set_filter(filter{"openat,read"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == errc::filter_too_wide);
    CHECK_FALSE(target.set_filter(filter{}));
    CHECK(target.set_filter(filter{"openat"}));
    CHECK(target.set_filter(filter{"close"}));
    guest.go = {};
    auto const records = co_await drain(target);
    CHECK(opens_of_null(records) == 0);
    CHECK(calls(records, SYS_close).size() >= 3);
}

LIVE_TEST("a session without a filter in the kernel accepts any new filter", "[filters]")
{
    tracer by{co_await asio::this_coro::executor};
    waiting_guest guest;
    auto target = co_await by.async_launch(guest.what(), wanting("openat", kernel_filter::off));
    CHECK(target.set_filter(filter{"getppid"}));
    guest.go = {};
    auto const records = co_await drain(target);
    CHECK(calls(records, SYS_getppid).size() == 15000);
}

LIVE_TEST("sessions with different filters run at the same time", "[filters]")
{
    tracer by{co_await asio::this_coro::executor};
    auto first = co_await by.async_launch(quiet(program("calls_then_opens")), wanting("openat"));
    auto second = co_await by.async_launch(quiet(program("calls_then_opens")), wanting("close"));
    auto const one = co_await drain(first);
    auto const two = co_await drain(second);
    CHECK(calls(one, SYS_close).empty());
    CHECK(calls(one, SYS_openat).size() >= 3);
    CHECK(calls(two, SYS_openat).empty());
    CHECK(calls(two, SYS_close).size() >= 3);
}

LIVE_TEST("a session can record only calls with a certain outcome", "[filters][match]")
{
    auto const everything = co_await trace_of(program("hello"), wanting("openat,access"));
    session_options options;
    options.matching = call("openat,access").fails(ENOENT);
    auto const seen = co_await trace_of(program("hello"), options);
    auto const failed = all<syscall_exited>(seen.records);
    CHECK(!failed.empty());
    CHECK(failed.size() < count<syscall_exited>(everything.records));
    CHECK(std::ranges::all_of(failed, [](auto const& each) { return each.what.outcome.error() == ENOENT; }));
    CHECK(count<syscall_entered>(seen.records) == 0);
    CHECK(seen.stats.stops <= everything.stats.stops);   // calls that the matcher does not name cause no stop
    CHECK(std::holds_alternative<thread_exited>(seen.records.back().what));
}

LIVE_TEST("a session can record and intercept only calls with certain arguments", "[filters][match][intercept]")
{
    auto const everything = co_await trace_of(program("hello"), wanting("openat"));
    int asked = 0;
    session_options options;
    options.filter = filter{"openat"};
    options.matching = call("%file,write").path("/etc/ld.so.cache");
    options.interceptors.push_back(intercept::ask(filter{}, [&](intercepted, syscall_call const&) -> task<verdict> {
        ++asked;
        co_return proceed{};
    }));
    auto const seen = co_await trace_of(program("hello"), options);
    CHECK(asked == 1);
    CHECK(count<syscall_entered>(seen.records) == 1);
    CHECK(calls(seen.records, SYS_openat).size() == 1);
    CHECK(calls(everything.records, SYS_openat).size() > 1);
}

TEST_CASE("the filter in the kernel works without privilege", "[filters]")
{
    if (lacks_root("to become another user"))
        return;
    auto const status = in_a_process([] {
        // A process that changed its user id is not dumpable, and cannot trace its children until it is dumpable again.
        if (!become_another_user() || ::prctl(PR_SET_DUMPABLE, 1) != 0)
            return 97;
        std::uint64_t stops = 0;
        std::string output;
        run_for(live_limit, [&]() -> task<void> {
            auto const seen = co_await trace_of(program("calls_then_opens"), wanting("openat"));
            stops = seen.stats.stops;
            output = seen.output;
        });
        return output == "the child exited 0\n" && stops < 500 ? 0 : 1;
    });
    CHECK(status == 0);
}

}   // namespace filters_tests
