// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/syscalls.hpp>

#include <span>

/// The descriptors of system calls, by topic. The list of each topic has a file of its own. `find`
/// searches all lists.
namespace cotrace::abi {

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

/// Descriptors of calls whose arguments differ if i386 programs make them through ipc(2) and not directly.
std::span<syscall_descriptor const> calls_made_by_ipc() noexcept;

/// All lists. If several rows have the name of a call and its interface, the first row is used.
inline constexpr std::span<syscall_descriptor const> (*all_topics[])() noexcept = {
    legacy_calls,
    file_calls, descriptor_calls, memory_calls, process_calls, signal_calls, time_calls,
    poll_calls, socket_calls, ipc_calls, system_calls, identity_calls,
    mount_calls, security_calls, async_io_calls, bpf_calls, trace_calls,
};

} // namespace cotrace::abi
