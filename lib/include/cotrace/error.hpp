// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <boost/system/system_error.hpp>

#include <string>
#include <type_traits>

namespace cotrace {

/// The errors of cotrace itself. All other errors, such as `asio::error::operation_aborted`, are errno values in the
/// system or generic category of Boost.System.
enum class errc {
    /// The kernel lacks PTRACE_GET_SYSCALL_INFO (Linux 5.3), or the features of Linux 5.9
    /// that `tracing::notification` needs.
    kernel_too_old = 1,
    /// The tracer was used on a thread other than its own; see `tracer`. The message says what to do.
    wrong_thread,
    /// The request was made in a forked child, with the child's copy of a tracer, session or pool.
    wrong_process,
    /// The traced thread died before the request reached it; see ptrace(2), "Death under ptrace".
    tracee_died,
    /// The process to attach to has a tracer already; `failure::other` is the id of that tracer.
    already_traced,
    /// The process to attach to is the tracer's own process. A thread cannot trace another thread of its own process.
    own_process,
    /// The session has ended: its subjects have ended or were detached.
    session_ended,
    /// The subject's memory is not mapped at the address, or the protection of the mapping does not allow the access.
    unmapped_memory,
    /// An interceptor or another function of the host threw an exception; `failure::operation` is the text of the
    /// exception.
    interceptor_failed,
    /// The subjects cannot be detached, because they have a seccomp program that reports calls to their tracer.
    filtered,
    /// The new filter selects calls that the subjects' seccomp program does not report; see `session::set_filter`.
    filter_too_wide,
    /// With seccomp's user notification, the attach, the option or the verdict is not possible; see
    /// `tracing::notification`.
    not_by_notification,
    /// The kernel does not report new processes to the tracer's process; see cotrace/targets.hpp.
    no_process_events,
    /// The thread is in uninterruptible sleep, and could not be detached or killed in time; see `session::detach`.
    uninterruptible,
    /// The thread did not stop or end in time, and is not in uninterruptible sleep; see `session::detach`.
    /// `tracer::async_close` completes with this error if any subject is left, whatever the reason.
    not_stopped,
    /// /proc is not mounted, or shows another pid namespace. Then only launched processes can be traced.
    no_procfs,
    /// The session, tracer or pool was default-constructed or moved from, and has no state.
    empty_object,
    /// The tracer was closed or destroyed. Launches and attaches that were under way also end with this error.
    tracer_closed,
    /// `session_options::matching` or `session_options::accesses` needs decoded calls, but `capture_options::decode` is
    /// false; see `call_matcher::needs_decoding`.
    not_decoded,
    /// The thread makes calls of an interface that cotrace does not know, such as 32-bit Arm calls on aarch64. These
    /// calls are not recorded.
    unknown_interface,
    /// The BPF programs cannot be used here; see `tracing::observation` and `ring_completed`. `failure::operation` says
    /// what is missing.
    not_observable,
    /// An observation does not support the option or the target; see `tracing::observation`. `failure::operation` says
    /// which.
    not_by_observation,
    /// Only `tracing::observation` supports the target.
    only_by_observation,
    /// The file is not a trace file; see `trace_file_reader`.
    not_a_trace_file,
    /// A later version of cotrace wrote the trace file, in a format that this version cannot read.
    newer_trace_file,
    /// The trace file contains bytes that no version of cotrace writes.
    damaged_trace_file,
    /// The end of the trace file is missing, for example because the recording program was killed or could not write.
    cut_trace_file,
    /// The library was built without libzstd or protozero, and can neither read nor write trace files.
    no_trace_files,
};

boost::system::error_category const& cotrace_category() noexcept;
error_code make_error_code(errc code) noexcept;

/// An error, with the operation that failed and the thread that the operation concerned.
struct failure {
    error_code code;
    std::string operation;   ///< what failed: "PTRACE_SEIZE", "execve /bin/nothing", …
    tid thread{};            ///< the thread that the operation concerned; `tid{}`: none
    tid other{};             ///< a second thread: with `errc::already_traced`, the tracer of `thread`; `tid{}`: none

    /// Describes the error in one line: "PTRACE_SEIZE 4711: Operation not permitted".
    std::string message() const;
};

inline error_code make_error_code(failure const& failed) noexcept { return failed.code; }

/// The exception that a failed launch or attach throws. `what` returns the text of `failure::message`.
class failed : public boost::system::system_error {
public:
    explicit failed(failure why);

    failure const& why() const noexcept { return why_; }
    char const* what() const noexcept override { return text_.c_str(); }

private:
    failure why_;
    std::string text_;
};

/// Throws a `failed`. `value()` of a `result<T, failure>` calls this function if the result holds a failure.
[[noreturn]] void throw_error(failure const& why);

}   // namespace cotrace

namespace boost::system {
template <>
struct is_error_code_enum<cotrace::errc> : std::true_type {
};
}   // namespace boost::system
