// SPDX-License-Identifier: BSL-1.0
// Sessions by seccomp's user notification: their entries are those that ptrace(2) shows; verdicts, full queues, limits, ends.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/needs_root.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"

#include <cotrace/interceptors.hpp>
#include <cotrace/render/text.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <map>
#include <random>

#include <sys/personality.h>
#include <sys/prctl.h>

namespace notify_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

session_options by_notification(char const* calls = nullptr)
{
    session_options options;
    options.how = tracing::notification;
    if (calls != nullptr)
        options.filter = filter{calls};
    return options;
}

session_options by_notification(std::shared_ptr<interceptor> one, char const* calls = nullptr)
{
    auto options = by_notification(calls);
    options.interceptors.push_back(std::move(one));
    return options;
}

/// The entries of each thread as text with the instruction pointer. The threads are in the order of their first entries.
std::vector<std::vector<std::string>> entries_of(trace const& from)
{
    std::vector<std::vector<std::string>> all;
    std::map<tid, std::size_t> where;
    for (auto const& each : from.records) {
        auto const* const entered = std::get_if<syscall_entered>(&each.what);
        if (!entered)
            continue;
        auto const [at, is_new] = where.try_emplace(each.thread, all.size());
        if (is_new)
            all.emplace_back();
        all[at->second].push_back(render::text(each) + " at " + std::to_string(entered->call->ip));
    }
    return all;
}

/// Checks that a session by notification records the same entries as a session by ptrace(2), of the calls that the filter
/// `which` selects. The threads may appear in any order.
void compare(command const& subject, char const* which = nullptr)
{
    // Without address space randomization the addresses in the entries are the same in both runs.
    auto const before = must(::personality(0xffffffff));
    must(::personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE));
    run_for(limit, [&]() -> task<void> {
        session_options stopped;
        if (which != nullptr)
            stopped.filter = filter{which};
        auto const here  = co_await trace_of(subject, stopped);
        auto const there = co_await trace_of(subject, by_notification(which));
        CAPTURE(subject.argv);
        auto expected = entries_of(here), got = entries_of(there);
        std::ranges::sort(expected);
        std::ranges::sort(got);
        CHECK(got == expected);
        CHECK(there.output == here.output);
        CHECK(wait_status(there.end) == wait_status(here.end));
        CHECK(count<syscall_exited>(there.records) == 0);
        CHECK(count<trace_failed>(there.records) == 0);
    });
    must(::personality(static_cast<unsigned long>(before)));
}

/// Adds 1 to `gone` when it is destroyed, which shows that the coroutine frame it is in was destroyed.
class destruction_counter {
public:
    explicit destruction_counter(int& gone) : gone_{&gone} {}
    destruction_counter(destruction_counter const&) = delete;
    destruction_counter& operator=(destruction_counter const&) = delete;
    ~destruction_counter() { ++*gone_; }

private:
    int* gone_;
};

/// Makes interceptors that never return. Counts their calls, and the calls whose coroutine frame was destroyed.
struct never_returning {
    int asked = 0, gone = 0;
    tid last{};              ///< the thread of the last call
    std::string only{};   ///< holds only programs of this name, if it is not empty; calls of other programs proceed

    std::shared_ptr<scripted> about(long number)
    {
        auto made = std::make_shared<scripted>(number);
        made->entry = [this](intercepted at, syscall_call const&) -> task<verdict> {
            if (!only.empty() && proc_status(at.thread, "Name") != only)
                co_return proceed{};
            destruction_counter const here{gone};
            ++asked;
            last = at.thread;
            asio::steady_timer never{co_await asio::this_coro::executor, std::chrono::hours{1}};
            co_await never.async_wait(asio::use_awaitable);
            co_return proceed{};
        };
        return made;
    }
};

std::error_code refusal(session_options options)
{
    std::error_code why;
    auto const before = children();   // ignores a child that another test left behind
    run_for(limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const got = co_await by.async_launch(program("hello"), options);
        if (!got)
            why = got.error().code;
        CHECK(children() == before);
    });
    return why;
}

} // namespace

// Records.

TEST_CASE("a session by notification records the entries that ptrace shows", "[notify]")
{
    compare(program("hello"));
    compare(program("two_threads_call"), "getppid,getuid,write,execve");
    compare(program("opens_file", "/etc/passwd", "2"));
    compare(program("execs", guest("execs"), guest("exits"), "8"));
    compare(program("exec_fails"));
    compare(command_of("/bin/sh", "-c", "echo one; exec /bin/echo two"), "%file,write,execve,mmap,brk");
}

TEST_CASE("a session by notification records the entries of 32-bit programs that ptrace shows", "[notify]")
{
    if (has_guest("hello_32"))
        compare(program("hello_32"));
    if (has_guest("forks_32"))
        compare(program("forks_32"), "write,fork,clone,exit_group");
    compare(program("calls_by_int80"));
}

TEST_CASE("threads and children of a notified subject are followed", "[notify][follow]")
{
    for (auto const& subject : {program("forks"), program("vforks"), program("threads"), program("clones_three"),
                                program("vforks_and_execs", guest("hello")), program("clones_untraced")}) {
        run_for(limit, [&]() -> task<void> {
            CAPTURE(subject.argv);
            auto const here  = co_await trace_of(subject);
            auto const there = co_await trace_of(subject, by_notification("write,execve,exit_group"));
            CHECK(there.output == here.output);
            for (auto const number : {SYS_write, SYS_execve, SYS_exit_group})
                CHECK(entries(there.records, number).size() >= entries(here.records, number).size());
            CHECK(wait_status(there.end) == wait_status(here.end));
        });
    }
}

TEST_CASE("a notified thread that is not the leader executes a program", "[notify][exec]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("thread_execs", guest("hello")), by_notification("execve,write"));
        CHECK(seen.output == "hello\n");
        auto const execs = entries(seen.records, SYS_execve);
        REQUIRE(execs.size() == 2);
        CHECK(execs[0].thread == leader(seen.root));
        CHECK(execs[1].thread != leader(seen.root));
        CHECK(entries(seen.records, SYS_write).at(0).thread == leader(seen.root));
    });
}

TEST_CASE("the records of a notified session begin with the root's start and finish with its end", "[notify]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("exits", "7"), by_notification("execve"));
        std::vector<std::string> const expected{"1 started (launched)", "1 enters execve", "1 exits with 7"};
        CHECK(story(seen.records, {{SYS_execve, "execve"}}) == expected);
        CHECK(seen.end.status == 7);
        CHECK(seen.stats.threads == 0);
        CHECK(seen.stats.records == 3);
        CHECK(seen.stats.bytes >= 3 * sizeof(record));
        CHECK(seen.stats.stops > 0);
        CHECK(seen.stats.stopped > 0ns);

        auto const killed = co_await trace_of(program("dies_by", "15"), by_notification("none"));
        CHECK(killed.end.killed);
        CHECK(killed.end.status == SIGTERM);
        CHECK(story(killed.records).back() == "1 is killed by SIGTERM");
    });
}

TEST_CASE("a notified session lasts until its last process has ended, and records the root's end at once", "[notify]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("orphans");
        what.redirects = talk.redirects();
        auto target = (co_await by.async_launch(what, by_notification("read,write"))).value();
        talk.begin();
        auto const line1 = co_await talk.line();
        CHECK(line1 == "the first ends");
        auto const head = co_await read_until(target, [](record const& each) {
            return std::holds_alternative<thread_exited>(each.what);
        });
        CHECK(end_of(head, leader(target.root())).has_value());
        CHECK_FALSE(exists(target.root()));
        talk.close_input();
        auto const rest2 = co_await talk.rest();
        CHECK(rest2 == "the orphan ends\n");
        auto const tail = co_await drain(target);
        CHECK_FALSE(entries(tail, SYS_write).empty());
        CHECK(children() == before);
    });
}

TEST_CASE("a notified program has only the descriptors that a program traced by ptrace has", "[notify]")
{
    run_for(limit, []() -> task<void> {
        auto const here  = co_await trace_of(program("says_descriptors"));
        auto const there = co_await trace_of(program("says_descriptors"), by_notification());
        CHECK(there.output == here.output);
    });
}

TEST_CASE("a notified subject has no tracer", "[notify]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(command_of("/bin/grep", "TracerPid", "/proc/self/status"), by_notification("%file"));
        CHECK(seen.output == "TracerPid:\t0\n");
    });
}

TEST_CASE("a notified subject can be traced by ptrace at the same time", "[notify][nested]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("calls_busily");
        what.redirects = talk.redirects();
        auto options = by_notification("getppid");
        options.when_full = overflow::drop;
        options.depth = 64;
        auto target = (co_await by.async_launch(what, options)).value();
        talk.begin();
        auto const line3 = co_await talk.line();
        CHECK(line3 == "ready");
        auto second = (co_await by.async_attach(target.root())).value();
        std::size_t exits = 0;
        while (exits < 1000) {
            std::vector<record> some;
            if (co_await second.async_read(some) == 0)
                break;
            exits += calls(some, SYS_getppid).size();
        }
        CHECK(exits >= 1000);
        auto const stops = target.stats().stops;
        CHECK(stops >= 1000);
        CHECK(second.detach());
        (void)co_await drain(second);
        must(::kill(raw(target.root()), SIGUSR1));
        auto const said = co_await talk.rest();
        // The signal may have interrupted a call before the tracer received its notification, see `tracing::notification`.
        CHECK((said == "wrong 0\n" || said == "wrong 1\n"));
        (void)co_await drain(target);
    });
}

TEST_CASE("a notified subject can debug its child", "[notify][nested]")
{
    run_for(limit, []() -> task<void> {
        auto const here = untraced(program("debugs_child"));
        auto const there = co_await trace_of(program("debugs_child"), by_notification("write,ptrace,wait4"));
        CHECK(there.output == here.output);
    });
}

TEST_CASE("a call that a notified subject's own seccomp filter denies is not recorded", "[notify][seccomp]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("filters_calls", "errno"), by_notification("getppid"));
        CHECK(seen.output == "returned -1 errno 18\n");
        CHECK(entries(seen.records, SYS_getppid).empty());
    });
}

TEST_CASE("signals of a notified subject are delivered as untraced", "[notify][signals]")
{
    for (auto const& subject : {program("signals_itself"), program("interrupts_sleep"), program("restarts_sleep"),
                                program("stops_child", "19"), program("queues_realtime")}) {
        run_for(limit, [&]() -> task<void> {
            CAPTURE(subject.argv);
            auto const here = untraced(subject);
            auto const there = co_await trace_of(subject, by_notification());
            CHECK(there.output == here.output);
            CHECK(wait_status(there.end) == here.status);
        });
    }
}

TEST_CASE("a notified session's filter can be narrowed, and widened as far as it was", "[notify][filter]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("calls_then_opens");
        what.redirects = talk.redirects();
        auto target = (co_await by.async_launch(what, by_notification("openat,close"))).value();
        talk.begin();
        CHECK(target.set_filter(filter{"close"}));
        auto const refused = target.set_filter(filter{"openat,read"});
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == errc::filter_too_wide);
        talk.close_input();
        auto const records = co_await drain(target);
        CHECK(entries(records, SYS_close).size() >= 3);
        auto const opened = entries(records, SYS_openat);
        CHECK(std::ranges::none_of(opened, [](auto const& each) {
            auto const path = each.what.call->argument("pathname");
            return path && path->target() && path->target()->text() == "/dev/null";
        }));
    });
}

TEST_CASE("unwanted calls of a notified subject do not wait for the tracer", "[notify]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("calls_then_opens"), by_notification("openat"));
        CHECK(seen.stats.stops < 200);   // of 15,000 calls
        CHECK(seen.output == "the child exited 0\n");
    });
}

// Interceptors.

TEST_CASE("a notified call can be made to fail, or to return a value, without running", "[notify][intercept]")
{
    run_for(limit, []() -> task<void> {
        auto const failed = co_await trace_of(program("hello"), by_notification(at_entry(SYS_write, fail_with{ENOSPC})));
        CHECK(failed.output.empty());
        CHECK(failed.end.status == 1);
        CHECK(entries(failed.records, SYS_write).size() == 1);
        auto const replaced = co_await trace_of(program("asks_parent"), by_notification(at_entry(SYS_getppid, return_value{4711})));
        CHECK(replaced.output == "getppid 4711 errno 0\n");
        auto const proceeded = co_await trace_of(program("hello"), by_notification(at_entry(SYS_write, proceed{}), "write"));
        CHECK(proceeded.output == "hello\n");
    });
}

TEST_CASE("the first decision of an interceptor of a notified call counts", "[notify][intercept]")
{
    run_for(limit, []() -> task<void> {
        auto options = by_notification("getppid");
        options.interceptors.push_back(at_entry(SYS_getppid, proceed{}));
        options.interceptors.push_back(at_entry(SYS_getppid, return_value{1111}));
        options.interceptors.push_back(at_entry(SYS_getppid, return_value{2222}));
        auto const seen = co_await trace_of(program("asks_parent"), options);
        CHECK(seen.output == "getppid 1111 errno 0\n");
    });
}

TEST_CASE("an interceptor of notified calls reads and writes the subject's memory", "[notify][intercept][memory]")
{
    run_for(limit, []() -> task<void> {
        auto shout = std::make_shared<scripted>(SYS_write);
        shout->entry = [](intercepted at, syscall_call const& call) -> task<verdict> {
            auto const text = at.subject.read_string(remote_address{call.args[1]}, call.args[2]);
            if (text && text.value() == "hello\n")
                CHECK(at.subject.write(remote_address{call.args[1]}, 'J'));   // a string constant in read-only memory
            co_return proceed{};
        };
        auto const seen = co_await trace_of(program("hello"), by_notification(shout, "write"));
        CHECK(seen.output == "Jello\n");
    });
}

TEST_CASE("a verdict that would change a notified call is an error, and the call does not run", "[notify][intercept]")
{
    for (auto const& wanted : {verdict{change_arguments{}}, verdict{run_instead{SYS_getpid, 6}}})
        run_for(limit, [&]() -> task<void> {
            auto const seen = co_await trace_of(program("hello"), by_notification(at_entry(SYS_write, wanted), "write"));
            CHECK(seen.output.empty());
            CHECK(seen.end.status == 1);
            auto const failed = all<trace_failed>(seen.records);
            REQUIRE(failed.size() == 1);
            CHECK(failed[0].what.what.code == errc::not_by_notification);
            CHECK(failed[0].thread == leader(seen.root));
        });
}

TEST_CASE("an interceptor of notified calls may send the thread a signal and report a failure", "[notify][intercept][signals]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("calls_busily");
        what.redirects = talk.redirects();
        int asked = 0;
        auto signals = std::make_shared<scripted>(SYS_getppid);
        signals->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
            if (++asked == 100) {
                at.also->signal = signo{SIGUSR1};
                at.also->failed = make_error_code(errc::tracee_died);
            }
            co_return proceed{};
        };
        auto target = (co_await by.async_launch(what, by_notification(signals, "getppid"))).value();
        talk.begin();
        auto const said = co_await talk.rest();
        CHECK(said == "ready\nwrong 0\n");   // the signal came when it could not interrupt the call any more
        auto const records = co_await drain(target);
        CHECK(asked == 100);
        auto const failed = all<trace_failed>(records);
        REQUIRE(failed.size() == 1);
        CHECK(failed[0].what.what.code == errc::tracee_died);
    });
}

TEST_CASE("the failure of an interceptor of notified calls that throws is recorded, and the call runs", "[notify][intercept]")
{
    for (auto const* const what : {"broken on purpose", "an exception of no known type"})
        run_for(limit, [&]() -> task<void> {
            auto broken = std::make_shared<scripted>(SYS_write);
            broken->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
                if (*what == 'a')
                    throw 4711;
                throw std::runtime_error{what};
                co_return proceed{};
            };
            auto const seen = co_await trace_of(program("hello"), by_notification(broken, "write"));
            CHECK(seen.output == "hello\n");
            auto const failed = all<trace_failed>(seen.records);
            REQUIRE(failed.size() == 1);
            CHECK(failed[0].what.what.code == errc::interceptor_failed);
            CHECK(failed[0].what.what.operation == what);
        });
}

TEST_CASE("only the thread whose notified call is delayed waits", "[notify][intercept]")
{
    run_for(limit, []() -> task<void> {
        auto wait = std::make_shared<scripted>(SYS_getppid);
        asio::steady_timer gate{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
        bool asked = false;
        wait->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
            asked = true;
            co_await gate.async_wait(use_tuple);
            co_return proceed{};
        };
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("two_threads_call"), by_notification(wait, "getppid,getuid"));
        co_await until([&] { return asked; });
        std::size_t others = 0;
        while (others < 100) {   // the other thread makes all its calls
            std::vector<record> some;
            auto const got = co_await target.async_read(some);
            REQUIRE(got != 0);
            others += entries(some, SYS_getuid).size();
        }
        gate.cancel();
        (void)co_await drain(target);
        auto const end = co_await target.async_wait();
        CHECK(end.status == 0);
    });
}

TEST_CASE("a signal does not interrupt a notified call that waits for its interceptor", "[notify][intercept][signals]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("calls_busily");   // the guest's signal handler has no SA_RESTART
        what.redirects = talk.redirects();
        int asked = 0;
        auto wait = std::make_shared<scripted>(SYS_getppid);
        wait->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
            if (++asked == 100) {
                must(::kill(raw(at.thread), SIGUSR1));
                co_await until([&] { return proc_status(at.thread, "ShdPnd") != "0000000000000000"; });
            }
            co_return proceed{};
        };
        auto options = by_notification(wait, "getppid");
        options.records = false;
        auto target = (co_await by.async_launch(what, options)).value();
        talk.begin();
        auto const rest5 = co_await talk.rest();
        CHECK(rest5 == "ready\nwrong 0\n");
        (void)co_await drain(target);
        CHECK(asked == 100);
    });
}

TEST_CASE("the death of a thread ends its notified call's interceptor", "[notify][intercept][exit]")
{
    run_for(limit, []() -> task<void> {
        never_returning hanging;
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("asks_parent"), by_notification(hanging.about(SYS_getppid), "getppid"));
        co_await until([&] { return hanging.asked == 1; });
        must(::kill(raw(target.root()), SIGKILL));
        auto const records = co_await drain(target);
        co_await until([&] { return hanging.gone == 1; });
        auto const end = co_await target.async_wait();
        CHECK(end.killed);
        CHECK(count<trace_failed>(records) == 0);
    });
}

TEST_CASE("the death of a child ends its notified call's interceptor while other processes live", "[notify][intercept][exit]")
{
    run_for(limit, []() -> task<void> {
        never_returning hanging{.only = "asks_parent"};   // a shell calls getppid(2), too
        tracer by{co_await asio::this_coro::executor};
        auto options = by_notification(hanging.about(SYS_getppid), "getppid");
        // When its child is killed, the shell executes `sleeps`.
        auto target = co_await launched(
            by, command_of("/bin/sh", "-c", guest("asks_parent") + "; exec " + guest("sleeps") + " 3600000"), options);
        co_await until([&] { return hanging.asked == 1; });
        must(::kill(raw(hanging.last), SIGKILL));
        co_await until([&] { return hanging.gone == 1; });
        CHECK(lives(target.root()));
        CHECK(target.kill());
        (void)co_await drain(target);
    });
}

// Full queues.

TEST_CASE("a notified subject does not run past a full queue, and goes on when there is room", "[notify][overflow]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto options = by_notification("getppid");
        options.depth = 10;
        auto target = co_await launched(by, program("calls_then_opens"), options);
        co_await until([&] { return target.stats().records >= 10; });
        co_await until([&] { return target.stats().stops > 10; });   // a call waits for room
        CHECK(target.stats().records <= 11);
        auto const records = co_await drain(target);
        CHECK(entries(records, SYS_getppid).size() == 15000);
        CHECK(target.stats().lost == 0);
    });
}

TEST_CASE("a notified subject's queue that drops records counts them, in the statistics and in the stream", "[notify][overflow]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto options = by_notification("getppid");
        options.depth = 10;
        options.when_full = overflow::drop;
        auto target = co_await launched(by, program("calls_then_opens"), options);
        co_await until([&] { return !lives(target.root()); });
        (void)co_await target.async_wait();
        auto const records = co_await drain(target);
        std::uint64_t lost = 0;
        for (auto const& each : all<records_lost>(records))
            lost += each.what.count;
        CHECK(lost > 14000);
        CHECK(target.stats().lost == lost);
        CHECK(entries(records, SYS_getppid).size() <= 10);
    });
}

TEST_CASE("a notified subject that waits for room in the queue is killed with its session", "[notify][overflow][end]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto options = by_notification("getppid");
        options.depth = 10;
        auto target = std::optional{co_await launched(by, program("calls_busily"), options)};
        auto const root = target->root();
        co_await until([&] { return target->stats().stops > 10; });
        target.reset();
        co_await until([&] { return !exists(root); });
    });
}

// Limits.

TEST_CASE("a notified session with a limit of records gives this number of records, and the end", "[notify][limits]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto options = by_notification("getppid");
        options.stop_after.records = 500;
        auto target = co_await launched(by, program("calls_busily"), options);
        auto const seen = co_await drain(target);
        CHECK(seen.size() == 501);
        auto const end = co_await target.async_wait();
        CHECK(end.killed);
        CHECK(end_of(seen, leader(target.root())).has_value());
    });
}

TEST_CASE("a notified call does not run when its session reaches the limit at the call's entry", "[notify][limits]")
{
    for (bool const asks : {false, true})
        run_for(limit, [&]() -> task<void> {
            auto options = by_notification("write");
            if (asks)
                options.interceptors.push_back(at_entry(SYS_write, proceed{}));
            options.stop_after.when = [](record const& each) { return std::holds_alternative<syscall_entered>(each.what); };
            auto const seen = co_await trace_of(program("hello"), options);
            CHECK(seen.output.empty());
            CHECK(entries(seen.records, SYS_write).size() == 1);
            CHECK(seen.end.killed);
        });
}

TEST_CASE("a notified session stops at its time limit", "[notify][limits]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto options = by_notification("openat");
        options.stop_after.time = 20ms;
        auto target = co_await launched(by, program("sleeps", "3600000"), options);
        (void)co_await drain(target);
        auto const end = co_await target.async_wait();
        CHECK(end.killed);
    });
}

// Ends.

TEST_CASE("a notified session cannot detach, and says so", "[notify][detach]")
{
    auto const filtered = make_error_code(errc::filtered);
    CHECK(refusal([] { auto options = by_notification(); options.at_end = ending::detach; return options; }()) == filtered);
    CHECK(refusal([] { auto options = by_notification(); options.outlive_tracer = true; return options; }()) == filtered);
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("calls_busily"), by_notification("openat"));
        auto const refused = target.detach();
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == errc::filtered);
        CHECK(target.kill());
        (void)co_await drain(target);
        auto const end = co_await target.async_wait();
        CHECK(end.killed);
        auto const over = target.kill();
        REQUIRE_FALSE(over);
        CHECK(over.error() == errc::session_ended);
    });
}

TEST_CASE("options that notification does not support are rejected", "[notify]")
{
    auto const unsupported = make_error_code(errc::not_by_notification);
    CHECK(refusal([] { auto options = by_notification(); options.follow = false; return options; }()) == unsupported);
    CHECK(refusal([] { auto options = by_notification(); options.detach_at_exec = true; return options; }()) == unsupported);
    CHECK(refusal([] { auto options = by_notification(); options.system_times = true; return options; }()) == unsupported);
    CHECK(refusal([] { auto options = by_notification(); options.matching = call("openat").fails(); return options; }()) == unsupported);
    run_for(limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const got = co_await by.async_attach(pid{1}, by_notification());
        REQUIRE_FALSE(got);
        CHECK(got.error().code == unsupported);
    });
}

TEST_CASE("a notified launch that fails says why, and leaves no process", "[notify][launch]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        for (auto const* const calls : {"all", "getppid"}) {
            auto const gone = co_await by.async_launch(command_of("/no/such/program"), by_notification(calls));
            REQUIRE_FALSE(gone);
            CHECK(gone.error().message() == "execve /no/such/program: No such file or directory");
            auto misplaced = program("hello");
            misplaced.directory = "/no/such/directory";
            auto const lost = co_await by.async_launch(misplaced, by_notification(calls));
            REQUIRE_FALSE(lost);
            CHECK(lost.error().message() == "chdir: No such file or directory");
            CHECK(children() == before);
        }
        auto const seen = co_await trace_of(by, program("hello"), by_notification());
        CHECK(seen.output == "hello\n");
    });
}

TEST_CASE("a cancelled launch of a notified program leaves no process", "[notify][launch][cancellation]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        auto const ex = co_await asio::this_coro::executor;
        for (int turns = 0; turns < 8; ++turns) {
            asio::cancellation_signal cancel;
            bool done = false;
            by.async_launch(quiet(program("calls_busily")), by_notification("getppid"),
                            asio::bind_cancellation_slot(cancel.slot(), [&](result<session, failure> got) {
                                done = true;
                                if (got)
                                    (void)got.value().kill();
                            }));
            for (int i = 0; i < turns; ++i)
                co_await asio::post(ex, asio::use_awaitable);
            cancel.emit(asio::cancellation_type::terminal);
            co_await until([&] { return done && children() == before; });
        }
    });
}

TEST_CASE("killing a notified session ends every process of it", "[notify][end]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("orphans");   // its last process was reparented, and sleeps in an unwanted call
        what.redirects = talk.redirects();
        auto target = (co_await by.async_launch(what, by_notification("getppid"))).value();
        talk.begin();
        auto const line6 = co_await talk.line();
        CHECK(line6 == "the first ends");
        co_await until([&] { return !exists(target.root()); });
        CHECK(target.kill());
        auto const rest7 = co_await talk.rest();
        CHECK(rest7 == "");
        (void)co_await drain(target);
    });
}

TEST_CASE("killing a notified session that keeps forking leaves no process", "[notify][end][follow]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("keeps_forking"), by_notification("getppid,execve"));
        std::vector<record> some;
        while (entries(some, SYS_execve).size() < 5)
            (void)co_await target.async_read(some);
        CHECK(target.kill());
        (void)co_await drain(target);   // ends when no process has the seccomp program any longer
        auto const end = co_await target.async_wait();
        CHECK(end.killed);
        CHECK(end.status == SIGKILL);
    });
}

TEST_CASE("notified sessions that are destroyed at a random moment leave no process", "[notify][end]")
{
    std::mt19937 random{4711};
    run_for(limit, [&]() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        asio::steady_timer pause{co_await asio::this_coro::executor};
        for (int turn = 0; turn < 60; ++turn) {
            auto options = by_notification(turn % 2 ? "getppid" : "all");
            options.depth = turn % 3 ? 4096 : 4;   // in some sessions threads wait for room
            auto target = co_await launched(by, program("keeps_forking"), options);
            pause.expires_after(std::chrono::microseconds{random() % 4000});
            co_await pause.async_wait(asio::use_awaitable);
        }
        co_await until([&] { return children() == before; });
    });
}

TEST_CASE("the destruction of a tracer ends its notified sessions and keeps their records", "[notify][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        std::optional<tracer> by{std::in_place, co_await asio::this_coro::executor};
        never_returning hanging;
        auto busy = co_await launched(*by, program("calls_busily"), by_notification("getppid"));
        auto asked = co_await launched(*by, program("asks_parent"), by_notification(hanging.about(SYS_getppid)));
        co_await until([&] { return hanging.asked == 1 && busy.stats().records >= 4096; });   // the busy guest waits for room
        by.reset();
        CHECK(children() == before);
        auto const records = co_await drain(busy);
        CHECK_FALSE(records.empty());
        CHECK(end_of(records, leader(busy.root())).value().killed);
        (void)co_await drain(asked);
        co_await until([&] { return hanging.gone == 1; });
        CHECK_FALSE(busy.kill());
    });
}

TEST_CASE("a notified root dies with its tracer", "[notify][death]")
{
    int ends[2];
    must(::pipe2(ends, O_CLOEXEC));
    unique_fd const from{ends[0]};
    unique_fd into{ends[1]};
    auto const status = in_a_process([&] {
        ends_within(limit, [&]() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto what = program("calls_busily");
            what.redirects.push_back({.to = 1, .from = into.get()});
            auto target = (co_await by.async_launch(what, by_notification("openat"))).value();
            auto const root = raw(target.root());
            must(::write(into.get(), &root, sizeof root));
            must(::kill(::getpid(), SIGKILL));
            (void)co_await drain(target);
        });
        return 1;
    });
    CHECK(status == SIGKILL);
    into.close();
    std::string said;
    char bytes[64];
    for (ssize_t got = 0; (got = must(::read(from.get(), bytes, sizeof bytes))) > 0;)   // until no process has the pipe open
        said.append(bytes, static_cast<std::size_t>(got));
    CHECK(said.size() >= sizeof(int));
}

TEST_CASE("notification works without privilege", "[notify]")
{
    if (lacks_root("to become another user"))
        return;
    auto const status = in_a_process([] {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0)
            return 97;
        std::size_t told_of = 0;
        std::string output;
        run_for(limit, [&]() -> task<void> {
            auto const seen = co_await trace_of(program("hello"), by_notification("write"));
            output = seen.output;
            for (auto const& each : entries(seen.records, SYS_write))
                told_of += render::text({each.thread, {}, each.what}).starts_with("write(1, \"hello\\n\", 6");
        });
        return output == "hello\n" && told_of == 1 ? 0 : 1;
    });
    CHECK(status == 0);
}

TEST_CASE("a notified program runs as the given user", "[notify][launch]")
{
    if (lacks_root("to become another user"))
        return;
    run_for(limit, []() -> task<void> {
        auto what = program("says_ids");
        what.user  = 12345;
        what.group = 23456;
        auto const here  = co_await trace_of(what);
        auto const there = co_await trace_of(what, by_notification());
        CHECK(there.output == here.output);
    });
}

TEST_CASE("sessions by notification and sessions by ptrace run at the same time", "[notify][sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto first  = co_await launched(by, program("calls_then_opens"), by_notification("getppid"));
        session_options stopped;
        stopped.filter = filter{"getppid"};
        auto second = co_await launched(by, program("calls_then_opens"), stopped);
        auto third  = co_await launched(by, program("calls_then_opens"), by_notification("getppid"));
        std::vector<record> one, two, three;
        bool more = true;
        while (more) {
            std::size_t got = co_await first.async_read(one);
            got += co_await second.async_read(two);
            got += co_await third.async_read(three);
            more = got != 0;
        }
        CHECK(entries(one, SYS_getppid).size() == 15000);
        CHECK(entries(two, SYS_getppid).size() == 15000);
        CHECK(entries(three, SYS_getppid).size() == 15000);
    });
}

TEST_CASE("calls of a notified subject that was idle are recorded while another subject is busy", "[notify][sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("calls_then_opens");
        what.redirects = talk.redirects();
        auto resting = (co_await by.async_launch(what, by_notification("getppid"))).value();
        auto options = by_notification("getppid");
        options.when_full = overflow::drop;
        options.depth = 10;
        auto busy = co_await launched(by, program("calls_busily"), options);
        co_await until([&] { return busy.stats().stops > 10000; });
        talk.close_input();
        auto const records = co_await drain(resting);
        CHECK(entries(records, SYS_getppid).size() == 15000);
    });
}

} // namespace notify_tests
