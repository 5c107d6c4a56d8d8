// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace::app {

/// Address space that is reserved at the start and unmapped when an allocation fails. This allocation and later ones can then
/// succeed, so that cotrace can give up the trace, detach, and wait for COMMAND. The pages are never touched, so the reserve
/// costs no memory. The constructor also grows the stack to the size that is needed until the tracing has ended.
///
/// After the reserve was unmapped, an allocation that fails throws std::bad_alloc. Where that exception cannot be
/// thrown further, for example out of a destructor, the process prints one line that it is out of memory, and exits.
/// The kernel then detaches the processes that cotrace attached to.
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
