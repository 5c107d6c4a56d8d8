// SPDX-License-Identifier: BSL-1.0
#include "unit/engine/watching.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace wait_book_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using engine::inquiry;
using engine::wait_book;
using engine::watched_thread;
using kind = sys::wait_status::kind;

namespace {

constexpr int call_stop = SIGTRAP | 0x80;
constexpr int exec_stop = SIGTRAP | sys::event::exec << 8;
constexpr int exit_stop = SIGTRAP | sys::event::exit << 8;

tids hot_threads(wait_book& book)
{
    tids found;
    book.visit_hot([&](tid thread, watched_thread&) {
        found.push_back(thread);
        return false;
    });
    return found;
}

tids cold_threads(wait_book& book)
{
    tids found;
    book.visit_cold([&](tid thread, watched_thread&) { found.push_back(thread); });
    std::ranges::sort(found);
    return found;
}

watched_thread& state_of(wait_book& book, tid thread)
{
    auto* const found = book.find(thread);
    REQUIRE(found != nullptr);
    return *found;
}

inquiry next_inquiry(wait_book& book, tid thread) { return state_of(book, thread).next_inquiry(false); }
inquiry next_inquiry_or_look(wait_book& book, tid thread) { return state_of(book, thread).next_inquiry(true); }

}   // namespace

// Tests of hot and cold threads. The reactor asks repeatedly for the status of a hot thread, and waits for a hint about a cold
// thread. cool() makes the hot threads cold that were not resumed in this round.

TEST_CASE("a new wait book has no threads, and needs no hints")
{
    auto book = by_io_uring();
    CHECK(book.is_empty());
    CHECK(book.is_idle());
    CHECK(book.find(a) == nullptr);
    CHECK_FALSE(book.has_ended(a));
    CHECK_FALSE(book.leaves_end(a));
    CHECK_FALSE(book.forget(a));
    CHECK_FALSE(book.cool());
}

TEST_CASE("after watch(), a thread runs and is hot, and the kernel is asked for its status")
{
    auto book = by_io_uring();
    book.watch(a);
    CHECK(state_of(book, a).runs());
    CHECK(state_of(book, a).is_hot());
    CHECK(hot_threads(book) == tids{a});
    CHECK(cold_threads(book).empty());
    CHECK(next_inquiry(book, a) == inquiry::take_status);
    CHECK_FALSE(book.is_empty());
    CHECK_FALSE(book.is_idle());
}

TEST_CASE("hot threads are visited in the order in which they became hot, each once")
{
    auto book = by_io_uring();
    for (tid const thread : {b, a, c, a, b})
        book.watch(thread);
    CHECK(hot_threads(book) == tids{b, a, c});
}

TEST_CASE("a thread whose stop was taken is cold and does not run, but the kernel is still asked for its status")
{
    auto book = by_io_uring({a, b});
    report(book, stop_of(a));
    CHECK_FALSE(state_of(book, a).runs());
    CHECK_FALSE(book.has_ended(a));
    CHECK(hot_threads(book) == tids{b});
    CHECK(cold_threads(book) == tids{a});
    CHECK(next_inquiry(book, a) == inquiry::take_status);   // a stopped thread can be killed, and then has a new status
}

TEST_CASE("a thread that is resumed after a stop is hot again")
{
    auto book = by_io_uring({a});
    report(book, stop_of(a));
    book.watch(a);
    CHECK(state_of(book, a).runs());
    CHECK(hot_threads(book) == tids{a});
}

TEST_CASE("a thread becomes cold at the end of the first round in which it was not resumed")
{
    auto book = by_io_uring({a});
    CHECK_FALSE(book.cool());   // cool() ends the round in which the thread was resumed
    CHECK(hot_threads(book) == tids{a});
    CHECK(book.cool());
    CHECK(hot_threads(book).empty());
    CHECK(state_of(book, a).runs());
}

TEST_CASE("a thread that is resumed in each round stays hot")
{
    auto book = by_io_uring({b});
    for (int round = 0; round < 3; ++round) {
        book.watch(a);
        report(book, stop_of(a));
        book.watch(a);
        book.cool();
    }
    CHECK(hot_threads(book) == tids{a});
    CHECK(cold_threads(book) == tids{b});
}

TEST_CASE("cool_all(), which the reactor calls before it sleeps, makes all threads cold")
{
    auto book = by_io_uring({a, b});
    book.cool_all();
    CHECK(hot_threads(book).empty());
    CHECK(cold_threads(book) == tids{a, b});
    CHECK_FALSE(state_of(book, a).is_hot());
    book.watch(b);
    CHECK(hot_threads(book) == tids{b});
}

TEST_CASE("after hold(), a thread does not run until watch() is called for it")
{
    auto book = by_io_uring();
    book.hold(a);
    CHECK_FALSE(state_of(book, a).runs());
    CHECK(hot_threads(book).empty());
    CHECK(next_inquiry(book, a) == inquiry::take_status);
    book.watch(a);
    CHECK(state_of(book, a).runs());
    CHECK(hot_threads(book) == tids{a});
}

// Tests of threads that exit, that have ended, or that were forgotten.

TEST_CASE("the kernel is not asked for the status of a thread that has ended")
{
    auto const how = GENERATE(kind::exited, kind::killed, kind::dumped, kind::vanished);
    auto book = by_io_uring({a});
    report(book, {a, how, 0});
    CHECK(book.has_ended(a));
    CHECK_FALSE(state_of(book, a).runs());
    CHECK(next_inquiry(book, a) == inquiry::none);
    CHECK(next_inquiry_or_look(book, a) == inquiry::none);
}

TEST_CASE("a thread that has ended does not run, even after watch()")
{
    auto book = by_io_uring({a});
    report(book, {a, kind::exited, 0});
    book.watch(a);
    CHECK_FALSE(state_of(book, a).runs());
    CHECK(next_inquiry_or_look(book, a) == inquiry::none);
}

TEST_CASE("a thread counts as exiting from its PTRACE_EVENT_EXIT stop until its next status")
{
    auto book = by_io_uring();
    CHECK_FALSE(book.is_exiting(a));
    book.watch(a);
    report(book, stop_of(a));
    CHECK_FALSE(book.is_exiting(a));
    book.watch(a);
    report(book, stop_of(a, exit_stop));
    CHECK(book.is_exiting(a));
    book.watch(a);
    CHECK(book.is_exiting(a));
    report(book, {a, sys::wait_status::kind::exited, 0});
    CHECK_FALSE(book.is_exiting(a));
    CHECK(book.has_ended(a));
}

TEST_CASE("if the end of a thread is left to the host, the reactor takes only the statuses of the thread's stops")
{
    auto book = by_io_uring({a, b});
    book.leave_end(a);
    CHECK(book.leaves_end(a));
    CHECK_FALSE(book.leaves_end(b));
    CHECK(next_inquiry(book, a) == inquiry::take_stop);
    CHECK(next_inquiry(book, b) == inquiry::take_status);
    report(book, stop_of(a));
    book.watch(a);
    CHECK(next_inquiry(book, a) == inquiry::take_stop);
}

TEST_CASE("the id_changes of a thread stay as they were set until they are changed or the thread is forgotten")
{
    auto book = by_io_uring({a});
    CHECK(book.id_changes_of(a) == engine::id_changes{});
    book.id_changes_of(a).may_be_in_execve = true;
    book.watch(a);
    book.id_changes_of(a).has_unreported_child = true;
    CHECK(std::as_const(book).id_changes_of(a) == engine::id_changes{.may_be_in_execve = true, .has_unreported_child = true});
    book.id_changes_of(a).may_be_in_execve = false;
    CHECK(book.id_changes_of(a) == engine::id_changes{.has_unreported_child = true});
    book.forget(a);
    CHECK(std::as_const(book).id_changes_of(a) == engine::id_changes{});
    CHECK(book.is_empty());
    book.watch(a);   // another thread has got the id of the forgotten thread
    CHECK(book.id_changes_of(a) == engine::id_changes{});
}

TEST_CASE("after forget(), a thread is not in the book")
{
    auto book = by_io_uring({a, b});
    book.leave_end(a);
    CHECK_FALSE(book.forget(a));   // false, because io_uring has no wait for the thread
    CHECK(book.find(a) == nullptr);
    CHECK(hot_threads(book) == tids{b});
    CHECK_FALSE(book.leaves_end(a));
    report(book, {b, kind::exited, 0});
    CHECK_FALSE(book.forget(b));
    CHECK(book.is_empty());
    book.watch(b);   // another thread has got the id of the forgotten thread
    CHECK(state_of(book, b).runs());
    CHECK_FALSE(book.has_ended(b));
}

// Tests of untraced children, which watch_idly() adds. The reactor takes only the wait status of the end of an untraced child.

TEST_CASE("after watch_idly(), the kernel is asked only for the end of the child, and no hint is needed")
{
    auto book = by_io_uring();
    book.watch_idly(a);
    CHECK(next_inquiry(book, a) == inquiry::take_end);
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_end);
    CHECK_FALSE(state_of(book, a).runs());
    CHECK(hot_threads(book).empty());
    CHECK(book.is_idle());
    CHECK_FALSE(book.is_empty());
    book.watch(b);
    CHECK_FALSE(book.is_idle());
    book.forget(b);
    CHECK(book.is_idle());
}

TEST_CASE("a child for which watch_idly() was called twice counts once")
{
    auto book = by_io_uring();
    book.watch_idly(a);
    book.watch_idly(a);
    CHECK(book.is_idle());
    book.watch_idly(b);
    CHECK(book.is_idle());
    book.forget(b);
    CHECK(book.is_idle());
}

TEST_CASE("watch_idly() has an effect until watch() or hold() is called for the child")
{
    bool const is_watched = GENERATE(true, false);
    auto book = by_io_uring();
    book.watch_idly(a);
    if (is_watched)
        book.watch(a);
    else
        book.hold(a);
    CHECK_FALSE(book.is_idle());
    CHECK(next_inquiry(book, a) == inquiry::take_status);
    CHECK(state_of(book, a).runs() == is_watched);
}

// Tests of looks for system calls. A look asks ptrace(2) whether a thread is stopped at a call, and does not take the stop's wait
// status.

TEST_CASE("there is one look for a call after each resume, if looks are allowed")
{
    auto book = by_io_uring({a});
    CHECK(next_inquiry(book, a) == inquiry::take_status);
    CHECK(next_inquiry_or_look(book, a) == inquiry::look_for_call);
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_status);
    report(book, stop_of(a));
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_status);
    book.watch(a);
    CHECK(next_inquiry_or_look(book, a) == inquiry::look_for_call);
}

TEST_CASE("there is no look for a call if the statuses of the thread have to contain CPU times")
{
    auto book = by_io_uring({a});
    CHECK_FALSE(state_of(book, a).wants_times());
    book.take_times(a);
    CHECK(state_of(book, a).wants_times());
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_status);
}

TEST_CASE("after a look has found a call, the wait status of that call is not reported again")
{
    auto book = by_io_uring({a});
    auto& about = state_of(book, a);
    REQUIRE(about.next_inquiry(true) == inquiry::look_for_call);
    about.saw_call();
    CHECK_FALSE(about.runs());
    CHECK_FALSE(about.has_ended());
    CHECK(about.next_inquiry(true) == inquiry::take_status);
    CHECK(about.is_reported(stop_of(a, call_stop)));
    CHECK_FALSE(about.is_reported(stop_of(a, call_stop)));   // this is the wait status of a later call
}

TEST_CASE("after a look has found a call, any other wait status of the thread is new")
{
    auto book = by_io_uring({a});
    auto& about = state_of(book, a);
    auto const taken = GENERATE(as<std::optional<sys::wait_status>>{}, stop_of(a, exec_stop),
                                sys::wait_status{a, kind::killed, SIGKILL}, std::nullopt);
    about.saw_call();
    CHECK_FALSE(about.is_reported(taken));
    CHECK_FALSE(about.is_reported(stop_of(a, call_stop)));
}

TEST_CASE("the wait status of a call is new if no look found the call, or if the thread was resumed after the look")
{
    auto book = by_io_uring({a});
    CHECK_FALSE(state_of(book, a).is_reported(stop_of(a, call_stop)));
    state_of(book, a).saw_call();
    book.watch(a);
    CHECK_FALSE(state_of(book, a).is_reported(stop_of(a, call_stop)));
}

}   // namespace wait_book_tests
