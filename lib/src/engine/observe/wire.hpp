// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

/// The structures of wire.h, which the tracer shares with the BPF programs.
namespace cotrace::engine::observe {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s32 = std::int32_t;
using s64 = std::int64_t;

#include "engine/observe/wire.h"

/// Returns the event in these bytes of the ring buffer. Missing bytes are zero.
template <class Event>
Event read_as(std::span<std::byte const> bytes) noexcept
{
    Event made{};
    std::memcpy(&made, bytes.data(), std::min(sizeof made, bytes.size()));
    return made;
}

}   // namespace cotrace::engine::observe
