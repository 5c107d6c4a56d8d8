// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cotrace::decode {

/// A piece of memory to be read, and how much of it was there.
struct piece {
    remote_address       from{};
    std::span<std::byte> into{};
    std::size_t          got = 0;
};

/// What decoding may ask of a stopped thread. Tests answer from byte arrays.
class reader {
public:
    virtual ~reader() = default;

    /// Reads from the start of `from` as much as is mapped there, up to all of
    /// `into`, and gives how much that was.
    virtual std::size_t read(remote_address from, std::span<std::byte> into) noexcept = 0;

    /// Reads several pieces; those of one call are wanted together, so that one
    /// process_vm_readv(2) can have them all. Each piece stands for itself:
    /// that one of them is not mapped takes nothing from the others.
    virtual void gather(std::span<piece> pieces) noexcept
    {
        for (auto& each : pieces)
            each.got = read(each.from, each.into);
    }

    /// The netlink protocol of a socket: nothing if `fd` is none of netlink's,
    /// -1 if it is, but of which protocol cannot be told.
    virtual std::optional<int> netlink_protocol(int fd) noexcept
    {
        static_cast<void>(fd);
        return std::nullopt;
    }

    /// The name of a network device; empty if there is none. It stays until the next question.
    virtual std::string_view interface_name(std::uint32_t index) noexcept
    {
        static_cast<void>(index);
        return {};
    }

    /// The name of a family of generic netlink, of which the kernel makes up the numbers; empty if there is none.
    virtual std::string_view generic_family(std::uint16_t number) noexcept
    {
        static_cast<void>(number);
        return {};
    }
};

} // namespace cotrace::decode
