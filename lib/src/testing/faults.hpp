// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Which calls can fail, and with what: the ERRORS sections of their manual
/// pages, less what only a wrong call gets (EBADF, EFAULT, EINVAL).
namespace cotrace::testing {

/// What a descriptor is, as far as it decides how calls on it can fail.
struct descriptor_facts {
    enum class kind : std::uint8_t { other, file, stream } what = kind::other;   ///< a regular file; a pipe or socket
    bool nonblocking = false;
    bool unsynced    = false;   ///< it was written to, and not synced since
};

/// How a call is made to fail so that the subject sees what the kernel would have shown it.
enum class fault_manner : std::uint8_t {
    instead,   ///< the call does not run
    behind,    ///< it runs, and then says that it failed: close(2) releases the descriptor all the same
    no_break,  ///< brk(2) does not say -ENOMEM but where the break is, as if asked for nothing
};

struct fault {
    int          error = 0;
    fault_manner how = fault_manner::instead;
    bool         loses_data = false;   ///< data that were written before may not be on the disk: nobody who ignores that is right

    friend bool operator==(fault const&, fault const&) = default;
};

/// How this call can fail, in the table's order; `look` tells about a descriptor of the caller.
std::vector<fault> faults_of(syscall_call const& call, std::function<descriptor_facts(int fd)> const& look);

/// Of a call that writes to a file, or changes its size, which argument is the
/// descriptor; of one that brings a file to the disk, too. -1: it does neither.
int written_argument(syscall_call const& call);
int synced_argument(syscall_call const& call);

/// All calls that the table has, in the language of `filter`.
std::string fallible_calls();

} // namespace cotrace::testing
