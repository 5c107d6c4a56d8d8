// SPDX-License-Identifier: BSL-1.0
#include "sys/process_events.hpp"

#include "sys/errno.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>

#include <arpa/inet.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace cotrace::sys {

namespace {

/// The size in bytes of the socket's receive buffer. If the buffer is full, the kernel drops events, and the engine lists all
/// processes.
constexpr int buffer_size = 4 << 20;

// PROC_EVENT_NONE, PROC_EVENT_FORK, PROC_EVENT_EXEC and PROC_EVENT_COMM. In <linux/cn_proc.h>, these names are members of struct
// proc_event before Linux 6.6.
constexpr std::uint32_t event_none = 0, event_fork = 1, event_exec = 2, event_comm = 0x200;

constexpr std::size_t event_at = NLMSG_HDRLEN + sizeof(cn_msg);

failure failed(error_code why) { return {why, "listen for new processes", {}, {}}; }

// Attaches a BPF filter that drops events such as exits, which would wake the tracer. Before Linux 6.6, the kernel cannot select
// events for a listener.
bool filter_events(int socket) noexcept
{
    // A filter loads a number as big-endian, so the constants are converted by htonl(3).
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, event_at + offsetof(proc_event, what)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(event_none), 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(event_fork), 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(event_exec), 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(event_comm), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    sock_fprog const whole{std::size(program), program};
    return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof whole) == 0;
}

bool subscribe(int socket) noexcept
{
    auto const operation = PROC_CN_MCAST_LISTEN;
    alignas(nlmsghdr) std::array<std::byte, event_at + sizeof operation> request{};
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(request.size());
    header.nlmsg_type = NLMSG_DONE;
    cn_msg message{};
    message.id = {CN_IDX_PROC, CN_VAL_PROC};
    message.len = sizeof operation;
    std::memcpy(request.data(), &header, sizeof header);
    std::memcpy(request.data() + NLMSG_HDRLEN, &message, sizeof message);
    std::memcpy(request.data() + event_at, &operation, sizeof operation);
    return ::send(socket, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size());
}

/// Receives the next event, without waiting. Nothing if no event could be received; errno is then the reason.
std::optional<proc_event> next(int socket) noexcept
{
    alignas(nlmsghdr) std::array<std::byte, 512> packet;
    for (;;) {
        auto const got = ::recv(socket, packet.data(), packet.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return std::nullopt;
        proc_event event{};
        if (static_cast<std::size_t>(got) <= event_at + offsetof(proc_event, event_data))
            continue;
        std::memcpy(&event, packet.data() + event_at, std::min(sizeof event, static_cast<std::size_t>(got) - event_at));
        return event;
    }
}

}   // namespace

result<process_events, failure> process_events::open()
{
    unique_fd socket{::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR)};
    if (!socket)
        return failed(errno == EPROTONOSUPPORT ? make_error_code(errc::no_process_events) : last_error());
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_size, sizeof buffer_size) != 0)
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size);
    sockaddr_nl ours{};
    ours.nl_family = AF_NETLINK;
    ours.nl_groups = CN_IDX_PROC;
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    if (!filter_events(socket.get()) || ::bind(socket.get(), reinterpret_cast<sockaddr const*>(&ours), sizeof ours) != 0
        || ::connect(socket.get(), reinterpret_cast<sockaddr const*>(&kernel), sizeof kernel) != 0)
        return failed(last_error());
    if (!subscribe(socket.get()))   // ECONNREFUSED: only the initial network namespace has the connector
        return failed(errno == ECONNREFUSED ? make_error_code(errc::no_process_events) : last_error());
    // The kernel answers the subscription before send(2) returns. If this process is not in the initial user and pid
    // namespaces, the kernel sends no answer.
    while (auto const event = next(socket.get()))
        if (static_cast<std::uint32_t>(event->what) == event_none) {
            auto const error = static_cast<int>(event->event_data.ack.err);
            if (error != 0)
                return failed({error, boost::system::system_category()});
            return process_events{std::move(socket)};
        }
    return failed(errc::no_process_events);
}

bool process_events::collect(std::vector<pid>& into)
{
    bool complete = true;
    for (;;) {
        auto const event = next(socket_.get());
        if (!event && errno == ENOBUFS) {
            complete = false;
            continue;
        }
        if (!event)
            return complete;
        auto const& what = event->event_data;
        switch (static_cast<std::uint32_t>(event->what)) {
        case event_fork:
            if (what.fork.child_pid == what.fork.child_tgid)   // the child is a process, not a thread
                into.push_back(pid{what.fork.child_tgid});
            break;
        case event_exec: into.push_back(pid{what.exec.process_tgid}); break;
        case event_comm:
            if (what.comm.process_pid == what.comm.process_tgid)
                into.push_back(pid{what.comm.process_tgid});
            break;
        default: break;
        }
    }
}

}   // namespace cotrace::sys
