// SPDX-License-Identifier: BSL-1.0
// Tests of conventions of the operations: error codes as first arguments of handlers, `failure` objects, equal operations of
// tracers and pools. Also tests of single options.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

#include <cotrace/traced_target.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <future>
#include <thread>
#include <typeinfo>

#include <cxxabi.h>

namespace conventions_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

static_assert(traced_target<session>);
static_assert(traced_target<pooled_session>);

LIVE_TEST("with the default completion token, a launch that fails throws an exception with the reason", "[conventions]")
{
    tracer by{co_await asio::this_coro::executor};
    std::optional<failure> why;
    std::string text;
    try {
        co_await by.async_launch(command_of("/no/such/program"));
    } catch (failed const& error) {
        why = error.why();
        text = error.what();
    }
    REQUIRE(why.has_value());
    CHECK(why->code == boost::system::errc::no_such_file_or_directory);
    CHECK(text == "execve /no/such/program: No such file or directory");
}

LIVE_TEST("with use_awaitable, a failed launch throws its error code; with use_tuple, it gives an empty session with the reason",
          "[conventions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto [error, none] = co_await by.async_launch(command_of("/no/such/program"), use_tuple);
    CHECK(error == boost::system::errc::no_such_file_or_directory);
    CHECK(none.why().message() == "execve /no/such/program: No such file or directory");
    CHECK(none.root() == pid{});
    error_code thrown;
    try {
        co_await by.async_launch(command_of("/no/such/program"), asio::use_awaitable);
    } catch (boost::system::system_error const& other) {
        thrown = other.code();
    }
    CHECK(thrown == error);
    auto target = co_await by.async_launch(quiet(program("hello")));
    CHECK_FALSE(target.why().code);
    co_await drain(target);
}

LIVE_TEST("the error of an attach to a traced process names the other tracer", "[conventions][attach]")
{
    auto guest = co_await ready_untraced(program("spins"));
    tracer_pool other{1};
    auto first = co_await other.async_attach(guest.id());
    tracer by{co_await asio::this_coro::executor};
    auto [error, none] = co_await by.async_attach(guest.id(), use_tuple);
    CHECK(error == errc::already_traced);
    CHECK(none.why().other == tracer_of(guest.leader()));
    co_await first.async_detach();
    co_await drain(first);
}

namespace {

/// The results that the coroutine `uses_default_tokens` stores.
struct seen_with_default_tokens {
    std::size_t records = 0;
    int status = -1;
    std::string thrown, returned;
    error_code end, kill;
};

/// Traces programs with `by`, a tracer or a pool. The operations get no completion token, or a token of cotrace.
template <class Executor, class Tracer>
asio::awaitable<void, Executor> uses_default_tokens(Tracer& by, seen_with_default_tokens& seen)
{
    auto target = co_await by.async_launch(quiet(program("exits", "4")));
    while (std::optional<record> each = co_await target.async_next())
        ++seen.records;
    thread_exited const end = co_await target.async_wait();
    seen.status = end.status;
    try {
        co_await by.async_launch({"/no/such/program"});
    } catch (failed const& error) {
        seen.thrown = error.why().message();
    }
    auto const [error, none] = co_await by.async_launch({"/no/such/program"}, use_tuple);
    seen.returned = none.why().message();
    std::vector<record> rest;
    auto const [read_error, count] = co_await target.async_read(rest, use_tuple);
    seen.end = read_error;
    seen.records += count;
    try {
        co_await target.async_kill();
    } catch (boost::system::system_error const& thrown) {
        seen.kill = thrown.code();
    }
}

template <class Executor, class Tracer>
void check_default_tokens(asio::io_context& context, Executor const& executor, Tracer& by)
{
    seen_with_default_tokens seen;
    asio::co_spawn(executor, uses_default_tokens<Executor>(by, seen), [](std::exception_ptr thrown) {
        if (thrown)
            std::rethrow_exception(thrown);
    });
    context.restart();
    context.run();
    CHECK(seen.records > 2);
    CHECK(seen.status == 4);
    CHECK(seen.thrown == "execve /no/such/program: No such file or directory");
    CHECK(seen.returned == seen.thrown);
    CHECK_FALSE(seen.end);
    CHECK(seen.kill == errc::session_ended);
}

template <class Tracer>
void check_executors(asio::io_context& context, Tracer& by)
{
    check_default_tokens(context, context.get_executor(), by);
    check_default_tokens(context, asio::any_io_executor{context.get_executor()}, by);
    check_default_tokens(context, asio::make_strand(context), by);
}

}   // namespace

TEST_CASE("the default completion tokens of a tracer and its sessions work in awaitables with any executor type", "[conventions]")
{
    asio::io_context context{1};
    tracer by{context};
    check_executors(context, by);
}

TEST_CASE("the default completion tokens of a pool and its sessions work in awaitables with any executor type", "[conventions]")
{
    asio::io_context context{1};
    tracer_pool pool{1};
    check_executors(context, pool);
}

namespace {

template <traced_target Target>
task<void> check_requests(Target target)
{
    co_await target.async_set_filter(filter{"none"});
    CHECK(target.get_executor() != asio::any_io_executor{});
    auto const here = co_await asio::this_coro::executor;
    error_code waited, read;
    int done = 0;
    target.async_wait(asio::bind_executor(here, [&](error_code ec, thread_exited) {
        waited = ec;
        ++done;
    }));
    std::vector<record> all;
    co_await until([&] {   // this reads all records from before the filter was set
        while (target.try_next()) {
        }
        return target.stats().stops > 1000 && target.stats().channel.queued == 0;
    });
    target.channel().async_receive(asio::bind_executor(here, [&](error_code ec, std::optional<record>) {
        read = ec;
        ++done;
    }));
    target.cancel();
    co_await until([&] { return done == 2; });
    CHECK(waited == asio::error::operation_aborted);
    CHECK(read == asio::error::operation_aborted);
    CHECK(lives(target.root()));
    co_await target.async_kill();
    co_await drain(target);
    auto const end = co_await target.async_wait();
    CHECK(end.status == SIGKILL);
    auto const [again] = co_await target.async_kill(use_tuple);
    CHECK(again == errc::session_ended);
    auto const [detached] = co_await target.async_detach(use_tuple);
    CHECK(detached == errc::session_ended);
}

session_options unfiltered()
{
    auto options = session_options{}.without_entries();
    options.in_kernel = kernel_filter::off;
    return options;
}

}   // namespace

LIVE_TEST("a session has the operations that the concept traced_target requires", "[conventions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("calls_busily")), unfiltered());
    co_await check_requests(std::move(target));
}

LIVE_TEST("a pooled session has the operations that the concept traced_target requires", "[conventions]")
{
    tracer_pool pool{1};
    auto target = co_await pool.async_launch(quiet(program("calls_busily")), unfiltered());
    co_await check_requests(std::move(target));
}

TEST_CASE("another thread can make the asynchronous requests of a session", "[conventions]")
{
    asio::io_context context{1};
    auto busy = asio::make_work_guard(context);
    std::optional<tracer> by;
    std::thread runner{[&] { context.run(); }};
    asio::post(context, asio::use_future).get();
    by.emplace(context);
    auto target = by->async_launch(quiet(program("calls_busily")), asio::use_future).get();
    target.async_set_filter(filter{"none"}, asio::use_future).get();
    target.async_kill(asio::use_future).get();
    std::vector<record> all;
    while (target.async_read(all, asio::use_future).get() != 0) {
    }
    CHECK(end_of(all, leader(target.root())).has_value());
    by->async_close(asio::use_future).get();
    asio::post(context, asio::bind_executor(context, std::packaged_task<void()>{[&] {
                                                target = session{};
                                                by.reset();
                                            }}));
    busy.reset();
    runner.join();
}

LIVE_TEST("the statistics of a session include the time of a stop in progress, and the counts of the session's channel",
          "[conventions][statistics]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = session_options{}.with_queue(4);
    auto target = co_await by.async_launch(quiet(program("calls_busily")), options);
    co_await until([&] { return state_of(leader(target.root())) == 't' && target.stats().channel.queued >= 4; });
    auto const before = target.stats();
    CHECK(before.channel.highest >= before.channel.queued);
    co_await until([&] { return target.stats().stopped > before.stopped + 20ms; });   // the thread is still stopped
    CHECK(target.kill());
    co_await drain(target);
}

namespace {

namespace as = uapi::as;
constexpr uapi::syscall_descriptor my_call{"my_call", {{"first", as::int32}, {"second", as::int32}}};
constexpr std::uint64_t my_number = 555;

}   // namespace

LIVE_TEST("a condition on an argument that the call fills in is compared when the call has returned", "[conventions]")
{
    auto const read_line = call("read").argument("buf", "line\n");
    conversation talk{co_await asio::this_coro::executor};
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("reads_line"), talk, session_options{}.with_matching(read_line));
    co_await talk.line();
    talk.tell("line\n");
    auto const seen = co_await drain(target);
    auto const found = calls(seen, SYS_read);
    REQUIRE(found.size() == 1);
    CHECK(found.front().what.argument("buf") == std::string_view{"line\n"});
    CHECK(read_line.fits(found.front().what));
    CHECK_FALSE(read_line.fits(*found.front().what.call));
    CHECK(read_line.may_fit(*found.front().what.call));
    CHECK(count<syscall_entered>(seen) == 0);
    CHECK_FALSE(call("read").argument("buf", "other\n").fits(found.front().what));
}

LIVE_TEST("with close_other_descriptors, a program inherits only the descriptors 0 to 2 and those of its redirects",
          "[conventions][launch]")
{
    unique_fd const open{::open("/dev/null", O_RDWR)};   // this descriptor has no O_CLOEXEC
    auto what = program("says_descriptors");
    what.redirects.push_back({.to = 7, .from = open.get()});
    auto const all = co_await trace_of(what);
    what.close_other_descriptors = true;
    auto const few = co_await trace_of(what);
    auto const has = [](std::string const& text, int number) {
        return ('\n' + text).find('\n' + std::to_string(number) + '\n') != text.npos;
    };
    CAPTURE(all.output, few.output, open.get());
    CHECK(has(all.output, open.get()));
    CHECK(has(few.output, 7));
    CHECK_FALSE(has(few.output, open.get()));
}

LIVE_TEST("a filter selects the calls that a vocabulary defines, with tracing by ptrace and by notification",
          "[conventions][filter][notify]")
{
    auto words = std::make_shared<uapi::vocabulary>();
    words->add<my_call>(uapi::native, my_number);
    auto const what = program("makes_numbered_call", std::to_string(my_number));
    for (auto const how : {tracing::ptrace, tracing::notification})
        for (auto const* const expression : {"my_call", "555", "my_call,close"}) {
            session_options options;
            options.filter = filter{expression, *words};
            options.capture.vocabulary = words;
            options.how = how;
            auto const seen = co_await trace_of(what, options);
            auto const made = entries(seen.records, my_number);
            CAPTURE(expression, how == tracing::ptrace);
            REQUIRE(made.size() == 1);
            CHECK(made.front().what.call->name() == "my_call");
            CHECK(made.front().what.call->argument("second")->number() == 2);
        }
    auto const other = co_await trace_of(what, session_options{}.with_filter(filter{"close"}));
    CHECK(entries(other.records, my_number).empty());
}

LIVE_TEST("a launch or an attach with a condition on memory fails with not_decoded if calls are not decoded", "[conventions]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto options = session_options{}.with_matching(call("openat").path("/etc/passwd"));
    options.capture.decode = false;
    auto const [launching, none] = co_await by.async_launch(quiet(program("hello")), options, use_tuple);
    CHECK(launching == errc::not_decoded);
    auto const [attaching, nothing] = co_await by.async_attach(pid{1}, options, use_tuple);
    CHECK(attaching == errc::not_decoded);
    options.matching = call("connect").argument("addr.sin_port", 80);
    auto const [with_part, no_session] = co_await by.async_launch(quiet(program("hello")), options, use_tuple);
    CHECK(with_part == errc::not_decoded);
    options.matching.reset();
    options.accesses.paths = {"/etc/passwd"};
    auto const [with_files, no_target] = co_await by.async_launch(quiet(program("hello")), options, use_tuple);
    CHECK(with_files == errc::not_decoded);
    options.accesses = {};
    for (auto const& each : {call("openat").fails(), call("close").fd(3), call("close").argument("fd", 3),
                             call("close").where([](syscall_call const& close) { return close.args[0] == 3; })}) {
        options.matching = each;
        auto other = co_await by.async_launch(quiet(program("hello")), options);
        co_await drain(other);
    }
    options.matching = call("openat").fails();
    auto target = co_await by.async_launch(quiet(program("hello")), options);
    co_await drain(target);
}

LIVE_TEST("a condition of `session_options::matching` is called once at the entry of a call, and once at its exit",
          "[conventions]")
{
    std::size_t asked = 0;
    auto const counted = [&](syscall_call const&) { return ++asked != 0; };
    auto const seen = co_await trace_of(program("hello"), session_options{}.with_matching(call("write").where(counted)));
    auto const writes = calls(seen.records, SYS_write).size();
    CHECK(writes > 0);
    CHECK(asked == 2 * writes);
}

LIVE_TEST("wait_for_one_success sees that one launch failed, and goes on to wait for the other launch", "[conventions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto failing = [&](auto token) { return by.async_launch(command_of("/no/such/program"), std::move(token)); };
    auto working = [&](auto token) { return by.async_launch(quiet(program("hello")), std::move(token)); };
    auto both = asio::experimental::make_parallel_group(failing, working);
    auto [order, error, none, no_error, target] =
        co_await both.async_wait(asio::experimental::wait_for_one_success(), asio::use_awaitable);
    CHECK(error);
    CHECK(none.root() == pid{});
    CHECK_FALSE(no_error);
    CHECK(target.root() != pid{});
    co_await drain(target);
}

LIVE_TEST("a condition that throws is recorded as a failure, and the program goes on", "[conventions]")
{
    auto const throws = [](syscall_call const&) -> bool { throw std::runtime_error{"no idea"}; };
    auto const as_matching = session_options{}.with_matching(call("write").where(throws));
    auto const seen = co_await trace_of(program("hello"), as_matching);
    CHECK(seen.output == "hello\n");
    auto const failures = all<trace_failed>(seen.records);
    REQUIRE_FALSE(failures.empty());
    CHECK(failures.front().what.what.code == errc::interceptor_failed);
    CHECK(failures.front().what.what.operation == "no idea");
    auto const by_interceptor = co_await trace_of(program("hello"), with(intercept::fail(call("write").where(throws), EIO)));
    CHECK(by_interceptor.output == "hello\n");
    auto const others = all<trace_failed>(by_interceptor.records);
    REQUIRE_FALSE(others.empty());
    CHECK(others.front().what.what.operation == "no idea");
}

LIVE_TEST("the time of a stop in which the thread was killed is counted", "[conventions][statistics]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("calls_busily")), session_options{}.with_queue(4));
    co_await until([&] { return state_of(leader(target.root())) == 't' && target.stats().channel.queued >= 4; });
    auto const before = target.stats().stopped;
    co_await until([&] { return target.stats().stopped > before + 20ms; });
    auto const shown = target.stats().stopped;
    CHECK(target.kill());
    co_await drain(target);
    CHECK(target.stats().stopped >= shown);
}

TEST_CASE("a launch by a tracer on the context of another thread can be cancelled at any moment", "[conventions]")
{
    auto const children_before = children();
    asio::io_context tracing{1}, calling{1};
    auto busy = asio::make_work_guard(tracing);
    std::optional<tracer> by;
    std::thread runner{[&] { tracing.run(); }};
    asio::post(tracing, asio::use_future).get();
    by.emplace(tracing);
    int launched = 0, cancelled = 0;
    auto const launch = [&](asio::cancellation_slot slot) {
        by->async_launch(quiet(program("spins")),
                         asio::bind_cancellation_slot(slot, asio::bind_executor(calling, [&](error_code error, session made) {
                                                          ++(error ? cancelled : launched);
                                                          // A session must be destroyed on the tracer's thread.
                                                          asio::post(tracing, [made = std::move(made)] {});
                                                      })));
    };
    auto const body = [&]() -> task<void> {
        asio::steady_timer timer{calling};
        for (int i = 0; i < 40; ++i) {
            asio::cancellation_signal cancel;   // this object must live until the launch has completed
            launch(cancel.slot());
            timer.expires_after(i * 50us);
            co_await timer.async_wait(asio::use_awaitable);
            cancel.emit(asio::cancellation_type::terminal);
            co_await until([&] { return launched + cancelled == i + 1; });
        }
    };
    std::exception_ptr broken;
    asio::co_spawn(calling, body(), [&](std::exception_ptr thrown) { broken = thrown; });
    calling.run();
    CHECK_FALSE(broken);
    CHECK(launched + cancelled == 40);
    CHECK(cancelled > 0);
    by->async_close(asio::use_future).get();
    asio::post(tracing, asio::bind_executor(tracing, std::packaged_task<void()>{[&] { by.reset(); }}));
    busy.reset();
    runner.join();
    CHECK(children() == children_before);
}

TEST_CASE("`using namespace cotrace` does not make the namespace abi of cxxabi.h ambiguous", "[conventions]")
{
    int status = -1;
    char* const name = abi::__cxa_demangle(typeid(tracer).name(), nullptr, nullptr, &status);
    REQUIRE(status == 0);
    CHECK(std::string{name} == "cotrace::tracer");
    std::free(name);
}

}   // namespace conventions_tests
