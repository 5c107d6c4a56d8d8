// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>
#include <cotrace/uapi/arch.hpp>

#include "tracee/states.hpp"

#include <array>
#include <cstdint>
#include <optional>

#if defined(__riscv)
#include <asm/ptrace.h>   // glibc's <sys/user.h> is empty on this architecture
#else
#include <sys/user.h>
#endif

namespace cotrace::tracee {

/// The registers for unwinding a thread's stack. `values[N]` is the register with the DWARF number N of the instruction set
/// that the thread executes.
struct dwarf_registers {
    std::array<std::uint64_t, 32> values{};
    unsigned count = 0;                  ///< number of `values` that are set
    std::optional<std::uint64_t> pc{};   ///< the program counter, if it is not among `values`
    unsigned word = 8;                   ///< size of an address in bytes
};

/// A copy of a stopped thread's general registers. `store` writes the copy back to the thread.
class registers {
public:
    static result<registers> of(stopped const& thread, uapi::arch interface) noexcept;
    /// Like `of`, for a thread at the exit of a call. If the result has replaced the first argument, that argument comes from
    /// /proc/TID/syscall.
    static result<registers> at_exit(stopped const& thread, uapi::arch interface);

    uapi::arch interface() const noexcept { return interface_; }
    std::uint64_t number() const noexcept;
    std::array<std::uint64_t, 6> arguments() const noexcept;
    std::int64_t returned() const noexcept;

    /// On x86, the code segment register says whether the thread executes 32-bit code.
    dwarf_registers for_unwinding() const noexcept;

    void set_arguments(std::array<std::uint64_t, 6> const& args) noexcept;
    void set_return(std::int64_t value) noexcept;
    /// At the entry of a call: makes the kernel skip the call. The kernel still reports the syscall-exit-stop.
    void skip_call() noexcept;
    /// At the entry of a call: makes the kernel run the call with this number instead.
    void set_number(std::uint64_t number) noexcept;

    result<void> store(stopped const& thread) const noexcept;

private:
    user_regs_struct regs_{};
    uapi::arch interface_{};
    std::optional<std::uint64_t> first_argument_{};           ///< the first argument; set if its register may hold another value
    std::optional<std::uint64_t> changed_first_argument_{};   ///< set if `store` has to write a new first argument
    std::optional<int> changed_number_{};
};

}   // namespace cotrace::tracee
