// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/open_file.hpp>
#include <cotrace/process_name.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cotrace::decode {

/// A piece of memory that is to be read, and the number of bytes that could be read.
struct piece {
    remote_address from{};
    std::span<std::byte> into{};
    std::size_t got = 0;
};

/// The thread or process that a file descriptor belongs to.
struct descriptor_owner {
    enum class kind : std::uint8_t {
        thread,     ///< the traced thread
        process,    ///< the process that has the id `id` in the pid namespace of the traced thread
        by_pidfd,   ///< the process that the traced thread's pidfd `id` refers to
    };
    kind is = kind::thread;
    std::int32_t id = 0;
};

/// The id of a process, thread, process group or session, as the traced thread sees it, unless `is_ours` is set.
struct process_key {
    std::int32_t id = 0;
    bool is_group = false;   ///< whether `id` is the id of a process group or session
    bool is_ours = false;    ///< whether `id` is from /proc, and is therefore an id in the tracer's pid namespace
};

/// Gives the decoders access to the memory and the files of a traced thread.
class reader {
public:
    virtual ~reader() = default;

    /// Reads memory at `from` until `into` is full or the mapped memory ends. Returns the number of bytes that were
    /// read.
    virtual std::size_t read(remote_address from, std::span<std::byte> into) noexcept = 0;

    /// Reads several pieces of memory. If a piece is not mapped, the other pieces are still read.
    virtual void gather(std::span<piece> pieces) noexcept
    {
        for (auto& each : pieces)
            each.got = read(each.from, each.into);
    }

    /// The decoder calls this function with the bytes from `read` and `gather` that it used. `at` is the address of `bytes`.
    virtual void used(std::uint64_t at, std::span<std::byte const> bytes)
    {
        static_cast<void>(at);
        static_cast<void>(bytes);
    }

    /// Called with the memory that values were made from, or that decided which values were made. If contents are redacted, all
    /// other memory is stored as zeros.
    virtual void shown(std::uint64_t at, std::uint64_t size)
    {
        static_cast<void>(at);
        static_cast<void>(size);
    }

    /// Describes the open file of a file descriptor, or the working directory for AT_FDCWD, with the details in `wanted`. Returns
    /// false if none of the details could be found.
    virtual bool describe(descriptor_owner, int /*fd*/, descriptor_details const& /*wanted*/, open_file& /*found*/) noexcept
    {
        return false;
    }

    /// Looks up the details in `wanted`. Details that could not be found are empty or 0.
    virtual bool describe(process_key, process_details const& /*wanted*/, process_name& /*found*/) noexcept { return false; }

    /// The SELinux context of an open file; empty if it is not known. If the policy expects another context, "!!" and that
    /// context may follow.
    virtual std::string context_of(descriptor_owner, int /*fd*/) noexcept { return {}; }

    /// The SELinux context of a file that a call names by a directory, which may be AT_FDCWD, and a path. An empty path names the
    /// directory itself. If the policy expects another context, "!!" and that context may follow.
    virtual std::string context_of(int /*directory*/, std::string_view /*path*/) noexcept { return {}; }

    /// The target of the link /proc/ID/ns/LINK, such as "net:[4026531840]"; empty if it is not known. The id 0 stands for the
    /// traced thread.
    virtual std::string namespace_of(std::int32_t id, char const* link) noexcept
    {
        static_cast<void>(id);
        static_cast<void>(link);
        return {};
    }

    /// The address at which the traced thread has mapped the beginning of the file `fd`, found by the file's name. 0 if no
    /// mapping, or more than one, is found.
    virtual std::uint64_t mapping_of(int fd) noexcept
    {
        static_cast<void>(fd);
        return 0;
    }

    /// The netlink protocol of the socket `fd`; -1 if it is not known. Empty if `fd` is not a netlink socket.
    virtual std::optional<int> netlink_protocol(int fd) noexcept
    {
        static_cast<void>(fd);
        return std::nullopt;
    }

    /// The name of a network device, valid until the next call; empty if there is no such device.
    virtual std::string_view interface_name(std::uint32_t index) noexcept
    {
        static_cast<void>(index);
        return {};
    }

    /// The name of a generic netlink family, whose number the kernel assigns at run time; empty if there is no such family.
    virtual std::string_view generic_family(std::uint16_t number) noexcept
    {
        static_cast<void>(number);
        return {};
    }

    /// Whether a read of a whole block may save later reads. False if only certain parts of the memory are known.
    virtual bool reads_blocks() const noexcept { return true; }
};

}   // namespace cotrace::decode
