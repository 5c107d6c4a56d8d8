// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/number_set.hpp>

#include <cstddef>
#include <memory>

namespace cotrace {

namespace abi {
class vocabulary;
}

/// What is looked up about the descriptors that a call names. Each of these details costs
/// a read of /proc, or more, for each descriptor while the thread is stopped.
///
/// The details are parts of the descriptor's value: "path", "deleted" if the file has
/// no name any more, and one of "character_device", "block_device", "socket",
/// "counter", "pid" and "signals".
struct descriptor_details {
    bool path    = false;   ///< the path; for AT_FDCWD, the working directory
    bool socket  = false;   ///< a socket's protocol and the addresses of its ends
    bool device  = false;   ///< a device's numbers
    bool counter = false;   ///< the count of an eventfd(2)
    bool process = false;   ///< the process of a pidfd
    bool signals = false;   ///< the signals of a signalfd(2)

    constexpr bool any() const noexcept { return path || socket || device || counter || process || signals; }
    static constexpr descriptor_details all() noexcept { return {true, true, true, true, true, true}; }
    friend constexpr bool operator==(descriptor_details const&, descriptor_details const&) = default;
};

/// What is looked up about the processes and threads that a call names.
struct process_details {
    bool command = false;   ///< "comm" of proc(5): a part "command" of the id's value, and in records of threads
    bool outside = false;   ///< the id in the tracer's pid namespace, if the subject has another namespace: a part "outside"

    constexpr bool any() const noexcept { return command || outside; }
    friend constexpr bool operator==(process_details const&, process_details const&) = default;
};

/// How much of a call is captured while its thread is stopped. Less is cheaper.
struct capture_options {
    bool decode  = true;               ///< false: numbers only, no memory is read
    bool verbose = false;              ///< arrays and structures in full, not abbreviated
    bool follow  = true;               ///< false: of the memory that pointers point to, only strings and buffers are read
    std::size_t string_limit = 32;     ///< bytes of a string or buffer, and elements of an array unless `verbose`
    std::size_t most_bytes = 1 << 18;  ///< bytes of memory that are read at one stop
    std::size_t most_reads = 512;      ///< reads at one stop, and descriptors and processes that are looked up
    number_set read_from{};            ///< reads from these descriptors keep all data, as the additional value "dump"; -e read
    number_set written_to{};           ///< writes to these descriptors keep all data, as the additional value "dump"; -e write
    /// The program's own descriptions of calls and ioctl requests. They take precedence over the library's; see
    /// cotrace/abi/vocabulary.hpp.
    std::shared_ptr<abi::vocabulary const> words{};
    descriptor_details descriptors{};
    process_details    processes{};
};

} // namespace cotrace
