// SPDX-License-Identifier: BSL-1.0
#include "trace_file/head.hpp"

#include "trace_file/fields.hpp"
#include "trace_file/message_reader.hpp"

#include <protozero/pbf_builder.hpp>

#include <algorithm>

namespace cotrace::trace_file {

namespace {

using protozero::data_view;
using protozero::pbf_builder;

unsigned bits_of(descriptor_details const& which) noexcept
{
    return which.path | which.socket << 1 | which.device << 2 | which.counter << 3 | which.process << 4 | which.signals << 5;
}

descriptor_details descriptors_of(std::uint64_t bits) noexcept
{
    return {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0, (bits & 32) != 0};
}

std::int64_t nanoseconds(timestamp at) noexcept { return at.time_since_epoch().count(); }
timestamp at_nanoseconds(std::uint64_t number) noexcept
{
    return timestamp{std::chrono::nanoseconds{static_cast<std::int64_t>(number)}};
}

void append_number(std::uint32_t number, std::string& to)
{
    for (unsigned i = 0; i < 4; ++i)
        to += static_cast<char>(number >> 8 * i & 0xff);
}

void decode_level(data_view message, trace_file_head& into)
{
    auto& capture = into.capture;
    for (message_reader<level> in{message}; in.next();)
        switch (in.tag()) {
        case level::string_limit: capture.string_limit = in.get_uint64(); break;
        case level::verbose: capture.verbose = in.get_bool(); break;
        case level::descriptors: capture.descriptors = descriptors_of(in.get_uint64()); break;
        case level::processes: {
            auto const bits = in.get_uint64();
            capture.processes = {(bits & 1) != 0, (bits & 2) != 0};
            capture.thread_names = (bits & 4) != 0;
            break;
        }
        case level::contexts: capture.contexts = in.get_bool(); break;
        case level::stacks: capture.stacks.calls = in.get_bool(); break;
        case level::system_times: into.system_times = in.get_bool(); break;
        case level::redacted: capture.redact = static_cast<redaction>(std::min<std::uint64_t>(in.get_uint64(), 2)); break;
        case level::namespaces: capture.namespaces = in.get_bool(); break;
        case level::virtual_cpus: capture.virtual_cpus = in.get_bool(); break;
        default: in.skip();
        }
}

}   // namespace

void append_head(trace_file_head const& shown, std::string& to)
{
    pbf_builder<trace> all{to};
    pbf_builder<head> made{all, trace::head};
    made.add_string(head::program, shown.program);
    for (auto const& each : shown.command)
        made.add_string(head::command, each);
    made.add_string(head::host, shown.host);
    made.add_string(head::kernel, shown.kernel);
    made.add_string(head::machine, shown.machine);
    made.add_uint32(head::clock, static_cast<std::uint32_t>(shown.clock));
    made.add_fixed64(head::begin, static_cast<std::uint64_t>(nanoseconds(shown.begin)));
    made.add_fixed64(head::begin_of_clock, static_cast<std::uint64_t>(nanoseconds(shown.begin_of_clock)));
    made.add_bool(head::follow, shown.follow);

    auto const& capture = shown.capture;
    pbf_builder<level> captured{made, head::level};
    captured.add_uint64(level::string_limit, capture.string_limit);
    captured.add_bool(level::verbose, capture.verbose);
    captured.add_uint32(level::descriptors, bits_of(capture.descriptors));
    captured.add_uint32(level::processes, capture.processes.command | unsigned{capture.processes.outside} << 1
                                              | unsigned{capture.thread_names} << 2);
    captured.add_bool(level::contexts, capture.contexts);
    captured.add_bool(level::stacks, capture.stacks.any());
    captured.add_bool(level::system_times, shown.system_times);
    captured.add_uint32(level::redacted, static_cast<std::uint32_t>(capture.redact));
    captured.add_bool(level::namespaces, capture.namespaces);
    captured.add_bool(level::virtual_cpus, capture.virtual_cpus);
}

bool decode_head(data_view message, trace_file_head& into)
try {
    auto const text = [](data_view bytes) { return std::string{bytes.data(), bytes.size()}; };
    for (message_reader<head> in{message}; in.next();)
        switch (in.tag()) {
        case head::program: into.program = text(in.get_view()); break;
        case head::command: into.command.push_back(text(in.get_view())); break;
        case head::host: into.host = text(in.get_view()); break;
        case head::kernel: into.kernel = text(in.get_view()); break;
        case head::machine: into.machine = text(in.get_view()); break;
        case head::clock: into.clock = static_cast<record_clock>(std::min<std::uint64_t>(in.get_uint64(), 2)); break;
        case head::begin: into.begin = at_nanoseconds(in.get_fixed64()); break;
        case head::begin_of_clock: into.begin_of_clock = at_nanoseconds(in.get_fixed64()); break;
        case head::follow: into.follow = in.get_bool(); break;
        case head::level: decode_level(in.get_view(), into); break;
        default: in.skip();
        }
    return true;
} catch (protozero::exception const&) {
    return false;
}

void append_index(frame_index const& shown, std::string& to)
{
    std::string content;
    {
        pbf_builder<index> made{content};
        made.add_uint64(index::compressed, shown.compressed);
        made.add_uint64(index::size, shown.size);
        made.add_uint64(index::records, shown.records);
        made.add_fixed64(index::first, static_cast<std::uint64_t>(shown.first));
        made.add_fixed64(index::last, static_cast<std::uint64_t>(shown.last));
        made.add_packed_int32(index::process, shown.processes.begin(), shown.processes.end());
        if (shown.is_end)
            made.add_bool(index::end, true);
    }
    append_number(index_magic, to);
    append_number(static_cast<std::uint32_t>(content.size()), to);
    to += content;
}

bool decode_index(data_view message, frame_index& into)
try {
    for (message_reader<index> in{message}; in.next();)
        switch (in.tag()) {
        case index::compressed: into.compressed = in.get_uint64(); break;
        case index::size: into.size = in.get_uint64(); break;
        case index::records: into.records = in.get_uint64(); break;
        case index::first: into.first = static_cast<std::int64_t>(in.get_fixed64()); break;
        case index::last: into.last = static_cast<std::int64_t>(in.get_fixed64()); break;
        case index::process:
            for (auto const each : in.get_packed_int32())
                into.processes.push_back(each);
            break;
        case index::end: into.is_end = in.get_bool(); break;
        default: in.skip();
        }
    return into.compressed <= largest_frame && into.size <= largest_frame;
} catch (protozero::exception const&) {
    return false;
}

}   // namespace cotrace::trace_file
