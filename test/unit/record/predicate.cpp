// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/match.hpp>
#include <cotrace/predicate.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace predicate_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using test::byte_memory;
using test::traced_call;

namespace {

bool holds(std::string_view expression, record const& seen)
{
    auto const parsed = predicate::parse(expression);
    if (!parsed)
        FAIL(std::string{expression} + ": " + parsed.error());
    return parsed.assume_value()(seen);
}

record of(event what)
{
    record made;
    made.thread = tid{7};
    made.process = pid{6};
    made.what = std::move(what);
    return made;
}

/// The exit of an openat(2) with the flags O_WRONLY|O_CREAT|O_CLOEXEC, which took 7 ms.
record opened(std::string const& path, std::int64_t result)
{
    byte_memory memory;
    memory.put(0x1000, path + '\0');
    traced_call call{"openat", {0xffffff9c, 0x1000, 02000101, 0644}};
    call.enter(memory).leave(memory, result);
    call.exit.took = 7ms;
    return of(call.exit);
}

record entry_of(char const* name, std::vector<std::uint64_t> arguments, byte_memory memory = {})
{
    traced_call call{name, std::move(arguments)};
    call.enter(memory);
    return of(syscall_entered{call.call});
}

record exit_of(char const* name, std::vector<std::uint64_t> arguments, std::int64_t result, byte_memory memory = {})
{
    traced_call call{name, std::move(arguments)};
    call.enter(memory).leave(memory, result);
    return of(call.exit);
}

record signalled(int number)
{
    signal_received what;
    what.info.si_signo = number;
    return of(what);
}

/// Checks that each expression holds for the record.
void all_hold(record const& seen, std::vector<std::string> const& expressions)
{
    for (auto const& each : expressions) {
        INFO(each);
        CHECK(holds(each, seen));
    }
}

/// Checks that no expression holds for the record.
void none_holds(record const& seen, std::vector<std::string> const& expressions)
{
    for (auto const& each : expressions) {
        INFO(each);
        CHECK_FALSE(holds(each, seen));
    }
}

}   // namespace

TEST_CASE("the example of the documentation selects a slow call that failed")
{
    std::string const expression = R"(name == "openat" && error == ENOENT && path ~ "/etc/*" && duration > 5ms)";
    CHECK(holds(expression, opened("/etc/a/b", -ENOENT)));
    CHECK_FALSE(holds(expression, opened("/etc/a/b", -EACCES)));
    CHECK_FALSE(holds(expression, opened("/usr/a", -ENOENT)));
    CHECK_FALSE(holds(expression, signalled(SIGTERM)));
}

TEST_CASE("a call has a name, a number and classes")
{
    auto const seen = opened("/a", 3);
    all_hold(seen, {R"(name == "openat")", R"(name != "read")", R"(name ~ "open*")", R"(name !~ "read*")", R"(name has "pena")",
                    R"(name in ("read", "openat"))", "name in %file", "name in (%network, %file)", R"(name in ("read", %desc))",
                    "number == 257", "number in (0, 0x101)", R"(name != "read" && number >= 257)"});
    none_holds(seen, {R"(name == "read")", R"(name != "openat")", R"(name ~ "open")", R"(name !~ "open*")", R"(name has "x")",
                      "name in %network", R"(name in ("read", %network))", "number < 257", "number == 256"});
    auto unknown = std::make_shared<syscall_call>();
    unknown->number = 0x1fff;
    all_hold(of(syscall_entered{unknown}), {R"(name == "syscall_0x1fff")", R"(name ~ "syscall_*")", "number == 8191"});
}

TEST_CASE("each kind of record has a name")
{
    std::vector<std::pair<event, std::string>> const kinds = {
        {thread_started{}, "start"},      {syscall_entered{}, "entry"}, {syscall_exited{}, "call"},
        {signal_received{}, "signal"},    {group_stopped{}, "stop"},    {image_replaced{}, "exec"},
        {superseded{}, "superseded"},     {thread_exited{}, "exit"},    {detached{}, "detached"},
        {records_lost{}, "lost"},         {trace_failed{}, "failure"},  {ring_submitted{}, "submission"},
        {ring_completed{}, "completion"},
    };
    for (auto const& [what, name] : kinds)
        for (auto const& [other, other_name] : kinds) {
            INFO(name + " and " + other_name);
            CHECK(holds("kind == \"" + other_name + '"', of(what)) == (name == other_name));
            CHECK(holds("kind in (\"" + other_name + "\")", of(what)) == (name == other_name));
            CHECK(holds("kind != \"" + other_name + '"', of(what)) == (name != other_name));
        }
}

TEST_CASE("a call that returned has an error, a result and a duration")
{
    auto const bad = opened("/a", -ENOENT);
    all_hold(bad, {"error == ENOENT", "error == 2", "error != 0", "error != null", "error in (EACCES, ENOENT)", "failed",
                   "!successful", "result == -1", "result < 0", "duration == 7ms", "duration > 6999us", "duration <= 7000000ns",
                   "duration < 1s", "duration < 7.5ms", "duration in (1ms, 7ms)", "duration != 8ms"});
    none_holds(bad, {"error == EACCES", "error != ENOENT", "successful", "!failed", "entry", "unfinished", "result >= 0",
                     "duration > 7ms", "duration >= 7.5ms"});
    auto const good = opened("/a", 3);
    all_hold(good, {"error == 0", "error == null", "error != ENOENT", "successful", "result == 3", "result > 2", "result has 1",
                    "result in (1, 3)"});
    none_holds(good, {"failed", "error == ENOENT", "result has 4", "result has 0", "result == 4"});
    // The duration of this call was not measured.
    none_holds(exit_of("getpid", {}, 1), {"duration == 0ns", "duration < 1s", "duration != 1s"});
}

TEST_CASE("a submission to an io_uring has the name and the arguments of its operation, but no result")
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/x\0", 7});
    uapi::ring_entry const opening{.opcode = 18, .fd = -100, .addr = 0x1000, .op_flags = 02000101};
    auto const seen = of(test::submitted(opening, memory));
    all_hold(seen, {R"(kind == "submission")", R"(name == "openat")", R"(name ~ "open*")", "name in %file", R"(path == "/etc/x")",
                    "args.flags has O_CREAT", "fd == AT_FDCWD", "entry", "unfinished", "pid == 6"});
    none_holds(seen, {R"(kind == "entry")", R"(name == "read")", R"(path == "/")", "error == 0", "error != 0", "result != 1",
                      "result == 0", "failed", "successful", "duration < 1s"});
    none_holds(of(ring_submitted{}), {R"(name == "openat")", R"(name != "openat")", "entry"});
}

TEST_CASE("a completion of an io_uring has the name of its operation, an error and a result")
{
    ring_completed done{1, syscall_outcome::from(-ENOENT), 0, std::uint8_t{18}};
    all_hold(of(done), {R"(kind == "completion")", R"(name == "openat")", R"(name in ("read", "openat"))", "error == ENOENT",
                        "error != EACCES", "result == -1", "failed", "!successful", "tid == 7"});
    none_holds(of(done), {R"(kind == "call")", R"(name != "openat")", "error == 0", "result >= 0", "successful", "entry",
                          "duration < 1s", R"(path != "x")", "args.flags != 1", "fd != 3", "number != 1"});
    done.outcome = syscall_outcome::from(3);
    all_hold(of(done), {"error == 0", "result == 3", "result > 2", "successful", "!failed"});
    none_holds(of(done), {"failed", "error == ENOENT", "result == 4"});
    done.opcode.reset();
    all_hold(of(done), {R"(name ~ "operation")", R"(name != "openat")"});
}

TEST_CASE("a comparison with a value that a record does not have is false, whatever the operator is")
{
    auto const entry = entry_of("openat", {0xffffff9c, 0x1000, 0});
    none_holds(entry, {"error == 0",
                       "error != ENOENT",
                       "result >= 0",
                       "result < 0",
                       "duration < 1s",
                       "successful",
                       "failed",
                       "comm == \"x\"",
                       "comm != \"x\"",
                       "comm !~ \"x\"",
                       "session == 1",
                       "session != 1",
                       "label != \"x\"",
                       "signal != SIGTERM",
                       "status != 0",
                       "bytes != 0",
                       "path != \"x\"",
                       "args.pathname != \"x\"",
                       "args.pathname !~ \"x\"",
                       "address != \"x\"",
                       "args.addr != 5"});
    all_hold(entry, {"!(error == 0)", "!(error != 0)", "entry", "unfinished", "!successful && !failed"});
    none_holds(signalled(SIGTERM), {"name != \"read\"", "number != 1", "args.flags != 1", "arg1 != 5", "fd != 3", "entry"});
}

TEST_CASE("!, && and || have the precedence that they have in C, and ! negates the whole comparison after it")
{
    auto const seen = opened("/a", 3);
    all_hold(seen, {"failed && failed || successful", "successful || failed && failed", "!failed && successful",
                    "!(failed || failed)", "!result == 4", "!!successful", "(successful)", "((result == 3))",
                    "failed || failed || result == 3", "successful && result == 3 && result != 4"});
    none_holds(seen, {"(successful || failed) && failed", "!(failed || successful)", "!result == 3", "!successful || failed"});
}

TEST_CASE("records have the ids and the name of their thread, and a session")
{
    auto seen = opened("/a", 3);
    seen.session = std::make_shared<session_identity const>(session_identity{3, "build"});
    seen.comm = std::make_shared<std::string const>("make");
    all_hold(seen, {"pid == 6", "tid == 7", "pid in (5, 6)", "session == 3", "label == \"build\"", "comm == \"make\"",
                    "comm ~ \"m?ke\"", "comm in (\"cc\", \"make\")"});
    none_holds(seen, {"pid == 7", "tid != 7", "session == 1", "label != \"build\"", "comm == \"cc\""});
}

TEST_CASE("signals and ends of threads have a signal or a status")
{
    all_hold(signalled(SIGTERM), {"signal == SIGTERM", "signal == 15", "signal in (SIGINT, SIGTERM)", "signal != SIGINT"});
    none_holds(signalled(SIGTERM), {"signal == SIGINT", "status == 15"});
    CHECK(holds("signal == SIGSTOP", of(group_stopped{signo{SIGSTOP}})));
    CHECK(holds("status == 3 && status > 2", of(thread_exited{3})));
    CHECK_FALSE(holds("signal == 3 || signal != 3", of(thread_exited{3})));
    CHECK(holds("signal == SIGKILL", of(thread_exited{SIGKILL, true})));
    CHECK_FALSE(holds("status == 9 || status != 9", of(thread_exited{SIGKILL, true})));
    CHECK_FALSE(holds("status == 0 || status != 0", of(thread_exited{.known = false})));
}

TEST_CASE("`path` is a path in an argument, and `*` in a pattern matches slashes, too")
{
    auto const seen = opened("/etc/a/b", 3);
    all_hold(seen, {R"(path == "/etc/a/b")", R"(path ~ "/etc/*")", R"(path ~ "*[ab]")", R"(path !~ "/usr/*")",
                    R"(path has "/a/")", R"(path in ("/x", "/etc/a/b"))", R"(path ~ "\x2fetc*")"});
    none_holds(seen, {R"(path == "/etc")", R"(path ~ "/etc")", R"(path !~ "/etc/*")", R"(path != "/etc/a/b")"});
    byte_memory memory;
    memory.put(0x1000, {"/old\0", 5});
    memory.put(0x2000, {"/new\0", 5});
    auto const renamed = exit_of("rename", {0x1000, 0x2000}, 0, memory);
    all_hold(renamed, {R"(path == "/old")", R"(path == "/new")", R"(path != "/other")"});
    none_holds(renamed, {R"(path != "/old")", R"(path !~ "/n*")", R"(path == "/o")"});
    CHECK(holds("path ~ \"" + std::string(4000, 'a') + "*\"", opened(std::string(5001, 'a'), 3)));
}

TEST_CASE("`fd` is a descriptor in an argument, in a part of an argument, or in the result")
{
    all_hold(opened("/a", 3), {"fd == 3", "fd == AT_FDCWD", "fd in (3, 4)", "fd > 2"});
    none_holds(opened("/a", 3), {"fd == 4", "fd != 3"});
    none_holds(opened("/a", -ENOENT), {"fd == 3", "fd >= 0", "fd == -1"});
    all_hold(exit_of("read", {5, 0x1000, 10}, 3), {"fd == 5", "fd != 3"});
    byte_memory memory;
    traced_call pipe{"pipe2", {0x1000, 0}};
    pipe.enter(memory);
    memory.put(0x1000, {"\3\0\0\0\4\0\0\0", 8});
    pipe.leave(memory, 0);
    all_hold(of(pipe.exit), {"fd == 3", "fd == 4", "fd != 5"});
}

TEST_CASE("`address` is the address of a socket")
{
    byte_memory memory;
    memory.put(0x1000, {"\2\0\x1f\x90\x7f\0\0\1\0\0\0\0\0\0\0\0", 16});   // this is the address 127.0.0.1, port 8080
    auto const inet = entry_of("connect", {3, 0x1000, 16}, memory);
    all_hold(inet, {R"(address == "127.0.0.1")", R"(address ~ "127.*")", R"(address != "127.0.0.2")",
                    "args.addr.sin_port == 8080", "args.addr.sin_port > 8079", R"(args.addr.sin_addr == "127.0.0.1")",
                    "args.addr.sa_family == AF_INET", R"(args.addr.sa_family == "AF_INET")"});
    none_holds(inet, {R"(address == "::1")", "args.addr.sin_port == 80", "args.addr.sa_family == AF_INET6"});
    memory.put(0x1000, {"\1\0/run/x\0", 9});
    CHECK(holds(R"(address == "/run/x")", entry_of("connect", {3, 0x1000, 9}, memory)));
    memory.put(0x1000, {"\1\0\0name", 7});
    CHECK(holds(R"(address == "@name")", entry_of("connect", {3, 0x1000, 7}, memory)));
    memory.put(0x1000, std::string{"\12\0\0\0\0\0\0\0", 8} + std::string(15, '\0') + '\1' + std::string(4, '\0'));
    CHECK(holds(R"(address == "::1")", entry_of("connect", {3, 0x1000, 28}, memory)));
}

TEST_CASE("flags are compared as a set: `has` allows other flags, `==` does not")
{
    auto const seen = opened("/a", 3);   // the flags of this openat(2) are O_WRONLY|O_CREAT|O_CLOEXEC
    all_hold(seen, {"args.flags has O_CREAT", "args.flags has O_CREAT|O_CLOEXEC", "args.flags has O_WRONLY",
                    "args.flags == O_WRONLY|O_CREAT|O_CLOEXEC", "args.flags != O_CREAT", R"(args.flags has "O_CREAT")",
                    "args.flags has 0x40", "args.flags == 02000101", "args.flags in (O_RDONLY, O_CREAT|O_WRONLY|O_CLOEXEC)"});
    none_holds(seen, {"args.flags has O_RDONLY", "args.flags has O_CREAT|O_TRUNC", "args.flags == O_CREAT",
                      R"(args.flags == "O_CREAT")", "args.flags has 2"});
    auto const mapped = entry_of("mmap", {0, 8192, 0, 0x22, 0xffffffff, 0});
    all_hold(mapped, {"args.flags has MAP_ANONYMOUS", "args.flags == MAP_PRIVATE|MAP_ANONYMOUS", "args.prot == PROT_NONE",
                      "args.addr == null", "args.length == 8k", "args.length >= 2k", "args.fd == -1", "fd == -1", "arg2 == 8192",
                      "arg4 has 0x20"});
    none_holds(mapped, {"args.flags == MAP_PRIVATE", "args.flags has MAP_SHARED", "args.addr != null", "args.length == 1M"});
}

TEST_CASE("arguments are compared with numbers, texts and constants")
{
    all_hold(opened("/a", 3),
             {"args.dirfd == AT_FDCWD", "args.dirfd == -100", "args.dirfd < 0", "args.mode == 0644", R"(args.pathname == "/a")",
              R"(args.pathname ~ "/*")", R"(args.pathname has "a")", "args.pathname != null", "args.pathname == 0x1000"});
    auto const seek = exit_of("lseek", {3, 0xfffffffffffffff6, 2}, 5);
    all_hold(seek, {"args.whence == SEEK_END", R"(args.whence == "SEEK_END")", R"(args.whence ~ "SEEK_*")",
                    "args.whence in (SEEK_SET, SEEK_END)", "args.whence != SEEK_SET", "args.offset == -10", "args.offset < 0"});
    none_holds(seek, {"args.whence == SEEK_SET", "args.whence == O_CREAT", R"(args.whence == "x")", "args.offset > 0"});
    all_hold(entry_of("kill", {1, 15}), {"args.sig == SIGTERM", "args.sig == 15", "args.pid == 1"});
    all_hold(entry_of("ioctl", {0, 0x5401, 0}), {"args.request == TCGETS", "args.request != TCSETS"});
    none_holds(opened("/a", 3), {"args.whence == 0", "args.whence != 0"});   // openat(2) has no argument `whence`
}

TEST_CASE("a call that transfers data has a number of bytes, and data that it has read at its exit")
{
    byte_memory memory;
    traced_call read{"read", {3, 0x1000, 64}};
    read.enter(memory);
    memory.put(0x1000, "data");
    read.leave(memory, 4);
    all_hold(of(read.exit), {"bytes == 4", "bytes < 4k", R"(args.buf == "data")", R"(args.buf has "at")", R"(args.buf ~ "d*")"});
    none_holds(of(syscall_entered{read.call}), {"bytes == 4", R"(args.buf == "data")", R"(args.buf != "data")"});
    none_holds(exit_of("read", {3, 0x1000, 64}, -EINTR), {"bytes == 0", "bytes != 0"});
    none_holds(exit_of("getpid", {}, 4), {"bytes == 4", "bytes != 4"});
}

TEST_CASE("escapes in a text stand for other bytes")
{
    byte_memory memory;
    memory.put(0x1000, "a\"\\\n\t\x01z");
    auto const seen = entry_of("write", {1, 0x1000, 7}, memory);
    all_hold(seen, {R"(args.buf == "a\"\\\n\t\x01z")", R"(args.buf has "\x01")"});
}

TEST_CASE("a number is decimal, hexadecimal or octal, and may have a unit")
{
    auto const seen = exit_of("getpid", {}, 4096);
    all_hold(seen, {"result == 4096", "result == 0x1000", "result == 0X1000", "result == 010000", "result == 4k", "result < 1M",
                    "result < 1G", "result < 1T", "result > -1", "result < 0xffffffffffffffff"});
    CHECK(holds("result == -0", exit_of("getpid", {}, 0)));
}

TEST_CASE("a predicate can be copied, and used where a function or a condition of a matcher can be used")
{
    auto const seen = opened("/etc/x", 3);
    predicate const first{R"(path ~ "/etc/*")"};
    auto const copy = first;
    std::function<bool(record const&)> const by_record = copy;
    CHECK(by_record(seen));
    auto const& exit = std::get<syscall_exited>(seen.what);
    CHECK(call("openat").where(first).fits(exit));
    CHECK_FALSE(call("openat").where(predicate{R"(path ~ "/usr/*")"}).fits(exit));
    CHECK(predicate{"entry"}(*exit.call));
    CHECK_FALSE(predicate{"tid == 0 || tid != 0"}(*exit.call));
}

TEST_CASE("a predicate says which names occur in it")
{
    predicate const one{R"(!(comm == "x") && (failed || args.flags has O_CREAT))"};
    CHECK(one.uses("comm"));
    CHECK(one.uses("failed"));
    CHECK(one.uses("args"));
    CHECK_FALSE(one.uses("path"));
    CHECK_FALSE(one.uses("args.flags"));
}

TEST_CASE("two predicates can be joined")
{
    auto const seen = opened("/etc/x", 3);
    predicate const yes{"result == 3"}, no{"failed"};
    CHECK((yes && yes)(seen));
    CHECK_FALSE((yes && no)(seen));
    CHECK_FALSE((no && yes)(seen));
    CHECK((yes && predicate{R"(path ~ "/etc/*")"}).uses("path"));
}

TEST_CASE("blanks and line breaks may stand between the words, and are not needed around operators")
{
    CHECK(holds("\n failed||\tresult\n==\n3 ", opened("/a", 3)));
    CHECK(holds("!(result!=3)&&args.flags has O_CREAT|O_CLOEXEC", opened("/a", 3)));
}

}   // namespace predicate_tests
