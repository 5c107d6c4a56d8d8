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

/// Whether /proc is mounted and shows this process's pid namespace. If /proc shows another pid
/// namespace, an id in /proc may belong to another process than the same id in this namespace.
/// Therefore the functions below do not look up an id in /proc if the result is false. Also false
/// if no file descriptor is free, unless an earlier call returned true.
bool sees_processes();

/// Why this process cannot read /proc now. EMFILE or ENFILE: no file descriptor is free. `errc::no_procfs`: /proc is not mounted
/// or shows another pid namespace. No error if this process can read /proc.
error_code procfs_error();

/// The path /proc/ID/NAME. If `sees_processes` is false, the path is empty, and no file can be opened by it.
std::string path_of(std::int32_t id, std::string_view name);

/// The content of a file of proc(5) or sysfs(5); empty if the file cannot be opened.
std::string file_of(std::string const& path);

std::optional<thread_status> status_of(tid thread);

/// The number of threads of a process, also if the thread group leader is a zombie. 0 if there is no such process.
std::size_t count_threads(pid process);

/// The threads of `process`; empty if the process is gone, or if no file descriptor is free.
std::vector<tid> threads_of(pid process);
/// Like `threads_of`, but reports the error EMFILE or ENFILE if no file descriptor is free.
result<std::vector<tid>> list_threads(pid process);

/// The id of the process that a pidfd refers to; nothing once the process was reaped, and if `sees_processes` is false.
std::optional<pid> id_of(pidfd const& process);

/// The current children of the process that `thread` belongs to: those of all its threads. Empty
/// if the kernel has no CONFIG_PROC_CHILDREN.
std::vector<pid> children_of(tid thread);
/// The current children of `thread`, without those of the other threads of its process. Empty if the
/// kernel has no CONFIG_PROC_CHILDREN.
std::vector<pid> children_of_thread(tid thread);

/// All processes in this process's pid namespace.
std::vector<pid> all_processes();

/// The targets of the links /proc/TID/fd/N and /proc/TID/cwd. Empty if there is no such thread or
/// descriptor, or if this process has no permission to read the link.
std::string link_of(tid thread, int fd);
std::string directory_of(tid thread);

/// The target of the link /proc/TID/ns/LINK, such as "net:[4026531840]". Empty if there is no such thread, if it has ended,
/// or if this process has no permission to read the link.
std::string namespace_of(tid thread, char const* link);

/// The first argument of the call that a stopped thread is in, from /proc/TID/syscall. Nothing if the thread is in no call,
/// or if this process has no permission to read the file.
std::optional<std::uint64_t> first_argument_of(tid thread);

/// The start address of the mapping of `thread` that has the file name `path` and the file offset 0 in /proc/TID/maps.
/// Returns 0 if there is no such mapping, or if there are several.
std::uint64_t mapping_of(tid thread, std::string_view path);

/// The text that the kernel appends, in the links of proc(5), to the path of a file that has no name any more.
inline constexpr std::string_view deleted_mark = " (deleted)";

/// Whether the file of a descriptor has no name any more, so that the kernel appended `deleted_mark`
/// to `path`, the target of the link /proc/TID/fd/N. False if the ending is part of the file's name.
bool is_deleted(tid thread, int fd, std::string const& path);

/// The number of the device that a descriptor refers to. `device_of` returns nothing if the descriptor does not refer to a
/// device. `device_of` does not wait for a slow file system.
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

/// Whether a descriptor may refer to a file of proc(5): a regular file with the size 0 on a device with the major number 0. Also
/// true if this cannot be found out, for example because /proc shows another pid namespace. False if there is no such thread or
/// descriptor. Does not wait for a slow file system.
bool may_be_of_proc(tid thread, int fd);

/// The kernel's name for the protocol of a socket, such as "TCP". Empty if the descriptor is
/// no socket, or the name cannot be read.
std::string socket_protocol(tid thread, int fd);

/// The content of /proc/TID/fdinfo/N.
std::string fd_info(tid thread, int fd);
/// Finds the first line of `text` that begins with `label`. Returns the text of this line after `label`, without the spaces
/// and tabs that follow `label`. Empty if no line begins with `label`.
std::string_view field(std::string_view text, std::string_view label);

/// The name of a thread, from /proc/TID/comm.
std::string command_of(std::int32_t id);

/// The path of the program that a process executes, without the " (deleted)" that the kernel
/// appends if the file was removed. Empty for a kernel thread, and if the process is gone or this
/// process has no permission to read the path.
std::string program_of(pid process);

/// Whether a process is a kernel thread (PF_KTHREAD), which cannot be traced.
bool is_kernel_thread(pid process);

enum class id_kind : std::uint8_t { thread, group };
/// Translates `id`, the id of a thread or process group in the pid namespace of `thread`, into the id of that thread or
/// group in this process's pid namespace. Returns 0 if `thread` is in this process's pid namespace, if there is no such
/// thread or group, or if this process has no permission to find out the id.
std::int32_t id_outside(tid thread, std::int32_t id, id_kind kind);

/// Translates `id`, the id of a thread in the pid namespace of `thread`, into the id of that
/// thread in this process's pid namespace. Returns 0 if no thread has the id `id` in the namespace
/// of `thread`. Needs no /proc. Returns `id` unchanged before Linux 6.11, and if the namespace of
/// `thread` cannot be opened, for example because `thread` is gone.
std::int32_t id_from(tid thread, std::int32_t id) noexcept;

/// Whether all threads of this process other than the calling thread block SIGCHLD. False if /proc is missing or shows
/// another pid namespace. If the signal mask of a thread cannot be read, the thread counts as one that blocks SIGCHLD.
bool others_block_sigchld();

}   // namespace cotrace::sys
