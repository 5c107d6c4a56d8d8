// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include "sys/process.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parts of proc(5) that a tracer needs.
namespace cotrace::sys {

/// From /proc/TID/status.
struct thread_status {
    pid  group{};     ///< Tgid
    pid  parent{};    ///< PPid
    tid  tracer{};    ///< TracerPid; `tid{}` when there is none
    char state = 0;   ///< first letter of State: R S D T t Z X …
};

/// Whether /proc is mounted and shows our own pid namespace. Otherwise the ids in
/// it are those of other processes: everything below that takes an id finds nothing.
bool sees_processes();

/// /proc/ID/NAME; empty, as no file is called, where `sees_processes` is false.
std::string path_of(std::int32_t id, std::string_view name);

/// All that a file of proc(5) or of sysfs(5) has to say; empty when there is none.
std::string file_of(std::string const& path);

std::optional<thread_status> status_of(tid thread);

/// The threads of `process`; empty when it is gone.
std::vector<tid> threads_of(pid process);

/// The id of the process that a pidfd refers to; nothing once the process was reaped.
std::optional<pid> id_of(pidfd const& process);

/// The children that the threads of the process of `thread` have now; needs
/// CONFIG_PROC_CHILDREN, without which there seem to be none.
std::vector<pid> children_of(tid thread);
/// The children that this thread alone made, under the same condition.
std::vector<pid> children_of_thread(tid thread);

/// Every process there is.
std::vector<pid> all_processes();

/// Where /proc/TID/fd/N leads, and where /proc/TID/cwd does; empty when there
/// is no such descriptor, or no permission to look.
std::string link_of(tid thread, int fd);
std::string directory_of(tid thread);

/// Whether `path`, as a link of /proc says it, ends with " (deleted)" because
/// the file of that descriptor has no name any more, not because that is its name.
bool is_deleted(tid thread, int fd, std::string const& path);

/// The number of the device that a descriptor refers to, if it is one. Does not
/// wait for a file system that is slow.
struct device_number {
    bool          is_block = false;
    std::uint64_t number = 0;   ///< packed as dev_t
};
std::optional<device_number> device_of(tid thread, int fd);

/// What a descriptor refers to. Does not wait for a file system that is slow, either.
struct file_identity {
    std::uint64_t device = 0;
    std::uint64_t inode  = 0;
    std::uint32_t mode   = 0;   ///< st_mode: its type, and permissions
};
std::optional<file_identity> file_of(tid thread, int fd);

/// Whether a descriptor may refer to a file of proc(5). Their content is made
/// when they are read, so that each is a regular file of 0 bytes, on no device.
/// True too for a few others (of cgroup file systems, empty ones of tmpfs), and
/// where we cannot look because /proc is missing or that of another pid
/// namespace. Does not wait for a file system that is slow.
bool may_be_of_proc(tid thread, int fd);

/// What the kernel calls the protocol of a socket; empty when it does not say.
std::string socket_protocol(tid thread, int fd);

/// /proc/TID/fdinfo/N, and what is behind a label in it; empty when there is no such line.
std::string fd_info(tid thread, int fd);
std::string_view field(std::string_view text, std::string_view label);

/// The name of a thread, as /proc/TID/comm has it.
std::string command_of(std::int32_t id);

/// The path of the program that a process executes; empty for kernel threads,
/// and where we may not look.
std::string program_of(pid process);

/// Whether it is one of the kernel's own (PF_KTHREAD), which nobody can trace.
bool is_kernel_thread(pid process);

/// Who has the id `id` in the pid namespace of `thread`: its id in ours. 0: the
/// two are the same, or there is none.
enum class id_kind : std::uint8_t { thread, group };
std::int32_t id_outside(tid thread, std::int32_t id, id_kind kind);

/// The id in our pid namespace of the thread that has `id` in the pid namespace of
/// `thread`; 0 where there is none. Needs no /proc. Before Linux 6.11 the two
/// namespaces are taken for one.
std::int32_t id_from(tid thread, std::int32_t id) noexcept;

/// True when every other thread of this process blocks SIGCHLD; false when nobody can tell.
bool others_block_sigchld();

} // namespace cotrace::sys
