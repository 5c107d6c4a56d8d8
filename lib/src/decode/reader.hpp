// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/open_file.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cotrace::decode {

/// A piece of memory to be read, and how much of it was there.
struct piece {
    remote_address       from{};
    std::span<std::byte> into{};
    std::size_t          got = 0;
};

/// Whose descriptor is meant.
struct descriptor_owner {
    enum class kind : std::uint8_t {
        thread,     ///< the stopped one itself
        process,    ///< the one with this `id`
        behind,     ///< the one that the thread's pidfd `id` refers to
    };
    kind         is = kind::thread;
    std::int32_t id = 0;
};

/// An id that the subject has used, in its pid namespace.
struct process_key {
    std::int32_t id = 0;
    bool         is_group = false;   ///< of a process group or session
    bool         is_ours  = false;   ///< in the tracer's namespace: it is from /proc
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

    /// What a descriptor refers to; AT_FDCWD is the working directory. Looks no
    /// further than `wanted` asks. False: there is no such descriptor, nobody knows,
    /// or it is nothing of what `wanted` asks about.
    virtual bool describe(descriptor_owner, int /*fd*/, descriptor_details const& /*wanted*/, open_file& /*found*/) noexcept
    {
        return false;
    }

    /// Who a process, thread or group is.
    virtual bool describe(process_key, process_details const& /*wanted*/, process_name& /*found*/) noexcept { return false; }

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
