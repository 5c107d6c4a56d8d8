// SPDX-License-Identifier: BSL-1.0
#include "testing/faults.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <sys/socket.h>

namespace cotrace::testing {

namespace {

/// A call, and facts about the file descriptor that is its first argument.
class call_context {
public:
    call_context(syscall_call const& call, std::function<descriptor_facts(int)> const& look)
        : call_{&call}
        , look_{&look}
    {
    }

    bool has(char const* argument, char const* constant) const
    {
        auto const found = call_->argument(argument);
        return found && found->has(constant);
    }
    std::string name() const { return call_->name(); }
    syscall_call const& call() const { return *call_; }

    /// The facts about the descriptor, which are looked up at the first use.
    descriptor_facts const& descriptor() const
    {
        if (!facts_)
            facts_ = (*look_)(static_cast<int>(call_->args[0]));
        return *facts_;
    }

private:
    syscall_call const* call_;
    std::function<descriptor_facts(int)> const* look_;
    mutable std::optional<descriptor_facts> facts_;
};

// A function that returns whether a row of the table applies to a call.
using condition = bool (*)(call_context const&);

bool always(call_context const&) { return true; }
bool creates(call_context const& seen)
{
    return seen.name() == "creat" || seen.has("flags", "O_CREAT") || seen.has("how.flags", "O_CREAT")
           || seen.has("flags", "O_TMPFILE") || seen.has("how.flags", "O_TMPFILE");
}
bool creates_anew(call_context const& seen)
{
    return creates(seen) && (seen.has("flags", "O_EXCL") || seen.has("how.flags", "O_EXCL"));
}
bool opens(call_context const& seen) { return !creates(seen); }
bool on_file(call_context const& seen) { return seen.descriptor().what == descriptor_facts::kind::file; }
bool on_stream(call_context const& seen) { return seen.descriptor().what == descriptor_facts::kind::stream; }
bool on_other(call_context const& seen) { return seen.descriptor().what == descriptor_facts::kind::other; }
bool nonblocking(call_context const& seen) { return seen.descriptor().nonblocking; }
bool unsynced(call_context const& seen) { return on_file(seen) && seen.descriptor().unsynced; }
bool of_descriptor(call_context const& seen) { return seen.has("flags", "AT_EMPTY_PATH"); }
bool of_path(call_context const& seen) { return !of_descriptor(seen); }
bool maps_file(call_context const& seen) { return !seen.has("flags", "MAP_ANONYMOUS"); }
bool duplicates(call_context const& seen) { return seen.has("cmd", "F_DUPFD") || seen.has("cmd", "F_DUPFD_CLOEXEC"); }
bool tries_lock(call_context const& seen)
{
    return seen.has("cmd", "F_SETLK") || seen.has("cmd", "F_SETLK64") || seen.has("cmd", "F_OFD_SETLK");
}
bool waits_for_lock(call_context const& seen)
{
    return seen.has("cmd", "F_SETLKW") || seen.has("cmd", "F_SETLKW64") || seen.has("cmd", "F_OFD_SETLKW");
}
bool tries_flock(call_context const& seen) { return seen.has("operation", "LOCK_NB"); }
bool waits_for_flock(call_context const& seen) { return !tries_flock(seen) && !seen.has("operation", "LOCK_UN"); }
bool moves_break(call_context const& seen) { return seen.call().args[0] != 0; }
bool sets_limit(call_context const& seen) { return seen.call().args[2] != 0; }   // args[2] is new_limit of prlimit64(2)

/// The family of the address that was passed to connect(2).
std::uint64_t address_family(call_context const& seen)
{
    for (auto const each : seen.call().values.all())
        if (auto const family = each.find("sa_family"))
            return family->number();
    return AF_UNSPEC;
}
bool connects_locally(call_context const& seen) { return address_family(seen) == AF_UNIX; }
bool connects_far(call_context const& seen) { return !connects_locally(seen); }

/// The names of calls, separated by commas, and how these calls can fail. The errors end at the first 0.
struct row {
    std::string_view calls;
    std::array<int, 8> errors;
    condition when = always;
    fault_manner how = fault_manner::instead;
    bool loses_data = false;
};

// Several rows may name one call. Each row that names the call and has a true condition applies to the call.
constexpr row table[] = {
    // Calls on files by their paths. Some rows also name the variant of a call that takes a file descriptor.
    {"open,openat,openat2", {EACCES, EINTR, EMFILE, ENOENT, ENOMEM}, opens},
    {"creat,open,openat,openat2", {EACCES, EDQUOT, EINTR, EMFILE, ENOSPC, EROFS}, creates},
    {"open,openat,openat2", {EEXIST}, creates_anew},
    {"fstatat64,lstat,lstat64,newfstatat,stat,stat64,statx", {EACCES, ENOENT, ENOMEM}, of_path},
    {"newfstatat,statx", {ENOMEM}, of_descriptor},
    {"access,faccessat,faccessat2", {EACCES, EIO, ENOENT, EROFS}},
    {"readlink,readlinkat", {EACCES, EIO, ENOENT}},
    {"statfs,statfs64", {EACCES, EIO, ENOENT, ENOMEM}},
    {"chdir", {EACCES, EIO, ENOENT, ENOMEM}},
    {"getcwd", {EACCES, ENOENT}},
    {"rename,renameat,renameat2", {EACCES, EBUSY, EDQUOT, ENOSPC, EPERM, EROFS, EXDEV}},
    {"link,linkat", {EACCES, EEXIST, EIO, EMLINK, ENOSPC, EPERM, EXDEV}},
    {"symlink,symlinkat", {EACCES, EDQUOT, EEXIST, EIO, ENOSPC, EPERM, EROFS}},
    {"mkdir,mkdirat", {EACCES, EDQUOT, EEXIST, EMLINK, ENOSPC, EROFS}},
    {"mknod,mknodat", {EACCES, EDQUOT, EEXIST, ENOSPC, EPERM, EROFS}},
    {"rmdir", {EACCES, EBUSY, ENOTEMPTY, EROFS}},
    {"unlink,unlinkat", {EACCES, EBUSY, EIO, EPERM, EROFS}},
    {"truncate,truncate64", {EACCES, EINTR, EIO, EROFS}},
    {"chmod,fchmod,fchmodat,fchmodat2", {EIO, EPERM, EROFS}},
    {"chown,chown32,fchown,fchown32,fchownat,lchown,lchown32", {EIO, EPERM, EROFS}},
    {"futimesat,utime,utimensat,utimensat_time64,utimes", {EACCES, EPERM, EROFS}},
    {"fsetxattr,lsetxattr,setxattr,setxattrat", {EDQUOT, ENOSPC, ENOTSUP, EPERM}},
    {"fgetxattr,getxattr,getxattrat,lgetxattr", {ENODATA, ENOTSUP}},
    {"flistxattr,listxattr,listxattrat,llistxattr", {ENOTSUP}},
    {"fremovexattr,lremovexattr,removexattr,removexattrat", {ENODATA, ENOTSUP, EPERM}},
    {"mount,move_mount,open_tree,pivot_root,umount,umount2", {EBUSY, ENOENT, EPERM}},
    {"chroot", {EACCES, ENOENT, EPERM}},

    // Other calls on file descriptors, and calls that make file descriptors.
    {"pread64,preadv,preadv2,read,readv", {EINTR, EIO}},
    {"pread64,preadv,preadv2,read,readv", {EAGAIN}, nonblocking},
    {"pwrite64,pwritev,pwritev2,write,writev", {EDQUOT, EFBIG, EINTR, EIO, ENOSPC}, on_file},
    {"pwrite64,pwritev,pwritev2,write,writev", {EINTR, EPIPE}, on_stream},
    {"pwrite64,pwritev,pwritev2,write,writev", {EINTR, EIO}, on_other},
    {"pwrite64,pwritev,pwritev2,write,writev", {EAGAIN}, nonblocking},
    {"copy_file_range", {EFBIG, EIO, ENOMEM, ENOSPC, EOPNOTSUPP, EXDEV}},
    {"sendfile,sendfile64", {EINVAL, EIO, ENOMEM}},   // EINVAL: the file of in_fd does not support sendfile(2)
    {"splice,tee,vmsplice", {EINVAL, ENOMEM}},
    {"fdatasync,fsync", {EDQUOT, EIO, ENOSPC}, always, fault_manner::instead, true},
    {"sync_file_range", {EIO, ENOSPC}, always, fault_manner::instead, true},
    {"syncfs", {EDQUOT, EIO, ENOSPC}, always, fault_manner::instead, true},
    {"close", {EDQUOT, EIO, ENOSPC}, unsynced, fault_manner::after_call, true},
    {"fstat,fstat64", {ENOMEM}},
    {"fstatfs,fstatfs64", {EIO, ENOMEM}},
    {"fchdir", {EACCES}},
    {"ftruncate,ftruncate64", {EFBIG, EINTR, EIO}},
    {"fallocate", {EFBIG, EINTR, EIO, ENOSPC, EOPNOTSUPP}},
    {"getdents,getdents64", {ENOENT}},
    {"dup,dup3", {EMFILE}},
    {"dup2", {EINTR, EMFILE}},
    {"fcntl,fcntl64", {EMFILE}, duplicates},
    {"fcntl,fcntl64", {EAGAIN, ENOLCK}, tries_lock},
    {"fcntl,fcntl64", {EDEADLK, EINTR, ENOLCK}, waits_for_lock},
    {"flock", {EWOULDBLOCK, ENOLCK}, tries_flock},
    {"flock", {EINTR, ENOLCK}, waits_for_flock},
    {"ioctl", {ENOTTY}},
    {"pipe,pipe2", {EMFILE, ENFILE}},
    {"epoll_create,epoll_create1,eventfd,eventfd2,fanotify_init,inotify_init,inotify_init1", {EMFILE, ENOMEM}},
    {"io_uring_setup", {EMFILE, ENOMEM, EPERM}},
    {"memfd_create,pidfd_open,signalfd,signalfd4,timerfd_create,userfaultfd", {EMFILE, ENOMEM}},
    {"epoll_ctl", {ENOMEM, ENOSPC}},
    {"inotify_add_watch", {EACCES, ENOENT, ENOMEM, ENOSPC}},

    // Memory, semaphores and message queues.
    {"mmap,mmap2", {EAGAIN, ENODEV, ENOMEM}, maps_file},   // ENODEV: the file system does not support mapping
    {"mmap,mmap2", {ENOMEM}, [](call_context const& seen) { return !maps_file(seen); }},
    {"mremap", {ENOMEM}},
    {"mprotect,pkey_mprotect", {ENOMEM}},
    {"brk", {ENOMEM}, moves_break, fault_manner::no_break},
    {"mlock,mlock2,mlockall", {EAGAIN, ENOMEM, EPERM}},
    {"msync", {EBUSY, ENOMEM}},
    {"shmget", {EACCES, ENOENT, ENOMEM, ENOSPC}},
    {"shmat", {EACCES, ENOMEM}},
    {"semget", {EACCES, ENOENT, ENOMEM, ENOSPC}},
    {"semop,semtimedop", {EACCES, EIDRM, EINTR, ENOMEM}},
    {"msgget", {EACCES, ENOENT, ENOMEM, ENOSPC}},
    {"msgrcv,msgsnd", {EACCES, EIDRM, EINTR, ENOMEM}},
    {"mq_open", {EACCES, EMFILE, ENOENT, ENOMEM, ENOSPC}},

    // Processes, their credentials and limits, timers and random numbers.
    {"clone,clone3,fork,vfork", {EAGAIN, ENOMEM}},
    {"execve,execveat", {E2BIG, EACCES, ENOENT, ENOMEM}},
    {"wait4,waitid,waitpid", {ECHILD, EINTR}},
    {"kill", {EPERM, ESRCH}},
    {"setgid,setgid32,setregid,setregid32,setresgid,setresgid32", {EPERM}},
    {"setresuid,setresuid32,setreuid,setreuid32,setuid,setuid32", {EAGAIN, EPERM}},
    {"setgroups,setgroups32", {ENOMEM, EPERM}},
    {"setpgid", {EACCES, EPERM, ESRCH}},
    {"setsid", {EPERM}},
    {"setrlimit", {EPERM}},
    {"prlimit64", {EPERM}, sets_limit},
    {"setpriority", {EACCES, EPERM}},
    {"unshare,setns", {ENOMEM, EPERM}},
    {"timer_create", {EAGAIN, ENOMEM}},
    {"getrandom", {EINTR, ENOSYS}},   // ENOSYS: the error in a sandbox with a filter that does not know getrandom(2)

    // Calls that wait for events. Not futex(2), because libraries end the process after a failure; not nanosleep(2), which writes
    // the remaining time on EINTR.
    {"epoll_pwait,epoll_pwait2,epoll_wait", {EINTR}},
    {"_newselect,poll,ppoll,pselect6,select", {EINTR, ENOMEM}},

    // Calls on sockets.
    {"socket", {EACCES, EAFNOSUPPORT, EMFILE, ENOBUFS}},
    {"socketpair", {EMFILE, ENFILE}},
    {"bind", {EACCES, EADDRINUSE, EADDRNOTAVAIL}},
    {"listen", {EADDRINUSE}},
    {"accept,accept4", {ECONNABORTED, EINTR, EMFILE, ENOBUFS}},
    {"accept,accept4", {EAGAIN}, nonblocking},
    {"connect", {EADDRNOTAVAIL, ECONNREFUSED, EINTR, ENETUNREACH, ETIMEDOUT}, connects_far},
    {"connect", {EACCES, EAGAIN, ECONNREFUSED, EINTR, ENOENT}, connects_locally},
    {"send,sendmmsg,sendmsg,sendto", {ECONNRESET, EINTR, ENOBUFS, EPIPE}},
    {"recv,recvfrom,recvmmsg,recvmsg", {ECONNREFUSED, EINTR, ENOMEM}},
    {"recv,recvfrom,recvmmsg,recvmsg,send,sendmmsg,sendmsg,sendto", {EAGAIN}, nonblocking},
    {"setsockopt", {ENOPROTOOPT}},
    {"getpeername,getsockname", {ENOBUFS}},
    {"shutdown", {ENOTCONN}},
};

template <class Look>
void for_each_name(std::string_view list, Look look)
{
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        look(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

bool is_one_of(std::string_view name, std::string_view list)
{
    bool found = false;
    for_each_name(list, [&](std::string_view each) { found = found || each == name; });
    return found;
}

using rows_by_name = std::unordered_map<std::string_view, std::vector<row const*>>;

rows_by_name const& rows()
{
    static rows_by_name const all = [] {
        rows_by_name made;
        for (auto const& each : table)
            for_each_name(each.calls, [&](std::string_view name) { made[name].push_back(&each); });
        return made;
    }();
    return all;
}

}   // namespace

std::vector<fault> faults_of(syscall_call const& call, std::function<descriptor_facts(int fd)> const& look)
{
    std::vector<fault> found;
    auto const name = call.name();
    auto const known = rows().find(name);
    if (known == rows().end())
        return found;
    call_context const seen{call, look};
    for (auto const* each : known->second)
        if (each->when(seen))
            for (int const error : each->errors)
                if (error != 0)
                    found.push_back({error, each->how, each->loses_data});
    return found;
}

int written_argument(syscall_call const& call)
{
    auto const name = call.name();
    if (name == "copy_file_range")
        return 2;
    return is_one_of(name, "fallocate,ftruncate,ftruncate64,pwrite64,pwritev,pwritev2,sendfile,sendfile64,write,writev") ? 0 : -1;
}

int synced_argument(syscall_call const& call) { return is_one_of(call.name(), "fdatasync,fsync") ? 0 : -1; }

std::string fallible_calls()
{
    std::vector<std::string_view> names;
    for (auto const& [name, unused] : rows())
        names.push_back(name);
    std::ranges::sort(names);
    std::string list;
    for (auto const name : names)
        (list += list.empty() ? "?" : ",?") += name;   // "?": no error on an architecture that does not have the call
    return list;
}

}   // namespace cotrace::testing
