// SPDX-License-Identifier: BSL-1.0
// Decodes traces with protozero. test/cli/perfetto.py decodes traces of real programs with protoc.
#include "support/catch.hpp"
#include "support/short_form.hpp"

#include "unit/decode/byte_memory.hpp"
#include "unit/decode/random_memory.hpp"

#include "render/perfetto/packet_writer.hpp"
#include "render/utf8.hpp"

#include <cotrace/render/perfetto.hpp>

#include <protozero/pbf_reader.hpp>

#include <cerrno>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <stdexcept>

namespace perfetto_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using cotrace::uapi::arch;
using protozero::pbf_reader;
using test::byte_memory;
using test::for_each_call;
using test::random_call;
using test::random_exit;
using test::random_memory;
using test::short_form;
using test::traced_call;

namespace {

namespace fields = render::perfetto;

/// Decodes a trace to a line for each packet. Tracks ("t1") and flows ("f4") are numbered together, in the order of their first
/// appearance.
class decoder {
public:
    explicit decoder(std::string const& trace)
    {
        pbf_reader whole{trace};
        while (whole.next(fields::trace::packet))
            packet(whole.get_message());
    }

    std::vector<std::string> lines;

private:
    static std::string checked(pbf_reader& from)
    {
        auto text = from.get_string();
        if (!render::is_utf8(text))
            throw std::runtime_error{"not UTF-8"};
        return text;
    }

    std::string order(char kind, std::uint64_t id)
    {
        return kind + std::to_string(ids_.try_emplace(id, ids_.size() + 1).first->second);
    }

    void packet(pbf_reader from)
    {
        std::string time, line;
        pbf_reader event;
        while (from.next())
            switch (from.tag()) {
            case fields::trace_packet::timestamp: time = std::to_string(from.get_uint64()) + " "; break;
            case fields::trace_packet::interned_data: intern(from.get_message()); break;
            case fields::trace_packet::track_event: event = from.get_message(); break;
            case fields::trace_packet::track_descriptor: line = descriptor(from.get_message()); break;
            case fields::trace_packet::clock_snapshot: from.skip(), line = "clock"; break;
            default: from.skip();
            }
        lines.push_back(time + (line.empty() ? track_event(event) : line));
    }

    void intern(pbf_reader from)
    {
        while (from.next()) {
            auto const kind = from.tag();
            auto entry = from.get_message();
            std::uint64_t id = 0;
            while (entry.next())
                if (entry.tag() == fields::interned_data::iid)
                    id = entry.get_uint64();
                else
                    names_[{kind, id}] = checked(entry);
        }
    }

    std::string descriptor(pbf_reader from)
    {
        std::string line;
        while (from.next())
            switch (from.tag()) {
            case fields::track_descriptor::uuid: line += order('t', from.get_uint64()); break;
            case fields::track_descriptor::parent_uuid: line += " under " + order('t', from.get_uint64()); break;
            case fields::track_descriptor::name: line += " " + checked(from); break;
            case fields::track_descriptor::counter: from.skip(), line += " counter"; break;
            default: {
                bool const is_process = from.tag() == fields::track_descriptor::process;
                line += owner(is_process, from.get_message());
            }
            }
        return line;
    }

    std::string owner(bool is_process, pbf_reader from)
    {
        std::string line = is_process ? " process" : " thread";
        while (from.next())
            if (from.tag() == fields::thread_descriptor::pid || from.tag() == fields::thread_descriptor::tid)
                line += " " + std::to_string(from.get_int32());
            else
                line += " " + checked(from);
        return line;
    }

    std::string track_event(pbf_reader from)
    {
        static constexpr std::string_view types[] = {"", "begin", "end", "instant", "counter"};
        std::string line, arguments, flows;
        std::set<std::string> seen;
        while (from.next())
            switch (from.tag()) {
            case fields::track_event::type: line = types[static_cast<std::size_t>(from.get_enum())]; break;
            case fields::track_event::track_uuid: line += " " + order('t', from.get_uint64()); break;
            case fields::track_event::name_iid:
                line += " " + names_.at({fields::interned_data::event_names, from.get_uint64()});
                break;
            case fields::track_event::name: line += " in full " + checked(from); break;
            case fields::track_event::counter_value: line += " " + std::to_string(from.get_int64()); break;
            case fields::track_event::flow_ids: flows += " " + order('f', from.get_fixed64()); break;
            case fields::track_event::debug_annotations: arguments += " " + annotation(from.get_message(), seen); break;
            default: from.skip();
            }
        return line + flows + arguments;
    }

    /// The text of an annotation. `seen` collects the names of the annotations of one dictionary, which must differ.
    std::string annotation(pbf_reader from, std::set<std::string>& seen)
    {
        std::string name, value;
        std::set<std::string> inner;
        while (from.next())
            switch (from.tag()) {
            case fields::debug_annotation::name_iid:
                name = names_.at({fields::interned_data::debug_annotation_names, from.get_uint64()});
                break;
            case fields::debug_annotation::name: name = checked(from); break;
            case fields::debug_annotation::bool_value: value = from.get_bool() ? "true" : "false"; break;
            case fields::debug_annotation::uint_value: value = std::to_string(from.get_uint64()); break;
            case fields::debug_annotation::int_value: value = std::to_string(from.get_int64()); break;
            case fields::debug_annotation::pointer_value: value = "*" + std::to_string(from.get_uint64()); break;
            case fields::debug_annotation::string_value: value = "'" + checked(from) + "'"; break;
            case fields::debug_annotation::dict_entries: value += "{" + annotation(from.get_message(), inner) + "}"; break;
            case fields::debug_annotation::array_values: {
                std::set<std::string> unnamed;
                value += "[" + annotation(from.get_message(), unnamed) + "]";
                break;
            }
            default: throw std::runtime_error{"an unknown field"};
            }
        if (value.empty() || (!name.empty() && !seen.insert(name).second))
            throw std::runtime_error{"an annotation without a value, or with a name that comes twice: " + name};
        return name.empty() ? value : name + "=" + value;
    }

    std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> names_;
    std::map<std::uint64_t, std::size_t> ids_;
};

record of(int thread, int at, event what, int process = 7)
{
    return {tid{thread}, timestamp{std::chrono::nanoseconds{at}}, std::move(what), pid{process}};
}

/// The lines of a trace, without the lines about the clock and the counter.
std::vector<std::string> lines(std::vector<record> const& seen, render::perfetto_options const& options = {})
{
    render::perfetto_trace trace{options};
    std::string made;
    for (auto const& each : seen)
        trace.append(each, made);
    trace.finish(made);
    auto all = decoder{made}.lines;
    std::erase_if(all, [](std::string const& line) { return line == "clock" || line.find("counter") != line.npos; });
    return all;
}

traced_call getpid_call()
{
    byte_memory memory;
    traced_call call{"getpid"};
    call.enter(memory).leave(memory, 7);
    return call;
}

using all = std::vector<std::string>;

}   // namespace

TEST_CASE("a call is a slice on the track of its thread")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, -EBADF);
    auto call = getpid_call();
    CHECK(lines({of(7, 1, thread_started{origin::launched, {}, "cat"}), of(7, 10, syscall_entered{close.call}),
                 of(7, 12, close.exit), of(7, 20, syscall_entered{call.call}), of(7, 21, call.exit), of(7, 30, thread_exited{3})})
          == all{"1 t1 process 7 cat", "1 t2 under t1 thread 7 7 cat", "1 instant t2 launched",
                 "10 begin t2 close fd=3 error='EBADF'", "12 instant t2 EBADF text='Bad file descriptor'", "12 end t2",
                 "20 begin t2 getpid return=7", "21 end t2", "30 instant t2 exited f4 status=3"});
}

TEST_CASE("slices do not overlap if a clock is set back")
{
    auto call = getpid_call();
    auto const shown = lines({of(7, 10, syscall_entered{call.call}), of(7, 20, call.exit), of(7, 5, syscall_entered{call.call}),
                              of(7, 6, call.exit), of(7, 7, group_stopped{signo{SIGSTOP}})});
    CHECK(all{shown.begin() + 2, shown.end()}
          == all{"10 begin t2 getpid return=7", "20 end t2", "20 begin t2 getpid return=7", "20 end t2",
                 "20 instant t2 stopped by SIGSTOP"});
}

TEST_CASE("a call is a slice also if the record of its entry or of its exit is missing")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, 0);
    auto call = getpid_call();
    call.exit.took = 4ns;
    auto const shown = lines({of(7, 10, call.exit), of(7, 20, syscall_entered{close.call}), of(7, 30, call.exit),
                              of(7, 40, syscall_entered{close.call}), of(7, 45, syscall_entered{close.call})});
    CHECK(all{shown.begin() + 2, shown.end()}
          == all{"6 begin t2 getpid return=7", "10 end t2", "20 begin t2 close fd=3 unfinished=true", "26 end t2",
                 "26 begin t2 getpid return=7", "30 end t2", "40 begin t2 close fd=3 unfinished=true", "45 end t2",
                 "45 begin t2 close fd=3 unfinished=true", "45 end t2"});
}

TEST_CASE("records that belong to no thread have a separate track")
{
    CHECK(lines({{{}, timestamp{5ns}, records_lost{9}},
                 {{}, timestamp{6ns}, trace_failed{{make_error_code(errc::tracer_closed), "wait", {}, {}}}}})
          == all{"5 t1 cotrace", "5 instant t1 records lost count=9",
                 "6 instant t1 trace failed error='" + failure{make_error_code(errc::tracer_closed), "wait", {}, {}}.message()
                     + "'"});
}

TEST_CASE("submissions and completions of io_urings are instant events")
{
    byte_memory memory;
    auto const shown =
        lines({of(7, 10, test::submitted({.opcode = 22, .fd = 3, .addr = 0x1000, .len = 4, .user_data = 5}, memory)),
               of(7, 20, ring_completed{5, {-EBADF, true}, 0, std::uint8_t{22}}), of(7, 30, ring_completed{5, {}, 2, {}})});
    CHECK(all{shown.begin() + 2, shown.end()}
          == all{"10 instant t2 submit read operation='io_uring: read(3, 0x1000, 4, 0) user_data=0x5'",
                 "20 instant t2 complete read completion='io_uring: read user_data=0x5 = -1 EBADF (Bad file descriptor)'",
                 "30 instant t2 complete operation completion='io_uring: operation user_data=0x5 = 0 flags=IORING_CQE_F_MORE'"});
}

TEST_CASE("without exits, a call is an instant event")
{
    auto call = getpid_call();
    auto const shown =
        lines({of(7, 10, syscall_entered{call.call}), of(7, 20, syscall_entered{call.call})}, {.entries_only = true});
    CHECK(all{shown.begin() + 2, shown.end()} == all{"10 instant t2 getpid", "20 instant t2 getpid"});
}

TEST_CASE("after an exec, a thread that was not the leader continues in the leader's track")
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    traced_call exec{"execve", {0x1000, 0, 0}};
    exec.enter(memory).leave(memory, 0);
    auto call = getpid_call();
    auto const shown = lines({of(7, 1, syscall_entered{call.call}), of(8, 2, syscall_entered{exec.call}),
                              of(7, 3, superseded{tid{8}}), of(7, 4, image_replaced{tid{8}, "x"}), of(7, 5, exec.exit),
                              of(7, 6, syscall_entered{call.call}), of(7, 7, call.exit)});
    CHECK(shown
          == all{"1 t1 process 7", "1 t2 under t1 thread 7 7", "2 t4 under t1 thread 7 8", "1 begin t2 getpid unfinished=true",
                 "3 end t2", "3 instant t2 superseded by execve by=8", "4 t1 process 7 x", "4 t2 under t1 thread 7 7 x",
                 "2 begin t4 execve pathname='/x' argv=*0 envp=*0 return=0", "5 end t4", "6 begin t2 getpid return=7",
                 "7 end t2"});
}

TEST_CASE("if records have no thread names, a thread is named after its program, and a new thread after its parent")
{
    byte_memory memory;
    memory.put(0x1000, {"/bin/a-long-program-name\0", 25});
    traced_call exec{"execve", {0x1000, 0, 0}};
    exec.enter(memory).leave(memory, 0);
    auto const shown = lines({of(7, 1, syscall_entered{exec.call}), of(7, 2, image_replaced{}), of(7, 3, exec.exit),
                              of(8, 4, thread_started{origin::fork, tid{7}}, 8)});
    CHECK(shown[3] == "2 t2 under t1 thread 7 7 a-long-program-");
    CHECK(shown[6] == "4 t4 process 8 a-long-program-");
}

TEST_CASE("a limited number of names is written only once, and other names are written in full each time")
{
    render::perfetto_trace trace;
    std::string made;
    for (std::uint64_t number = 5000; number < 20'000; ++number) {
        auto const call = std::make_shared<syscall_call>();
        call->number = number;
        trace.append(of(7, 10, syscall_entered{call}), made);
        trace.append(of(7, 10, syscall_exited{call, {}}), made);
    }
    auto const shown = decoder{made}.lines;
    CHECK(std::ranges::count_if(shown, [](auto const& each) { return each.find("begin") != each.npos; }) == 15'000);
    CHECK(std::ranges::count_if(shown, [](auto const& each) { return each.find("in full") != each.npos; }) == 5'000);
    CHECK(shown.back() == "10 end t2");
}

TEST_CASE("every trace is valid, whatever the registers and the memory of a call contain")
{
    for_each_call([](arch interface, std::uint64_t number, std::string_view name) {
        INFO(name);
        for (std::uint32_t seed = 1; seed <= (short_form() ? 1 : 3); ++seed) {
            std::minstd_rand random{seed * 7919};
            random_memory memory{seed * 7919};
            auto const call = random_call(interface, number, random);
            capture_options options;
            options.verbose = random() % 2;
            options.descriptors.path = options.processes.command = true;
            decode::decode_entry(memory, options, *call);
            auto exited = random_exit(call, random);
            decode::decode_exit(memory, options, *call, exited);
            REQUIRE_NOTHROW(lines({of(7, 1, syscall_entered{call}), of(7, 2, exited)}));
        }
    });
}

}   // namespace perfetto_tests
