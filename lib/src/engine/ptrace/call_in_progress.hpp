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

/// What is to be written into the registers of a stopped thread.
struct register_changes {
    bool skip = false;                                   ///< at entry: run no call
    std::optional<std::uint64_t> number{};               ///< at entry: run this call
    std::optional<std::array<std::uint64_t, 6>> args{};
    std::optional<std::int64_t> result{};                ///< at exit

    bool any() const noexcept { return skip || number || args || result; }
    bool operator==(register_changes const&) const = default;
};

/// How a thread is to be resumed at a call's entry.
struct call_resume {
    sys::resume_mode how{};
    bool exit_stops = false;   ///< the next stop may be the call's exit

    bool operator==(call_resume const&) const = default;
};

/// What is known of a system call between its entry and its exit: the record so
/// far, what interceptors decided, and what must be put back. Makes no system call.
class call_in_progress {
public:
    call_in_progress(abi::arch interface, std::uint64_t number, std::array<std::uint64_t, 6> const& args,
                     tracee::call_traits const& traits) noexcept
        : interface_{interface}, number_{number}, args_{args}, traits_{&traits}, kind_{tracee::kind_of(traits, args[0])}
    {
    }

    abi::arch interface() const noexcept { return interface_; }
    std::uint64_t number() const noexcept { return number_; }
    std::array<std::uint64_t, 6> const& args() const noexcept { return args_; }
    tracee::call_traits const& traits() const noexcept { return *traits_; }
    tracee::call_kind kind() const noexcept { return kind_; }

    /// The decoded call, which its records refer to; null if the call is not recorded.
    std::shared_ptr<syscall_call> recorded{};
    std::chrono::steady_clock::time_point entered{};   ///< when the stop at the entry was collected
    std::chrono::steady_clock::time_point left{};      ///< when the stop at the exit was collected
    std::chrono::nanoseconds system_time{};   ///< CPU time of the process in the kernel at the entry, if it is measured

    /// Removes flags of clone(2), which are in a register. `now` holds the arguments in the registers, which an
    /// interceptor may have changed. The subject's arguments are put back at the exit.
    register_changes clear_clone_flags(std::array<std::uint64_t, 6> const& now, std::uint64_t refused) noexcept;
    /// The caller has removed flags of clone3(2), which are in the subject's memory, and puts them back at the exit.
    void note_cleared_flags(remote_address at, std::uint64_t flags) noexcept { cleared_flags_ = {at, flags}; }
    /// The flags of clone3(2) to put back, once.
    std::optional<std::pair<remote_address, std::uint64_t>> take_cleared_flags() noexcept
    {
        return std::exchange(cleared_flags_, std::nullopt);
    }

    /// Adds the side effects of an interceptor.
    void merge(side_effects const& also) noexcept;
    /// The signal that an interceptor wants delivered as the call begins, once.
    signo take_signal() noexcept { return std::exchange(signal_, signo::none); }

    /// At entry: what a verdict changes.
    register_changes decide_entry(verdict const& decided);
    /// At exit, before interceptors are asked: sets the outcome of the call, and returns what must be put back.
    register_changes settle(syscall_outcome& outcome) noexcept;
    /// Whether `settle` has anything to do.
    bool is_changed() const noexcept { return forced_ || puts_args_back_; }
    /// At exit: what a verdict changes.
    register_changes decide_exit(verdict const& decided, syscall_outcome& outcome) noexcept;

    /// Whether the thread has to stop at the exit of the call. `exits`: records of exits are
    /// wanted. `intercepted`: an interceptor is to be asked at the exit.
    bool needs_exit(bool exits, bool intercepted) const noexcept;
    /// `filtered`: a seccomp program of the engine reports the wanted entries. It reports no
    /// exits, so the thread stops at an exit only if it is resumed with PTRACE_SYSCALL.
    /// `confined`: the thread has a seccomp program of its own, and stops at every call.
    static call_resume resume_from_entry(bool filtered, bool confined, bool needs_exit) noexcept;

    tampering tampered() const noexcept { return {result_changed_, arguments_changed_ || poked_, delayed_}; }

private:
    abi::arch interface_;
    std::uint64_t number_;
    std::array<std::uint64_t, 6> args_;
    tracee::call_traits const* traits_;
    tracee::call_kind kind_;
    std::optional<std::int64_t> forced_{};     ///< what the call is to return instead of running
    bool puts_args_back_ = false;              ///< the argument registers differ from `args_`
    std::optional<std::pair<remote_address, std::uint64_t>> cleared_flags_{};
    signo signal_ = signo::none;
    bool result_changed_ = false;
    bool arguments_changed_ = false;
    bool poked_ = false;
    bool delayed_ = false;
};

} // namespace cotrace::engine
