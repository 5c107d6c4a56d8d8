// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/stack.hpp>

#include "tracee/registers.hpp"

#include <cstdint>
#include <memory>

namespace cotrace::stack {

/// Unwinds the stacks of the stopped threads of a session, with libdw. For each process, the unwinder keeps a list of
/// the mapped files. It reads the list again when the process may have changed its mappings.
///
/// An unwinding reads the unwind information of these files and the memory of the thread's stack. It does not look for
/// separate files with debug information, so it never waits for a download from a debuginfod server.
class unwinder {
public:
    unwinder();
    ~unwinder();
    unwinder(unwinder const&) = delete;
    unwinder& operator=(unwinder const&) = delete;

    /// The present stack of a stopped thread of `process`. Has at most `limit` frames. Never returns null: if the stack
    /// cannot be unwound, `call_stack::error` says why.
    std::shared_ptr<call_stack const> unwind(tid thread, pid process, tracee::dwarf_registers const& registers,
                                             std::uint32_t limit);

    /// To be called when a system call of `process` may have changed its mappings.
    void mappings_changed(pid process);
    /// To be called when `process` has ended or has executed another program.
    void forget(pid process);

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}   // namespace cotrace::stack
