// SPDX-License-Identifier: BSL-1.0
#include "render/perfetto/packet_writer.hpp"

#include "render/utf8.hpp"

#include <cotrace/render/text.hpp>

#include <algorithm>

namespace cotrace::render::perfetto {

namespace {

using protozero::pbf_writer;

/// The trusted_packet_sequence_id of all packets. Perfetto uses small numbers, and the packets may be appended to a trace of
/// Perfetto.
constexpr std::uint32_t sequence = 12'000;

std::uint64_t nanoseconds(timestamp at) noexcept { return static_cast<std::uint64_t>(at.time_since_epoch().count()); }

bool is_control(char c) noexcept
{
    auto const byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

}   // namespace

void put_text(pbf_writer& into, field_number field, std::string_view text)
{
    if (std::ranges::none_of(text, is_control) && is_utf8(text))
        return into.add_string(field, text.data(), text.size());
    std::string quoted;
    append_quoted(text, {}, quoted);
    into.add_string(field, quoted);
}

std::uint64_t interned_strings::id_of(std::string_view text, std::string& added)
{
    constexpr std::size_t most = 10'000;
    if (auto const found = known_.find(text); found != known_.end())
        return found->second;
    if (known_.size() >= most)
        return 0;
    auto const id = known_.size() + 1;
    known_.emplace(text, id);
    pbf_writer all{added};
    pbf_writer entry{all, kind_};
    entry.add_uint64(interned_data::iid, id);
    put_text(entry, interned_data::name, text);
    return id;
}

std::uint32_t packet_writer::clock_id() const noexcept
{
    switch (clock_) {
    case record_clock::realtime: break;
    case record_clock::monotonic: return clock_snapshot::monotonic;
    case record_clock::boottime: return clock_snapshot::boottime;
    }
    return clock_snapshot::realtime;
}

// The first packet names the clock of the times in the trace. Perfetto's default is CLOCK_BOOTTIME.
void packet_writer::begin(timestamp first, std::string& to)
{
    if (std::exchange(begun_, true))
        return;
    // The ids have 48 bits. As a varint, a number of 48 bits takes seven bytes, and a number of 64 bits takes ten.
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;   // multiplying by it spreads the nanoseconds over all bits
    first_id_ = (nanoseconds(first) * odd) >> 32 << 16;
    pbf_writer whole{to};
    pbf_writer packet{whole, trace::packet};
    packet.add_uint32(trace_packet::trusted_packet_sequence_id, sequence);
    packet.add_uint32(trace_packet::sequence_flags, trace_packet::incremental_state_cleared);
    packet.add_bool(trace_packet::first_packet_on_sequence, true);
    pbf_writer snapshot{packet, trace_packet::clock_snapshot};
    {
        pbf_writer clock{snapshot, clock_snapshot::clocks};
        clock.add_uint32(clock_snapshot::clock_id, clock_id());
        clock.add_uint64(clock_snapshot::timestamp, nanoseconds(first));
    }
    snapshot.add_uint32(clock_snapshot::primary_trace_clock, clock_id());
}

void packet_writer::put_packet_head(timestamp at, std::uint32_t flags, pbf_writer& packet) const
{
    packet.add_uint64(trace_packet::timestamp, nanoseconds(at));
    packet.add_uint32(trace_packet::timestamp_clock_id, clock_id());
    packet.add_uint32(trace_packet::trusted_packet_sequence_id, sequence);
    if (flags != 0)
        packet.add_uint32(trace_packet::sequence_flags, flags);
}

void packet_writer::put_head(event const& what, pbf_writer& message)
{
    message.add_enum(track_event::type, static_cast<std::int32_t>(what.type));
    message.add_uint64(track_event::track_uuid, what.track);
    if (what.name.empty())
        return;
    if (auto const id = names_.id_of(what.name, added_); id != 0)
        message.add_uint64(track_event::name_iid, id);
    else
        put_text(message, track_event::name, what.name);
    if (auto const id = categories_.id_of(what.category, added_); id != 0)
        message.add_uint64(track_event::category_iids, id);
    else
        put_text(message, track_event::categories, what.category);
    for (auto const flow : what.flows)
        if (flow != 0)
            message.add_fixed64(track_event::flow_ids, flow);
}

void packet_writer::put_counter(timestamp at, std::uint64_t track, std::uint64_t value, std::string& to)
{
    put({.type = event_type::counter, .at = at, .track = track}, to,
        [&](pbf_writer& message) { message.add_int64(track_event::counter_value, static_cast<std::int64_t>(value)); });
}

void packet_writer::describe_process(timestamp at, std::uint64_t track, pid process, std::string_view name, std::string& to)
{
    packet_with(at, to, 0, [&](pbf_writer& packet) {
        pbf_writer descriptor{packet, trace_packet::track_descriptor};
        descriptor.add_uint64(track_descriptor::uuid, track);
        pbf_writer own{descriptor, track_descriptor::process};
        own.add_int32(process_descriptor::pid, raw(process));
        if (!name.empty())
            put_text(own, process_descriptor::process_name, name);
    });
}

void packet_writer::describe_thread(timestamp at, std::uint64_t track, std::uint64_t process_track, thread_names const& thread,
                                    std::string& to)
{
    packet_with(at, to, 0, [&](pbf_writer& packet) {
        pbf_writer descriptor{packet, trace_packet::track_descriptor};
        descriptor.add_uint64(track_descriptor::uuid, track);
        descriptor.add_uint64(track_descriptor::parent_uuid, process_track);
        pbf_writer own{descriptor, track_descriptor::thread};
        own.add_int32(thread_descriptor::pid, raw(thread.process));
        own.add_int32(thread_descriptor::tid, raw(thread.thread));
        if (!thread.name.empty())
            put_text(own, thread_descriptor::thread_name, thread.name);
    });
}

void packet_writer::describe_counter(timestamp at, std::uint64_t track, std::string_view name, std::string& to)
{
    packet_with(at, to, 0, [&](pbf_writer& packet) {
        pbf_writer descriptor{packet, trace_packet::track_descriptor};
        descriptor.add_uint64(track_descriptor::uuid, track);
        put_text(descriptor, track_descriptor::name, name);
        pbf_writer own{descriptor, track_descriptor::counter};
        own.add_enum(counter_descriptor::unit, counter_descriptor::unit_count);
    });
}

void packet_writer::describe(timestamp at, std::uint64_t track, std::string_view name, std::string& to)
{
    packet_with(at, to, 0, [&](pbf_writer& packet) {
        pbf_writer descriptor{packet, trace_packet::track_descriptor};
        descriptor.add_uint64(track_descriptor::uuid, track);
        put_text(descriptor, track_descriptor::name, name);
    });
}

pbf_writer packet_writer::annotation(pbf_writer& into, field_number field, std::string_view name)
{
    pbf_writer made{into, field};
    if (name.empty())
        return made;   // an element of an array has no name
    if (auto const id = annotations_.id_of(name, added_); id != 0)
        made.add_uint64(debug_annotation::name_iid, id);
    else
        put_text(made, debug_annotation::name, name);
    return made;
}

}   // namespace cotrace::render::perfetto
