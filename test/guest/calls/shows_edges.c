// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/mman.h>

// Calls chdir(2) with paths at the edges of a mapping. Each call also passes the mapping's address as a third argument, which
// chdir(2) ignores.
int main(void)
{
    char* const at = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(at != MAP_FAILED && munmap(at + 2 * 4096, 4096) == 0);
    char* const end = at + 2 * 4096;
    memcpy(end - 5, "edge", 5);
    syscall(SYS_chdir, end - 5, 0, at);
    memcpy(end - 5, "noend", 5);
    syscall(SYS_chdir, end - 5, 0, at);
    memcpy(at + 4096 - 3, "across", 7);
    syscall(SYS_chdir, at + 4096 - 3, 0, at);
    syscall(SYS_chdir, (char*)16, 0, at);
    return 0;
}
