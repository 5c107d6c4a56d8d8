// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/interceptor.hpp>

#include "engine/exception_text.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace cotrace::engine {

using interceptor_list = std::vector<std::shared_ptr<interceptor>>;

/// One stop at which interceptors are asked. The coroutine that asks the interceptors shares ownership of this object,
/// because an interceptor that ignores its cancellation still runs when the traced thread no longer waits for the
/// answer.
struct interception {
    interception(tid thread, memory subject, session_reference session)
        : at{thread, std::move(subject), &also, std::move(session)}
    {
    }
    interception(interception const&) = delete;
    interception& operator=(interception const&) = delete;

    side_effects also{};
    intercepted at;
    bool over = false;   ///< the traced thread does not wait for the answer any longer
    /// Called with the text of an exception that an interceptor threw, unless `over` is set.
    std::function<void(std::string)> failed{};
};

/// Returns the name of the failed operation that an interceptor has noted in `also`. If no interceptor has noted a
/// name, returns a general text.
inline std::string operation_of(side_effects const& also)
{
    return also.failed_operation.empty() ? "intercept a system call" : also.failed_operation;
}

/// Asks the interceptors in order, until one of them gives a verdict other than `proceed`, and returns this verdict.
/// Returns `proceed` if none does. If an interceptor throws, its verdict is `proceed`. When `interception::over` is
/// set, the interceptors that are left are not asked.
///
/// `wants(interceptor)` says whether to ask an interceptor. `ask(interceptor, at)` asks the
/// interceptor and returns a `task<Verdict>`.
template <class Verdict, class Wants, class Ask>
task<Verdict> ask_in_order(std::shared_ptr<interceptor_list const> all, std::shared_ptr<interception> of, Wants wants, Ask ask)
{
    for (auto const& each : *all) {
        if (of->over)
            break;
        Verdict said;
        std::string text;
        bool broke = false;
        try {
            if (!wants(*each))
                continue;
            said = co_await ask(*each, of->at);
        } catch (...) {
            broke = true;
            text = exception_text();
        }
        if (broke && !of->over)
            of->failed(std::move(text));
        if (!std::holds_alternative<proceed>(said))
            co_return said;
    }
    co_return proceed{};
}

/// Asks the interceptors about a call at the entry of the call.
inline task<verdict> ask_about_entry(std::shared_ptr<interceptor_list const> all, std::shared_ptr<interception> of,
                                     std::shared_ptr<syscall_call const> call)
{
    auto wants = [call](interceptor const& each) { return each.wants(*call); };
    auto ask = [call](interceptor& each, intercepted const& at) { return each.on_entry(at, *call); };
    return ask_in_order<verdict>(std::move(all), std::move(of), std::move(wants), std::move(ask));
}

/// Asks the interceptors about a call at the exit of the call.
inline task<verdict> ask_about_exit(std::shared_ptr<interceptor_list const> all, std::shared_ptr<interception> of,
                                    std::shared_ptr<syscall_call const> call, syscall_outcome outcome)
{
    auto wants = [call](interceptor const& each) { return each.wants(*call); };
    auto ask = [call, outcome](interceptor& each, intercepted const& at) { return each.on_exit(at, *call, outcome); };
    return ask_in_order<verdict>(std::move(all), std::move(of), std::move(wants), std::move(ask));
}

/// Asks the interceptors about a signal that is about to be delivered.
inline task<signal_verdict> ask_about_signal(std::shared_ptr<interceptor_list const> all, std::shared_ptr<interception> of,
                                             siginfo_t info)
{
    auto wants = [info](interceptor const& each) { return each.wants(info); };
    auto ask = [info](interceptor& each, intercepted const& at) { return each.on_signal(at, info); };
    return ask_in_order<signal_verdict>(std::move(all), std::move(of), std::move(wants), std::move(ask));
}

}   // namespace cotrace::engine
