// SPDX-License-Identifier: BSL-1.0
#include "unit/engine/watching.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

namespace wait_book_hints_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using engine::hint_source;
using engine::wait_book;
using kind = sys::wait_status::kind;

namespace {

constexpr std::chrono::steady_clock::time_point start{1h};

tids unarmed(wait_book& book)
{
    auto const found = book.take_unarmed();
    return {found.begin(), found.end()};
}

void watch_many(wait_book& book, std::size_t count)
{
    for (std::size_t each = 0; each < count; ++each)
        book.watch(tid{static_cast<std::int32_t>(100 + each)});
}

}   // namespace

// Tests of io_uring's waits for single threads (IORING_OP_WAITID). Only cold threads need such a wait. unarmed() returns the cold
// threads that have no wait yet.

TEST_CASE("io_uring gets one wait for a thread when the thread is cold")
{
    auto book = by_io_uring({a});
    CHECK(unarmed(book).empty());   // the thread is hot
    book.cool_all();
    CHECK(unarmed(book) == tids{a});
    CHECK(unarmed(book).empty());
    book.watch(a);
    book.cool_all();
    CHECK(unarmed(book).empty());   // the first wait is still under way
}

TEST_CASE("io_uring gets no wait for a hot thread until the thread is cold")
{
    auto book = by_io_uring({a, b});
    report(book, stop_of(a));
    CHECK(unarmed(book) == tids{a});   // a stopped thread also needs a wait, because it can be killed
    report(book, stop_of(b));
    CHECK(unarmed(book) == tids{b});
}

TEST_CASE("when the wait for a cold thread is over, the reactor asks for the thread's status and starts a new wait")
{
    auto book = by_io_uring({a});
    book.cool_all();
    REQUIRE(unarmed(book) == tids{a});
    CHECK(book.hinted(a) == book.find(a));
    CHECK(unarmed(book) == tids{a});
}

TEST_CASE("the end of the wait for a hot thread is no hint, and a new wait starts when the thread is cold")
{
    auto book = by_io_uring({a});
    book.cool_all();
    REQUIRE(unarmed(book) == tids{a});
    book.watch(a);
    CHECK(book.hinted(a) == nullptr);
    CHECK(unarmed(book).empty());
    book.cool_all();
    CHECK(unarmed(book) == tids{a});
}

TEST_CASE("the end of a wait for a thread that is not in the book is ignored")
{
    auto book = by_io_uring();
    CHECK(book.hinted(a) == nullptr);
    CHECK(book.is_empty());
    CHECK(unarmed(book).empty());
}

TEST_CASE("io_uring gets no wait for a thread that has ended or was forgotten")
{
    auto book = by_io_uring({a, b, c});
    report(book, {a, kind::exited, 0});
    book.forget(b);
    book.cool_all();
    CHECK(unarmed(book) == tids{c});
}

TEST_CASE("the wait for a forgotten thread has to be cancelled if it is under way")
{
    auto book = by_io_uring({a, b});
    book.cool_all();
    REQUIRE(unarmed(book) == tids{a, b});
    CHECK(book.forget(a));
    CHECK(book.hinted(b) != nullptr);
    CHECK_FALSE(book.forget(b));
}

TEST_CASE("io_uring gets one wait for a thread that has the id of a forgotten thread")
{
    auto book = by_io_uring({a});
    book.forget(a);
    book.watch(a);
    book.cool_all();
    CHECK(unarmed(book) == tids{a});
}

TEST_CASE("io_uring gets no wait for a thread where SIGCHLD is the hint")
{
    auto book = by_signalfd();
    book.watch(a);
    book.cool_all();
    CHECK(book.hints() == hint_source::signal);
    CHECK(unarmed(book).empty());
    CHECK_FALSE(book.may_look_for_calls());
    CHECK_FALSE(book.forget(a));
}

// Tests of io_uring's single wait for all threads. While an untraced child has a wait status (a foreign status), this wait would
// complete immediately.

TEST_CASE("io_uring has one wait for all threads if there are many threads")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads - 1);
    CHECK(book.hints() == hint_source::wait_per_thread);
    CHECK(book.may_look_for_calls());
    book.watch(a);
    CHECK(book.hints() == hint_source::wait_for_all);
    CHECK_FALSE(book.may_look_for_calls());
    book.forget(a);
    CHECK(book.hints() == hint_source::wait_per_thread);
    CHECK(book.may_look_for_calls());
}

TEST_CASE("SIGCHLD is the hint for any number of threads")
{
    auto book = by_signalfd();
    watch_many(book, wait_book::many_threads);
    CHECK(book.hints() == hint_source::signal);
    book.found_foreign_status();
    CHECK_FALSE(book.doubts_foreign_status());
}

TEST_CASE("io_uring has a wait for each thread while an untraced child has a status (a foreign status)")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads);
    CHECK_FALSE(book.doubts_foreign_status());
    book.found_foreign_status();
    CHECK(book.hints() == hint_source::wait_per_thread);
    CHECK(book.doubts_foreign_status());
    CHECK_FALSE(book.may_look_for_calls());
}

TEST_CASE("a foreign status is assumed until the first status is that of a traced thread, or until there is no status")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads - 1);
    book.watch(a);
    book.found_foreign_status();
    book.saw_first_status(tid{1});
    CHECK(book.hints() == hint_source::wait_per_thread);
    auto const first = GENERATE(as<std::optional<tid>>{}, a, std::nullopt);
    book.saw_first_status(first);
    CHECK(book.hints() == hint_source::wait_for_all);
    CHECK_FALSE(book.doubts_foreign_status());
}

TEST_CASE("the status of a thread whose end was already reported counts as the status of an untraced child")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads - 1);
    book.watch(a);
    report(book, {a, kind::exited, 0});
    book.found_foreign_status();
    book.saw_first_status(a);
    CHECK(book.hints() == hint_source::wait_per_thread);
}

TEST_CASE("the reactor does not check for the status of an untraced child while there are few threads")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads - 1);
    book.watch(a);
    book.found_foreign_status();
    book.forget(a);
    CHECK_FALSE(book.doubts_foreign_status());
    book.watch(a);
    CHECK(book.doubts_foreign_status());
}

TEST_CASE("a scan of the cold threads is due some time after the wait for all threads is over")
{
    auto book = by_io_uring();
    CHECK(book.is_scan_due(start));
    book.wait_for_all_ended(start);
    CHECK_FALSE(book.is_scan_due(start));
    CHECK_FALSE(book.is_scan_due(start + wait_book::least_time_between_scans - 1ns));
    CHECK(book.is_scan_due(start + wait_book::least_time_between_scans));
}

TEST_CASE("the time until the next scan of cold threads grows with the duration of a scan")
{
    auto book = by_io_uring();
    book.scanned(start, start + 10us);
    CHECK_FALSE(book.is_scan_due(start + 10us + wait_book::least_time_between_scans - 1ns));
    CHECK(book.is_scan_due(start + 10us + wait_book::least_time_between_scans));
    book.scanned(start, start + 10ms);
    CHECK_FALSE(book.is_scan_due(start + 10ms + 10ms * wait_book::scan_cost_factor - 1ns));
    CHECK(book.is_scan_due(start + 10ms + 10ms * wait_book::scan_cost_factor));
}

// Tests of the timer. At each expiry, a tick, the reactor asks for the statuses of all cold threads, because a hint may be
// missing.

TEST_CASE("the period of the timer doubles up to a limit while its ticks find no status")
{
    auto book = by_io_uring();
    CHECK(book.tick_period() == wait_book::first_period);
    book.ticked(false);
    CHECK(book.tick_period() == wait_book::first_period * 2);
    for (int tick = 0; tick < 10; ++tick)
        book.ticked(false);
    CHECK(book.tick_period() == wait_book::longest_period);
}

TEST_CASE("the period of the timer is the shortest after a tick that found a status")
{
    auto book = by_io_uring();
    book.ticked(false);
    book.ticked(true);
    CHECK(book.tick_period() == wait_book::shortest_period);
    book.ticked(false);
    CHECK(book.tick_period() == wait_book::shortest_period * 2);
}

TEST_CASE("the period of the timer is the shortest after hurry(), and doubles again when its ticks find no status")
{
    auto book = by_io_uring();
    book.hurry();
    CHECK(book.tick_period() == wait_book::shortest_period);
    book.ticked(false);
    CHECK(book.tick_period() == wait_book::shortest_period * 2);
}

}   // namespace wait_book_hints_tests
