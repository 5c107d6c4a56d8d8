// SPDX-License-Identifier: BSL-1.0
#include "engine/session/kernel_program.hpp"

#include "tracee/call_kinds.hpp"
#include "uapi/numbers.hpp"

namespace cotrace::engine {

namespace {

#if defined(__x86_64__)
constexpr uapi::arch interfaces[] = {uapi::arch::x86_64, uapi::arch::i386, uapi::arch::x32};
#elif defined(__aarch64__)
constexpr uapi::arch interfaces[] = {uapi::arch::aarch64};
#else
constexpr uapi::arch interfaces[] = {uapi::arch::riscv64};
#endif

/// Adds wanted calls that the tables of this library lack. The host may describe such calls in a `uapi::vocabulary`.
void add_nameless_calls(filter const& wanted, sys::known_interface& to)
{
    for (std::uint64_t slot = 0; slot < uapi::slot_limit; ++slot) {
        auto const number = uapi::kernel_number(to.interface, slot);
        if (uapi::find_syscall(to.interface, number) == nullptr && wanted.wants(to.interface, number))
            to.calls.push_back({{}, number, true});
    }
}

}   // namespace

result<sys::seccomp_program> kernel_program(filter const& wanted, also_reported also)
{
    constexpr std::uint64_t none = 0xfff;   // no interface has a call with this number
    std::vector<sys::known_interface> known;
    for (auto const interface : interfaces) {
        auto& list = known.emplace_back(sys::known_interface{interface, {}});
        for (auto const& row : uapi::syscalls(interface)) {
            auto const number = uapi::kernel_number(interface, row.number);
            auto const& traits = tracee::traits_of(interface, number);
            bool const needed = traits.kind != tracee::call_kind::ordinary || (also.ends && traits.ends_process)
                                || (also.mappings && traits.changes_mappings);
            list.calls.push_back({row.name, number, needed || wanted.wants(interface, number)});
        }
        add_nameless_calls(wanted, list);
    }
    return sys::report_calls(known, wanted.wants(interfaces[0], none));
}

}   // namespace cotrace::engine
