// SPDX-License-Identifier: BSL-1.0
// Field numbers and enumeration constants of Perfetto's messages, from the folder protos/perfetto of Perfetto's sources. Each
// namespace is named after its message. Perfetto does not change these numbers.
#pragma once

#include <cstdint>

namespace cotrace::render::perfetto {

using field_number = std::uint32_t;

namespace trace {
inline constexpr field_number packet = 1;
}

namespace trace_packet {
inline constexpr field_number clock_snapshot = 6, timestamp = 8, trusted_packet_sequence_id = 10, track_event = 11,
                              interned_data = 12, sequence_flags = 13, timestamp_clock_id = 58, track_descriptor = 60,
                              first_packet_on_sequence = 87;
// The values of `sequence_flags`.
inline constexpr std::uint32_t incremental_state_cleared = 1, needs_incremental_state = 2;
}   // namespace trace_packet

namespace clock_snapshot {
inline constexpr field_number clocks = 1, primary_trace_clock = 2;
// The members of ClockSnapshot.Clock.
inline constexpr field_number clock_id = 1, timestamp = 2;
// The values of BuiltinClock.
inline constexpr std::uint32_t realtime = 1, monotonic = 3, boottime = 6;
}   // namespace clock_snapshot

namespace interned_data {
inline constexpr field_number event_categories = 1, event_names = 2, debug_annotation_names = 3;
// The members of EventCategory, EventName and DebugAnnotationName.
inline constexpr field_number iid = 1, name = 2;
}   // namespace interned_data

namespace track_event {
inline constexpr field_number category_iids = 3, debug_annotations = 4, type = 9, name_iid = 10, track_uuid = 11, categories = 22,
                              name = 23, counter_value = 30, flow_ids = 47;
}

namespace track_descriptor {
inline constexpr field_number uuid = 1, name = 2, process = 3, thread = 4, parent_uuid = 5, counter = 8;
}

namespace process_descriptor {
inline constexpr field_number pid = 1, process_name = 6;
}

namespace thread_descriptor {
inline constexpr field_number pid = 1, tid = 2, thread_name = 5;
}

namespace counter_descriptor {
inline constexpr field_number unit = 3;
inline constexpr std::int32_t unit_count = 2;   // UNIT_COUNT
}   // namespace counter_descriptor

namespace debug_annotation {
inline constexpr field_number name_iid = 1, bool_value = 2, uint_value = 3, int_value = 4, string_value = 6, pointer_value = 7,
                              name = 10, dict_entries = 11, array_values = 12;
}

}   // namespace cotrace::render::perfetto
