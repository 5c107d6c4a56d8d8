// SPDX-License-Identifier: BSL-1.0
// Virtual machines: linux/kvm.h, with the registers of x86.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/growing.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
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
constexpr structure cpuid{{{"nent", uint32}, {"padding", uint32, shown::never}, {"entries", cpuid_entries}}};

// The arguments of requests about eventfds, interrupts, devices, capabilities and memory of a virtual machine, and about one
// register.
constexpr structure event_on_write{{
    {"datamatch", hex64},
    {"addr", hex64},
    {"len", uint32},
    {"fd", fd},
    {"flags", hex32},
    {"pad", hex_bytes<exactly(36)>, shown::never},
}};
static_assert(event_on_write.size[0] == 64);
constexpr structure event_interrupt{{
    {"fd", fd},
    {"gsi", uint32},
    {"flags", hex32},
    {"resamplefd", fd},
    {"pad", hex_bytes<exactly(16)>, shown::never},
}};
constexpr structure line_level{{{"irq", uint32}, {"level", uint32}}};
constexpr structure message{{
    {"address_lo", hex32},
    {"address_hi", hex32},
    {"data", hex32},
    {"flags", hex32},
    {"devid", uint32},
    {"pad", hex_bytes<exactly(12)>, shown::never},
}};
constexpr structure device_wanted{{{"type", uint32}, {"fd", uint32, shown::never}, {"flags", hex32}}};
constexpr structure device_made{{{"type", uint32}, {"fd", fd}, {"flags", hex32}}};
constexpr structure device_attribute{{{"flags", hex32}, {"group", uint32}, {"attr", uint64}, {"addr", address64}}};
constexpr structure capability{{
    {"cap", one_of<names::kvm_capabilities>},
    {"flags", hex32},
    {"args", array<hex64, exactly(4)>},
    {"pad", hex_bytes<exactly(64)>, shown::never},
}};
constexpr structure one_register{{{"id", hex64}, {"addr", address64}}};
constexpr structure memory_region2{{
    {"slot", uint32},
    {"flags", flags<names::kvm_memory_flags>},
    {"guest_phys_addr", hex64},
    {"memory_size", uint64},
    {"userspace_addr", hex64},
    {"guest_memfd_offset", uint64},
    {"guest_memfd", fd},
    {"pad1", uint32, shown::never},
    {"pad2", hex_bytes<exactly(112)>, shown::never},
}};
static_assert(memory_region2.size[0] == 0xa0);
constexpr structure guest_memory{{{"size", uint64}, {"flags", hex64}, {"reserved", hex_bytes<exactly(48)>, shown::never}}};
constexpr structure memory_attributes{{{"address", hex64}, {"size", uint64}, {"attributes", hex64}, {"flags", hex64}}};
constexpr structure dirty_log{{{"slot", uint32}, {"padding1", uint32, shown::never}, {"dirty_bitmap", address64}}};
constexpr structure mapped_zone{{{"addr", hex64}, {"size", uint32}, {"pio", uint32}}};

constexpr choice_case requests[] = {
    {0x0000ae03, one_of<names::kvm_capabilities, width::word>},   // KVM_CHECK_EXTENSION
    {0x0000ae41, uint32},                    // KVM_CREATE_VCPU
    {0x4004ae86, address_only<in<uint32>>},                     // KVM_INTERRUPT
    {0x4004ae99, address_only<in<uint32>>},                     // KVM_SET_MP_STATE
    {0x4008ae48, address_only<in<hex64>>},                      // KVM_SET_IDENTITY_MAP_ADDR
    {0x4008ae61, address_only<in<line_level>>},                 // KVM_IRQ_LINE
    {0x4008ae90, in<cpuid>},                 // KVM_SET_CPUID2
    {0x4010ae42, address_only<in<dirty_log>>},                  // KVM_GET_DIRTY_LOG
    {0x4010ae67, address_only<in<mapped_zone>>},                // KVM_REGISTER_COALESCED_MMIO
    {0x4010ae68, address_only<in<mapped_zone>>},                // KVM_UNREGISTER_COALESCED_MMIO
    {0x4010aeab, address_only<in<one_register>>},               // KVM_GET_ONE_REG
    {0x4010aeac, address_only<in<one_register>>},               // KVM_SET_ONE_REG
    {0x4018aee1, address_only<in<device_attribute>>},           // KVM_SET_DEVICE_ATTR
    {0x4018aee2, address_only<in<device_attribute>>},           // KVM_GET_DEVICE_ATTR
    {0x4018aee3, address_only<in<device_attribute>>},           // KVM_HAS_DEVICE_ATTR
    {0x4020ae46, in<memory_region>},         // KVM_SET_USER_MEMORY_REGION
    {0x4020ae76, address_only<in<event_interrupt>>},            // KVM_IRQFD
    {0x4020aea5, address_only<in<message>>},                    // KVM_SIGNAL_MSI
    {0x4020aed2, address_only<in<memory_attributes>>},          // KVM_SET_MEMORY_ATTRIBUTES
    {0x4040ae79, address_only<in<event_on_write>>},             // KVM_IOEVENTFD
    {0x4068aea3, address_only<in<capability>>},                 // KVM_ENABLE_CAP
    {0x4090ae82, in<registers>},             // KVM_SET_REGS
    {0x40a0ae49, address_only<in<memory_region2>>},             // KVM_SET_USER_MEMORY_REGION2
    {0x4138ae84, in<special_registers>},     // KVM_SET_SREGS
    {0x8004ae98, address_only<out<uint32>>},                    // KVM_GET_MP_STATE
    {0x8090ae81, out<registers>},            // KVM_GET_REGS
    {0x8138ae83, out<special_registers>},    // KVM_GET_SREGS
    {0xc008ae05, out<cpuid>},                // KVM_GET_SUPPORTED_CPUID
    {0xc008ae09, out<cpuid>},                // KVM_GET_EMULATED_CPUID
    {0xc008ae67, address_only<inout<line_level>>},              // KVM_IRQ_LINE_STATUS
    {0xc00caee0, address_only<completed<device_wanted, device_made>>},        // KVM_CREATE_DEVICE
    {0xc040aed4, address_only<in<guest_memory>>},               // KVM_CREATE_GUEST_MEMFD
};

} // namespace

constinit type const kvm_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
