// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/text.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <vector>

using namespace cotrace;
using test::byte_memory;
using test::traced_call;

namespace {

record of(int thread, event what)
{
    return {tid{thread}, {}, std::move(what)};
}

std::string both(traced_call const& call, render::text_options options = {})
{
    render::text_renderer renderer{options};
    std::string text;
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    return text;
}

} // namespace

TEST_CASE("a call is one line, with its result in column 40")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, 0);
    CHECK(both(close) == "close(3)                                = 0\n");
    CHECK(both(close, {.column = 0}) == "close(3) = 0\n");
}

TEST_CASE("an error has its name and text")
{
    byte_memory memory;
    memory.put(0x1000, {"/nothing\0", 9});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000000}};
    open.enter(memory).leave(memory, -ENOENT);
    CHECK(both(open, {.column = 0})
          == "openat(AT_FDCWD, \"/nothing\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
}

TEST_CASE("a call that will be restarted shows the kind of restart")
{
    byte_memory memory;
    traced_call read{"read", {0, 0x1000, 1}};
    read.enter(memory).leave(memory, -512);
    CHECK(both(read, {.column = 0}) == "read(0, 0x1000, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n");
}

TEST_CASE("at the entry a line has the known arguments, and a line of another thread interrupts it")
{
    byte_memory memory;
    memory.put(0x1000, "abc");
    traced_call read{"read", {0, 0x1000, 9}}, other{"getpid"};
    read.enter(memory);
    other.enter(memory).leave(memory, 8);
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .column = 0}};
    std::string text;
    renderer.append(read.entered(), text);
    CHECK(text == "7     read(0, ");
    renderer.append(of(8, syscall_entered{other.call}), text);
    renderer.append(of(8, other.exit), text);
    read.leave(memory, 3);
    renderer.append(read.exited(), text);
    CHECK(text == "7     read(0,  <unfinished ...>\n"
                  "8     getpid() = 8\n"
                  "7     <... read resumed>\"abc\", 9) = 3\n");
}

TEST_CASE("with entries only, each entry is a complete line")
{
    byte_memory memory;
    traced_call close{"close", {3}}, read{"read", {0, 0x1000, 1}};
    close.enter(memory);
    read.enter(memory);
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .entries_only = true}};
    std::string text;
    for (auto const& each : {close.entered(), read.entered(), close.entered()})
        renderer.append(each, text);
    auto const id = std::to_string(raw(close.entered().thread));
    auto const prefix = id + std::string(id.size() < 5 ? 5 - id.size() : 0, ' ') + " ";
    CHECK(text == prefix + "close(3)\n" + prefix + "read(0, ...)\n" + prefix + "close(3)\n");
}

TEST_CASE("strings have the shortest escapes")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0y\n\"\\\t\0011\377", 10});
    traced_call write{"write", {1, 0x1000, 10}};
    write.enter(memory).leave(memory, 10);
    CHECK(both(write, {.column = 0}) == "write(1, \"x\\0y\\n\\\"\\\\\\t\\0011\\377\", 10) = 10\n");
    CHECK(both(write, {.strings = render::escapes::all_hex, .column = 0})
          == "write(1, \"\\x78\\x00\\x79\\x0a\\x22\\x5c\\x09\\x01\\x31\\xff\", 10) = 10\n");
}

TEST_CASE("flags without a name are shown in hexadecimal")
{
    byte_memory memory;
    traced_call map{"mmap", {0, 4096, 3, 0x22, 0xffffffff, 0}};
    map.enter(memory).leave(memory, 0x7f0000000000);
    CHECK(both(map, {.column = 0})
          == "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n");
    traced_call protect{"mprotect", {0x1000, 4096, 0x10}};
    protect.enter(memory).leave(memory, -EINVAL);
    CHECK(both(protect, {.column = 0}) == "mprotect(0x1000, 4096, 0x10 /* PROT_??? */) = -1 EINVAL (Invalid argument)\n");
    CHECK(both(protect, {.names = render::constants::raw, .column = 0})
          == "mprotect(0x1000, 4096, 0x10) = -1 EINVAL (Invalid argument)\n");
}

TEST_CASE("a value that changed is shown before and after")
{
    byte_memory memory;
    memory.put_words(0x1000, 28);
    memory.put_words(0x2000, 0, 0, 0, 0, 0, 0, 0);
    traced_call accept{"accept", {3, 0x2000, 0x1000}};
    accept.enter(memory);
    memory.put_words(0x1000, 16);
    accept.leave(memory, 4);
    CHECK(both(accept, {.column = 0}) == "accept(3, {sa_family=AF_UNSPEC, sa_data=\"\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\"}, [28 => 16]) = 4\n");
}

TEST_CASE("results have their names after them")
{
    byte_memory memory;
    traced_call flags{"fcntl", {3, 3}};
    flags.enter(memory).leave(memory, 0x8002);
    CHECK(both(flags, {.column = 0}) == "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)\n");
    traced_call none{"fcntl", {3, 1}};
    none.enter(memory).leave(memory, 0);
    CHECK(both(none, {.column = 0}) == "fcntl(3, F_GETFD) = 0\n");
}

TEST_CASE("poll(2) shows the ready descriptors, or a timeout")
{
    byte_memory memory;
    memory.put_words(0x1000, std::uint64_t{1} << 32 | 3);
    traced_call poll{"poll", {0x1000, 1, 5}};
    poll.enter(memory).leave(memory, 0);
    CHECK(both(poll, {.column = 0}) == "poll([{fd=3, events=POLLIN}], 1, 5) = 0 (Timeout)\n");
    memory.put_words(0x1000, std::uint64_t{0x10001} << 32 | 3);
    poll.leave(memory, 1);
    CHECK(both(poll, {.column = 0}) == "poll([{fd=3, events=POLLIN}], 1, 5) = 1 ([{fd=3, revents=POLLIN}])\n");
}

TEST_CASE("an unknown number has six arguments and no name")
{
    byte_memory memory;
    traced_call call{"", {1, 2, 3, 4, 5, 6}};
    call.call->number = 0x1ff;
    call.enter(memory).leave(memory, -ENOSYS);
    CHECK(both(call, {.column = 0})
          == "syscall_0x1ff(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = -1 ENOSYS (Function not implemented)\n");
}

TEST_CASE("the line of a call that does not return ends with its thread")
{
    byte_memory memory;
    traced_call leave{"exit_group", {3}}, read{"read", {0, 0x1000, 1}};
    leave.enter(memory);
    read.enter(memory);
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(leave.entered(), text);
    renderer.append(of(7, thread_exited{3, false, false, true}), text);
    renderer.append(read.entered(), text);
    renderer.append(of(7, thread_exited{SIGSEGV, true, true, true}), text);
    CHECK(text == "exit_group(3) = ?\n"
                  "+++ exited with 3 +++\n"
                  "read(0,  <unfinished ...>) = ?\n"
                  "+++ killed by SIGSEGV (core dumped) +++\n");
}

TEST_CASE("signals have their origin")
{
    siginfo_t info{};
    info.si_signo  = SIGCHLD;
    info.si_code   = CLD_EXITED;
    info.si_pid    = 12;
    info.si_uid    = 5;
    info.si_status = 1;
    CHECK(render::text(of(7, signal_received{info}))
          == "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, si_uid=5, si_status=1, si_utime=0, si_stime=0} ---");
    siginfo_t fault{};
    fault.si_signo = SIGSEGV;
    fault.si_code  = 1;
    CHECK(render::text(of(7, signal_received{fault}))
          == "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---");
    CHECK(render::text(of(7, group_stopped{signo{SIGTSTP}})) == "--- stopped by SIGTSTP ---");
}

TEST_CASE("lines have thread ids when there are several threads")
{
    byte_memory memory;
    traced_call call{"getpid"};
    call.enter(memory).leave(memory, 7);
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(of(7, thread_started{origin::launched, tid{}}), text);
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    renderer.append(of(8, thread_started{origin::fork, tid{7}}), text);
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    renderer.append(of(8, thread_exited{0, false, false, true}), text);
    renderer.append(call.entered(), text);
    renderer.append(call.exited(), text);
    CHECK(text == "getpid() = 7\n[pid     7] getpid() = 7\n[pid     8] +++ exited with 0 +++\ngetpid() = 7\n");
}

TEST_CASE("an exec by another thread moves the line of the call to the leader")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    traced_call exec{"execve", {0x1000, 0, 0}};
    exec.enter(memory).leave(memory, 0);
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .column = 0}};
    std::string text;
    renderer.append(of(9, syscall_entered{exec.call}), text);
    renderer.append(of(7, superseded{tid{9}}), text);
    renderer.append(of(7, image_replaced{tid{9}}), text);
    renderer.append(of(7, exec.exit), text);
    CHECK(text == "9     execve(\"/x\", NULL, NULL <pid changed to 7 ...>\n"
                  "7     +++ superseded by execve in pid 9 +++\n"
                  "7     <... execve resumed>) = 0\n");
}

TEST_CASE("a leader whose id an untraced thread got is superseded without an id")
{
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(of(7, superseded{}), text);
    CHECK(text == "+++ superseded by execve in an untraced thread +++\n");
}

TEST_CASE("an exec by the leader continues the line of the call")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    traced_call exec{"execve", {0x1000, 0, 0}};
    exec.enter(memory).leave(memory, 0);
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    for (auto const& each : {exec.entered(), of(7, image_replaced{tid{7}}), exec.exited()})
        renderer.append(each, text);
    CHECK(text == "execve(\"/x\", NULL, NULL) = 0\n");
}

TEST_CASE("a futex operation shows the arguments that it uses")
{
    byte_memory memory;
    traced_call wake{"futex", {0x1000, 129, 1, 2, 3, 4}}, both_at_once{"futex", {0x1000, 5, 1, 2, 0x2000, 0x12345678}};
    wake.enter(memory).leave(memory, 0);
    both_at_once.enter(memory).leave(memory, 0);
    CHECK(both(wake, {.column = 0}) == "futex(0x1000, FUTEX_WAKE_PRIVATE, 1) = 0\n");
    CHECK(both(both_at_once, {.column = 0})
          == "futex(0x1000, FUTEX_WAKE_OP, 1, 2, 0x2000, FUTEX_OP_ADD<<28|0x345<<12|FUTEX_OP_CMP_LT<<24|0x678) = 0\n");
}

TEST_CASE("several numbers in one argument are shown separately, or explained")
{
    byte_memory memory;
    traced_call set{"ioprio_set", {1, 0, 0x4005}}, get{"msgget", {1, 0x3b0}};
    set.enter(memory).leave(memory, 0);
    get.enter(memory).leave(memory, 5);
    CHECK(both(set, {.column = 0})
          == "ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 5)) = 0\n");
    CHECK(both(set, {.names = render::constants::raw, .column = 0}) == "ioprio_set(0x1, 0, 16389) = 0\n");
    CHECK(both(set, {.names = render::constants::verbose, .column = 0})
          == "ioprio_set(0x1 /* IOPRIO_WHO_PROCESS */, 0, 16389 /* IOPRIO_PRIO_VALUE(0x2 /* IOPRIO_CLASS_BE */, 5) */) = 0\n");
    CHECK(both(get, {.column = 0}) == "msgget(0x1, IPC_CREAT|0660) = 5\n");
}

TEST_CASE("a number is shown before its name if no header has the name")
{
    byte_memory memory;
    traced_call log{"syslog", {6, 0, 0}};
    log.enter(memory).leave(memory, 0);
    CHECK(both(log, {.column = 0}) == "syslog(6 /* SYSLOG_ACTION_CONSOLE_OFF */) = 0\n");
}

TEST_CASE("the part of a structure that is not known is shown as bytes")
{
    byte_memory memory;
    std::string how(32, '\0');
    how[24] = '\x11';
    memory.put(0x1000, {"/x\0", 3});
    memory.put(0x2000, how);
    traced_call open{"openat2", {0xffffff9c, 0x1000, 0x2000, how.size()}};
    open.enter(memory).leave(memory, -E2BIG);
    CHECK(both(open, {.column = 0}).find("/* bytes 24..31 */ \"\\x11") != std::string::npos);
}

namespace {

std::string lines(render::text_options const& options, std::vector<record> const& seen)
{
    render::text_renderer renderer{options};
    std::string text;
    for (auto const& each : seen)
        renderer.append(each, text);
    renderer.finish(text);
    return text;
}

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

} // namespace

TEST_CASE("only calls with a wanted outcome have lines, which are complete")
{
    auto const good = made("getpid", 7), bad = made("pause", -EINTR);
    std::vector<record> const seen = {of(7, syscall_entered{good.call}), of(8, syscall_entered{bad.call}),
                                      of(7, good.exit), of(8, bad.exit), of(8, syscall_entered{bad.call}),
                                      of(7, thread_exited{0, false, false, true}),
                                      of(9, syscall_entered{bad.call}), of(9, detached{}),
                                      of(8, thread_exited{SIGTERM, true, false, true})};
    std::string const ends = "7     +++ exited with 0 +++\n8     +++ killed by SIGTERM +++\n";
    auto const with = [&](status_set wanted) {
        return lines({.threads = render::thread_prefix::always, .column = 0, .statuses = wanted}, seen);
    };
    CHECK(with({call_status::successful}) == "7     getpid() = 7\n" + ends);
    CHECK(with({call_status::failed}) == "8     pause() = -1 EINTR (Interrupted system call)\n" + ends);
    CHECK(with({call_status::detached}) == "7     +++ exited with 0 +++\n9     pause( <detached ...>\n"
                                           "8     +++ killed by SIGTERM +++\n");
    CHECK(with({call_status::unfinished}) == "7     +++ exited with 0 +++\n8     pause() = ?\n"
                                             "8     +++ killed by SIGTERM +++\n");
    CHECK(with({}).find("pause") != std::string::npos);
}

TEST_CASE("a line that is printed at the exit has the time of the entry")
{
    auto const call = made("getpid", 7);
    CHECK(lines({.times = render::time_prefix::unix, .column = 0, .statuses = {call_status::successful}},
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
    auto const unix = render::time_prefix::unix;
    CHECK(with({.times = unix}) == "1700000001 getpid() = 7\n");
    CHECK(with({.times = unix, .times_to = millis}) == "1700000001.234 getpid() = 7\n");
    CHECK(with({.times = unix, .times_to = micros}) == "1700000001.234567 getpid() = 7\n");
    CHECK(with({.times = unix, .times_to = nanos}) == "1700000001.234567890 getpid() = 7\n");
    CHECK(with({.times = unix, .relative = true}) == "1700000001 (+     0.000000) getpid() = 7\n");
    CHECK(with({.relative = true, .relative_to = seconds}) == "     0 getpid() = 7\n");
    CHECK(with({.durations = true}) == "getpid() = 7 <1.002003>\n");
    CHECK(with({.durations = true, .durations_to = seconds}) == "getpid() = 7 <1>\n");
    CHECK(with({.durations = true, .durations_to = nanos}) == "getpid() = 7 <1.002003004>\n");
}

TEST_CASE("the time between lines is the time between their beginnings")
{
    auto const call = made("getpid", 7);
    CHECK(lines({.column = 0, .relative = true, .relative_to = render::precision::millis},
                {at(of(7, syscall_entered{call.call}), 1'000'000'000), at(of(7, call.exit), 1'900'000'000),
                 at(of(7, syscall_entered{call.call}), 3'500'000'000), at(of(7, call.exit), 3'600'000'000)})
          == "     0.000 getpid() = 7\n     2.500 getpid() = 7\n");
}

TEST_CASE("numbers and instruction pointers of calls come before every line")
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

TEST_CASE("lines about signals and ends can be left out")
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

TEST_CASE("a change of the interface is reported once, before the first call")
{
    byte_memory memory;
    auto const wide = made("getpid", 7);
    auto narrow = made("getpid", 7);
    narrow.call->arch = cotrace::abi::arch::i386;
    narrow.call->number = 20;
    auto const calls = [](traced_call const& each) { return of(7, syscall_entered{each.call}); };
    std::vector<record> const seen = {calls(wide), of(7, wide.exit), calls(narrow), of(7, narrow.exit), calls(narrow),
                                      of(7, narrow.exit), of(8, thread_started{origin::fork, tid{7}}),
                                      of(8, syscall_entered{narrow.call}), of(8, narrow.exit)};
    CHECK(lines({.threads = render::thread_prefix::never, .column = 0}, seen)
          == "getpid() = 7\n[ Process PID=7 runs in 32 bit mode. ]\ngetpid() = 7\ngetpid() = 7\ngetpid() = 7\n");
    CHECK(lines({.threads = render::thread_prefix::never, .column = 0, .interfaces = false}, seen)
          == "getpid() = 7\ngetpid() = 7\ngetpid() = 7\ngetpid() = 7\n");
}

TEST_CASE("calls of a set are shown with raw numbers, all at the entry")
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

TEST_CASE("arguments have their names if the names are wanted")
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
    CHECK(lines({.column = 0}, {of(7, syscall_entered{sleep.call}), of(7, sleep.exit),
                                of(7, syscall_entered{restart.call}), of(7, restart.exit)})
          == "pause() = ? ERESTART_RESTARTBLOCK (Interrupted by signal)\n"
             "restart_syscall(<... resuming interrupted pause ...>) = 0\n");
}

TEST_CASE("only unprintable characters may be escaped in hexadecimal")
{
    byte_memory memory;
    memory.put(0x1000, {"x\0\n\3779", 5});
    traced_call write{"write", {1, 0x1000, 5}};
    write.enter(memory).leave(memory, 5);
    CHECK(both(write, {.strings = render::escapes::unprintable_chars_hex, .column = 0})
          == "write(1, \"x\\x00\\n\\xff9\", 5) = 5\n");
}

TEST_CASE("constants that are in no table follow the selected format, too")
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
