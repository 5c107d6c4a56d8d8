// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/uroot.hpp>

#include "render/numbers.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/signals.hpp>
#include <cotrace/abi/syscalls.hpp>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <iterator>

#include <arpa/inet.h>

namespace cotrace::render {
namespace {

// How u-root's format shows each argument of a call: one letter for each register. A
// register without a letter is 'x'. At entry, a kind that is named "at exit" is shown as 'x'.
//
//   x  hexadecimal                        o  octal
//   p  path                               P  path, at exit
//   r  bytes that were read               w  bytes that are written, at entry
//   R  iovecs that were read into         W  iovecs that are written, at entry
//   v  iovecs without their contents      f  the two ends of a pipe
//   s  struct stat                        n  struct utsname
//   m  file mode as ls(1) shows it        O  flags of open(2)
//   t  timespec                           T  timespec, at exit
//   u  timespec that may be UTIME_NOW     e  timeval
//      or UTIME_OMIT                      b  utimbuf
//   i  itimerval                          I  itimerval, at exit
//   j  itimerspec                         J  itimerspec, at exit
//   k  kind of itimer                     d  rusage
//   a  socket address                     A  socket address, at exit
//   l  pointer to an address length       F  address family
//   Y  socket type                        Q  socket protocol
//   G  flags of accept4(2)                E  array of strings
//   M  msghdr that is sent                N  msghdr that is received
//   c  flags of clone(2)                  h  ptrace(2) request
//   X  futex(2) operation
struct kinds_of {
    std::string_view call;
    std::string_view kinds;
};

constexpr kinds_of formats[] = {
    {"accept", "xAl"}, {"accept4", "xAlG"}, {"access", "po"}, {"bind", "xax"}, {"chdir", "p"},
    {"chmod", "pm"}, {"chown", "pxx"}, {"chroot", "p"}, {"clock_getres", "xT"}, {"clock_gettime", "xT"},
    {"clock_nanosleep", "xxtT"}, {"clock_settime", "xt"}, {"clone", "cxxxx"}, {"connect", "xax"},
    {"creat", "po"}, {"create_module", "px"}, {"execve", "pEE"}, {"faccessat", "xpo"}, {"fchmod", "xm"},
    {"fchmodat", "xpm"}, {"fchownat", "xpxxx"}, {"fgetxattr", "xpxx"}, {"fremovexattr", "xp"},
    {"fsetxattr", "xpxxx"}, {"fstat", "xs"}, {"futex", "xXxtxx"}, {"futimesat", "xpx"}, {"getcwd", "Px"},
    {"getitimer", "kI"}, {"getpeername", "xAl"}, {"getrusage", "xd"}, {"getsockname", "xAl"},
    {"gettimeofday", "ex"}, {"getxattr", "ppxx"}, {"io_getevents", "xxxxt"}, {"lchown", "pxx"},
    {"lgetxattr", "ppxx"}, {"link", "pp"}, {"linkat", "xpxpx"}, {"listxattr", "pxx"}, {"llistxattr", "pxx"},
    {"lremovexattr", "pp"}, {"lsetxattr", "ppxxx"}, {"lstat", "ps"}, {"mkdir", "po"}, {"mkdirat", "xpx"},
    {"mknod", "pmx"}, {"mknodat", "xpmx"}, {"mount", "pppxp"}, {"nanosleep", "tT"}, {"newfstatat", "xpsx"},
    {"open", "pOm"}, {"openat", "xpOm"}, {"pipe", "f"}, {"pipe2", "fx"}, {"ppoll", "xxtxx"},
    {"pread64", "xrxx"}, {"preadv", "xRxx"}, {"process_vm_readv", "xRxvxx"},
    {"process_vm_writev", "xvxWxx"}, {"ptrace", "hxxx"}, {"pwrite64", "xwxx"}, {"pwritev", "xWxx"},
    {"read", "xrx"}, {"readlink", "prx"}, {"readlinkat", "xprx"}, {"readv", "xRx"}, {"recvfrom", "xxxxAl"},
    {"recvmsg", "xNx"}, {"removexattr", "pp"}, {"rename", "pp"}, {"renameat", "xpxp"},
    {"renameat2", "xpxpx"}, {"rmdir", "p"}, {"rt_sigtimedwait", "xxtx"}, {"select", "xxxxe"},
    {"sendmsg", "xMx"}, {"sendto", "xxxxax"}, {"setitimer", "kiI"}, {"settimeofday", "ex"},
    {"setxattr", "ppxxx"}, {"socket", "FYQ"}, {"socketpair", "FYQx"}, {"stat", "ps"}, {"statfs", "px"},
    {"symlink", "pp"}, {"symlinkat", "pxp"}, {"timer_gettime", "xJ"}, {"timer_settime", "xxjJ"},
    {"timerfd_gettime", "xJ"}, {"timerfd_settime", "xxjJ"}, {"truncate", "px"}, {"umount2", "px"},
    {"uname", "n"}, {"unlink", "p"}, {"unlinkat", "xpx"}, {"utime", "pb"}, {"utimensat", "xpux"},
    {"utimes", "pe"}, {"wait4", "xxxd"}, {"waitid", "xxxxd"}, {"write", "xwx"}, {"writev", "xWx"},
};
static_assert(std::ranges::is_sorted(formats, {}, &kinds_of::call));

constexpr bool only_at_exit(char kind) noexcept
{
    return std::string_view{"PrRfsnTIJdAN"}.find(kind) != std::string_view::npos;
}

constexpr abi::named_value open_names[] = {
    {02000, "O_APPEND"}, {020000, "O_ASYNC"}, {02000000, "O_CLOEXEC"}, {0100, "O_CREAT"}, {040000, "O_DIRECT"},
    {0200000, "O_DIRECTORY"}, {0200, "O_EXCL"}, {01000000, "O_NOATIME"}, {0400, "O_NOCTTY"},
    {0400000, "O_NOFOLLOW"}, {04000, "O_NONBLOCK"}, {010000000, "O_PATH"}, {04010000, "O_SYNC"}, {01000, "O_TRUNC"},
};

constexpr abi::named_value clone_names[] = {
    {0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"},
    {0x2000, "CLONE_PTRACE"}, {0x4000, "CLONE_VFORK"}, {0x8000, "CLONE_PARENT"}, {0x10000, "CLONE_THREAD"},
    {0x20000, "CLONE_NEWNS"}, {0x40000, "CLONE_SYSVSEM"}, {0x80000, "CLONE_SETTLS"},
    {0x100000, "CLONE_PARENT_SETTID"}, {0x200000, "CLONE_CHILD_CLEARTID"}, {0x400000, "CLONE_DETACHED"},
    {0x800000, "CLONE_UNTRACED"}, {0x1000000, "CLONE_CHILD_SETTID"}, {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"}, {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"}, {0x80000000, "CLONE_IO"},
};

constexpr abi::named_value futex_names[] = {{256, "FUTEX_CLOCK_REALTIME"}, {128, "FUTEX_PRIVATE_FLAG"}};
constexpr std::string_view futex_operations[] = {
    "FUTEX_WAIT", "FUTEX_WAKE", "FUTEX_FD", "FUTEX_REQUEUE", "FUTEX_CMP_REQUEUE", "FUTEX_WAKE_OP", "FUTEX_LOCK_PI",
    "FUTEX_UNLOCK_PI", "FUTEX_TRYLOCK_PI", "FUTEX_WAIT_BITSET", "FUTEX_WAKE_BITSET", "FUTEX_WAIT_REQUEUE_PI",
    "FUTEX_CMP_REQUEUE_PI",
};
constexpr std::string_view itimer_names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
constexpr abi::named_value socket_flags[] = {{02000000, "SOCK_CLOEXEC"}, {04000, "SOCK_NONBLOCK"}};
constexpr std::string_view socket_types[] = {
    "0x0", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET", "SOCK_DCCP", "", "", "", "SOCK_PACKET",
};

// The descriptions of signals in u-root's format.
constexpr std::string_view signal_descriptions[] = {
    "", "hangup", "interrupt", "quit", "illegal instruction", "trace/breakpoint trap", "aborted", "bus error",
    "floating point exception", "killed", "user defined signal 1", "segmentation fault", "user defined signal 2",
    "broken pipe", "alarm clock", "terminated", "stack fault", "child exited", "continued", "stopped", "stopped",
    "stopped - tty input", "stopped - tty output", "urgent I/O condition", "CPU time limit exceeded",
    "file size limit exceeded", "virtual timer expired", "profiling timer expired", "window changed",
    "I/O possible", "power failure", "bad system call",
};

void hex(std::string& to, std::uint64_t number)
{
    to += "0x";
    put_number(to, number, 16);
}

// Escapes text as Go does: UTF-8 is kept, other bytes that are not printable are escaped.
void escape(std::string& to, std::string_view text, bool quoted)
{
    auto const sequence = [&](std::size_t at) -> std::size_t {
        auto const c = static_cast<unsigned char>(text[at]);
        std::size_t const length = c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc2 && c < 0xe0 ? 2 : 0;
        if (length == 0 || at + length > text.size())
            return 0;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80)
                return 0;
        return length;
    };
    constexpr std::string_view letters = "abtnvfr";   // the escapes of characters 7 to 13
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (quoted && (c == '"' || c == '\\')) {
            to += '\\';
            to += static_cast<char>(c);
        } else if (c >= 7 && c <= 13) {
            to += '\\';
            to += letters[c - 7u];
        } else if (c >= ' ' && c < 0x7f)
            to += static_cast<char>(c);
        else if (auto const length = sequence(i); length != 0) {
            to += text.substr(i, length);
            i += length - 1;
        } else {
            to += "\\x";
            put_padded(to, c, 2, 16);
        }
    }
}

void quote(std::string& to, std::string_view text)
{
    to += '"';
    escape(to, text, true);
    to += '"';
}

// Writes a duration as Go does: 42.931µs, 1.092021ms, 2.5s, 1m3s.
void duration(std::string& to, std::int64_t nanoseconds)
{
    auto const decimal = [&](std::int64_t number, std::int64_t unit, std::size_t digits) {
        put_signed(to, number / unit);
        std::string rest;
        put_padded(rest, static_cast<std::uint64_t>(number % unit), digits);
        rest.erase(rest.find_last_not_of('0') + 1);
        to += rest.empty() ? "" : "." + rest;
    };
    if (nanoseconds <= 0) {
        to += "0s";
    } else if (nanoseconds < 1000) {
        put_signed(to, nanoseconds);
        to += "ns";
    } else if (nanoseconds < 1'000'000) {
        decimal(nanoseconds, 1000, 3);
        to += "µs";
    } else if (nanoseconds < 1'000'000'000) {
        decimal(nanoseconds, 1'000'000, 6);
        to += "ms";
    } else {
        auto const minutes = nanoseconds / 60'000'000'000;
        if (minutes >= 60) {
            put_signed(to, minutes / 60);
            to += 'h';
        }
        if (minutes != 0) {
            put_signed(to, minutes % 60);
            to += 'm';
        }
        decimal(nanoseconds % 60'000'000'000, 1'000'000'000, 9);
        to += 's';
    }
}

void put_names(std::string& to, std::uint64_t rest, std::span<abi::named_value const> names, bool some)
{
    for (auto const& each : names)
        if ((rest & each.value) == each.value) {
            to += some ? "|" : "";
            to += each.name;
            some = true;
            rest &= ~each.value;
        }
    if (rest != 0 || !some) {
        to += some ? "|" : "";
        hex(to, rest);
    }
}

void put_one_of(std::string& to, std::uint64_t number, std::span<std::string_view const> names)
{
    if (number < names.size() && !names[number].empty())
        to += names[number];
    else
        hex(to, number);
}

// Writes a mode as Go prints os.FileMode. A mode_t has none of the upper bits of os.FileMode.
void file_mode(std::string& to, std::uint64_t mode)
{
    constexpr std::string_view bits = "rwxrwxrwx";
    to += '-';
    for (std::size_t i = 0; i < bits.size(); ++i)
        to += mode >> (8 - i) & 1 ? bits[i] : '-';
}

void local_time(std::string& to, value const& stat, std::string_view name)
{
    auto const seconds = stat.find(name);
    auto const fraction = stat.find(std::string{name} + "_nsec");
    if (!seconds)
        return;
    std::time_t const at = seconds->integer();
    std::tm broken{};
    localtime_r(&at, &broken);
    char text[64];
    to.append(text, std::strftime(text, sizeof text, "%F %T", &broken));
    if (fraction && fraction->number() != 0) {
        std::string digits;
        put_padded(digits, fraction->number(), 9);
        digits.erase(digits.find_last_not_of('0') + 1);
        to += '.';
        to += digits;
    }
    to.append(text, std::strftime(text, sizeof text, " %z %Z", &broken));
}

class line_writer {
public:
    line_writer(std::string& to, syscall_call const& call, syscall_exited const* exited) noexcept
        : to_{to}, call_{call}, exited_{exited}, done_{exited && !exited->outcome.failed}
    {
    }

    void arguments()
    {
        auto const name = call_.what ? call_.what->name : std::string_view{};
        auto const* known = std::ranges::lower_bound(formats, name, {}, &kinds_of::call);
        auto const kinds = known != std::end(formats) && known->call == name ? known->kinds : std::string_view{};
        auto const count = call_.what ? registers() : 6u;
        for (unsigned i = 0; i < count; ++i) {
            to_ += i != 0 ? ", " : "";
            argument(i, i < kinds.size() ? kinds[i] : 'x');
        }
    }

private:
    // The number of registers that the call uses. The descriptor may have the arguments in another order than the
    // registers.
    unsigned registers() const noexcept
    {
        unsigned most = 0, next = 0;
        for (auto const& each : call_.what->arguments) {
            if (!each.as)
                break;
            next = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
            most = std::max(most, ++next);
        }
        return call_.what->name == "rt_sigreturn" ? 0 : most;
    }

    std::optional<value> find(unsigned reg) const
    {
        unsigned next = 0;
        for (auto const& each : call_.what->arguments) {
            if (!each.as)
                break;
            auto const from = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
            next = from + 1;
            if (from != reg)
                continue;
            return done_ ? exited_->argument(each.name) : call_.argument(each.name);
        }
        return std::nullopt;
    }

    void argument(unsigned reg, char kind)
    {
        auto const raw = call_.args[reg];
        if (kind == 'x' || !call_.what || (only_at_exit(kind) && kind != 'N' && !done_))
            return hex(to_, raw);
        switch (kind) {
        case 'o':
            to_ += "0o";
            return put_number(to_, raw, 8);
        case 'm': return file_mode(to_, raw);
        case 'O':
            to_ += (raw & 3) == 2 ? "O_RDWR" : (raw & 3) == 1 ? "O_WRONLY" : "O_RDONLY";
            return put_names(to_, raw & 0xfffffffc, open_names, true);
        case 'c': return put_names(to_, raw, clone_names, false);
        case 'X':
            put_one_of(to_, raw & 127, futex_operations);
            return put_names(to_, raw & 0xffffff80, futex_names, true);
        case 'k': return put_one_of(to_, raw, itimer_names);
        case 'Y':
            put_one_of(to_, raw & 15, socket_types);
            return put_names(to_, raw & 0xfffffff0, socket_flags, true);
        case 'G':
            if (raw == 0) {
                to_ += '0';
                return;
            }
            return put_names(to_, raw, socket_flags, false);
        case 'F':
        case 'Q':
        case 'h': return name(reg, raw);
        default: break;
        }
        auto const target = look(reg);
        if (done_ && (kind == 'w' || kind == 'W')) {
            to_ += "...";
            return;
        }
        if ((kind == 'w' || kind == 'r') && (target ? target->number() : raw) == 0)
            return;   // nothing is written for an empty buffer
        if (raw == 0) {
            to_ += kind == 'p' || kind == 'E' || kind == 'W' || kind == 'R' ? "0x0" : "null";
            return;
        }
        if (kind != 'E' || !target)
            hex(to_, raw);
        if (target)
            memory(kind, raw, *target);
    }

    std::optional<value> look(unsigned reg) const
    {
        auto const given = find(reg);
        if (!given || given->shape() != abi::shape::pointer)
            return std::nullopt;
        return given->target();
    }

    // Writes the name of a family, a protocol or a request, from the table of its type.
    void name(unsigned reg, std::uint64_t raw)
    {
        auto const given = find(reg);
        auto const* names = given ? given->type().names : nullptr;
        auto const* row = names ? names->find(raw) : nullptr;
        if (row)
            to_ += row->name;
        else
            hex(to_, raw);
    }

    void memory(char kind, std::uint64_t raw, value const& target)
    {
        if (kind != 'E')
            to_ += ' ';
        switch (kind) {
        case 'p':
        case 'P': return escape(to_, target.text(), false);   // without quotes; escapes keep the text on one line
        case 'r':
        case 'w': return content(target);
        case 'R':
        case 'W':
        case 'v': return iovecs(target, kind != 'v');
        case 'E': return strings(target);
        case 'f': return pair(target);
        case 's': return stat(target);
        case 'n': return uname(target);
        case 't':
        case 'T':
        case 'u': return time(target, "tv_nsec", "nsec", kind == 'u');
        case 'e': return time(target, "tv_usec", "usec", false);
        case 'i':
        case 'I': return interval(raw, target, "tv_usec", "usec");
        case 'j':
        case 'J': return interval(raw, target, "tv_nsec", "nsec");
        case 'b':
            to_ += "{actime=";
            part(target, "actime");
            to_ += ", modtime=";
            part(target, "modtime");
            to_ += '}';
            return;
        case 'd': return usage(target);
        case 'a':
        case 'A': return address(target);
        case 'l':
            to_ += "{length=";
            put_number(to_, target.number());
            to_ += '}';
            return;
        case 'M': return message(target, true, !done_);
        case 'N': return message(target, done_, done_);
        default: return;
        }
    }

    void part(value const& of, std::string_view name)
    {
        auto const found = of.find(name);
        put_signed(to_, found ? found->integer(abi::model_of(call_.arch)) : 0);
    }

    void content(value const& of)
    {
        quote(to_, of.text());
        to_ += of.state() == value_state::cut ? "..." : "";
    }

    void iovecs(value const& list, bool with_content)
    {
        bool first = true;
        for (auto each : list.parts()) {
            auto const base = each.find("iov_base");
            auto const length = each.find("iov_len");
            if (!base || !length)
                continue;
            to_ += first ? "{base=" : ", {base=";
            first = false;
            hex(to_, base->number());
            to_ += ", len=";
            put_number(to_, length->number());
            auto const bytes = base->target();
            if (with_content && bytes && length->number() != 0) {
                to_ += ", ";
                content(*bytes);
            }
            to_ += '}';
        }
    }

    void strings(value const& list)
    {
        to_ += '[';
        bool first = true;
        for (auto each : list.parts()) {
            to_ += first ? "" : " ";
            first = false;
            if (auto const text = each.target())
                content(*text);
            else
                hex(to_, each.number());
        }
        to_ += list.state() == value_state::complete ? "]" : " ...]";
    }

    void pair(value const& list)
    {
        to_ += '[';
        bool first = true;
        for (auto each : list.parts()) {
            to_ += first ? "" : " ";
            first = false;
            put_signed(to_, each.integer());
        }
        to_ += ']';
    }

    void stat(value const& of)
    {
        constexpr std::pair<std::string_view, std::string_view> parts[] = {
            {"dev", "st_dev"}, {"ino", "st_ino"}, {"mode", "st_mode"}, {"nlink", "st_nlink"}, {"uid", "st_uid"},
            {"gid", "st_gid"}, {"rdev", "st_rdev"}, {"size", "st_size"}, {"blksize", "st_blksize"},
            {"blocks", "st_blocks"},
        };
        to_ += '{';
        for (auto const& [label, field] : parts) {
            to_ += label;
            to_ += '=';
            auto const found = of.find(field);
            auto const number = found ? found->number() : 0;
            if (label == "mode")
                put_padded(to_, number & 0777, 9, 8);
            else
                put_number(to_, number);
            to_ += ", ";
        }
        to_ += "atime=";
        local_time(to_, of, "st_atime");
        to_ += ", mtime=";
        local_time(to_, of, "st_mtime");
        to_ += ", ctime=";
        local_time(to_, of, "st_ctime");
        to_ += '}';
    }

    void uname(value const& of)
    {
        constexpr std::string_view names[] = {"sysname", "nodename", "release", "version", "machine", "domainname"};
        to_ += "strace.SaneUtsname{";
        for (auto const& name : names) {
            to_ += name == names[0] ? "" : ", ";
            to_ += static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
            to_ += name.substr(1);
            to_ += ':';
            auto const found = of.find(name);
            quote(to_, found ? found->text() : "");
        }
        to_ += '}';
    }

    void time(value const& of, std::string_view field, std::string_view label, bool special_times)
    {
        // The format shows only the first of the two times of utimes(2).
        auto const one = of.shape() == abi::shape::array && !of.parts().empty() ? of.parts().front() : of;
        auto const fraction = one.find(field);
        to_ += "{sec=";
        part(one, "tv_sec");
        to_ += ' ';
        to_ += label;
        to_ += '=';
        if (special_times && fraction && fraction->number() >> 1 == 0x1fffffff)
            to_ += fraction->number() & 1 ? "UTIME_NOW" : "UTIME_OMIT";
        else
            part(one, field);
        to_ += '}';
    }

    void interval(std::uint64_t at, value const& of, std::string_view field, std::string_view label)
    {
        auto const inner = [&](std::string_view name, std::uint64_t where) {
            hex(to_, where);
            to_ += ' ';
            if (auto const found = of.find(name))
                time(*found, field, label, false);
        };
        to_ += "{interval=";
        inner("it_interval", at);
        to_ += ", value=";
        inner("it_value", at + of.type().size_in(abi::model_of(call_.arch)) / 2);
        to_ += '}';
    }

    void usage(value const& of)
    {
        constexpr std::string_view names[] = {"maxrss", "ixrss", "idrss", "isrss", "minflt", "majflt", "nswap",
                                              "inblock", "oublock", "msgsnd", "msgrcv", "nsignals", "nvcsw", "nivcsw"};
        auto const spent = [&](std::string_view label, std::string_view name) {
            auto const found = of.find(name);
            to_ += label;
            to_ += ":{Sec:";
            if (found)
                part(*found, "tv_sec");
            to_ += " Usec:";
            if (found)
                part(*found, "tv_usec");
            to_ += '}';
        };
        to_ += '{';
        spent("Utime", "ru_utime");
        to_ += ' ';
        spent("Stime", "ru_stime");
        for (auto const& name : names) {
            to_ += ' ';
            to_ += static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
            to_ += name.substr(1);
            to_ += ':';
            part(of, "ru_" + std::string{name});
        }
        to_ += '}';
    }

    void address(value const& of)
    {
        auto const family = of.find("sa_family");
        if (!family)
            return;
        to_ += "{Family: ";
        auto const* row = family->type().names->find(family->number());
        if (row)
            to_ += row->name;
        else
            hex(to_, family->number());
        to_ += ", ";
        if (auto const path = of.find("sun_path")) {
            auto const text = path->text();
            auto const abstract = !text.empty() && text[0] == 0;
            to_ += "Addr: ";
            quote(to_, abstract ? text : text.substr(0, text.find('\0')));
        } else if (auto const v4 = of.find("sin_addr")) {
            to_ += "Addr: 0x";
            put_padded(to_, ntohl(static_cast<std::uint32_t>(v4->number())), 8, 16);
            port(of, "sin_port");
        } else if (auto const v6 = of.find("sin6_addr")) {
            to_ += "Addr: 0x";
            for (auto const byte : v6->bytes())
                put_padded(to_, static_cast<unsigned>(byte), 2, 16);
            port(of, "sin6_port");
        } else if (auto const id = of.find("nl_pid")) {
            to_ += "PortID: ";
            put_number(to_, id->number());
            to_ += ", Groups: ";
            auto const groups = of.find("nl_groups");
            put_number(to_, groups ? groups->number() : 0);
        } else
            to_ += family->number() == 1 ? "Addr: \"\"" : "family addr format unknown";
        to_ += '}';
    }

    void port(value const& of, std::string_view name)
    {
        auto const found = of.find(name);
        to_ += ", Port: ";
        put_number(to_, found ? ntohs(static_cast<std::uint16_t>(found->number())) : 0);
    }

    void message(value const& of, bool with_content, bool with_control)
    {
        auto const number = [&](std::string_view name) {
            auto const found = of.find(name);
            return found ? found->number() : 0;
        };
        to_ += "{name=";
        hex(to_, number("msg_name"));
        to_ += ", namelen=";
        put_number(to_, number("msg_namelen"));
        to_ += ", iovecs=";
        auto const list = of.find("msg_iov");
        hex(to_, list ? list->number() : 0);
        to_ += ' ';
        if (auto const vectors = list ? list->target() : std::nullopt)
            iovecs(*vectors, with_content);
        auto const control = of.find("msg_control");
        if (with_control) {
            to_ += ", control={";
            hex(to_, control ? control->number() : 0);
            to_ += ' ';
            if (auto const chain = control ? control->target() : std::nullopt)
                controls(*chain);
            to_ += '}';
        } else {
            to_ += ", control=";
            hex(to_, control ? control->number() : 0);
            to_ += ", control_len=";
            put_number(to_, number("msg_controllen"));
        }
        to_ += ", flags=";
        put_number(to_, number("msg_flags"));
        to_ += '}';
    }

    void controls(value const& chain)
    {
        bool first = true;
        for (auto each : chain.parts()) {
            auto const level = each.find("cmsg_level");
            auto const type = each.find("cmsg_type");
            auto const length = each.find("cmsg_len");
            if (!level || !type || !length)
                continue;
            to_ += first ? "{level=" : ", {level=";
            first = false;
            bool const plain = level->number() == 1;
            if (plain)
                to_ += "SOL_SOCKET";
            else
                put_number(to_, level->number());
            to_ += ", type=";
            auto const* row = plain && type->type().names ? type->type().names->find(type->number()) : nullptr;
            if (row)
                to_ += row->name;
            else
                put_number(to_, type->number());
            to_ += ", length=";
            put_number(to_, length->number());
            control_data(each, plain ? type->number() : 0);
            to_ += '}';
        }
    }

    void control_data(value const& of, std::uint64_t type)
    {
        auto const data = of.find("cmsg_data");
        if (!data)
            return;
        if (type == 1) {
            to_ += ", content: ";
            bool first = true;
            for (auto each : data->parts()) {
                to_ += first ? "" : ",";
                first = false;
                put_signed(to_, each.integer());
            }
        } else if (type == 2)
            for (auto const* name : {"pid", "uid", "gid"}) {
                to_ += ", ";
                to_ += name;
                to_ += ": ";
                part(*data, name);
            }
    }

    std::string&          to_;
    syscall_call const&   call_;
    syscall_exited const* exited_;
    bool                  done_;   ///< the call returned without an error
};

void put_call(std::string& to, syscall_call const& call, syscall_exited const* exited)
{
    if (call.what)
        to += call.what->name;
    else
        put_number(to, call.number);   // an unknown call is shown as its number
    to += '(';
    line_writer{to, call, exited}.arguments();
    to += ')';
}

void put_outcome(std::string& to, syscall_exited const& exited)
{
    to += " = ";
    if (!exited.outcome.failed)
        hex(to, static_cast<std::uint64_t>(exited.outcome.value));
    else {
        auto const number = exited.outcome.error();
        auto const* known = abi::find_errno(number);
        if (known && number >= 512)
            to += known->name;
        else if (known)
            for (char const c : known->text)
                to += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else {
            to += "errno ";
            put_signed(to, number);
        }
        to += " (";
        hex(to, static_cast<std::uint64_t>(number));
        to += ')';
    }
    to += " (";
    duration(to, exited.took.count());
    to += ')';
}

void put_signal_description(std::string& to, int number)
{
    auto const name = abi::signal_name(number);
    if (name.empty()) {
        to += "signal ";
        put_signed(to, number);
    } else {
        to += name;
        if (static_cast<std::size_t>(number) < std::size(signal_descriptions)) {
            to += " (";
            to += signal_descriptions[number];
            to += ')';
        }
    }
    to += " (";
    put_signed(to, number);
    to += ')';
}

void put_thread(std::string& to, tid thread, std::string_view text)
{
    to += "PID ";
    put_signed(to, raw(thread));
    to += text;
}

void put_call_line(std::string& to, tid thread, char which)
{
    to += "[pid ";
    put_signed(to, raw(thread));
    to += "] ";
    to += which;
    to += ' ';
}

} // namespace

void append_uroot(record const& seen, std::string& to)
{
    if (auto const* entered = std::get_if<syscall_entered>(&seen.what); entered && entered->call) {
        put_call_line(to, seen.thread, 'E');
        put_call(to, *entered->call, nullptr);
    } else if (auto const* exited = std::get_if<syscall_exited>(&seen.what); exited && exited->call) {
        put_call_line(to, seen.thread, 'X');
        put_call(to, *exited->call, exited);
        put_outcome(to, *exited);
    } else if (auto const* started = std::get_if<thread_started>(&seen.what)) {
        if (started->parent == tid{})
            return;
        put_thread(to, started->parent, " spawned new child ");
        put_signed(to, raw(seen.thread));
    } else if (auto const* signal = std::get_if<signal_received>(&seen.what)) {
        put_thread(to, seen.thread, " got signal ");
        put_signal_description(to, signal->info.si_signo);
    } else if (auto const* stop = std::get_if<group_stopped>(&seen.what)) {
        put_thread(to, seen.thread, " got signal ");
        put_signal_description(to, raw(stop->signal));
    } else if (auto const* end = std::get_if<thread_exited>(&seen.what)) {
        put_thread(to, seen.thread, end->killed ? " exited from signal " : " exited from exit status ");
        if (end->killed)
            put_signal_description(to, end->status);
        else {
            put_signed(to, end->status);
            to += " (code = ";
            put_signed(to, end->status);
            to += ')';
        }
    } else
        return;
    to += '\n';
}

} // namespace cotrace::render
