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

/// Selects the details that are looked up about each file descriptor in the values of a call. With `tracing::ptrace`,
/// the lookups prolong the stop of the calling thread.
///
/// Each detail becomes a part of the value of the file descriptor. If a file descriptor has one of the other parts
/// below, it also has "path". The part "deleted" is added if the path does not name the file any more.
struct descriptor_details {
    bool path = false;      ///< "path": the path of the open file; for AT_FDCWD, the path of the working directory
    bool socket = false;    ///< "socket": the protocol, the inode number and the known addresses of a socket
    bool device = false;    ///< "character_device" or "block_device": the device number; for /dev/ptmx, also "terminal"
    bool counter = false;   ///< "counter": the count of an eventfd(2)
    bool process = false;   ///< "pid": the id of the process that a pidfd refers to, in the tracer's pid namespace
    bool signals = false;   ///< "signals": the signals that a signalfd(2) accepts

    constexpr bool any() const noexcept { return path || socket || device || counter || process || signals; }
    static constexpr descriptor_details all() noexcept { return {true, true, true, true, true, true}; }
    friend constexpr bool operator==(descriptor_details const&, descriptor_details const&) = default;
};

/// Selects the details that are looked up about each process and thread id in the values of a call.
struct process_details {
    /// The name of the process or thread ("comm" of proc(5)), as the part "command" of the value of the id. This option
    /// also adds names of threads to records: `record::comm`, `image_replaced::command`, and, with `tracing::ptrace`,
    /// `thread_started::command`.
    bool command = false;
    /// The id in the tracer's pid namespace, as the part "outside" of the value of the id. The part is absent if the
    /// calling thread is in the tracer's pid namespace.
    bool outside = false;

    constexpr bool any() const noexcept { return command || outside; }
    friend constexpr bool operator==(process_details const&, process_details const&) = default;
};

/// Selects the calls and signals for which the call stack of the thread is captured. A call is selected if it fulfils
/// at least one of the conditions `calls`, `failed` and `longer_than`.
///
/// The stack of a call is captured at the exit of the call. The stacks of execve(2) and execveat(2) are captured at the
/// entry, because a new program replaces the stack. The stacks of exit(2) and exit_group(2) are captured at the entry,
/// if `calls` is true.
///
/// `tracing::notification`, and a library without libdw (`symbolizer::is_available`), capture no stacks. With
/// `tracing::observation`, a launch or an attach that asks for stacks fails with `errc::not_by_observation`.
struct stack_options {
    bool calls = false;                       ///< capture the stacks of all calls
    bool failed = false;                      ///< capture the stacks of calls that fail
    std::chrono::nanoseconds longer_than{};   ///< capture the stacks of calls that take longer than this; 0: no such condition
    bool signals = false;                     ///< capture a stack at the delivery of each signal
    std::uint32_t limit = 256;                ///< the most frames that are captured of one stack

    constexpr bool any_call() const noexcept { return calls || failed || longer_than > std::chrono::nanoseconds{}; }
    constexpr bool any() const noexcept { return any_call() || signals; }
    friend constexpr bool operator==(stack_options const&, stack_options const&) = default;
};

/// Selects the contents of the subject's memory that records do not contain. A redacted buffer has a length but no
/// bytes, and a redacted string is empty. Characters in fixed fields of structures, such as those of uname(2), are not
/// redacted. With `capture_options::keep_inputs`, zeros are kept in place of redacted contents.
enum class redaction : std::uint8_t {
    none,
    buffers,   ///< the bytes that calls read, write, send and receive, and the other buffers
    strings,   ///< buffers, and strings except paths and a few names: for example arguments of programs
};

/// Selects what is captured of a call. Capturing less makes the stops of the calling thread shorter.
struct capture_options {
    /// The largest value of `string_limit` that has an effect. With this value, records can become large, so
    /// `session_options::depth` should be small.
    static constexpr std::size_t unlimited = std::size_t{1} << 30;

    bool decode = true;     ///< if false, no memory is read, and pointers have only their addresses
    bool verbose = false;   ///< capture up to 65,536 elements of an array, and all fields of structures
    bool follow = true;     ///< if false, most structures and arrays behind pointers are not captured (-e verbose=none)
    /// The most bytes that are captured of a string or buffer, and the most elements of an array. Paths are captured up
    /// to 4095 bytes, whatever the limit. All arrays of a stop together have a limit of 262,144 elements.
    std::size_t string_limit = 32;
    /// Capture the arguments of execve(2) and execveat(2) as if `string_limit` were at least 4096. With
    /// `tracing::observation`, this option has no effect.
    bool whole_commands = false;
    /// The most bytes of memory that are read at one stop, without the data of a "dump" (see `read_from`). The limit
    /// protects the tracer from hostile subjects. When the limit is reached, strings, buffers and arrays are cut.
    /// Structures behind pointers are left out.
    ///
    /// `verbose` multiplies the limit by 16. A `string_limit` above 128 raises the limit to at least 32 *
    /// `string_limit` * (`string_limit` + 1024) bytes. Neither option raises the limit above 1 GiB.
    std::size_t most_bytes = std::size_t{8} << 20;
    /// The most reads of memory and lookups of details, taken together, at one stop. When the limit is reached, values
    /// are cut as by `most_bytes`, and details are left out.
    ///
    /// `verbose` multiplies the limit by 16. A `string_limit` above 128 raises the limit to at least 64 *
    /// `string_limit`. Neither option raises the limit above 1,048,576.
    std::size_t most_reads = 8192;
    /// The file descriptors from which read data are captured, for calls such as read(2) and recvmsg(2) (strace's -e
    /// read). The data become the value "dump" of `syscall_exited::values`, up to 256 MiB for each call. `read_from`
    /// and `written_to` have no effect if `redact` is not `redaction::none`.
    number_set read_from{};
    /// Like `read_from`, but for the data that calls such as write(2) and sendmsg(2) write (strace's -e write).
    number_set written_to{};
    redaction redact = redaction::none;   ///< the contents that are not captured
    /// If true, records keep what was read to decode them (`syscall_call::inputs`, `syscall_exited::inputs`). A
    /// `trace_file_writer` needs records with this option.
    bool keep_inputs = false;
    /// Additional descriptions of calls and of ioctl(2) requests. They take precedence over the descriptions of the
    /// library; see cotrace/uapi/vocabulary.hpp.
    std::shared_ptr<uapi::vocabulary const> vocabulary{};
    descriptor_details descriptors{};
    process_details processes{};
    /// If true, records contain the names of their threads (`record::comm`). Unlike `processes.command`, this option
    /// adds no names to the values of process ids.
    ///
    /// The tracer reads names from /proc, and keeps each name for the time `name_age`. An execve(2) and a recorded
    /// prctl(2) with PR_SET_NAME end that time. The last record of a thread has the name that was read last. With
    /// `processes.command` or `tracing::notification`, the tracer reads the name for each record except the last.
    bool thread_names = false;
    static constexpr std::chrono::milliseconds name_age{50};   ///< see `thread_names`
    constexpr bool names_threads() const noexcept { return thread_names || processes.command; }
    stack_options stacks{};
    /// If true, values of file descriptors and paths get the part "context", the SELinux context of the file, and
    /// `record::context` is set. If the function of `set_expected_context` returns another context for the file, the
    /// part also contains "!!" and that context. The option has no effect if SELinux is not enabled.
    bool contexts = false;
    /// If true, a call of clone(2), clone3(2), setns(2) or unshare(2) that made or entered namespaces has the value
    /// "namespaces" in `syscall_exited::values`. The value has one part for each kind of namespace, for example "net"
    /// with the text "net:[4026531840]". Namespaces that cannot be looked up are left out.
    bool namespaces = false;
    /// If true, the reason for which the ioctl(2) request KVM_RUN returned becomes the value "exit_reason" of
    /// `syscall_exited::values`. The value is left out if several virtual CPUs of the process have the same number.
    bool virtual_cpus = false;
};

}   // namespace cotrace
