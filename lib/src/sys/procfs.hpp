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

/// Some fields of /proc/TID/status.
struct thread_status {
    pid group{};      ///< Tgid
    pid parent{};     ///< PPid
    tid tracer{};     ///< TracerPid; `tid{}` when there is none
    char state = 0;   ///< first letter of State: R S D T t Z X …
};

/// Whether /proc shows this process's pid namespace. If false, the functions below look up no id. Also false if no file
/// descriptor is free, unless an earlier call returned true.
bool sees_processes();

/// Why this process cannot read /proc. EMFILE or ENFILE: no file descriptor is free. `errc::no_procfs`: /proc is not mounted, or
/// shows another pid namespace.
error_code procfs_error();

/// The path /proc/ID/NAME. If `sees_processes` is false, the path is empty, and no file can be opened by it.
std::string path_of(std::int32_t id, std::string_view name);

/// The content of a file of proc(5) or sysfs(5); empty if the file cannot be opened.
std::string file_of(std::string const& path);

std::optional<thread_status> status_of(tid thread);

/// The number of threads of a process, even if the thread group leader is a zombie. 0 if there is no such process.
std::size_t count_threads(pid process);

/// The threads of `process`; empty if the process is gone, or if no file descriptor is free.
std::vector<tid> threads_of(pid process);
/// Like `threads_of`, but reports the error EMFILE or ENFILE if no file descriptor is free.
result<std::vector<tid>> list_threads(pid process);

/// The id of the process that a pidfd refers to; nothing once the process was reaped, and if `sees_processes` is false.
std::optional<pid> id_of(pidfd const& process);

/// The current children of all threads of the process of `thread`. Empty without CONFIG_PROC_CHILDREN.
std::vector<pid> children_of(tid thread);
/// The current children of `thread`, without those of the other threads of its process. Empty if the
/// kernel has no CONFIG_PROC_CHILDREN.
std::vector<pid> children_of_thread(tid thread);

/// All processes in this process's pid namespace.
std::vector<pid> all_processes();

/// The targets of the links /proc/TID/fd/N and /proc/TID/cwd. Empty if the link cannot be read.
std::string link_of(tid thread, int fd);
std::string directory_of(tid thread);

/// The target of the link /proc/TID/ns/LINK, such as "net:[4026531840]". Empty if the link cannot be read.
std::string namespace_of(tid thread, char const* link);

/// The first argument of the call that a stopped thread is in, from /proc/TID/syscall. Nothing outside of a call, or without
/// permission.
std::optional<std::uint64_t> first_argument_of(tid thread);

/// The start address of the mapping of `path` with the file offset 0 in /proc/TID/maps; 0 if there is none, or several.
std::uint64_t mapping_of(tid thread, std::string_view path);

/// The text that the kernel appends, in the links of proc(5), to the path of a file that has no name any more.
inline constexpr std::string_view deleted_mark = " (deleted)";

/// Whether the kernel appended `deleted_mark` to `path`, the target of /proc/TID/fd/N. False if the ending is part of the file's
/// name.
bool is_deleted(tid thread, int fd, std::string const& path);

/// The number of a device. `device_of` returns nothing if the descriptor refers to no device. `device_of` does not wait for a
/// slow file system.
struct device_number {
    bool is_block = false;
    std::uint64_t number = 0;   ///< the major and the minor number, packed as dev_t
};
std::optional<device_number> device_of(tid thread, int fd);

/// Identifies the file that a descriptor refers to. `file_of` does not wait for a slow file
/// system.
struct file_identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint32_t mode = 0;   ///< st_mode: file type and permissions
};
std::optional<file_identity> file_of(tid thread, int fd);

/// Whether a descriptor may refer to a file of proc(5): a regular file of size 0 on a device with the major number 0. True if
/// this cannot be found out. False without such a descriptor.
bool may_be_of_proc(tid thread, int fd);

/// The kernel's name for the protocol of a socket, such as "TCP". Empty for other files, or if the name cannot be read.
std::string socket_protocol(tid thread, int fd);

/// The content of /proc/TID/fdinfo/N.
std::string fd_info(tid thread, int fd);
/// The text of the first line that begins with `label`, without `label` and the spaces and tabs after it. Empty without such a
/// line.
std::string_view field(std::string_view text, std::string_view label);

/// The name of a thread, from /proc/TID/comm.
std::string command_of(std::int32_t id);

/// The path of the program that a process executes, without " (deleted)". Empty for a kernel thread, or if the path cannot be
/// read.
std::string program_of(pid process);

/// Whether a process is a kernel thread (PF_KTHREAD), which cannot be traced.
bool is_kernel_thread(pid process);

enum class id_kind : std::uint8_t { thread, group };
/// Translates the id of a thread or process group from the pid namespace of `thread` into that of this process. Returns 0 if both
/// are one namespace, or after a failure.
std::int32_t id_outside(tid thread, std::int32_t id, id_kind kind);

/// Translates the id of a thread from the pid namespace of `thread` into that of this process; 0 if there is no such thread.
/// Returns `id` before Linux 6.11, or if the namespace cannot be opened.
std::int32_t id_from(tid thread, std::int32_t id) noexcept;

/// Whether all other threads of this process block SIGCHLD. False if `sees_processes` is false. A thread with an unreadable
/// signal mask counts as one that blocks SIGCHLD.
bool others_block_sigchld();

}   // namespace cotrace::sys
