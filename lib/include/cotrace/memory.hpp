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

/// The address space of a traced thread. Lengths are in bytes. Reading stops at the first page that is not mapped.
///
/// The functions use process_vm_readv(2) and process_vm_writev(2). If these calls are denied (EPERM, ENOSYS), or cannot
/// write to a mapping, the functions use /proc/PID/mem.
///
/// Errors: `errc::unmapped_memory` if the memory is not mapped. `read_some` and `read_string` fail only if the first
/// byte is not mapped. `errc::tracee_died` if the thread does not exist any more. Otherwise, the errno of the system
/// call that failed. If /proc is needed but not usable, `write` fails with `errc::no_procfs`, and reads fail with
/// EPERM.
///
/// Thread rule: any thread may call the functions. The memory may change during a read, unless all threads that can
/// write to it are stopped.
class memory {
public:
    explicit memory(tid thread) noexcept
        : thread_{thread}
    {
    }

    /// For the engine: the memory of a thread that waits for the answer to a seccomp notification. Accesses fail with
    /// `errc::tracee_died` if the notification is not valid any more, so a reused thread id is never read:
    /// seccomp_unotify(2).
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

    /// Reads a null-terminated string, and returns it without the null byte. The string is cut after `limit` bytes, and
    /// at the end of the mapped memory.
    result<std::string> read_string(remote_address from, std::size_t limit = 4096) const;

    /// Reads a null-terminated array of pointers to strings, such as the argv of execve(2). Reads at most `limit`
    /// strings, and at most 1 MiB of each. `interface` decides the width of the pointers.
    result<std::vector<std::string>> read_strings(remote_address from, uapi::arch interface, std::size_t limit = 4096) const;

    /// Reads a socket address. A `length` beyond the size of sockaddr_storage is reduced to that size.
    result<socket_address> read_address(remote_address from, socklen_t length) const noexcept;

    /// Writes all of `bytes`, also into mappings that are read-only for the subject. After an error, a part of `bytes`
    /// may have been written.
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
