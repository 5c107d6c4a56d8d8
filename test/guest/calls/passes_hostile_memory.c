// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/uio.h>

static char path[64];
static volatile int over;

// Rewrites `path` again and again. The string's length changes, and sometimes the buffer has no null byte.
static void* rewrite(void* unused)
{
    (void)unused;
    while (!over) {
        memset(path, 'a', sizeof path);
        memset(path + 8, 0, sizeof path - 8);
    }
    return NULL;
}

// passes_hostile_memory TIMES: passes changing strings, memory that ends at an unmapped page, unmapped addresses and huge lengths
// to system calls.
int main(int argc, char** argv)
{
    pthread_t other;
    long const times = argument(argc, argv, 1, 1000);
    char* const pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
    memset(pages, 'b', 4096);
    must(pthread_create(&other, NULL, rewrite, NULL) == 0);
    for (long i = 0; i < times; ++i) {
        syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
        syscall(SYS_openat, AT_FDCWD, pages + 4090, O_RDONLY);
        syscall(SYS_openat, AT_FDCWD, 16L, O_RDONLY);
        syscall(SYS_write, -1L, pages, -1L);
        syscall(SYS_write, -1L, -1L, -1L);
        struct iovec const parts[2] = {{pages, SIZE_MAX}, {(void*)16, SIZE_MAX}};
        syscall(SYS_writev, -1L, parts, 2L);
        syscall(SYS_writev, -1L, parts, -1L);
        syscall(SYS_writev, -1L, pages + 4088, 2L);
        syscall(SYS_execve, 16L, pages + 4088, 16L);
    }
    over = 1;
    must(pthread_join(other, NULL) == 0);
    return 0;
}
