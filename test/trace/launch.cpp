// SPDX-License-Identifier: BSL-1.0
// Launching: the subject finds the same environment as untraced, and the records start with its execve(2).
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/needs_root.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include "engine/session/kernel_program.hpp"
#include "sys/notify.hpp"
#include "sys/seccomp.hpp"
#include "sys/spawn.hpp"

#include <cstdlib>
#include <span>

#include <poll.h>
#include <sys/stat.h>

namespace launch_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

/// The error of a launch that must fail. Throws if the launch succeeds.
task<failure> failed_launch(command what)
{
    tracer by{co_await asio::this_coro::executor};
    auto const tried = co_await by.async_launch(std::move(what));
    if (tried.has_value())
        throw std::logic_error{"it was launched"};
    co_return tried.error();
}

/// When the tracer's process ends: after it forked the child, or after the child's first message.
enum class die_at { fork, first_message };

/// Forks as a launch does, in a process that ends afterwards, and waits until the child has ended, too.
task<void> check_child_ends(std::span<sock_filter const> confined, std::optional<std::uint64_t> pass, die_at when)
{
    conversation held{co_await asio::this_coro::executor};   // the child has the other ends of its pipes
    auto what = program("nothing");
    what.directory = "/";
    what.redirects = held.redirects();
    auto const driver = in_a_process([&] {
        sigset_t none;
        sigemptyset(&none);
        auto const child = sys::spawn(what, none, {confined, pass});
        if (!child)
            return 1;
        pollfd line{child.value().line.get(), POLLIN, 0};
        return when == die_at::fork || ::poll(&line, 1, -1) == 1 ? 0 : 2;
    });
    CHECK(driver == 0);
    held.begin();
    auto const said = co_await held.rest();
    CHECK(said.empty());
}

} // namespace

TEST_CASE("the first records of a launched program are the entry and the exit of its execve", "[launch][section1]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("nothing"));
        auto const told = story(seen.records, {{SYS_execve, "execve"}});
        std::vector<std::string> const expected{"1 started (launched)", "1 enters execve", "1 becomes another program",
                                                "1 leaves execve with 0", "1 exits with 0"};
        CHECK(told == expected);
        auto const first = std::ranges::find_if(seen.records, [](record const& each) {
            return std::holds_alternative<syscall_entered>(each.what);
        });
        REQUIRE(first != seen.records.end());
        CHECK(std::get<syscall_entered>(first->what).call->number == SYS_execve);
    });
}

TEST_CASE("a launch adds no signal and no stop to the records", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("nothing"));
        CHECK(count<signal_received>(seen.records) == 0);
        CHECK(count<group_stopped>(seen.records) == 0);
    });
}

TEST_CASE("a launched program gets its arguments, and an argv[0] that may differ from its file's name", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto what = program("says_arguments", "one", "", "two words");
        what.executable = what.argv[0];
        what.argv[0] = "another name";
        auto const seen = co_await trace_of(what);
        CHECK(seen.output == "another name\none\n\ntwo words\n");
    });
}

TEST_CASE("a program without a slash in its name is looked up on PATH", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(command_of("echo", "found"));
        CHECK(seen.output == "found\n");
    });
}

TEST_CASE("a launched program gets exactly the given environment", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto what = program("says_environment");
        what.environment = std::vector<std::string>{"FIRST=1", "SECOND=a b"};
        auto const seen = co_await trace_of(what);
        CHECK(seen.output == "FIRST=1\nSECOND=a b\n");
    });
}

TEST_CASE("a launched program inherits the host's environment by default", "[launch]")
{
    ::setenv("COTRACE_TEST_VARIABLE", "inherited", 1);
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("says_environment"));
        CHECK(seen.output == untraced(program("says_environment")).output);
    });
    ::unsetenv("COTRACE_TEST_VARIABLE");
}

TEST_CASE("a launched program starts in the given directory", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto what = program("says_directory");
        what.directory = "/usr";
        auto const seen = co_await trace_of(what);
        CHECK(seen.output == "/usr\n");
    });
}

TEST_CASE("a launched program has only the descriptors that any child of the host would have", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("says_descriptors"));
        CHECK(seen.output == untraced(program("says_descriptors")).output);
    });
}

TEST_CASE("redirections are carried out in order, and a redirection from -1 closes", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const plain = co_await trace_of(program("says_descriptors"));
        auto what = program("says_descriptors");
        what.redirects.push_back({.to = 200, .from = 2});
        what.redirects.push_back({.to = 2, .from = -1});
        auto const seen = co_await trace_of(what);
        CHECK(plain.output.find("\n2\n") != std::string::npos);
        CHECK(seen.output.find("\n2\n") == std::string::npos);
        CHECK(seen.output.find("\n200\n") != std::string::npos);
    });
}

TEST_CASE("a launched program runs with the given user and groups, and no others", "[launch]")
{
    if (lacks_root("to become another user"))
        return;
    run_for(limit, []() -> task<void> {
        auto what = program("says_ids");
        what.user = 65534;
        what.group = 65533;
        // The user may have no access to the build folder, so the test copies the guest.
        temporary_folder const folder;
        ::chmod(folder.path().c_str(), 0755);
        auto const copy = folder.path() / "says_ids";
        std::filesystem::copy_file(what.argv[0], copy);
        what.argv[0] = copy;
        auto const seen = co_await trace_of(what);
        CHECK(seen.output == "uid 65534 65534 gid 65533 65533 supplementary 0\n");
        what.groups.push_back(7);
        what.groups.push_back(8);
        auto const grouped = co_await trace_of(what);
        CHECK(grouped.output == "uid 65534 65534 gid 65533 65533 supplementary 2\n");
    });
}

TEST_CASE("a launched program inherits the signal mask and dispositions as from a plain fork", "[launch]")
{
    sigset_t mine, before;
    sigemptyset(&mine);
    sigaddset(&mine, SIGUSR2);
    ::sigprocmask(SIG_BLOCK, &mine, &before);
    auto const pipe_before = ::signal(SIGPIPE, SIG_IGN);
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("says_signals"));
        CHECK(seen.output == "12 blocked\n13 ignored\n");
    });
    ::signal(SIGPIPE, pipe_before);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("a launched program starts with the given signal mask", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto what = program("says_signals");
        what.signal_mask.emplace();
        sigemptyset(&*what.signal_mask);
        sigaddset(&*what.signal_mask, SIGHUP);
        auto const seen = co_await trace_of(what);
        CHECK(seen.output == "1 blocked\n");
    });
}

TEST_CASE("a launched program leads a new process group if the command says so", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto what = program("says_group");
        auto const usual = co_await trace_of(what);
        what.new_process_group = true;
        auto const seen = co_await trace_of(what);
        CHECK(usual.output == "is in another's process group\nis in another's session\n");
        CHECK(seen.output == "leads its process group\nis in another's session\n");
    });
}

TEST_CASE("a launched program is a child of the host's process", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("says_parent"));
        CHECK(seen.output == std::to_string(::getpid()) + "\n");
    });
}

TEST_CASE("the root of a session is the launched process", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("nothing"));
        REQUIRE(!seen.records.empty());
        CHECK(seen.records.front().thread == leader(seen.root));
    });
}

TEST_CASE("launching a program that does not exist fails with ENOENT, and the failure names the exec", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const said = co_await failed_launch(command_of("/no/such/program"));
        CHECK(said.code == boost::system::errc::no_such_file_or_directory);
        CHECK(said.operation.find("exec") != std::string::npos);
        CHECK(said.message().find("No such file or directory") != std::string::npos);
    });
}

TEST_CASE("launching a name that is not on PATH fails with ENOENT", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const said = co_await failed_launch(command_of("no-such-program-anywhere"));
        CHECK(said.code == boost::system::errc::no_such_file_or_directory);
    });
}

TEST_CASE("launching a file that is not executable fails with EACCES", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const said = co_await failed_launch(command_of("/etc/passwd"));
        CHECK(said.code == boost::system::errc::permission_denied);
    });
}

TEST_CASE("a launch in a directory that does not exist fails", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto what = program("nothing");
        what.directory = "/no/such/directory";
        auto const said = co_await failed_launch(what);
        CHECK(said.code == boost::system::errc::no_such_file_or_directory);
    });
}

TEST_CASE("a failed launch leaves no process", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        (void)co_await failed_launch(command_of("/no/such/program"));
        CHECK(children() == before);
    });
}

TEST_CASE("after a failed launch the tracer launches the next program", "[launch]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const failed = co_await by.async_launch(command_of("/no/such/program"));
        CHECK(failed.has_error());
        auto const seen = co_await trace_of(by, program("exits", "5"));
        CHECK(seen.end.status == 5);
    });
}

TEST_CASE("a cancelled launch leaves no process", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        asio::cancellation_signal cancel;
        asio::post(co_await asio::this_coro::executor, [&] { cancel.emit(asio::cancellation_type::terminal); });
        auto what = program("threads_wait", "2");
        {
            // The launch may complete before the cancellation. Then its session is destroyed here.
            auto const tried = co_await by.async_launch(std::move(what), session_options{},
                                                        asio::bind_cancellation_slot(cancel.slot(), asio::use_awaitable));
            CHECK((tried.has_value() || tried.error().code == asio::error::operation_aborted));
        }
        co_await until([&] { return children() == before; });
    });
}

TEST_CASE("a launched child ends when its tracer dies before the PTRACE_SEIZE", "[launch]")
{
    run_for(limit, []() -> task<void> {
        co_await check_child_ends({}, {}, die_at::fork);
        co_await check_child_ends({}, {}, die_at::first_message);
    });
}

TEST_CASE("a launched child ends when its tracer dies before it answers a notification of the child", "[launch][notify]")
{
    run_for(limit, []() -> task<void> {
        auto const pass = sys::new_pass();
        // The child calls prctl(2) as soon as the seccomp program is installed, and chdir(2) later.
        for (char const* const call : {"prctl", "chdir"}) {
            auto made = engine::kernel_program(filter{call}, /*ends=*/true);
            auto const program = sys::notifying(std::move(made).value(), pass);
            co_await check_child_ends(program, pass, die_at::fork);
            co_await check_child_ends(program, pass, die_at::first_message);
        }
    });
}

TEST_CASE("no process and no zombie of a launched tree is left when its records end", "[launch]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        (void)co_await trace_of(program("forks"));
        CHECK(children() == before);
    });
}

} // namespace launch_tests
