// SPDX-License-Identifier: BSL-1.0
#include <cotrace/error.hpp>

#include <boost/system/system_error.hpp>

#include <stdexcept>

namespace cotrace {

namespace {

struct category final : boost::system::error_category {
    char const* name() const noexcept override { return "cotrace"; }

    std::string message(int code) const override
    {
        switch (static_cast<errc>(code)) {
        case errc::kernel_too_old: return "the kernel is too old: Linux 5.3 is required, Linux 5.9 for seccomp notification";
        case errc::wrong_thread:
            return "the tracer was used on a thread other than its own: run the executor with one thread, "
                   "or use a tracer_pool; when the tracer's thread ends, the kernel detaches the traced "
                   "processes, and kills those that were launched without outlive_tracer";
        case errc::wrong_process: return "the tracer was used in a child that its process forked: make a new tracer in the child";
        case errc::tracee_died: return "the traced thread died before the request reached it";
        case errc::already_traced: return "already traced";
        case errc::own_process: return "the process is the tracer's own: trace it from another process";
        case errc::session_ended: return "the session has ended: its processes ended or were detached";
        case errc::unmapped_memory: return "the memory is not mapped in the traced process, or not for this access";
        case errc::interceptor_failed: return "an interceptor ended with an exception: handle the exception in the interceptor";
        case errc::filtered:
            return "cannot detach: without a tracer, the seccomp filter in the processes makes calls fail; "
                   "launch with kernel_filter::off and without tracing::notification";
        case errc::filter_too_wide:
            return "the filter selects calls that the filter of the launch did not: launch with the wider filter";
        case errc::not_by_notification: return "seccomp notification does not support this: use ptrace";
        case errc::no_procfs:
            return "/proc is not mounted here, or shows another pid namespace: mount the procfs of this pid namespace";
        case errc::empty_object:
            return "the object is default-constructed or moved from: use one that holds a session, a tracer or a pool";
        case errc::not_a_trace_file: return "not a trace file";
        case errc::newer_trace_file: return "the trace file was written by a later version of cotrace: use that version";
        case errc::damaged_trace_file: return "the trace file is damaged from here on";
        case errc::cut_trace_file: return "the end of the trace file is missing: the recording was interrupted";
        case errc::no_trace_files: return "trace files need a cotrace that is built with libzstd and protozero";
        case errc::not_decoded: return "conditions on files and on memory need decoded calls: set capture_options::decode";
        case errc::tracer_closed: return "the tracer was closed or destroyed: make a new tracer";
        case errc::no_process_events:
            return "the kernel reports no new processes here: run in the first namespaces, "
                   "on a kernel with the process events connector";
        case errc::uninterruptible: return "the thread is in uninterruptible sleep (state D): wait until its system call ends";
        case errc::not_observable: return "not possible: observation needs eBPF (Linux 5.13 with BTF, CAP_BPF and CAP_PERFMON)";
        case errc::not_by_observation: return "not possible by observation, which does not stop threads: use ptrace";
        case errc::only_by_observation: return "only possible by observation";
        case errc::not_stopped: return "the thread neither stopped nor ended in time: try again";
        case errc::unknown_interface:
            return "the calls of this program are not recorded: cotrace knows the interfaces x86_64, i386, x32, aarch64 and riscv64";
        }
        return "unknown cotrace error";
    }
};

}   // namespace

boost::system::error_category const& cotrace_category() noexcept
{
    static category const only;
    return only;
}

error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), cotrace_category()}; }

std::string failure::message() const
{
    std::string text = operation;
    if (thread != tid{})
        text += (text.empty() ? "" : " ") + std::to_string(raw(thread));
    if (!text.empty())
        text += ": ";
    text += code.message();
    if (other != tid{})
        text += " by " + std::to_string(raw(other));
    return text;
}

failed::failed(failure why)
    : system_error{why.code}
    , why_{std::move(why)}
    , text_{why_.message()}
{
}

void throw_error(failure const& why) { throw failed{why}; }

namespace detail {

void throw_error(error_code why) { throw boost::system::system_error{why}; }
void throw_error(std::string const& why) { throw std::invalid_argument{why}; }
void throw_has_value() { throw std::logic_error{"the result has a value and no error"}; }

}   // namespace detail

}   // namespace cotrace
