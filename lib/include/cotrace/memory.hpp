// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <sys/socket.h>

namespace cotrace {

/// A socket address as a subject passed it: `length` bytes of `storage` count.
struct socket_address {
    sockaddr_storage storage{};
    socklen_t        length = 0;
};

/// A traced thread's address space.
///
/// Lengths are in bytes. Reads take one process_vm_readv(2) per call where the
/// memory is in one piece, or read /proc/PID/mem where the system denies that call
/// (EPERM, ENOSYS). They stop at the first page that is not mapped:
/// `errc::unmapped_memory` when nothing could be read there,
/// `errc::tracee_died` when the thread is gone.
///
/// Any thread may call; what is read is only sure to hold still while the
/// subject's threads are stopped.
class memory {
public:
    explicit memory(tid thread) noexcept : thread_{thread} {}

    /// For the engine: of a thread that waits for the answer to this notification
    /// of seccomp. Before each write and after each access it is seen to, as seccomp_unotify(2)
    /// demands, that it still does, and the memory is not a stranger's by now.
    memory(tid thread, int listener, std::uint64_t notification) noexcept
        : thread_{thread}, listener_{listener}, notification_{notification}
    {
    }

    /// Reads up to `into.size()` bytes and gives how many were there.
    result<std::size_t> read_some(remote_address from, std::span<std::byte> into) const noexcept;

    /// Reads all of `into`, or fails with `errc::unmapped_memory`.
    result<void> read(remote_address from, std::span<std::byte> into) const noexcept;

    template <class T>
        requires std::is_trivially_copyable_v<T>
    result<T> read(remote_address from) const noexcept
    {
        T value;
        BOOST_OUTCOME_TRYV(read(from, std::as_writable_bytes(std::span{&value, 1})));
        return value;
    }

    /// Reads up to the terminating null byte, which is left out, or `limit` bytes,
    /// or to where the memory ends.
    result<std::string> read_string(remote_address from, std::size_t limit = 4096) const;

    /// Reads a null-terminated array of strings, as execve(2) takes it, of at
    /// most `limit` strings; `interface` says how wide its pointers are.
    result<std::vector<std::string>> read_strings(remote_address from, abi::arch interface,
                                                  std::size_t limit = 4096) const;

    /// Reads a socket address; a `length` beyond sockaddr_storage is cut to it.
    result<socket_address> read_address(remote_address from, socklen_t length) const noexcept;

    /// Writes all of `bytes`, also into read-only mappings (as PTRACE_POKEDATA does).
    /// On an error part of it may have been written.
    result<void> write(remote_address to, std::span<std::byte const> bytes) const noexcept;

    template <class T>
        requires std::is_trivially_copyable_v<T>
    result<void> write(remote_address to, T const& value) const noexcept
    {
        return write(to, std::as_bytes(std::span{&value, 1}));
    }

private:
    result<void> check() const noexcept;

    tid thread_;
    int listener_ = -1;
    std::uint64_t notification_ = 0;
};

} // namespace cotrace
