// SPDX-License-Identifier: BSL-1.0
//
// can_trace() forks a prober, which forks and traces a target, so that the prober gets all ptrace stops. The prober has no exit
// signal: the host gets no SIGCHLD, and only a wait(2) with __WALL or __WCLONE reports the prober.
#include <cotrace/testing/can_trace.hpp>

#include <cotrace/memory.hpp>

#include "sys/all_signals_blocked.hpp"
#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::testing {

namespace {

enum class stage : std::uint8_t { fork, seize, interrupt, stop, syscall_info, read_memory, done };

/// What the prober writes to the pipe that the host reads.
struct report {
    stage at = stage::fork;
    int error = 0;   ///< the errno of the step that failed; 0 if `at` is `stage::done`
};

constexpr unsigned most_seconds = 5;   ///< seconds until an alarm(2) kills the prober

/// The prober reads this value from the target's memory. The value has the same address in both processes.
constexpr std::uint32_t mark = 0x5eed1e55;

/// fork(2) without an exit signal and without the handlers of pthread_atfork(3). The child may only call
/// async-signal-safe functions.
pid_t plain_fork() noexcept { return static_cast<pid_t>(::syscall(SYS_clone, 0UL, 0UL, 0UL, 0UL, 0UL)); }

[[noreturn]] void run_target(pid_t prober)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (static_cast<pid_t>(::syscall(SYS_getppid)) != prober)
        ::_exit(0);
    for (;;)
        ::pause();
}

/// Makes a target and traces it as an attached session does. Runs in the prober.
report probe(std::uint32_t const& marked)
{
    auto const self = static_cast<pid_t>(::syscall(SYS_getpid));
    auto const target = plain_fork();
    if (target < 0)
        return {stage::fork, errno};
    if (target == 0)
        run_target(self);
    tid const thread{target};
    if (auto const done = sys::seize(thread, sys::options_for({.follow = true, .exit_kill = true})); !done)
        return {stage::seize, done.error().value()};
    if (auto const done = sys::interrupt(thread); !done)
        return {stage::interrupt, done.error().value()};
    int status = 0;
    while (::waitpid(target, &status, __WALL) < 0)
        if (errno != EINTR)
            return {stage::stop, errno};
    if (!WIFSTOPPED(status))
        return {stage::stop, ECHILD};
    if (auto const info = sys::current_syscall(thread); !info)
        return {stage::syscall_info, info.error().value()};
    std::uint32_t seen = 0;
    auto const at = remote_address{reinterpret_cast<std::uintptr_t>(&marked)};
    if (auto const read = memory{thread}.read(at, std::as_writable_bytes(std::span{&seen, 1})); !read || seen != marked)
        return {stage::read_memory, read ? EIO : read.error().value()};
    return {stage::done};
}

[[noreturn]] void run_prober(int out)
{
    // The alarm ends a prober that waits too long in the kernel; the target ends with the prober. No signal handler of the host
    // may run here.
    std::signal(SIGALRM, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, SIGALRM);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::alarm(most_seconds);
    std::uint32_t const marked = mark;
    auto const found = probe(marked);
    (void)!::write(out, &found, sizeof found);
    ::_exit(0);
}

std::string text_of(int error) { return std::strerror(error); }

/// A message that says why ptrace(2) is denied: the first of the usual causes that applies to this process.
std::string denied(report const& found)
{
    std::string const what = "ptrace(2) is not allowed here (" + text_of(found.error) + "): ";
    if (auto const self = sys::status_of(tid{::gettid()}); self && self->tracer != tid{})
        return what + "process " + std::to_string(raw(self->tracer))
               + " traces this process already, and a process has one tracer at most";
    auto const scope = sys::file_of("/proc/sys/kernel/yama/ptrace_scope");
    if (scope.starts_with('3'))
        return what + "/proc/sys/kernel/yama/ptrace_scope is 3, which no process can change before the next boot";
    if (scope.starts_with('2'))
        return what + "/proc/sys/kernel/yama/ptrace_scope is 2; set it to 1 or lower, or run with CAP_SYS_PTRACE";
    if (sys::file_of("/proc/self/status").find("\nSeccomp:\t2") != std::string::npos)
        return what
               + "a seccomp profile applies; run the container with --cap-add=SYS_PTRACE "
                 "or --security-opt seccomp=unconfined";
    return what + "a security module or the sandbox denies it";
}

std::string reason_for(report const& found)
{
    switch (found.at) {
    case stage::done: return {};
    case stage::fork: return "cannot fork a child: " + text_of(found.error);
    case stage::seize: return denied(found);
    case stage::interrupt:
    case stage::stop: return "a traced child does not stop: " + text_of(found.error);
    case stage::syscall_info: {
        utsname about{};
        ::uname(&about);
        return "the kernel (" + std::string{about.release} + ") has no PTRACE_GET_SYSCALL_INFO (" + text_of(found.error)
               + "): Linux 5.3 or later is needed";
    }
    case stage::read_memory:
        return "the memory of a traced child cannot be read (" + text_of(found.error)
               + "): process_vm_readv(2) or /proc/PID/mem must be allowed";
    }
    return "unknown";
}

/// Whether /proc shows this process's pid namespace. The engine needs that to find threads, and children that no ptrace event
/// reported.
bool has_proc()
{
    char text[16] = {};
    auto const length = ::readlink("/proc/self", text, sizeof text - 1);
    return length > 0 && std::to_string(::getpid()) == text;
}

/// Why tracing is not possible, if the prober sent no report and ended with the wait status `status`.
std::string reason_for_end(int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        return "a traced child does not stop within " + std::to_string(most_seconds) + " seconds";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return "a seccomp profile kills processes that use ptrace(2)";
    return "the process that tried to trace was killed";
}

}   // namespace

tracing_check can_trace()
{
    if (!has_proc())
        return tracing_check{"/proc is not mounted, or belongs to another pid namespace: mount proc(5) there"};
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return tracing_check{"cannot create a pipe: " + text_of(errno)};
    sys::unique_fd const in{ends[0]};
    sys::unique_fd const out{ends[1]};
    pid_t prober = 0;
    {
        sys::all_signals_blocked const blocked;
        prober = plain_fork();
        if (prober == 0)
            run_prober(out.get());
    }
    if (prober < 0)
        return tracing_check{"cannot fork a child: " + text_of(errno)};
    int status = 0;
    while (::waitpid(prober, &status, __WALL) < 0 && errno == EINTR) {
    }
    report found;
    auto const got = ::read(in.get(), &found, sizeof found);
    return tracing_check{got == sizeof found ? reason_for(found) : reason_for_end(status)};
}

}   // namespace cotrace::testing
