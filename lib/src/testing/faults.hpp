// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Which calls can fail, and with which errors: a selection from the manual pages, without errors that only a programming mistake
/// causes, such as EBADF.
namespace cotrace::testing {

/// The facts about a file descriptor that decide how calls with it can fail.
struct descriptor_facts {
    /// `file` is a regular file, `stream` is a pipe or a socket.
    enum class kind : std::uint8_t { other, file, stream } what = kind::other;
    bool nonblocking = false;
    bool unsynced = false;   ///< whether the file was written after its last fsync(2)
};

/// How a call is made to fail, so that the tracee sees what it would see after a real failure.
enum class fault_manner : std::uint8_t {
    instead,      ///< the call is not executed, and returns the error
    after_call,   ///< the call is executed, and then returns the error: a close(2) that fails still closes the descriptor
    /// brk(2) is executed with the argument 0, and returns the current break, as when the kernel cannot move the break.
    no_break,
};

struct fault {
    int error = 0;
    fault_manner how = fault_manner::instead;
    bool loses_data = false;   ///< whether the error means that earlier writes may be lost

    friend bool operator==(fault const&, fault const&) = default;
};

/// The ways in which `call` can fail, in the order of the table. `look` returns the facts about a descriptor of the calling
/// thread.
std::vector<fault> faults_of(syscall_call const& call, std::function<descriptor_facts(int fd)> const& look);

/// The index of the argument that is the descriptor of a written, or of a synchronised, file; -1 for any other call, such as
/// splice(2).
int written_argument(syscall_call const& call);
int synced_argument(syscall_call const& call);

/// The names of all calls in the table of faults.cpp, in the syntax of `filter`.
std::string fallible_calls();

}   // namespace cotrace::testing
