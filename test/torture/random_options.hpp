// SPDX-License-Identifier: BSL-1.0
#pragma once

// Random options, interceptors and targets of sessions.

#include "support/guests.hpp"

#include <cotrace/cotrace.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cotrace::test {

class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed)
        : numbers_{seed}
    {
    }

    std::uint64_t number() { return numbers_(); }
    unsigned below(unsigned end) { return static_cast<unsigned>(numbers_() % end); }
    bool one_in(unsigned n) { return below(n) == 0; }

    /// A random time below 66 ms. Times of each order of magnitude are about equally likely.
    std::chrono::microseconds moment() { return std::chrono::microseconds{below(1u << below(17))}; }

private:
    std::mt19937_64 numbers_;
};

inline task<void> rest(std::chrono::microseconds time)
{
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

/// Delays some calls, at their entry and their exit, and some signals.
class delaying final : public interceptor {
public:
    explicit delaying(std::uint64_t seed)
        : random_{seed}
        , rate_{2 + random_.below(30)}
    {
    }

    bool wants(syscall_call const& call) const noexcept override { return (call.number + call.args[0]) % rate_ == 0; }
    bool wants(siginfo_t const& info) const noexcept override { return info.si_signo % 2 == 0; }

    task<verdict> on_entry(intercepted, syscall_call const&) override
    {
        co_await rest(random_.moment() / 16);
        co_return proceed{};
    }
    task<verdict> on_exit(intercepted, syscall_call const&, syscall_outcome) override
    {
        co_await rest(random_.moment() / 16);
        co_return proceed{};
    }
    task<signal_verdict> on_signal(intercepted, siginfo_t const&) override
    {
        co_await rest(random_.moment() / 16);
        co_return proceed{};
    }

private:
    random_numbers random_;
    unsigned rate_;
};

inline filter random_filter(random_numbers& random)
{
    static char const* const filters[] = {"all", "%process", "%signal", "openat,read,write", "none", "clone,clone3,execve"};
    return filter{filters[random.below(std::size(filters))]};
}

inline session_options random_options(random_numbers& random)
{
    session_options made;
    if (random.one_in(3))
        made.filter = random_filter(random);
    made.follow = !random.one_in(4);
    made.entries = !random.one_in(3);
    made.exits = !made.entries || !random.one_in(3);
    made.records = !random.one_in(6);
    made.depth = random.one_in(2) ? 1 + random.below(8) : 4096;
    made.when_full = random.one_in(4) ? overflow::drop : overflow::block;
    made.capture.decode = !random.one_in(3);
    made.detach_at_exec = random.one_in(8);
    if (random.one_in(2))
        made.placing = random.one_in(2) ? cpu_placement::always : cpu_placement::off;
    // With a seccomp filter, the storm reads its CPU mask without a stop, and would see that a tracer has bound it
    // (lib/doc/limits.md).
    if (!made.filter.wants_all())
        made.placing = cpu_placement::off;
    if (random.one_in(3))
        made.interceptors.push_back(std::make_shared<delaying>(random.number()));
    if (random.one_in(6))
        made.stop_after.records = 1 + random.below(200);
    if (random.one_in(12))
        made.stop_after.time = random.moment();
    return made;
}

/// Makes the session use seccomp notifications instead of ptrace(2), and resets the options that cannot be used with
/// notifications.
inline void by_notification(session_options& changed)
{
    changed.how = tracing::notification;
    changed.follow = changed.entries = true;
    changed.detach_at_exec = false;
}

/// The options in words, for the report of a failure.
inline std::string in_words(session_options const& options)
{
    std::string text = options.how == tracing::notification ? "by notification" : "by ptrace";
    std::pair<bool, char const*> const said[] = {
        {!options.follow, "no follow"},
        {!options.filter.wants_all(), "filter"},
        {!options.entries, "no entries"},
        {!options.exits, "no exits"},
        {!options.records, "no records"},
        {options.detach_at_exec, "detach at exec"},
        {options.at_end == ending::detach, "detach at the end"},
        {!options.interceptors.empty(), "delays"},
        {options.when_full == overflow::drop, "drop"},
        {options.placing == cpu_placement::always, "placing always"},
        {options.placing == cpu_placement::off, "placing off"},
    };
    for (auto const& [holds, word] : said)
        if (holds)
            text.append(", ").append(word);
    return text + ", depth " + std::to_string(options.depth);
}

/// A process and its present descendants.
inline std::vector<pid> tree_of(pid root)
{
    std::vector<pid> found{root};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (auto const child : children(std::to_string(raw(found[i]))))
            found.push_back(child);
    return found;
}

inline target_list random_target(random_numbers& random, pid root)
{
    auto const all = tree_of(root);
    auto const one = all[random.below(static_cast<unsigned>(all.size()))];
    switch (random.below(5)) {
    case 0: return root;
    case 1: return targets::tree{root};
    case 2: return targets::tree{one};
    case 3: return one;
    default: {
        auto const threads = threads_of(one);
        return threads.empty() ? one : pid{raw(threads[random.below(static_cast<unsigned>(threads.size()))])};
    }
    }
}

}   // namespace cotrace::test
