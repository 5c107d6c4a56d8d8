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

/// A stop at which interceptors are asked. An interceptor that ignores its cancellation may outlast the wait for its answer, so
/// the coroutine that asks shares ownership.
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

/// The name of the failed operation that an interceptor has noted in `also`, or a general text.
inline std::string operation_of(side_effects const& also)
{
    return also.failed_operation.empty() ? "intercept a system call" : also.failed_operation;
}

/// Returns the first verdict other than `proceed`, or `proceed`. An interceptor that throws counts as `proceed`. When
/// `interception::over` is set, no more interceptors are asked.
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
