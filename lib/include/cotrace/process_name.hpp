// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>

namespace cotrace {

/// The name and the id of a process or thread. Only the details that `capture_options::processes` asks for are set.
struct process_name {
    std::string command{};      ///< "comm" of proc(5); empty: not known
    std::int32_t outside = 0;   ///< the id in the tracer's pid namespace; 0: not known, or the subject sees the same id
};

}   // namespace cotrace
