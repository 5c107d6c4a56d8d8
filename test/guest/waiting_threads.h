// SPDX-License-Identifier: BSL-1.0
#pragma once

// Threads that wait until the process ends or executes a program.

#include "guest/guest.h"

#include <pthread.h>

static inline void* wait_forever(void* unused)
{
    for (;;)
        pause();
    return unused;
}

static pthread_barrier_t all_there;

/// Waits at the barrier `all_there`, and then until the process ends or executes a program.
static inline void* meet_and_wait_forever(void* unused)
{
    pthread_barrier_wait(&all_there);
    return wait_forever(unused);
}
