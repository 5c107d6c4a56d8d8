// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/wait_book.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <csignal>

using namespace cotrace;
using namespace std::chrono_literals;
using engine::hint_source;
using engine::inquiry;
using engine::wait_book;
using engine::watched_thread;
using kind = sys::wait_status::kind;

namespace {

using tids = std::vector<tid>;
using time_point = std::chrono::steady_clock::time_point;

constexpr tid a{10}, b{11}, c{12};
constexpr time_point start{1h};
constexpr int call_stop = SIGTRAP | 0x80;
constexpr int exec_stop = SIGTRAP | sys::event::exec << 8;

wait_book by_io_uring() { return wait_book{waiting::io_uring}; }
wait_book by_signalfd() { return wait_book{waiting::signalfd}; }

sys::wait_status stop_of(tid thread, int code = SIGSTOP) { return {thread, kind::stopped, code}; }

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

/// Reports `status` as the reactor does when it visits the hot threads.
void report(wait_book& book, sys::wait_status const& status)
{
    book.visit_hot([&](tid thread, watched_thread& about) {
        if (thread != status.thread)
            return false;
        about.saw(status);
        return true;
    });
}

watched_thread& state_of(wait_book& book, tid thread)
{
    auto* const found = book.find(thread);
    REQUIRE(found != nullptr);
    return *found;
}

inquiry next_inquiry(wait_book& book, tid thread) { return state_of(book, thread).next_inquiry(false); }
inquiry next_inquiry_or_look(wait_book& book, tid thread) { return state_of(book, thread).next_inquiry(true); }

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

} // namespace

// Hot and cold.

TEST_CASE("a new book has no threads, and needs no hints")
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

TEST_CASE("a watched thread runs and is hot, and its status is asked for")
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

TEST_CASE("a thread whose stop was taken is cold and does not run, and its status is still asked for")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    report(book, stop_of(a));
    CHECK_FALSE(state_of(book, a).runs());
    CHECK_FALSE(book.has_ended(a));
    CHECK(hot_threads(book) == tids{b});
    CHECK(cold_threads(book) == tids{a});
    CHECK(next_inquiry(book, a) == inquiry::take_status);   // a stopped thread can be killed
}

TEST_CASE("a thread that is resumed after a stop is hot again")
{
    auto book = by_io_uring();
    book.watch(a);
    report(book, stop_of(a));
    book.watch(a);
    CHECK(state_of(book, a).runs());
    CHECK(hot_threads(book) == tids{a});
}

TEST_CASE("a thread becomes cold at the second end of a round after its resume")
{
    auto book = by_io_uring();
    book.watch(a);
    CHECK_FALSE(book.cool());   // the round in which the thread was resumed
    CHECK(hot_threads(book) == tids{a});
    CHECK(book.cool());
    CHECK(hot_threads(book).empty());
    CHECK(state_of(book, a).runs());
}

TEST_CASE("a thread that is resumed in each round stays hot")
{
    auto book = by_io_uring();
    book.watch(b);
    for (int round = 0; round < 3; ++round) {
        book.watch(a);
        report(book, stop_of(a));
        book.watch(a);
        book.cool();
    }
    CHECK(hot_threads(book) == tids{a});
    CHECK(cold_threads(book) == tids{b});
}

TEST_CASE("all threads are cold when the reactor sleeps")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    book.cool_all();
    CHECK(hot_threads(book).empty());
    CHECK(cold_threads(book) == tids{a, b});
    CHECK_FALSE(state_of(book, a).is_hot());
    book.watch(b);
    CHECK(hot_threads(book) == tids{b});
}

TEST_CASE("a held thread does not run until it is watched")
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

// Ends.

TEST_CASE("nothing is asked for a thread that has ended")
{
    auto const how = GENERATE(kind::exited, kind::killed, kind::dumped, kind::vanished);
    auto book = by_io_uring();
    book.watch(a);
    report(book, {a, how, 0});
    CHECK(book.has_ended(a));
    CHECK_FALSE(state_of(book, a).runs());
    CHECK(next_inquiry(book, a) == inquiry::none);
    CHECK(next_inquiry_or_look(book, a) == inquiry::none);
}

TEST_CASE("a thread that has ended does not run, even if it is watched")
{
    auto book = by_io_uring();
    book.watch(a);
    report(book, {a, kind::exited, 0});
    book.watch(a);
    CHECK_FALSE(state_of(book, a).runs());
    CHECK(next_inquiry_or_look(book, a) == inquiry::none);
}

TEST_CASE("only stops are taken from a thread whose end is left to the host")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    book.leave_end(a);
    CHECK(book.leaves_end(a));
    CHECK_FALSE(book.leaves_end(b));
    CHECK(next_inquiry(book, a) == inquiry::take_stop);
    CHECK(next_inquiry(book, b) == inquiry::take_status);
    report(book, stop_of(a));
    book.watch(a);
    CHECK(next_inquiry(book, a) == inquiry::take_stop);
}

TEST_CASE("a forgotten thread is not in the book")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    book.leave_end(a);
    CHECK_FALSE(book.forget(a));   // no wait was armed
    CHECK(book.find(a) == nullptr);
    CHECK(hot_threads(book) == tids{b});
    CHECK_FALSE(book.leaves_end(a));
    report(book, {b, kind::exited, 0});
    CHECK_FALSE(book.forget(b));
    CHECK(book.is_empty());
    book.watch(b);   // another thread got the id
    CHECK(state_of(book, b).runs());
    CHECK_FALSE(book.has_ended(b));
}

// Untraced children.

TEST_CASE("for an idly watched child only the end is asked for, and the child needs no hints")
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

TEST_CASE("a child that is watched idly twice counts once")
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

TEST_CASE("a child is idle until it is watched or held")
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

// Calls that are found without a wait.

TEST_CASE("a call is looked for once after each resume, if that is allowed")
{
    auto book = by_io_uring();
    book.watch(a);
    CHECK(next_inquiry(book, a) == inquiry::take_status);
    CHECK(next_inquiry_or_look(book, a) == inquiry::look_for_call);
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_status);
    report(book, stop_of(a));
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_status);
    book.watch(a);
    CHECK(next_inquiry_or_look(book, a) == inquiry::look_for_call);
}

TEST_CASE("no call is looked for when statuses have to carry times")
{
    auto book = by_io_uring();
    book.watch(a);
    CHECK_FALSE(state_of(book, a).wants_times());
    book.take_times(a);
    CHECK(state_of(book, a).wants_times());
    CHECK(next_inquiry_or_look(book, a) == inquiry::take_status);
}

TEST_CASE("the status of a call that a look found is not reported again")
{
    auto book = by_io_uring();
    book.watch(a);
    auto& about = state_of(book, a);
    REQUIRE(about.next_inquiry(true) == inquiry::look_for_call);
    about.saw_call();
    CHECK_FALSE(about.runs());
    CHECK_FALSE(about.has_ended());
    CHECK(about.next_inquiry(true) == inquiry::take_status);
    CHECK(about.is_reported(stop_of(a, call_stop)));
    CHECK_FALSE(about.is_reported(stop_of(a, call_stop)));   // a newer status
}

TEST_CASE("any other status of a thread whose call a look found is new")
{
    auto book = by_io_uring();
    book.watch(a);
    auto& about = state_of(book, a);
    auto const taken = GENERATE(as<std::optional<sys::wait_status>>{}, stop_of(a, exec_stop),
                                sys::wait_status{a, kind::killed, SIGKILL}, std::nullopt);
    about.saw_call();
    CHECK_FALSE(about.is_reported(taken));
    CHECK_FALSE(about.is_reported(stop_of(a, call_stop)));
}

TEST_CASE("the status of a call is new after a resume, and if no look found the call")
{
    auto book = by_io_uring();
    book.watch(a);
    CHECK_FALSE(state_of(book, a).is_reported(stop_of(a, call_stop)));
    state_of(book, a).saw_call();
    book.watch(a);
    CHECK_FALSE(state_of(book, a).is_reported(stop_of(a, call_stop)));
}

// Waits of io_uring.

TEST_CASE("a thread is armed once it is cold, and once only")
{
    auto book = by_io_uring();
    book.watch(a);
    CHECK(unarmed(book).empty());   // hot
    book.cool_all();
    CHECK(unarmed(book) == tids{a});
    CHECK(unarmed(book).empty());
    book.watch(a);
    book.cool_all();
    CHECK(unarmed(book).empty());   // the wait is still under way
}

TEST_CASE("a hot thread is armed later, when it is cold")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    report(book, stop_of(a));
    CHECK(unarmed(book) == tids{a});   // a stopped thread can be killed
    report(book, stop_of(b));
    CHECK(unarmed(book) == tids{b});
}

TEST_CASE("the status of a cold thread whose wait is over is asked for, and the thread is armed again")
{
    auto book = by_io_uring();
    book.watch(a);
    book.cool_all();
    REQUIRE(unarmed(book) == tids{a});
    CHECK(book.hinted(a) == book.find(a));
    CHECK(unarmed(book) == tids{a});
}

TEST_CASE("the status of a hot thread whose wait is over is asked for, and the thread is armed when it is cold")
{
    auto book = by_io_uring();
    book.watch(a);
    book.cool_all();
    REQUIRE(unarmed(book) == tids{a});
    book.watch(a);
    CHECK(book.hinted(a) == nullptr);
    CHECK(unarmed(book).empty());
    book.cool_all();
    CHECK(unarmed(book) == tids{a});
}

TEST_CASE("a wait for a thread that is not in the book is ignored")
{
    auto book = by_io_uring();
    CHECK(book.hinted(a) == nullptr);
    CHECK(book.is_empty());
    CHECK(unarmed(book).empty());
}

TEST_CASE("a thread that has ended or was forgotten is not armed")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    book.watch(c);
    report(book, {a, kind::exited, 0});
    book.forget(b);
    book.cool_all();
    CHECK(unarmed(book) == tids{c});
}

TEST_CASE("the wait for a forgotten thread has to be cancelled if it is under way")
{
    auto book = by_io_uring();
    book.watch(a);
    book.watch(b);
    book.cool_all();
    REQUIRE(unarmed(book) == tids{a, b});
    CHECK(book.forget(a));
    CHECK(book.hinted(b) != nullptr);
    CHECK_FALSE(book.forget(b));
}

TEST_CASE("a thread that has the id of a forgotten thread is armed once")
{
    auto book = by_io_uring();
    book.watch(a);
    book.forget(a);
    book.watch(a);
    book.cool_all();
    CHECK(unarmed(book) == tids{a});
}

TEST_CASE("no thread is armed where SIGCHLD is the hint")
{
    auto book = by_signalfd();
    book.watch(a);
    book.cool_all();
    CHECK(book.hints() == hint_source::signal);
    CHECK(unarmed(book).empty());
    CHECK_FALSE(book.may_look_for_calls());
    CHECK_FALSE(book.forget(a));
}

// One wait for all threads.

TEST_CASE("many threads share one wait")
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

TEST_CASE("each thread has its own wait while there is a foreign status")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads);
    CHECK_FALSE(book.doubts_foreign_status());
    book.found_foreign_status();
    CHECK(book.hints() == hint_source::wait_per_thread);
    CHECK(book.doubts_foreign_status());
    CHECK_FALSE(book.may_look_for_calls());
}

TEST_CASE("a foreign status counts until no status waits, or the first waiting status is that of a thread in the book")
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

TEST_CASE("the end of a thread that has ended is a foreign status")
{
    auto book = by_io_uring();
    watch_many(book, wait_book::many_threads - 1);
    book.watch(a);
    report(book, {a, kind::exited, 0});
    book.found_foreign_status();
    book.saw_first_status(a);
    CHECK(book.hints() == hint_source::wait_per_thread);
}

TEST_CASE("a foreign status is not looked for while few threads have their own waits")
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

TEST_CASE("cold threads are scanned some time after the wait for all is over")
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

// The tick.

TEST_CASE("the period of the tick doubles up to a limit while ticks find nothing")
{
    auto book = by_io_uring();
    CHECK(book.tick_period() == wait_book::first_period);
    book.ticked(false);
    CHECK(book.tick_period() == wait_book::first_period * 2);
    for (int tick = 0; tick < 10; ++tick)
        book.ticked(false);
    CHECK(book.tick_period() == wait_book::longest_period);
}

TEST_CASE("the period of the tick is the shortest after a tick that found a status")
{
    auto book = by_io_uring();
    book.ticked(false);
    book.ticked(true);
    CHECK(book.tick_period() == wait_book::shortest_period);
    book.ticked(false);
    CHECK(book.tick_period() == wait_book::shortest_period * 2);
}

TEST_CASE("the period of the tick is the shortest after hurry, until ticks find nothing")
{
    auto book = by_io_uring();
    book.hurry();
    CHECK(book.tick_period() == wait_book::shortest_period);
    book.ticked(false);
    CHECK(book.tick_period() == wait_book::shortest_period * 2);
}
