// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Which calls can fail, and with which errors. The errors are those of the ERRORS sections
/// in the manual pages, without those that only an invalid call gets (EBADF, EFAULT, EINVAL).
namespace cotrace::testing {

/// The facts about a file descriptor that decide how calls with it can fail.
struct descriptor_facts {
    enum class kind : std::uint8_t { other, file, stream } what = kind::other;   ///< a regular file; a pipe or socket
    bool nonblocking = false;
    bool unsynced    = false;   ///< the file was written after its last fsync
};

/// How a call is made to fail, so that the tracee sees what it would see after a real failure.
enum class fault_manner : std::uint8_t {
    instead,   ///< the call is not executed
    behind,    ///< the call is executed, and then returns the error: close(2) that fails still closes the file descriptor
    no_break,  ///< brk(2) is executed with argument 0: after a failure the kernel returns the current break, not -ENOMEM
};

struct fault {
    int          error = 0;
    fault_manner how = fault_manner::instead;
    bool         loses_data = false;   ///< data written before may not be on the disk, so it is always wrong to ignore this error

    friend bool operator==(fault const&, fault const&) = default;
};

/// How this call can fail, in the order of the table. `look` returns the facts about a file descriptor of the caller.
std::vector<fault> faults_of(syscall_call const& call, std::function<descriptor_facts(int fd)> const& look);

/// `written_argument`: which argument is the file descriptor of a call that writes to a
/// file or changes its size. `synced_argument`: which argument is the file descriptor of
/// a call that syncs a file to the disk. -1 for other calls.
int written_argument(syscall_call const& call);
int synced_argument(syscall_call const& call);

/// All calls of the table, in the syntax of `filter`.
std::string fallible_calls();

} // namespace cotrace::testing
