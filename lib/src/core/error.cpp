// SPDX-License-Identifier: BSL-1.0
#include <cotrace/error.hpp>

#include <boost/system/system_error.hpp>

namespace cotrace {

namespace {

struct category final : boost::system::error_category {
    char const* name() const noexcept override { return "cotrace"; }

    std::string message(int code) const override
    {
        switch (static_cast<errc>(code)) {
        case errc::kernel_too_old: return "the kernel is too old (needed are Linux 5.3, and 5.9 for seccomp notification)";
        case errc::wrong_thread: return "used on a thread other than the tracer's: run the executor with one thread, or use a tracer_pool. "
                                        "The kernel lets the subjects go when the tracer's thread ends, and kills those "
                                        "launched without outlive_tracer";
        case errc::wrong_process: return "called in a process that the tracer's process forked";
        case errc::tracee_died: return "the traced thread has died";
        case errc::already_traced: return "already traced";
        case errc::own_process: return "the tracer cannot trace its own process";
        case errc::session_ended: return "the session has ended";
        case errc::unmapped_memory: return "memory not mapped in the subject";
        case errc::interceptor_failed: return "an interceptor ended with an exception";
        case errc::filtered: return "subjects that the kernel filters for a tracer cannot do without one";
        case errc::filter_too_wide: return "wider than the filter that was launched with";
        case errc::not_by_notification: return "seccomp notification cannot do that";
        case errc::no_procfs: return "/proc is not mounted here, or shows another pid namespace";
        case errc::empty_object: return "default-constructed or moved from";
        case errc::tracer_closed: return "the tracer was closed";
        case errc::no_process_events: return "the kernel tells nothing of new processes here (no process events connector in this namespace)";
        case errc::uninterruptible: return "in uninterruptible sleep (state D)";
        case errc::not_stopped: return "neither stopped nor ended in time";
        }
        return "unknown error";
    }
};

} // namespace

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

void outcome_throw_as_system_error_with_payload(failure const& failed)
{
    throw boost::system::system_error{failed.code, failed.operation};
}

} // namespace cotrace
