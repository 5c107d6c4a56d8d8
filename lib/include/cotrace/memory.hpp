// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>
#include <cotrace/uapi/arch.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <sys/socket.h>

namespace cotrace {

/// A socket address that a subject passed to a system call. Only the first `length` bytes of `storage` are valid.
struct socket_address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

/// The address space of a traced thread.
///
/// Lengths are in bytes. `read_some`, `read` and `read_address` read the memory with one
/// process_vm_readv(2); `read_string` reads it page by page. If the system denies
/// process_vm_readv(2) (EPERM, ENOSYS), the memory is read with pread(2) of /proc/PID/mem
/// instead. Reading stops at the first page that is not mapped.
///
/// Errors: `errc::unmapped_memory` if the memory is not mapped (`read_some` and
/// `read_string` fail only if the first byte is not mapped); `errc::tracee_died` if the
/// thread does not exist any more; otherwise the errno of the system call that failed. If /proc is needed, but is not
/// mounted or shows another pid namespace, `write` fails with `errc::no_procfs`, and all other functions with EPERM.
///
/// Thread rule: any thread may call the functions. The memory may change during a read, unless all threads that can
/// write to it are stopped.
class memory {
public:
    explicit memory(tid thread) noexcept
        : thread_{thread}
    {
    }

    /// Makes an object for the memory of a thread that waits for the answer to a seccomp
    /// notification. Only the engine uses this constructor. Before each write and after each
    /// access, the functions of the object check that the notification is still valid, and fail
    /// with `errc::tracee_died` if it is not. So a read never returns the memory of another
    /// process that has got the id of the thread; see seccomp_unotify(2).
    memory(tid thread, int listener, std::uint64_t notification) noexcept
        : thread_{thread}
        , listener_{listener}
        , notification_{notification}
    {
    }

    /// Reads up to `into.size()` bytes and returns the number of bytes that were read.
    result<std::size_t> read_some(remote_address from, std::span<std::byte> into) const noexcept;

    /// Fills all of `into`, or fails with `errc::unmapped_memory`.
    result<void> read(remote_address from, std::span<std::byte> into) const noexcept;

    template <class T>
    requires std::is_trivially_copyable_v<T> result<T> read(remote_address from)
    const noexcept
    {
        T value;
        BOOST_OUTCOME_TRYV(read(from, std::as_writable_bytes(std::span{&value, 1})));
        return value;
    }

    /// Reads a null-terminated string and returns it without the null byte. A string that is
    /// longer than `limit` bytes is cut at that limit. A string that has no null byte before
    /// the end of the mapped memory is cut at that end.
    result<std::string> read_string(remote_address from, std::size_t limit = 4096) const;

    /// Reads a null-terminated array of pointers to strings, such as execve(2) takes. Reads at
    /// most `limit` strings, and at most 1 MiB of each. `interface` decides how wide the pointers are.
    result<std::vector<std::string>> read_strings(remote_address from, uapi::arch interface, std::size_t limit = 4096) const;

    /// Reads a socket address. A `length` beyond the size of sockaddr_storage is reduced to that size.
    result<socket_address> read_address(remote_address from, socklen_t length) const noexcept;

    /// Writes all of `bytes`, also into mappings that are read-only for the subject, as
    /// PTRACE_POKEDATA does. After an error, a part of `bytes` may have been written.
    result<void> write(remote_address to, std::span<std::byte const> bytes) const noexcept;

    template <class T>
    requires std::is_trivially_copyable_v<T> result<void> write(remote_address to, T const& value)
    const noexcept { return write(to, std::as_bytes(std::span{&value, 1})); }

private:
    result<void> check() const noexcept;

    tid thread_;
    int listener_ = -1;
    std::uint64_t notification_ = 0;
};

}   // namespace cotrace
