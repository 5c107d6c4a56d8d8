// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Reads the memory of a call as its plan says.
#pragma once

#include "files.bpf.h"
#include "program_state.bpf.h"

// Index 7 gives `sp`. The mask shows the verifier that the access is within the event.
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
    if (in->in_netlink)
        return number < longest_read ? number : longest_read;
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

// Handles the next pointer in the elements that were read last. Returns 0 if no pointer is left.
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

// Does the next read of the queue, and appends a segment. Sets `missed` if the memory cannot be read.
static void do_next_read(struct workplace* in, struct call_plan const* plan)
{
    struct pending_read const* const now = &in->queue[in->head & (most_queued - 1)];
    ++in->head;
    if (now->read >= plan_reads || in->used > most_captured - sizeof(struct segment))
        return;
    struct planned_read const* const read = &plan->reads[now->read];
    u64 const at = now->at;
    if (read->kind == read_file)
        return add_file(in, (s32)at);
    in->in_netlink = read->in_netlink && add_netlink(in, (s32)argument(in, 0));
    struct segment* const header = (struct segment*)&in->memory[in->used & (most_captured - 1)];
    u32 const place = (in->used & (most_captured - 1)) + sizeof(struct segment);
    u8* const into = &in->memory[place];
    u64 size = length_of(in, read, now->element);
    if (size == 0)
        return;
    if (size >= longest_read)
        size = longest_read - 1;
    s64 got = size;
    header->kind = segment_bytes;
    if (read->kind == read_string) {
        got = bpf_probe_read_user_str(into, size & (longest_read - 1), (void*)at);
        header->kind = got < (s64)size ? segment_string : segment_bytes;
        if (got == (s64)size)   // the string may be longer: the helper always copies a null byte as the last byte
            --got;
    } else if (bpf_probe_read_user(into, size & (longest_read - 1), (void*)at) != 0) {
        // Mappings end at page boundaries. So the read is tried to the end of the second page, and then of the first
        // page.
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
    in->elements_left = most_followed;
}

// Returns the descriptor that a `read_file` describes. Bit 32 is set, because `enqueue` ignores the address 0.
static u64 descriptor_of(struct workplace const* in, struct planned_read const* read)
{
    u64 const number = read->length_from == length_returned ? (u64)in->event.result : argument(in, read->argument);
    return (u32)number | (u64)1 << 32;
}

// Does one step of the reads of an event. Returns 0 after the last step. The function is global, because the verifier
// checks a global function only once.
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
            enqueue(in, read->kind == read_file ? descriptor_of(in, read) : argument(in, read->argument), 0, next);
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

// Returns 0 after the last step. The verifier checks two nested short loops faster than one long loop.
//
// The loops are not unrolled: the verifier follows each call instruction to find the depth of the stack.
__noinline int several_steps(void)
{
#pragma clang loop unroll(disable)
    for (u32 i = 0; i < most_steps / step_groups; ++i)
        if (!step())
            return 0;
    return 1;
}

static void read_memory(struct workplace* in, u32 when)
{
    in->when = when;
    in->missed = 0;
    in->next = in->head = in->tail = in->elements_left = 0;
#pragma clang loop unroll(disable)
    for (u32 i = 0; i < step_groups; ++i)
        if (!several_steps())
            break;
}
