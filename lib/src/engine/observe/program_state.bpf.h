// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// The settings and maps of the BPF programs, and how events are sent.
#pragma once

#include "kernel_types.bpf.h"

// The settings of the programs, which the tracer sets before it loads the programs.
const volatile u32 own_process = 0;
const volatile u64 launch_number = 0;   // the number of execve(2); earlier calls of a launched thread are not reported
const volatile u64 cgroup = 0;          // id of the cgroup with the processes to observe; 0: none
const volatile u32 cgroup_level = 0;
const volatile u8 everything = 0;   // observe the whole system
const volatile u8 follows = 1;      // observe new threads and processes
const volatile u32 most_generations = ~0u;
const volatile u8 announces = 1;         // send the entry of each call in which the thread sleeps, or makes a thread or process
const volatile u8 leaves_out = 0;        // if at_success or at_failure: send no events of exits with this outcome
const volatile u8 only_polled = 0;       // report submissions only if the ring has IORING_SETUP_SQPOLL
const volatile u8 whole_processes = 0;   // report io_uring events of all threads with an observed thread group leader
const volatile u8 wakes_always = 0;      // each event wakes the tracer
const volatile u32 completion_arguments = 3;   // number of arguments of the tracepoint io_uring_complete

// The programs and the tracer share these variables. The tracer writes `slots` and `plans`, the programs write `lost`,
// and both write `asleep`.
struct call_slot slots[plan_interfaces * plan_slots] = {};
struct call_plan plans[most_plans] = {};
u64 lost = 0;     // number of events that were lost, because the ring buffer had no room, or the kernel had no memory
u32 asleep = 0;   // set by the tracer: the next event must wake it

struct {
    __uint(type, map_ring_buffer);
    __uint(max_entries, 1 << 26);
} ring SEC(".maps");

struct {
    __uint(type, map_task_storage);
    __uint(map_flags, no_preallocation);
    __type(key, int);
    __type(value, struct observed_thread);
} threads SEC(".maps");

// Each CPU has a workplace, in which one program at a time builds a large event. Elements of per-CPU maps have at most
// 32 KiB.
struct pending_read {
    u64 at;        // the address to read from
    u32 element;   // offset in `workplace::memory` of the element in which `at` was found
    u32 read;      // index of the read in the plan
};
struct workplace {
    struct call_event event;
    u8 memory[most_captured + longest_read + 64];
    u32 used;
    u32 plan;
    u32 when;
    u32 missed;       // memory could not be read
    u32 next;         // index of the next read of the plan to be queued
    u32 head, tail;   // in `queue`: the next read to be done, and the place for the next read to be queued
    u32 followed;     // index of the read with the elements that are handled now
    u32 element;      // offset in `memory` of the element that is handled now
    u32 end;          // offset in `memory` after the last element
    u32 child;        // index of the next pointer in this element
    u32 elements_left;
    u64 directory, mount;   // the dentry and the mount that the walk along a path has come to
    u32 in_netlink;         // the memory that is read contains netlink messages
    u32 at_root;            // the walk has come to the root
    struct pending_read queue[most_queued];
};
struct {
    __uint(type, map_array);
    __uint(max_entries, 1);   // cotrace sets this to the number of CPUs before it loads the programs
    __type(key, u32);
    __type(value, struct workplace);
} workplaces SEC(".maps");

static struct workplace* workplace_here(void)
{
    u32 const cpu = bpf_get_smp_processor_id();
    return bpf_map_lookup_elem(&workplaces, &cpu);
}

// Writes an event, and wakes the tracer if `asleep` or `wakes_always` is set. Returns 0 if the event was lost.
static int send(void* event, u64 size)
{
    u64 how = no_wakeup;
    if (asleep || wakes_always) {
        asleep = 0;
        how = force_wakeup;
    }
    if (bpf_ringbuf_output(&ring, event, size, how) == 0)
        return 1;
    __sync_fetch_and_add(&lost, 1);
    return 0;
}

static void fill_header(struct event_header* head, u32 kind, struct task_struct* task)
{
    head->kind = kind;
    head->thread = task->pid;
    head->process = task->tgid;
    head->interface = 0;
    head->time = bpf_ktime_get_ns();
}

static struct call_slot* slot_of(u32 interface, u64 number)
{
    u64 slot = interface == interface_x32 ? number - x32_bit : number;
    if (slot > other_slot)
        slot = other_slot;
    u64 index = (interface <= interface_x32 ? interface : 0) * plan_slots + slot;
    if (index >= plan_interfaces * plan_slots)
        return 0;
    barrier_var(index);   // keeps the compiler from using the index before the check
    return &slots[index];
}

static struct call_plan* plan_at(u64 index)
{
    if (index >= most_plans)
        return 0;
    barrier_var(index);
    return &plans[index];
}
