// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/unique_fd.hpp>

#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <csignal>
#include <cstddef>
#include <optional>
#include <string>

namespace cotrace::app {

/// The process that a thread belongs to. If that is not known, the process with the id of the thread.
pid process_of(tid thread);

/// The thread that traces `thread`; `tid{}` if `thread` is not traced.
tid tracer_of(tid thread);

/// Why this process may not attach to `process` (EPERM): a text that begins with "; ". See ptrace(2), "Ptrace access mode
/// checking".
std::string why_not_permitted(pid process);

/// Why ptrace(2) failed with EPERM for a child that cotrace has started: a text that begins with "; "; empty if the reason is
/// unknown.
std::string why_launch_not_permitted();

/// The number of threads that a process has now.
std::size_t thread_count(pid process);

/// A pidfd of a process: it is readable when the process has ended. Empty if pidfd_open(2) fails.
detail::unique_fd open_pidfd(pid process) noexcept;

/// Waits until the child `process` has ended, and reaps it; nullopt if waitid(2) failed. Without a pidfd, calls waitid(2) every
/// 10 ms.
task<std::optional<siginfo_t>> reap(asio::any_io_executor executor, pid process, detail::unique_fd const& pidfd);

/// Raises the soft limit of open files (RLIMIT_NOFILE) to the hard limit. Programs that are launched later inherit the limit.
void raise_descriptor_limit() noexcept;

}   // namespace cotrace::app
