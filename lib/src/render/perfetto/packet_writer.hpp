// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/perfetto/fields.hpp"

#include <cotrace/record.hpp>

#include <protozero/pbf_writer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cotrace::render::perfetto {

/// The values of TrackEvent.Type.
enum class event_type : std::int32_t { slice_begin = 1, slice_end = 2, instant = 3, counter = 4 };

/// Appends `text` as a string. A text that is not UTF-8, or has control characters except line breaks and tabs, is escaped in
/// quotes.
void put_text(protozero::pbf_writer& into, field_number field, std::string_view text);

/// Strings of one kind that packets refer to by a number. To limit the memory, only the first strings get a number.
class interned_strings {
public:
    /// `kind` is the field of InternedData that defines the strings.
    explicit interned_strings(field_number kind) noexcept
        : kind_{kind}
    {
    }

    /// The number of the string; 0 if there are too many strings. Appends the definition of a new string to `added`.
    std::uint64_t id_of(std::string_view text, std::string& added);

private:
    struct hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };

    field_number kind_;
    std::unordered_map<std::string, std::uint64_t, hash, std::equal_to<>> known_;
};

/// Writes the packets of a trace. All packets belong to one sequence.
class packet_writer {
public:
    explicit packet_writer(record_clock clock) noexcept
        : clock_{clock}
    {
    }

    /// Returns a number that no other track or flow of the trace has. The number is probably unique, so that several traces can
    /// be opened together.
    std::uint64_t new_id() noexcept { return first_id_ + ++ids_; }

    /// Begins the trace, if it has not begun. `first` is the time of the first record.
    void begin(timestamp first, std::string& to);

    /// An event on a track. The end of a slice and the value of a counter have no name.
    struct event {
        event_type type{};
        timestamp at{};
        std::uint64_t track = 0;
        std::string_view name{}, category{};
        std::span<std::uint64_t const> flows{};   ///< the numbers of flows; the number 0 is ignored
    };

    /// Appends an event. `annotate` gets the message of the event, and adds fields to it.
    template <class Annotate>
    void put(event const& what, std::string& to, Annotate&& annotate)
    {
        packet_with(what.at, to, trace_packet::needs_incremental_state, [&](protozero::pbf_writer& packet) {
            protozero::pbf_writer message{packet, trace_packet::track_event};
            put_head(what, message);
            annotate(message);
        });
    }
    void put(event const& what, std::string& to)
    {
        put(what, to, [](protozero::pbf_writer&) {});
    }
    void put_counter(timestamp at, std::uint64_t track, std::uint64_t value, std::string& to);

    /// Each function `describe…` describes a track, and can be called again when the name of the track has changed.
    void describe_process(timestamp at, std::uint64_t track, pid process, std::string_view name, std::string& to);
    struct thread_names {
        pid process{};
        tid thread{};
        std::string_view name{};
    };
    void describe_thread(timestamp at, std::uint64_t track, std::uint64_t process_track, thread_names const& thread,
                         std::string& to);
    void describe_counter(timestamp at, std::uint64_t track, std::string_view name, std::string& to);
    void describe(timestamp at, std::uint64_t track, std::string_view name, std::string& to);

    /// Begins an annotation in the field `field` of the message `into`, and writes its name, unless the name is empty.
    protozero::pbf_writer annotation(protozero::pbf_writer& into, field_number field, std::string_view name);

private:
    void put_head(event const& what, protozero::pbf_writer& message);

    /// Appends a packet, with the definitions of the strings that `fill` refers to for the first time.
    template <class Fill>
    void packet_with(timestamp at, std::string& to, std::uint32_t flags, Fill&& fill)
    {
        added_.clear();
        protozero::pbf_writer whole{to};
        protozero::pbf_writer packet{whole, trace::packet};
        put_packet_head(at, flags, packet);
        fill(packet);
        if (!added_.empty())
            packet.add_message(trace_packet::interned_data, added_);
    }
    void put_packet_head(timestamp at, std::uint32_t flags, protozero::pbf_writer& packet) const;
    std::uint32_t clock_id() const noexcept;

    record_clock clock_;
    bool begun_ = false;
    std::uint64_t first_id_ = 0, ids_ = 0;
    interned_strings categories_{interned_data::event_categories};
    interned_strings names_{interned_data::event_names};
    interned_strings annotations_{interned_data::debug_annotation_names};
    std::string added_;   ///< the definitions of strings that belong to the packet that is being written
};

}   // namespace cotrace::render::perfetto
