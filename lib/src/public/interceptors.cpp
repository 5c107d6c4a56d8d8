// SPDX-License-Identifier: BSL-1.0
#include <cotrace/interceptors.hpp>

#include "uapi/for_each_register.hpp"
#include "uapi/numbers.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cotrace::intercept {

namespace {

/// Mixes the bits of a number with the function of splitmix64, so that consecutive numbers give unrelated results.
std::uint64_t mixed(std::uint64_t number) noexcept
{
    number += 0x9e3779b97f4a7c15;
    number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
    number = (number ^ number >> 27) * 0x94d049bb133111eb;
    return number ^ number >> 31;
}

/// A base class for the ready-made interceptors. Its `wants` returns true for the calls that fit `which`.
class for_calls : public interceptor {
public:
    explicit for_calls(call_matcher which)
        : which_{std::move(which)}
    {
    }
    bool wants(syscall_call const& call) const override { return which_.fits(call); }

private:
    call_matcher which_;
};

/// Gives a fixed verdict at the entry or at the exit of each call that `which` and `when` select.
class fixed final : public for_calls {
public:
    fixed(call_matcher which, std::optional<verdict> entry, std::optional<verdict> exit, occasions when)
        : for_calls{std::move(which)}
        , entry_{entry}
        , exit_{exit}
        , when_{when}
    {
    }

    task<verdict> on_entry(intercepted, syscall_call const&) override
    {
        if (entry_ && when_.include(++count_))
            co_return *entry_;
        co_return proceed{};
    }
    task<verdict> on_exit(intercepted, syscall_call const&, syscall_outcome) override
    {
        if (exit_ && when_.include(++count_))
            co_return *exit_;
        co_return proceed{};
    }

private:
    std::optional<verdict> entry_, exit_;
    occasions when_;
    std::uint64_t count_ = 0;
};

/// Delays a thread by `time`, and marks the thread's current call as delayed in the record of the call.
task<void> hold(intercepted at, std::chrono::nanoseconds time)
{
    if (time <= std::chrono::nanoseconds{})
        co_return;
    if (at.also != nullptr)
        at.also->delayed = true;
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

class delaying final : public for_calls {
public:
    delaying(call_matcher which, std::chrono::nanoseconds entry, std::chrono::nanoseconds exit, occasions when)
        : for_calls{std::move(which)}
        , entry_{entry}
        , exit_{exit}
        , when_{when}
    {
    }

    task<verdict> on_entry(intercepted at, syscall_call const&) override
    {
        if (when_.include(++entries_))
            co_await hold(at, entry_);
        co_return proceed{};
    }
    task<verdict> on_exit(intercepted at, syscall_call const&, syscall_outcome) override
    {
        if (when_.include(++exits_))
            co_await hold(at, exit_);
        co_return proceed{};
    }

private:
    std::chrono::nanoseconds entry_, exit_;
    occasions when_;
    std::uint64_t entries_ = 0, exits_ = 0;
};

/// The indices of the argument registers that point to paths.
std::vector<unsigned> path_registers(syscall_call const& call)
{
    std::vector<unsigned> found;
    if (call.what == nullptr)
        return found;
    uapi::for_each_register(std::span{call.what->arguments}.first(call.what->arity()), uapi::model_of(call.arch),
                            [&](uapi::parameter const& each, unsigned first, unsigned) {
                                if (each.as == &uapi::as::path && first < call.args.size())
                                    found.push_back(first);
                            });
    return found;
}

/// Writes a path to the stack of the traced thread, below `top`. Returns the address of the path, and stores it in `top`.
result<remote_address> place_on_stack(memory const& subject, std::uint64_t& top, std::string const& path)
{
    top = (top - path.size() - 1) & ~std::uint64_t{15};
    remote_address const at{top};
    BOOST_OUTCOME_TRYV(subject.write(at, std::as_bytes(std::span{path.c_str(), path.size() + 1})));
    return at;
}

class rewriting final : public for_calls {
public:
    rewriting(call_matcher which, std::function<std::optional<std::string>(std::string_view)> instead)
        : for_calls{std::move(which)}
        , instead_{std::move(instead)}
    {
    }

    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        auto args = call.args;
        auto top = call.sp - 128;   // in the x86-64 ABI, leaf functions may use 128 bytes below the stack pointer
        for (auto const reg : path_registers(call)) {
            auto const path = at.subject.read_string(remote_address{args[reg]});
            if (!path)
                continue;
            auto const other = instead_(path.value());
            if (!other)
                continue;
            auto const place = place_on_stack(at.subject, top, *other);
            if (!place)
                co_return fail_with{EFAULT};
            args[reg] = raw(place.value());
        }
        if (args != call.args)
            co_return change_arguments{args};
        co_return proceed{};
    }

private:
    std::function<std::optional<std::string>(std::string_view)> instead_;
};

class asking final : public for_calls {
public:
    asking(call_matcher which, std::function<task<verdict>(intercepted, syscall_call const&)> answer)
        : for_calls{std::move(which)}
        , answer_{std::move(answer)}
    {
    }

    task<verdict> on_entry(intercepted at, syscall_call const& call) override { co_return co_await answer_(at, call); }

private:
    std::function<task<verdict>(intercepted, syscall_call const&)> answer_;
};

class injecting final : public for_calls {
public:
    injecting(call_matcher which, injection what, occasions when)
        : for_calls{std::move(which)}
        , what_{std::move(what)}
        , when_{when}
    {
    }

    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        auto& own = counts_[raw(at.thread)];
        own.acts = when_.include(++own.calls[{call.arch, call.number, call.what}]);
        if (!own.acts)
            co_return proceed{};
        poke(at, call, what_.poke_entry);
        if (at.also != nullptr)
            at.also->signal = what_.signal;
        co_await hold(at, what_.delay_entry);   // `own` is not used after this: on_end() may remove its element
        co_return answer(call);
    }

    task<verdict> on_exit(intercepted at, syscall_call const& call, syscall_outcome) override
    {
        // If the tracer attached to the thread during this call, on_entry() was not called.
        auto const own = counts_.find(raw(at.thread));
        if (own == counts_.end() || !std::exchange(own->second.acts, false))
            co_return proceed{};
        poke(at, call, what_.poke_exit);
        co_await hold(at, what_.delay_exit);
        co_return proceed{};
    }

    void on_end(tid thread) noexcept override { counts_.erase(raw(thread)); }

private:
    struct thread_counts {
        /// For each system call, how many calls on_entry() was asked about. The key has the descriptor too, because all calls
        /// through socketcall(2) have one number.
        std::map<std::tuple<uapi::arch, std::uint64_t, uapi::syscall_descriptor const*>, std::uint64_t> calls;
        /// Whether `when_` includes the current call of the thread. Set at the entry of the call, and false after its exit.
        bool acts = false;
    };

    static void poke(intercepted const& at, syscall_call const& call, std::vector<injection::poke> const& all)
    {
        for (auto const& each : all) {
            if (each.argument >= call.args.size() || at.also == nullptr)
                continue;
            if (auto const done = at.subject.write(remote_address{call.args[each.argument]}, each.bytes))
                at.also->poked = true;
            else
                at.also->failed = done.error();
        }
    }

    verdict answer(syscall_call const& call) const
    {
        if (!what_.result)
            return proceed{};
        if (!what_.instead.empty())
            if (auto const number = uapi::number_of(call.arch, what_.instead))
                return run_instead{*number, *what_.result};
        return return_value{*what_.result};
    }

    injection what_;
    occasions when_;
    std::unordered_map<std::int32_t, thread_counts> counts_;
};

}   // namespace

occasions occasions::at_random(double chance, std::uint64_t seed) noexcept
{
    occasions made{1, 1, seed};
    constexpr double all = 18446744073709551615.0;
    auto const part = std::clamp(chance, 0.0, 1.0) * all;
    made.below_ = part >= all ? ~std::uint64_t{0} : static_cast<std::uint64_t>(part);
    return made;
}

bool occasions::include(std::uint64_t number) const noexcept
{
    if (number < first_ || number > last_ || (step_ == 0 ? number != first_ : (number - first_) % step_ != 0))
        return false;
    if (below_ == ~std::uint64_t{0})
        return true;
    return mixed(mixed(seed_) ^ number) < below_;
}

interceptor_ptr fail(call_matcher which, int error, occasions when)
{
    return std::make_shared<fixed>(std::move(which), fail_with{error}, std::nullopt, when);
}

interceptor_ptr replace(call_matcher which, std::int64_t value, occasions when)
{
    return std::make_shared<fixed>(std::move(which), return_value{value}, std::nullopt, when);
}

interceptor_ptr override_result(call_matcher which, std::int64_t value, occasions when)
{
    return std::make_shared<fixed>(std::move(which), std::nullopt, return_value{value}, when);
}

interceptor_ptr delay(call_matcher which, std::chrono::nanoseconds at_entry, std::chrono::nanoseconds at_exit, occasions when)
{
    return std::make_shared<delaying>(std::move(which), at_entry, at_exit, when);
}

interceptor_ptr rewrite_path(call_matcher which, detail::function_argument<std::optional<std::string>(std::string_view)> instead)
{
    return std::make_shared<rewriting>(std::move(which), std::move(instead).take());
}

interceptor_ptr inject(call_matcher which, injection what, occasions when)
{
    return std::make_shared<injecting>(std::move(which), std::move(what), when);
}

interceptor_ptr ask(call_matcher which, detail::function_argument<task<verdict>(intercepted, syscall_call const&)> answer)
{
    return std::make_shared<asking>(std::move(which), std::move(answer).take());
}

}   // namespace cotrace::intercept
