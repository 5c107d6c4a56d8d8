// SPDX-License-Identifier: BSL-1.0
#include "sys/notify.hpp"

#include "core/audit_arch.hpp"
#include "sys/errno.hpp"

#include <cstddef>

#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/syscall.h>

// The headers of Linux 6.1 do not define these constants.
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

namespace cotrace::sys {

namespace {

// Repeats an ioctl(2) request after EINTR. A signal can interrupt a request that waits for the lock of the listener.
int request(int listener, unsigned long what, void* with) noexcept
{
    int done = 0;
    do
        done = ::ioctl(listener, what, with);
    while (done != 0 && errno == EINTR);
    return done;
}

result<void> send(int listener, seccomp_notif_resp said) noexcept
{
    if (request(listener, SECCOMP_IOCTL_NOTIF_SEND, &said) != 0)
        return last_error();
    return outcome::success();
}

constexpr std::uint32_t offset_of_field(std::size_t offset) noexcept { return static_cast<std::uint32_t>(offset); }

}   // namespace

std::uint64_t new_token() noexcept
{
    std::uint64_t made = 0;
    (void)!::getrandom(&made, sizeof made, 0);
    return made;
}

seccomp_program notifying(seccomp_program program, std::uint64_t pass)
{
    for (auto& step : program)
        if (step.code == (BPF_RET | BPF_K) && step.k == (SECCOMP_RET_TRACE | our_report))
            step.k = SECCOMP_RET_USER_NOTIF;
    // All supported architectures are little-endian: the lower half of an argument comes first. The program loads arguments only
    // for sendmsg(2), so that the kernel can skip the program for calls that are always allowed.
    constexpr auto sixth = offsetof(seccomp_data, args) + 5 * sizeof(std::uint64_t);
    sock_filter const first[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset_of_field(offsetof(seccomp_data, nr))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset_of_field(sixth)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(pass), 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset_of_field(sixth + 4)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(pass >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    program.insert(program.begin(), std::begin(first), std::end(first));
    return program;
}

listener_state look_at(int listener) noexcept
{
    pollfd about{listener, POLLIN, 0};
    if (::poll(&about, 1, 0) <= 0)
        return {};
    return {(about.revents & POLLIN) != 0, (about.revents & POLLHUP) != 0};
}

result<notification> receive(int listener) noexcept
{
    seccomp_notif received{};   // the kernel requires that all bytes are 0, see seccomp_unotify(2)
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received) != 0)
        return last_error();
    notification made;
    made.id = received.id;
    made.thread = tid{static_cast<std::int32_t>(received.pid)};
    made.number = static_cast<std::uint64_t>(std::int64_t{received.data.nr});
    made.interface = uapi::interface_of(received.data.arch, made.number);
    for (std::size_t i = 0; i < made.args.size(); ++i)
        made.args[i] = received.data.args[i];
    made.ip = received.data.instruction_pointer;
    made.taken = std::chrono::steady_clock::now();
    return made;
}

bool is_waiting(int listener, std::uint64_t id) noexcept { return request(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0; }

result<void> let_run(int listener, std::uint64_t id) noexcept
{
    return send(listener, {id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

result<void> answer(int listener, std::uint64_t id, std::int64_t value) noexcept { return send(listener, {id, value, 0, 0}); }

void wake_on_same_cpu(int listener) noexcept
{
    (void)::ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

}   // namespace cotrace::sys
