// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/stack.hpp>

#include "tracee/registers.hpp"

#include <cstdint>
#include <memory>

namespace cotrace::stack {

/// Unwinds the stacks of stopped threads with libdw. Keeps a list of the mapped files of each process.
///
/// Does not look for separate files with debug information, so that no unwinding waits for a debuginfod server.
class unwinder {
public:
    unwinder();
    ~unwinder();
    unwinder(unwinder const&) = delete;
    unwinder& operator=(unwinder const&) = delete;

    /// The stack of a stopped thread, with at most `limit` frames. Never null: if the stack cannot be unwound,
    /// `call_stack::error` says why.
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
