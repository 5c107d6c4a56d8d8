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

/// Says which details are looked up about the file descriptors that a call names. The lookups read /proc for each file
/// descriptor. With `tracing::ptrace`, the calling thread is stopped meanwhile.
///
/// The details become parts of the value of the file descriptor: "path", "deleted" if the file has no name any more,
/// and at most one of "character_device", "block_device", "socket", "counter", "pid" and "signals". For /dev/ptmx,
/// "terminal" follows "character_device".
struct descriptor_details {
    bool path = false;      ///< the path of the open file; for AT_FDCWD, the working directory
    bool socket = false;    ///< the protocol of a socket, and the addresses of its two ends
    bool device = false;    ///< the major and minor number of a device
    bool counter = false;   ///< the count of an eventfd(2)
    bool process = false;   ///< the id of the process that a pidfd refers to
    bool signals = false;   ///< the signals that a signalfd(2) accepts

    constexpr bool any() const noexcept { return path || socket || device || counter || process || signals; }
    static constexpr descriptor_details all() noexcept { return {true, true, true, true, true, true}; }
    friend constexpr bool operator==(descriptor_details const&, descriptor_details const&) = default;
};

/// Says which details are looked up about the processes and threads that a call names.
struct process_details {
    /// The name of the process or thread ("comm" of proc(5)). The name becomes the part "command" of the value of the
    /// process or thread id. If this option is set, records also contain the names of threads: in `record::comm`, in
    /// `image_replaced::command`, and, with `tracing::ptrace`, in `thread_started::command`.
    bool command = false;
    /// The id that the process or thread has in the tracer's pid namespace. If the subject is in another pid namespace,
    /// it uses another id for the process or thread. The value of that id then gets the part "outside".
    bool outside = false;

    constexpr bool any() const noexcept { return command || outside; }
    friend constexpr bool operator==(process_details const&, process_details const&) = default;
};

/// Says for which calls and signals the call stack of the thread is captured. A call has to fulfil at least one of the
/// conditions `calls`, `failed` and `longer_than`. The tracer only unwinds the stack; function names are looked up
/// later, see `call_stack`. The options have no effect with `tracing::notification`, or if the library was built
/// without libdw (`symbolizer::is_available`). With `tracing::observation`, a launch or an attach with these options
/// fails.
///
/// The stack of a call is captured at the exit of the call. For execve(2), execveat(2), exit(2) and exit_group(2), it is
/// captured at the entry: after the call, the thread or its old stack is gone.
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

/// Says which contents of the subject's memory are kept out of records. A buffer whose content is kept out is captured
/// with its length only, and a string is captured as an empty string. Characters in fixed fields of structures, such as those of
/// uname(2), are not kept out. With `capture_options::keep_inputs`, zeros are kept in place of all memory that the values do not
/// show.
enum class redaction : std::uint8_t {
    none,
    buffers,   ///< the bytes that calls read, write, send and receive, and the other buffers
    strings,   ///< buffers, and all strings except paths: for example arguments and environments of programs
};

/// Says how much of a call is captured while its thread is stopped. Capturing less makes the stop shorter.
struct capture_options {
    /// A value for `string_limit`: 1 GiB, the largest value that has an effect. It raises `most_bytes` to 1 GiB, and
    /// `most_reads` to 1,048,576. Records can become large, so use a small `session_options::depth`.
    static constexpr std::size_t unlimited = std::size_t{1} << 30;

    bool decode = true;     ///< if false, no memory is read, and pointers have only their addresses
    bool verbose = false;   ///< capture up to 65,536 elements of an array, and all fields of structures
    bool follow = true;     ///< if false, only strings and buffers are read through pointers
    /// The most bytes that are captured of a string or buffer, and the most elements that are captured of an array. Paths
    /// are captured whole. With `verbose`, up to 65,536 elements are captured of an array. Together, the arrays of one
    /// stop have at most 262,144 captured elements.
    std::size_t string_limit = 32;
    /// Capture the arguments of execve(2) and execveat(2) as if `string_limit` were at least 4096. With
    /// `tracing::observation`, this option has no effect.
    bool whole_commands = false;
    /// The most bytes of memory that are read at one stop, not counting the data of a value "dump" (see `read_from`).
    /// Without a limit, a hostile subject could exhaust the memory of the tracer. When the limit is reached, strings,
    /// buffers and arrays are cut, and structures behind pointers are left out. Two other options raise this limit, but
    /// not above 1 GiB: `verbose` multiplies it by 16, and a `string_limit` above 128 raises it to at least
    /// 32 * `string_limit` * (`string_limit` + 1 KiB).
    std::size_t most_bytes = std::size_t{8} << 20;
    /// The most reads of memory and lookups in /proc, taken together, at one stop. Without a limit, a hostile subject
    /// could keep the tracer busy for a long time. Two other options raise this limit, but not above 1,048,576: `verbose`
    /// multiplies it by 16, and a `string_limit` above 128 raises it to at least 64 * `string_limit`.
    std::size_t most_reads = 8192;
    /// If a call such as read(2) or recvmsg(2) reads from one of these file descriptors, up to 256 MiB of the data become
    /// the value "dump" of `syscall_exited::values` (strace's -e read). `read_from` and `written_to` have no effect unless
    /// `redact` is `redaction::none`.
    number_set read_from{};
    /// Like `read_from`, but for the data that calls such as write(2) and sendmsg(2) write (strace's -e write).
    number_set written_to{};
    redaction redact = redaction::none;   ///< which contents are not captured
    /// If true, records keep what was read to decode them (`syscall_call::inputs`, `syscall_exited::inputs`). Set this
    /// option if the records are to be written to a trace file: see `trace_file_writer`.
    bool keep_inputs = false;
    /// Additional descriptions of calls and of ioctl requests, made by the host. They take precedence over the
    /// descriptions of the library; see cotrace/uapi/vocabulary.hpp.
    std::shared_ptr<uapi::vocabulary const> vocabulary{};
    descriptor_details descriptors{};
    process_details processes{};
    /// If true, records contain the names of their threads (`record::comm`). Unlike `processes.command`, this option
    /// adds no names to the values of process ids, and costs little. A new thread has the name of its parent. A known
    /// name is read from /proc again after an execve(2), after a recorded prctl(2) that sets the name, and otherwise at
    /// most once in `name_age`. So for up to `name_age`, records may have a former name. The name is read for each record
    /// if `processes.command` is also true. With `tracing::notification`, it is always read for each record.
    bool thread_names = false;
    static constexpr std::chrono::milliseconds name_age{50};
    constexpr bool names_threads() const noexcept { return thread_names || processes.command; }
    stack_options stacks{};
    /// If true, the values of file descriptors and of paths get the part "context", the SELinux context of the file,
    /// and `record::context` is set. If the function of `set_expected_context` returns another context for the file,
    /// "!!" and that context are appended to the text of the part. The option has no effect if SELinux is not enabled.
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
