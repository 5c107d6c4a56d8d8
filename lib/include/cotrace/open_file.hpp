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

/// What a file descriptor refers to. `capture_options::descriptors` says which details are looked up for `about`.
struct open_file {
    /// The device of a special file.
    struct device {
        bool is_block = false;
        std::uint64_t number = 0;                  ///< the device number, packed as dev_t
        std::optional<std::uint32_t> terminal{};   ///< the number of the pseudoterminal; empty unless the file is /dev/ptmx
    };

    /// One end of an internet socket.
    struct end {
        bool is_v6 = false;
        std::array<std::byte, 16> address{};   ///< in network byte order; an IPv4 address uses only the first 4 bytes
        std::uint16_t port = 0;                ///< in network byte order

        friend bool operator==(end const&, end const&) = default;
    };

    /// A socket of a known protocol. `protocol` and `inode` are always set. The other members depend on the protocol
    /// family and the state of the socket.
    struct socket {
        std::string protocol;   ///< the kernel's name of the protocol: "TCP", "UDPv6", "UNIX-STREAM"
        std::uint64_t inode = 0;
        std::optional<end> local{};
        std::optional<end> remote{};
        std::uint32_t peer = 0;                  ///< inode of the other end of a unix socket; 0: not known
        std::string name{};                      ///< name of a unix socket (sun_path); empty: none
        std::optional<std::uint8_t> netlink{};   ///< family of a netlink socket, such as NETLINK_ROUTE
        std::uint32_t port_id = 0;               ///< port id of a netlink socket
    };

    /// The counter of an eventfd(2).
    struct counter {
        std::uint64_t count = 0;                    ///< "eventfd-count" of /proc/PID/fdinfo/FD
        std::optional<std::uint32_t> id{};          ///< "eventfd-id" of /proc/PID/fdinfo/FD
        std::optional<std::uint32_t> semaphore{};   ///< "eventfd-semaphore" of /proc/PID/fdinfo/FD
    };
    /// The process of a pidfd; see pidfd_open(2).
    struct process {
        pid id{};
    };
    /// The signals of a signalfd(2).
    struct signals {
        std::uint64_t set = 0;   ///< a mask in which bit 0 stands for signal 1
    };

    /// The target of the link /proc/TID/fd/N, without a final " (deleted)": a path, or a text such as "pipe:[4711]".
    /// For AT_FDCWD, the target of /proc/TID/cwd.
    std::string path;
    bool deleted = false;   ///< the file has no name any more
    /// Details of the file, depending on its kind; `std::monostate` if no details were looked up or found.
    std::variant<std::monostate, device, socket, counter, process, signals> about{};
};

}   // namespace cotrace
