// SPDX-License-Identifier: BSL-1.0
#include "guest/rings/ring_lines.h"

#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/un.h>

// submits_to_ring MODE: submits operations to an io_uring with liburing, and writes the expected lines (see ring_lines.h). The
// modes:
//   operations  one ring, and many kinds of operations
//   batch       submits eight operations and waits for them with one io_uring_enter(2)
//   two_rings   submits to two rings in turn
//   registered  uses a registered ring descriptor (IORING_ENTER_REGISTERED_RING)
//   large       the submission entries have 128 bytes (IORING_SETUP_SQE128)
//   polled      a thread of the kernel takes the submissions (IORING_SETUP_SQPOLL)
//   forked      a child process submits to a ring that its parent made
//   deep        the ring has 512 entries
//   attached    makes a ring, writes "ready", and submits when it has read a byte
//   threads     a second thread submits to a ring of its own
//   multishot   an operation with several completions

struct ring {
    struct io_uring uring;
    struct io_uring_sqe* entry;   ///< the entry that next() returned last
    uint64_t user_data;           ///< the user_data of `entry`
};

/// Makes a ring. The user_data of its first operation is `first_user_data`.
static struct ring make_ring(uint64_t first_user_data, unsigned flags)
{
    struct ring ring = {.user_data = first_user_data - 1};
    int const error = -io_uring_queue_init(8, &ring.uring, flags);
    if (error > 0)
        give_up(status_unavailable, "io_uring_queue_init", error);
    return ring;
}

/// Returns the next entry, to be filled by a function of liburing.
static struct io_uring_sqe* next(struct ring* ring)
{
    ring->entry = io_uring_get_sqe(&ring->uring);
    if (!ring->entry)
        give_up(status_failed, "the submission queue is full", 0);
    io_uring_sqe_set_data64(ring->entry, ++ring->user_data);
    return ring->entry;
}

/// Submits the filled entries with one io_uring_enter(2), and adds the lines of `completions` completions. Returns the result of
/// the last completion.
static int submit(struct ring* ring, unsigned completions)
{
    int result;
    do
        result = io_uring_submit_and_wait(&ring->uring, completions);
    while (result == -EINTR);
    if (result < 0)
        give_up(status_failed, "io_uring_submit_and_wait", -result);
    for (; completions > 0; --completions) {
        struct io_uring_cqe* completion;
        do
            result = io_uring_wait_cqe(&ring->uring, &completion);
        while (result == -EINTR);
        if (result < 0)
            give_up(status_failed, "io_uring_wait_cqe", -result);
        note_completion(completion);
        result = completion->res;
        io_uring_cqe_seen(&ring->uring, completion);
    }
    return result;
}

/// Adds the line of the entry that next() returned last.
#define note(ring, ...) note_submission((ring)->entry, __VA_ARGS__)

/// Submits one operation and waits for its completion. Returns the result.
#define run(ring, ...) (note(ring, __VA_ARGS__), submit(ring, 1))

/// Returns `result`, the file descriptor that an operation returned. Gives up if the operation failed.
static int descriptor(int result)
{
    if (result < 0)
        give_up(status_failed, "no file descriptor", -result);
    return result;
}

static void prepare_nop(struct ring* ring)
{
    io_uring_prep_nop(next(ring));
    note(ring, "nop()");
}

static void run_nop(struct ring* ring)
{
    prepare_nop(ring);
    submit(ring, 1);
}

static void prepare_open(struct ring* ring)
{
    io_uring_prep_openat(next(ring), AT_FDCWD, "/dev/null", O_RDONLY, 0);
    note(ring, "openat(AT_FDCWD, \"/dev/null\", O_RDONLY)");
}

static int run_open(struct ring* ring)
{
    prepare_open(ring);
    return descriptor(submit(ring, 1));
}

static void run_close(struct ring* ring, int fd)
{
    io_uring_prep_close(next(ring), fd);
    run(ring, "close(%d)", fd);
}

static void run_three_operations(struct ring* ring)
{
    run_nop(ring);
    run_close(ring, run_open(ring));
}

static char buffer[4096] __attribute__((aligned(4096)));

static void write_file(struct ring* ring, int file)
{
    static char const text[] = "only 32 bytes of this text are shown";
    unsigned const length = sizeof text - 1;
    struct iovec part = {"abc", 3};
    struct iovec fixed = {buffer, 64};
    int const error = -io_uring_register_buffers(&ring->uring, &fixed, 1);
    if (error > 0)
        give_up(status_unavailable, "io_uring_register_buffers", error);
    memcpy(buffer, "a\tb\n", 4);

    io_uring_prep_write(next(ring), file, text, length, 0);
    run(ring, "write(%d, \"%.32s\"..., %u, 0)", file, text, length);
    io_uring_prep_writev(next(ring), file, &part, 1, (__u64)-1);
    run(ring, "writev(%d, [{iov_base=\"abc\", iov_len=3}], 1, -1, 0)", file);
    io_uring_prep_write_fixed(next(ring), file, buffer, 4, 100, 0);
    run(ring, "write_fixed(%d, \"a\\tb\\n\", 4, 100, 0)", file);
    io_uring_prep_fsync(next(ring), file, 0);
    run(ring, "fsync(%d, 0)", file);
    io_uring_prep_fsync(next(ring), file, IORING_FSYNC_DATASYNC);
    run(ring, "fsync(%d, IORING_FSYNC_DATASYNC)", file);
}

static void read_file(struct ring* ring, int file)
{
    struct iovec part = {buffer + 64, 3};
    void const* const parts = &part;

    io_uring_prep_read(next(ring), file, buffer + 64, 50, 2);
    run(ring, "read(%d, %p, 50, 2)", file, (void*)(buffer + 64));
    io_uring_prep_readv(next(ring), file, &part, 1, (__u64)-1);
    run(ring, "readv(%d, %p, 1, -1, 0)", file, parts);
    io_uring_prep_read_fixed(next(ring), file, buffer, 10, 0, 0);
    run(ring, "read_fixed(%d, %p, 10, 0, 0)", file, (void*)buffer);
}

static void ask_about_file(struct ring* ring, int file)
{
    struct statx about;
    struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS};
    int ends[2];
    checked(pipe(ends), "pipe");

    io_uring_prep_fallocate(next(ring), file, FALLOC_FL_KEEP_SIZE, 4096, 8192);
    run(ring, "fallocate(%d, FALLOC_FL_KEEP_SIZE, 4096, 8192)", file);
    io_uring_prep_fadvise(next(ring), file, 10, 20, POSIX_FADV_WILLNEED);
    run(ring, "fadvise(%d, 10, 20, POSIX_FADV_WILLNEED)", file);
    io_uring_prep_madvise(next(ring), buffer, sizeof buffer, MADV_NORMAL);
    run(ring, "madvise(%p, 4096, MADV_NORMAL)", (void*)buffer);
    io_uring_prep_statx(next(ring), AT_FDCWD, "ring_file", AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, &about);
    run(ring, "statx(AT_FDCWD, \"ring_file\", AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, %p)", (void*)&about);
    io_uring_prep_splice(next(ring), file, 1, ends[1], -1, 5, SPLICE_F_MOVE);
    run(ring, "splice(%d, 1, %d, -1, 5, SPLICE_F_MOVE)", file, ends[1]);
    io_uring_prep_openat2(next(ring), AT_FDCWD, "ring_file", &how);
    int const again = run(ring, "openat2(AT_FDCWD, \"ring_file\", {flags=O_RDONLY, resolve=RESOLVE_NO_SYMLINKS}, 24)");
    run_close(ring, descriptor(again));
    close(ends[0]);
    close(ends[1]);
}

static void change_folder(struct ring* ring)
{
    io_uring_prep_linkat(next(ring), AT_FDCWD, "ring_file", AT_FDCWD, "ring_hard", 0);
    run(ring, "linkat(AT_FDCWD, \"ring_file\", AT_FDCWD, \"ring_hard\", 0)");
    io_uring_prep_renameat(next(ring), AT_FDCWD, "ring_file", AT_FDCWD, "ring_other", RENAME_NOREPLACE);
    run(ring, "renameat(AT_FDCWD, \"ring_file\", AT_FDCWD, \"ring_other\", RENAME_NOREPLACE)");
    io_uring_prep_symlinkat(next(ring), "target", AT_FDCWD, "ring_link");
    run(ring, "symlinkat(\"target\", AT_FDCWD, \"ring_link\")");
    io_uring_prep_mkdirat(next(ring), AT_FDCWD, "ring_folder", 0700);
    run(ring, "mkdirat(AT_FDCWD, \"ring_folder\", 0700)");
    io_uring_prep_unlinkat(next(ring), AT_FDCWD, "ring_other", 0);
    run(ring, "unlinkat(AT_FDCWD, \"ring_other\", 0)");
    unlink("ring_hard");
    unlink("ring_link");
    rmdir("ring_folder");
}

static void use_files(struct ring* ring)
{
    io_uring_prep_openat(next(ring), AT_FDCWD, "no/such", O_RDONLY, 0);
    run(ring, "openat(AT_FDCWD, \"no/such\", O_RDONLY)");
    io_uring_prep_openat(next(ring), AT_FDCWD, "ring_file", O_RDWR | O_CREAT, 0600);
    int const file = descriptor(run(ring, "openat(AT_FDCWD, \"ring_file\", O_RDWR|O_CREAT, 0600)"));
    write_file(ring, file);
    read_file(ring, file);
    ask_about_file(ring, file);
    change_folder(ring);
    run_close(ring, file);
}

/// Connects a socket to a listening socket. Stores the descriptors of both ends of the connection.
static void connect_sockets(struct ring* ring, int ends[2])
{
    // The name contains the process id, so that guests that run at the same time have different names.
    struct sockaddr_un name = {.sun_family = AF_UNIX}, peer;
    socklen_t peer_length = sizeof peer;
    int const text_length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "submits_to_ring.%d", (int)getpid());
    socklen_t const length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)text_length);
    int const listener = checked(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    checked(bind(listener, (struct sockaddr*)&name, length), "bind");
    checked(listen(listener, 1), "listen");

    io_uring_prep_socket(next(ring), AF_UNIX, SOCK_STREAM, 0, 0);
    ends[0] = descriptor(run(ring, "socket(AF_UNIX, SOCK_STREAM, 0)"));
    io_uring_prep_connect(next(ring), ends[0], (struct sockaddr*)&name, length);
    run(ring, "connect(%d, {sa_family=AF_UNIX, sun_path=@\"%s\"}, %u)", ends[0], name.sun_path + 1, length);
    io_uring_prep_accept(next(ring), listener, (struct sockaddr*)&peer, &peer_length, SOCK_CLOEXEC);
    ends[1] = descriptor(run(ring, "accept(%d, %p, %p, SOCK_CLOEXEC)", listener, (void*)&peer, (void*)&peer_length));
    close(listener);
}

static void use_sockets(struct ring* ring)
{
    struct iovec part = {"abc", 3}, into = {buffer, 64};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1}, incoming = {.msg_iov = &into, .msg_iovlen = 1};
    int ends[2];
    connect_sockets(ring, ends);

    io_uring_prep_send(next(ring), ends[0], "hello", 5, MSG_NOSIGNAL);
    run(ring, "send(%d, \"hello\", 5, MSG_NOSIGNAL)", ends[0]);
    io_uring_prep_recv(next(ring), ends[1], buffer, 64, 0);
    run(ring, "recv(%d, %p, 64, 0)", ends[1], (void*)buffer);
    io_uring_prep_sendmsg(next(ring), ends[0], &message, 0);
    run(ring,
        "sendmsg(%d, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"abc\", iov_len=3}], msg_iovlen=1, "
        "msg_controllen=0, msg_flags=0}, 0)",
        ends[0]);
    io_uring_prep_recvmsg(next(ring), ends[1], &incoming, 0);
    run(ring, "recvmsg(%d, %p, 0)", ends[1], (void*)&incoming);

    // The kernel chooses one of the provided buffers. There is one buffer: number 3 of group 7.
    checked((int)write(ends[0], "chosen", 6), "write");
    io_uring_prep_provide_buffers(next(ring), buffer, 64, 1, 7, 3);
    run(ring, "provide_buffers(%p, 64, 1, 7, 3)", (void*)buffer);
    io_uring_prep_recv(next(ring), ends[1], NULL, 64, 0);
    io_uring_sqe_set_flags(ring->entry, IOSQE_BUFFER_SELECT);
    ring->entry->buf_group = 7;
    run(ring, "recv(%d, NULL, 64, 0)", ends[1]);

    io_uring_prep_shutdown(next(ring), ends[0], SHUT_WR);
    run(ring, "shutdown(%d, SHUT_WR)", ends[0]);
    run_close(ring, ends[0]);
    run_close(ring, ends[1]);
}

static void use_epoll(struct ring* ring, int pipe_end)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = 5}};
    int const epoll = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    io_uring_prep_epoll_ctl(next(ring), epoll, pipe_end, EPOLL_CTL_ADD, &event);
    run(ring, "epoll_ctl(%d, EPOLL_CTL_ADD, %d, {events=EPOLLIN, data=0x5})", epoll, pipe_end);
    close(epoll);
}

/// Submits a poll of an empty pipe. The poll stays pending. Returns the user_data of the poll.
static unsigned long long start_poll(struct ring* ring, int pipe_end)
{
    io_uring_prep_poll_add(next(ring), pipe_end, POLLIN);
    note(ring, "poll_add(%d, POLLIN)", pipe_end);
    submit(ring, 0);
    return ring->user_data;
}

static void use_polls(struct ring* ring)
{
    int ends[2];
    checked(pipe(ends), "pipe");
    use_epoll(ring, ends[0]);

    // Two operations complete each time: the poll, and the operation that ends the poll.
    unsigned long long target = start_poll(ring, ends[0]);
    io_uring_prep_poll_remove(next(ring), target);
    note(ring, "poll_remove(0x%llx)", target);
    submit(ring, 2);
    target = start_poll(ring, ends[0]);
    io_uring_prep_cancel64(next(ring), target, 0);
    note(ring, "async_cancel(0x%llx, 0)", target);
    submit(ring, 2);

    checked((int)write(ends[1], "x", 1), "write");
    io_uring_prep_poll_add(next(ring), ends[0], POLLIN);
    run(ring, "poll_add(%d, POLLIN)", ends[0]);
    close(ends[0]);
    close(ends[1]);
}

static void use_timeouts(struct ring* ring)
{
    struct __kernel_timespec soon = {.tv_nsec = 1000000}, late = {.tv_sec = 1000};
    io_uring_prep_timeout(next(ring), &soon, 0, 0);
    run(ring, "timeout({tv_sec=0, tv_nsec=1000000}, 0, 0)");
    // The point in time 1 ms after the start of the system has passed.
    io_uring_prep_timeout(next(ring), &soon, 0, IORING_TIMEOUT_ABS);
    run(ring, "timeout({tv_sec=0, tv_nsec=1000000}, 0, IORING_TIMEOUT_ABS)");

    io_uring_prep_timeout(next(ring), &late, 0, 0);
    note(ring, "timeout({tv_sec=1000, tv_nsec=0}, 0, 0)");
    submit(ring, 0);
    unsigned long long const target = ring->user_data;
    io_uring_prep_timeout_remove(next(ring), target, 0);
    note(ring, "timeout_remove(0x%llx, 0)", target);
    submit(ring, 2);
}

static void use_links(struct ring* ring)
{
    // The first operation fails, so the kernel cancels the second.
    io_uring_prep_openat(next(ring), AT_FDCWD, "no/such", O_RDONLY, 0);
    io_uring_sqe_set_flags(ring->entry, IOSQE_IO_LINK);
    note(ring, "openat(AT_FDCWD, \"no/such\", O_RDONLY)");
    prepare_nop(ring);
    submit(ring, 2);

    // The time-out of 1 ms ends the poll of an empty pipe.
    struct __kernel_timespec soon = {.tv_nsec = 1000000};
    int ends[2];
    checked(pipe(ends), "pipe");
    io_uring_prep_poll_add(next(ring), ends[0], POLLIN);
    io_uring_sqe_set_flags(ring->entry, IOSQE_IO_LINK);
    note(ring, "poll_add(%d, POLLIN)", ends[0]);
    io_uring_prep_link_timeout(next(ring), &soon, 0);
    note(ring, "link_timeout({tv_sec=0, tv_nsec=1000000}, 0)");
    submit(ring, 2);
    close(ends[0]);
    close(ends[1]);
}

static void operations(void)
{
    struct ring ring = make_ring(1, 0);
    // No other operation of this mode is as new as IORING_OP_SOCKET (Linux 5.19).
    struct io_uring_probe* const probe = io_uring_get_probe_ring(&ring.uring);
    if (!probe || !io_uring_opcode_supported(probe, IORING_OP_SOCKET))
        give_up(status_unavailable, "the kernel has no IORING_OP_SOCKET", 0);
    io_uring_free_probe(probe);
    run_nop(&ring);
    use_files(&ring);
    use_sockets(&ring);
    use_polls(&ring);
    use_timeouts(&ring);
    use_links(&ring);
}

static void batch(void)
{
    struct ring ring = make_ring(1, 0);
    for (int i = 0; i < 8; ++i)
        prepare_nop(&ring);
    submit(&ring, 8);
}

static void two_rings(void)
{
    struct ring one = make_ring(0x1, 0), other = make_ring(0x10, 0);
    run_nop(&one);
    run_nop(&other);
    int const file_of_one = run_open(&one);
    int const file_of_other = run_open(&other);
    run_close(&one, file_of_one);
    run_close(&other, file_of_other);
}

static void registered(void)
{
    struct ring ring = make_ring(1, 0);
    int const result = io_uring_register_ring_fd(&ring.uring);
    if (result != 1)
        give_up(status_unavailable, "io_uring_register_ring_fd", result < 0 ? -result : 0);
    run_three_operations(&ring);
}

static void large(void)
{
    struct ring ring = make_ring(1, IORING_SETUP_SQE128);
    prepare_nop(&ring);
    prepare_nop(&ring);
    submit(&ring, 2);
    prepare_nop(&ring);
    prepare_open(&ring);
    submit(&ring, 2);
}

/// The ring has several pages of entries.
static void deep(void)
{
    struct ring ring = {.user_data = 0};
    int const error = -io_uring_queue_init(512, &ring.uring, 0);
    if (error > 0)
        give_up(status_unavailable, "io_uring_queue_init", error);
    for (int i = 0; i < 3; ++i) {
        for (int each = 0; each < 40; ++each)
            prepare_nop(&ring);
        submit(&ring, 40);
    }
}

static void polled(void)
{
    struct ring ring = make_ring(1, IORING_SETUP_SQPOLL);
    run_three_operations(&ring);
}

/// A child submits to the ring that its parent made. The parent does not return from this function.
static void forked(void)
{
    struct ring ring = make_ring(1, 0);
    pid_t const child = checked(fork(), "fork");
    if (child != 0) {
        int status = 0;
        checked(waitpid(child, &status, 0), "waitpid");
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : status_failed);
    }
    run_nop(&ring);
    run_open(&ring);
}

static void attached(void)
{
    struct ring ring = make_ring(1, 0);
    char byte;
    checked((int)write(STDOUT_FILENO, "ready\n", 6), "write");
    checked((int)read(STDIN_FILENO, &byte, 1), "read");
    run_three_operations(&ring);
}

static void* submit_in_thread(void* unused)
{
    struct ring ring = make_ring(1, 0);
    run_three_operations(&ring);
    return unused;
}

static void threads(void)
{
    pthread_t thread;
    int const error = pthread_create(&thread, NULL, submit_in_thread, NULL);
    if (error != 0)
        give_up(status_failed, "pthread_create", error);
    pthread_join(thread, NULL);
}

static void multishot(void)
{
    struct ring ring = make_ring(1, 0);
    int ends[2];
    char byte;
    checked(pipe(ends), "pipe");
    io_uring_prep_poll_multishot(next(&ring), ends[0], POLLIN);
    note(&ring, "poll_add(%d, POLLIN, IORING_POLL_ADD_MULTI)", ends[0]);
    submit(&ring, 0);
    unsigned long long const target = ring.user_data;
    for (int i = 0; i < 2; ++i) {
        checked((int)write(ends[1], "x", 1), "write");
        submit(&ring, 1);
        checked((int)read(ends[0], &byte, 1), "read");
    }
    io_uring_prep_poll_remove(next(&ring), target);
    note(&ring, "poll_remove(0x%llx)", target);
    submit(&ring, 2);
}

int main(int argc, char** argv)
{
    static struct mode const modes[] = {
        {"operations", operations}, {"batch", batch},       {"two_rings", two_rings}, {"registered", registered},
        {"large", large},           {"polled", polled},     {"forked", forked},       {"threads", threads},
        {"multishot", multishot},   {"attached", attached}, {"deep", deep},
    };
    return run_mode(modes, sizeof modes / sizeof *modes, argc, argv);
}
