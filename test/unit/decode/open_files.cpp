// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>

#include <sys/socket.h>

namespace open_files_tests {

using namespace cotrace;
using cotrace::uapi::arch;
using test::byte_memory;
using test::traced_call;

namespace {

/// A made-up traced program: its memory, its file descriptors, and the processes that it refers to in calls.
class described final : public decode::reader {
public:
    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override { return memory.read(from, into); }

    bool describe(decode::descriptor_owner whose, int fd, descriptor_details const& wanted, open_file& found) noexcept override
    {
        ++asked;
        last_owner = whose;
        auto const at = files.find(fd);
        if (at == files.end())
            return false;
        found = at->second;
        return wanted.path || !std::holds_alternative<std::monostate>(found.about);
    }

    bool describe(decode::process_key who, process_details const& wanted, process_name& found) noexcept override
    {
        ++asked;
        if (auto const at = processes.find(who.id); at != processes.end() && wanted.command)
            found.command = at->second;
        if (wanted.outside)
            found.outside = who.id + 1000;
        return true;
    }

    std::string context_of(decode::descriptor_owner, int fd) noexcept override
    {
        ++asked;
        return fd == 4 ? std::string{} : "u:r:fd" + std::to_string(fd) + "_t:s0:c1" + expected;
    }

    std::string context_of(int directory, std::string_view path) noexcept override
    {
        ++asked;
        return "u:r:" + std::to_string(directory) + std::string{path} + "_t:s0" + expected;
    }

    byte_memory memory;
    std::map<int, open_file> files;
    std::map<std::int32_t, std::string> processes;
    std::string expected;   ///< appended to each SELinux context: "!!" and the expected context, or nothing
    decode::descriptor_owner last_owner{};
    int asked = 0;
};

template <class About>
described with(int fd, std::string path, About about)
{
    described subject;
    subject.files[fd] = {.path = std::move(path), .about = about};
    return subject;
}

capture_options const everything{.descriptors = descriptor_details::all()};

/// The line of a call that returned `result`.
std::string line_of(traced_call& call, described& subject, std::int64_t result, capture_options const& options = everything,
                    render::text_options const& text = {.column = 0})
{
    decode::decode_entry(subject, options, *call.call);
    call.exit.call = call.call;
    call.exit.outcome = syscall_outcome::from(result);
    decode::decode_exit(subject, options, *call.call, call.exit);
    auto plain = text;
    plain.column = 0;
    return render::text(call.exited(), plain);
}

std::string fsync_line(described subject, capture_options const& options = everything, render::text_options const& text = {})
{
    traced_call call{"fsync", {3}};
    return line_of(call, subject, 0, options, text);
}

open_file::end v4(unsigned char last, std::uint16_t port)
{
    open_file::end made{.port = static_cast<std::uint16_t>(port << 8 | port >> 8)};
    made.address = {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{last}};
    return made;
}

open_file::end v6(std::uint16_t port)
{
    open_file::end made{.is_v6 = true, .port = static_cast<std::uint16_t>(port << 8 | port >> 8)};
    made.address[15] = std::byte{1};
    return made;
}

}   // namespace

TEST_CASE("descriptors and processes are not looked up by default")
{
    auto subject = with(3, "/etc/passwd", std::monostate{});
    traced_call call{"fsync", {3}}, fork{"fork"};
    CHECK(line_of(call, subject, 0, {}) == "fsync(3) = 0");
    CHECK(line_of(fork, subject, 7, {}) == "fork() = 7");
    CHECK(subject.asked == 0);
}

TEST_CASE("a descriptor's path is part of its value")
{
    auto subject = with(3, "/etc/passwd", std::monostate{});
    traced_call call{"fsync", {3}};
    decode::decode_entry(subject, everything, *call.call);
    auto const fd = call.call->argument("fd");
    REQUIRE(fd);
    CHECK(fd->number() == 3);
    REQUIRE(fd->find("path"));
    CHECK(fd->find("path")->text() == "/etc/passwd");
    CHECK_FALSE(fd->find("deleted"));
}

TEST_CASE("the result of bpf(2) is a descriptor only if the argument could be read")
{
    auto subject = with(0, "/dev/null", std::monostate{});
    subject.memory.put(0x1000, std::string(20, '\0'));
    traced_call made{"bpf", {0, 0x1000, 20}}, unread{"bpf", {0, 0x9000, 20}};   // the command 0 is BPF_MAP_CREATE
    CHECK(line_of(made, subject, 0).ends_with(" = 0</dev/null>"));
    CHECK(line_of(unread, subject, 0) == "bpf(BPF_MAP_CREATE, 0x9000, 20) = 0");
    traced_call ruleset{"landlock_create_ruleset", {0x9000, 16, 0}};
    CHECK(line_of(ruleset, subject, 0).ends_with(" = 0</dev/null>"));
}

TEST_CASE("the path of a descriptor is escaped so that the closing bracket after it is unambiguous")
{
    CHECK(fsync_line(with(3, "/a<b>\"\\\n\xff", std::monostate{})) == "fsync(3</a\\74b\\76\\\"\\\\\\n\\377>) = 0");
    CHECK(fsync_line(with(3, "/a", std::monostate{}), everything, {.strings = render::escapes::all_hex})
          == "fsync(3<\\x2f\\x61>) = 0");
}

TEST_CASE("a deleted file is marked outside the brackets")
{
    described subject;
    subject.files[3] = {.path = "/tmp/x", .deleted = true};
    CHECK(fsync_line(subject) == "fsync(3</tmp/x>(deleted)) = 0");
}

TEST_CASE("a device is shown with its number, and the master of a pseudoterminal with its slave")
{
    CHECK(fsync_line(with(3, "/dev/null", open_file::device{.number = 0x103})) == "fsync(3</dev/null<char 1:3>>) = 0");
    CHECK(fsync_line(with(3, "/dev/sda", open_file::device{.is_block = true, .number = 0x800}))
          == "fsync(3</dev/sda<block 8:0>>) = 0");
    CHECK(fsync_line(with(3, "/dev/ptmx", open_file::device{.number = 0x502, .terminal = 7}))
          == "fsync(3</dev/ptmx<char 5:2 @/dev/pts/7>>) = 0");
}

TEST_CASE("a socket is shown with the addresses that are known")
{
    auto const line = [](open_file::socket is) { return fsync_line(with(3, "socket:[99]", is)); };
    CHECK(line({.protocol = "TCP", .inode = 99}) == "fsync(3<TCP:[99]>) = 0");
    CHECK(line({.protocol = "TCP", .inode = 99, .local = v4(1, 80)}) == "fsync(3<TCP:[127.0.0.1:80]>) = 0");
    CHECK(line({.protocol = "UDP", .inode = 99, .local = v4(1, 80), .remote = v4(2, 4242)})
          == "fsync(3<UDP:[127.0.0.1:80->127.0.0.2:4242]>) = 0");
    CHECK(line({.protocol = "TCPv6", .inode = 99, .local = v6(80), .remote = v6(4242)})
          == "fsync(3<TCPv6:[[::1]:80->[::1]:4242]>) = 0");
    CHECK(line({.protocol = "UNIX-STREAM", .inode = 99, .peer = 98}) == "fsync(3<UNIX-STREAM:[99->98]>) = 0");
    CHECK(line({.protocol = "UNIX", .inode = 99, .peer = 98, .name = "/run/a<\"b"})
          == "fsync(3<UNIX:[99->98,\"/run/a<\\\"b\"]>) = 0");
    CHECK(line({.protocol = "UNIX", .inode = 99, .name = std::string{"\0abstract", 9}})
          == "fsync(3<UNIX:[99,@\"abstract\"]>) = 0");
    CHECK(line({.protocol = "NETLINK", .inode = 99, .netlink = 0, .port_id = 4711}) == "fsync(3<NETLINK:[ROUTE:4711]>) = 0");
    CHECK(line({.protocol = "NETLINK", .inode = 99, .netlink = 200, .port_id = 4711}) == "fsync(3<NETLINK:[200]>) = 0");
    CHECK(fsync_line(with(3, "socket:[99]", std::monostate{})) == "fsync(3<socket:[99]>) = 0");
}

TEST_CASE("an anonymous file is shown with its details")
{
    CHECK(fsync_line(with(3, "anon_inode:[eventfd]", open_file::counter{.count = 0x3f, .id = 4, .semaphore = 1}))
          == "fsync(3<{eventfd-count=0x3f, eventfd-id=4, eventfd-semaphore=1}>) = 0");
    CHECK(fsync_line(with(3, "anon_inode:[eventfd]", open_file::counter{.count = 0})) == "fsync(3<{eventfd-count=0}>) = 0");
    CHECK(fsync_line(with(3, "anon_inode:[pidfd]", open_file::process{pid{42}})) == "fsync(3<pid:42>) = 0");
    CHECK(fsync_line(with(3, "anon_inode:[signalfd]", open_file::signals{0x204})) == "fsync(3<signalfd:[QUIT USR1]>) = 0");
}

TEST_CASE("a descriptor that a call returned is shown with its details")
{
    auto subject = with(5, "/etc/passwd", std::monostate{});
    subject.memory.put(0x1000, {"/etc/passwd\0", 12});
    traced_call open{"open", {0x1000, 0}}, failed{"open", {0x1000, 0}}, fcntl{"fcntl", {5, 0, 0}};
    CHECK(line_of(open, subject, 5) == "open(\"/etc/passwd\", O_RDONLY) = 5</etc/passwd>");
    CHECK(line_of(failed, subject, -2) == "open(\"/etc/passwd\", O_RDONLY) = -1 ENOENT (No such file or directory)");
    CHECK(line_of(fcntl, subject, 5) == "fcntl(5</etc/passwd>, F_DUPFD, 0) = 5</etc/passwd>");
}

TEST_CASE("AT_FDCWD is shown with the working directory if paths are wanted")
{
    auto subject = with(-100, "/home/me", std::monostate{});
    subject.memory.put(0x1000, {"x\0", 2});
    traced_call one{"mkdirat", {0xffffff9c, 0x1000, 0700}}, other{"mkdirat", {0xffffff9c, 0x1000, 0700}};
    CHECK(line_of(one, subject, 0) == "mkdirat(AT_FDCWD</home/me>, \"x\", 0700) = 0");
    subject.asked = 0;
    CHECK(line_of(other, subject, 0, {.descriptors = {.socket = true}}) == "mkdirat(AT_FDCWD, \"x\", 0700) = 0");
    CHECK(subject.asked == 0);
}

TEST_CASE("descriptors in arrays, structures and sets are shown with details, and descriptors in comments without")
{
    auto subject = with(4, "pipe:[1]", std::monostate{});
    subject.files[5] = {.path = "pipe:[2]"};
    subject.memory.put_words(0x1000, std::uint64_t{5} << 32 | 4);
    traced_call pipe{"pipe", {0x1000}};
    CHECK(line_of(pipe, subject, 0) == "pipe([4<pipe:[1]>, 5<pipe:[2]>]) = 0");
    subject.memory.put_words(0x2000, std::uint64_t{1} << 48 | std::uint64_t{1} << 32 | 4);
    traced_call poll{"poll", {0x2000, 1, 0}};
    CHECK(line_of(poll, subject, 1) == "poll([{fd=4<pipe:[1]>, events=POLLIN}], 1, 0) = 1 ([{fd=4, revents=POLLIN}])");
    subject.memory.put_words(0x3000, 0x30);
    traced_call select{"select", {6, 0x3000, 0, 0, 0}};
    CHECK(line_of(select, subject, 2) == "select(6, [4<pipe:[1]> 5<pipe:[2]>], NULL, NULL, NULL) = 2 (in [4 5])");
}

TEST_CASE("a descriptor of another process is looked up in that process")
{
    auto subject = with(3, "/x", std::monostate{});
    traced_call kcmp{"kcmp", {7, 8, 0, 3, 3}}, get{"pidfd_getfd", {9, 3, 0}};
    decode::decode_entry(subject, everything, *kcmp.call);
    CHECK(subject.last_owner.is == decode::descriptor_owner::kind::process);
    CHECK(subject.last_owner.id == 8);
    decode::decode_entry(subject, everything, *get.call);
    CHECK(subject.last_owner.is == decode::descriptor_owner::kind::by_pidfd);
    CHECK(subject.last_owner.id == 9);
}

TEST_CASE("the number of descriptors that are looked up for one call is limited")
{
    described subject;
    for (int fd = 0; fd < 1024; ++fd)
        subject.files[fd] = {.path = "/x"};
    subject.memory.put(0x1000, std::string(128, '\xff'));
    traced_call select{"select", {1024, 0x1000, 0, 0, 0}};
    capture_options few = everything;
    few.most_reads = 10;
    decode::decode_entry(subject, few, *select.call);
    CHECK(subject.asked < 10);
    CHECK(select.call->argument("readfds")->target()->parts().size() == 1024);
}

TEST_CASE("a process id is shown with the name of the process, and a process group id is not")
{
    described subject;
    subject.processes[7] = "a<b";
    capture_options const named{.processes = {.command = true}};
    traced_call kill{"kill", {7, 0}}, group{"kill", {0xfffffff9, 0}}, fork{"fork"}, pgrp{"getpgrp"};
    CHECK(line_of(kill, subject, 0, named) == "kill(7<a\\74b>, 0) = 0");
    CHECK(line_of(group, subject, 0, named) == "kill(-7, 0) = 0");
    CHECK(line_of(fork, subject, 7, named) == "fork() = 7<a\\74b>");
    CHECK(line_of(pgrp, subject, 7, named) == "getpgrp() = 7");
    capture_options const both{.processes = {.command = true, .outside = true}};
    traced_call once{"kill", {7, 0}};
    CHECK(line_of(once, subject, 0, both) == "kill(7<a\\74b> /* 1007 in strace's PID NS */, 0) = 0");
}

TEST_CASE("JSON has the details of descriptors and processes as members")
{
    auto subject = with(3, "socket:[99]", open_file::socket{.protocol = "TCP", .inode = 99, .local = v4(1, 80)});
    subject.files[4] = {.path = "/dev/null", .about = open_file::device{.number = 0x103}};
    subject.processes[7] = "init";
    traced_call dup{"dup", {3}}, fork{"fork"};
    line_of(dup, subject, 4);
    std::string json;
    render::append_json(dup.exited(), {}, json);
    CHECK(
        json.find(
            R"("value":3,"details":{"path":{"string":"socket:[99]","length":11},"socket":{"fields":{"protocol":{"string":"TCP","length":3},"inode":{"value":99},"local":{"string":"127.0.0.1"},"local_port":{"value":80}}}}})")
        != std::string::npos);
    CHECK(
        json.find(
            R"("value":4,"details":{"path":{"string":"/dev/null","length":9},"character_device":{"value":259,"fields":{"major":{"value":1},"minor":{"value":3}}}}})")
        != std::string::npos);
    line_of(fork, subject, 7, {.processes = {.command = true}});
    json.clear();
    render::append_json(fork.exited(), {}, json);
    CHECK(json.find(R"("return":{"text":"7<init>","value":7,"details":{"command":{"string":"init","length":4}}})")
          != std::string::npos);
    CHECK(json.find("notes") == std::string::npos);
}

TEST_CASE("lines begin with the current name of their thread")
{
    described subject;
    subject.memory.put(0x1000, {"renamed\0", 8});
    render::text_renderer renderer{{.threads = render::thread_prefix::always, .column = 0}};
    std::string out;
    renderer.append({tid{7}, {}, thread_started{origin::launched, {}, "sh"}}, out);
    traced_call prctl{"prctl", {15, 0x1000}}, call{"getppid"};
    line_of(prctl, subject, 0, {});
    line_of(call, subject, 1, {});
    for (auto* each : {&prctl, &call}) {
        renderer.append(each->entered(), out);
        renderer.append(each->exited(), out);
    }
    renderer.append({tid{7}, {}, image_replaced{{}, "ls"}}, out);
    renderer.append({tid{7}, {}, thread_exited{}}, out);
    CHECK(out == "7<sh> prctl(PR_SET_NAME, \"renamed\") = 0\n7<renamed> getppid() = 1\n7<ls> +++ exited with 0 +++\n");
}

TEST_CASE("the name of a thread before a line is the name that the record has")
{
    render::text_renderer lines{{.threads = render::thread_prefix::always, .column = 0}};
    std::string out;
    for (auto const* const name : {"one", "two"}) {
        byte_memory memory;
        traced_call call{"getppid"};
        call.enter(memory).leave(memory, 1);
        for (auto seen : {call.entered(), call.exited()}) {
            seen.comm = std::make_shared<std::string const>(name);
            lines.append(seen, out);
        }
    }
    CHECK(out == "7<one> getppid() = 1\n7<two> getppid() = 1\n");
}

namespace {

bool is_about(std::string_view name, std::vector<std::uint64_t> args, access_filter const& wanted, described& subject)
{
    traced_call call{name, std::move(args)};
    decode::decode_entry(subject, {}, *call.call);
    return decode::accesses(subject, wanted, *call.call);
}

}   // namespace

TEST_CASE("a call accesses the path in its argument, and the path of a descriptor in its argument")
{
    auto subject = with(3, "/etc/passwd", std::monostate{});
    subject.memory.put(0x1000, {"/etc/passwd\0", 12});
    subject.memory.put(0x2000, {"/etc/group\0", 11});
    access_filter const passwd{.paths = {"/etc/passwd"}};
    CHECK(is_about("open", {0x1000, 0}, passwd, subject));
    CHECK_FALSE(is_about("open", {0x2000, 0}, passwd, subject));
    CHECK(is_about("read", {3, 0, 0}, passwd, subject));
    CHECK_FALSE(is_about("read", {4, 0, 0}, passwd, subject));
    CHECK(is_about("dup2", {4, 3}, passwd, subject));
    CHECK(is_about("rename", {0x2000, 0x1000}, passwd, subject));
    CHECK(is_about("mmap", {0, 4096, 1, 2, 3, 0}, passwd, subject));
    CHECK_FALSE(is_about("mmap", {3, 3, 3, 3, 4, 3}, passwd, subject));
    CHECK_FALSE(is_about("symlink", {0x1000, 0x2000}, passwd, subject));   // the target of a new link is not accessed
    CHECK_FALSE(is_about("getpid", {}, passwd, subject));
    CHECK(is_about("getpid", {}, {}, subject));
}

TEST_CASE("a call accesses the descriptors among its arguments")
{
    described subject;
    subject.memory.put_words(0x1000, 0x30);
    std::string entries;
    for (std::uint32_t fd = 100; fd < 200; ++fd)
        entries.append({static_cast<char>(fd), 0, 0, 0, 1, 0, 0, 0});
    subject.memory.put(0x2000, entries);
    access_filter const fifth{.descriptors = number_set{{5}}};
    CHECK(is_about("close", {5}, fifth, subject));
    CHECK_FALSE(is_about("close", {6}, fifth, subject));
    CHECK(is_about("select", {6, 0x1000, 0, 0, 0}, fifth, subject));
    CHECK_FALSE(is_about("select", {5, 0x1000, 0, 0, 0}, fifth, subject));
    CHECK(is_about("epoll_ctl", {4, 1, 5, 0}, fifth, subject));
    CHECK_FALSE(is_about("epoll_ctl", {5, 1, 4, 0}, fifth, subject));
    CHECK_FALSE(is_about("kcmp", {1, 1, 0, 5, 5}, fifth, subject));
    // The element with the descriptor 199 is beyond the elements that are shown.
    CHECK(is_about("poll", {0x2000, 100, 0}, {.descriptors = number_set{{199}}}, subject));
    CHECK_FALSE(is_about("poll", {0x2000, 99, 0}, {.descriptors = number_set{{199}}}, subject));
    CHECK(is_about("close", {6}, {.descriptors = number_set{{5}, true}}, subject));
    CHECK_FALSE(is_about("close", {5}, {.descriptors = number_set{{5}, true}}, subject));
    CHECK_FALSE(is_about("close", {0xffffffff}, {.descriptors = number_set{{5}, true}}, subject));
    CHECK(subject.asked == 0);
}

TEST_CASE("SELinux contexts follow descriptors and paths")
{
    capture_options const contexts{.contexts = true};
    auto subject = with(3, "/etc/passwd", std::monostate{});
    subject.memory.put(0x1000, std::string{"x", 2});
    traced_call fsync{"fsync", {3}}, none{"fsync", {4}}, negative{"fsync", {0xffffffff}}, both{"fsync", {3}};
    CHECK(line_of(fsync, subject, 0, contexts) == "fsync(3 [fd3_t]) = 0");
    CHECK(line_of(none, subject, 0, contexts) == "fsync(4) = 0");
    CHECK(line_of(negative, subject, 0, contexts) == "fsync(-1) = 0");
    CHECK(line_of(both, subject, 0, {.descriptors = descriptor_details::all(), .contexts = true}, {.full_contexts = true})
          == "fsync(3</etc/passwd> [u:r:fd3_t:s0:c1]) = 0");
    traced_call open{"open", {0x1000, 0}}, openat{"openat", {3, 0x1000, 0}}, current{"openat", {0xffffff9c, 0x1000, 0}};
    CHECK(line_of(open, subject, 5, contexts) == "open(\"x\" [-100x_t], O_RDONLY) = 5 [fd5_t]");
    CHECK(line_of(openat, subject, 5, contexts) == "openat(3 [fd3_t], \"x\" [3x_t], O_RDONLY) = 5 [fd5_t]");
    CHECK(line_of(current, subject, 5, contexts) == "openat(AT_FDCWD, \"x\" [-100x_t], O_RDONLY) = 5 [fd5_t]");
    subject.memory.put(0x2000, std::string{"\0", 1});
    traced_call empty{"openat", {3, 0x2000, 0}};
    CHECK(line_of(empty, subject, 5, contexts) == "openat(3 [fd3_t], \"\" [3_t], O_RDONLY) = 5 [fd5_t]");
    auto const before = subject.asked;
    traced_call plain{"open", {0x1000, 0}};
    CHECK(line_of(plain, subject, 5, {}) == "open(\"x\", O_RDONLY) = 5");
    CHECK(subject.asked == before);
}

TEST_CASE("SELinux contexts follow the paths of Unix sockets")
{
    capture_options const contexts{.contexts = true};
    described subject;
    subject.memory.put(0x1000, std::string{"\1\0/run/x\0y", 10});
    subject.memory.put(0x2000, std::string{"\1\0\0x", 4});
    traced_call path{"connect", {4, 0x1000, 10}}, abstract{"connect", {4, 0x2000, 4}}, unnamed{"bind", {4, 0x2000, 2}};
    CHECK(line_of(path, subject, 0, contexts) == "connect(4, {sa_family=AF_UNIX, sun_path=\"/run/x\" [-100/run/x_t]}, 10) = 0");
    CHECK(line_of(abstract, subject, 0, contexts) == "connect(4, {sa_family=AF_UNIX, sun_path=@\"x\"}, 4) = 0");
    CHECK(line_of(unnamed, subject, 0, contexts) == "bind(4, {sa_family=AF_UNIX}, 2) = 0");
}

TEST_CASE("the expected SELinux context is shown if its part that is shown differs from the context")
{
    capture_options const contexts{.contexts = true};
    render::text_options const full{.full_contexts = true};
    described subject;
    auto const line = [&](std::string const& expected, render::text_options const& text) {
        subject.expected = expected;
        traced_call fsync{"fsync", {3}};
        return line_of(fsync, subject, 0, contexts, text);
    };
    CHECK(line("!!u:r:etc_t:s0", {}) == "fsync(3 [fd3_t!!etc_t]) = 0");
    CHECK(line("!!u:r:etc_t:s0", full) == "fsync(3 [u:r:fd3_t:s0:c1!!u:r:etc_t:s0]) = 0");
    CHECK(line("!!system_u:r:fd3_t:s0", {}) == "fsync(3 [fd3_t]) = 0");
    CHECK(line("!!system_u:r:fd3_t:s0", full) == "fsync(3 [u:r:fd3_t:s0:c1!!system_u:r:fd3_t:s0]) = 0");
}

TEST_CASE("the SELinux context of a thread precedes the time of a line")
{
    render::text_renderer lines{{.threads = render::thread_prefix::always, .column = 0}};
    std::string out;
    byte_memory memory;
    traced_call call{"getppid"};
    call.enter(memory).leave(memory, 1);
    for (auto seen : {call.entered(), call.exited()}) {
        seen.context = std::make_shared<std::string const>("unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023");
        lines.append(seen, out);
    }
    CHECK(out == "7     [unconfined_t] getppid() = 1\n");
}

}   // namespace open_files_tests
