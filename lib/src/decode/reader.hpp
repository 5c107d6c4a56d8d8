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

/// The id of a process, thread, process group or session. The id is from the pid namespace of the traced thread, unless
/// `is_ours` is set.
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

    /// Reads several pieces of memory. An implementation can read all of them with one process_vm_readv(2). If a piece
    /// is not mapped, the other pieces are still read.
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

    /// The decoder calls this function with the memory that it made values from, or that decided which values it made. A file
    /// with redacted contents has zeros in place of all other memory.
    virtual void shown(std::uint64_t at, std::uint64_t size)
    {
        static_cast<void>(at);
        static_cast<void>(size);
    }

    /// Describes the open file of a file descriptor. AT_FDCWD stands for the working
    /// directory. Looks up only the details in `wanted`. Returns false if there is no such
    /// file descriptor, or if none of the details could be found.
    virtual bool describe(descriptor_owner, int /*fd*/, descriptor_details const& /*wanted*/, open_file& /*found*/) noexcept
    {
        return false;
    }

    /// Looks up the details in `wanted` about a process, thread or process group. Details that could not be found are empty
    /// or 0 in `found`. If no detail could be found, the function may return false.
    virtual bool describe(process_key, process_details const& /*wanted*/, process_name& /*found*/) noexcept { return false; }

    /// The SELinux context of the open file of a file descriptor; empty if it is not known. If the policy expects another
    /// context for the file, "!!" and that context may follow.
    virtual std::string context_of(descriptor_owner, int /*fd*/) noexcept { return {}; }

    /// The SELinux context of the file that a call names by a path and by the file descriptor of a directory, which may
    /// be AT_FDCWD; empty if it is not known. An empty path names the directory itself. If the policy expects another context
    /// for the file, "!!" and that context may follow.
    virtual std::string context_of(int /*directory*/, std::string_view /*path*/) noexcept { return {}; }

    /// A namespace of a process: the target of the link /proc/ID/ns/LINK, such as "net:[4026531840]". `id` is an id in the
    /// pid namespace of the traced thread; 0 stands for the traced thread itself. Empty if the namespace is not known.
    virtual std::string namespace_of(std::int32_t id, char const* link) noexcept
    {
        static_cast<void>(id);
        static_cast<void>(link);
        return {};
    }

    /// The address at which the traced thread has mapped the beginning of the file that a file descriptor refers to. The
    /// mapping is found by the name of the file. 0 if there is no such mapping, or if there are several, for example of two
    /// files with the same name.
    virtual std::uint64_t mapping_of(int fd) noexcept
    {
        static_cast<void>(fd);
        return 0;
    }

    /// The netlink protocol of the socket `fd`. Empty if `fd` is not a netlink socket; -1 if `fd` is a netlink socket
    /// whose protocol is not known.
    virtual std::optional<int> netlink_protocol(int fd) noexcept
    {
        static_cast<void>(fd);
        return std::nullopt;
    }

    /// The name of a network device; empty if there is no such device. The name is valid until the next call of this
    /// function.
    virtual std::string_view interface_name(std::uint32_t index) noexcept
    {
        static_cast<void>(index);
        return {};
    }

    /// The name of the generic netlink family with this number; empty if there is no such family. The kernel assigns
    /// the numbers of families at run time.
    virtual std::string_view generic_family(std::uint16_t number) noexcept
    {
        static_cast<void>(number);
        return {};
    }

    /// Whether a read of more bytes than are needed may save a later read. Returns false if only certain parts of the
    /// memory are known.
    virtual bool reads_blocks() const noexcept { return true; }
};

}   // namespace cotrace::decode
