// SPDX-License-Identifier: BSL-1.0
// Tests of interleavings, which hold threads at system calls to force an order of the calls. An interleaving must not hold a
// thread for ever.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/temporary_folder.hpp"

#include <cotrace/testing/interleaving.hpp>

#include <cstdlib>

namespace interleaving_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using testing::interleaving;

namespace {

session_options watched_by(testing::party const& one)
{
    session_options options;
    options.records = false;
    options.interceptors.push_back(one);
    return options;
}

session_options watched_by(testing::party const& one, testing::party const& other)
{
    auto options = watched_by(one);
    options.interceptors.push_back(other);
    return options;
}

/// A guest (a test program that is traced), its session and its output.
class running {
public:
    running(tracer& by, command what, session_options options)
        : by_{&by}
        , what_{std::move(what)}
        , options_{std::move(options)}
    {
        what_.redirects.push_back({.to = 1, .from = said_.fd()});
    }
    task<void> start() { target_ = co_await by_->async_launch(what_, options_); }
    task<std::string> end()
    {
        end_ = co_await target_.async_wait();
        co_return said_.text();
    }
    session& target() noexcept { return target_; }
    thread_exited const& how() const noexcept { return end_; }

private:
    tracer* by_;
    capture said_;
    command what_;
    session_options options_;
    session target_;
    thread_exited end_;
};

/// Traces two processes of the program `what` at the same time, as the parties `left` and `right` of an interleaving. Returns
/// their outputs.
task<std::pair<std::string, std::string>> outputs_of_two(command what, testing::party left, testing::party right)
{
    tracer by{co_await asio::this_coro::executor};
    running one{by, what, watched_by(left)};
    running other{by, what, watched_by(right)};
    co_await one.start();
    co_await other.start();
    auto first = co_await one.end();
    auto second = co_await other.end();
    co_return std::pair{std::move(first), std::move(second)};
}

bool leads_its_process(tid thread) { return proc_status(thread, "Tgid") == std::to_string(raw(thread)); }

// `reads()` matches only reads of four bytes, the size of the counter, because the dynamic loader calls pread64(2), too.
call_matcher reads() { return call("pread64").argument("count", 4); }
call_matcher writes() { return call("pwrite64"); }
call_matcher reads_at_end() { return call("read").argument("count", 4); }

}   // namespace

LIVE_TEST("when two processes read a counter before either writes it, one count is lost", "[interleaving]")
{
    temporary_folder const place;
    interleaving order{20s};
    auto const left = order.party("left"), right = order.party("right");
    auto const left_wrote = left.after(writes());
    order.sequence(left.after(reads()), right.after(reads()), left.before(writes()), left_wrote, right.before(writes()));

    auto const [first, second] = co_await outputs_of_two(program("counts_up", place.file("count")), left, right);
    CHECK(second == "count 1\n");
    CHECK(first.starts_with("count 1\n"));
    CHECK(order.problem() == "");
}

LIVE_TEST("the parties of an interleaving may be traced by different threads", "[interleaving][pool]")
{
    temporary_folder const place;
    interleaving order{20s};
    auto const left = order.party("left"), right = order.party("right");
    order.sequence(left.after(reads()), right.after(reads()), left.before(writes()), left.after(writes()),
                   right.before(writes()));

    capture const first, second;
    auto what = program("counts_up", place.file("count"));
    tracer_pool pool{2};
    what.redirects.push_back({.to = 1, .from = first.fd()});
    auto one = co_await pool.async_launch(what, watched_by(left));
    what.redirects.front().from = second.fd();
    auto other = co_await pool.async_launch(what, watched_by(right));
    co_await one.async_wait();
    co_await other.async_wait();
    CHECK(second.text() == "count 1\n");
    CHECK(first.text().starts_with("count 1\n"));
    CHECK(order.problem() == "");
}

LIVE_TEST("when one process has counted up before the other begins, no count is lost", "[interleaving]")
{
    temporary_folder const place;
    interleaving order{20s};
    auto const left = order.party("left"), right = order.party("right");
    order.sequence(right.after(reads_at_end().succeeds()), left.before(reads()));

    auto const [first, second] = co_await outputs_of_two(program("counts_up", place.file("count")), left, right);
    CHECK(first == "count 2\n");
    CHECK(second == "count 1\n");
    CHECK(order.problem() == "");
}

TEST_CASE("threads that make the same calls become parties in the order of their first calls", "[interleaving][threads]")
{
    bool const lost = GENERATE(true, false);
    CAPTURE(lost);
    run_for(live_limit, [lost]() -> task<void> {
        temporary_folder const place;
        interleaving order{20s};
        auto const first = order.party("first"), second = order.party("second");
        if (lost) {   // the order of the two writes does not matter
            order.hold(first.before(writes()), second.after(reads()));
            order.hold(second.before(writes()), first.after(reads()));
        } else {
            order.hold(second.before(reads()), first.after(writes()));
        }

        tracer by{co_await asio::this_coro::executor};
        running one{by, program("counts_up", place.file("count"), "2"), watched_by(first, second)};
        co_await one.start();
        auto const said = co_await one.end();
        CHECK(said == (lost ? "count 1\n" : "count 2\n"));
        CHECK(order.problem() == "");
    });
}

TEST_CASE("a file is removed before, between or after access(2) and open(2) in another process", "[interleaving][processes]")
{
    int const when = GENERATE(0, 1, 2);
    CAPTURE(when);
    run_for(live_limit, [when]() -> task<void> {
        temporary_folder const place;
        interleaving order{20s};
        auto const checker = order.party("checker"), remover = order.party("remover");
        auto const removed = remover.after(call("unlink,unlinkat"));
        auto const removes = remover.before(call("unlink,unlinkat"));
        auto const file = place.file("bait");
        auto const looks = checker.before(call("access,faccessat,faccessat2").path(file));
        auto const looked = checker.after(call("access,faccessat,faccessat2").path(file));
        auto const opens_it = call("open,openat").path(file).where([](syscall_call const& each) {
            auto const flags = each.argument("flags");
            return flags && flags->has("O_RDONLY");
        });
        if (when == 0)
            order.hold(looks, removed);
        if (when == 1)
            order.sequence(looked, removes, removed, checker.before(opens_it));
        if (when == 2)
            order.hold(removes, checker.after(opens_it));

        tracer by{co_await asio::this_coro::executor};
        running one{by, program("checks_then_opens", file), watched_by(checker, remover)};
        co_await one.start();
        auto const said = co_await one.end();
        char const* const expected[] = {"absent\n", "gone meanwhile\n", "opened\n"};
        CHECK(said == expected[when]);
        CHECK(order.problem() == "");
    });
}

LIVE_TEST("a thread that is held too long goes on, and problem() says what it waited for", "[interleaving]")
{
    temporary_folder const place;
    interleaving order{300ms};
    auto const writer = order.party("writer"), reader = order.party("reader");
    order.hold(writer.before(writes()), reader.after(call("read").fd(0)));

    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    auto waits = program("reads_line");
    waits.redirects = talk.redirects();
    auto other = co_await by.async_launch(waits, watched_by(reader));
    talk.begin();
    running one{by, program("counts_up", place.file("count")), watched_by(writer)};
    co_await one.start();
    auto const said = co_await one.end();
    CHECK(said == "count 1\n");
    auto const problem = order.problem();
    INFO(problem);
    CHECK(problem.starts_with("writer (thread " + std::to_string(raw(one.target().root()))
                              + "), held before pwrite64, waits for reader after read fd 0: not in 0.3 s\n"));
    CHECK(problem.find("\n  not reached: reader after read fd 0") != problem.npos);
    talk.close_input();
    co_await other.async_wait();
}

LIVE_TEST("a thread that waits for an ended party goes on at once, and problem() says that the party has ended",
          "[interleaving][death]")
{
    temporary_folder const place;
    interleaving order{10min};
    auto const writer = order.party("writer"), dead = order.party("dead");
    order.hold(writer.before(writes()), dead.after(call("pwrite64"), 2));   // the thread of this party writes only once

    tracer by{co_await asio::this_coro::executor};
    running other{by, program("counts_up", place.file("other")), watched_by(dead)};
    running one{by, program("counts_up", place.file("count")), watched_by(writer)};
    co_await other.start();
    co_await one.start();
    auto const said = co_await one.end();
    co_await other.end();
    CHECK(said == "count 1\n");
    auto const problem = order.problem();
    INFO(problem);
    CHECK(problem.find("held before pwrite64, waits for dead after pwrite64 number 2: dead (thread ") != problem.npos);
    CHECK(problem.find(") has ended\n") != problem.npos);
}

LIVE_TEST("a thread that is killed while it is held ends, and the moment at which it was held counts as not reached",
          "[interleaving][death]")
{
    temporary_folder const place;
    interleaving order{10min};
    auto const writer = order.party("writer");
    auto const at_write = writer.before(writes());
    order.hold(at_write, order.host("never"));

    tracer by{co_await asio::this_coro::executor};
    running one{by, program("counts_up", place.file("count")), watched_by(writer)};
    co_await one.start();
    bool const held = co_await order.until_held(at_write);
    CHECK(held);
    must(::kill(raw(one.target().root()), SIGKILL));
    co_await one.end();
    CHECK(one.how().status == SIGKILL);
    CHECK(!at_write.is_reached());
    CHECK(order.problem() == "not reached: writer before pwrite64\nnot reached: never");
}

LIVE_TEST("the host waits until a thread is held, and lets the thread go on", "[interleaving]")
{
    temporary_folder const place;
    interleaving order{20s};
    auto const writer = order.party("writer");
    auto const at_write = writer.before(writes());
    auto const looked = order.host("looked");
    auto const wrote = writer.after(writes());
    order.hold(at_write, looked);

    tracer by{co_await asio::this_coro::executor};
    running one{by, program("counts_up", place.file("count")), watched_by(writer)};
    co_await one.start();
    bool const held = co_await order.until_held(at_write);
    CHECK(held);
    CHECK(std::filesystem::file_size(place.file("count")) == 0);
    order.reach(looked);
    bool const written = co_await order.until(wrote);
    CHECK(written);
    CHECK(std::filesystem::file_size(place.file("count")) == 4);
    co_await one.end();
    CHECK(order.problem() == "");
}

LIVE_TEST("a wait of the host ends at its time limit", "[interleaving]")
{
    interleaving order{100ms};
    auto const absent = order.party("absent");
    bool const came = co_await order.until(absent.after(call("unlink")));
    CHECK(!came);
    CHECK(order.problem().starts_with("the host, waits for absent after unlink: not in 0.1 s\n"));
}

LIVE_TEST("the calls of all threads of a group count as calls of one party", "[interleaving][threads]")
{
    temporary_folder const place;
    interleaving order{20s};
    auto const all = order.group("all");
    auto const last = all.after(writes(), 3);

    tracer by{co_await asio::this_coro::executor};
    running one{by, program("counts_up", place.file("count"), "3"), watched_by(all)};
    co_await one.start();
    co_await one.end();
    CHECK(last.is_reached());
    CHECK(order.problem() == "");
}

LIVE_TEST("a party may be defined by a condition on its thread", "[interleaving][threads]")
{
    temporary_folder const place;
    interleaving order{20s};
    auto const main_one = order.party("main", leads_its_process);
    auto const at_end = main_one.before(reads_at_end());
    auto const never = main_one.after(writes());

    tracer by{co_await asio::this_coro::executor};
    running one{by, program("counts_up", place.file("count"), "2"), watched_by(main_one)};
    co_await one.start();
    co_await one.end();
    CHECK(at_end.is_reached());
    CHECK(!never.is_reached());   // the main thread of `counts_up` writes nothing
}

}   // namespace interleaving_tests
