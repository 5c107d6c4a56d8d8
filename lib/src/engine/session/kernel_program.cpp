// SPDX-License-Identifier: BSL-1.0
#include "engine/session/kernel_program.hpp"

#include "abi/numbers.hpp"
#include "tracee/call_kinds.hpp"

namespace cotrace::engine {

namespace {

#if defined(__x86_64__)
constexpr abi::arch interfaces[] = {abi::arch::x86_64, abi::arch::i386, abi::arch::x32};
#elif defined(__aarch64__)
constexpr abi::arch interfaces[] = {abi::arch::aarch64};
#else
constexpr abi::arch interfaces[] = {abi::arch::riscv64};
#endif

}   // namespace

result<sys::seccomp_program> kernel_program(filter const& wanted, bool ends)
{
    constexpr std::uint64_t none = 0xfff;   // no interface has a call with this number
    std::vector<sys::known_interface> known;
    for (auto const interface : interfaces) {
        auto& list = known.emplace_back(sys::known_interface{interface, {}});
        for (auto const& row : abi::syscalls(interface)) {
            auto const number = row.number + (interface == abi::arch::x32 ? abi::x32_bit : 0);
            auto const& traits = tracee::traits_of(interface, number);
            bool const needed = traits.kind != tracee::call_kind::ordinary || (ends && traits.ends_process);
            list.calls.push_back({row.name, number, needed || wanted.wants(interface, number)});
        }
    }
    return sys::report_calls(known, wanted.wants(interfaces[0], none));
}

}   // namespace cotrace::engine
