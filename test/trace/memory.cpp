// SPDX-License-Identifier: BSL-1.0
// The memory of a traced process: raw and typed reads, strings, vectors of strings, socket addresses, and writes.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/denied_calls.hpp"
#include "support/live_test.hpp"
#include "support/needs_32_bit.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"

#include <cotrace/render/text.hpp>

#include <array>
#include <cstring>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/un.h>

namespace memory_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Traces a guest and calls `look` at each entry of one system call.
template <class Look>
task<trace> looking(command what, long number, Look look)
{
    auto made = std::make_shared<scripted>(number);
    made->entry = [look](intercepted at, syscall_call const& call) -> task<verdict> {
        look(at.subject, call);
        co_return proceed{};
    };
    co_return co_await trace_of(std::move(what), with(made));
}

remote_address argument(syscall_call const& call, std::size_t index) { return remote_address{call.args[index]}; }

/// The four paths with which shows_edges calls chdir(2), in order.
task<std::vector<result<std::string>>> edge_strings()
{
    std::vector<result<std::string>> found;
    auto const seen = co_await looking(program("shows_edges"), SYS_chdir, [&](memory const& subject, syscall_call const& call) {
        found.push_back(subject.read_string(argument(call, 0)));
    });
    CHECK(seen.end.status == 0);
    REQUIRE(found.size() == 4);
    co_return found;
}

}   // namespace

LIVE_TEST("a buffer of a traced process is read", "[memory][section1]")
{
    std::string text(6, '?');
    co_await looking(program("hello"), SYS_write, [&](memory const& subject, syscall_call const& call) {
        CHECK(subject.read(argument(call, 1), std::as_writable_bytes(std::span{text})).has_value());
    });
    CHECK(text == "hello\n");
}

LIVE_TEST("a structure can be read from the memory of a traced process", "[memory][section1]")
{
    struct layout {
        std::uint8_t byte;
        std::uint16_t half;
        std::uint32_t word;
        std::uint64_t whole;
    };
    std::optional<layout> found;
    co_await looking(program("shows_numbers"), SYS_chdir, [&](memory const& subject, syscall_call const& call) {
        if (auto const got = subject.read<layout>(argument(call, 0)))
            found = got.value();
    });
    REQUIRE(found.has_value());
    CHECK(found->byte == 0x11);
    CHECK(found->half == 0x2233);
    CHECK(found->word == 0x44556677);
    CHECK(found->whole == 0x8899aabbccddeeff);
}

LIVE_TEST("a string that ends with the last mapped page is read", "[memory][section1]")
{
    auto const found = co_await edge_strings();
    REQUIRE(found[0].has_value());
    CHECK(found[0].value() == "edge");
}

LIVE_TEST("a string without a null byte is read up to the end of the mapping", "[memory]")
{
    auto const found = co_await edge_strings();
    REQUIRE(found[1].has_value());
    CHECK(found[1].value() == "noend");
}

LIVE_TEST("a string that crosses a page boundary is read", "[memory]")
{
    auto const found = co_await edge_strings();
    REQUIRE(found[2].has_value());
    CHECK(found[2].value() == "across");
}

LIVE_TEST("reading a string at an unmapped address fails with unmapped_memory", "[memory]")
{
    auto const found = co_await edge_strings();
    REQUIRE(found[3].has_error());
    CHECK(found[3].error() == errc::unmapped_memory);
}

LIVE_TEST("a string is read no further than the given limit", "[memory]")
{
    std::string found;
    co_await looking(program("hello"), SYS_write, [&](memory const& subject, syscall_call const& call) {
        found = subject.read_string(argument(call, 1), 4).value();
    });
    CHECK(found == "hell");
}

LIVE_TEST("read_some reads the mapped part of a buffer and returns its size", "[memory]")
{
    std::vector<std::size_t> sizes;
    co_await looking(program("shows_edges"), SYS_chdir, [&](memory const& subject, syscall_call const& call) {
        std::array<std::byte, 100> into;
        if (auto const got = subject.read_some(argument(call, 0), into))
            sizes.push_back(got.value());
    });
    REQUIRE(sizes.size() >= 3);
    CHECK(sizes[sizes.size() - 3] == 5);   // "edge" and its null byte are the last bytes of the mapping
}

LIVE_TEST("reading the whole of a partly mapped buffer fails", "[memory]")
{
    std::vector<error_code> errors;
    co_await looking(program("shows_edges"), SYS_chdir, [&](memory const& subject, syscall_call const& call) {
        std::array<std::byte, 100> into;
        auto const got = subject.read(argument(call, 0), into);
        errors.push_back(got ? error_code{} : got.error());
    });
    REQUIRE(errors.size() >= 4);
    CHECK(errors[errors.size() - 4] == errc::unmapped_memory);
}

LIVE_TEST("the vectors of strings of an execve are read", "[memory][section1]")
{
    std::vector<std::string> arguments, environment;
    auto what = program("execs", guest("says_arguments"), "one", "", "two words");
    what.environment = std::vector<std::string>{"A=1", "B=2"};
    auto const seen = co_await looking(what, SYS_execve, [&](memory const& subject, syscall_call const& call) {
        arguments = subject.read_strings(argument(call, 1), call.arch).value();
        environment = subject.read_strings(argument(call, 2), call.arch).value();
    });
    std::vector<std::string> const expected{guest("says_arguments"), "one", "", "two words"};
    std::vector<std::string> const expected_environment{"A=1", "B=2"};
    CHECK(arguments == expected);
    CHECK(environment == expected_environment);
}

LIVE_TEST("the vectors of strings of a 32-bit execve are read", "[memory][abi]")
{
    if (lacks_32_bit_guests())
        co_return;
    std::vector<std::string> arguments;
    // The number 11 is execve(2) on i386.
    co_await looking(program("execs_32", guest("exits"), "3"), 11, [&](memory const& subject, syscall_call const& call) {
        if (call.arch == cotrace::uapi::arch::i386)
            arguments = subject.read_strings(argument(call, 1), call.arch).value();
    });
    std::vector<std::string> const expected{guest("exits"), "3"};
    CHECK(arguments == expected);
}

LIVE_TEST("a vector of strings is read no further than the given limit", "[memory]")
{
    std::vector<std::string> arguments;
    co_await looking(program("execs", guest("exits"), "3"), SYS_execve, [&](memory const& subject, syscall_call const& call) {
        arguments = subject.read_strings(argument(call, 1), call.arch, 1).value();
    });
    std::vector<std::string> const expected{guest("exits")};
    CHECK(arguments == expected);
}

LIVE_TEST("socket addresses of a traced process are read", "[memory][section1]")
{
    std::vector<socket_address> found;
    co_await looking(program("connects"), SYS_connect, [&](memory const& subject, syscall_call const& call) {
        found.push_back(subject.read_address(argument(call, 1), static_cast<socklen_t>(call.args[2])).value());
    });
    REQUIRE(found.size() == 2);
    REQUIRE(found[0].storage.ss_family == AF_INET);
    auto const& inet = reinterpret_cast<sockaddr_in const&>(found[0].storage);
    CHECK(ntohs(inet.sin_port) == 9);
    CHECK(ntohl(inet.sin_addr.s_addr) == INADDR_LOOPBACK);
    REQUIRE(found[1].storage.ss_family == AF_UNIX);
    auto const& local = reinterpret_cast<sockaddr_un const&>(found[1].storage);
    CHECK(std::string{local.sun_path} == "/no/such/socket");
}

LIVE_TEST("a socket address that is longer than any real address is cut", "[memory]")
{
    std::vector<socklen_t> lengths;
    co_await looking(program("connects"), SYS_connect, [&](memory const& subject, syscall_call const& call) {
        if (auto const got = subject.read_address(argument(call, 1), 1u << 20))
            lengths.push_back(got.value().length);
    });
    for (auto const length : lengths)
        CHECK(length <= sizeof(sockaddr_storage));
}

LIVE_TEST("a call uses the data that an interceptor wrote to memory at the call's entry", "[memory][intercept]")
{
    std::string const changed = "HELLO\n";
    auto const seen = co_await looking(program("hello"), SYS_write, [&](memory const& subject, syscall_call const& call) {
        CHECK(subject.write(argument(call, 1), std::as_bytes(std::span{changed})));
    });
    CHECK(seen.output == "HELLO\n");
}

LIVE_TEST("read-only memory can be written, and the mapped file does not change", "[memory]")
{
    std::string const changed = "replaced\n";
    auto const seen =
        co_await looking(program("writes_literal"), SYS_write, [&](memory const& subject, syscall_call const& call) {
            CHECK(subject.write(argument(call, 1), std::as_bytes(std::span{changed})));
        });
    CHECK(seen.output == "replaced\nreplaced\n");
    // The guest's file on disk is unchanged.
    CHECK(untraced(program("writes_literal")).output == "original\noriginal\n");
}

LIVE_TEST("a number can be written to the memory of a traced process", "[memory]")
{
    auto const seen = co_await looking(program("hello"), SYS_write, [&](memory const& subject, syscall_call const& call) {
        CHECK(subject.write(argument(call, 1), std::uint32_t{0x64636261}));
    });
    CHECK(seen.output == "abcdo\n");
}

LIVE_TEST("a program finds the data that an interceptor wrote to memory at a call's exit", "[memory][intercept]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto shout = std::make_shared<scripted>(SYS_read);
    shout->exit = [](intercepted at, syscall_call const& call, syscall_outcome outcome) -> task<verdict> {
        if (call.args[0] == 0 && outcome.value == 6) {
            std::string const changed = "HELLO\n";
            CHECK(at.subject.write(argument(call, 1), std::as_bytes(std::span{changed})));
        }
        co_return proceed{};
    };
    tracer by{ex};
    conversation talk{ex};
    auto target = co_await launched(by, program("reads_text"), talk, with(shout));
    talk.tell("hello\n");
    co_await drain(target);
    co_await check_rest(talk, "6 HELLO\n\n");
}

LIVE_TEST("writing at an unmapped address fails with unmapped_memory", "[memory]")
{
    error_code said;
    co_await looking(program("hello"), SYS_write, [&](memory const& subject, syscall_call const&) {
        if (auto const wrote = subject.write(remote_address{16}, 1); !wrote)
            said = wrote.error();
    });
    CHECK(said == errc::unmapped_memory);
}

TEST_CASE("reading the memory of a thread that has ended fails with tracee_died", "[memory]")
{
    auto const gone = must(::fork());
    if (gone == 0)
        ::_exit(0);
    must(::waitpid(gone, nullptr, 0));
    memory const subject{tid{gone}};
    auto const tried = subject.read<int>(remote_address{reinterpret_cast<std::uintptr_t>(&gone)});
    REQUIRE(tried.has_error());
    CHECK(tried.error() == errc::tracee_died);
}

TEST_CASE("memory is accessed also where process_vm_readv(2) and process_vm_writev(2) are denied", "[memory]")
{
    auto const status = in_a_process([] {
        deny({{"process_vm_readv"}, {"process_vm_writev", ENOSYS}});
        auto* const area = static_cast<char*>(::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        must(::munmap(area + 4096, 4096));
        std::strcpy(area + 4090, "hello");
        memory const self{tid{::gettid()}};
        auto const at = [&](std::size_t offset) { return remote_address{reinterpret_cast<std::uintptr_t>(area + offset)}; };
        if (self.read_string(at(4090)).value() != "hello" || self.read<std::uint16_t>(at(4090)).value() != 0x6568)
            return 1;
        std::array<std::byte, 16> room{};
        if (self.read_some(at(4090), room).value() != 6 || self.read(at(4090), room).error() != errc::unmapped_memory)
            return 2;
        for (auto const hole : {at(4096), remote_address::null, remote_address{0xffffffffff600000}})
            if (self.read_some(hole, room).error() != errc::unmapped_memory)
                return 3;
        if (!self.write(at(0), 0x12345678) || self.read<int>(at(0)).value() != 0x12345678)
            return 4;
        auto const ended = must(::fork());
        if (ended == 0)
            ::_exit(0);
        siginfo_t end{};
        must(::waitid(P_PID, static_cast<id_t>(ended), &end, WEXITED | WNOWAIT));
        // The /proc files of a zombie belong to root, so another user gets EACCES.
        auto const expected =
            ::geteuid() == 0 ? error_code{errc::tracee_died} : error_code{EACCES, boost::system::system_category()};
        bool const zombie = memory{tid{ended}}.read_some(at(0), room).error() == expected;
        must(::waitpid(ended, nullptr, 0));
        bool const gone = memory{tid{ended}}.read_some(at(0), room).error() == errc::tracee_died;
        return zombie && gone ? 0 : 5;
    });
    CHECK(status == 0);
}

TEST_CASE("without access to the memory of a program, the text of its calls shows addresses", "[memory]")
{
    if (!has_guest("hello_static")) {   // the dynamic loader calls pread64(2), which this test denies
        WARN("not checked: no static programs can be built");
        return;
    }
    capture const said;
    auto const status = in_a_process([&] {
        deny({{"process_vm_readv"}, {"pread64"}});
        run_for(live_limit, [&]() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto target = co_await by.async_launch(quiet(program("hello_static")));
            auto const records = co_await drain(target);
            for (auto const& each : entries(records, SYS_write)) {
                auto const line = render::text({each.thread, {}, each.what});
                must(::write(said.fd(), line.data(), line.size()));
            }
        });
        return 0;
    });
    CHECK(status == 0);
    CHECK(said.text().starts_with("write(1, 0x"));
}

}   // namespace memory_tests
