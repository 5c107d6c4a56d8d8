// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace::app {

/// Address space that is reserved at the start and unmapped when an allocation fails, so that later allocations succeed
/// and cotrace can still detach and write the trace. The pages are never touched, so the reserve costs no memory. The
/// constructor also grows the stack to the size that is needed until the tracing has ended.
///
/// After the reserve is used up, an allocation that fails throws std::bad_alloc. Where that exception cannot be
/// thrown further, for example out of a destructor, the process prints one line that it is out of memory, and exits.
/// The kernel then detaches the processes that cotrace attached to.
class memory_reserve {
public:
    /// A process can have only one object of this class.
    memory_reserve() noexcept;
    ~memory_reserve();
    memory_reserve(memory_reserve const&) = delete;
    memory_reserve& operator=(memory_reserve const&) = delete;

    /// Whether an allocation has failed. If the reserve could not be allocated at the start, the library reports a
    /// failed allocation only as the end of the trace of one thread. Then only this function tells that memory has run
    /// out.
    bool has_run_out() const noexcept;
};

/// Prints once, without an allocation, that the process is out of memory.
void print_out_of_memory() noexcept;

}   // namespace cotrace::app
