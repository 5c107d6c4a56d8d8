// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// The BPF programs that observe threads and write events into a ring buffer. A thread is observed if it has a value in
// `threads`.
//
// A wanted call makes one event, at its exit. If the entry was sent with memory or by `announce`, the call makes two
// events.
#include "capture.bpf.h"
#include "program_state.bpf.h"
#include "rings.bpf.h"

char program_license[] SEC("license") = "Dual BSD/GPL";

// The programs at the entry and the exit of calls.

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

// Sends the entry of the call under way, unless the entry was sent already or the call is not wanted.
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

// Whether to observe a thread that has no value in `threads` yet.
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

SEC("observed/sys_enter")
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
    if (leaves_out && plan->can_wait) {   // read the memory at the exit, and only if the outcome is wanted
        thread->missed = 1;
        return 0;
    }
    struct workplace* const in = workplace_here();
    if (!in)
        return 0;
    fill_header(&in->event.head, event_entered, task);
    copy_call(&in->event, thread);
    in->used = 0;
    in->plan = slot->plan;
    read_memory(in, at_entry);
    // A BPF program cannot load a missing page. The call may load the page, so the memory is read again at the exit.
    thread->missed = in->missed;
    if (!thread->missed)
        thread->announced = send_call(in);
    return 0;
}

SEC("observed/sys_exit")
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

// Sends the entry of a call in which the thread sleeps (`announces`), and an event for each group-stop.
SEC("observed/sched_switch")
int BPF_PROG(on_switch, _Bool preempted, struct task_struct* from)
{
    if (preempted)
        return 0;
    struct observed_thread* const thread = bpf_task_storage_get(&threads, from, 0, 0);
    if (!thread || thread->state != thread_observed)
        return 0;
    if (announces)
        announce(thread, from);
    if (from->__state & stopped) {
        struct stop_event event = {};
        fill_header(&event.head, event_stopped, from);
        event.signal = from->jobctl & stop_signal_mask;
        send(&event, sizeof event);
    }
    return 0;
}

// The programs that run when a thread begins, executes a program or ends, and when a signal is delivered.

// Returns the clone(2) flags of the call that made `child`. Returns only the exit signal if the flags are not known.
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

SEC("observed/sched_process_fork")
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
    made->unwanted = 1;   // the first sys_exit of the thread is that of the call that made it
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

SEC("observed/sched_process_exec")
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

SEC("observed/sched_process_exit")
int BPF_PROG(on_end, struct task_struct* task)
{
    struct observed_thread* const thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (!thread)
        return 0;
    announce(thread, task);
    struct end_event event = {};
    fill_header(&event.head, event_ended, task);
    // Helpers read `task->signal`: for each pointer followed without a helper, the verifier searches all types of the
    // kernel.
    event.is_group = (BPF_CORE_READ(task, signal, flags) & group_exit) != 0;
    event.status = event.is_group ? BPF_CORE_READ(task, signal, group_exit_code) : task->exit_code;
    event.is_last = BPF_CORE_READ(task, signal, live.counter) == 0;
    send(&event, sizeof event);
    return 0;
}

SEC("observed/signal_deliver")
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
