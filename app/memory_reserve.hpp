// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace::app {

/// Memory that is set aside at the start and given back when an allocation fails, so that the tracing can end in
/// good order. The pages are never touched, so the reserve costs address space and no memory. The stack is made large
/// enough for the same reason.
///
/// When there is no reserve left, an allocation that fails throws std::bad_alloc. Where that exception cannot
/// leave, as in a destructor, the process says in one line that it is out of memory, and exits. The kernel then
/// lets go what was attached to.
class memory_reserve {
public:
    /// There is one in a process.
    memory_reserve() noexcept;
    ~memory_reserve();
    memory_reserve(memory_reserve const&) = delete;
    memory_reserve& operator=(memory_reserve const&) = delete;

    /// Whether an allocation failed, and the reserve was given back.
    bool is_used() const noexcept;
};

/// Says once, without an allocation, that the process is out of memory.
void complain_of_memory() noexcept;

} // namespace cotrace::app
