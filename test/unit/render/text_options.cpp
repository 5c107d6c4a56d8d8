// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/render/rendered.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <vector>

namespace text_options_tests {

using namespace cotrace;
using test::both;
using test::byte_memory;
using test::lines;
using test::of;
using test::traced_call;

namespace {

record at(record what, std::int64_t nanoseconds)
{
    what.at = timestamp{std::chrono::nanoseconds{nanoseconds}};
    return what;
}

traced_call made(char const* name, std::int64_t result)
{
    byte_memory memory;
    traced_call call{name};
    call.enter(memory).leave(memory, result);
    return call;
}

}   // namespace

TEST_CASE("if only some outcomes are wanted, only calls with these outcomes have lines, and the lines are complete")
{
    auto const good = made("getpid", 7), bad = made("pause", -EINTR);
    std::vector<record> const seen = {of(7, syscall_entered{good.call}),
                                      of(8, syscall_entered{bad.call}),
                                      of(7, good.exit),
                                      of(8, bad.exit),
                                      of(8, syscall_entered{bad.call}),
                                      of(7, thread_exited{0, false, false, true}),
                                      of(9, syscall_entered{bad.call}),
                                      of(9, detached{}),
                                      of(8, thread_exited{SIGTERM, true, false, true})};
    std::string const ends = "7     +++ exited with 0 +++\n8     +++ killed by SIGTERM +++\n";
    auto const with = [&](status_set wanted) {
        return lines({.threads = render::thread_prefix::always, .column = 0, .statuses = wanted}, seen);
    };
    CHECK(with({call_status::successful}) == "7     getpid() = 7\n" + ends);
    CHECK(with({call_status::failed}) == "8     pause() = -1 EINTR (Interrupted system call)\n" + ends);
    CHECK(with({call_status::detached})
          == "7     +++ exited with 0 +++\n9     pause( <detached ...>\n"
             "8     +++ killed by SIGTERM +++\n");
    CHECK(with({call_status::unfinished})
          == "7     +++ exited with 0 +++\n8     pause() = ?\n"
             "8     +++ killed by SIGTERM +++\n");
    CHECK(with({}).find("pause") != std::string::npos);
}

TEST_CASE("with a condition, only the records for which it holds have lines, and the lines of calls are complete")
{
    auto const good = made("getpid", 7), bad = made("pause", -EINTR);
    signal_received signal;
    signal.info.si_signo = SIGUSR1;
    std::vector<record> const seen = {of(7, syscall_entered{good.call}),
                                      of(8, syscall_entered{bad.call}),
                                      of(7, good.exit),
                                      of(8, signal),
                                      of(8, bad.exit),
                                      of(7, trace_failed{}),
                                      of(8, syscall_entered{bad.call}),
                                      of(9, syscall_entered{bad.call}),
                                      of(9, detached{}),
                                      of(7, thread_exited{3, false, false, true}),
                                      of(8, thread_exited{SIGTERM, true, false, true})};
    auto const with = [&](char const* expression) {
        auto text = lines({.threads = render::thread_prefix::always, .column = 0, .where = predicate{expression}}, seen);
        auto const failure = text.find("7     +++ trace failed");   // this line is written whatever the condition is
        REQUIRE(failure != text.npos);
        return text.erase(failure, text.find('\n', failure) + 1 - failure);
    };
    CHECK(with("name == \"getpid\"") == "7     getpid() = 7\n");
    CHECK(with("error == EINTR") == "8     pause() = -1 EINTR (Interrupted system call)\n");
    CHECK(with("unfinished") == "9     pause( <detached ...>\n8     pause() = ?\n");
    CHECK(with("status == 3") == "7     +++ exited with 3 +++\n");
    CHECK(with("signal == SIGTERM") == "8     +++ killed by SIGTERM +++\n");
    CHECK(with("signal == SIGUSR1").starts_with("8     --- SIGUSR1 {"));
    CHECK(with("result == 8").empty());
    CHECK(lines({.threads = render::thread_prefix::always,
                 .column = 0,
                 .statuses = {call_status::failed},
                 .where = predicate{"failed"}},
                seen)
              .starts_with("8     pause() = -1 EINTR"));
    CHECK(lines({.column = 0, .entries_only = true, .where = predicate{"name == \"getpid\""}},
                {of(7, syscall_entered{good.call}), of(8, syscall_entered{bad.call})})
          == "getpid()\n");
}

TEST_CASE("a line that is printed at the exit has the time of the entry")
{
    auto const call = made("getpid", 7);
    CHECK(lines({.times = render::time_prefix::epoch, .column = 0, .statuses = {call_status::successful}},
                {at(of(7, syscall_entered{call.call}), 5'000'000'000), at(of(7, call.exit), 9'000'000'000)})
          == "5 getpid() = 7\n");
}

TEST_CASE("times have the selected precision")
{
    auto const call = made("getpid", 7);
    auto const line = at(of(7, syscall_entered{call.call}), 1'700'000'001'234'567'890);
    auto exit = call.exit;
    exit.took = std::chrono::nanoseconds{1'002'003'004};
    using enum render::precision;
    auto const with = [&](render::text_options options) {
        options.column = 0;
        return lines(options, {line, at(of(7, exit), 0)});
    };
    auto const epoch = render::time_prefix::epoch;
    CHECK(with({.times = epoch}) == "1700000001 getpid() = 7\n");
    CHECK(with({.times = epoch, .times_to = millis}) == "1700000001.234 getpid() = 7\n");
    CHECK(with({.times = epoch, .times_to = micros}) == "1700000001.234567 getpid() = 7\n");
    CHECK(with({.times = epoch, .times_to = nanos}) == "1700000001.234567890 getpid() = 7\n");
    CHECK(with({.times = epoch, .relative = true}) == "1700000001 (+     0.000000) getpid() = 7\n");
    CHECK(with({.relative = true, .relative_to = seconds}) == "     0 getpid() = 7\n");
    CHECK(with({.durations = true}) == "getpid() = 7 <1.002003>\n");
    CHECK(with({.durations = true, .durations_to = seconds}) == "getpid() = 7 <1>\n");
    CHECK(with({.durations = true, .durations_to = nanos}) == "getpid() = 7 <1.002003004>\n");
}

TEST_CASE("a relative timestamp is the time between the beginnings of two lines")
{
    auto const call = made("getpid", 7);
    CHECK(lines({.column = 0, .relative = true, .relative_to = render::precision::millis},
                {at(of(7, syscall_entered{call.call}), 1'000'000'000), at(of(7, call.exit), 1'900'000'000),
                 at(of(7, syscall_entered{call.call}), 3'500'000'000), at(of(7, call.exit), 3'600'000'000)})
          == "     0.000 getpid() = 7\n     2.500 getpid() = 7\n");
}

TEST_CASE("every line can begin with the number of a call and an instruction pointer")
{
    auto call = made("getpid", 7);
    call.call->ip = 0x1234;
    siginfo_t info{};
    info.si_signo = SIGTERM;
    CHECK(lines({.column = 0, .pointers = true, .numbers = true},
                {of(7, syscall_entered{call.call}), of(7, call.exit), of(7, signal_received{info, {}, 0x5678}),
                 of(7, thread_exited{0, false, false, true})})
          == "[  39] [0000000000001234] getpid() = 7\n"
             "[  39] [0000000000005678] --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=0, si_uid=0} ---\n"
             "[  39] [????????????????] +++ exited with 0 +++\n");
}

TEST_CASE("lines about signals and about ends of threads can be left out")
{
    siginfo_t info{};
    info.si_signo = SIGUSR1;
    std::vector<record> const seen = {of(7, signal_received{info}), of(7, group_stopped{signo{SIGSTOP}}),
                                      of(8, thread_exited{SIGUSR1, true, false, true}),
                                      of(7, thread_exited{0, false, false, true})};
    CHECK(lines({.signals = {}}, seen) == "+++ exited with 0 +++\n");
    CHECK(lines({.exits = false, .signals = render::signal_set{}.set(SIGSTOP)}, seen) == "--- stopped by SIGSTOP ---\n");
    CHECK(lines({.exits = false, .signals = render::signal_set{}.set(SIGUSR1)}, {seen[2]}) == "+++ killed by SIGUSR1 +++\n");
}

TEST_CASE("a change of the interface is reported once, before the first call on the new interface")
{
    byte_memory memory;
    auto const wide = made("getpid", 7);
    auto narrow = made("getpid", 7);
    narrow.call->arch = cotrace::uapi::arch::i386;
    narrow.call->number = 20;
    auto const calls = [](traced_call const& each) { return of(7, syscall_entered{each.call}); };
    std::vector<record> const seen = {calls(wide),
                                      of(7, wide.exit),
                                      calls(narrow),
                                      of(7, narrow.exit),
                                      calls(narrow),
                                      of(7, narrow.exit),
                                      of(8, thread_started{origin::fork, tid{7}}),
                                      of(8, syscall_entered{narrow.call}),
                                      of(8, narrow.exit)};
    CHECK(lines({.threads = render::thread_prefix::never, .column = 0}, seen)
          == "getpid() = 7\n[ Process PID=7 runs in 32 bit mode. ]\ngetpid() = 7\ngetpid() = 7\ngetpid() = 7\n");
    CHECK(lines({.threads = render::thread_prefix::never, .column = 0, .interfaces = false}, seen)
          == "getpid() = 7\ngetpid() = 7\ngetpid() = 7\ngetpid() = 7\n");
}

TEST_CASE("the 64-bit calls of another processor, in a trace that was recorded there, do not change the mode")
{
    auto const interface = GENERATE(uapi::arch::x86_64, uapi::arch::aarch64, uapi::arch::riscv64);
    byte_memory memory;
    traced_call call{"getpid", {}, interface};
    call.enter(memory).leave(memory, 7);
    CHECK(both(call, {.column = 0}) == "getpid() = 7\n");
}

TEST_CASE("a call in the set of raw calls shows its arguments as numbers, all of them already at the entry")
{
    byte_memory memory;
    memory.put(0x1000, "abc");
    traced_call read{"read", {3, 0x1000, 9}}, fails{"pread64", {3, 0x1000, 9, 0}};
    read.enter(memory).leave(memory, 3);
    fails.enter(memory).leave(memory, -512);
    render::text_options const options{.column = 0, .raw = filter{"/read"}};
    CHECK(both(read, options) == "read(0x3, 0x1000, 0x9) = 0x3\n");
    CHECK(both(fails, options) == "pread64(0x3, 0x1000, 0x9, 0) = -1 ERESTARTSYS (Unknown error 512)\n");
    CHECK(lines(options, {read.entered()}) == "read(0x3, 0x1000, 0x9 <unfinished ...>\n");
}

TEST_CASE("arguments are shown with their names if the names are wanted")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, 0);
    CHECK(both(close, {.column = 0, .labels = true}) == "close(fd=3) = 0\n");

    auto const labelled = [&](char const* name, std::vector<std::uint64_t> arguments) {
        traced_call call{name, arguments};
        call.enter(memory).leave(memory, 0);
        return both(call, {.column = 0, .labels = true});
    };
    CHECK(labelled("rmdir", {0}) == "rmdir(path=NULL) = 0\n");
    CHECK(labelled("setgid", {4}) == "setgid(uid=4) = 0\n");
    CHECK(labelled("prctl", {4, 1}) == "prctl(op=PR_SET_DUMPABLE, dumpable=SUID_DUMP_USER) = 0\n");
    CHECK(labelled("prctl", {22, 1}) == "prctl(op=PR_SET_SECCOMP, mode=SECCOMP_MODE_STRICT) = 0\n");
    CHECK(labelled("prctl", {22, 2, 0}) == "prctl(op=PR_SET_SECCOMP, mode=SECCOMP_MODE_FILTER, filter=NULL) = 0\n");
    CHECK(labelled("keyctl", {3, 7}) == "keyctl(operation=KEYCTL_REVOKE, key=7) = 0\n");
    CHECK(labelled("ioctl", {3, 0x5420, 0}) == "ioctl(fd=3, op=TIOCPKT, mode=NULL) = 0\n");
    CHECK(labelled("futex", {0, 3, 1, 2, 0}) == "futex(uaddr=NULL, futex_op=FUTEX_REQUEUE, val=1, val2=2, uaddr2=NULL) = 0\n");
    CHECK(labelled("io_uring_enter", {3, 0, 0, 8, 0, 0}).find(", arg=NULL, argsz=0)") != std::string::npos);
    CHECK(labelled("io_uring_enter", {3, 0, 0, 0, 0, 0}).find(", sigset=NULL, sigsetsize=0)") != std::string::npos);
    CHECK(labelled("futex", {0, 0, 1, 0}) == "futex(uaddr=NULL, futex_op=FUTEX_WAIT, val=1, timeout=NULL) = 0\n");
}

TEST_CASE("threads with their own outputs do not interrupt each other's lines")
{
    auto const call = made("getpid", 7);
    render::text_renderer renderer{{.threads = render::thread_prefix::never, .column = 0, .separate = true}};
    std::string one, other;
    renderer.append(of(7, syscall_entered{call.call}), one);
    renderer.append(of(8, syscall_entered{call.call}), other);
    renderer.append(of(7, call.exit), one);
    renderer.leave_line(tid{8}, tid{7}, other);
    renderer.append(of(7, superseded{tid{8}}), one);
    renderer.append(of(7, call.exit), one);
    CHECK(one == "getpid() = 7\n+++ superseded by execve in pid 8 +++\n<... getpid resumed>) = 7\n");
    CHECK(other == "getpid( <pid changed to 7 ...>\n");
}

TEST_CASE("restart_syscall names the call that it continues")
{
    auto const sleep = made("pause", -516), restart = made("restart_syscall", 0);
    CHECK(lines({.column = 0}, {of(7, syscall_entered{sleep.call}), of(7, sleep.exit), of(7, syscall_entered{restart.call}),
                                of(7, restart.exit)})
          == "pause() = ? ERESTART_RESTARTBLOCK (Interrupted by signal)\n"
             "restart_syscall(<... resuming interrupted pause ...>) = 0\n");
    auto call = *restart.call;
    call.resumes = "poll";
    auto const known = std::make_shared<syscall_call>(call);
    auto end = restart.exit;
    end.call = known;
    CHECK(lines({.column = 0}, {of(7, syscall_entered{sleep.call}), of(7, sleep.exit), of(7, syscall_entered{known}), of(7, end)})
              .ends_with("restart_syscall(<... resuming interrupted poll ...>) = 0\n"));
}

TEST_CASE("with unprintable_chars_hex, only unprintable characters are escaped in hexadecimal")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0\n\3779", 5});
    traced_call write{"write", {1, 0x1000, 5}};
    write.enter(memory).leave(memory, 5);
    CHECK(both(write, {.strings = render::escapes::unprintable_chars_hex, .column = 0})
          == "write(1, \"x\\x00\\n\\xff9\", 5) = 5\n");
}

TEST_CASE("constants that are in no table are shown in the selected format, too")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    traced_call make{"mknodat", {0xffffff9c, 0x1000, 0020666, 0x103}}, kill{"kill", {1, SIGTERM}};
    make.enter(memory).leave(memory, 0);
    kill.enter(memory).leave(memory, 0);
    using enum render::constants;
    CHECK(both(make, {.names = raw, .column = 0}) == "mknodat(-100, \"/x\", 020666, 0x103) = 0\n");
    CHECK(both(make, {.names = verbose, .column = 0})
          == "mknodat(-100 /* AT_FDCWD */, \"/x\", 020666 /* S_IFCHR|0666 */, 0x103 /* makedev(0x1, 0x3) */) = 0\n");
    CHECK(both(kill, {.names = raw, .column = 0}) == "kill(1, 15) = 0\n");
    CHECK(both(kill, {.names = verbose, .column = 0}) == "kill(1, 15 /* SIGTERM */) = 0\n");
}

TEST_CASE("with whole lines, each call has one line, which is written when the call ends")
{
    using namespace std::chrono_literals;
    auto const one = made("getpid", 7), two = made("getuid", 8), last = made("pause", -EINTR);
    render::text_options const options{
        .threads = render::thread_prefix::always, .times = render::time_prefix::epoch, .column = 0, .whole_lines = true};
    siginfo_t info{};
    info.si_signo = SIGUSR1;
    auto const text = lines(
        options, {at(of(7, syscall_entered{one.call}), 1'000'000'000), at(of(8, syscall_entered{two.call}), 2'000'000'000),
                  at(of(8, two.exit), 3'000'000'000), at(of(7, one.exit), 4'000'000'000),
                  at(of(7, syscall_entered{last.call}), 5'000'000'000), at(of(8, syscall_entered{last.call}), 6'000'000'000),
                  at(of(9, syscall_entered{last.call}), 7'000'000'000), at(of(7, signal_received{info, {}, 0}), 8'000'000'000),
                  at(of(7, thread_exited{0, false, false, true}), 9'000'000'000), at(of(8, detached{}), 10'000'000'000)});
    std::vector<std::string> found;
    for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
        found.push_back(text.substr(begin, text.find('\n', begin) - begin));
    REQUIRE(found.size() == 7);
    CHECK(found[0] == "8     2 getuid() = 8");
    CHECK(found[1] == "7     1 getpid() = 7");
    CHECK(found[2].starts_with("7     8 --- SIGUSR1 "));
    CHECK(found[3] == "7     5 pause() = ?");
    CHECK(found[4] == "7     9 +++ exited with 0 +++");
    CHECK(found[5] == "8     6 pause( <detached ...>");
    CHECK(found[6] == "9     7 pause( <unfinished ...>");
}

TEST_CASE("with whole lines, an execve that changes the thread's id has one line, with the id at its entry")
{
    auto const exec = made("execve", 0);
    auto const text = lines(
        {.threads = render::thread_prefix::always, .column = 0, .supersedings = false, .whole_lines = true},
        {of(8, syscall_entered{exec.call}), of(7, superseded{tid{8}}), of(7, image_replaced{tid{8}, {}}), of(7, exec.exit)});
    CHECK(text == "8     execve(NULL, NULL, NULL) = 0\n");
}

TEST_CASE("with whole lines, only calls with the wanted outcomes have lines")
{
    auto const good = made("getpid", 7), bad = made("pause", -EINTR);
    auto const text =
        lines({.threads = render::thread_prefix::always, .column = 0, .whole_lines = true, .statuses = {call_status::failed}},
              {of(7, syscall_entered{good.call}), of(7, good.exit), of(7, syscall_entered{bad.call}), of(7, bad.exit)});
    CHECK(text == "7     pause() = -1 EINTR (Interrupted system call)\n");
}

TEST_CASE("times since boot are shown as hours, minutes and seconds, in no time zone")
{
    auto const call = made("getpid", 7);
    auto const text = [&](render::time_prefix times, render::precision to) {
        return lines({.threads = render::thread_prefix::never, .times = times, .times_to = to, .since_boot = true, .column = 0},
                     {at(of(7, syscall_entered{call.call}), 90'061'250'000'000), at(of(7, call.exit), 90'062'000'000'000)});
    };
    CHECK(text(render::time_prefix::time_of_day, render::precision::seconds) == "25:01:01 getpid() = 7\n");
    CHECK(text(render::time_prefix::time_of_day, render::precision::millis) == "25:01:01.250 getpid() = 7\n");
    CHECK(text(render::time_prefix::epoch, render::precision::millis) == "90061.250 getpid() = 7\n");
}

TEST_CASE("lines begin with the label of their session if the options ask for labels")
{
    auto const call = made("getpid", 7);
    auto const session = std::make_shared<session_identity const>(session_identity{1, "1 ls"});
    auto entry = of(7, syscall_entered{call.call}), exit = of(7, call.exit), other = of(8, thread_exited{0, false, false, true});
    entry.session = exit.session = session;
    CHECK(lines({.threads = render::thread_prefix::always, .column = 0, .sessions = true}, {entry, exit, other})
          == "[1 ls] 7     getpid() = 7\n8     +++ exited with 0 +++\n");
    CHECK(lines({.threads = render::thread_prefix::always, .column = 0}, {entry, exit}) == "7     getpid() = 7\n");
}

}   // namespace text_options_tests
