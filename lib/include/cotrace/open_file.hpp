// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace cotrace {

/// What a file descriptor refers to, as far as it was asked for.
struct open_file {
    struct device {
        bool          is_block = false;
        std::uint64_t number = 0;                  ///< packed as dev_t
        std::optional<std::uint32_t> terminal{};   ///< of /dev/ptmx: which one it is the master of
    };

    /// One end of an internet socket.
    struct end {
        bool is_v6 = false;
        std::array<std::byte, 16> address{};       ///< the first 4 bytes of them, if it is not `is_v6`
        std::uint16_t port = 0;                    ///< in network order

        friend bool operator==(end const&, end const&) = default;
    };

    /// A socket of a protocol that we know. Which of the other members are
    /// there depends on its family, and on whether it is bound and connected.
    struct socket {
        std::string   protocol;                    ///< as the kernel calls it: "TCP", "UDPv6", "UNIX-STREAM"
        std::uint64_t inode = 0;
        std::optional<end> local{};
        std::optional<end> remote{};
        std::uint32_t peer = 0;                    ///< inode of the other end of a unix socket
        std::string   name{};                      ///< sun_path of a unix socket
        std::optional<std::uint8_t> netlink{};     ///< its family, NETLINK_ROUTE and so on
        std::uint32_t port_id = 0;                 ///< of a netlink socket
    };

    struct counter {                               ///< eventfd(2)
        std::uint64_t count = 0;
        std::optional<std::uint32_t> id{};
        std::optional<std::uint32_t> semaphore{};
    };
    struct process {                               ///< pidfd_open(2)
        pid id{};
    };
    struct signals {                               ///< signalfd(2)
        std::uint64_t set = 0;                     ///< bit 0 is signal 1
    };

    std::string path;                              ///< where /proc/TID/fd/N leads, or what it says instead: "pipe:[4711]"
    bool deleted = false;                          ///< there is no file of that name any more
    std::variant<std::monostate, device, socket, counter, process, signals> about{};
};

/// Who a process or thread is, as far as it was asked for.
struct process_name {
    std::string  command{};     ///< as proc(5) has it in "comm"; empty: not known
    std::int32_t outside = 0;   ///< its id in the tracer's pid namespace; 0: the same, or not known
};

} // namespace cotrace
