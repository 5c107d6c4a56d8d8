// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// The programs of an observation. They run at the entries and exits of system calls, and where threads begin, execute a
// program, get a signal and end. They write events into a ring buffer. A thread is observed if it has a value in the
// map `threads`; all other threads only pay for the lookup.
//
// A call without memory that is read at its entry makes one event, at its exit. Its entry is kept in the task storage.
// If the thread sleeps or ends in the call, the entry gets an event of its own.
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

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "wire.h"

char program_license[] SEC("license") = "Dual BSD/GPL";

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
    char comm[16];
};
#pragma clang attribute pop

enum {
    map_task_storage = 29,
    map_ring_buffer = 27,
    map_array = 2,
    create = 1,              // BPF_LOCAL_STORAGE_GET_F_CREATE
    no_preallocation = 1,    // BPF_F_NO_PREALLOC
    no_wakeup = 1,           // BPF_RB_NO_WAKEUP
    force_wakeup = 2,        // BPF_RB_FORCE_WAKEUP
    compat = 2,              // TS_COMPAT
    x32_bit = 0x40000000,
    group_exit = 4,          // SIGNAL_GROUP_EXIT
    stopped = 4,             // __TASK_STOPPED
    stop_signal_mask = 0xffff,   // JOBCTL_STOP_SIGMASK
    sigkill = 9,
    most_steps = 512,
    number_of_fork = 57,
    number_of_vfork = 58,
    number_of_clone3 = 435,
    clone_vfork = 0x4000,
    exit_signal_mask = 0xff,
};

// The settings of the session, which the tracer sets before it loads the programs.
const volatile u32 own_process = 0;
const volatile u64 launch_number = 0;    // the number of execve(2), with which a launched thread begins
const volatile u64 cgroup = 0;           // observe the members of this cgroup
const volatile u32 cgroup_level = 0;
const volatile u8 everything = 0;        // observe the whole system
const volatile u8 follows = 1;           // observe new threads and processes
const volatile u32 most_generations = ~0u;
const volatile u8 announces = 1;         // records of entries are wanted
const volatile u8 leaves_out = 0;        // calls that leave no event: at_success or at_failure

// Variables that the tracer shares.
struct call_slot slots[plan_interfaces * plan_slots] = {};
struct call_plan plans[most_plans] = {};
u64 lost = 0;     // events for which the ring buffer had no room
u32 asleep = 0;   // the tracer waits for the next event

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

// Where an event is built. There is one for each CPU, because programs at system calls are not preempted. (An array with
// an element for each CPU is used because the elements of a per-CPU map have at most 32 KiB.)
struct pending_read {
    u64 at;
    u32 element;   // place of the element that contains the pointer
    u32 read;      // index in the plan
};
struct workplace {
    struct call_event event;
    u8 memory[most_captured + longest_read + 64];
    u32 used;
    u32 plan;
    u32 when;
    u32 missed;       // memory could not be read
    u32 next;         // the next read of the plan that is looked at
    u32 head, tail;   // of the queue
    u32 followed;     // the read whose elements are looked at
    u32 element;      // place of the next element
    u32 end;          // place after the last element
    u32 child;        // the next pointer in the element
    u32 elements_left;
    struct pending_read queue[most_queued];
};
struct {
    __uint(type, map_array);
    __uint(max_entries, 1);   // the number of CPUs
    __type(key, u32);
    __type(value, struct workplace);
} workplaces SEC(".maps");

static struct workplace* workplace_here(void)
{
    u32 const cpu = bpf_get_smp_processor_id();
    return bpf_map_lookup_elem(&workplaces, &cpu);
}

// Sends an event. It wakes the tracer if the tracer sleeps. A tracer that is awake looks for events by itself.
static int send(void* event, u64 size)
{
    u64 how = no_wakeup;
    if (asleep) {
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

// Reading memory.

// The argument with this index. The mask shows the verifier that the access is within the event: `ip` and `sp` follow
// the arguments.
static u64 argument(struct workplace const* in, u32 index) { return ((u64 const*)in->event.args)[index & 7]; }

static u64 word_at(struct workplace* in, u32 place, u32 width)
{
    void* const at = &in->memory[place & (most_captured - 1)];
    switch (width) {
    case 2: return *(u16*)at;
    case 4: return *(u32*)at;
    case 8: return *(u64*)at;
    default: return 0;
    }
}

// The number of bytes that a read of the plan asks for.
static u64 length_of(struct workplace* in, struct planned_read const* read, u32 element)
{
    u64 number = 0;
    u32 there = 0;
    switch (read->length_from) {
    case length_constant: return read->most;
    case length_argument: number = argument(in, read->length_index); break;
    case length_returned: number = in->event.result > 0 ? in->event.result : 0; break;
    case length_pointee:
        if (bpf_probe_read_user(&there, sizeof there, (void*)(argument(in, read->length_index) + read->length_offset)) == 0)
            number = there;
        break;
    case length_field: number = word_at(in, element + read->length_offset, read->length_width); break;
    }
    number = ((number & read->mask) >> (read->shift & 63)) * read->unit + read->more;
    if (read->in_bits)
        number = number < longest_read * 8 ? (number + 63) / 64 * 8 : longest_read;
    return number < read->most ? number : read->most;
}

static void enqueue(struct workplace* in, u64 at, u32 element, u32 read)
{
    if (at == 0 || in->tail >= most_queued)
        return;
    struct pending_read* const next = &in->queue[in->tail & (most_queued - 1)];
    next->at = at;
    next->element = element;
    next->read = read;
    ++in->tail;
}

// Queues the read of what the next pointer in the elements points to. Returns 0 after the last pointer.
static int follow_pointer(struct workplace* in, struct call_plan const* plan)
{
    u32 const parent = in->followed;
    u32 const place = in->element;
    if (parent >= plan_reads)
        return 0;
    struct planned_read const* const of = &plan->reads[parent];
    if (place + of->element > in->end || (of->kind == read_list && word_at(in, place, plan->word) == 0))
        return 0;
    u32 const child = of->first_child + in->child;
    if (++in->child >= of->children) {   // go on with the next element
        in->child = 0;
        in->element = place + of->element;
        if (--in->elements_left == 0)
            in->end = 0;
    }
    if (child >= plan_reads)
        return 0;
    struct planned_read const* const read = &plan->reads[child];
    if (read->when & in->when)
        enqueue(in, word_at(in, place + read->offset, plan->word), place, child);
    return 1;
}

// Does the next read of the queue, and appends a segment.
static void do_next_read(struct workplace* in, struct call_plan const* plan)
{
    struct pending_read const* const now = &in->queue[in->head & (most_queued - 1)];
    ++in->head;
    if (now->read >= plan_reads || in->used > most_captured - sizeof(struct segment))
        return;
    struct planned_read const* const read = &plan->reads[now->read];
    u64 const at = now->at;
    struct segment* const header = (struct segment*)&in->memory[in->used & (most_captured - 1)];
    u32 const place = (in->used & (most_captured - 1)) + sizeof(struct segment);
    u8* const into = &in->memory[place];
    u64 size = length_of(in, read, now->element);
    if (size == 0)
        return;
    if (size >= longest_read)
        size = longest_read - 1;
    s64 got = size;
    header->ended = 0;
    if (read->kind == read_string) {
        got = bpf_probe_read_user_str(into, size & (longest_read - 1), (void*)at);
        header->ended = got < (s64)size;
        if (got == (s64)size)   // the string is longer, and the helper has put a null byte in place of its last byte
            --got;
    } else if (bpf_probe_read_user(into, size & (longest_read - 1), (void*)at) != 0) {
        // Mappings end at page boundaries. The memory is read to the end of the second page or, if that fails, of the first.
        got = 8192 - at % 4096;
        if (got >= (s64)size || bpf_probe_read_user(into, got & (longest_read - 1), (void*)at) != 0)
            got = 4096 - at % 4096;
        if (got <= 4096 && (got >= (s64)size || bpf_probe_read_user(into, got & (longest_read - 1), (void*)at) != 0))
            got = 0;
    }
    if (got <= 0 || got > longest_read) {
        in->missed = 1;
        return;
    }
    header->at = at;
    header->length = got;
    in->used += sizeof(struct segment) + ((got + 7) & ~7u);
    if (read->children == 0 || read->element == 0)
        return;
    in->followed = now->read;
    in->element = place;
    in->end = place + got;
    in->child = 0;
    in->elements_left = most_elements;
}

// Does one step of the reads of an event: queues a read of the plan, reads memory, or looks at one pointer that was read.
// Returns 0 after the last step. This is a global function, so that the verifier checks it once and not for each turn of
// the loop that calls it.
__noinline int step(void)
{
    struct workplace* const in = workplace_here();
    struct call_plan const* const plan = in ? plan_at(in->plan) : 0;
    if (!plan)
        return 0;
    u32 const next = in->next;
    if (next < plan_reads && next < plan->count) {
        struct planned_read const* const read = &plan->reads[next];
        if (read->parent == 0 && (read->when & in->when))
            enqueue(in, argument(in, read->argument), 0, next);
        in->next = next + 1;
        return 1;
    }
    if (in->elements_left != 0) {
        if (!follow_pointer(in, plan))
            in->elements_left = 0;
        return 1;
    }
    if (in->head >= in->tail)
        return 0;
    do_next_read(in, plan);
    return 1;
}

static void read_memory(struct workplace* in, u32 when)
{
    in->when = when;
    in->missed = 0;
    in->next = in->head = in->tail = in->elements_left = 0;
    for (u32 i = 0; i < most_steps; ++i)
        if (!step())
            break;
}

// Calls.

static void copy_call(struct call_event* to, struct observed_thread const* from)
{
    to->entered = from->entered;
    to->number = from->number;
    for (u32 i = 0; i < 6; ++i)
        to->args[i] = from->args[i];
    to->ip = from->ip;
    to->sp = from->sp;
    to->result = 0;
    to->head.interface = from->interface;
}

static int send_call(struct workplace* in)
{
    u64 size = in->used;
    if (size > most_captured + longest_read)
        size = 0;
    return send(&in->event, sizeof in->event + size);
}

// Sends the entry of the call that is under way, if that was not done yet.
static void announce(struct observed_thread* thread, struct task_struct* task)
{
    if (!thread->in_call || thread->announced || thread->unwanted)
        return;
    struct call_event event;
    fill_header(&event.head, event_entered, task);
    copy_call(&event, thread);
    thread->announced = send(&event, sizeof event);
}

static void take_call(struct observed_thread* thread, struct task_struct* task, struct pt_regs* regs, u64 number)
{
    thread->number = number;
    thread->ip = regs->ip;
    thread->sp = regs->sp;
    if (task->thread_info.status & compat) {
        thread->interface = interface_i386;
        thread->number = (u32)number;
        thread->args[0] = (u32)regs->bx;
        thread->args[1] = (u32)regs->cx;
        thread->args[2] = (u32)regs->dx;
        thread->args[3] = (u32)regs->si;
        thread->args[4] = (u32)regs->di;
        thread->args[5] = (u32)regs->bp;
        return;
    }
    thread->interface = (number & x32_bit) && (s64)number >= 0 ? interface_x32 : interface_x86_64;
    thread->args[0] = regs->di;
    thread->args[1] = regs->si;
    thread->args[2] = regs->dx;
    thread->args[3] = regs->r10;
    thread->args[4] = regs->r8;
    thread->args[5] = regs->r9;
}

// Whether a thread without a value in `threads` is observed from now on.
static int is_chosen(struct task_struct* task)
{
    if ((u32)task->tgid == own_process)
        return 0;
    return everything || (cgroup && bpf_get_current_ancestor_cgroup_id(cgroup_level) == cgroup);
}

static struct observed_thread* find_thread(struct task_struct* task)
{
    struct observed_thread* thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (thread || (!everything && !cgroup) || !is_chosen(task))
        return thread;
    thread = bpf_task_storage_get(&threads, task, 0, create);
    if (thread)
        thread->state = thread_observed;
    return thread;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter, struct pt_regs* regs, long number)
{
    struct task_struct* const task = bpf_get_current_task_btf();
    struct observed_thread* const thread = find_thread(task);
    if (!thread)
        return 0;
    if (thread->state == thread_launching) {
        if ((u64)number != launch_number)
            return 0;
        thread->state = thread_observed;
    }
    thread->in_call = 1;
    thread->announced = 0;
    thread->missed = 0;
    thread->entered = bpf_ktime_get_ns();
    take_call(thread, task, regs, number);
    struct call_slot const* const slot = slot_of(thread->interface, thread->number);
    struct call_plan const* const plan = slot ? plan_at(slot->plan) : 0;
    thread->unwanted = !plan || !slot->wanted;
    if (thread->unwanted || !plan->reads_at_entry)
        return 0;
    struct workplace* const in = workplace_here();
    if (!in)
        return 0;
    fill_header(&in->event.head, event_entered, task);
    copy_call(&in->event, thread);
    in->used = 0;
    in->plan = slot->plan;
    read_memory(in, at_entry);
    // A program cannot wait for a page that is not resident. The call itself waits for the page, so the memory is read again
    // at the exit of the call.
    thread->missed = in->missed;
    if (!thread->missed)
        thread->announced = send_call(in);
    return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_exit, struct pt_regs* regs, long result)
{
    struct task_struct* const task = bpf_get_current_task_btf();
    struct observed_thread* const thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (!thread || thread->state == thread_launching)
        return 0;
    u32 const missed = thread->in_call && thread->missed && !thread->announced;
    u32 kind = thread->announced ? event_exited : missed ? event_called_late : event_called;
    if (!thread->in_call && !thread->unwanted) {
        take_call(thread, task, regs, regs->orig_ax);
        kind = event_exited_only;
    }
    u8 const unwanted = thread->unwanted;
    thread->in_call = thread->unwanted = 0;
    struct call_slot const* const slot = slot_of(thread->interface, thread->number);
    struct call_plan const* const plan = slot ? plan_at(slot->plan) : 0;
    struct workplace* const in = workplace_here();
    u32 const when = (u64)result >= (u64)-4095 ? at_failure : at_success;
    if (unwanted || !plan || !slot->wanted || !in || (leaves_out & when))
        return 0;
    copy_call(&in->event, thread);
    fill_header(&in->event.head, kind, task);
    in->event.head.interface = thread->interface;
    in->event.result = result;
    in->used = 0;
    in->plan = slot->plan;
    if (plan->reads_at_exit || missed)
        read_memory(in, missed ? when | at_entry : when);
    send_call(in);
    return 0;
}

// A thread that sleeps in a call shows the call at once.
SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, _Bool preempted, struct task_struct* from)
{
    if (preempted)
        return 0;
    struct observed_thread* const thread = bpf_task_storage_get(&threads, from, 0, 0);
    if (!thread || thread->state != thread_observed)
        return 0;
    if (announces)
        announce(thread, from);
    if ((from->__state & stopped) && !(from->jobctl & (1 << 16))) {
        struct stop_event event = {};
        fill_header(&event.head, event_stopped, from);
        event.signal = from->jobctl & stop_signal_mask;
        send(&event, sizeof event);
    }
    return 0;
}

// Threads and processes.

// The flags of clone(2) with which `thread` has made a child, as far as they can be known.
static u64 flags_of(struct observed_thread const* thread, struct task_struct* child)
{
    u64 flags = thread->args[0];
    if (thread->interface != interface_x86_64 || thread->number == number_of_fork)
        return child->exit_signal;
    if (thread->number == number_of_vfork)
        return clone_vfork | child->exit_signal;
    if (thread->number == number_of_clone3 && bpf_probe_read_user(&flags, sizeof flags, (void*)thread->args[0]) != 0)
        flags = 0;
    return (flags & ~(u64)exit_signal_mask) | child->exit_signal;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct* parent, struct task_struct* child)
{
    struct observed_thread* const thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);
    if (!thread || thread->state != thread_observed || !follows)
        return 0;
    u32 const generation = thread->generation + (parent->tgid != child->tgid ? 1 : 0);
    if (generation > most_generations)
        return 0;
    struct observed_thread* const made = bpf_task_storage_get(&threads, child, 0, create);
    if (!made) {
        __sync_fetch_and_add(&lost, 1);
        return 0;
    }
    made->state = thread_observed;
    made->unwanted = 1;   // the kernel traces a return from the call that made the thread
    made->generation = generation;
    struct fork_event event = {};
    if (announces)
        announce(thread, parent);
    fill_header(&event.head, event_forked, parent);
    event.head.interface = thread->interface;
    event.child = child->pid;
    event.child_process = child->tgid;
    event.flags = flags_of(thread, child);
    send(&event, sizeof event);
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct* task, int former)
{
    struct observed_thread* const thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (!thread || thread->state != thread_observed)
        return 0;
    struct exec_event event = {};
    fill_header(&event.head, event_executed, task);
    event.former = former;
    bpf_probe_read_kernel(event.command, sizeof event.command, task->comm);
    send(&event, sizeof event);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_end, struct task_struct* task)
{
    struct observed_thread* const thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (!thread)
        return 0;
    announce(thread, task);
    struct end_event event = {};
    fill_header(&event.head, event_ended, task);
    event.is_group = (task->signal->flags & group_exit) != 0;
    event.status = event.is_group ? task->signal->group_exit_code : task->exit_code;
    event.is_last = task->signal->live.counter == 0;
    send(&event, sizeof event);
    return 0;
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_signal, int number, struct kernel_siginfo* info)
{
    struct task_struct* const task = bpf_get_current_task_btf();
    struct observed_thread* const thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (!thread || thread->state != thread_observed || number == sigkill)
        return 0;
    struct signal_event event = {};
    fill_header(&event.head, event_signal, task);
    *(int*)event.info = number;
    bpf_probe_read_kernel(event.info, sizeof event.info, info);
    send(&event, sizeof event);
    return 0;
}
