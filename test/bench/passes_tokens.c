// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>

// A ring of threads, with half as many tokens as threads. Each thread passes tokens to its neighbour through futexes.
enum { most = 64 };

static struct mailbox {
    _Alignas(64) _Atomic unsigned tokens;
} boxes[most];
static long threads, moves;

static void futex(_Atomic unsigned* where, int operation, unsigned value)
{
    syscall(SYS_futex, where, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static void* pass_on(void* number)
{
    long const own = (long)number;
    struct mailbox* const from = &boxes[own];
    struct mailbox* const to = &boxes[(own + 1) % threads];
    for (long left = moves * (threads / 2) / threads; left > 0; --left) {
        while (atomic_load(&from->tokens) == 0)
            futex(&from->tokens, FUTEX_WAIT, 0);
        atomic_fetch_sub(&from->tokens, 1);
        atomic_fetch_add(&to->tokens, 1);
        futex(&to->tokens, FUTEX_WAKE, 1);
    }
    return NULL;
}

// passes_tokens THREADS MOVES: the tokens move MOVES times on average; THREADS must be even.
int main(int argc, char** argv)
{
    pthread_t pool[most];
    threads = argument(argc, argv, 1, 8);
    moves = argument(argc, argv, 2, 800);
    must(threads > 1 && threads % 2 == 0 && threads <= most);
    for (long i = 0; i < threads; i += 2)
        atomic_store(&boxes[i].tokens, 1);
    for (long i = 0; i < threads; ++i)
        must(pthread_create(&pool[i], NULL, pass_on, (void*)i) == 0);
    for (long i = 0; i < threads; ++i)
        must(pthread_join(pool[i], NULL) == 0);
    return 0;
}
