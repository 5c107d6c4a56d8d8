// SPDX-License-Identifier: BSL-1.0
#include "guest/rings/ring_lines.h"

#include <sys/mman.h>

// submits_by_hand MODE: submits operations to an io_uring without liburing, and writes the expected lines (see ring_lines.h). The
// modes:
//   no_array  the ring has no array of entry numbers (IORING_SETUP_NO_SQARRAY, Linux 6.6)
//   no_mmap   like no_array, and the application provides the memory of the ring (IORING_SETUP_NO_MMAP, Linux 6.5)
//   reversed  the array of the ring refers to the entries in reverse order
//   hostile   the ring has a wrong mask, and its array refers to an entry that does not exist

#ifndef IORING_SETUP_NO_MMAP
#define IORING_SETUP_NO_MMAP (1U << 14)
#endif
#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif

/// The ring is smaller than the number of operations, so that the second submission uses the same entries as the first.
enum { entry_count = 2 };

static struct io_uring_params parameters;
static int descriptor;
static char* rings;   ///< the memory of the submission queue and of the completion queue
static struct io_uring_sqe* entries;
static unsigned prepared;   ///< number of entries that are prepared, but not submitted
static uint64_t last_user_data;

static unsigned* member(unsigned offset) { return (unsigned*)(rings + offset); }

/// Sets the last member of struct io_sqring_offsets or struct io_cqring_offsets: `user_addr`, which headers before Linux
/// 6.5 call `resv2`.
static void set_address(void* offsets, void const* memory)
{
    _Static_assert(sizeof(struct io_sqring_offsets) == 40 && sizeof(struct io_cqring_offsets) == 40, "user_addr is at 32");
    uint64_t const address = (uintptr_t)memory;
    memcpy((char*)offsets + 32, &address, sizeof address);
}

static void* map(size_t size, int flags, int fd, off_t offset)
{
    void* const memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (memory == MAP_FAILED)
        give_up(status_unavailable, "mmap", errno);
    return memory;
}

static void make_ring(unsigned flags)
{
    parameters.flags = flags;
    if (flags & IORING_SETUP_NO_MMAP) {
        // One page for the rings and one for the entries are enough.
        size_t const page = (size_t)sysconf(_SC_PAGESIZE);
        rings = map(page, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        entries = map(page, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        set_address(&parameters.cq_off, rings);
        set_address(&parameters.sq_off, entries);
    }
    descriptor = (int)syscall(SYS_io_uring_setup, entry_count, &parameters);
    if (descriptor < 0)
        give_up(status_unavailable, "io_uring_setup", errno);
    if (!(parameters.features & IORING_FEAT_SINGLE_MMAP))
        give_up(status_unavailable, "the kernel has no IORING_FEAT_SINGLE_MMAP", 0);
    if (!(flags & IORING_SETUP_NO_MMAP)) {
        size_t const array_end = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
        size_t const completions_end = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
        size_t const size = array_end > completions_end ? array_end : completions_end;
        rings = map(size, MAP_SHARED, descriptor, IORING_OFF_SQ_RING);
        entries = map(parameters.sq_entries * sizeof *entries, MAP_SHARED, descriptor, IORING_OFF_SQES);
    }
}

/// Returns the next entry. All its members are 0, except `user_data`.
static struct io_uring_sqe* next(void)
{
    unsigned const mask = *member(parameters.sq_off.ring_mask);
    unsigned const position = (*member(parameters.sq_off.tail) + prepared++) & mask;
    unsigned number = position;
    if (!(parameters.flags & IORING_SETUP_NO_SQARRAY)) {
        number = mask - position;
        member(parameters.sq_off.array)[position] = number;
    }
    struct io_uring_sqe* const entry = &entries[number];
    memset(entry, 0, sizeof *entry);
    entry->user_data = ++last_user_data;
    return entry;
}

/// Submits the prepared entries, and waits for `completions` completions or a signal.
static void enter(unsigned completions)
{
    unsigned const submitted = prepared;
    unsigned* const tail = member(parameters.sq_off.tail);
    __atomic_store_n(tail, *tail + submitted, __ATOMIC_RELEASE);
    prepared = 0;
    long const got = syscall(SYS_io_uring_enter, descriptor, submitted, completions, IORING_ENTER_GETEVENTS, NULL, 0);
    if (got < 0 && errno != EINTR)
        give_up(status_failed, "io_uring_enter", errno);
}

/// Submits the prepared entries, waits for all completions and adds their lines.
static void submit(void)
{
    unsigned const count = prepared;
    enter(count);
    struct io_uring_cqe const* const completions = (struct io_uring_cqe const*)(rings + parameters.cq_off.cqes);
    unsigned* const head = member(parameters.cq_off.head);
    for (unsigned taken = 0; taken < count; ++taken) {
        // The queue is empty only if a signal interrupted the call.
        while (*head == __atomic_load_n(member(parameters.cq_off.tail), __ATOMIC_ACQUIRE))
            enter(1);
        struct io_uring_cqe const* const completion = &completions[*head & *member(parameters.cq_off.ring_mask)];
        note_completion(completion);
        __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    }
}

static void nop(void)
{
    struct io_uring_sqe* const entry = next();
    entry->opcode = IORING_OP_NOP;
    note_submission(entry, "nop()");
}

static void openat_null(void)
{
    struct io_uring_sqe* const entry = next();
    entry->opcode = IORING_OP_OPENAT;
    entry->fd = AT_FDCWD;
    entry->addr = (uintptr_t) "/dev/null";
    entry->open_flags = O_RDONLY;
    note_submission(entry, "openat(AT_FDCWD, \"/dev/null\", O_RDONLY)");
}

static void submit_twice(unsigned ring_flags)
{
    make_ring(ring_flags);
    nop();
    nop();
    submit();
    nop();
    openat_null();
    submit();
}

static void no_array(void) { submit_twice(IORING_SETUP_NO_SQARRAY); }
static void no_mmap(void) { submit_twice(IORING_SETUP_NO_SQARRAY | IORING_SETUP_NO_MMAP); }
static void reversed(void) { submit_twice(0); }

/// Submits the number of an entry that does not exist, at which the kernel ends the submission. Meanwhile the ring has a wrong
/// mask.
static void hostile(void)
{
    make_ring(0);
    unsigned* const mask = member(parameters.sq_off.ring_mask);
    unsigned* const tail = member(parameters.sq_off.tail);
    member(parameters.sq_off.array)[0] = 200;
    *tail = 1;
    nop();
    *tail = 2;
    *mask = 0x7fff;
    syscall(SYS_io_uring_enter, descriptor, 2, 0, 0, NULL, 0);
    *mask = parameters.sq_entries - 1;
    *tail = 1;
    submit();
}

int main(int argc, char** argv)
{
    static struct mode const modes[] = {
        {"no_array", no_array}, {"no_mmap", no_mmap}, {"reversed", reversed}, {"hostile", hostile}};
    return run_mode(modes, sizeof modes / sizeof *modes, argc, argv);
}
