// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// The structures and constants of the kernel that the BPF programs use, and the helpers of libbpf.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;
// The names that bpf_helper_defs.h uses.
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef s64 __s64;
typedef u16 __be16;
typedef u32 __be32;
typedef u32 __wsum;

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "wire.h"

// The members of kernel structures that the programs use. The loader finds their offsets in the running kernel.
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct pt_regs {
    unsigned long r10, r9, r8, bp, bx, ax, cx, dx, si, di, orig_ax, ip, sp;
};
struct thread_info {
    u32 status;
};
struct signal_struct {
    struct {
        int counter;
    } live;
    u32 flags;
    int group_exit_code;
};
struct files_struct;
struct fs_struct;
struct kernel_siginfo;
struct k_sigaction;
struct linux_binprm;
struct task_struct {
    struct thread_info thread_info;
    int pid, tgid;
    int exit_code, exit_signal;
    unsigned long jobctl;
    unsigned int __state;
    struct signal_struct* signal;
    struct files_struct* files;
    struct fs_struct* fs;
    struct task_struct* group_leader;
    unsigned int flags;
    char comm[16];
};
struct io_uring_sqe;
struct io_ring_ctx {
    unsigned int flags;
    u32* sq_array;
    struct io_uring_sqe* sq_sqes;
    unsigned int cached_sq_head;
    unsigned int sq_entries;
};
struct io_kiocb {
    u8 opcode;
    struct io_ring_ctx* ctx;
};
#pragma clang attribute pop

enum {
    map_task_storage = 29,
    map_ring_buffer = 27,
    map_array = 2,
    create = 1,             // BPF_LOCAL_STORAGE_GET_F_CREATE
    no_preallocation = 1,   // BPF_F_NO_PREALLOC
    no_wakeup = 1,          // BPF_RB_NO_WAKEUP
    force_wakeup = 2,       // BPF_RB_FORCE_WAKEUP
    compat = 2,             // TS_COMPAT
    x32_bit = 0x40000000,
    group_exit = 4,              // SIGNAL_GROUP_EXIT
    stopped = 4,                 // __TASK_STOPPED
    stop_signal_mask = 0xffff,   // JOBCTL_STOP_SIGMASK
    sigkill = 9,
    most_steps = 512,
    step_groups = 16,   // greatest number of calls of `several_steps` for one event
    number_of_fork = 57,
    number_of_vfork = 58,
    number_of_clone3 = 435,
    clone_vfork = 0x4000,
    exit_signal_mask = 0xff,
    page_size = 4096,
    off_in_entry = 8,   // the offset of the field `off` in struct io_uring_sqe
    addr_in_entry = 16,
    kernel_worker = 0x4010,          // PF_IO_WORKER | PF_USER_WORKER
    setup_polled = 1 << 1,           // IORING_SETUP_SQPOLL
    setup_large_entries = 1 << 10,   // IORING_SETUP_SQE128
    setup_no_array = 1 << 16,        // IORING_SETUP_NO_SQARRAY
};
