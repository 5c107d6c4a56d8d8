// SPDX-License-Identifier: BSL-1.0
#include "sys/ptrace.hpp"

#include "core/audit_arch.hpp"
#include "sys/debug_log.hpp"
#include "sys/errno.hpp"

#include <array>
#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

// Makes all requests except the PTRACE_SEIZE of `seize_within`. Does not suit PTRACE_PEEK requests, which can return -1 without a
// failure.
result<long> request(__ptrace_request op, tid thread, std::uintptr_t addr, void* data) noexcept
{
    long const answer = ::ptrace(op, raw(thread), reinterpret_cast<void*>(addr), data);
    if (answer == -1)
        return last_error();
    return answer;
}

/// The name of a request that `plain` or `seize_running` makes, for the debug log.
char const* name_of(__ptrace_request op) noexcept
{
    switch (op) {
    case PTRACE_SEIZE: return "PTRACE_SEIZE";
    case PTRACE_INTERRUPT: return "PTRACE_INTERRUPT";
    case PTRACE_LISTEN: return "PTRACE_LISTEN";
    case PTRACE_SYSCALL: return "PTRACE_SYSCALL";
    case PTRACE_CONT: return "PTRACE_CONT";
    case PTRACE_DETACH: return "PTRACE_DETACH";
    default: return "a request without a name";
    }
}

/// Writes a request and its result to the debug log. `error` is an errno, or 0.
void log_request(__ptrace_request op, tid thread, std::uintptr_t data, int error) noexcept
{
    std::array<char, 128> text{};
    char const* const name = error != 0 ? ::strerrorname_np(error) : nullptr;
    bool const sends = (op == PTRACE_SYSCALL || op == PTRACE_CONT || op == PTRACE_DETACH) && data != 0;
    std::array<char, 40> signal{};
    if (sends)
        std::snprintf(signal.data(), signal.size(), " with signal %lu", static_cast<unsigned long>(data));
    std::snprintf(text.data(), text.size(), "%s%s%s%s", name_of(op), signal.data(), error != 0 ? " failed with " : "",
                  error == 0        ? ""
                  : name != nullptr ? name
                                    : "an unknown error");
    log(thread, "request", text.data());
}

/// Makes a request that changes the state of the thread.
result<void> plain(__ptrace_request op, tid thread, std::uintptr_t data = 0, std::uintptr_t addr = 0) noexcept
{
    auto const answer = request(op, thread, addr, reinterpret_cast<void*>(data));
    if (has_debug_log())
        log_request(op, thread, data, answer ? 0 : answer.error().value());
    if (!answer)
        return answer.error();
    return outcome::success();
}

}   // namespace

trace_options options_for(options_wanted wanted) noexcept
{
    unsigned bits = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;
    if (wanted.follow)
        bits |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    if (wanted.exit_kill)
        bits |= PTRACE_O_EXITKILL;
    if (wanted.filtered)
        bits |= PTRACE_O_TRACESECCOMP;
    return trace_options{bits};
}

result<void> seize(tid thread, trace_options options) noexcept
{
    return plain(PTRACE_SEIZE, thread, static_cast<std::uintptr_t>(options));
}

namespace {

thread_local sigjmp_buf time_limit_exit;

void on_time_limit(int) { siglongjmp(time_limit_exit, 1); }

/// A real-time signal whose disposition is the default; 0 if there is none.
int unused_signal() noexcept
{
    for (int sig = SIGRTMAX; sig >= SIGRTMIN; --sig) {
        struct sigaction now {};
        if (::sigaction(sig, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
            return sig;
    }
    return 0;
}

// Makes a PTRACE_SEIZE that fails with EAGAIN after `limit`. If the signal handler returned, the kernel would restart the
// request. No local variable has a destructor: siglongjmp(3) runs none.
int seize_within(pid_t thread, unsigned long options, int sig, timer_t timer, itimerspec const& limit) noexcept
{
    if (sigsetjmp(time_limit_exit, 1) != 0)
        return EAGAIN;
    ::timer_settime(timer, 0, &limit, nullptr);
    long const answer = ::ptrace(PTRACE_SEIZE, thread, nullptr, reinterpret_cast<void*>(options));
    int const error = answer == 0 ? 0 : errno;
    // A signal of the timer that arrives after the end of the request must not discard the request's result.
    std::signal(sig, SIG_IGN);
    return error;
}

}   // namespace

result<void> seize_running(tid thread, trace_options options) noexcept
{
    int const sig = unused_signal();
    sigevent notice{};
    notice.sigev_notify = SIGEV_THREAD_ID;
    notice.sigev_signo = sig;
    notice._sigev_un._tid = ::gettid();   // sigev_notify_thread_id, which glibc 2.36 does not name
    timer_t timer{};
    if (sig == 0 || ::timer_create(CLOCK_MONOTONIC, &notice, &timer) != 0)
        return seize(thread, options);

    struct sigaction ours {};
    struct sigaction theirs {};
    ours.sa_handler = on_time_limit;
    ::sigaction(sig, &ours, &theirs);
    sigset_t only;
    sigset_t before;
    sigemptyset(&only);
    sigaddset(&only, sig);
    ::pthread_sigmask(SIG_UNBLOCK, &only, &before);

    itimerspec limit{};
    limit.it_value.tv_nsec = 5'000'000;
    int error = seize_within(raw(thread), static_cast<unsigned long>(options), sig, timer, limit);
    ::timer_delete(timer);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::sigaction(sig, &theirs, nullptr);
    if (has_debug_log())
        log_request(PTRACE_SEIZE, thread, 0, error);
    if (error != 0)
        return error_code{error, boost::system::system_category()};
    return outcome::success();
}

result<void> interrupt(tid thread) noexcept { return plain(PTRACE_INTERRUPT, thread); }

result<void> listen(tid thread) noexcept { return plain(PTRACE_LISTEN, thread); }

result<void> resume(tid thread, resume_mode how, signo sig) noexcept
{
    return plain(how == resume_mode::syscall ? PTRACE_SYSCALL : PTRACE_CONT, thread, static_cast<std::uintptr_t>(raw(sig)));
}

result<void> detach(tid thread, signo sig) noexcept
{
    return plain(PTRACE_DETACH, thread, static_cast<std::uintptr_t>(raw(sig)));
}

result<std::uint64_t> event_message(tid thread) noexcept
{
    unsigned long message = 0;
    BOOST_OUTCOME_TRYV(request(PTRACE_GETEVENTMSG, thread, 0, &message));
    return message;
}

result<syscall_info> current_syscall(tid thread) noexcept
{
    __ptrace_syscall_info from{};
    BOOST_OUTCOME_TRYV(request(PTRACE_GET_SYSCALL_INFO, thread, sizeof from, &from));
    result<syscall_info> found{syscall_info{}};
    auto& info = found.assume_value();
    info.ip = from.instruction_pointer;
    info.sp = from.stack_pointer;
    std::uint64_t number = 0;
    switch (from.op) {
    case PTRACE_SYSCALL_INFO_ENTRY:
        info.at = syscall_info::position::entry;
        number = from.entry.nr;
        std::memcpy(info.args.data(), from.entry.args, sizeof info.args);
        break;
    case PTRACE_SYSCALL_INFO_SECCOMP:
        info.at = syscall_info::position::seccomp;
        number = from.seccomp.nr;
        std::memcpy(info.args.data(), from.seccomp.args, sizeof info.args);
        info.report = from.seccomp.ret_data;
        break;
    case PTRACE_SYSCALL_INFO_EXIT:
        info.at = syscall_info::position::exit;
        info.value = from.exit.rval;
        info.is_error = from.exit.is_error != 0;
        break;
    default: break;
    }
    info.number = number;
    info.interface = uapi::interface_of(from.arch, number);
    return found;
}

bool has_syscall_info() noexcept
{
    auto const tried = current_syscall(tid{::gettid()});   // fails with ESRCH, because no thread traces itself
    return tried || tried.error() != boost::system::errc::io_error;
}

result<siginfo_t> signal_info(tid thread) noexcept
{
    siginfo_t info{};
    BOOST_OUTCOME_TRYV(request(PTRACE_GETSIGINFO, thread, 0, &info));
    return info;
}

#if defined(__x86_64__)

// PTRACE_GETREGS uses the tracer's layout, also for a 32-bit tracee. PTRACE_GETREGSET
// would use the tracee's layout.
result<void> read_registers(tid thread, std::span<std::byte> into) noexcept
{
    BOOST_OUTCOME_TRYV(request(PTRACE_GETREGS, thread, 0, into.data()));
    return outcome::success();
}

result<void> write_registers(tid thread, std::span<std::byte const> from) noexcept
{
    BOOST_OUTCOME_TRYV(request(PTRACE_SETREGS, thread, 0, const_cast<std::byte*>(from.data())));
    return outcome::success();
}

result<void> write_syscall_number(tid, int) noexcept { return outcome::success(); }

#else

result<void> read_registers(tid thread, std::span<std::byte> into) noexcept
{
    iovec area{into.data(), into.size()};
    BOOST_OUTCOME_TRYV(request(PTRACE_GETREGSET, thread, NT_PRSTATUS, &area));
    return outcome::success();
}

result<void> write_registers(tid thread, std::span<std::byte const> from) noexcept
{
    iovec area{const_cast<std::byte*>(from.data()), from.size()};
    BOOST_OUTCOME_TRYV(request(PTRACE_SETREGSET, thread, NT_PRSTATUS, &area));
    return outcome::success();
}

result<void> write_syscall_number([[maybe_unused]] tid thread, [[maybe_unused]] int number) noexcept
{
#if defined(__aarch64__)
    iovec area{&number, sizeof number};
    BOOST_OUTCOME_TRYV(request(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &area));
#endif
    return outcome::success();
}

#endif

result<void> write_first_argument(tid thread, std::uint64_t value) noexcept
{
    constexpr auto set_syscall_info = static_cast<__ptrace_request>(0x4212);   // PTRACE_SET_SYSCALL_INFO
    __ptrace_syscall_info info{};
    BOOST_OUTCOME_TRYV(request(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info));
    if (info.op == PTRACE_SYSCALL_INFO_SECCOMP)
        info.seccomp.args[0] = value;
    else
        info.entry.args[0] = value;
    auto const done = request(set_syscall_info, thread, sizeof info, &info);
    if (done)
        return outcome::success();
    if (done.error() == boost::system::errc::io_error)   // EIO: the kernel does not know the request
        return error_code{ENOTSUP, boost::system::system_category()};
    return done.error();
}

}   // namespace cotrace::sys
