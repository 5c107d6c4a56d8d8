// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/number_set.hpp>

#include <cstddef>
#include <memory>

namespace cotrace {

namespace uapi {
class vocabulary;
}

/// Says which details are looked up about the file descriptors that a call names. Each detail
/// costs at least one read of /proc for each file descriptor, while the calling thread is stopped.
///
/// The details become parts of the value of the file descriptor: "path", "deleted" if the file has
/// no name any more, and one of "character_device", "block_device", "socket",
/// "counter", "pid" and "signals".
struct descriptor_details {
    bool path = false;      ///< the path of the open file; for AT_FDCWD, the working directory
    bool socket = false;    ///< the protocol of a socket, and the addresses of its two ends
    bool device = false;    ///< the major and minor number of a device
    bool counter = false;   ///< the count of an eventfd(2)
    bool process = false;   ///< the process of a pidfd
    bool signals = false;   ///< the signals of a signalfd(2)

    constexpr bool any() const noexcept { return path || socket || device || counter || process || signals; }
    static constexpr descriptor_details all() noexcept { return {true, true, true, true, true, true}; }
    friend constexpr bool operator==(descriptor_details const&, descriptor_details const&) = default;
};

/// Says which details are looked up about the processes and threads that a call names.
struct process_details {
    /// The name of the process or thread ("comm" of proc(5)). It becomes the part "command" of the value of the process
    /// or thread id. If this option is set, records also contain the names of threads, in `record::comm` and in the
    /// members `command` of `thread_started` and `image_replaced`.
    bool command = false;
    /// The id that the process or thread has in the tracer's pid namespace. If the subject is in another pid namespace,
    /// this id becomes the part "outside" of the value of the id that the subject passed.
    bool outside = false;

    constexpr bool any() const noexcept { return command || outside; }
    friend constexpr bool operator==(process_details const&, process_details const&) = default;
};

/// Says how much of a call is captured while its thread is stopped. Capturing less makes the stop shorter.
struct capture_options {
    bool decode = true;     ///< if false, only the argument registers are recorded, and no memory is read
    bool verbose = false;   ///< capture all elements of arrays and all fields of structures
    bool follow = true;     ///< if false, only strings and buffers are read through pointers
    /// The most bytes that are captured of a string or buffer and, unless `verbose`, the most elements of an array.
    std::size_t string_limit = 32;
    /// The most bytes of memory that are read at one stop. A `string_limit` above 16 KiB raises this limit to 16 times
    /// the `string_limit`, but at most to 1 GiB. A string or buffer that is longer than the rest of this limit is cut.
    std::size_t most_bytes = 1 << 18;
    /// The largest number of reads of memory and lookups in /proc, taken together, at one stop. A `string_limit` above
    /// 128 raises this limit to 4 times the `string_limit`, but at most to 65,536.
    std::size_t most_reads = 512;
    /// All data that calls read from these file descriptors is kept as the additional value "dump" (strace's -e read), at
    /// most 256 MiB of a call.
    number_set read_from{};
    /// All data that calls write to these file descriptors is kept as the additional value "dump" (strace's -e write), at
    /// most 256 MiB of a call.
    number_set written_to{};
    /// Additional descriptions of calls and of ioctl requests, made by the host. They take precedence over the
    /// descriptions of the library; see cotrace/uapi/vocabulary.hpp.
    std::shared_ptr<uapi::vocabulary const> vocabulary{};
    descriptor_details descriptors{};
    process_details processes{};
};

}   // namespace cotrace
