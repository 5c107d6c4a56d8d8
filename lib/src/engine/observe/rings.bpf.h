// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// The BPF programs at the tracepoints of io_uring. They report the submissions to the rings of observed processes, and
// the completions.
#pragma once

#include "program_state.bpf.h"

// The value of the thread group leader also decides for io_uring's kernel threads, which have no value in `threads`.
static int is_observed(struct task_struct* task)
{
    struct observed_thread const* thread = bpf_task_storage_get(&threads, task, 0, 0);
    if (!thread && (whole_processes || (task->flags & kernel_worker)))
        thread = bpf_task_storage_get(&threads, task->group_leader, 0, 0);
    return thread && thread->state == thread_observed;
}

static void fill_ring_header(struct event_header* head, u32 kind, struct task_struct* task)
{
    fill_header(head, kind, task);
    if (task->flags & kernel_worker)
        head->thread = task->tgid;
    if (task->thread_info.status & compat)
        head->interface = interface_i386;
}

static void send_completion(struct completion_event* event, struct task_struct* task, struct io_kiocb const* request)
{
    u8 opcode = 0;
    fill_ring_header(&event->head, event_completed, task);
    event->opcode = request && bpf_core_read(&opcode, sizeof opcode, &request->opcode) == 0 ? opcode : -1;
    send(event, sizeof *event);
}

// The arguments of this tracepoint differ between versions of Linux. The loader sets `completion_arguments` to their number.
SEC("observed/io_uring_complete")
int on_completion(u64* args)
{
    struct task_struct* const task = bpf_get_current_task_btf();
    if (!is_observed(task))
        return 0;
    struct completion_event event = {};
    struct io_kiocb const* request = 0;
    if (completion_arguments == 3) {   // newer versions of Linux pass the ring, the request and the completion
        request = (struct io_kiocb const*)args[1];
        struct {
            u64 user_data;
            s32 result;
            u32 flags;
        } completion = {};
        bpf_probe_read_kernel(&completion, sizeof completion, (void const*)args[2]);
        event.user_data = completion.user_data;
        event.result = completion.result;
        event.flags = completion.flags;
    } else if (completion_arguments > 4) {   // the ring, the request, user_data, result and flags; in some versions two more
        request = (struct io_kiocb const*)args[1];
        event.user_data = args[2];
        event.result = (s32)args[3];
        event.flags = (u32)args[4];
    } else {   // older versions pass the ring, user_data, result and flags
        event.user_data = args[1];
        event.result = (s32)args[2];
        event.flags = (u32)args[3];
    }
    send_completion(&event, task, request);
    return 0;
}

// Reports a completion that has no room in its queue. The kernel moves the completion there later, without another
// event.
SEC("observed/io_uring_cqe_overflow")
int on_overflow(u64* args)
{
    struct task_struct* const task = bpf_get_current_task_btf();
    if (!is_observed(task))
        return 0;
    struct completion_event event = {};
    event.user_data = args[1];
    event.result = (s32)args[2];
    event.flags = (u32)args[3];
    send_completion(&event, task, 0);
    return 0;
}

// Reads `most` bytes, or only the bytes up to the end of the page. Returns how many bytes were read.
static u32 read_some(void* into, u32 most, u64 from)
{
    if (bpf_probe_read_user(into, most, (void const*)from) == 0)
        return most;
    u32 const rest = page_size - (from & (page_size - 1));
    return rest < most && bpf_probe_read_user(into, rest, (void const*)from) == 0 ? rest : 0;
}

// Reports a submission. The kernel has just taken an entry from the queue: the one with the index `cached_sq_head` - 1.
SEC("observed/io_uring_submit_req")
int BPF_PROG(on_submission, struct io_kiocb* request)
{
    struct task_struct* const task = bpf_get_current_task_btf();
    if (!is_observed(task))
        return 0;
    struct io_ring_ctx const* const ring = BPF_CORE_READ(request, ctx);
    u32 const flags = BPF_CORE_READ(ring, flags);
    if (only_polled && !(flags & setup_polled))
        return 0;
    struct workplace* const in = workplace_here();
    if (!in)
        return 0;
    struct submission_event* const event = (struct submission_event*)in->memory;
    fill_ring_header(&event->head, event_submitted, task);
    u32 const entries = BPF_CORE_READ(ring, sq_entries);
    u32 index = (BPF_CORE_READ(ring, cached_sq_head) - 1) & (entries - 1);
    if (!(flags & setup_no_array))
        bpf_probe_read_kernel(&index, sizeof index, BPF_CORE_READ(ring, sq_array) + index);
    if (index >= entries)   // the process has written another index meanwhile
        return 0;
    u64 const size = flags & setup_large_entries ? 2 * sizeof event->entry : sizeof event->entry;
    if (bpf_probe_read_kernel(event->entry, sizeof event->entry, (u8 const*)BPF_CORE_READ(ring, sq_sqes) + index * size) != 0)
        return 0;
    event->first_length = read_some(event->first, sizeof event->first, *(u64*)&event->entry[addr_in_entry]);
    event->second_length = read_some(event->second, sizeof event->second, *(u64*)&event->entry[off_in_entry]);
    send(event, sizeof *event);
    return 0;
}
