// SPDX-License-Identifier: BSL-1.0
// Launching: the program finds the same environment as without a tracer, and the first recorded call is its execve(2).
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_root.hpp"
#include "support/normalise.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include "engine/session/kernel_program.hpp"
#include "sys/notify.hpp"
#include "sys/seccomp.hpp"
#include "sys/spawn.hpp"

#include <cstdlib>
#include <fstream>
#include <span>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace launch_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// The error of a launch that must fail. Throws if the launch succeeds.
task<failure> failed_launch(command what)
{
    tracer by{co_await asio::this_coro::executor};
    auto const tried = co_await result_of(by.async_launch(std::move(what), use_tuple));
    if (tried.has_value())
        throw std::logic_error{"it was launched"};
    co_return tried.error();
}

/// When the tracer's process ends: after it has forked the child, or after it has received the child's first message.
enum class die_at { fork, first_message };

/// Checks that a child that was spawned as in a launch ends if its parent ends at `when`. `confined` and `pass` are empty for a
/// launch without notification. If `fifo` is not empty, the child opens this FIFO, which has no reader.
task<void> check_child_ends(std::span<sock_filter const> confined, std::optional<std::uint64_t> pass, die_at when,
                            std::string const& fifo = {})
{
    conversation held{co_await asio::this_coro::executor};   // two pipes; the spawned child has their other ends
    auto what = program("nothing");
    what.directory = "/";
    what.redirects = held.redirects();
    if (!fifo.empty())
        what.redirects.push_back({.to = 2, .path = fifo});
    auto const driver = in_a_process([&] {
        sigset_t none;
        sigemptyset(&none);
        auto const child = sys::spawn(what, none, {confined, pass});
        if (!child)
            return 1;
        pollfd line{child.value().socket.get(), POLLIN, 0};
        return when == die_at::fork || ::poll(&line, 1, -1) == 1 ? 0 : 2;
    });
    CHECK(driver == 0);
    held.begin();
    auto const said = co_await held.rest();
    CHECK(said.empty());
}

}   // namespace

LIVE_TEST("the first recorded call of a launched program is its execve, with entry and exit", "[launch][section1]")
{
    auto const seen = co_await trace_of(program("nothing"));
    auto const told = story(seen.records, {{SYS_execve, "execve"}});
    std::vector<std::string> const expected{"1 started (launched)", "1 enters execve", "1 becomes another program",
                                            "1 leaves execve with 0", "1 exits with 0"};
    CHECK(told == expected);
    auto const first =
        std::ranges::find_if(seen.records, [](record const& each) { return std::holds_alternative<syscall_entered>(each.what); });
    REQUIRE(first != seen.records.end());
    CHECK(std::get<syscall_entered>(first->what).call->number == SYS_execve);
}

LIVE_TEST("a launch adds no signal and no stop to the records", "[launch]")
{
    auto const seen = co_await trace_of(program("nothing"));
    CHECK(count<signal_received>(seen.records) == 0);
    CHECK(count<group_stopped>(seen.records) == 0);
}

LIVE_TEST("a launched program gets its arguments, and an argv[0] that may differ from its file's name", "[launch]")
{
    auto what = program("says_arguments", "one", "", "two words");
    what.executable = what.argv[0];
    what.argv[0] = "another name";
    auto const seen = co_await trace_of(what);
    CHECK(seen.output == "another name\none\n\ntwo words\n");
}

LIVE_TEST("a program without a slash in its name is looked up on PATH", "[launch]")
{
    auto const seen = co_await trace_of(command_of("echo", "found"));
    CHECK(seen.output == "found\n");
}

LIVE_TEST("a launched program gets exactly the given environment", "[launch]")
{
    auto what = program("says_environment");
    what.environment = std::vector<std::string>{"FIRST=1", "SECOND=a b"};
    auto const seen = co_await trace_of(what);
    CHECK(seen.output == "FIRST=1\nSECOND=a b\n");
}

TEST_CASE("a launched program inherits the host's environment by default", "[launch]")
{
    ::setenv("COTRACE_TEST_VARIABLE", "inherited", 1);
    run_for(live_limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("says_environment"));
        CHECK(seen.output == untraced(program("says_environment")).output);
    });
    ::unsetenv("COTRACE_TEST_VARIABLE");
}

LIVE_TEST("a launched program starts in the given directory", "[launch]")
{
    auto what = program("says_directory");
    what.directory = "/usr";
    auto const seen = co_await trace_of(what);
    CHECK(seen.output == "/usr\n");
}

LIVE_TEST("a launched program has only the descriptors that any child of the host would have", "[launch]")
{
    auto const seen = co_await trace_of(program("says_descriptors"));
    CHECK(seen.output == untraced(program("says_descriptors")).output);
}

LIVE_TEST("redirections are carried out in order, and a redirection from -1 closes the descriptor", "[launch]")
{
    auto const plain = co_await trace_of(program("says_descriptors"));
    auto what = program("says_descriptors");
    what.redirects.push_back({.to = 200, .from = 2});
    what.redirects.push_back({.to = 2, .from = -1});
    auto const seen = co_await trace_of(what);
    CHECK(plain.output.find("\n2\n") != std::string::npos);
    CHECK(seen.output.find("\n2\n") == std::string::npos);
    CHECK(seen.output.find("\n200\n") != std::string::npos);
}

LIVE_TEST("a redirection to a path opens the file as the shell does for < and >", "[launch]")
{
    temporary_folder const folder;
    auto const in = folder.path() / "in", out = folder.path() / "out", fresh = folder.path() / "fresh";
    std::ofstream{in} << "text\n";
    std::ofstream{out} << "an earlier, longer text\n";
    command what{"sh", "-c", "cat && echo more >&7"};
    what.redirects.push_back({.to = 0, .path = in});
    what.redirects.push_back({.to = 1, .path = out});
    what.redirects.push_back({.to = 7, .path = fresh});
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(std::move(what), session_options{}.without_records());
    auto const end = co_await target.async_wait();
    CHECK(end.status == 0);
    std::ostringstream written;
    written << std::ifstream{out}.rdbuf() << std::ifstream{fresh}.rdbuf();
    CHECK(written.str() == "text\nmore\n");
}

LIVE_TEST("a launch fails if a redirection names a file that cannot be opened", "[launch]")
{
    command what{"true"};
    what.redirects.push_back({.to = 0, .path = "/no/such/file"});
    auto const why = co_await failed_launch(std::move(what));
    CHECK(why.message() == "open /no/such/file: No such file or directory");
}

LIVE_TEST("a launch fails with EBADF if a redirection is from a descriptor that is not open", "[launch]")
{
    tracer by{co_await asio::this_coro::executor};
    (void)co_await trace_of(by, program("nothing"));   // now the tracer has opened the descriptors that it keeps
    for (int from = 3; from < 64; ++from) {
        if (::fcntl(from, F_GETFD) >= 0)
            continue;
        CAPTURE(from);
        auto what = program("nothing");
        what.redirects.push_back({.to = 1, .from = from});
        auto const tried = co_await result_of(by.async_launch(std::move(what), use_tuple));
        REQUIRE(tried.has_error());
        CHECK(tried.error().code == boost::system::errc::bad_file_descriptor);
    }
}

LIVE_TEST("a redirection may be to the largest descriptor that RLIMIT_NOFILE allows", "[launch]")
{
    ::rlimit before{};
    must(::getrlimit(RLIMIT_NOFILE, &before));
    ::rlimit const low{256, before.rlim_max};
    must(::setrlimit(RLIMIT_NOFILE, &low));
    auto what = program("says_descriptors");
    what.redirects.push_back({.to = 255, .from = 2});
    auto const seen = co_await trace_of(what);
    must(::setrlimit(RLIMIT_NOFILE, &before));
    CHECK(seen.output.find("\n255\n") != std::string::npos);
}

LIVE_TEST("a launched program runs with the given user and groups, and no others", "[launch]")
{
    if (lacks_root("to become another user"))
        co_return;
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
}

TEST_CASE("a launched program inherits the signal mask and dispositions as from a plain fork", "[launch]")
{
    sigset_t mine, before;
    sigemptyset(&mine);
    sigaddset(&mine, SIGUSR2);
    ::sigprocmask(SIG_BLOCK, &mine, &before);
    auto const pipe_before = ::signal(SIGPIPE, SIG_IGN);
    run_for(live_limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("says_signals"));
        CHECK(seen.output == "12 blocked\n13 ignored\n");
    });
    ::signal(SIGPIPE, pipe_before);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

LIVE_TEST("a launched program starts with the given signal mask", "[launch]")
{
    auto what = program("says_signals");
    what.signal_mask.emplace();
    sigemptyset(&*what.signal_mask);
    sigaddset(&*what.signal_mask, SIGHUP);
    auto const seen = co_await trace_of(what);
    CHECK(seen.output == "1 blocked\n");
}

LIVE_TEST("a launched program leads a new process group if the command asks for it", "[launch]")
{
    auto what = program("says_group");
    auto const usual = co_await trace_of(what);
    what.new_process_group = true;
    auto const seen = co_await trace_of(what);
    CHECK(usual.output == "is in another's process group\nis in another's session\n");
    CHECK(seen.output == "leads its process group\nis in another's session\n");
}

LIVE_TEST("a launched program is a child of the host's process", "[launch]")
{
    auto const seen = co_await trace_of(program("says_parent"));
    CHECK(seen.output == std::to_string(::getpid()) + "\n");
}

LIVE_TEST("the root of a session is the launched process", "[launch]")
{
    auto const seen = co_await trace_of(program("nothing"));
    REQUIRE(!seen.records.empty());
    CHECK(seen.records.front().thread == leader(seen.root));
}

LIVE_TEST("launching a program that does not exist fails with ENOENT, and the failure names the exec", "[launch]")
{
    auto const said = co_await failed_launch(command_of("/no/such/program"));
    CHECK(said.code == boost::system::errc::no_such_file_or_directory);
    CHECK(said.operation.find("exec") != std::string::npos);
    CHECK(said.message().find("No such file or directory") != std::string::npos);
}

LIVE_TEST("launching a name that is not on PATH fails with ENOENT", "[launch]")
{
    auto const said = co_await failed_launch(command_of("no-such-program-anywhere"));
    CHECK(said.code == boost::system::errc::no_such_file_or_directory);
}

LIVE_TEST("launching a file that is not executable fails with EACCES", "[launch]")
{
    auto const said = co_await failed_launch(command_of("/etc/passwd"));
    CHECK(said.code == boost::system::errc::permission_denied);
}

LIVE_TEST("a launch in a directory that does not exist fails", "[launch]")
{
    auto what = program("nothing");
    what.directory = "/no/such/directory";
    auto const said = co_await failed_launch(what);
    CHECK(said.code == boost::system::errc::no_such_file_or_directory);
}

LIVE_TEST("a failed launch leaves no process", "[launch]")
{
    auto const before = children();
    (void)co_await failed_launch(command_of("/no/such/program"));
    CHECK(children() == before);
}

LIVE_TEST("after a failed launch the tracer launches the next program", "[launch]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const failed = co_await result_of(by.async_launch(command_of("/no/such/program"), use_tuple));
    CHECK(failed.has_error());
    auto const seen = co_await trace_of(by, program("exits", "5"));
    CHECK(seen.end.status == 5);
}

LIVE_TEST("a cancelled launch leaves no process", "[launch]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    asio::cancellation_signal cancel;
    asio::post(co_await asio::this_coro::executor, [&] { cancel.emit(asio::cancellation_type::terminal); });
    auto what = program("threads_wait", "2");
    {
        // The launch may complete before the cancellation. In that case its session is destroyed here.
        auto const tried = co_await result_of(
            by.async_launch(std::move(what), session_options{}, asio::bind_cancellation_slot(cancel.slot(), use_tuple)));
        CHECK((tried.has_value() || tried.error().code == asio::error::operation_aborted));
    }
    co_await until([&] { return children() == before; });
}

LIVE_TEST("a launched child ends when its tracer dies before the PTRACE_SEIZE", "[launch]")
{
    co_await check_child_ends({}, {}, die_at::fork);
    co_await check_child_ends({}, {}, die_at::first_message);
}

LIVE_TEST("a launched child that waits for a FIFO ends when its tracer dies", "[launch]")
{
    temporary_folder const folder;
    auto const fifo = folder.path() / "fifo";
    must(::mkfifo(fifo.c_str(), 0600));
    co_await check_child_ends({}, {}, die_at::fork, fifo);
}

LIVE_TEST("a launched child ends when its tracer dies before the tracer answers a notification of the child", "[launch][notify]")
{
    auto const pass = sys::new_token();
    // After the child has installed the seccomp program, it calls prctl(2), and then chdir(2).
    for (char const* const call : {"prctl", "chdir"}) {
        auto made = engine::kernel_program(filter{call}, {.ends = true});
        auto const program = sys::notifying(std::move(made).value(), pass);
        co_await check_child_ends(program, pass, die_at::fork);
        co_await check_child_ends(program, pass, die_at::first_message);
    }
}

LIVE_TEST("no process of a session is left, not even as a zombie, when the session's records end", "[launch]")
{
    auto const before = children();
    (void)co_await trace_of(program("forks"));
    CHECK(children() == before);
}

}   // namespace launch_tests
