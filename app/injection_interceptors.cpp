// SPDX-License-Identifier: BSL-1.0
#include "injection_interceptors.hpp"

#include "last_error.hpp"
#include "processes.hpp"

#include <cotrace/detail/unique_fd.hpp>
#include <cotrace/interceptors.hpp>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/// Asks another interceptor, but not at entries of calls that `own_process_` makes before it executes COMMAND. COMMAND may be
/// cotrace's own executable, so a successful execve(2) also shows that COMMAND was executed.
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

/// Returns an error if the signal was not sent. The pidfd is opened before the check that this process traces `thread`, because
/// the id may be reused. Before Linux 6.9 (PIDFD_THREAD), the signal is sent by the id.
error_code send(tid thread, signo signal)
{
    constexpr unsigned of_one_thread = O_EXCL;   // PIDFD_THREAD of <linux/pidfd.h>
    pid const own{::getpid()};
    detail::unique_fd const held{static_cast<int>(::syscall(SYS_pidfd_open, raw(thread), of_one_thread))};
    if (process_of(tracer_of(thread)) != own)
        return {ESRCH, boost::system::system_category()};
    long const sent = held ? ::syscall(SYS_pidfd_send_signal, held.get(), raw(signal), nullptr, 0)
                           : ::syscall(SYS_tgkill, raw(process_of(thread)), raw(thread), raw(signal));
    return sent == 0 ? error_code{} : last_error();
}

/// Applies all rules that select a call. The first rule that injects a result decides the result.
class all_rules final : public interceptor {
public:
    explicit all_rules(std::vector<std::shared_ptr<interceptor>> rules)
        : rules_{std::move(rules)}
    {
    }

    bool wants(syscall_call const& call) const override
    {
        return std::ranges::any_of(rules_, [&](auto const& each) { return each->wants(call); });
    }
    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        verdict first;
        signo signal{};   // the signal of the first rule that has one; the kernel sends it when the thread is resumed
        for (auto const& each : rules_) {
            if (!each->wants(call))
                continue;
            at.also->signal = signo::none;
            auto const said = co_await each->on_entry(at, call);
            if (std::holds_alternative<proceed>(first))
                first = said;
            auto const added = std::exchange(at.also->signal, signo::none);
            if (signal == signo::none)
                signal = added;
            else if (added != signo::none)
                if (auto const error = send(at.thread, added))
                    at.also->failed = error;
        }
        at.also->signal = signal;
        co_return first;
    }
    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome) override
    {
        verdict first;
        for (auto const& each : rules_) {
            if (!each->wants(call))
                continue;
            auto const said = co_await each->on_exit(at, call, outcome);
            if (std::holds_alternative<proceed>(first))
                first = said;
        }
        co_return first;
    }
    void on_end(tid thread) noexcept override
    {
        for (auto const& each : rules_)
            each->on_end(thread);
    }

private:
    std::vector<std::shared_ptr<interceptor>> rules_;
};

std::shared_ptr<interceptor> interceptor_for(injection_rule const& rule)
{
    call_matcher which{rule.calls};
    if (!rule.path.empty())
        which = which.path(glob{rule.path});
    return intercept::inject(std::move(which), rule.what, rule.when);
}

}   // namespace

std::vector<std::shared_ptr<interceptor>> interceptors_for(std::vector<injection_rule> const& rules,
                                                           std::optional<tid> own_process)
{
    if (rules.empty())
        return {};
    std::vector<std::shared_ptr<interceptor>> each;
    std::ranges::transform(rules, std::back_inserter(each), interceptor_for);
    std::shared_ptr<interceptor> all;
    if (each.size() == 1)
        all = std::move(each.front());
    else
        all = std::make_shared<all_rules>(std::move(each));
    if (own_process)
        all = std::make_shared<after_exec>(std::move(all), *own_process);
    return {std::move(all)};
}

}   // namespace cotrace::app
