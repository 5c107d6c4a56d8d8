// SPDX-License-Identifier: BSL-1.0
// Writes made-up records to trace files, and reads whole, cut and damaged files, and files of a later version.
#include "decode/inputs.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "trace_file/record_decoder.hpp"
#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/stack.hpp>
#include <cotrace/trace_file.hpp>

#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "trace_file_copy.inc"

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace trace_file_tests {

namespace {

constexpr std::string_view path_text{"/tmp/a file\0", 12};

capture_options kept()
{
    capture_options made;
    made.keep_inputs = true;
    made.string_limit = 4096;
    made.verbose = true;
    made.thread_names = true;
    made.processes.command = true;
    return made;
}

timestamp at(std::int64_t milliseconds) { return timestamp{1'700'000'000s + std::chrono::milliseconds{milliseconds}}; }

/// A call of openat(2) that fails.
std::pair<record, record> opening(std::int32_t thread, std::int64_t begin)
{
    byte_memory memory;
    memory.put(0x5000, std::string{path_text});
    traced_call made{"openat", {0xffffff9c, 0x5000, 0x80000, 0}};
    made.call->ip = 0x401000;
    made.call->sp = 0x7ffe1000;
    made.enter(memory, kept()).leave(memory, -2, kept());
    made.exit.took = 300us;
    record entry{tid{thread}, at(begin), syscall_entered{made.call}, pid{thread}};
    record exit{tid{thread}, at(begin + 1), made.exit, pid{thread}};
    return {entry, exit};
}

/// A call of read(2) that returns `content`.
std::pair<record, record> reading(std::int32_t thread, std::string const& content)
{
    byte_memory memory;
    memory.put(0x6000, content);
    traced_call made{"read", {3, 0x6000, content.size()}};
    made.enter(memory, kept()).leave(memory, static_cast<std::int64_t>(content.size()), kept());
    return {{tid{thread}, at(10), syscall_entered{made.call}, pid{thread}}, {tid{thread}, at(11), made.exit, pid{thread}}};
}

/// A call of close(2), decoded with the path of its descriptor. At the exit, the path of another descriptor was looked up as
/// well.
std::pair<record, record> closing(std::int32_t thread, int fd, std::string const& path)
{
    using decode::inputs;
    byte_memory memory;
    traced_call made{"close", {static_cast<std::uint64_t>(fd)}};
    made.enter(memory, kept()).leave(memory, 0, kept());
    auto const answer = [](int about, std::string name) {
        inputs::answer one{.asked = inputs::question::file, .id = about, .found = open_file{.path = std::move(name)}};
        return std::make_shared<inputs::answer const>(std::move(one));
    };
    inputs found;
    found.answers.push_back(answer(fd, path));
    made.call->inputs = std::make_shared<inputs const>(found);
    found.answers.insert(found.answers.begin(), answer(fd + 1, path + "+1"));
    made.exit.inputs = std::make_shared<inputs const>(found);
    return {{tid{thread}, at(10), syscall_entered{made.call}, pid{thread}}, {tid{thread}, at(11), made.exit, pid{thread}}};
}

/// The submission of an openat to an io_uring, and its completion.
std::pair<record, record> ring_opening(std::int32_t thread)
{
    byte_memory memory;
    memory.put(0x5000, std::string{path_text});
    uapi::ring_entry const entry{.opcode = 18, .flags = 0x10, .fd = -100, .addr = 0x5000, .user_data = 5, .addr3 = 6, .rest = 7};
    ring_completed const done{5, syscall_outcome::from(-2), 0x30001, std::uint8_t{18}};
    return {{tid{thread}, at(9), submitted(entry, memory, kept()), pid{thread}}, {tid{thread}, at(9), done, pid{thread}}};
}

std::vector<record> all_kinds()
{
    auto const [entry, exit] = opening(7, 2);
    auto const [submission, completion] = ring_opening(7);
    signal_received signal;
    signal.info.si_signo = SIGUSR1;
    signal.info.si_pid = 4711;
    signal.sender = {"sender", 12};
    signal.ip = 0x1234;
    failure const failed{errc::unmapped_memory, "set the result", tid{7}, tid{8}};
    std::vector<record> all{
        {tid{7}, at(0), thread_started{origin::launched, {}, "comm"}, pid{7}},
        {tid{8}, at(1), thread_started{origin::vfork, tid{7}, {}}, pid{8}},
        entry,
        exit,
        {tid{7}, at(4), signal, pid{7}},
        {tid{7}, at(5), group_stopped{signo{SIGSTOP}, 0x99}, pid{7}},
        {tid{7}, at(6), image_replaced{tid{9}, "new"}, pid{7}},
        {tid{9}, at(7), superseded{tid{10}}, pid{7}},
        {tid{8}, at(8), thread_exited{SIGSEGV, true, true, true}, pid{8}},
        {tid{11}, at(9), thread_exited{0, false, false, false}, pid{11}},
        {tid{12}, at(9), detached{}, pid{12}},
        {tid{}, at(9), records_lost{77}, pid{}},
        {tid{7}, at(9), trace_failed{failed}, pid{7}},
        {tid{7}, at(9), trace_failed{{error_code{EPERM, boost::system::system_category()}, "x", tid{}, tid{}}}, pid{7}},
        submission,
        completion,
        {tid{7}, at(9), ring_completed{~std::uint64_t{0}, {3, false}, 0, {}}, pid{7}},
    };
    auto const identity = std::make_shared<session_identity const>(session_identity{2, "1 ls"});
    for (auto& each : all)
        each.session = identity;
    auto const comm = std::make_shared<std::string const>("comm");
    for (auto& each : all)
        each.comm = comm;
    all[4].context = std::make_shared<std::string const>("a:b:c");
    return all;
}

std::string written(std::vector<record> const& records, trace_file_head head = {.program = "test", .capture = kept()})
{
    std::string bytes;
    trace_file_writer writer{std::move(head)};
    writer.begin(bytes);
    for (auto const& each : records)
        writer.append(each, bytes);
    writer.finish(bytes);
    return bytes;
}

/// Calls `use(name)` with the name of a file that contains `bytes`.
template <class Use>
void with_file(std::string const& bytes, Use use)
{
    temporary_folder const folder;
    auto const name = folder.file("trace");
    std::ofstream{name, std::ios::binary} << bytes;
    use(name);
}

/// The result of reading a trace file.
struct read_back {
    std::vector<record> records{};
    trace_file_head head{};
    error_code error{};
};

template <class Prepare>
read_back read(std::string const& bytes, Prepare prepare)
{
    read_back made;
    with_file(bytes, [&](std::string const& name) {
        auto opened = trace_file_reader::open(name);
        if (!opened) {
            made.error = opened.error();
            return;
        }
        made.head = opened.value().head();
        prepare(opened.value());
        record seen;
        while (opened.value().next(seen))
            made.records.push_back(seen);
        made.error = opened.value().error();
    });
    return made;
}

read_back read(std::string const& bytes)
{
    return read(bytes, [](trace_file_reader&) {});
}

/// The record as JSON and as text. The two together show most members of a record.
std::string shown(record const& seen)
{
    std::string to;
    render::append_json(seen, {.entries = true}, to);
    return to + render::text(seen);
}

std::string text_of(std::vector<record> const& records)
{
    render::text_renderer renderer;
    std::string to;
    for (auto const& each : records)
        renderer.append(each, to);
    return to;
}

}   // namespace

TEST_CASE("records of all kinds are read as they were written", "[trace_file]")
{
    auto const before = all_kinds();
    auto const after = read(written(before));
    CHECK_FALSE(after.error);
    REQUIRE(after.records.size() == before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        INFO("record " << i);
        auto const &one = before[i], &other = after.records[i];
        CHECK(shown(other) == shown(one));
        CHECK(other.what.index() == one.what.index());
        CHECK(other.at == one.at);
        CHECK(other.process == one.process);
        CHECK(other.session->label == "1 ls");
        CHECK(other.session->number == 2);
    }
    CHECK(*after.records[0].comm == "comm");
    CHECK(*after.records[4].context == "a:b:c");
    CHECK(std::get<syscall_exited>(after.records[3].what).took == 300us);
    auto const& call = *std::get<syscall_entered>(after.records[2].what).call;
    CHECK(call.ip == 0x401000);
    CHECK(call.sp == 0x7ffe1000);
    CHECK(&call == std::get<syscall_exited>(after.records[3].what).call.get());
}

TEST_CASE("operations of io_urings are read with the whole entry, and decoded again", "[trace_file]")
{
    auto const [submission, completion] = ring_opening(7);
    auto const after = read(written({submission, completion}));
    REQUIRE(after.records.size() == 2);
    auto const& before = std::get<ring_submitted>(submission.what);
    auto const& read_submission = std::get<ring_submitted>(after.records[0].what);
    CHECK(std::memcmp(&read_submission.entry, &before.entry, sizeof before.entry) == 0);
    CHECK(read_submission.ring == 3);
    CHECK(read_submission.operation->number == 18);
    CHECK(read_submission.operation->args == before.operation->args);
    CHECK(read_submission.operation->argument("pathname")->text() == path_text.substr(0, path_text.size() - 1));
    auto const& read_completion = std::get<ring_completed>(after.records[1].what);
    CHECK(read_completion.user_data == 5);
    CHECK(read_completion.outcome.error() == 2);
    CHECK(read_completion.flags == 0x30001);
    CHECK(read_completion.opcode == 18);
}

TEST_CASE("the head says how the trace was recorded", "[trace_file]")
{
    auto head = trace_file_head::now("cotrace 1", record_clock::boottime);
    head.command = {"cotrace", "-f", "ls"};
    head.follow = head.system_times = true;
    head.capture = kept();
    auto const after = read(written({}, head)).head;
    CHECK(after.program == "cotrace 1");
    CHECK(after.command == head.command);
    CHECK(after.host == head.host);
    CHECK(after.kernel == head.kernel);
    CHECK(after.machine == head.machine);
    CHECK(after.clock == record_clock::boottime);
    CHECK(after.begin == head.begin);
    CHECK(after.begin_of_clock == head.begin_of_clock);
    CHECK(after.follow);
    CHECK(after.system_times);
    CHECK(after.capture.string_limit == 4096);
    CHECK(after.capture.verbose);
    CHECK_FALSE(after.capture.descriptors.any());
    CHECK_FALSE(after.capture.keep_inputs);
}

TEST_CASE("the calls of a file are decoded with the options of the reader", "[trace_file]")
{
    auto const [entry, exit] = reading(7, std::string(100, 'a'));
    auto const bytes = written({entry, exit});
    auto const with_limit = [&](std::size_t limit) {
        auto const after = read(bytes, [&](trace_file_reader& file) { file.decode_with({.string_limit = limit}); });
        REQUIRE(after.records.size() == 2);
        return std::get<syscall_exited>(after.records[1].what).argument("buf")->text().size();
    };
    CHECK(with_limit(5) == 5);
    CHECK(with_limit(100) == 100);
    CHECK(with_limit(4096) == 100);
    CHECK(with_limit(0) == 0);
}

TEST_CASE("a call whose entry is in an earlier frame is read with its exit", "[trace_file]")
{
    auto const [entry, exit] = opening(7, 0);
    std::string bytes;
    trace_file_writer writer{{.program = "test", .capture = kept()}};
    writer.begin(bytes);
    writer.append(entry, bytes);
    writer.end_frame(bytes);
    writer.append(exit, bytes);
    writer.finish(bytes);
    CHECK(text_of(read(bytes).records) == text_of({entry, exit}));

    // only_between() makes the reader skip the frame with the entry.
    auto const late = read(bytes, [](trace_file_reader& file) { file.only_between(at(1), timestamp::max()); });
    REQUIRE(late.records.size() == 1);
    CHECK(shown(late.records[0]) == shown(exit));
}

TEST_CASE("calls of a frame that share an answer about a descriptor are all read with this answer", "[trace_file]")
{
    auto const [one, two] = closing(7, 3, "/tmp/first");
    auto const [three, four] = closing(8, 4, "/tmp/second");
    auto const [five, six] = closing(8, 4, "/tmp/second");
    auto captured = kept();
    captured.descriptors.path = true;
    auto const bytes = written({one, two, three, four, five, six}, {.program = "test", .capture = captured});
    auto const calls_in = [&](auto prepare) {
        std::string calls;
        for (auto const& each : read(bytes, prepare).records)
            if (std::holds_alternative<syscall_exited>(each.what))
                calls += render::text(each) + '\n';
        return calls;
    };
    std::string const second = "close(4</tmp/second>)                   = 0\n";
    CHECK(calls_in([](auto&) {}) == "close(3</tmp/first>)                    = 0\n" + second + second);
    // Calls refer to answers by number, so the reader must also count the answers of a call that it leaves out.
    CHECK(calls_in([](auto& file) { file.only_accesses({.paths = {"/tmp/second"}}); }) == second + second);
}

TEST_CASE("a reader can leave out records by time, by process and by file", "[trace_file]")
{
    auto const [one, two] = opening(7, 0);
    auto const [three, four] = opening(8, 10);
    auto const [five, six] = reading(9, "content");
    std::string bytes;
    trace_file_writer writer{{.program = "test", .capture = kept()}};
    writer.begin(bytes);
    for (auto const& each : {one, two, three, four, five, six}) {
        writer.append(each, bytes);
        if (each.thread == tid{7})
            writer.end_frame(bytes);
    }
    writer.finish(bytes);
    auto const count = [&](auto prepare) { return read(bytes, prepare).records.size(); };
    CHECK(count([](auto&) {}) == 6);
    CHECK(count([](auto& file) { file.only_between(at(1), at(11)); }) == 3);
    CHECK(count([](auto& file) { file.only_of({pid{8}}); }) == 2);
    CHECK(count([](auto& file) { file.only_of({pid{7}, pid{9}}); }) == 4);
    CHECK(count([](auto& file) { file.only_of({pid{10}}); }) == 0);
    CHECK(count([](auto& file) { file.only_accesses({.paths = {"/tmp/a file"}}); }) == 4);
    CHECK(count([](auto& file) { file.only_accesses({.paths = {"/tmp/other"}}); }) == 0);
}

TEST_CASE("all complete records in a file that was cut are read", "[trace_file]")
{
    std::string bytes;
    trace_file_writer writer{{.program = "test", .capture = kept()}};
    writer.begin(bytes);
    std::vector<std::size_t> ends;
    for (std::int32_t thread = 1; thread <= 5; ++thread) {
        auto const [entry, exit] = opening(thread, thread);
        writer.append(entry, bytes);
        writer.append(exit, bytes);
        writer.end_frame(bytes);
        ends.push_back(bytes.size());
    }
    writer.finish(bytes);
    auto const begin = ends.front() - (ends[1] - ends[0]) - 200;   // a file of this length ends within its head
    for (std::size_t length = 0; length < bytes.size(); length += length < begin ? 7 : 1) {
        INFO("cut after " << length << " bytes of " << bytes.size());
        auto const after = read(bytes.substr(0, length));
        auto const whole =
            static_cast<std::size_t>(std::count_if(ends.begin(), ends.end(), [&](auto end) { return end <= length; }));
        CHECK(after.records.size() == 2 * whole);
        CHECK((after.error == errc::cut_trace_file || (whole == 0 && after.error)));
    }
    CHECK_FALSE(read(bytes).error);
}

TEST_CASE("almost every damaged byte is found", "[trace_file]")
{
    auto const before = all_kinds();
    auto const bytes = written(before);
    std::size_t found = 0, tried = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
        auto const after = read(damaged);
        ++tried;
        found += after.error ? 1 : 0;
        CHECK(after.records.size() <= before.size());
    }
    // Damage in the index, and in numbers that serve only to skip frames, is not reported.
    CHECK(found + 100 > tried);
}

TEST_CASE("a field with another wire type than the encoder writes counts as damage", "[trace_file]")
{
    // Each message is a record of thread 7. The byte 0x52 begins the message `started`, in which field 1, the origin, is a
    // number.
    auto const decode = [](std::string_view message) {
        trace_file::record_decoder decoder;
        record seen;
        return decoder.decode(protozero::data_view{message.data(), message.size()}, seen);
    };
    using enum trace_file::record_decoder::outcome;
    CHECK(decode({"\x10\x07\x52\x02\x08\x00", 6}) == made);
    CHECK(decode({"\x12\x01\x07\x52\x02\x08\x00", 7}) == damaged);                            // the thread is a string
    CHECK(decode({"\x10\x07\x52\x03\x0a\x01\x00", 7}) == damaged);                            // the origin is a string
    CHECK(decode({"\x10\x07\x52\x09\x09\x00\x00\x00\x00\x00\x00\x00\x00", 13}) == damaged);   // the origin has 8 bytes
    CHECK(decode({"\x10\x07\x52\x02\x18\x00", 6}) == damaged);                                // the command is a number
    CHECK(decode({"\x10\x07\x8a\x01\x03\x10\x81\x01", 8}) == made);                           // a bool may have two bytes
    CHECK(decode({"\x10\x07\xaa\x01\x04\x12\x02xx", 9}) == damaged);                          // the ring entry has two bytes
    CHECK(decode({"\x10\x07\xaa\x01\x02\x08\x7f", 7}) == damaged);                            // the interface is unknown
    CHECK(decode({"\x10\x07\xb2\x01\x05\x10\x00\x20\x80\x02", 10}) == damaged);               // the opcode is 256
}

TEST_CASE("files that are not trace files, and files of later versions, are refused", "[trace_file]")
{
    CHECK(read("").error == errc::not_a_trace_file);
    CHECK(read("execve(\"/bin/ls\", [\"ls\"], 0x7ffd /* 3 vars */) = 0\n").error == errc::not_a_trace_file);
    auto bytes = written({});
    bytes[16] = 2;
    CHECK(read(bytes).error == errc::newer_trace_file);
    auto const missing = trace_file_reader::open("/no/such");
    CHECK(missing.error() == error_code{ENOENT, boost::system::system_category()});
}

TEST_CASE("the program in the documentation reads a trace file", "[trace_file]")
{
    auto const [one, two] = opening(7, 0);
    auto const [three, four] = reading(7, "content");
    std::string lines;
    with_file(written({one, two, three, four}), [&](std::string const& name) { CHECK_FALSE(append_openings(name, lines)); });
    CHECK(lines == "openat(AT_FDCWD, \"/tmp/a file\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
    CHECK(append_openings("/no/such", lines) == error_code{ENOENT, boost::system::system_category()});
}

TEST_CASE("a trace file contains no content that redaction leaves out", "[trace_file]")
{
    auto const secret = std::string{"secret content"};
    for (auto const redact : {redaction::none, redaction::buffers, redaction::strings}) {
        byte_memory memory;
        memory.put(0x6000, secret);
        auto options = kept();
        options.redact = redact;
        traced_call made{"read", {3, 0x6000, secret.size()}};
        made.enter(memory, options).leave(memory, static_cast<std::int64_t>(secret.size()), options);
        record const entry{tid{7}, at(0), syscall_entered{made.call}, pid{7}}, exit{tid{7}, at(1), made.exit, pid{7}};
        auto const after = read(written({entry, exit}, {.program = "test", .capture = options}));
        REQUIRE(after.records.size() == 2);
        auto const expected = redact == redaction::none ? "\"secret content\"" : "\"\"...";
        CHECK(text_of(after.records).find(expected) != std::string::npos);
    }
}

TEST_CASE("a call stack is read with the names of its functions", "[trace_file]")
{
    auto [entry, exit] = opening(7, 0);
    std::vector<stack_frame> frames{
        {.address = 0x1234, .file = "/bin/x", .offset = 0x234, .function = "main", .function_offset = 4},
        {.address = 0x99, .source = "a.c", .line = 12}};
    std::get<syscall_exited>(exit.what).stack = std::make_shared<call_stack const>(frames, "cut");
    auto const after = read(written({entry, exit}));
    REQUIRE(after.records.size() == 2);
    auto const& stack = std::get<syscall_exited>(after.records[1].what).stack;
    REQUIRE(stack);
    CHECK(std::vector<stack_frame>(stack->frames().begin(), stack->frames().end()) == frames);
    CHECK(stack->error() == "cut");
    CHECK(stack->addresses().size() == 2);
}

}   // namespace trace_file_tests
