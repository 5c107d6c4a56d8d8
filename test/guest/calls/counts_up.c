// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

// counts_up FILE THREADS: each of THREADS threads adds one to the count in FILE, without a lock. If THREADS is 0, the first
// thread adds one.

static int count_file;

static void* count_up(void* unused)
{
    int count = 0;
    must(pread(count_file, &count, sizeof count, 0) >= 0);   // an empty file counts as 0
    ++count;
    must(pwrite(count_file, &count, sizeof count, 0) == sizeof count);
    return unused;
}

int main(int argc, char** argv)
{
    long const threads = argument(argc, argv, 2, 0);
    must(argc >= 2);
    count_file = open(argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    must(count_file >= 0);
    if (threads == 0)
        count_up(NULL);
    pthread_t all[16];
    must(threads <= 16);
    for (long i = 0; i < threads; ++i)
        must(pthread_create(&all[i], NULL, count_up, NULL) == 0);
    for (long i = 0; i < threads; ++i)
        pthread_join(all[i], NULL);
    int count = 0;
    must(lseek(count_file, 0, SEEK_SET) == 0);
    must(read(count_file, &count, sizeof count) == sizeof count);
    say("count %d\n", count);
    return 0;
}
