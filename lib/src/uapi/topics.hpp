// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/syscalls.hpp>

#include <span>

/// The descriptors of system calls, in one list and one file for each topic. The function `find` searches all lists.
namespace cotrace::uapi {

std::span<syscall_descriptor const> legacy_calls() noexcept;
std::span<syscall_descriptor const> file_calls() noexcept;
std::span<syscall_descriptor const> descriptor_calls() noexcept;
std::span<syscall_descriptor const> memory_calls() noexcept;
std::span<syscall_descriptor const> process_calls() noexcept;
std::span<syscall_descriptor const> signal_calls() noexcept;
std::span<syscall_descriptor const> time_calls() noexcept;
std::span<syscall_descriptor const> poll_calls() noexcept;
std::span<syscall_descriptor const> socket_calls() noexcept;
std::span<syscall_descriptor const> ipc_calls() noexcept;
std::span<syscall_descriptor const> system_calls() noexcept;
std::span<syscall_descriptor const> identity_calls() noexcept;
std::span<syscall_descriptor const> mount_calls() noexcept;
std::span<syscall_descriptor const> security_calls() noexcept;
std::span<syscall_descriptor const> async_io_calls() noexcept;
std::span<syscall_descriptor const> bpf_calls() noexcept;
std::span<syscall_descriptor const> trace_calls() noexcept;

/// The descriptors of calls that take other arguments when an i386 program makes them through ipc(2).
std::span<syscall_descriptor const> calls_made_by_ipc() noexcept;

/// The lists of all topics. If several rows describe the same call of the same interface, the first row is used.
inline constexpr std::span<syscall_descriptor const> (*all_topics[])() noexcept = {
    legacy_calls,
    file_calls, descriptor_calls, memory_calls, process_calls, signal_calls, time_calls,
    poll_calls, socket_calls, ipc_calls, system_calls, identity_calls,
    mount_calls, security_calls, async_io_calls, bpf_calls, trace_calls,
};

} // namespace cotrace::uapi
