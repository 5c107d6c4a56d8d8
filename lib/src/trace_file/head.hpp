// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/trace_file.hpp>

#include <protozero/data_view.hpp>

#include <string>
#include <string_view>

namespace cotrace::trace_file {

/// The first bytes of a trace file: a skippable frame of zstd, with the name and the version of the format.
inline constexpr std::string_view magic{"\x50\x2a\x4d\x18\x0a\x00\x00\x00"
                                        "cotrace\x00\x01\x00",
                                        18};
inline constexpr std::size_t version_at = 16;   ///< index of the version, a 16-bit number, in `magic`
/// The first four bytes of each skippable frame that contains an index. An index describes the frame that follows it.
inline constexpr std::uint32_t index_magic = 0x184d2a51;
/// The largest size of a frame in bytes, compressed and decompressed. A reader rejects larger frames as damaged.
inline constexpr std::uint64_t largest_frame = std::uint64_t{1} << 30;

/// Appends the head to `to` as a field of the message `Trace`.
void append_head(trace_file_head const& shown, std::string& to);

/// Decodes a message `Head`. Returns false if it is damaged.
bool decode_head(protozero::data_view message, trace_file_head& into);

/// The content of an index, which describes the frame that follows it.
struct frame_index {
    std::uint64_t compressed = 0;   ///< size of the frame in bytes
    std::uint64_t size = 0;         ///< size of the decompressed frame in bytes
    std::uint64_t records = 0;
    std::int64_t first = 0;                  ///< earliest time of the records, in nanoseconds
    std::int64_t last = 0;                   ///< latest time of the records, in nanoseconds
    std::vector<std::int32_t> processes{};   ///< ids of the processes that the records belong to, sorted
    bool is_end = false;                     ///< true for the last index, which no frame follows
};

/// Appends the index to `to` as a skippable frame.
void append_index(frame_index const& shown, std::string& to);

/// Decodes a message `Index`. Returns false if it is damaged.
bool decode_index(protozero::data_view message, frame_index& into);

}   // namespace cotrace::trace_file
