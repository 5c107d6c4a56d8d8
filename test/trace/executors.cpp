// SPDX-License-Identifier: BSL-1.0
// Which thread a tracer belongs to, what happens on another thread, and in which order tracers, sessions and contexts may be destroyed.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/run_for.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <future>
#include <thread>

namespace executors_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

/// Runs `context` on this thread until `done()` is true. Returns false if the time limit passes first.
template <class Done>
bool run_until(asio::io_context& context, Done done)
{
    auto const end = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done() && context.run_one_until(end) != 0) {
    }
    return done();
}

/// Calls `done()` repeatedly, without a context, until it is true. Returns false if the time limit passes first.
template <class Done>
bool becomes_true(Done done)
{
    auto const end = std::chrono::steady_clock::now() + limit;
    while (!done() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(1ms);
    return done();
}

/// Starts a launch of `what` on `executor`. The session is in `into` when the launch is complete.
void begin_launch(asio::any_io_executor executor, tracer& by, command what, session_options options, std::optional<session>& into)
{
    asio::co_spawn(
        executor,
        [](tracer& by, command what, session_options options, std::optional<session>& into) -> task<void> {
            auto made = co_await by.async_launch(quiet(std::move(what)), std::move(options));
            into.emplace(std::move(made).value());
        }(by, std::move(what), std::move(options), into),
        asio::detached);
}

/// Operations of a session that wait, and the error with which each of them completed.
struct pending_operations {
    std::optional<error_code> next;
    std::optional<error_code> wait;

    void begin(session& from)
    {
        from.async_wait([this](error_code ec, thread_exited const&) { wait = ec; });
        read(from);
    }
    bool ended() const { return next && wait; }

private:
    void read(session& from)
    {
        from.async_next([this, &from](error_code ec, std::optional<record> const& got) {
            if (ec || !got)
                next = ec;
            else
                read(from);
        });
    }
};

} // namespace

// The thread that a tracer belongs to.

TEST_CASE("a tracer belongs to the thread that uses it first, not to the thread that constructs it", "[executors][side]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    asio::io_context context{1};
    tracer by{context.get_executor(), how};
    std::optional<trace> seen;
    std::thread{[&] {
        asio::co_spawn(
            context, [&]() -> task<void> { seen = co_await trace_of(by, program("hello")); }, asio::detached);
        context.run_for(limit);
    }}.join();
    REQUIRE(seen.has_value());
    CHECK(seen->end.known);
    CHECK(seen->end.status == 0);
    CHECK_FALSE(seen->output.empty());
}

TEST_CASE("a thread may use a tracer after the thread that constructed the tracer has ended", "[executors][side]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    asio::io_context context{1};
    std::optional<tracer> by;
    std::thread{[&] { by.emplace(context.get_executor(), how); }}.join();
    std::optional<trace> seen;
    asio::co_spawn(
        context, [&]() -> task<void> { seen = co_await trace_of(*by, program("hello")); }, asio::detached);
    CHECK(run_until(context, [&] { return seen.has_value(); }));
}

TEST_CASE("a tracer that no thread used may be destroyed on any thread", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::thread{[&] { by.reset(); }}.join();
    CHECK_FALSE(by.has_value());
}

TEST_CASE("destroying a tracer after its thread has ended kills and reaps what it launched", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer>  by{std::in_place, context.get_executor()};
    std::optional<session> target;
    std::thread{[&] {
        begin_launch(context.get_executor(), *by, program("spins"), {}, target);
        run_until(context, [&] { return target.has_value(); });
    }}.join();
    REQUIRE(target.has_value());
    auto const root = target->root();
    by.reset();
    CHECK_FALSE(exists(root));
    while (target->try_next()) {
    }
}

// Executors that several threads run.

TEST_CASE("operations that wait end with wrong_thread when a second thread runs the executor", "[executors]")
{
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<session> target;
    pending_operations waits;
    std::atomic<bool> ended = false, checked = false;
    std::thread owner{[&] {
        begin_launch(context.get_executor(), by, program("spins"), {}, target);
        run_until(context, [&] { return target.has_value(); });
        waits.begin(*target);
        context.poll();
        std::thread{[&] { run_until(context, [&] { return waits.ended(); }); }}.join();
        ended = true;
        ended.notify_all();
        checked.wait(false);
    }};
    ended.wait(false);
    CHECK(waits.ended());
    CHECK(waits.next == error_code{errc::wrong_thread});
    CHECK(waits.wait == error_code{errc::wrong_thread});
    CHECK(lives(target->root()));   // the subject lives until its tracing thread ends
    checked = true;
    checked.notify_all();
    owner.join();
    CHECK(becomes_true([&] { return !lives(target->root()); }));
}

TEST_CASE("a launch that waits ends with wrong_thread when a second thread runs the executor", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<result<session, failure>> tried;
    auto const before = children();
    asio::co_spawn(
        context, [&]() -> task<void> { tried = co_await by->async_launch(quiet(program("hello"))); }, asio::detached);
    while (children().size() == before.size() && context.run_one() != 0) {
    }
    REQUIRE_FALSE(tried.has_value());
    std::thread{[&] { run_until(context, [&] { return tried.has_value(); }); }}.join();
    REQUIRE(tried.has_value());
    REQUIRE(tried->has_error());
    CHECK(tried->error().code == errc::wrong_thread);
    by.reset();
    CHECK(children() == before);   // no process is left
    auto const text = tried->error().message();
    CHECK(text.find("run the executor with one thread") != text.npos);
    CHECK(text.find("tracer_pool") != text.npos);
}

TEST_CASE("an attach that waits ends with wrong_thread when a second thread runs the executor", "[executors]")
{
    asio::io_context context{1};
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("reads_line")};
    CHECK(ends_within(limit, [&]() -> task<void> { co_await until([&] { return state_of(guest.leader()) == 'S'; }); }));
    tracer by{context.get_executor()};
    std::optional<result<session, failure>> tried;
    std::thread{[&] {
        asio::co_spawn(
            context, [&]() -> task<void> { tried = co_await by.async_attach(guest.id()); }, asio::detached);
        while (tracer_of(guest.leader()) == tid{} && context.run_one() != 0) {
        }
        if (!tried)
            std::thread{[&] { run_until(context, [&] { return tried.has_value(); }); }}.join();
    }}.join();
    REQUIRE(tried.has_value());
    REQUIRE(tried->has_error());
    CHECK(tried->error().code == errc::wrong_thread);
    CHECK(becomes_true([&] { return tracer_of(guest.leader()) == tid{}; }));   // its tracing thread has ended
    CHECK(lives(guest.id()));
}

TEST_CASE("a launch or an attach on a second thread ends with wrong_thread", "[executors]")
{
    bool const attaches = GENERATE(false, true);
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<session> target;
    begin_launch(context.get_executor(), by, program("spins"), {}, target);
    REQUIRE(run_until(context, [&] { return target.has_value(); }));
    std::optional<result<session, failure>> tried;
    auto const attempt = [&]() -> task<void> {
        if (attaches)
            tried = co_await by.async_attach(pid{1});
        else
            tried = co_await by.async_launch(quiet(program("hello")));
    };
    asio::co_spawn(context, attempt(), asio::detached);
    std::thread{[&] { run_until(context, [&] { return tried.has_value(); }); }}.join();
    REQUIRE(tried.has_value());
    REQUIRE(tried->has_error());
    CHECK(tried->error().code == errc::wrong_thread);
}

namespace {

/// A context that is run by a separate thread.
class running_context {
public:
    ~running_context()
    {
        busy_.reset();
        runner_.join();
    }

    asio::io_context::executor_type get_executor() { return context_.get_executor(); }

    /// Runs `work` on the context's thread, and waits until `work` has ended.
    template <class Work>
    void run(Work work)
    {
        asio::post(context_, std::packaged_task<void()>{std::move(work)});
        std::promise<void> done;
        asio::post(context_, [&] { done.set_value(); });
        done.get_future().wait();
    }

private:
    asio::io_context context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> busy_{context_.get_executor()};
    std::thread runner_{[this] { context_.run(); }};
};

} // namespace

TEST_CASE("operations that any thread may call work on a thread that does not run the executor", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    CHECK(by->get_executor() == asio::any_io_executor{context.get_executor()});
    auto target = by->async_launch(quiet(program("calls_busily")), {}, asio::use_future).get().value();
    auto const first = target.async_next(asio::use_future).get();
    REQUIRE(first.has_value());
    CHECK(first->process == target.root());
    std::vector<record> some;
    auto const count = target.async_read(some, asio::use_future).get();
    CHECK(count > 0);
    CHECK(count == some.size());
    std::optional<record> another;
    CHECK(becomes_true([&] { return another || (another = target.try_next()); }));
    CHECK(becomes_true([&] { return target.stats().stops > 100; }));
    CHECK(becomes_true([&] { return target.thread_stats().size() == 1; }));
    CHECK(target.channel().is_open());
    CHECK(target.channel().counts().highest > 0);

    auto const attached = by->async_attach(pid{1 << 22}, {}, asio::use_future).get();   // larger than any id
    REQUIRE(attached.has_error());
    CHECK(attached.error().code == boost::system::errc::no_such_process);

    by->async_close(asio::use_future).get();
    while (target.async_next(asio::use_future).get()) {
    }
    CHECK_FALSE(lives(target.root()));
    CHECK(target.async_wait(asio::use_future).get().status == SIGKILL);
    context.run([&] { by.reset(); });
}

TEST_CASE("requests of a session on another thread fail and have no effect", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target = by->async_launch(quiet(program("calls_busily")), {}, asio::use_future).get().value();
    CHECK(target->kill().error() == errc::wrong_thread);
    CHECK(target->detach().error() == errc::wrong_thread);
    CHECK(target->set_filter(filter{"none"}).error() == errc::wrong_thread);
    // The subject is still traced.
    auto const before = target->stats().stops;
    std::vector<record> some;
    CHECK(becomes_true([&] {
        some.clear();
        return target->async_read(some, asio::use_future).get() > 0 && target->stats().stops > before + 100;
    }));
    context.run([&] {
        CHECK(target->kill());
        target.reset();
        by.reset();
    });
}

TEST_CASE("async_wait on another thread ends the work of the tracer", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target = by->async_launch(quiet(program("spins")), {}, asio::use_future).get().value();
    auto const wait = [&]() -> error_code {
        try {
            target->async_wait(asio::use_future).get();
        } catch (boost::system::system_error const& thrown) {
            return thrown.code();
        }
        return {};
    };
    CHECK(wait() == errc::wrong_thread);
    CHECK(target->detach().error() == errc::wrong_thread);
    context.run([&] {
        target.reset();
        by.reset();
    });
}

TEST_CASE("with a strand of a context that three threads run, every operation completes", "[executors]")
{
    bool const in_strand = GENERATE(true, false);
    for (int round = 0; round < 10; ++round) {
        asio::io_context context{3};
        asio::any_io_executor executor = context.get_executor();
        if (in_strand)
            executor = asio::make_strand(context);
        tracer by{executor};
        std::atomic<bool> ended = false;
        error_code        how;
        auto const body = [&]() -> task<void> {
            auto made = co_await by.async_launch(quiet(program("calls_busily")));
            if (!made) {
                how = made.error().code;
                co_return;
            }
            session target = std::move(made).value();
            for (bool more = true; more;) {
                auto const [ec, got] = co_await target.async_next(use_tuple);
                how  = ec;
                more = !ec && got.has_value();
            }
        };
        asio::co_spawn(executor, body(), [&](std::exception_ptr thrown) {
            if (!thrown)
                ended = true;
        });
        std::vector<std::thread> all;
        for (int i = 0; i < 3; ++i)
            all.emplace_back([&] { run_until(context, [&] { return ended.load(); }); });
        bool const done = becomes_true([&] { return ended.load(); });
        context.stop();
        for (auto& each : all)
            each.join();
        REQUIRE(done);
        CHECK(how == errc::wrong_thread);
    }
}

static_assert(std::is_constructible_v<tracer, asio::io_context::executor_type>);
static_assert(std::is_constructible_v<tracer, asio::strand<asio::io_context::executor_type>>);
static_assert(std::is_constructible_v<tracer, asio::any_io_executor>);
static_assert(!std::is_constructible_v<tracer, asio::thread_pool::executor_type>);
static_assert(!std::is_constructible_v<tracer, asio::strand<asio::thread_pool::executor_type>>);
static_assert(!std::is_constructible_v<tracer, asio::system_executor>);

TEST_CASE("the constructor rejects an any_io_executor that holds an executor of a thread pool", "[executors]")
{
    asio::thread_pool pool{2};
    auto const refuses = [](asio::any_io_executor executor) {
        try {
            tracer by{std::move(executor)};
        } catch (boost::system::system_error const& thrown) {
            return thrown.code() == errc::wrong_thread;
        }
        return false;
    };
    CHECK(refuses(pool.get_executor()));
    CHECK(refuses(asio::require(pool.get_executor(), asio::execution::blocking.never)));
    CHECK(refuses(asio::make_strand(pool)));
    CHECK(refuses(asio::make_strand(asio::any_io_executor{pool.get_executor()})));
    CHECK(refuses(asio::system_executor{}));
}

// Default-constructed and moved-from objects.

TEMPLATE_TEST_CASE("operations of a session that is default-constructed or moved from give errors", "[executors]", session, pooled_session)
{
    TestType empty;
    CHECK(empty.root() == pid{});
    CHECK(empty.stats().stops == 0);
    CHECK(empty.thread_stats().empty());
    CHECK_FALSE(empty.try_next().has_value());
    run_for(limit, [&]() -> task<void> {
        error_code const wanted = errc::empty_object;
        auto const [next, got] = co_await empty.async_next(use_tuple);
        CHECK(next == wanted);
        CHECK_FALSE(got.has_value());
        std::vector<record> into;
        auto const [read, count] = co_await empty.async_read(into, use_tuple);
        CHECK(read == wanted);
        CHECK(count == 0);
        auto const [wait, how] = co_await empty.async_wait(use_tuple);
        CHECK(wait == wanted);
        CHECK(how.status == 0);
    });
    TestType other = std::move(empty);
    empty = std::move(other);
    other = TestType{};
}

TEST_CASE("requests of a default-constructed session give errors", "[executors]")
{
    session empty;
    CHECK(empty.detach().error() == errc::empty_object);
    CHECK(empty.kill().error() == errc::empty_object);
    CHECK(empty.set_filter(filter{}).error() == errc::empty_object);
    run_for(limit, []() -> task<void> {
        pooled_session pooled;
        auto const detached = co_await pooled.async_detach();
        auto const killed = co_await pooled.async_kill();
        auto const filtered = co_await pooled.async_set_filter(filter{});
        CHECK(detached.error() == errc::empty_object);
        CHECK(killed.error() == errc::empty_object);
        CHECK(filtered.error() == errc::empty_object);
    });
}

TEST_CASE("an operation of a default-constructed session completes where no context runs", "[executors]")
{
    session empty;
    std::atomic<int> completed = 0;
    empty.async_next([&](error_code ec, std::optional<record> const&) { completed += ec == errc::empty_object; });
    empty.async_wait([&](error_code ec, thread_exited const&) { completed += ec == errc::empty_object; });
    CHECK(becomes_true([&] { return completed == 2; }));
}

TEST_CASE("operations of a tracer or a pool that was moved from give errors", "[executors]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        tracer const other = std::move(by);
        auto const launched = co_await by.async_launch(quiet(program("hello")));
        auto const attached = co_await by.async_attach(pid{1});
        REQUIRE(launched.has_error());
        CHECK(launched.error().code == errc::empty_object);
        REQUIRE(attached.has_error());
        CHECK(attached.error().code == errc::empty_object);
        auto const [closing] = co_await by.async_close(use_tuple);
        CHECK(closing == error_code{errc::empty_object});
        (void)by.get_executor();

        tracer_pool pool{1};
        tracer_pool const rest = std::move(pool);
        CHECK(pool.size() == 0);
        auto const pooled = co_await pool.async_launch(quiet(program("hello")));
        REQUIRE(pooled.has_error());
        CHECK(pooled.error().code == errc::empty_object);
    });
}

// Destroying a context before the tracers and sessions on it.

TEST_CASE("a tracer and its sessions may be destroyed after their context", "[executors]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    bool const session_first = GENERATE(true, false);
    std::optional<asio::io_context> context{std::in_place, 1};
    std::optional<tracer>  by{std::in_place, context->get_executor()};
    std::optional<session> target;
    session_options options;
    options.how = how;
    begin_launch(context->get_executor(), *by, program("spins"), options, target);
    REQUIRE(run_until(*context, [&] { return target.has_value(); }));
    auto const root = target->root();
    pending_operations waits;
    waits.begin(*target);
    context->poll();
    context.reset();
    CHECK_FALSE(exists(root));   // the destruction of the context ended the tracer
    while (target->try_next()) {
    }
    CHECK(target->root() == root);
    CHECK(target->detach().error() == errc::session_ended);
    if (session_first)
        target.reset();
    by.reset();
}

TEST_CASE("a session may be destroyed after its tracer and then the context were destroyed", "[executors]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    std::optional<asio::io_context> context{std::in_place, 1};
    std::optional<tracer>  by{std::in_place, context->get_executor()};
    std::optional<session> target;
    session_options options;
    options.how = how;
    begin_launch(context->get_executor(), *by, program("spins"), options, target);
    REQUIRE(run_until(*context, [&] { return target.has_value(); }));
    by.reset();
    context.reset();
    CHECK_FALSE(exists(target->root()));
    target.reset();
}

TEST_CASE("an attached process runs on when the context is destroyed before the tracer", "[executors]")
{
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("reads_line")};
    std::optional<asio::io_context> context{std::in_place, 1};
    tracer by{context->get_executor()};
    std::optional<session> target;
    asio::co_spawn(
        *context, [&]() -> task<void> { target.emplace((co_await by.async_attach(guest.id())).value()); },
        asio::detached);
    REQUIRE(run_until(*context, [&] { return target.has_value(); }));
    context.reset();
    CHECK(tracer_of(guest.leader()) == tid{});
    CHECK(lives(guest.id()));
}

TEST_CASE("a context may be destroyed in the middle of a launch", "[executors]")
{
    auto const before = children();
    std::optional<asio::io_context> context{std::in_place, 1};
    tracer by{context->get_executor()};
    std::optional<session> target;
    begin_launch(context->get_executor(), by, program("spins"), {}, target);
    while (children().size() == before.size() && context->run_one() != 0) {
    }
    REQUIRE_FALSE(target.has_value());
    context.reset();
    CHECK(children() == before);
}

// Destroying a session or a tracer inside one of its own callbacks.

namespace {

enum class dropped : std::uint8_t { the_session, the_tracer };
enum class where : std::uint8_t { entry, exit, signal };

/// A tracer and a session, one of which an interceptor destroys.
struct dropping {
    asio::io_context       context{1};
    std::optional<tracer>  by{std::in_place, context.get_executor()};
    std::optional<session> target;
    conversation           talk{context.get_executor()};
    bool                   asked = false;

    void drop(dropped what)
    {
        asked = true;
        if (what == dropped::the_session)
            target.reset();
        else
            by.reset();
    }

    std::shared_ptr<scripted> interceptor_for(dropped what, where place)
    {
        auto made = std::make_shared<scripted>(place == where::signal ? -2 : SYS_getuid);
        if (place == where::entry)
            made->entry = [=, this](intercepted, syscall_call const&) -> task<verdict> {
                drop(what);
                co_return proceed{};
            };
        if (place == where::exit)
            made->exit = [=, this](intercepted, syscall_call const&, syscall_outcome) -> task<verdict> {
                drop(what);
                co_return proceed{};
            };
        made->signal  = SIGUSR1;
        made->arrival = [=, this](intercepted, siginfo_t const&) -> task<signal_verdict> {
            drop(what);
            co_return proceed{};
        };
        return made;
    }
};

} // namespace

TEST_CASE("an interceptor may destroy its session or its tracer", "[executors]")
{
    auto const how   = GENERATE(tracing::ptrace, tracing::notification);
    auto const what  = GENERATE(dropped::the_session, dropped::the_tracer);
    auto const place = GENERATE(where::entry, where::exit, where::signal);
    auto const end   = GENERATE(ending::kill, ending::detach);
    if (how == tracing::notification && (place != where::entry || end != ending::kill))
        return;   // sessions by notification see entries only, and cannot detach
    dropping all;
    auto options = with(all.interceptor_for(what, place)).with_end(end);
    options.how  = how;
    auto const runs = program("calls_when_told", "5");
    asio::co_spawn(
        all.context,
        [&]() -> task<void> {
            auto launched = runs;
            launched.redirects = all.talk.redirects();
            all.target.emplace((co_await all.by->async_launch(std::move(launched), options)).value());
            all.talk.begin();
        },
        asio::detached);
    REQUIRE(run_until(all.context, [&] { return all.target.has_value(); }));
    auto const root = all.target->root();
    if (place == where::signal)
        must(::kill(raw(root), SIGUSR1));
    else
        all.talk.close_input();
    CHECK(run_until(all.context, [&] { return all.asked; }));
    REQUIRE(all.asked);
    all.talk.close_input();
    CHECK_NOTHROW(all.context.run_for(0ms));
    CHECK(ends_within(limit, [&]() -> task<void> { co_await until([&] {
        all.context.restart();
        all.context.poll();
        return !lives(root);
    }); }));
    all.by.reset();
    all.target.reset();
}

TEST_CASE("an interceptor may destroy its session or its tracer after it has waited", "[executors]")
{
    auto const how  = GENERATE(tracing::ptrace, tracing::notification);
    auto const what = GENERATE(dropped::the_session, dropped::the_tracer);
    dropping all;
    auto made   = std::make_shared<scripted>(SYS_getuid);
    made->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        all.drop(what);
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        co_return proceed{};
    };
    auto options = with(std::move(made));
    options.how  = how;
    begin_launch(all.context.get_executor(), *all.by, program("calls_when_told", "5"), options, all.target);
    CHECK(run_until(all.context, [&] { return all.asked; }));
    REQUIRE(all.asked);
    all.context.restart();
    CHECK_NOTHROW(all.context.poll());
    all.by.reset();
    all.target.reset();
}

TEST_CASE("a session may be moved while async_next and async_wait are pending", "[executors]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = std::make_unique<session>(co_await launched(by, program("spins")));
        co_await read_until(*target, [](record const& each) {   // the guest has installed its signal handler by then
            return !calls({each}, SYS_write).empty();
        });
        std::optional<record> next;
        std::optional<thread_exited> end;
        error_code first, second;
        target->async_next([&](error_code ec, std::optional<record> got) { first = ec, next = std::move(got); });
        target->async_wait([&](error_code ec, thread_exited how) { second = ec, end = how; });
        session moved = std::move(*target);
        target.reset();
        auto const root = moved.root();
        must(::kill(raw(root), SIGUSR1));
        co_await until([&] { return next.has_value(); });
        auto const seen = co_await drain(moved);
        co_await until([&] { return end.has_value(); });
        CHECK_FALSE(first);
        CHECK_FALSE(second);
        CHECK(end->known);
        CHECK(end->status == 0);
        CHECK(count<thread_exited>(seen) == 1);
    });
}

} // namespace executors_tests
