// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/number_set.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace cotrace {

namespace uapi {
class vocabulary;
}

/// Says which details are looked up about the file descriptors that a call names. Each detail
/// costs at least one read of /proc for each file descriptor, while the calling thread is stopped.
///
/// The details become parts of the value of the file descriptor: "path", "deleted" if the file has
/// no name any more, and at most one of "character_device", "block_device", "socket",
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

/// Says for which calls and signals the call stack of the thread is captured. It is captured for a call that fulfils at
/// least one of the conditions `calls`, `failed` and `longer_than`, and for each signal if `signals` is true. While the
/// thread is stopped, the tracer only unwinds the stack; function names are looked up later, see `call_stack`. With
/// `tracing::notification`, no stacks are captured, and `tracing::observation` refuses these options. They have no effect
/// if the library was built without libdw: see `symbolizer::is_available`.
///
/// The stack of a call is captured at the exit of the call. For execve(2), execveat(2), exit(2) and exit_group(2),
/// which do not return to their caller, the stack is captured at the entry.
struct stack_options {
    bool calls = false;                       ///< all calls
    bool failed = false;                      ///< calls that fail
    std::chrono::nanoseconds longer_than{};   ///< calls that take longer than this; 0: no condition
    bool signals = false;                     ///< signals that are delivered
    std::uint32_t limit = 256;                ///< the most frames that are captured of one stack

    constexpr bool any_call() const noexcept { return calls || failed || longer_than > std::chrono::nanoseconds{}; }
    constexpr bool any() const noexcept { return any_call() || signals; }
    friend constexpr bool operator==(stack_options const&, stack_options const&) = default;
};

/// Says which contents of the subject's memory are kept out of records. A buffer whose content is kept out is captured
/// with its length only, and a string is captured as an empty string. Characters in fixed fields of structures, such as those of
/// uname(2), are not kept out.
enum class redaction : std::uint8_t {
    none,
    buffers,   ///< the bytes that calls read, write, send and receive, and the other buffers
    strings,   ///< buffers, and all strings except paths: for example arguments and environments of programs
};

/// Says how much of a call is captured while its thread is stopped. Capturing less makes the stop shorter.
struct capture_options {
    /// A `string_limit` of 1 GiB, which captures as much of strings and buffers as is possible. It raises `most_bytes`
    /// to 1 GiB, and `most_reads` to 1,048,576. A higher `string_limit` has no further effect. Records can become large,
    /// so use a small `session_options::depth`.
    static constexpr std::size_t unlimited = std::size_t{1} << 30;

    bool decode = true;     ///< if false, no memory is read, and pointers have only their addresses
    bool verbose = false;   ///< capture up to 65,536 elements of an array, and all fields of structures
    bool follow = true;     ///< if false, only strings and buffers are read through pointers
    /// The most bytes that are captured of a string or buffer, and the most elements that are captured of an array. Paths
    /// are captured whole. With `verbose`, up to 65,536 elements are captured of an array. Together, the arrays of one
    /// stop have at most 262,144 captured elements.
    std::size_t string_limit = 32;
    /// Capture the arguments of execve(2) and execveat(2) as if `string_limit` were at least 4096: up to 4096 strings of up
    /// to 4096 bytes each. With `tracing::observation`, this option has no effect.
    bool whole_commands = false;
    /// The most bytes of memory that are read at one stop. The default is enough for 128 messages that have 32 buffers
    /// each, with a `string_limit` of 128. Two other options raise this limit, but not above 1 GiB. `verbose`
    /// multiplies it by 16. A `string_limit` above 128 raises it to at least 32 * `string_limit` * (`string_limit` + 1
    /// KiB), which is enough for an array of `string_limit` elements that have 32 strings each. Without a limit, a
    /// hostile subject could make the tracer use any amount of memory, because a call can pass one page of memory any
    /// number of times. Strings, buffers and arrays that reach a limit are cut. A structure behind a pointer is
    /// captured whole or not at all.
    std::size_t most_bytes = std::size_t{8} << 20;
    /// The largest number of reads of memory and lookups in /proc, taken together, at one stop. Two other options raise
    /// this limit, but not above 1,048,576: `verbose` multiplies it by 16, and a `string_limit` above 128 raises it to
    /// at least 64 times the `string_limit`. The limit bounds how long a hostile subject can keep the tracer busy at
    /// one stop.
    std::size_t most_reads = 8192;
    /// All data that calls read from these file descriptors is kept as the additional value "dump" (strace's -e read),
    /// up to 256 MiB for each call. `read_from` and `written_to` have no effect unless `redact` is `redaction::none`.
    number_set read_from{};
    /// All data that calls write to these file descriptors is kept as the additional value "dump" (strace's -e write),
    /// up to 256 MiB for each call.
    number_set written_to{};
    redaction redact = redaction::none;   ///< which contents are not captured
    /// Whether records keep what was read to decode them (`syscall_call::inputs`, `syscall_exited::inputs`), so that
    /// they can be written to a trace file: see `trace_file_writer`.
    bool keep_inputs = false;
    /// Additional descriptions of calls and of ioctl requests, made by the host. They take precedence over the
    /// descriptions of the library; see cotrace/uapi/vocabulary.hpp.
    std::shared_ptr<uapi::vocabulary const> vocabulary{};
    descriptor_details descriptors{};
    process_details processes{};
    /// If true, records contain the names of their threads (`record::comm`), but the values of process ids have no
    /// names. The names cost little: a new thread has the name of its parent, and a name is read from /proc only when
    /// the thread executes a program, when a call of prctl(2) that sets the name is recorded, and otherwise at most
    /// once in `name_age`. So if a name is changed in another way, records may have the former name for up to
    /// `name_age`. If `processes.command` is also true, and with `tracing::notification`, the names are read for each
    /// record.
    bool thread_names = false;
    static constexpr std::chrono::milliseconds name_age{50};
    constexpr bool names_threads() const noexcept { return thread_names || processes.command; }
    stack_options stacks{};
    /// If true, the values of file descriptors and of paths get the part "context", which is the SELinux context of the
    /// file, and `record::context` is set. If `set_expected_context` was called and the policy expects another context for
    /// the file, "!!" and that context follow in the text. Nothing is looked up if SELinux is not enabled.
    bool contexts = false;
    /// If true, the namespaces that clone(2), clone3(2), setns(2) and unshare(2) made or entered become the value
    /// "namespaces" of `syscall_exited::values`, with one part for each kind of namespace. For example, the part "net"
    /// has the text "net:[4026531840]", the target of the link /proc/PID/ns/net. A namespace that cannot be looked up is
    /// left out, for example because the child has ended, or because a new pid namespace has no process yet.
    bool namespaces = false;
    /// If true, the reason for which the ioctl(2) request KVM_RUN returned becomes the value "exit_reason" of
    /// `syscall_exited::values`. The value is left out if the process has several virtual machines whose virtual CPUs
    /// have the same number.
    bool virtual_cpus = false;
};

}   // namespace cotrace
