// SPDX-License-Identifier: BSL-1.0
// Uses of a tracer, its sessions and a channel by a thread other than the one that runs the tracer's executor.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <thread>

#include <sys/wait.h>

namespace foreign_thread_tests {

using namespace cotrace;
using namespace cotrace::test;

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

}   // namespace

TEST_CASE("a thread that does not run the tracer's executor can use the operations that are open to any thread", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    CHECK(by->get_executor() == asio::any_io_executor{context.get_executor()});
    auto target = by->async_launch(quiet(program("calls_busily")), {}, asio::use_future).get();
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

    // No process id is this large.
    std::promise<error_code> attached;
    by->async_attach(pid{1 << 22}, [&](error_code error, session) { attached.set_value(error); });
    CHECK(attached.get_future().get() == boost::system::errc::no_such_process);

    by->async_close(asio::use_future).get();
    while (target.async_next(asio::use_future).get()) {
    }
    CHECK_FALSE(lives(target.root()));
    CHECK(target.async_wait(asio::use_future).get().status == SIGKILL);
    context.run([&] { by.reset(); });
}

TEST_CASE("requests to a session by another thread fail with wrong_thread and have no effect", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target = by->async_launch(quiet(program("calls_busily")), {}, asio::use_future).get();
    CHECK(target->kill().error() == errc::wrong_thread);
    CHECK(target->detach().error() == errc::wrong_thread);
    CHECK(target->set_filter(filter{"none"}).error() == errc::wrong_thread);
    // The failed requests changed nothing: the process is still traced.
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

namespace {

/// At the first call of its session, this interceptor stores a reference to the session, which wait() returns.
class keeps_session final : public interceptor {
public:
    bool wants(syscall_call const&) const override { return !asked_; }
    task<verdict> on_entry(intercepted at, syscall_call const&) override
    {
        asked_ = true;
        session_.set_value(at.session);
        co_return proceed{};
    }
    session_reference wait() { return session_.get_future().get(); }

private:
    bool asked_ = false;
    std::promise<session_reference> session_;
};

}   // namespace

TEST_CASE("another thread can cancel reads, copy records and detach, but its requests to a session_reference fail", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    auto const keeper = std::make_shared<keeps_session>();
    auto target = by->async_launch(quiet(program("spins")), session_options{}.with_interceptor(keeper), asio::use_future).get();
    auto at = keeper->wait();
    CHECK(at.kill().error() == errc::wrong_thread);
    CHECK(at.detach().error() == errc::wrong_thread);
    auto copies = target.channel().tee();
    std::vector<record> all;
    while (target.try_next()) {
    }
    std::promise<error_code> ended;
    target.async_next([&](error_code error, std::optional<record> const&) { ended.set_value(error); });
    target.cancel();
    auto const how = ended.get_future().get();
    CHECK((how == asio::error::operation_aborted || !how));   // a record may have come first
    target.async_detach(asio::use_future).get();
    while (target.async_read(all, asio::use_future).get() != 0) {
    }
    REQUIRE_FALSE(all.empty());
    CHECK(std::holds_alternative<detached>(all.back().what));
    std::vector<record> copied;
    while (copies.async_read(copied, asio::use_future).get() != 0) {
    }
    REQUIRE_FALSE(copied.empty());
    CHECK(std::holds_alternative<detached>(copied.back().what));
    auto const root = target.root();
    CHECK(lives(root));
    ::kill(raw(root), SIGKILL);
    context.run([&] { by.reset(); });
}

TEST_CASE("async_wait by another thread fails with wrong_thread, and so does every later request", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target = by->async_launch(quiet(program("spins")), {}, asio::use_future).get();
    std::promise<error_code> waited;
    target->async_wait([&](error_code error, thread_exited) { waited.set_value(error); });
    CHECK(waited.get_future().get() == errc::wrong_thread);
    CHECK(target->detach().error() == errc::wrong_thread);
    context.run([&] {
        target.reset();
        by.reset();
    });
}

TEST_CASE("destroying a session on another thread ends the tracer's work with wrong_thread", "[executors]")
{
    running_context context;
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> destroyed = by->async_launch(quiet(program("spins")), {}, asio::use_future).get();
    auto const first = destroyed->root();
    auto target = by->async_launch(quiet(program("spins")), {}, asio::use_future).get();
    std::promise<error_code> waited, launched;
    context.run([&] { target.async_wait([&](error_code error, thread_exited) { waited.set_value(error); }); });
    destroyed.reset();
    CHECK(waited.get_future().get() == errc::wrong_thread);
    by->async_launch(quiet(program("hello")), {}, [&](error_code error, session) { launched.set_value(error); });
    CHECK(launched.get_future().get() == errc::wrong_thread);
    CHECK(lives(target.root()));   // a traced process lives as long as the tracer's thread
    context.run([&] { by.reset(); });
    CHECK(becomes_true([&] { return !lives(first) && !lives(target.root()); }));
}

TEST_CASE(
    "destroying a tracer on another thread ends the tracer's work, and the traced process ends when the tracer's thread ends",
    "[executors]")
{
    std::optional<running_context> context{std::in_place};
    std::optional<tracer> by{std::in_place, context->get_executor()};
    std::optional<session> target = by->async_launch(quiet(program("spins")), {}, asio::use_future).get();
    auto const root = target->root();
    std::promise<error_code> waited, read;
    context->run([&] {
        target->async_wait([&](error_code error, thread_exited) { waited.set_value(error); });
        while (target->try_next()) {
        }
    });
    by.reset();
    CHECK(waited.get_future().get() == errc::wrong_thread);
    while (target->try_next()) {
    }
    target->async_next([&](error_code error, std::optional<record> const&) { read.set_value(error); });
    CHECK(read.get_future().get() == errc::wrong_thread);
    CHECK(target->kill().error() == errc::wrong_thread);
    CHECK(exists(root));   // the process was killed, but ends only when the tracer's thread ends
    target.reset();
    context.reset();
    CHECK(becomes_true([&] { return !lives(root); }));
    CHECK(::waitpid(raw(root), nullptr, __WALL) == raw(root));
}

TEST_CASE("cancel on another thread ends all operations that wait for records of a channel, and the channel stays open",
          "[executors][channel]")
{
    running_context context;
    record_channel queue{context.get_executor()};
    std::promise<error_code> received, read;
    std::vector<record> some;
    context.run([&] {
        queue.async_receive([&](error_code error, std::optional<record> const&) { received.set_value(error); });
        queue.async_read(some, [&](error_code error, std::size_t) { read.set_value(error); });
    });
    queue.cancel();
    CHECK(received.get_future().get() == asio::error::operation_aborted);
    CHECK(read.get_future().get() == asio::error::operation_aborted);
    CHECK(some.empty());
    CHECK(queue.is_open());
    CHECK(queue.try_send(record{}));
    CHECK(queue.async_receive(asio::use_future).get().has_value());
}

}   // namespace foreign_thread_tests
