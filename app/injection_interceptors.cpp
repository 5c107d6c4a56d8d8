// SPDX-License-Identifier: BSL-1.0
#include "injection_interceptors.hpp"

#include <cotrace/interceptors.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <sys/stat.h>

namespace cotrace::app {

namespace {

bool runs_own_program(tid thread)
{
    struct stat traced {};
    struct stat own {};
    return ::stat(("/proc/" + std::to_string(raw(thread)) + "/exe").c_str(), &traced) == 0 && ::stat("/proc/self/exe", &own) == 0
           && traced.st_ino == own.st_ino && traced.st_dev == own.st_dev;
}

bool is_exec(syscall_call const& call) { return call.name().starts_with("execve"); }

/// Asks the interceptor `inner` only after the process `own_process` has executed COMMAND.
/// Before that, `own_process` runs the executable file of cotrace. If COMMAND is cotrace
/// too, only the exit of a successful execve(2) shows that COMMAND was executed.
class after_exec final : public interceptor {
public:
    after_exec(std::shared_ptr<interceptor> inner, tid own_process)
        : inner_{std::move(inner)}
        , own_process_{own_process}
    {
    }

    bool wants(syscall_call const& call) const noexcept override
    {
        return inner_->wants(call) || (waits_for_exec_ && is_exec(call));
    }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        if (runs_own_code(at.thread) || !inner_->wants(call))
            co_return proceed{};
        co_return co_await inner_->on_entry(at, call);
    }
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override
    {
        if (waits_for_exec_ && is_exec(call) && !outcome.failed && may_be_own_process(at.thread))
            waits_for_exec_ = false;
        if (!inner_->wants(call))
            co_return proceed{};
        co_return co_await inner_->on_exit(at, call, outcome);
    }
    void on_end(tid thread) noexcept override { inner_->on_end(thread); }

private:
    bool may_be_own_process(tid thread) const noexcept { return own_process_ == tid{} || thread == own_process_; }
    bool runs_own_code(tid thread)
    {
        waits_for_exec_ = waits_for_exec_ && (!may_be_own_process(thread) || runs_own_program(thread));
        return waits_for_exec_ && may_be_own_process(thread);
    }

    std::shared_ptr<interceptor> inner_;
    tid own_process_;
    bool waits_for_exec_ = true;
};

}   // namespace

std::vector<std::shared_ptr<interceptor>> interceptors_for(std::vector<injection_rule> const& rules,
                                                           std::optional<tid> own_process)
{
    std::vector<std::shared_ptr<interceptor>> made;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        // If several rules select a call, only the last one applies.
        std::vector<filter> later;
        for (std::size_t other = i + 1; other < rules.size(); ++other)
            later.push_back(rules[other].calls);
        auto const which = call_matcher{rules[i].calls}.where([later](syscall_call const& call) {
            return std::ranges::none_of(later, [&](filter const& each) { return each.wants(call); });
        });
        auto inner = intercept::inject(which, rules[i].what, rules[i].when);
        if (own_process)
            inner = std::make_shared<after_exec>(std::move(inner), *own_process);
        made.push_back(std::move(inner));
    }
    return made;
}

}   // namespace cotrace::app
