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

/// What a file descriptor refers to. Only what was asked for is set (`capture_options::descriptors`).
struct open_file {
    struct device {
        bool          is_block = false;
        std::uint64_t number = 0;                  ///< packed as dev_t
        std::optional<std::uint32_t> terminal{};   ///< for /dev/ptmx: the number of its pseudoterminal
    };

    /// One end of an internet socket.
    struct end {
        bool is_v6 = false;
        std::array<std::byte, 16> address{};       ///< an IPv4 address is in the first 4 bytes
        std::uint16_t port = 0;                    ///< in network order

        friend bool operator==(end const&, end const&) = default;
    };

    /// A socket of a known protocol. Which of the other members are set depends on
    /// the protocol family, and on whether the socket is bound and connected.
    struct socket {
        std::string   protocol;                    ///< the kernel's name: "TCP", "UDPv6", "UNIX-STREAM"
        std::uint64_t inode = 0;
        std::optional<end> local{};
        std::optional<end> remote{};
        std::uint32_t peer = 0;                    ///< inode of the other end of a unix socket
        std::string   name{};                      ///< sun_path of a unix socket
        std::optional<std::uint8_t> netlink{};     ///< netlink family: NETLINK_ROUTE and so on
        std::uint32_t port_id = 0;                 ///< port id of a netlink socket
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

    std::string path;                              ///< target of the link /proc/TID/fd/N: a path, or "pipe:[4711]" and the like
    bool deleted = false;                          ///< the file has no name any more
    std::variant<std::monostate, device, socket, counter, process, signals> about{};
};

/// The name of a process or thread. Only what was asked for is set (`capture_options::processes`).
struct process_name {
    std::string  command{};     ///< "comm" of proc(5); empty: not known
    std::int32_t outside = 0;   ///< its id in the tracer's pid namespace; 0: the subject sees this id, too, or it is not known
};

} // namespace cotrace
