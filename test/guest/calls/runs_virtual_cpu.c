// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

// Runs a virtual CPU that executes HLT, and prints why KVM_RUN returned (5: KVM_EXIT_HLT). Exits with 77 if KVM is not available.
int main(void)
{
    int const kvm = open("/dev/kvm", O_RDWR);
    int const vm = kvm >= 0 ? ioctl(kvm, KVM_CREATE_VM, 0) : -1;
    if (vm < 0)
        return 77;
    char* const memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(memory != MAP_FAILED);
    memory[0] = (char)0xf4;   // 0xf4 is the instruction HLT
    struct kvm_userspace_memory_region region = {.memory_size = 4096, .userspace_addr = (uintptr_t)memory};
    must(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) == 0);
    int const cpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    must(cpu >= 0);
    struct kvm_run* const run =
        mmap(NULL, (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
    must(run != MAP_FAILED);
#if defined(__x86_64__)
    struct kvm_sregs special;
    must(ioctl(cpu, KVM_GET_SREGS, &special) == 0);
    special.cs.base = special.cs.selector = 0;
    must(ioctl(cpu, KVM_SET_SREGS, &special) == 0);
    struct kvm_regs registers = {.rflags = 2};
    must(ioctl(cpu, KVM_SET_REGS, &registers) == 0);
    must(ioctl(cpu, KVM_RUN, 0) == 0);
    say("%u\n", run->exit_reason);
    return 0;
#else
    return 77;
#endif
}
