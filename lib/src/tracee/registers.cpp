// SPDX-License-Identifier: BSL-1.0
#include "tracee/registers.hpp"

#include "sys/procfs.hpp"
#include "sys/ptrace.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

// These definitions say which registers hold the number, the arguments and the result of a system call: syscall(2),
// "Architecture calling conventions".

namespace cotrace::tracee {

namespace {

using file = user_regs_struct;

#if defined(__x86_64__)

using slot = unsigned long long file::*;
constexpr slot native_args[] = {&file::rdi, &file::rsi, &file::rdx, &file::r10, &file::r8, &file::r9};
constexpr slot i386_args[] = {&file::rbx, &file::rcx, &file::rdx, &file::rsi, &file::rdi, &file::rbp};
constexpr std::span<slot const> args_of(uapi::arch interface) noexcept
{
    return interface == uapi::arch::i386 ? i386_args : native_args;
}
constexpr slot call_number = &file::orig_rax, call_result = &file::rax;
constexpr bool result_replaces_argument = false;
constexpr bool kernel_copies_argument = false;

dwarf_registers in_dwarf_order(file const& r) noexcept
{
    constexpr std::uint64_t code_segment_32 = 0x23;   // __USER32_CS
    if (r.cs == code_segment_32)
        return {{r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi, r.rip}, 9, {}, 4};
    return {{r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip},
            17,
            {},
            8};
}

#elif defined(__aarch64__)

using slot = int;   // index in user_regs_struct::regs
constexpr slot native_args[] = {0, 1, 2, 3, 4, 5};
constexpr std::span<slot const> args_of(uapi::arch) noexcept { return native_args; }
// Writing x8 does not change the call: the kernel takes the number from the regset NT_ARM_SYSTEM_CALL, which `store` writes.
constexpr slot call_number = 8, call_result = 0;
constexpr bool result_replaces_argument = true;
constexpr bool kernel_copies_argument = false;

dwarf_registers in_dwarf_order(file const& r) noexcept
{
    dwarf_registers made{.count = 32, .pc = r.pc};
    std::ranges::copy(r.regs, made.values.begin());   // x0 to x30
    made.values[31] = r.sp;
    return made;
}

#elif defined(__riscv)

using slot = unsigned long file::*;
constexpr slot native_args[] = {&file::a0, &file::a1, &file::a2, &file::a3, &file::a4, &file::a5};
constexpr std::span<slot const> args_of(uapi::arch) noexcept { return native_args; }
constexpr slot call_number = &file::a7, call_result = &file::a0;
constexpr bool result_replaces_argument = true;
// At the entry of a call, the kernel takes the first argument from orig_a0, a copy of a0 that is not in the regset. Since
// Linux 6.11 (commit 61119394631f), a0 is -ENOSYS at the syscall-enter-stop.
constexpr bool kernel_copies_argument = true;

// The first members of user_regs_struct are pc and x1 to x31.
dwarf_registers in_dwarf_order(file const& r) noexcept
{
    dwarf_registers made{.count = 32, .pc = r.pc};
    std::memcpy(&made.values[1], &r.ra, 31 * sizeof made.values[0]);
    return made;
}

#else
#error "cotrace knows the registers of x86_64, aarch64 and riscv64"
#endif

/// The register `which` of `regs`. `File` may be a const type.
template <class File>
auto& at(File& regs, slot which) noexcept
{
#if defined(__aarch64__)
    return regs.regs[which];
#else
    return regs.*which;
#endif
}

}   // namespace

result<registers> registers::of(stopped const& thread, uapi::arch interface) noexcept
{
    registers found;
    found.interface_ = interface;
    BOOST_OUTCOME_TRYV(sys::read_registers(thread.id(), std::as_writable_bytes(std::span{&found.regs_, 1})));
    if constexpr (kernel_copies_argument) {
        auto const info = sys::current_syscall(thread.id());
        if (info && info.value().at != sys::syscall_info::position::none && info.value().at != sys::syscall_info::position::exit)
            found.first_argument_ = info.value().args[0];
    }
    return found;
}

result<registers> registers::at_exit(stopped const& thread, uapi::arch interface)
{
    BOOST_OUTCOME_TRY(auto found, of(thread, interface));
    if constexpr (result_replaces_argument)
        found.first_argument_ = sys::first_argument_of(thread.id());
    return found;
}

dwarf_registers registers::for_unwinding() const noexcept { return in_dwarf_order(regs_); }

std::uint64_t registers::number() const noexcept { return at(regs_, call_number); }

std::array<std::uint64_t, 6> registers::arguments() const noexcept
{
    std::array<std::uint64_t, 6> args{};
    auto const slots = args_of(interface_);
    for (std::size_t i = 0; i < args.size(); ++i) {
        args[i] = at(regs_, slots[i]);
        if (interface_ == uapi::arch::i386)
            args[i] &= 0xffffffff;
    }
    args[0] = first_argument_.value_or(args[0]);
    return args;
}

std::int64_t registers::returned() const noexcept
{
    auto const value = at(regs_, call_result);
    return interface_ == uapi::arch::i386 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
}

void registers::set_arguments(std::array<std::uint64_t, 6> const& args) noexcept
{
    if (kernel_copies_argument && args[0] != arguments()[0])
        changed_first_argument_ = args[0];
    auto const slots = args_of(interface_);
    for (std::size_t i = 0; i < args.size(); ++i)
        at(regs_, slots[i]) = args[i];
    first_argument_.reset();
}

void registers::set_return(std::int64_t value) noexcept
{
    at(regs_, call_result) = static_cast<std::uint64_t>(value);
    changed_first_argument_.reset();   // the call has ended or is skipped, so the kernel does not use its arguments
}

void registers::skip_call() noexcept { set_number(~std::uint64_t{0}); }

void registers::set_number(std::uint64_t number) noexcept
{
    at(regs_, call_number) = number;
    changed_number_ = static_cast<int>(number);
}

result<void> registers::store(stopped const& thread) const noexcept
{
    // write_first_argument() fails before Linux 6.16. It is called first, so that the thread is unchanged if it fails.
    if (changed_first_argument_) {
        BOOST_OUTCOME_TRYV(sys::write_first_argument(thread.id(), *changed_first_argument_));
    }
    BOOST_OUTCOME_TRYV(sys::write_registers(thread.id(), std::as_bytes(std::span{&regs_, 1})));
    if (changed_number_)
        return sys::write_syscall_number(thread.id(), *changed_number_);
    return outcome::success();
}

}   // namespace cotrace::tracee
