// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/verdict.hpp>

#include "sys/ptrace.hpp"
#include "tracee/call_kinds.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace cotrace::engine {

/// Changes to be made to the registers of a thread that is stopped at a call.
struct register_changes {
    bool skip = false;                       ///< at the entry: the kernel is to run no call
    std::optional<std::uint64_t> number{};   ///< at the entry: the call that the kernel is to run
    std::optional<std::array<std::uint64_t, 6>> args{};
    std::optional<std::int64_t> result{};   ///< at the exit: what the call is to return

    bool any() const noexcept { return skip || number || args || result; }
    bool operator==(register_changes const&) const = default;
};

/// How a thread is to be resumed at a call's entry.
struct call_resume {
    sys::resume_mode mode{};
    bool exit_stops = false;   ///< the next stop may be the call's exit

    bool operator==(call_resume const&) const = default;
};

/// What the engine knows of a system call between its entry and its exit. The functions make no system call.
class call_in_progress {
public:
    call_in_progress(uapi::arch interface, std::uint64_t number, std::array<std::uint64_t, 6> const& args,
                     tracee::call_traits const& traits) noexcept
        : interface_{interface}
        , number_{number}
        , args_{args}
        , traits_{&traits}
        , kind_{tracee::kind_of(traits, args[0])}
    {
    }

    uapi::arch interface() const noexcept { return interface_; }
    std::uint64_t number() const noexcept { return number_; }
    std::array<std::uint64_t, 6> const& args() const noexcept { return args_; }
    tracee::call_traits const& traits() const noexcept { return *traits_; }
    tracee::call_kind kind() const noexcept { return kind_; }

    /// The decoded call. Null if the session's filter, `accesses` or `matching` leave the call out.
    std::shared_ptr<syscall_call> captured{};
    std::shared_ptr<call_stack const> stack{};   ///< the result of `traced_thread::stack_at_entry`
    /// The time at which the first stop of the call, normally at its entry, was collected.
    std::chrono::steady_clock::time_point entered{};
    std::chrono::steady_clock::time_point left{};   ///< the time at which the stop at the exit was collected
    std::chrono::nanoseconds system_time{};         ///< `wait_status::system_time` at the stop of `entered`; 0: not measured

    /// Returns the change that removes the clone(2) flags `refused` from their register. `now` is the present content
    /// of the argument registers.
    register_changes clear_clone_flags(std::array<std::uint64_t, 6> const& now, std::uint64_t refused) noexcept;
    /// Notes the address of the flags of clone3(2), and their value before the caller removed some of them.
    void note_cleared_flags(remote_address at, std::uint64_t flags) noexcept { cleared_flags_ = {at, flags}; }
    /// Returns what `note_cleared_flags` noted, so that the caller can restore the flags. Later calls return nothing.
    std::optional<std::pair<remote_address, std::uint64_t>> take_cleared_flags() noexcept
    {
        return std::exchange(cleared_flags_, std::nullopt);
    }

    /// Notes the side effects of the interceptors at one stop.
    void merge(side_effects const& also) noexcept;
    /// Returns the signal to be delivered when the call begins, or `signo::none`. Returns each signal only once.
    signo take_signal() noexcept { return std::exchange(signal_, signo::none); }

    /// At the entry: notes the verdict, and returns the register changes that carry it out.
    register_changes decide_entry(verdict const& decided);
    /// Forgets the verdict at the entry. To be called if the changes that `decide_entry` returned could not be made.
    void forget_entry() noexcept;
    /// To be called at the exit, before interceptors are asked. Returns the changes that restore the argument registers.
    /// If the verdict at the entry decided the result of the call, the changes and `outcome` also get this result.
    register_changes restore_after_call(syscall_outcome& outcome) noexcept;
    /// Whether `restore_after_call` has anything to do.
    bool is_changed() const noexcept { return forced_ || puts_args_back_; }
    /// At the exit: notes the verdict, changes `outcome` to match, and returns the register changes.
    register_changes decide_exit(verdict const& decided, syscall_outcome& outcome) noexcept;

    /// Whether the thread has to stop at the exit. `exits`: exits are recorded. `intercepted`: an interceptor is asked
    /// at the exit.
    bool needs_exit(bool exits, bool intercepted) const noexcept;
    /// `filtered`: the engine's seccomp program reports the wanted entries. `confined`: the thread has another seccomp
    /// filter, and calls that this filter denies are not reported.
    static call_resume resume_from_entry(bool filtered, bool confined, bool needs_exit) noexcept;

    tampering tampered() const noexcept { return {result_changed_, arguments_changed_ || poked_, delayed_}; }

private:
    uapi::arch interface_;
    std::uint64_t number_;
    std::array<std::uint64_t, 6> args_;
    tracee::call_traits const* traits_;
    tracee::call_kind kind_;
    std::optional<std::int64_t> forced_{};   ///< the result that a verdict at the entry has decided
    bool puts_args_back_ = false;            ///< the argument registers were changed; the exit sets them to `args_`
    std::optional<std::pair<remote_address, std::uint64_t>> cleared_flags_{};
    signo signal_ = signo::none;
    bool result_changed_ = false;
    bool arguments_changed_ = false;
    bool poked_ = false;
    bool delayed_ = false;
};

}   // namespace cotrace::engine
