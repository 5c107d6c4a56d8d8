// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/memory.hpp>

#include "decode/reader.hpp"

namespace cotrace::engine {

/// The memory of a stopped thread, for the decoders.
class live_reader final : public decode::reader {
public:
    explicit live_reader(tid thread) noexcept : subject_{thread} {}

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        auto const got = subject_.read_some(from, into);
        return got ? got.value() : 0;
    }

private:
    memory subject_;
};

} // namespace cotrace::engine
