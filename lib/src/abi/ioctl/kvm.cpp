// SPDX-License-Identifier: BSL-1.0
// Virtual machines: linux/kvm.h, with the registers of x86.
#include "abi/common.hpp"
#include "abi/constants/device.hpp"
#include "abi/constants/driver.hpp"
#include "abi/growing.hpp"
#include "abi/ioctl/families.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr structure memory_region{{
    {"slot", uint32},
    {"flags", flags<names::kvm_memory_flags>},
    {"guest_phys_addr", hex64},
    {"memory_size", uint64},
    {"userspace_addr", hex64},
}};

constexpr structure registers{{
    {"rax", hex64},
    {"rbx", hex64, shown::elided},
    {"rcx", hex64, shown::elided},
    {"rdx", hex64, shown::elided},
    {"rsi", hex64, shown::elided},
    {"rdi", hex64, shown::elided},
    {"rsp", hex64},
    {"rbp", hex64},
    {"r8", hex64, shown::elided},
    {"r9", hex64, shown::elided},
    {"r10", hex64, shown::elided},
    {"r11", hex64, shown::elided},
    {"r12", hex64, shown::elided},
    {"r13", hex64, shown::elided},
    {"r14", hex64, shown::elided},
    {"r15", hex64, shown::elided},
    {"rip", hex64},
    {"rflags", hex64},
}};

constexpr structure segment{{
    {"base", hex64},
    {"limit", uint32},
    {"selector", uint16},
    {"type", uint8},
    {"present", uint8},
    {"dpl", uint8},
    {"db", uint8},
    {"s", uint8},
    {"l", uint8},
    {"g", uint8},
    {"avl", uint8},
    {"unusable", uint8, shown::never},
    {"padding", uint8, shown::never},
}};
static_assert(segment.size[0] == 24);
constexpr structure descriptor_table{{{"base", hex64}, {"limit", uint16}, {"padding", array<uint16, exactly(3)>, shown::never}}};

constexpr structure special_registers{{
    {"cs", segment},
    {"ds", segment, shown::verbose},
    {"es", segment, shown::verbose},
    {"fs", segment, shown::verbose},
    {"gs", segment, shown::verbose},
    {"ss", segment, shown::verbose},
    {"tr", segment, shown::verbose},
    {"ldt", segment, shown::verbose},
    {"gdt", descriptor_table, shown::verbose},
    {"idt", descriptor_table, shown::verbose},
    {"cr0", uint64, shown::verbose},
    {"cr2", uint64, shown::verbose},
    {"cr3", uint64, shown::verbose},
    {"cr4", uint64, shown::verbose},
    {"cr8", uint64, shown::verbose},
    {"efer", uint64, shown::verbose},
    {"apic_base", hex64, shown::verbose},
    {"interrupt_bitmap", array<hex64, exactly(4)>, shown::verbose},
}};
static_assert(special_registers.size[0] == 0x138);

constexpr structure cpuid_entry{{
    {"function", hex32},
    {"index", hex32},
    {"flags", flags<names::kvm_cpuid_flags>},
    {"eax", hex32},
    {"ebx", hex32},
    {"ecx", hex32},
    {"edx", hex32},
    {"padding", array<uint32, exactly(3)>, shown::never},
}};
constexpr auto const& cpuid_entries = folded<cpuid_entry, member(0)>;
constexpr structure cpuid{{{"nent", uint32}, {"padding", uint32, shown::never}, {"entries", behind<cpuid_entries>}}};

constexpr choice_case requests[] = {
    {0x0000ae03, one_of<names::kvm_capabilities, width::word>},   // KVM_CHECK_EXTENSION
    {0x0000ae41, uint32},                    // KVM_CREATE_VCPU
    {0x4008ae90, in<cpuid>},                 // KVM_SET_CPUID2
    {0x4020ae46, in<memory_region>},         // KVM_SET_USER_MEMORY_REGION
    {0x4090ae82, in<registers>},             // KVM_SET_REGS
    {0x4138ae84, in<special_registers>},     // KVM_SET_SREGS
    {0x8090ae81, out<registers>},            // KVM_GET_REGS
    {0x8138ae83, out<special_registers>},    // KVM_GET_SREGS
    {0xc008ae05, out<cpuid>},                // KVM_GET_SUPPORTED_CPUID
    {0xc008ae09, out<cpuid>},                // KVM_GET_EMULATED_CPUID
};

} // namespace

constinit type const kvm_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::abi
