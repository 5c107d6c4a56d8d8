// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/number_set.hpp>

#include <cstddef>
#include <memory>

namespace cotrace {

namespace abi {
class vocabulary;
}

/// What is found out about descriptors that a call names. Each of these costs a
/// look into /proc, or more, for each descriptor while the thread is stopped.
///
/// What was found are parts of the descriptor's value: "path", "deleted" if the
/// file has no name any more, and one of "character_device", "block_device",
/// "socket", "counter", "pid" and "signals".
struct descriptor_details {
    bool path    = false;   ///< the path, and the working directory where AT_FDCWD stands for it
    bool socket  = false;   ///< a socket's protocol, and who is at its ends
    bool device  = false;   ///< a device's numbers
    bool counter = false;   ///< what an eventfd(2) holds
    bool process = false;   ///< whose pidfd it is
    bool signals = false;   ///< what a signalfd(2) waits for

    constexpr bool any() const noexcept { return path || socket || device || counter || process || signals; }
    static constexpr descriptor_details all() noexcept { return {true, true, true, true, true, true}; }
    friend constexpr bool operator==(descriptor_details const&, descriptor_details const&) = default;
};

/// What is found out about processes and threads that a call names.
struct process_details {
    bool command = false;   ///< the name that proc(5) has in "comm": a part "command" of the id's value, and in records of threads
    bool outside = false;   ///< in the tracer's pid namespace, if the subject has another: a part "outside"

    constexpr bool any() const noexcept { return command || outside; }
    friend constexpr bool operator==(process_details const&, process_details const&) = default;
};

/// How much of a call is captured while its thread is stopped. Less is cheaper.
struct capture_options {
    bool decode  = true;               ///< false: numbers only, no memory is read
    bool verbose = false;              ///< arrays and structures in full, not abbreviated
    bool follow  = true;               ///< false: of what pointers point to, only strings and buffers are read
    std::size_t string_limit = 32;     ///< bytes of a string or buffer, and elements of an array unless `verbose`
    std::size_t most_bytes = 1 << 18;  ///< of memory read at one stop
    std::size_t most_reads = 512;      ///< reads made at one stop, and descriptors and processes asked about
    number_set read_from{};            ///< of reads from these descriptors all data are kept, as the note "dump"; -e read
    number_set written_to{};           ///< the same of writes; -e write
    std::shared_ptr<abi::vocabulary const> words{};   ///< descriptors of the user's own, which are asked first; see cotrace/abi/vocabulary.hpp
    descriptor_details descriptors{};
    process_details    processes{};
};

} // namespace cotrace
