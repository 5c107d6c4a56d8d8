// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

/// A system call with its arguments and result. test/trace/journal.cpp and test/cli/journal_output.py use the same
/// layout.
struct entry {
    uint64_t number;
    uint64_t arguments[6];
    int64_t result;   ///< the result of the call; -errno if it failed
    char name[24];
    char text[40];   ///< the path, data or number that an argument points to; empty if there is none
};
_Static_assert(sizeof(struct entry) == 128, "the layout has no gaps");

/// The journal of one thread, in a shared mapping of the file. Adding an entry needs no system call.
struct journal {
    struct {
        uint64_t thread;   ///< id of the journal's thread
        uint64_t made;     ///< number of entries made so far; entry i is at `ring[i % capacity]`
        uint64_t capacity;
        char rest[104];
    } head;
    struct entry ring[];
};

struct journal_thread {
    struct journal* journal;
    uint64_t index;    ///< number of this thread, from 0
    uint64_t unique;   ///< the arguments of the current calls depend on this number; no two threads have the same number
    uint64_t random;
    int file;   ///< a file descriptor that only this thread uses
    uint32_t futex;
    char buffer[64];
};

static long calls;
static pid_t process;
static pthread_barrier_t all_there;
static atomic_int input_ended;

/// Makes one call and adds it to the journal. Sets all six argument registers, so that a test can check them.
static long make(struct journal_thread* self, char const* name, long number, long a, long b, long c, long d, long e, long f)
{
    struct entry* const now = &self->journal->ring[self->journal->head.made % self->journal->head.capacity];
    memset(now, 0, sizeof *now);
    now->number = (uint64_t)number;
    strncpy(now->name, name, sizeof now->name - 1);
    long const values[6] = {a, b, c, d, e, f};
    memcpy(now->arguments, values, sizeof values);
    long const got = syscall(number, a, b, c, d, e, f);
    now->result = got == -1 ? -errno : got;
    ++self->journal->head.made;
    return got;
}
#define CALL6(name, a, b, c, d, e, f)                                                                                            \
    make(self, #name, SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define CALL4(name, a, b, c, d) CALL6(name, a, b, c, d, 0, 0)
#define CALL3(name, a, b, c) CALL6(name, a, b, c, 0, 0, 0)
#define CALL1(name, a) CALL6(name, a, 0, 0, 0, 0, 0)
#define CALL0(name) CALL6(name, 0, 0, 0, 0, 0, 0)

/// Adds to the last entry the path or data that an argument of the call points to.
static void note_text(struct journal_thread* self, char const* text, long length)
{
    struct journal* const kept = self->journal;
    memcpy(kept->ring[(kept->head.made - 1) % kept->head.capacity].text, text, (size_t)length);
}

static void note_number(struct journal_thread* self, uint64_t number)
{
    char text[24];
    note_text(self, text, snprintf(text, sizeof text, "%llu", (unsigned long long)number));
}

/// Fills the buffer with letters that depend on `unique`. Returns the number of letters.
static long fill(struct journal_thread* self)
{
    long const count = 1 + (long)(self->unique % 30);
    for (long i = 0; i < count; ++i)
        self->buffer[i] = (char)('a' + (self->unique / (uint64_t)(i + 1)) % 26);
    return count;
}

static void one_getpid(struct journal_thread* self) { CALL0(getpid); }
static void one_getppid(struct journal_thread* self) { CALL0(getppid); }
static void one_gettid(struct journal_thread* self) { CALL0(gettid); }
static void one_yield(struct journal_thread* self) { CALL0(sched_yield); }
static void one_seek(struct journal_thread* self) { CALL3(lseek, self->file, self->unique, SEEK_SET); }
static void one_missing_file(struct journal_thread* self)
{
    char path[40];
    int const length = snprintf(path, sizeof path, "/no/such/folder/%llu", (unsigned long long)self->unique);
    CALL3(openat, AT_FDCWD, path, O_RDONLY);
    note_text(self, path, length);
}
static void one_bad_close(struct journal_thread* self) { CALL1(close, 1000000 + self->unique); }
static void one_flags(struct journal_thread* self) { CALL3(fcntl, self->file, F_GETFD, 0); }
static void one_bad_flags(struct journal_thread* self) { CALL3(fcntl, 1000000 + self->unique, F_GETFD, 0); }
static void one_signal_zero(struct journal_thread* self) { CALL3(tgkill, process, self->journal->head.thread, 0); }
static void one_wake(struct journal_thread* self) { CALL6(futex, &self->futex, FUTEX_WAKE_PRIVATE, 1 + self->unique, 0, 0, 0); }
static void one_refused_wait(struct journal_thread* self)
{
    CALL6(futex, &self->futex, FUTEX_WAIT_PRIVATE, 1 + self->unique, 0, 0, 0);
}

static void one_unknown(struct journal_thread* self)
{
    uint64_t const n = self->unique;
    make(self, "", 0x7000, (long)n, (long)n + 1, (long)n + 2, (long)n + 3, (long)n + 4, (long)n + 5);
}

static void one_duplicate(struct journal_thread* self)
{
    long const made = CALL1(dup, self->file);
    must(made >= 0);
    CALL1(close, made);
}

static void one_mapping(struct journal_thread* self)
{
    size_t const length = 4096 + self->unique;
    long const at = CALL6(mmap, 0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(at != -1);
    CALL3(munmap, at, length, 0);
}

static void one_write(struct journal_thread* self)
{
    long const count = fill(self);
    note_text(self, self->buffer, CALL4(pwrite64, self->file, self->buffer, count, self->unique % 4000));
}

static void one_read_at(struct journal_thread* self)
{
    long const got = CALL4(pread64, self->file, self->buffer, 1 + self->unique % 30, self->unique % 4000);
    note_text(self, self->buffer, got);
}

static void one_read(struct journal_thread* self)
{
    CALL3(lseek, self->file, self->unique % 4000, SEEK_SET);
    note_text(self, self->buffer, CALL3(read, self->file, self->buffer, 1 + self->unique % 30));
}

static void one_mask(struct journal_thread* self)
{
    unsigned const sig = 34 + (unsigned)(self->unique % 30);
    uint64_t const set = 1ull << (sig - 1);
    CALL4(rt_sigprocmask, self->unique & 1 ? SIG_BLOCK : SIG_UNBLOCK, &set, 0, sizeof set);
    note_number(self, sig);
}

/// Makes a call that blocks, so that other threads make calls between the entry and the exit of this call.
static void one_sleep(struct journal_thread* self)
{
    struct timespec const time = {0, (long)self->unique};
    CALL3(nanosleep, &time, 0, 0);
    note_number(self, self->unique);
}

static void (*const kinds[])(struct journal_thread*) = {
    one_getpid,  one_getppid,   one_gettid,      one_yield, one_seek,         one_missing_file, one_bad_close,
    one_flags,   one_bad_flags, one_signal_zero, one_wake,  one_refused_wait, one_unknown,      one_duplicate,
    one_mapping, one_write,     one_read_at,     one_read,  one_mask,         one_sleep,
};
enum { kind_count = sizeof kinds / sizeof *kinds, first_mark = 2000000000, last_mark };

static uint64_t next_random(struct journal_thread* self)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    return self->random;
}

/// Makes the calls of one thread. The first and the last call are getsid(2) with process ids that do not exist.
static void* keep(void* mine)
{
    struct journal_thread* const self = mine;
    struct journal* const kept = self->journal;
    kept->head.thread = (uint64_t)thread_id();
    uint64_t end = calls > 0 ? (uint64_t)calls : 0;
    pthread_barrier_wait(&all_there);
    CALL1(getsid, first_mark);
    for (uint64_t round = 0; end == 0 || kept->head.made < end; ++round) {
        if (end == 0 && atomic_load(&input_ended))
            end = kept->head.made + (uint64_t)-calls;
        self->unique = 1 + self->index * 40000 + round % 40000;
        kinds[next_random(self) % kind_count](self);
    }
    CALL1(getsid, last_mark);
    return NULL;
}

// keeps_journal FILE THREADS CALLS: each thread makes at least CALLS calls and writes them to FILE. A negative CALLS counts only
// the calls after the end of standard input.
int main(int argc, char** argv)
{
    must(argc == 4);
    long const threads = argument(argc, argv, 2, 0);
    calls = argument(argc, argv, 3, 0);
    process = getpid();
    // Has room for the final getsid(2), and for a last function of `kinds` that makes two calls. If CALLS is negative, early
    // entries may be overwritten.
    uint64_t const capacity = (uint64_t)labs(calls) + (calls < 0 ? 10000 : 3);
    size_t const size = sizeof(struct journal) + capacity * sizeof(struct entry);
    int const file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(file >= 0 && ftruncate(file, (off_t)(size * (size_t)threads)) == 0);
    char* const all = mmap(NULL, size * (size_t)threads, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    struct journal_thread* const journal_threads = calloc((size_t)threads, sizeof *journal_threads);
    pthread_t* const ids = calloc((size_t)threads, sizeof *ids);
    must(all != MAP_FAILED && journal_threads && ids);
    for (long i = 0; i < threads; ++i) {
        struct journal_thread* const one = &journal_threads[i];
        one->journal = (struct journal*)(all + size * (size_t)i);
        one->journal->head.capacity = capacity;
        one->index = (uint64_t)i;
        one->random = 0x9e3779b97f4a7c15ull * (uint64_t)(i + 1);
        one->file = (int)syscall(SYS_memfd_create, "journal", 0);
        must(one->file >= 0);
        for (int at = 0; at < 4096; at += 64)
            must(write(one->file, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-+", 64) == 64);
    }
    pthread_barrier_init(&all_there, NULL, (unsigned)threads + 1);
    for (long i = 0; i < threads; ++i)
        must(pthread_create(&ids[i], NULL, keep, &journal_threads[i]) == 0);
    pthread_barrier_wait(&all_there);
    if (calls < 0) {
        say("ready\n");
        until_told();
        atomic_store(&input_ended, 1);
    }
    for (long i = 0; i < threads; ++i)
        pthread_join(ids[i], NULL);
    say("kept\n");
    return 0;
}
