// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace::app {

/// Address space that is unmapped when an allocation fails, so that cotrace has memory to give up the trace and detach. Later
/// failures throw std::bad_alloc. If std::bad_alloc reaches std::terminate, the process prints one line and exits.
class memory_reserve {
public:
    /// A process can have only one object of this class.
    memory_reserve() noexcept;
    ~memory_reserve();
    memory_reserve(memory_reserve const&) = delete;
    memory_reserve& operator=(memory_reserve const&) = delete;

    /// Whether an allocation has failed at least once. It may have succeeded after the reserve was unmapped.
    bool has_run_out() const noexcept;
};

/// Prints once, without an allocation, that the process is out of memory.
void print_out_of_memory() noexcept;

}   // namespace cotrace::app
